// The doctor's free clinics: those to come and those that are over; publish one, or copy a past one to another day.

import { html, nothing } from "../vendor/lit.js";
import { empty, tabs } from "../shared/list.js";
import { address } from "../shared/route.js";
import { date, moment, now, slot } from "../shared/time.js";
import { fromYuan, yuan } from "../shared/money.js";
import { icon } from "../shared/frame.js";
import { data, t } from "../shared/words.js";

export const title = "clinics.title";
export const needs = "session";
export const styles = ["form"];

export const load = async (cx) => ({ list: (await cx.ask("GET", "/doctor/project")).list });

const over = (one) => one.status !== 1 || moment(`${one.date} ${one.end}`) <= now();

export const view = (cx, { list }) => {
  const past = cx.query.when === "past";
  const shown = list.filter((one) => over(one) === past).sort((a, b) => (past ? -1 : 1) * (moment(`${a.date} ${a.begin}`) - moment(`${b.date} ${b.begin}`)));
  return html`<p class="row"><a class="button primary" href=${address("/clinics/new")}>${icon("plus")}${t("clinics.publish")}</a></p>
    ${tabs(cx, "when", [{ value: "coming", label: t("clinics.coming") }, { value: "past", label: t("clinics.past") }], t("clinics.title"))}
    ${shown.length === 0 ? empty("calendar-heart", t(past ? "clinics.none_past" : "clinics.none")) : html`<ul class="grid" data-rows>${shown.map((one) => html`<li class="card">
      <a href=${address(`/clinics/${one.id}`)}><strong class="num">${date(one.date)} ${slot(`${one.begin} - ${one.end}`)}</strong></a>
      <span lang=${data()}>${one.addr}</span><span class="faint two-lines" lang=${data()}>${one.abstract}</span>
      <span class="tags"><span class="tag num">${t("clinics.filled", { n: one.join_people_count, most: one.people_count })}</span>
        ${one.status !== 1 ? html`<span class="tag bad">${t("clinics.cancelled")}</span>` : nothing}
        <span class="tag num">${one.price > 0 ? t("deposit", { amount: yuan(fromYuan(one.price)) }) : t("free")}</span></span>
      <p class="row"><a class="button" href=${address(`/clinics/${one.id}`)}>${t("clinics.list")}</a><a class="button" href=${address("/clinics/new", { copy: one.id })}>${t("clinics.copy")}</a></p></li>`)}</ul>`}`;
};
