// A free clinic on a card, and how one of its bookings stands.

import { html, nothing } from "../vendor/lit.js";
import { person } from "../shared/list.js";
import { fromYuan, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { date, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const seats = (project) => Object.values(project.plan_time ?? {}).reduce((sum, n) => sum + n, 0);
export const cost = (project) => (project.price > 0 ? t("book.deposit", { amount: yuan(fromYuan(project.price)) }) : t("free"));

export const session = (project, path, note) => html`<a class="card" href=${address(path)}>
  <strong class="num">${date(project.date)} ${slot(`${project.begin} - ${project.end}`)} <span class="faint">${zoneName()}</span></strong>
  ${person(project.doctor_info.real_name, `${project.doctor_info.departments} · ${project.doctor_info.job_position}`, project.doctor_info.avatars)}
  <span class="faint" lang=${data()}>${project.hospital_info?.name ?? ""} · ${project.addr}</span>
  <span class="tags"><span class="tag">${cost(project)}</span>${note ? html`<span class="tag good">${note}</span>` : nothing}</span></a>`;

export const standing = (row) => {
  const [word, tone] = row.verify_status === 0 ? ["visit.unpaid", "warn"] : row.verify_status === 2 ? ["visit.rejected", "bad"] : row.verify_status === 3 ? ["visit.cancelled", ""]
    : row.status === 3 ? ["visit.done", "good"] : row.status === 2 ? ["visit.missed", "warn"] : ["visit.booked", "good"];
  return html`<span class="tag ${tone}">${t(word)}</span>`;
};
