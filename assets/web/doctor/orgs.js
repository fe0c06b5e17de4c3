// Organisations: those I belong to or have asked to join, and all others.

import { html } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { search } from "../shared/form.js";
import { face } from "../shared/list.js";
import { data, t } from "../shared/words.js";

export const title = "orgs.title";
export const needs = "session";
export const parent = "/me";
export const styles = ["form"];

export const load = async (cx) => {
  const [mine, all] = await Promise.all([cx.ask("GET", "/org/my", { page_size: 100 }), cx.ask("GET", "/org", { page_size: 100, keyword: cx.query.q })]);
  const joined = new Set(mine.list.map((one) => one.org_id));
  return { mine: mine.list, others: all.list.filter((one) => !joined.has(one.id)) };
};

const entry = (org, end) => html`<li class="entry">${face(org.name, org.logo)}<span class="body" lang=${data()}><strong>${org.name}</strong><span class="faint two-lines">${org.abstract}</span></span><span class="end">${end}</span></li>`;

export const view = (cx, { mine, others }) => html`<div class="stack">
  <section class="card"><h2>${t("orgs.mine")}</h2>${mine.length === 0 ? html`<p class="faint">${t("orgs.none")}</p>` : html`<ul class="rows">${mine.map((one) => entry(one.org, html`<span class="tag ${one.verify_status === 1 ? "good" : one.verify_status === 2 ? "bad" : "warn"}">${t(`orgs.state.${one.verify_status}`)}</span>
    ${button(cx, `leave-${one.id}`, t("orgs.leave"), () => leave(cx, one), { label: t("orgs.leave.of", { name: one.org.name }) })}`))}</ul>`}</section>
  <section class="card"><h2>${t("orgs.others")}</h2>${search({ label: t("orgs.search"), value: cx.query.q, run: (q) => cx.set({ q }, { replace: true }) })}
    <ul class="rows">${others.map((one) => entry(one, button(cx, `join-${one.id}`, t("orgs.join"), async () => { await cx.ask("POST", `/org_add/${one.id}`, {}); await cx.reload(); }, { label: t("orgs.join.of", { name: one.name }), check: async () => (await cx.ask("GET", "/org/my", { page_size: 100 })).list.find((other) => other.org_id === one.id) ?? null, done: () => cx.reload() })))}</ul></section></div>`;

const leave = async (cx, one) => {
  if (!(await cx.confirm(t("orgs.leave.ask", { name: one.org.name }), { yes: t("orgs.leave"), kind: "danger" }))) return;
  await cx.ask("DELETE", `/org_remove/${one.id}`);
  await cx.reload();
};
