// A seat for a patient in one free clinic; then perhaps for the next patient, in the same one.

import { html, nothing } from "../vendor/lit.js";
import { field, form, radios, submit } from "../shared/form.js";
import { person } from "../shared/list.js";
import { address } from "../shared/route.js";
import { tab } from "../shared/session.js";
import { date, moment, now, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { cost } from "./cards.js";

export const needs = "session";
export const styles = ["form"];
export const parent = "/book";
export const title = (cx, { project }) => (project ? t("book.title", { name: project.doctor_info.real_name }) : t("loading"));

export const load = async (cx) => {
  const [project, patients, mine] = await Promise.all([cx.ask("GET", `/project/${cx.params.id}`), cx.ask("GET", "/assistant/patient", { page_size: 100 }), cx.ask("GET", `/assistant/project/${cx.params.id}/paitient`, { page_size: 100 }).catch(() => ({ list: [] }))]);
  if (cx.query.for) tab.put("xuanhu.book-for", cx.query.for);
  return { project, patients: patients.list, mine: mine.list };
};

const booked = (mine, user) => mine.find((one) => String(one.user_info?.id ?? one.user_id) === String(user) && one.verify_status < 2);

export const view = (cx, { project, patients, mine }) => {
  const s = cx.state;
  const chosen = s.user ?? cx.query.for ?? tab.get("xuanhu.book-for") ?? "";
  const options = Object.entries(project.plan_time ?? {}).map(([label, left]) => {
    const over = moment(`${project.date} ${label.slice(0, 8)}`) <= now();
    return { value: label, label: html`<span class="num">${slot(label)}</span>`, off: left === 0 || over, note: over ? t("slot.over") : left === 0 ? t("slot.full") : t("slot.left", { n: left }) };
  });
  const join = async (f) => {
    const made = await cx.ask("POST", `/assistant/join/project/${cx.params.id}`, { user_id: Number(f.user_id), plan_time: f.plan_time });
    s.done = { ...made, name: patients.find((one) => String(one.id) === f.user_id)?.real_name, slot: f.plan_time };
    tab.drop("xuanhu.book-for");
    s.user = "";
    await cx.reload();
    requestAnimationFrame(() => document.getElementById("booked")?.focus());
  };
  return html`<section class="card">${person(project.doctor_info.real_name, `${project.doctor_info.departments} · ${project.doctor_info.job_position}`, project.doctor_info.avatars)}
    <dl class="facts"><dt>${t("book.when")}</dt><dd class="num">${date(project.date)} ${slot(`${project.begin} - ${project.end}`)} <span class="faint">${zoneName()}</span></dd>
      <dt>${t("book.where")}</dt><dd lang=${data()}>${project.hospital_info?.name ?? ""}<br>${project.addr}</dd><dt>${t("book.cost")}</dt><dd>${cost(project)}</dd></dl><p lang=${data()}>${project.abstract}</p></section>
    ${s.done ? html`<section class="note good" role="status"><h2 id="booked" tabindex="-1">${t("book.done")}</h2><p>${s.done.name} · <span class="num">${slot(s.done.slot)}</span>${s.done.sn ? html` · ${t("book.unpaid")}` : nothing}</p>
      <p class="row"><a class="button" href=${address(`/bookings/${cx.params.id}`)}>${t("booking.slips")}</a></p></section>` : nothing}
    ${form(cx, "seat", { label: t("menu.book"), run: join, check: async () => { await cx.reload(); return booked((await cx.ask("GET", `/assistant/project/${cx.params.id}/paitient`, { page_size: 100 })).list, document.getElementById("seat-user_id")?.value) ?? null; }, done: () => cx.go(`/bookings/${cx.params.id}`) }, html`
      ${s.done ? html`<h2>${t("book.next")}</h2>` : nothing}
      ${field(cx, "seat", { name: "user_id", type: "select", label: t("book.for"), required: true, value: chosen, change: (value) => { s.user = value; cx.redraw(); },
        options: [{ value: "", label: t("choose") }, ...patients.map((one) => ({ value: one.id, label: `${one.real_name} ${one.phone.slice(-4)}${booked(mine, one.id) ? ` · ${t("find.joined")}` : ""}` }))] })}
      ${radios(cx, "seat", { name: "plan_time", legend: t("book.slots", { date: date(project.date), zone: zoneName() }), options, required: true })}
      <p class="faint">${t("book.payer")}</p>
      ${submit(cx, "seat", t("book.confirm"), { wide: true })}`)}`;
};
