// One free clinic and the assistant's patients in it: how each stands, cancelling, slips to print.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { empty } from "../shared/list.js";
import { address } from "../shared/route.js";
import { date, moment, now, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { standing } from "./cards.js";

export const needs = "session";
export const styles = ["form", "print"];
export const parent = "/bookings";
export const title = (cx, { project }) => (project ? `${project.doctor_info.real_name} ${date(project.date)}` : t("loading"));

export const load = async (cx) => {
  const [project, { list }] = await Promise.all([cx.ask("GET", `/project/${cx.params.id}`), cx.ask("GET", `/assistant/project/${cx.params.id}/paitient`, { page_size: 100 })]);
  return { project, list };
};

const name = (row) => row.user_info?.real_name ?? row.patient_name ?? "";

const cancel = async (cx, row) => {
  if (!(await cx.confirm(t("booking.cancel.ask", { name: name(row), at: slot(row.plan_time) }), { yes: t("visit.cancel.yes"), no: t("visit.cancel.no"), kind: "danger" }))) return;
  await cx.ask("GET", `/assistant/diagnoses/${row.id}/cancel`, undefined, { patience: false });
  cx.toast(t("visit.cancelled"));
  await cx.reload();
};

/** Only the slip that was asked for goes to the printer. */
const printOne = (cx, row) => {
  cx.state.slip = row?.id ?? null;
  cx.redraw();
  requestAnimationFrame(() => requestAnimationFrame(() => print()));
};

const slip = (cx, project, row) => html`<article class="card slip only-print"><h2>${cx.about.name} · ${t("visit.slip")}</h2><p class="when num"><strong>${date(project.date)} ${slot(row.plan_time)}</strong> ${zoneName()}</p>
  <dl class="facts"><dt>${t("visit.number")}</dt><dd class="num">${String(row.id).padStart(6, "0")}</dd><dt>${t("book.who")}</dt><dd>${name(row)}</dd><dt>${t("book.doctor")}</dt><dd>${project.doctor_info.real_name} · ${project.doctor_info.departments}</dd>
    <dt>${t("book.where")}</dt><dd>${project.hospital_info?.name ?? ""} ${project.addr}</dd>${cx.about.bring ? html`<dt>${t("visit.bring")}</dt><dd>${cx.about.bring}</dd>` : nothing}${cx.about.phone ? html`<dt>${t("visit.clinic")}</dt><dd>${cx.about.phone}</dd>` : nothing}</dl>
  <p><img src="/web/qr.svg?to=${encodeURIComponent(`${location.origin}/web/patient/#/visits/${row.id}`)}" alt="" width="144" height="144"></p></article>`;

export const view = (cx, { project, list }) => {
  const kept = list.filter((row) => row.verify_status < 2);
  // Seats are taken back until the session begins.
  const open = project.status === 1 && moment(`${project.date} ${project.begin}`) > now();
  return html`<p class="no-print" lang=${data()}>${project.hospital_info?.name ?? ""} · ${project.addr} · <span class="num">${slot(`${project.begin} - ${project.end}`)}</span></p>
    <p class="row no-print"><a class="button primary" href=${address(`/book/${project.id}`)}>${t("booking.more")}</a>${kept.length > 0 ? html`<button type="button" @click=${() => printOne(cx, null)}>${t("booking.print_all")}</button>` : nothing}</p>
    ${list.length === 0 ? empty("users", t("booking.nobody")) : html`<ul class="grid no-print">${list.map((row) => html`<li><div class="card"><strong lang=${data()}>${name(row)}</strong><span class="num">${slot(row.plan_time)} <span class="faint">${zoneName()}</span></span><span class="tags">${standing(row)}</span>
      ${row.reject_msg ? html`<span class="faint" lang=${data()}>${row.reject_msg}</span>` : nothing}
      <span class="row">${row.verify_status < 2 && row.status === 1 ? html`${open ? button(cx, `cancel-${row.id}`, t("visit.cancel"), () => cancel(cx, row), { kind: "danger", label: t("booking.cancel.of", { name: name(row) }) }) : nothing}
        <button type="button" aria-label=${t("booking.print.of", { name: name(row) })} @click=${() => printOne(cx, row)}>${t("visit.print")}</button>` : nothing}</span></div></li>`)}</ul>`}
    ${kept.filter((row) => !cx.state.slip || row.id === cx.state.slip).map((row) => slip(cx, project, row))}`;
};
