// A new doctor: phone, code, password. Then the profile; an administrator lets the doctor in.

import { html } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { ask } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { address } from "../shared/route.js";
import { enter, expiry } from "../shared/session.js";
import { t } from "../shared/words.js";

export const title = "register.title";
export const parent = "/";
export const styles = ["form"];

export const view = (cx) => html`<div class="card narrow gate"><p class="faint">${t("register.line")}</p>${form(cx, "register", {
  label: t("register.title"),
  run: async (f) => {
    const user = await ask("POST", "/register", { phono: f.phone.trim(), pwd: f.password, type: 2, verify_code: f.code.trim() }, { anonymous: true });
    enter({ token: user.token, role: "doctor", member_id: user.id, name: user.real_name ?? "", phone: f.phone.trim(), expires: expiry(user.token) }, { here: true });
    cx.go("/me/profile", {}, { replace: true });
    cx.refresh();
  },
}, html`
  ${field(cx, "register", { name: "phone", label: t("phone"), type: "tel", inputmode: "tel", required: true, maxlength: 20, pattern: "[+0-9 \\-]{6,20}", wrong: t("phone.wrong"), autocomplete: "username" })}
  ${field(cx, "register", { name: "code", label: t("code"), inputmode: "numeric", required: true, maxlength: 8, private: true, autocomplete: "one-time-code", hint: cx.state.sent ? t("code.sent") : undefined,
    beside: button(cx, "send", t("code.get"), () => send(cx)) })}
  ${field(cx, "register", { name: "password", label: t("password"), type: "password", required: true, minlength: 6, maxlength: 128, private: true, autocomplete: "new-password" })}
  ${submit(cx, "register", t("register.title"), { wide: true })}`)}
  <p>${t("register.have")} <a href=${address("/sign-in")}>${t("signin")}</a></p></div>`;

const send = async (cx) => {
  const phone = document.getElementById("register-phone");
  if (!phone.value.trim()) { phone.focus(); return; }
  await ask("POST", "/phone/verifycode", { phone: phone.value.trim() }, { anonymous: true });
  cx.state.sent = true;
};
