// Me: who I am here, my price and switch for consultations, my half-days, and the way to everything else.

import { html, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { person } from "../shared/list.js";
import { fen, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const title = "me.title";
export const needs = "session";
export const styles = ["form"];

export const load = async (cx) => {
  const [user, profile] = await Promise.all([cx.ask("GET", "/user"), cx.ask("GET", "/doctor/profile")]);
  return { user, profile };
};

const LINKS = [["/me/profile", "file-text", "profile.title"], ["/me/replies", "send", "replies.title"], ["/me/ratings", "star", "ratings.title"], ["/me/assistants", "users", "assistants.title"],
  ["/me/orgs", "shield-check", "orgs.title"], ["/me/clinic", "hospital", "clinic.title"], ["/contacts", "phone", "contacts.title"], ["/notices", "bell", "notices.title"], ["/news", "newspaper", "doctor.news"]];

export const view = (cx, { user, profile }) => html`<div class="two"><div class="stack">
  <section class="card">${person(user.real_name || t("me.nameless"), `${user.departments} · ${user.job_position} · ${user.hospital}`, user.avatars)}
    ${user.is_verify === 1 ? nothing : html`<p class="note warn" role="status">${t(user.is_verify === 2 ? "verify.refused" : "verify.waits")}</p>`}
    <div class="stats">${[["me.visits.word", user.visits_count], ["me.patients", user.patient_count], ["me.hours", Math.round((user.service_time_long ?? 0) / 6) / 10], ["me.score", user.score]].map(([word, value]) => html`<div class="stat"><span class="faint">${t(word)}</span><strong class="num">${value}</strong></div>`)}</div></section>
  <section class="card"><h2>${t("price.title")}</h2><p class="faint">${t("price.line")}</p>${form(cx, "price", {
    label: t("price.title"), safe: true,
    run: async (f) => {
      const price = fen(f.price);
      if (price === null) throw new Refused({ status: 422, slug: "invalid_field", message: t("field.range"), fields: { price: t("field.range") } });
      await cx.ask("PUT", "/doctor/profile", { image_and_text_open: f.open, image_and_text_price: price });
      cx.toast(t("saved"));
      await cx.reload();
    },
  }, html`<label class="check"><input type="checkbox" name="open" .checked=${profile.image_and_text_open}><span>${t("price.open")}</span></label>
    ${field(cx, "price", { name: "price", label: t("price.amount"), required: true, inputmode: "decimal", pattern: "\\d{1,6}(\\.\\d{1,2})?", wrong: t("field.range"), maxlength: 10, value: yuan(profile.image_and_text_price).replace(/[¥,]/g, "") })}
    ${submit(cx, "price", t("save"))}`)}</section>
  ${profile.work_time || user.work_time ? week(cx, profile.work_time ?? user.work_time) : nothing}
</div><div class="stack"><nav class="card" aria-label=${t("me.more")}><ul class="rows">${LINKS.map(([path, name, word]) => html`<li><a href=${address(path)}>${icon(name)}<span class="body">${t(word)}</span>${icon("chevron-right")}</a></li>`)}</ul></nav></div></div>`;

const week = (cx, days) => html`<section class="card"><h2>${t("week.title")}</h2>${form(cx, "week", {
  label: t("week.title"), safe: true,
  run: async (f) => {
    const work_time = days.map((_, i) => ({ morning: f[`morning-${i}`] ? 1 : 0, afternoon: f[`afternoon-${i}`] ? 1 : 0 }));
    await cx.ask("PUT", "/doctor/profile", { work_time });
    cx.toast(t("saved"));
    await cx.reload();
  },
}, html`<div class="table" tabindex="0" role="region" aria-label=${t("week.title")}><table class="week"><thead><tr><td></td><th scope="col">${t("week.morning")}</th><th scope="col">${t("week.afternoon")}</th></tr></thead>
  <tbody>${days.map((day, i) => html`<tr><th scope="row">${t(`week.${i}`)}</th>${["morning", "afternoon"].map((half) => html`<td><input type="checkbox" name="${half}-${i}" aria-label="${t(`week.${i}`)} ${t(`week.${half}`)}" .checked=${day[half] === 1}></td>`)}</tr>`)}</tbody></table></div>
  ${submit(cx, "week", t("save"))}`)}</section>`;
