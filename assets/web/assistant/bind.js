// Taking on a patient who has an account: they read out the code that their phone received.

import { html } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { field, form, submit } from "../shared/form.js";
import { t } from "../shared/words.js";

export const title = "patient.bind";
export const needs = "session";
export const styles = ["form"];
export const parent = "/patients";

const send = async (cx) => {
  const phone = document.getElementById("bind-phone");
  if (!phone.value.trim()) { phone.focus(); return; }
  await cx.ask("POST", "/phone/verifycode", { phone: phone.value.trim() });
  Object.assign(cx.state, { sent: true, next: Date.now() + 60_000 });
  const timer = setInterval(() => { cx.redraw(); if (cx.gone || cx.state.next < Date.now()) clearInterval(timer); }, 1000);
  cx.ends(() => clearInterval(timer));
};

export const view = (cx) => {
  const wait = Math.max(0, Math.ceil(((cx.state.next ?? 0) - Date.now()) / 1000));
  return html`<p class="faint">${t("patient.bind.text")}</p><div class="narrow">${form(cx, "bind", { label: t("patient.bind"), run: async (f) => {
    await cx.ask("POST", "/assistant/bind/patient", { phone: f.phone.trim(), verify_code: f.code.trim() });
    cx.toast(t("saved"));
    cx.go("/patients", { q: f.phone.trim() }, { replace: true });
  } }, html`
    ${field(cx, "bind", { name: "phone", label: t("patient.phone"), type: "tel", inputmode: "tel", required: true, maxlength: 20, pattern: "[+0-9 \\-]{6,20}", wrong: t("phone.wrong") })}
    ${field(cx, "bind", { name: "code", label: t("code"), inputmode: "numeric", required: true, maxlength: 8, pattern: "[0-9]{4,8}", private: true, hint: t(cx.state.sent ? "patient.bind.sent" : "patient.bind.hint"),
      beside: button(cx, "send", wait > 0 ? t("code.wait", { n: wait }) : t("code.get"), () => send(cx), { off: wait > 0 }) })}
    ${submit(cx, "bind", t("patient.bind.do"))}`)}</div>`;
};
