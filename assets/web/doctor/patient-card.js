// Who the patient is: what the doctor may see, numbers covered, earlier visits. No screen of its own.

import { html, nothing } from "../vendor/lit.js";
import { covered } from "../shared/cover.js";
import { person } from "../shared/list.js";
import { gallery } from "../shared/picture.js";
import { address } from "../shared/route.js";
import { age, date } from "../shared/time.js";
import { data, t } from "../shared/words.js";

const sexOf = (user) => (user.sex === "1" || user.sex === 1 ? t("sex.1") : user.sex === "2" || user.sex === 2 ? t("sex.2") : "");
export const line = (user) => [sexOf(user), user.age ?? age(user.birthday) ? t("age", { n: user.age ?? age(user.birthday) }) : ""].filter(Boolean).join(" · ");

/** What she has told of pregnancies, births and cycle. A cycle is a number of days, or in her words. */
const female = (told) => {
  const cycle = /^\d+$/.test(told.menstrual_cycle) ? t("patient.days", { n: told.menstrual_cycle }) : told.menstrual_cycle;
  const shown = { pregnancy_count: told.pregnancy_count, birth_count: told.birth_count, menstrual_cycle: cycle, menarche_age: told.menarche_age === null ? null : t("age", { n: told.menarche_age }) };
  return html`<ul class="plain">${Object.entries(shown).filter(([, value]) => value !== null && value !== "").map(([name, value]) => html`<li>${t(`history.${name}`)} <span class="num" lang=${data()}>${value}</span></li>`)}</ul>`;
};

/** `user` as a registration has it. */
export const card = (cx, user, { write = true } = {}) => html`<section class="card"><h2 class="unseen">${t("patient.title")}</h2>
  ${person(user.real_name, line(user), user.avatars)}
  <dl class="facts">
    ${user.phone ? html`<dt>${t("phone")}</dt><dd>${covered(cx, `phone-${user.id}`, user.phone)}</dd>` : nothing}
    ${user.idno ? html`<dt>${t("idno")}</dt><dd>${covered(cx, `idno-${user.id}`, user.idno, { whole: true })}</dd>` : nothing}
    ${user.birthday ? html`<dt>${t("birthday")}</dt><dd class="num">${user.birthday}</dd>` : nothing}
    ${user.height ? html`<dt>${t("patient.body")}</dt><dd class="num">${t("patient.body.of", { height: user.height, weight: user.weight || "–" })}</dd>` : nothing}
    ${!user.height || user.marital_status === null || user.marital_status === undefined ? nothing : html`<dt>${t("profile.marital")}</dt><dd>${t(`marital.${user.marital_status}`)}</dd>
      <dt>${t("patient.habits")}</dt><dd>${t(user.smoking_status ? "patient.smokes" : "patient.no_smoke")} · ${t(user.drink_status ? "patient.drinks" : "patient.no_drink")}</dd>`}
    ${user.female_history ? html`<dt>${t("history.title")}</dt><dd>${female(user.female_history)}</dd>` : nothing}
    ${user.city_name ? html`<dt>${t("patient.place")}</dt><dd lang=${data()}>${user.city_name}${user.county_name}</dd>` : nothing}
    ${user.punctuality_score > 0 ? html`<dt>${t("patient.scores")}</dt><dd class="num">${t("patient.scores.of", { credit: user.credit_score, punctual: user.punctuality_score })}</dd>` : nothing}
  </dl>
  ${write ? html`<p class="row"><a class="button" href=${address(`/messages/dialog/${user.id}`)}>${t("patient.write")}</a><a class="button" href=${address(`/contacts/${user.id}`)}>${t("patient.contact")}</a></p>` : nothing}
</section>`;

/** Earlier visits, the newest first, without the one that is open. */
export const history = (list, current) => {
  const earlier = (list ?? []).filter((one) => one.id !== current);
  return html`<section class="card"><h2>${t("history.title.doctor")}</h2>${earlier.length === 0 ? html`<p class="faint">${t("history.none")}</p>` : html`<ol class="plain stack">${earlier.map((one) => html`<li>
    <p class="summary-line"><strong class="num">${date(one.visit_time)}</strong> <span lang=${data()}>${one.doctor?.real_name}</span> <span class="tag">${t(stateOf(one))}</span></p>
    <p class="pre faint" lang=${data()}>${one.casebook?.content}</p>
    ${one.diag_result ? html`<p class="pre" lang=${data()}>${one.diag_result}</p>` : nothing}${gallery(one.diag_photo)}</li>`)}</ol>`}</section>`;
};

/** How a registration stands, as a key of the catalogue. */
export const stateOf = (one) => {
  if (one.verify_status === 0) return "stay.held";
  if (one.verify_status === 2) return "stay.rejected";
  if (one.verify_status === 3) return "stay.cancelled";
  return { 1: "stay.booked", 2: "stay.missed", 3: "stay.done" }[one.status] ?? "stay.booked";
};
