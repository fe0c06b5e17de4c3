// The administrator's own account: the password. A new one ends every session of the account, and this page goes on with a new one.

import { html } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { enter, expiry, me } from "../shared/session.js";
import { full } from "../shared/time.js";
import { t } from "../shared/words.js";

export const title = "menu.me.admin";
export const needs = "session";
export const styles = ["form"];

export const load = (cx) => cx.ask("GET", "/admin/me");

const change = (cx) => async (f, element) => {
  if (f.password !== f.again) throw new Refused({ status: 422, slug: "password_differs", message: t("own.differs"), fields: { again: t("own.differs") } });
  const { token } = await cx.ask("POST", "/admin/me/password", { old_password: f.old_password, password: f.password });
  enter({ ...me(), token, expires: expiry(token) });
  element.reset();
  cx.toast(t("saved"));
};

export const view = (cx, one) => html`
  <dl class="facts card narrow"><dt>${t("username")}</dt><dd>${one.username || "admin.token"}</dd><dt>${t("f.id")}</dt><dd class="num">${one.id}</dd>
    ${one.created_at ? html`<dt>${t("f.created_at")}</dt><dd>${full(one.created_at)}</dd>` : ""}</dl>
  <section class="narrow"><h2>${t("own.password")}</h2>${form(cx, "password", { label: t("own.password"), run: change(cx) }, html`
    ${field(cx, "password", { name: "old_password", label: t("own.old"), type: "password", required: true, private: true, autocomplete: "current-password", maxlength: 128 })}
    ${field(cx, "password", { name: "password", label: t("password.new"), type: "password", required: true, private: true, autocomplete: "new-password", minlength: 6, maxlength: 128 })}
    ${field(cx, "password", { name: "again", label: t("own.again"), type: "password", required: true, private: true, autocomplete: "new-password", minlength: 6, maxlength: 128 })}
    ${submit(cx, "password", t("save"))}`)}</section>`;
