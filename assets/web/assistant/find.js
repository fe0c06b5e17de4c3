// Booking for somebody: the patient first, then a free clinic.

import { html, nothing } from "../vendor/lit.js";
import { search } from "../shared/form.js";
import { empty, more, pages } from "../shared/list.js";
import { address } from "../shared/route.js";
import { moment, now } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { seats, session } from "./cards.js";

export const title = "menu.book";
export const needs = "session";
export const styles = ["form"];

export const load = async (cx) => {
  const [list, patients] = await Promise.all([
    pages(cx, (page) => cx.ask("GET", "/project", { keyword: cx.query.q, order: "soonest", current_page: page, page_size: 20 })),
    cx.ask("GET", "/assistant/patient", { page_size: 100 }),
  ]);
  return { list, patients: patients.list };
};

export const view = (cx, { list, patients }) => {
  const open = list.items.filter((one) => seats(one) > 0 && moment(`${one.date} ${one.end === "24:00:00" ? "23:59:59" : one.end}`) > now());
  return html`<div class="filters"><div class="field"><label for="book-for">${t("book.for")}</label><select id="book-for" @change=${(event) => cx.set({ for: event.target.value })}><option value="">${t("choose")}</option>
    ${patients.map((one) => html`<option value=${one.id} lang=${data()} ?selected=${String(one.id) === cx.query.for}>${one.real_name} ${one.phone.slice(-4)}</option>`)}</select></div></div>
    ${patients.length === 0 ? html`<p class="note">${t("patients.none")} <a href=${address("/patients/new")}>${t("patient.new")}</a></p>` : nothing}
    <p class="faint">${t("book.payer")}</p>
    ${search({ label: t("find.box"), hint: t("find.hint"), value: cx.query.q, run: (q) => cx.set({ q, page: undefined }, { replace: true }) })}
    ${open.length === 0 ? empty("calendar-heart", t("find.none")) : html`<ul class="grid">${open.map((one) => html`<li>${session(one, `/book/${one.id}`, t("seats.left", { n: seats(one) }))}</li>`)}</ul>`}
    ${more(cx, list)}`;
};
