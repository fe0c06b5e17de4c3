// One booking: when and where, what happens next, paying, moving, cancelling, the result, rating, and the slip to print.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { field, form, radios, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { person, stars } from "../shared/list.js";
import { fromYuan, yuan } from "../shared/money.js";
import { gallery } from "../shared/picture.js";
import { address } from "../shared/route.js";
import { date, full, left, moment, now, slot, zoneName } from "../shared/time.js";
import { data, said, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form", "print"];
export const parent = "/visits";
export const title = (cx, { visit }) => (cx.query.booked && visit ? (held(visit) ? `${t("book.done")} · ${t("visit.unpaid")}` : t("book.done")) : visit ? t("visit.title") : t("loading"));

/** No endpoint shows a patient one booking, so it is found in the list. */
const find = async (cx) => {
  for (let page = 1; page <= 20; page += 1) {
    const { list, page: { total_page } } = await cx.ask("GET", "/custom/diagnoses", { current_page: page, page_size: 200 });
    const found = list.find((one) => String(one.id) === cx.params.id);
    if (found) return found;
    if (page >= total_page) break;
  }
  throw new Refused({ status: 404, slug: "not_found", message: "没有找到，请核对编号" });
};

export const load = async (cx) => {
  const visit = await find(cx);
  const waits = visit.verify_status === 1 && visit.status === 1;
  const [project, queue] = await Promise.all([
    cx.ask("GET", `/project/${visit.project_id}`).catch(() => null),
    waits ? cx.ask("GET", `/project/${visit.project_id}/queue`, undefined, { patience: false }).catch(() => null) : null,
  ]);
  if (!cx.state.timer) {
    cx.state.timer = setInterval(cx.redraw, 1000);
    cx.ends(() => clearInterval(cx.state.timer));
  }
  return { visit, project, queue };
};

/** Six digits, as they are read out at the desk. */
const number = (visit) => String(visit.id).padStart(6, "0");
const held = (visit) => visit.verify_status === 0;
const ends = (cx, visit) => moment(visit.created_at) + (cx.about.rules?.hold ?? 900_000);
const booked = (visit) => visit.verify_status === 1 && visit.status === 1;
/** The clinic takes a booking back until the whole session begins, whichever time of it is one's own. */
const leavable = (visit, project) => (project ? project.status === 1 && moment(`${project.date} ${project.begin}`) > now() : moment(visit.visit_time) > now());

export const view = (cx, { visit, project, queue }) => html`<div class="two"><div class="stack">
  ${state(cx, visit, project)}
  <section class="card slip">
    <h2 class="only-print">${cx.about.name} · ${t("visit.slip")}</h2>
    <p class="when num"><strong>${date(visit.visit_time)} <span class="whole">${slot(visit.plan_time)}</span></strong> <span class="faint">${zoneName()}</span></p>
    ${person(visit.doctor_info.real_name, `${visit.doctor_info.departments} · ${visit.doctor_info.job_position}`, visit.doctor_info.avatars)}
    <dl class="facts">
      <dt>${t("book.where")}</dt><dd lang=${data()}>${project ? html`${project.hospital_info?.name ?? ""}<br>${project.addr} <button type="button" class="link no-print" @click=${() => copy(cx, project.addr)}>${t("copy")}</button>` : visit.doctor_info.hospital}</dd>
      <dt>${t("visit.number")}</dt><dd class="num">${number(visit)}</dd>
      <dt>${t("book.who")}</dt><dd lang=${data()}>${visit.user_info.real_name}</dd>
      ${cx.about.bring ? html`<dt>${t("visit.bring")}</dt><dd lang=${data()}>${cx.about.bring}</dd>` : nothing}
      ${cx.about.phone ? html`<dt>${t("visit.clinic")}</dt><dd><a href="tel:${cx.about.phone}">${cx.about.phone}</a></dd>` : nothing}
      ${fromYuan(visit.amount) > 0 ? html`<dt>${t("book.cost")}</dt><dd class="num">${yuan(fromYuan(visit.amount))}</dd>` : nothing}
    </dl>
    <p class="pre"><span class="faint">${t("complaint")}</span><br>${visit.casebook_info.content}</p>
    ${gallery(visit.casebook_info.photo)}
    ${queue ? html`<p class="note no-print" role="status">${queue.ahead === 0 ? t("visit.queue.first") : t("visit.queue", { n: queue.ahead, m: queue.slot_ahead })}${queue.now_serving ? html` ${t("visit.serving", { at: queue.now_serving })}` : nothing}</p>` : nothing}
    ${booked(visit) ? html`<figure class="code"><img src="/web/qr.svg?to=${encodeURIComponent(`${location.origin}/web/patient/#/visits/${visit.id}`)}" alt=${t("visit.code.alt")} width="144" height="144" @error=${(event) => event.target.closest("figure").hidden = true}>
      <figcaption><strong class="num">${number(visit)}</strong><span class="faint">${t("visit.code")}</span></figcaption></figure>` : nothing}
    <p class="row no-print">${visit.verify_status === 1 ? html`<button type="button" @click=${() => print()}>${icon("printer")}${t("visit.print")}</button>` : nothing}
      <a class="button" href=${address(`/messages/dialog/${visit.doctor_user_id}`)}>${icon("message-circle")}${t("doctor.write")}</a></p>
  </section>
  ${visit.diag_result || visit.diag_photo.length > 0 ? html`<section class="card"><h2>${t("visit.result")}</h2><p class="pre" lang=${data()}>${visit.diag_result}</p>${gallery(visit.diag_photo)}</section>` : nothing}
  </div><div class="stack no-print">
  ${visit.status === 3 ? rating(cx, visit) : nothing}
  ${booked(visit) && moment(visit.visit_time) > now() ? moving(cx, visit, project) : nothing}
  ${(booked(visit) || held(visit)) && leavable(visit, project) ? html`<section class="card"><h2>${t("visit.cant")}</h2><p class="faint">${t(fromYuan(visit.amount) > 0 && !held(visit) ? "visit.cancel.deposit" : "visit.cancel.free")}</p>
    ${button(cx, "cancel", t("visit.cancel"), () => cancel(cx, visit), { kind: "danger", check: () => gone(cx), done: () => cx.reload() })}</section>` : nothing}
  </div></div>`;

/** What holds now, who moves next and by when, and what happens by itself if not. */
const state = (cx, visit, project) => {
  const amount = yuan(fromYuan(visit.amount));
  if (held(visit)) {
    const rest = left(ends(cx, visit));
    return rest
      ? html`<section class="note warn" role="status"><h2>${t("visit.unpaid")}</h2><p>${t("visit.unpaid.text", { left: rest, amount })}</p>
          <p class="row"><a class="button primary" href=${address(`/pay/visit/${visit.id}`)}>${t("pay.go")}</a></p></section>`
      : html`<section class="note warn" role="status"><p>${t("pay.lapsed")}</p><p><a class="button" href=${address(`/projects/${visit.project_id}`)}>${t("pay.slots")}</a></p></section>`;
  }
  if (visit.verify_status === 2) return html`<section class="note bad"><h2>${t("visit.rejected")}</h2><p lang=${data()}>${visit.reject_msg}</p>${refund(visit)}</section>`;
  if (visit.verify_status === 3) return html`<section class="note"><h2>${t("visit.cancelled")}</h2>${refund(visit)}<p><a href=${address(`/projects/${visit.project_id}`)}>${t("visit.book_again")}</a></p></section>`;
  if (visit.status === 3) return html`<section class="note good"><h2>${t("visit.done")}</h2>${refund(visit)}</section>`;
  if (visit.status === 2) return html`<section class="note warn"><h2>${t("visit.missed")}</h2><p>${t("visit.missed.text")}</p>${refund(visit)}</section>`;
  return html`<section class="note good" role="status"><h2>${cx.query.booked ? t("book.done") : t("visit.booked")}</h2>
    <p>${t("visit.booked.text")}${project && visit.amount !== "0.00" ? html` ${t("visit.deposit_back")}` : nothing}</p></section>`;
};

const refund = (visit) => (visit.refund_status ? html`<p>${t(visit.refund_status === 3 ? "visit.refunded.text" : "visit.refunding.text", { amount: yuan(fromYuan(visit.amount)) })}</p>` : nothing);

const copy = async (cx, text) => { try { await navigator.clipboard.writeText(text); cx.toast(t("copied")); } catch { /* it can be selected by hand */ } };

const gone = async (cx) => { const visit = await find(cx); return visit.verify_status === 3 ? visit : null; };

const cancel = async (cx, visit) => {
  const sure = await cx.confirm(t("visit.cancel.ask", { at: full(visit.visit_time) }), { yes: t("visit.cancel.yes"), no: t("visit.cancel.no"), kind: "danger" });
  if (!sure) return;
  await cx.ask("GET", `/custom/project/${visit.project_id}/cancel`, undefined, { patience: false });
  cx.set({ booked: undefined }, { replace: true });
  await cx.reload();
};

const moving = (cx, visit, project) => {
  const options = Object.entries(project?.plan_time ?? {}).filter(([label, n]) => n > 0 && label !== visit.plan_time && moment(`${project.date} ${label.slice(0, 8)}`) > now());
  if (options.length === 0) return nothing;
  return html`<details class="card"><summary>${t("visit.move")}</summary>
    ${form(cx, "move", {
      label: t("visit.move"),
      run: async ({ plan_time }) => {
        try { await cx.ask("POST", `/custom/diagnoses/${visit.id}/move`, { plan_time }); } catch (fault) {
          if (fault.slug === "no_such_endpoint") throw new Refused({ status: 404, slug: "move_unknown", message: "" });
          await cx.reload();
          throw fault;
        }
        cx.toast(t("visit.moved"));
        await cx.reload();
      },
      check: async () => { const one = await find(cx); return one.plan_time !== visit.plan_time ? one : null; }, done: () => cx.reload(),
    }, html`${radios(cx, "move", { name: "plan_time", legend: t("visit.move.to"), required: true, options: options.map(([label, n]) => ({ value: label, label: slot(label), note: t("slot.left", { n }) })) })}
      ${submit(cx, "move", t("visit.move.yes"))}`)}</details>`;
};

const rating = (cx, visit) => (visit.doctor_score > 0
  ? html`<section class="card"><h2>${t("rate.done")}</h2><p>${stars(visit.doctor_score)}</p><p class="pre">${visit.doctor_comment}</p></section>`
  : html`<section class="card"><h2>${t("rate.title")}</h2>${form(cx, "rate", {
      label: t("rate.title"), record: visit.id, draft: true,
      run: async (fields) => {
        try { await cx.ask("POST", `/custom/diagnoses/${visit.id}/comment`, { doctor_score: Number(fields.score), doctor_comment: fields.comment }); } catch (fault) {
          if (fault.slug !== "already_rated") throw new Refused({ ...fault, message: said(fault) });
        }
        await cx.reload();
      },
      check: async () => { const one = await find(cx); return one.doctor_score > 0 ? one : null; }, done: () => cx.reload(),
    }, html`${radios(cx, "rate", { name: "score", legend: t("rate.score"), required: true, options: [1, 2, 3, 4, 5].map((n) => ({ value: n, label: t("stars", { n }) })) })}
      ${field(cx, "rate", { name: "comment", type: "textarea", label: t("rate.comment"), required: true, maxlength: 500 })}
      ${submit(cx, "rate", t("submit"))}`)}</section>`);
