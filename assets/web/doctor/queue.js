// The queue of a free clinic: rows by slot, the record of whom one has picked, the patient beside it. J and K move, Enter opens.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { icon } from "../shared/frame.js";
import { empty } from "../shared/list.js";
import { fromYuan, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { clock, date, moment, now, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { columns, layout as filled, wide, watch } from "./columns.js";
import { card, history, line, stateOf } from "./patient-card.js";
import { record } from "./record.js";

export const needs = "session";
export const styles = ["form", "chat", "print"];
export const layout = filled;
export const parent = "/clinics";
export const title = (cx, { project }) => (project ? t("queue.title", { date: date(project.date), slot: slot(`${project.begin} - ${project.end}`) }) : t("loading"));

const LIVE = 30_000;

export const load = async (cx) => {
  listen(cx);
  const [project, { list }] = await Promise.all([cx.ask("GET", `/project/${cx.params.id}`), cx.ask("GET", `/project/${cx.params.id}/patient`)]);
  const visits = list.sort((a, b) => moment(a.visit_time) - moment(b.visit_time) || a.id - b.id);
  const picked = visits.find((one) => String(one.id) === cx.query.visit) ?? (wide() ? visits.find((one) => stateOf(one) === "stay.booked") ?? visits[0] : null);
  if (picked && cx.state.was !== picked.id) {
    // Another record: its draft is offered anew.
    if (cx.state.was) for (const name of [`result-${cx.state.was}`, `rate-${cx.state.was}`, `result-${picked.id}`]) delete cx.forms?.[name];
    Object.assign(cx.state, { was: picked.id, past: null });
  }
  if (picked) cx.state.past ??= await cx.ask("GET", `/all_diagnoses/${picked.user_id}`).catch(() => []);
  return { project, visits, picked, past: cx.state.past ?? [] };
};

/** New bookings and cancellations come as notices; besides, it looks again every half minute. */
const listen = (cx) => {
  if (cx.state.listening) return;
  cx.state.listening = true;
  const again = () => { if (!cx.gone && !Object.values(cx.acts).some((one) => one.busy)) cx.reload(); };
  cx.on("message", (frame) => { if (frame.conversation === "system") { clearTimeout(cx.state.soon); cx.state.soon = setTimeout(again, 600); } });
  const timer = setInterval(again, LIVE);
  cx.ends(() => { clearInterval(timer); clearTimeout(cx.state.soon); });
};

export const view = (cx, { project, visits, picked, past }) => {
  watch(cx);
  const count = (state) => visits.filter((one) => stateOf(one) === state).length;
  const booked = count("stay.booked");
  return html`<div class="row queue-head no-print ${cx.query.visit ? "picked" : ""}"><span class="faint" lang=${data()}>${project.addr}</span>
      <span class="tags"><span class="tag num">${t("clinics.filled", { n: project.join_people_count, most: project.people_count })}</span><span class="tag good num">${t("queue.done", { n: count("stay.done") })}</span><span class="tag num">${t("queue.waits", { n: booked })}</span>
      ${project.status === 1 ? nothing : html`<span class="tag bad">${t("clinics.cancelled")}</span>`}</span>
      <button type="button" @click=${() => print()}>${icon("printer")}${t("queue.print")}</button>
      <a class="button" href=${address("/clinics/new", { copy: project.id })}>${t("clinics.copy")}</a>
      ${project.status === 1 && moment(`${project.date} ${project.begin}`) > now() ? button(cx, "cancel", t("queue.cancel"), () => cancel(cx, project, booked), { kind: "danger", check: async () => { const one = await cx.ask("GET", `/project/${project.id}`); return one.status !== 1 ? one : null; }, done: () => cx.reload() }) : nothing}</div>
  ${columns(cx, {
    list: visits.length === 0 ? empty("inbox", t("queue.none")) : rows(cx, visits, picked),
    work: picked ? record(cx, picked, project, { done: () => cx.reload() }) : empty("user", t("queue.pick")),
    side: picked ? html`<div class="stack">${card(cx, picked.user_info)}${history(past, picked.id)}</div>` : nothing,
    picked: Boolean(cx.query.visit), names: [t("queue.list"), t("record.title"), t("patient.title")], back: address(cx.path),
  })}
  ${sheet(cx, project, visits)}`;
};

const rows = (cx, visits, picked) => {
  const slots = [...new Set(visits.map((one) => one.plan_time))];
  return html`<div data-rows>${slots.map((label) => html`<h2 class="num">${slot(label)}</h2><ul class="rows">${visits.filter((one) => one.plan_time === label).map((one) => html`<li>
    <a href=${address(cx.path, { visit: one.id })} aria-current=${one === picked ? "true" : nothing}><span class="body"><span><strong lang=${data()}>${one.user_info.real_name}</strong> <span class="faint">${line(one.user_info)}</span></span>
      <span class="faint two-lines" lang=${data()}>${one.casebook_info.content}</span></span>
      <span class="end"><span class="tag ${one.status === 3 ? "good" : one.verify_status > 1 || one.status === 2 ? "bad" : "warn"}">${t(stateOf(one))}</span>${fromYuan(one.amount) > 0 ? html`<span class="faint num">${yuan(fromYuan(one.amount))}</span>` : nothing}</span></a></li>`)}</ul>`)}</div>`;
};

const cancel = async (cx, project, n) => {
  if (!(await cx.confirm(t("queue.cancel.ask", { date: date(project.date) }), { yes: t("queue.cancel.yes", { n }), kind: "danger", more: html`<p>${t("queue.cancel.line", { n })}</p>` }))) return;
  await cx.ask("GET", `/project/${project.id}/cancel`, undefined, { patience: false });
  await cx.reload();
};

/** The day list on paper. */
const sheet = (cx, project, visits) => html`<div class="only-print"><h2 lang=${data()}>${cx.about.name} · ${t("queue.list")}</h2>
  <p class="num">${date(project.date)} ${slot(`${project.begin} - ${project.end}`)} · ${zoneName()} · <span lang=${data()}>${project.addr}</span></p>
  <table><thead><tr>${["queue.time", "name", "queue.who", "complaint", "queue.stay"].map((word) => html`<th scope="col">${t(word)}</th>`)}</tr></thead>
    <tbody>${visits.map((one) => html`<tr><td class="num">${clock(one.visit_time)}</td><td lang=${data()}>${one.user_info.real_name}</td><td>${line(one.user_info)}</td><td lang=${data()}>${one.casebook_info.content}</td><td>${t(stateOf(one))}</td></tr>`)}</tbody></table></div>`;
