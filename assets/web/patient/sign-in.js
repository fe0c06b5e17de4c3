// Signing in and registering: the same form. Afterwards the screen that was asked for is shown.

import { html } from "../vendor/lit.js";
import { signInForm } from "../shared/sign-in.js";

export const title = "signin.title";
export const parent = "/";
export const styles = ["form"];

export const view = (cx) => html`<div class="card narrow">${signInForm(cx, {
  done: () => {
    // Where this screen stands in for another one, the address is already that one's.
    if (cx.path === "/sign-in") cx.go(cx.query.then ?? "/", { step: cx.query.step }, { replace: true });
    cx.refresh();
  },
})}</div>`;
