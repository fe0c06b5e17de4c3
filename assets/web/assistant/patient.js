// One patient: what may be seen, and booking for them.

import { html, nothing } from "../vendor/lit.js";
import { covered } from "../shared/cover.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form"];
export const parent = "/patients";
export const title = (cx, { one }) => one?.real_name ?? t("loading");

export const load = async (cx) => ({ one: await cx.ask("GET", `/user/${cx.params.id}`) });

export const view = (cx, { one }) => html`
  ${cx.query.made ? html`<div class="note good" role="status"><p>${t("patient.made")}</p></div>` : nothing}
  <section class="card"><dl class="facts"><dt>${t("phone")}</dt><dd>${one.phone ? covered(cx, `phone-${one.id}`, one.phone) : "—"}</dd><dt>${t("idno")}</dt><dd class="num">${one.idno || "—"}</dd>
    <dt>${t("sex")}</dt><dd>${one.sex ? t(`sex.${one.sex}`) : "—"}</dd><dt>${t("patient.age")}</dt><dd>${one.age === null || one.age === undefined ? "—" : t("age", { n: one.age })}</dd>
    <dt>${t("profile.addr")}</dt><dd lang=${data()}>${[one.province_name, one.city_name, one.county_name].filter(Boolean).join("")} ${one.addr}</dd>
    <dt>${t("patient.visits")}</dt><dd class="num">${t("patient.visits.n", { n: one.join_project_count ?? 0, m: one.done_project_count ?? 0 })}</dd></dl></section>
  <p class="row"><a class="button primary" href=${address("/book", { for: one.id })}>${t("menu.book")}</a><a class="button" href=${address("/patients")}>${t("menu.patients.mine")}</a></p>`;
