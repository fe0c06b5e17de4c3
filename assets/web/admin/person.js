// A person of a patient's account: who it is, with what is masked covered, and who has looked.

import { html, nothing } from "../vendor/lit.js";
import { near } from "../shared/time.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";
import { reveal } from "./actions.js";
import { word } from "./codes.js";
import { fact } from "./values.js";

export const needs = "session";
export const parent = (cx, { one }) => (one ? `/patients/${one.user_id}` : "/patients");
export const title = (cx, { one }) => (one ? `${one.name}` : t("loading"));

export const load = async (cx) => {
  const one = await cx.ask("GET", `/admin/persons/${cx.params.id}`);
  const looks = await cx.ask("GET", "/admin/audit", { subject: "patient", subject_id: one.user_id, page_size: 20 });
  return { one, looks };
};

const FACTS = ["patient_id", "relation", "phone", "idno", "sex", "birthday", "age", "email", "province_name", "city_name", "county_name", "addr", "created_at", "deleted_at"];

export const view = (cx, { one, looks }) => html`
  <section class="card"><dl class="facts">${FACTS.map((name) => { const value = fact(name, one); return value === nothing || value === "" ? nothing : html`<dt>${t(`f.${name}`)}</dt><dd>${value}</dd>`; })}</dl>
    <p class="row"><button type="button" @click=${() => reveal(cx, `/admin/persons/${one.patient_id}/reveal`)}>${t("uncover")}</button><a href=${address(`/patients/${one.user_id}`)}>${t("person.account")}</a></p></section>
  <section><h2>${t("person.looks")}</h2>${looks.items.length === 0 ? html`<p class="faint">${t("table.empty")}</p>` : html`<ul class="rows">${looks.items.map((row) => html`<li class="entry"><span class="body">${word("action", row.action)}
    <span class="faint">${near(row.at)} · ${word("role", row.role)} ${row.account_id || "admin.token"}${row.purpose ? html` · ${word("purpose", row.purpose)}` : nothing}${row.reason ? html` · ${row.reason}` : nothing}</span></span></li>`)}</ul>`}</section>`;
