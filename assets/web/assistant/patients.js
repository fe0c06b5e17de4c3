// The patients whom the assistant looks after: found by name, pinyin or phone.

import { html } from "../vendor/lit.js";
import { search } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { empty, face, more, pages } from "../shared/list.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const title = "menu.patients.mine";
export const needs = "session";
export const styles = ["form"];

export const load = (cx) => pages(cx, (page) => cx.ask("GET", "/assistant/patient", { keyword: cx.query.q, current_page: page, page_size: 20 }));

export const view = (cx, list) => html`
  <p class="row"><a class="button primary" href=${address("/patients/new")}>${icon("plus")}${t("patient.new")}</a><a class="button" href=${address("/patients/bind")}>${t("patient.bind")}</a></p>
  ${search({ label: t("patients.find"), hint: t("patients.hint"), value: cx.query.q, run: (q) => cx.set({ q, page: undefined }, { replace: true }) })}
  ${list.items.length === 0 ? empty("users", t(cx.query.q ? "find.none" : "patients.none")) : html`<ul class="rows">${list.items.map((one) => html`<li class="entry"><a href=${address(`/patients/${one.id}`)}>${face(one.real_name, one.avatars)}
    <span class="body" lang=${data()}><strong>${one.real_name}</strong><span class="faint num">${one.phone} · ${t("age", { n: one.age ?? "—" })}</span></span></a>
    <a class="button" href=${address("/book", { for: one.id })} aria-label=${t("book.for.name", { name: one.real_name })}>${t("menu.book")}</a></li>`)}</ul>${more(cx, list)}`}`;
