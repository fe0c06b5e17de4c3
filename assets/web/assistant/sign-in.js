// Signing in as an assistant. Afterwards the screen that was asked for is shown.

import { html } from "../vendor/lit.js";
import { signInForm } from "../shared/sign-in.js";
import { t } from "../shared/words.js";

export const title = "signin.title";
export const parent = "/";
export const styles = ["form"];

export const view = (cx) => html`<div class="card narrow gate">${signInForm(cx, {
  done: () => {
    if (cx.path === "/sign-in") cx.go(cx.query.then ?? "/", {}, { replace: true });
    cx.refresh();
  },
})}</div><p class="faint narrow">${t("assistant.join")}</p>`;
