// Signing in and registering: the same form. Afterwards the screen that was asked for is shown.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { codeForm, signInForm } from "../shared/sign-in.js";
import { enter } from "../shared/session.js";
import * as wechat from "../shared/wechat.js";
import { go } from "../shared/route.js";
import { said, t } from "../shared/words.js";

export const title = "signin.title";
export const parent = "/";
export const styles = ["form"];

let back = null; // how WeChat sent back: "in", "bind" or a refusal

/** Before the first screen, where WeChat has sent back. */
export const arrive = async () => {
  back = await wechat.arrive((session) => enter({ ...session, name: "" }));
  if (back !== null && back !== "in") go("/sign-in", {}, { replace: true });
};

const done = (cx) => () => {
  // Where this screen stands in for another one, the address is already that one's.
  if (cx.path === "/sign-in") cx.go(cx.query.then ?? "/", { step: cx.query.step }, { replace: true });
  cx.refresh();
};

export const view = (cx) => html`<div class="stack narrow gate">
  ${back === "bind" ? html`<section class="card"><h2>${t("wechat.bind")}</h2><p>${t("wechat.bind.text")}</p>
    ${codeForm(cx, "bind", t("wechat.bind"), (fields) => wechat.leave(cx.about, fields))}</section>` : nothing}
  ${back?.slug ? html`<p class="note warn" role="alert">${said(back)}</p>` : nothing}
  ${wechat.offered(cx.about) && back !== "bind" ? html`<p>${button(cx, "wechat", t("wechat.signin"), async () => wechat.leave(cx.about), { kind: "primary", wide: true })}</p>` : nothing}
  <div class="card">${signInForm(cx, { done: done(cx) })}</div></div>`;
