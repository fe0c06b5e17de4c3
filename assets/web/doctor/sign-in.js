// Signing in: phone and password, a code, or the doctor's number. Afterwards the screen that was asked for is shown.

import { html } from "../vendor/lit.js";
import { ask } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { address } from "../shared/route.js";
import { enter, expiry } from "../shared/session.js";
import { signInForm } from "../shared/sign-in.js";
import { t } from "../shared/words.js";

export const title = "doctor.signin";
export const parent = "/";
export const styles = ["form"];

export const view = (cx) => {
  const done = () => {
    if (cx.path === "/sign-in") cx.go(cx.query.then ?? "/", {}, { replace: true });
    cx.refresh();
  };
  return html`<div class="stack narrow gate"><div class="card">${signInForm(cx, { done })}</div>
    <details class="card"><summary>${t("doctor.by_number")}</summary>${byNumber(cx, done)}</details>
    <p>${t("doctor.new")} <a href=${address("/register")}>${t("register.title")}</a></p></div>`;
};

const byNumber = (cx, done) => form(cx, "number", {
  label: t("doctor.by_number"),
  run: async (f) => {
    const { data, token } = await ask("POST", "/api/doctor/signin", { doctorSn: f.number.trim(), password: f.secret }, { anonymous: true, whole: true });
    // Who it is, and the phone that a later sign-in over the page needs.
    const response = await fetch("/user", { headers: { "X-Auth-Token": token ?? data.token } });
    const user = (await response.json()).data;
    enter({ token: token ?? data.token, role: "doctor", member_id: user.id, name: user.real_name, phone: user.phone, expires: expiry(token ?? data.token) }, { here: true });
    done();
  },
}, html`${field(cx, "number", { name: "number", label: t("doctor.number"), required: true, maxlength: 32, autocomplete: "username" })}
  ${field(cx, "number", { name: "secret", label: t("doctor.password"), type: "password", required: true, maxlength: 128, autocomplete: "current-password", private: true })}
  ${submit(cx, "number", t("doctor.enter"))}`);
