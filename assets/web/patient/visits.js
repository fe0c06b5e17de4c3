// The bookings, by how they stand.

import { html, nothing } from "../vendor/lit.js";
import { empty, more, pages, person, tabs } from "../shared/list.js";
import { fromYuan, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { date, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = "visits.title";
export const needs = "session";
export const styles = ["form"];
export const parent = "/me";

const TABS = [["1", "visits.coming"], ["2", "visits.cancelled"], ["3", "visits.missed"], ["4", "visits.done"], ["refund", "visits.refunds"]];

export const load = async (cx) => {
  const type = cx.query.type ?? "1";
  if (type === "refund") return pages(cx, (page) => cx.ask("GET", "/custom/payment/diagnoses", { current_page: page, page_size: 20 }));
  if (type !== "1") return pages(cx, (page) => cx.ask("GET", "/custom/diagnoses", { type, current_page: page, page_size: 20 }));
  // Those whose deposit is not paid yet stand in no type of their own.
  const { list } = await cx.ask("GET", "/custom/diagnoses", { page_size: 200 });
  const items = list.filter((one) => one.status === 1 && one.verify_status < 2).sort((a, b) => (a.visit_time < b.visit_time ? -1 : 1));
  return { items, total: items.length, page: 1 };
};

export const view = (cx, list) => html`
  ${tabs(cx, "type", TABS.map(([value, word]) => ({ value, label: t(word) })), t("visits.title"))}
  ${list.items.length === 0 ? empty("calendar-heart", t("visits.none"), html`<a class="button primary" href=${address("/find")}>${t("door.book")}</a>`) : html`<p class="faint">${t("time.zone", { zone: zoneName() })}</p><ul class="grid">${list.items.map(row)}</ul>`}
  ${more(cx, list)}`;

const row = (one) => html`<li><a class="card" href=${address(`/visits/${one.id}`)}>
  <strong class="num">${date(one.visit_time)} ${slot(one.plan_time)}</strong>
  ${person(one.doctor_info.real_name, one.doctor_info.departments, one.doctor_info.avatars)}
  <span class="tags">${tag(one)}${fromYuan(one.amount) > 0 ? html`<span class="tag num">${t("deposit", { amount: yuan(fromYuan(one.amount)) })}</span>` : nothing}</span>
  ${one.reject_msg ? html`<span class="faint" lang=${data()}>${one.reject_msg}</span>` : nothing}
  </a></li>`;

const tag = (one) => {
  if (one.refund_status) return html`<span class="tag warn">${t(one.refund_status === 3 ? "visit.refunded" : "visit.refunding")}</span>`;
  const [word, kind] = one.verify_status === 0 ? ["visit.unpaid", "warn"] : one.verify_status === 2 ? ["visit.rejected", "bad"] : one.verify_status === 3 ? ["visit.cancelled", ""]
    : one.status === 3 ? ["visit.done", "good"] : one.status === 2 ? ["visit.missed", "warn"] : ["visit.booked", "good"];
  return html`<span class="tag ${kind}">${t(word)}</span>`;
};
