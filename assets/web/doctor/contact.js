// One patient among the contacts: nickname, records and what brought them together, who may write and call.

import { html, nothing } from "../vendor/lit.js";
import { act, button, problem } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { person } from "../shared/list.js";
import { address } from "../shared/route.js";
import { data, said, t } from "../shared/words.js";
import { history } from "./patient-card.js";

export const needs = "session";
export const styles = ["form", "chat"];
export const parent = "/contacts";
export const title = (cx, { one }) => one?.name ?? t("loading");

export const load = async (cx) => {
  const patientId = cx.params.id;
  const records = await cx.ask("GET", "/api/im/records", { patientId });
  const first = records[0]?.medicalRecordId ?? records[0]?.recordId;
  const [one, call, send, past] = await Promise.all([
    first ? cx.ask("GET", "/api/im/patient-contact", { patientId, recordId: first }) : listed(cx, patientId), cx.ask("GET", "/api/im/doctor-call-to", { patientId }), cx.ask("GET", "/api/im/doctor-send-to", { patientId }),
    cx.ask("GET", `/all_diagnoses/${patientId}`).catch(() => []),
  ]);
  return { one, records, call: call === "true", send: send === "true", past };
};

/** A follower without a record stands in the list alone. */
const listed = async (cx, id) => {
  const found = (await cx.ask("GET", "/api/im/doctor-contact-list")).find((one) => String(one.patient_id) === id);
  if (!found) throw new Refused({ status: 404, slug: "not_found", message: "没有找到，请核对编号" });
  return found;
};

const set = (cx, path, status) => async () => { await cx.ask("POST", path, { patientId: Number(cx.params.id), status }); await cx.reload(); };

export const view = (cx, { one, records, call, send, past }) => html`<div class="two"><div class="stack">
  <section class="card">${person(one.nickname || one.name, [one.name, one.gender ? t(`sex.${one.gender}`) : "", one.birthday, `${one.province ?? ""}${one.city ?? ""}`].filter(Boolean).join(" · "), one.avatar)}
    ${one.is_ban ? html`<p class="note bad">${t("contact.banned.text")}</p>` : send ? nothing : html`<p class="note">${t("direct.closed.doctor")}</p>`}
    <div class="row">${send ? html`<a class="button primary" href=${address(`/messages/direct/${cx.params.id}`)}>${icon("message-circle")}${t("contact.write")}</a>` : nothing}
      <a class="button" href=${address(`/messages/dialog/${cx.params.id}`)}>${t("contact.note")}</a>
      ${call ? ["video", "audio"].map((media) => html`<button type="button" @click=${() => act(cx, "call", () => dial(cx, media, one.name))}>${icon(media === "video" ? "video" : "phone")}${t(`call.${media}`)}</button>`) : nothing}${problem(cx, cx.acts.call ?? {})}</div>
    ${call ? nothing : html`<p class="faint">${t("contact.no_call.doctor")}</p>`}</section>
  <section class="card"><h2>${t("contact.records")}</h2><ul class="plain stack">${records.map((record) => html`<li lang=${data()}><strong>${record.name ?? record.record_name}</strong> <span class="faint">${record.relation ?? ""} ${record.birthday ?? record.record_birthday ?? ""}</span></li>`)}</ul></section>
  ${history(past)}</div><div class="stack">
  <section class="card"><h2>${t("contact.nickname")}</h2>${form(cx, "nickname", {
    label: t("contact.nickname"), safe: true,
    run: async ({ nickname }) => { await cx.ask("POST", "/api/im/patient-nickname", { patientId: Number(cx.params.id), nickname: nickname.trim() }); cx.toast(t("saved")); await cx.reload(); },
  }, html`${field(cx, "nickname", { name: "nickname", label: t("contact.nickname.label"), value: one.nickname, maxlength: 30 })}${submit(cx, "nickname", t("save"))}`)}</section>
  <section class="card"><h2>${t("contact.rules")}</h2><div class="row">
    ${button(cx, "ban", t(one.is_ban ? "contact.unban" : "contact.ban"), set(cx, "/api/im/patient-ban-status", one.is_ban ? 0 : 1), { kind: one.is_ban ? "" : "danger", safe: true })}
    ${button(cx, "calls", t(one.can_call ? "contact.calls.off.doctor" : "contact.calls.on.doctor"), set(cx, "/api/im/patient-call-status", one.can_call ? 0 : 1), { safe: true, off: Boolean(one.is_ban) })}
  </div></section></div></div>`;

const dial = async (cx, media, name) => {
  try {
    const { dial: ring } = await import("../shared/call.js");
    await ring({ members: [Number(cx.params.id)], media, name });
  } catch (fault) { throw fault.slug ? new Refused({ ...fault, message: said(fault) }) : fault; }
};
