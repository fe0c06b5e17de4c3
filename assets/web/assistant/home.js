// What comes next for the assistant's patients, how many were helped, notices and news.

import { html, nothing } from "../vendor/lit.js";
import { icon } from "../shared/frame.js";
import { own } from "../shared/api.js";
import { address } from "../shared/route.js";
import { moment, now } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { session } from "./cards.js";

export const title = (cx, { center }) => (center ? t("home.title", { name: center.user_info.real_name || t("me.nameless") }) : t("menu.home"));
export const needs = "session";
export const styles = ["form"];

export const load = async (cx) => {
  const [home, center, mine] = await Promise.all([cx.ask("GET", "/assistant/homepage"), cx.ask("GET", "/assistant/center"), cx.ask("GET", "/assistant/project", { page_size: 50 })]);
  const coming = mine.list.filter((one) => one.status === 1 && moment(`${one.date} ${one.end === "24:00:00" ? "23:59:59" : one.end}`) > now()).sort((a, b) => (`${a.date} ${a.begin}` < `${b.date} ${b.begin}` ? -1 : 1));
  return { home, center, coming };
};

const door = (path, picture, word, line) => html`<li><a href=${address(path)}>${icon(picture)}<strong>${t(word)}</strong><span class="faint">${t(line)}</span></a></li>`;

export const view = (cx, { home, center, coming }) => {
  const me = center.user_info;
  return html`
    ${me.is_verify === 0 ? html`<p class="note warn" role="status">${t("assistant.waiting")}</p>` : nothing}
    ${me.is_verify === 0 && !me.real_name ? html`<p><a class="button primary" href=${address("/me")}>${t("assistant.fill")}</a></p>` : nothing}
    <ul class="doors">${door("/patients/new", "plus", "patient.new", "patient.new.line")}${door("/book", "calendar-heart", "menu.book", "book.line")}${door("/patients", "users", "menu.patients.mine", "patients.line")}</ul>
    ${center.msg_count > 0 ? html`<p class="note">${icon("bell")} <a href=${address("/notices")}>${t("assistant.notices", { n: center.msg_count })}</a></p>` : nothing}
    <section><div class="heading"><h2>${t("assistant.coming")}</h2><a href=${address("/bookings")}>${t("menu.bookings")}</a></div>
      ${coming.length === 0 ? html`<p class="faint">${t("assistant.none_coming")}</p>` : html`<ul class="grid">${coming.slice(0, 6).map((one) => html`<li>${session(one, `/bookings/${one.id}`, t("booking.mine", { n: one.assistant_join_count ?? 0 }))}</li>`)}</ul>`}
      <p class="faint">${t("assistant.helped", { n: me.help_count })}</p></section>
    ${home.news.length === 0 ? nothing : html`<section><h2>${t("assistant.news")}</h2><ul class="rows">${home.news.map((one) => html`<li><a href=${address(`/news/${one.id}`)}><span class="body" lang=${data()}><strong>${one.title}</strong></span></a></li>`)}</ul></section>`}
    ${home.banner.filter((one) => own(one.photo)).map((one) => html`<p><img src="${own(one.photo)}?w=960" alt=${one.title}></p>`)}`;
};
