// Teams of doctors: one's own, joining one by a colleague's code, founding one, finding others.

import { html, nothing } from "../vendor/lit.js";
import { field, form, search, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { empty } from "../shared/list.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { brief } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = "teams.title";
export const needs = "session";
export const styles = ["form"];

export const load = async (cx) => {
  const [all, running, past] = await Promise.all([
    cx.ask("GET", "/team", { name: cx.query.q, limit: 500 }), cx.ask("GET", "/consult/in_process_list", { limit: 50 }), cx.ask("GET", "/consult/history_list", { limit: 20 }),
  ]);
  const mine = (one) => one.doctor_ids.includes(cx.me.member_id);
  return { own: all.items.filter(mine), others: all.items.filter((one) => !mine(one)), running, past };
};

/** The code alone, or a text that ends with it: `1680.1618.…` begins with the team's number. */
const codeOf = (text) => /(\d+\.\d+\.\d+\.[\w-]+)/.exec(text)?.[1] ?? text.trim();

export const view = (cx, { own, others, running, past }) => html`<p class="row"><a class="button primary" href=${address("/teams/new")}>${icon("plus")}${t("teams.create")}</a></p>
<div class="two"><div class="stack">
  <section><h2>${t("teams.mine")}</h2>${own.length === 0 ? empty("users", t("teams.none.doctor")) : html`<ul class="grid">${own.map((one) => card(cx, one))}</ul>`}</section>
  ${running.length > 0 ? html`<section><h2>${t("teams.running")}</h2>${consults(running)}</section>` : nothing}
  ${past.length > 0 ? html`<section><h2>${t("teams.past")}</h2>${consults(past)}</section>` : nothing}
  </div><div class="stack">
  <section class="card"><h2>${t("teams.join")}</h2>${form(cx, "join", {
    label: t("teams.join"),
    run: async ({ code }) => {
      const plain = codeOf(code);
      const [id] = plain.split(".");
      const team = await cx.ask("POST", `/team/${id}/doctor`, { code: plain });
      cx.toast(t("teams.joined"));
      cx.go(`/teams/${team.team_id}`);
    },
  }, html`${field(cx, "join", { name: "code", label: t("teams.code"), hint: t("teams.code.hint.doctor"), required: true, maxlength: 500, pattern: ".*\\d+\\..+" })}${submit(cx, "join", t("teams.join"))}`)}</section>
  <section class="card"><h2>${t("teams.find")}</h2>${search({ label: t("teams.find"), value: cx.query.q, run: (q) => cx.set({ q }, { replace: true }) })}
    ${others.length === 0 ? html`<p class="faint">${t("find.none")}</p>` : html`<ul class="rows">${others.slice(0, 20).map((one) => html`<li class="entry"><span class="body" lang=${data()}><strong>${one.name}</strong><span class="faint">${one.introduction}</span></span><span class="end faint num">${yuan(one.consult_fee)}</span></li>`)}</ul>`}</section>
</div></div>`;

const card = (cx, one) => html`<li><a class="card" href=${address(`/teams/${one.team_id}`)}><strong lang=${data()}>${one.name}</strong><span class="faint two-lines" lang=${data()}>${one.introduction}</span>
  <span class="tags"><span class="tag num">${t("team.fee", { amount: yuan(one.consult_fee) })}</span><span class="tag num">${t("team.doctors.n", { n: one.doctor_ids.length })}</span>
    ${one.founder_id === cx.me.member_id ? html`<span class="tag good">${t("team.founder")}</span>` : nothing}${one.assistant_id === cx.me.member_id ? html`<span class="tag good">${t("group.assistant")}</span>` : nothing}</span></a></li>`;

const consults = (list) => html`<ul class="rows" data-rows>${list.map((one) => html`<li><a href=${address(`/messages/consult/${one.consultation_id}`)}><span class="body"><span><strong lang=${data()}>${one.target_member_name}</strong> <span class="tag" lang=${data()}>${one.team_name}</span></span>
  <span class="faint cut" lang=${data()}>${one.symptom_content}</span></span><span class="end"><span class="tag ${one.status === 0 ? "warn" : one.status === 1 ? "good" : ""}">${t(`consult.${one.status}`)}</span><span class="faint">${brief(one.created)}</span></span></a></li>`)}</ul>`;
