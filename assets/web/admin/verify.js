// Who waits to be let in: one after another, the documents large; A lets in, D does not, and the next one opens.

import { html, keyed, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { own } from "../shared/api.js";
import { icon } from "../shared/frame.js";
import { keys } from "../shared/keys.js";
import { empty, tabs } from "../shared/list.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";
import { ACTIONS, reveal } from "./actions.js";
import { RESOURCES } from "./resources.js";
import { fact } from "./values.js";

export const title = "menu.verify";
export const needs = "session";
export const styles = ["form"];

const KINDS = ["doctors", "assistants", "patients", "org-memberships"];
const FACTS = {
  doctors: ["real_name", "phone", "idno", "hospital", "departments", "job_position", "good_at", "abstract", "honours", "addr", "created_at"],
  assistants: ["real_name", "phone", "idno", "team_name", "addr", "created_at"],
  patients: ["real_name", "phone", "idno", "sex", "age", "addr", "created_at"],
  "org-memberships": ["doctor_name", "org_name", "created_at"],
};
const kindOf = (cx) => (KINDS.includes(cx.query.kind) ? cx.query.kind : KINDS[0]);

export const load = async (cx) => {
  const lists = await Promise.all(KINDS.map((kind) => {
    const path = `/admin/${kind}`;
    return cx.ask("GET", path, { [kind === "org-memberships" ? "verify_status" : "is_verify"]: 0, page_size: kind === kindOf(cx) ? 100 : 1, sort: kind === kindOf(cx) ? "created_at" : undefined });
  }));
  if (!cx.state.keys) {
    cx.state.keys = true;
    const decide = (name) => () => document.querySelector(`[data-act="${name}"]`)?.click();
    cx.ends(keys({ a: { word: "admin.pass", run: decide("pass") }, d: { word: "admin.fail", run: decide("fail") }, n: { word: "verify.later", run: decide("later") } }));
  }
  return Object.fromEntries(KINDS.map((kind, n) => [kind, lists[n]]));
};

const pictures = (row) => [row.avatars, ...(row.work_photo ?? []), row.certificate].filter((url) => own(url));

export const view = (cx, lists) => {
  const kind = kindOf(cx);
  const later = (cx.state.later ??= new Set());
  const waiting = lists[kind].items.filter((row) => !later.has(`${kind} ${row.id}`));
  const row = waiting[0] ?? lists[kind].items[0];
  return html`
    ${tabs(cx, "kind", KINDS.map((value) => ({ value, label: t("verify.tab", { what: t(`r.${value}`), n: lists[value].total }) })), t("menu.verify"))}
    ${row ? keyed(`${kind} ${row.id}`, html`<article class="candidate">
      <div class="documents">${pictures(row).length === 0 ? html`<p class="empty">${icon("image")}<span>${t("verify.no_picture")}</span></p>`
        : pictures(row).map((url, n) => html`<a href=${own(url)} target="_blank" rel="noopener"><img src="${own(url)}?w=960" alt=${t("pictures.nth", { n: n + 1 })}></a>`)}</div>
      <div class="stack"><h2 id="candidate" tabindex="-1">${RESOURCES[kind].name(row)}</h2>
        <dl class="facts">${FACTS[kind].map((name) => { const value = fact(name, row); return value === nothing || value === "" ? nothing : html`<dt>${t(`f.${name}`)}</dt><dd>${value}</dd>`; })}</dl>
        <p class="row">${["doctors", "assistants"].includes(kind) ? html`<button type="button" class="quiet" @click=${() => reveal(cx, `/admin/${kind}/${row.id}/reveal`)}>${t("uncover")}</button>` : nothing}
          <a href=${address(`/${kind}/${row.id}`)}>${t("verify.record")}</a></p>
        <p class="row decide">${button(cx, "pass", t("admin.pass"), () => decide(cx, kind, row, "pass"), { kind: "primary" })}${button(cx, "fail", t("admin.fail"), () => decide(cx, kind, row, "fail"), { kind: "danger" })}
          <button type="button" class="quiet" data-act="later" @click=${() => { later.add(`${kind} ${row.id}`); cx.redraw(); }}>${t("verify.later")}</button></p>
        <p class="faint" aria-live="polite">${t("verify.keys", { n: lists[kind].total })}</p></div></article>`)
      : empty("check", t("verify.none"))}`;
};

const decide = async (cx, kind, row, name) => {
  await ACTIONS[name].run(cx, kind, row);
  cx.toast(t(name === "pass" ? "verify.passed" : "verify.failed", { name: RESOURCES[kind].name(row) }));
  await cx.reload();
  requestAnimationFrame(() => document.getElementById("candidate")?.focus());
};
