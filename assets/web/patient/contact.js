// One doctor among the contacts: nickname, who may write and call, and why not.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { field, form, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { face } from "../shared/list.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form"];
export const parent = "/contacts";
export const title = (cx, { one }) => one?.name ?? t("loading");

export const load = async (cx) => {
  const doctorId = cx.params.id;
  const [one, status, call] = await Promise.all([
    cx.ask("GET", "/api/im/doctor-contact", { doctorId }), cx.ask("GET", "/api/im/p-talk-status", { doctorId }), cx.ask("GET", "/api/im/patient-call-to", { doctorId }),
  ]);
  const send = await cx.ask("GET", "/api/im/patient-send-to", { doctorId });
  return { one, status, call: call === "true", send: send === "true" };
};

const set = (cx, path, status) => async () => { await cx.ask("POST", path, { doctorId: Number(cx.params.id), status }); await cx.reload(); };

export const view = (cx, { one, status, call, send }) => html`<div class="stack narrow">
  <section class="card"><div class="person">${face(one.name, one.avatar)}<div lang=${data()}><strong>${one.nickname || one.name}</strong><br><span class="faint">${one.specialist} · ${one.hospital_name}</span></div></div>
    ${one.is_ban ? html`<p class="note bad">${t("contact.banned.text")}</p>` : send ? nothing : html`<p class="note">${t(status?.pay === "paid" ? "contact.over" : "contact.no_visit")}</p>`}
    <div class="row">${send ? html`<a class="button primary" href=${address(`/messages/direct/${cx.params.id}`)}>${icon("message-circle")}${t("contact.write")}</a>` : nothing}
      <a class="button" href=${address(`/messages/dialog/${cx.params.id}`)}>${t("contact.note")}</a>
      <a class="button" href=${address(`/doctors/${cx.params.id}`)}>${t("contact.page")}</a></div>
    ${call ? nothing : html`<p class="faint">${t("contact.no_call")}</p>`}</section>
  <section class="card"><h2>${t("contact.nickname")}</h2>${form(cx, "nickname", {
    label: t("contact.nickname"), safe: true,
    run: async ({ nickname }) => { await cx.ask("POST", "/api/im/doctor-nickname", { doctorId: Number(cx.params.id), nickname: nickname.trim() }); cx.toast(t("saved")); await cx.reload(); },
  }, html`${field(cx, "nickname", { name: "nickname", label: t("contact.nickname.label"), value: one.nickname, maxlength: 30 })}${submit(cx, "nickname", t("save"))}`)}</section>
  <section class="card"><h2>${t("contact.rules")}</h2><div class="row">
    ${button(cx, "ban", t(one.is_ban ? "contact.unban" : "contact.ban"), set(cx, "/api/im/doctor-ban-status", one.is_ban ? 0 : 1), { kind: one.is_ban ? "" : "danger", safe: true })}
    ${button(cx, "calls", t(one.can_call ? "contact.calls.off" : "contact.calls.on"), set(cx, "/api/im/doctor-call-status", one.can_call ? 0 : 1), { safe: true, off: Boolean(one.is_ban) })}
  </div></section></div>`;
