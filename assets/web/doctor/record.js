// One visit as its doctor works on it: the complaint, what can be done with it and from when, the result, the rating. No screen of its own.
//
//   record(cx, visit, project, { done })     done() after something changed

import { html, keyed, nothing } from "../vendor/lit.js";
import { act, button, problem } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { field, form, radios, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { fromYuan, yuan } from "../shared/money.js";
import { gallery, picker, shots } from "../shared/picture.js";
import { address } from "../shared/route.js";
import { clock, date, full, moment, now, slot, zoneName } from "../shared/time.js";
import { data, said, t } from "../shared/words.js";
import { stateOf } from "./patient-card.js";

const fresh = (cx, visit) => cx.ask("GET", `/diagnoses/${visit.id}`, undefined, { patience: false });
const changed = (cx, visit) => async () => { const one = await fresh(cx, visit); return stateOf(one) !== stateOf(visit) ? one : null; };

export const record = (cx, visit, project, { done }) => keyed(visit.id, html`<div class="stack">
  <section class="card"><h2 class="summary-line"><span lang=${data()}>${visit.user_info.real_name}</span> <span class="tag ${visit.status === 3 ? "good" : visit.verify_status > 1 ? "bad" : ""}">${t(stateOf(visit))}</span></h2>
    <p class="num">${date(visit.visit_time)} ${slot(visit.plan_time)} <span class="faint">${zoneName()} · ${t("visit.number")} ${String(visit.id).padStart(6, "0")}</span></p>
    <h3>${t("complaint")}</h3><p class="pre" lang=${data()}>${visit.casebook_info.content || t("record.no_complaint")}</p>${gallery(visit.casebook_info.photo)}
    ${visit.verify_status === 2 ? html`<p class="note bad" lang=${data()}>${visit.reject_msg}</p>` : nothing}
    ${fromYuan(visit.amount) > 0 ? html`<p class="faint num">${t("deposit", { amount: yuan(fromYuan(visit.amount)) })}${visit.refund_status ? html` · ${t(visit.refund_status === 3 ? "visit.refunded" : "visit.refunding")}` : nothing}</p>` : nothing}
    ${actions(cx, visit, project, done)}</section>
  ${visit.verify_status === 1 && visit.status !== 2 ? result(cx, visit, project, done) : nothing}
  ${visit.status === 3 ? rating(cx, visit, done) : nothing}
</div>`);

const begins = (visit, project) => (project ? moment(`${project.date} ${project.begin}`) : moment(visit.visit_time));
const ends = (visit) => moment(`${String(visit.visit_time).slice(0, 10)} ${String(visit.plan_time).split(" - ")[1] ?? "23:59:59"}`);

/** A button that works from an hour on is shown from the start, with the hour. */
const from = (cx, name, text, at, run, options) => {
  const early = now() < at;
  return html`<span class="act">${button(cx, name, text, run, { ...options, off: early })}${early ? html`<span class="faint num">${t("from", { at: date(at) === date(now()) ? clock(at) : full(at) })}</span>` : nothing}</span>`;
};

const actions = (cx, visit, project, done) => {
  const { id } = visit;
  const waits = visit.verify_status === 1 && visit.status === 1;
  const again = { check: changed(cx, visit), done };
  return html`<div class="row actions">
    ${waits || (visit.verify_status === 1 && visit.status === 2) ? from(cx, `done-${id}`, t("record.done"), begins(visit, project), async () => { await cx.ask("GET", `/diagnoses/${id}/done`, undefined, { patience: false }); await done(); }, { kind: "primary", ...again }) : nothing}
    ${waits ? from(cx, `missed-${id}`, t("record.missed"), ends(visit), async () => {
      if (!(await cx.confirm(t("record.missed.ask", { name: visit.user_info.real_name }), { yes: t("record.missed") }))) return;
      await cx.ask("POST", `/diagnoses/${id}/missed`);
      await done();
    }, again) : nothing}
    ${waits ? button(cx, `reject-${id}`, t("record.reject"), () => reject(cx, visit, done), { kind: "danger", ...again }) : nothing}
    ${visit.status === 2 && fromYuan(visit.amount) > 0 && !visit.refund_status ? button(cx, `refund-${id}`, t("record.refund", { amount: yuan(fromYuan(visit.amount)) }), async () => {
      if (!(await cx.confirm(t("record.refund.ask"), { yes: t("record.refund", { amount: yuan(fromYuan(visit.amount)) }) }))) return;
      await cx.ask("POST", `/diagnoses/${id}/refund`);
      await done();
    }, { check: async () => { const one = await fresh(cx, visit); return one.refund_status ? one : null; }, done }) : nothing}
  </div>
  <div class="row">
    ${visit.verify_status === 1 ? html`<a class="button" href=${address(`/messages/dialog/${visit.user_info.id}`)}>${icon("message-circle")}${t("patient.write")}</a>
      ${["video", "audio"].map((media) => html`<button type="button" @click=${() => act(cx, `call-${id}`, () => call(visit, media))}>${icon(media === "video" ? "video" : "phone")}${t(`call.${media}`)}</button>`)}${problem(cx, cx.acts[`call-${id}`] ?? {})}` : nothing}
  </div>`;
};

const call = async (visit, media) => {
  try {
    const { dial } = await import("../shared/call.js");
    await dial({ members: [visit.user_info.id], media, name: visit.user_info.real_name });
  } catch (fault) { throw fault.slug ? new Refused({ ...fault, message: said(fault) }) : fault; }
};

const reject = async (cx, visit, done) => {
  const { show } = await import("../shared/dialog.js");
  const s = { text: "", chosen: "" };
  const words = await show((close, draw) => html`<h2>${t("record.reject.ask", { name: visit.user_info.real_name })}</h2>
    <fieldset class="field"><legend>${t("record.reject.phrases")}</legend><div class="options wide">${[1, 2, 3, 4].map((n) => html`<label class="option"><input type="radio" name="phrase" .checked=${s.chosen === n} @change=${() => { s.chosen = n; s.text = t(`record.phrase.${n}`); document.getElementById("reject-text").value = s.text; draw(); }}><span>${t(`record.phrase.${n}`)}</span></label>`)}</div></fieldset>
    <div class="field"><label for="reject-text">${t("record.reject.reason")}</label><textarea id="reject-text" rows="3" maxlength="500" @input=${(event) => { s.text = event.target.value; draw(); }}></textarea></div>
    <p class="faint">${t("record.reject.line")}</p>
    <div class="row end"><button type="button" @click=${() => close(null)}>${t("cancel")}</button><button type="button" class="danger" aria-disabled=${s.text.trim() ? nothing : "true"} @click=${() => { if (s.text.trim()) close(s.text.trim()); else document.getElementById("reject-text").focus(); }}>${t("record.reject.yes")}</button></div>`,
  { label: t("record.reject.ask", { name: visit.user_info.real_name }), className: "wide" });
  if (!words) return;
  await cx.ask("POST", `/diagnoses/${visit.id}/reject`, { reject_msg: words });
  await done();
};

const result = (cx, visit, project, done) => {
  const name = `result-${visit.id}`;
  const key = `photo-${visit.id}`;
  cx.state[key] ??= [...visit.diag_photo];
  const early = visit.status === 1 && now() < begins(visit, project);
  return html`<section class="card" data-save><h2>${t("record.result")}</h2>${form(cx, name, {
    label: t("record.result"), record: visit.id, draft: true, safe: true,
    run: async (f) => {
      const photo = shots(cx.state[key]);
      if (photo.length < cx.state[key].length) throw new Refused({ status: 422, slug: "invalid_field", message: t("chat.uploading") });
      await cx.ask("PUT", `/diagnoses/${visit.id}`, { diag_result: f.result.trim(), diag_photo: photo });
      cx.state[`saved-${visit.id}`] = f.result.trim();
      cx.toast(t("saved"));
      await done();
    },
  }, html`${field(cx, name, { name: "result", type: "textarea", label: t("record.result"), hint: t("record.result.hint"), required: true, rows: 6, maxlength: 20000, value: visit.diag_result })}
    ${picker(cx, { most: 20, label: t("record.pictures"), key })}
    <div class="row">${submit(cx, name, t("save"), { off: early })}
      ${early ? html`<span class="faint num">${t("from", { at: full(begins(visit, project)) })}</span>` : cx.state[`saved-${visit.id}`] !== undefined && !cx.dirty ? html`<span class="tag good" role="status">${t("saved")}</span>` : nothing}</div>`)}</section>`;
};

const rating = (cx, visit, done) => {
  const name = `rate-${visit.id}`;
  const stars = [1, 2, 3, 4, 5].map((n) => ({ value: n, label: t("stars", { n }) }));
  if (visit.patient_credit_score > 0) return html`<section class="card"><h2>${t("record.rated")}</h2><p class="num">${t("patient.scores.of", { credit: visit.patient_credit_score, punctual: visit.patient_punctuality_score })}</p>
    ${visit.doctor_score > 0 ? html`<p><strong>${t("stars", { n: visit.doctor_score })}</strong> <span class="pre" lang=${data()}>${visit.doctor_comment}</span></p>` : nothing}</section>`;
  return html`<section class="card"><h2>${t("record.rate")}</h2>${form(cx, name, {
    label: t("record.rate"),
    run: async (f) => {
      try { await cx.ask("POST", `/doctor/diagnoses/${visit.id}/comment`, { patient_credit_score: Number(f.credit), patient_punctuality_score: Number(f.punctual) }); } catch (fault) { if (fault.slug !== "already_rated") throw fault; }
      await done();
    },
    check: async () => { const one = await fresh(cx, visit); return one.patient_credit_score > 0 ? one : null; }, done,
  }, html`${radios(cx, name, { name: "credit", legend: t("record.credit"), required: true, options: stars })}
    ${radios(cx, name, { name: "punctual", legend: t("record.punctual"), required: true, options: stars })}
    ${submit(cx, name, t("submit"))}`)}</section>`;
};
