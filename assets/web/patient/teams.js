// Teams of doctors: those one belongs to, finding others, joining by a code.

import { html, nothing } from "../vendor/lit.js";
import { field, form, search, submit } from "../shared/form.js";
import { empty } from "../shared/list.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const title = "teams.title";
export const needs = "session";
export const styles = ["form"];
export const parent = "/me";

const missing = (fault) => { if (fault.slug === "no_such_endpoint" || fault.status === 403) return null; throw fault; };

export const load = async (cx) => {
  const [mine, found, running, past] = await Promise.all([
    cx.ask("GET", "/member/team", { limit: 50 }).catch(missing),
    cx.query.q ? cx.ask("GET", "/team/search", { q: cx.query.q, limit: 30 }).catch(missing) : null,
    cx.ask("GET", "/consult/in_process_list", { limit: 50 }),
    cx.ask("GET", "/consult/history_list", { limit: 50 }),
  ]);
  // Without a list of one's teams: those of one's consults.
  const own = mine?.items ?? [...new Map([...running, ...past].map((one) => [one.team_id, { team_id: one.team_id, name: one.team_name, introduction: "", consult_fee: one.consult_fee }])).values()];
  return { own, found: found?.items ?? null, running, past };
};

/** The code alone, or an address or text that holds it. */
const codeOf = (text) => /(?:join\/|邀请码[:：]\s*)([^\s?&#]+)/.exec(text)?.[1] ?? text.trim().split(/\s+/).pop();

export const view = (cx, { own, found, running, past }) => html`<div class="stack">
  <section><h2>${t("teams.mine")}</h2>${own.length === 0 ? empty("users", t("teams.none")) : list(own)}</section>
  <section class="card"><h2>${t("teams.join")}</h2>
    ${form(cx, "code", { label: t("teams.join"), run: ({ code }) => cx.go(`/teams/join/${codeOf(code)}`) },
      html`${field(cx, "code", { name: "code", label: t("teams.code"), hint: t("teams.code.hint"), required: true, maxlength: 300 })}${submit(cx, "code", t("next"))}`)}</section>
  <section><h2>${t("teams.find")}</h2>${search({ label: t("teams.find"), hint: t("teams.find.hint"), value: cx.query.q, run: (q) => cx.set({ q }, { replace: true }) })}
    ${found === null ? nothing : found.length === 0 ? empty("search", t("find.none")) : list(found)}</section>
  ${running.length > 0 ? html`<section><h2>${t("teams.running")}</h2>${consults(running)}</section>` : nothing}
  ${past.length > 0 ? html`<section><h2>${t("teams.past")}</h2>${consults(past)}</section>` : nothing}
</div>`;

const list = (teams) => html`<ul class="grid">${teams.map((one) => html`<li><a class="card" href=${address(`/teams/${one.team_id}`)}>
  <strong lang=${data()}>${one.name}</strong><span lang=${data()}>${one.introduction}</span>
  <span class="tags"><span class="tag num">${t("team.fee", { amount: yuan(one.consult_fee ?? 0) })}</span>${one.fee_balance === undefined ? nothing : html`<span class="tag good num">${t("team.balance", { amount: yuan(one.fee_balance) })}</span>`}</span>
  ${one.doctors ? html`<span class="faint" lang=${data()}>${one.doctors.map((doctor) => doctor.name).join("、")}</span>` : nothing}</a></li>`)}</ul>`;

const consults = (rows) => html`<ul class="rows">${rows.map((one) => html`<li><a href=${address(`/messages/consult/${one.consultation_id}`)}>
  <span class="body"><strong lang=${data()}>${one.team_name}</strong><span class="faint cut" lang=${data()}>${one.symptom_content}</span></span>
  <span class="end"><span class="tag">${t(`consult.${one.status}`)}</span></span></a></li>`)}</ul>`;
