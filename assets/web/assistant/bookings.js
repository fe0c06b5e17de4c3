// The free clinics in which the assistant has booked for patients.

import { html } from "../vendor/lit.js";
import { empty, more, pages } from "../shared/list.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";
import { session } from "./cards.js";

export const title = "menu.bookings";
export const needs = "session";
export const styles = ["form"];

export const load = (cx) => pages(cx, (page) => cx.ask("GET", "/assistant/project", { current_page: page, page_size: 20 }));

export const view = (cx, list) => (list.items.length === 0 ? empty("calendar-check", t("booking.none"), html`<a class="button primary" href=${address("/book")}>${t("menu.book")}</a>`)
  : html`<ul class="grid">${list.items.map((one) => html`<li>${session(one, `/bookings/${one.id}`, t("booking.mine", { n: one.assistant_join_count ?? 0 }))}</li>`)}</ul>${more(cx, list)}`);
