// A month's report: visits, money and how soon people were answered, in all and by day; for paper and for spreadsheets.

import { html, nothing } from "../vendor/lit.js";
import { icon } from "../shared/frame.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { day, now } from "../shared/time.js";
import { language, t } from "../shared/words.js";
import { FIELDS } from "./chart.js";
import { download, sheet } from "./csv.js";

/** Months that are offered, this one among them. */
const MONTHS = 24;

const this_month = () => day(now()).slice(0, 7);
const moved = (month, by) => new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + by, 1)).toISOString().slice(0, 7);
const chosen = (cx) => (/^20\d\d-(0[1-9]|1[0-2])$/.test(cx.query.month ?? "") && cx.query.month <= this_month() ? cx.query.month : this_month());
const called = (month) => new Intl.DateTimeFormat(language(), { timeZone: "UTC", year: "numeric", month: "long" }).format(new Date(`${month}-01T00:00:00Z`));

export const title = (cx) => t("month.title", { month: called(chosen(cx)) });
export const needs = "session";
export const styles = ["form", "print"];

export const load = async (cx) => {
  const month = chosen(cx);
  const last = new Date(Date.parse(`${moved(month, 1)}-01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  const today = day(now());
  // Days that are still to come are not told of.
  const daily = await cx.ask("GET", "/admin/statistics/daily", { from: `${month}-01`, to: last < today ? last : today });
  return { month, days: daily.items, sum: daily.sum };
};

const shown = (one, row) => { const value = row[one.name]; return value === null ? "—" : one.money ? yuan(value) : value; };
/** For spreadsheets: numbers that can be added up. */
const bare = (one, row) => { const value = row[one.name]; return value === null ? "" : one.money ? yuan(value).replace(/[¥,]/g, "") : value; };
/** Nothing is quiet, so that something is seen. */
const nil = (one, row) => (row[one.name] ? "" : "nil");
const named = (one) => (one.money ? t("month.yuan", { name: t(`day.${one.name}`) }) : t(`day.${one.name}`));

const save = ({ month, days, sum }) => {
  const rows = days.map((row) => [row.date, ...FIELDS.map((one) => bare(one, row))]);
  download(`xuanhu-${month}.csv`, sheet([t("f.date"), ...FIELDS.map(named)], [...rows, [t("month.sum"), ...FIELDS.map((one) => bare(one, sum))]]));
};

const choose = (cx, month) => (month === this_month() ? { ...cx.query, month: undefined } : { ...cx.query, month });

const tools = (cx, data) => {
  const offered = Array.from({ length: MONTHS }, (_, n) => moved(this_month(), -n));
  const list = offered.includes(data.month) ? offered : [...offered, data.month];
  const step = (month, text, label) => html`<a class="button quiet" href=${address("/month", choose(cx, month))} aria-label=${label}>${text}</a>`;
  return html`<div class="row no-print month-tools">${step(moved(data.month, -1), "‹", t("month.before"))}
    <label><span class="unseen">${t("f.month")}</span><select @change=${(event) => cx.set({ month: choose(cx, event.target.value).month })}>${list.map((one) => html`<option value=${one} ?selected=${one === data.month}>${called(one)}</option>`)}</select></label>
    ${data.month < this_month() ? step(moved(data.month, 1), "›", t("month.after")) : nothing}
    <span class="grow"></span>
    <button type="button" @click=${() => print()}>${icon("printer")} ${t("print")}</button><button type="button" @click=${() => save(data)}>${t("month.csv")}</button></div>`;
};

export const view = (cx, data) => {
  const { days, sum } = data;
  return html`${tools(cx, data)}
    <ul class="figures of-month">${FIELDS.map((one) => html`<li class="card figure"><span class="faint">${t(`day.${one.name}`)}</span><strong class="num">${shown(one, sum)}</strong></li>`)}</ul>
    <section><h2>${t("month.days")}</h2><div class="region" role="region" tabindex="0" aria-label=${t("month.days")}><table class="list month">
      <thead><tr><th scope="col">${t("f.date")}</th>${FIELDS.map((one) => html`<th scope="col" class="right">${t(`day.${one.name}`)}</th>`)}</tr></thead>
      <tbody>${days.map((row) => html`<tr><th scope="row" class="num">${row.date}</th>${FIELDS.map((one) => html`<td class="num right ${nil(one, row)}">${shown(one, row)}</td>`)}</tr>`)}</tbody>
      <tfoot><tr><th scope="row">${t("month.sum")}</th>${FIELDS.map((one) => html`<td class="num right">${shown(one, sum)}</td>`)}</tr></tfoot></table></div>
      <p class="faint">${t("month.text")}</p></section>`;
};
