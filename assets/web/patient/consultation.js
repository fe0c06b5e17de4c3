// Asking a doctor in text and pictures: for whom, why, what; then paying.

import { html, nothing } from "../vendor/lit.js";
import { field, form, radios, submit } from "../shared/form.js";
import { person } from "../shared/list.js";
import { yuan } from "../shared/money.js";
import { picker, shots } from "../shared/picture.js";
import { redFlags } from "../shared/red-flags.js";
import { address } from "../shared/route.js";
import { hex } from "../shared/session.js";
import { age, moment, now } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form"];
export const parent = "/find";
export const title = (cx, { doctor }) => (doctor ? t("ask.title", { name: doctor.doctorName }) : t("loading"));

const number = (id) => parseInt(id.slice(-16), 16);

export const load = async (cx) => {
  const [doctor, patients, reasons] = await Promise.all([
    cx.ask("POST", "/api/doctor/detail", { id: hex(cx.params.id) }),
    cx.ask("POST", "/api/patient/list", { userId: hex(cx.me.member_id) }),
    cx.ask("POST", "/api/consultationReason/list", {}),
  ]);
  return { doctor, patients, reasons };
};

export const view = (cx, { doctor, patients, reasons }) => {
  if (!doctor.imageAndTextOpen) return html`<p class="note warn">${t("doctor.closed")}</p><p><a class="button" href=${address("/find", { kind: "doctor", ask: 1 })}>${t("ask.others")}</a></p>`;
  if (patients.length === 0) return html`<p class="note warn">${t("ask.no_patient")}</p><p><a class="button primary" href=${address("/me/profile", { then: cx.path })}>${t("profile.title")}</a></p>`;
  const chosen = patients.find((one) => String(number(one.id)) === cx.query.for) ?? patients.find((one) => one.relation === "本人") ?? patients[0];
  const price = doctor.imageAndTextPrice;
  return html`<div class="two flip"><section class="card">${person(doctor.doctorName, `${doctor.departmentName} · ${doctor.jobPosition}`, doctor.avatar)}
      <p><span class="price">${price > 0 ? yuan(price) : t("free")}</span> <span class="faint">${t(price > 0 ? "ask.rule" : "ask.rule.free", { n: cx.about.rules?.replies ?? 3, h: Math.round((cx.about.rules?.reply ?? 172_800_000) / 3_600_000) })}</span></p></section>
    ${form(cx, "ask", {
      label: t("ask.title", { name: doctor.doctorName }), record: cx.params.id, draft: true,
      run: async (fields) => {
        cx.state.since = now() - 60_000;
        cx.state.content = fields.content;
        arrive(cx, await cx.ask("POST", "/consultation/create", {
          patientId: fields.patient, doctorId: hex(cx.params.id), consultationReason: fields.reason, content: fields.content, images: shots(cx.state.pictures),
        }));
      },
      check: async () => {
        const { items } = await cx.ask("POST", "/consultation/list", { limit: 20 });
        return items.find((one) => number(one.doctorId) === Number(cx.params.id) && one.content === cx.state.content && moment(one.created_at) >= cx.state.since) ?? null;
      },
      done: (one) => arrive(cx, one),
    }, html`
      ${radios(cx, "ask", { name: "patient", legend: t("ask.patient"), required: true, value: chosen.id, options: patients.map((one) => ({ value: one.id, label: html`<span lang=${data()}>${one.name}</span>`, note: html`<span lang=${data()}>${one.relation}</span>${age(one.birthday) === null ? nothing : ` · ${t("age", { n: age(one.birthday) })}`}` })) })}
      <p><a href=${address("/family", { then: cx.path })}>${t("ask.add_patient")}</a></p>
      ${field(cx, "ask", { name: "reason", type: "select", label: t("ask.reason"), required: true, options: [{ value: "", label: t("choose") }, ...reasons.map((one) => ({ value: one.reason, label: one.reason }))] })}
      ${redFlags(cx)}
      ${field(cx, "ask", { name: "content", type: "textarea", label: t("complaint"), hint: t("complaint.hint"), required: true, maxlength: 1000, rows: 5 })}
      ${picker(cx, { most: 9, label: t("book.pictures") })}
      ${submit(cx, "ask", price > 0 ? t("ask.pay", { amount: yuan(price) }) : t("submit"), { wide: true })}`)}</div>`;
};

const arrive = (cx, one) => cx.go(one.status === "01" ? `/pay/consultation/${number(one.id)}` : `/messages/chat/${number(one.id)}`, {}, { replace: true });
