// Signing in as an administrator. A lost password is set anew on the server itself.

import { html } from "../vendor/lit.js";
import { signInForm } from "../shared/sign-in.js";
import { t } from "../shared/words.js";

export const title = "signin.admin";
export const styles = ["form"];

export const view = (cx) => html`<div class="card narrow gate">${signInForm(cx, {
  done: () => {
    if (cx.path === "/sign-in") cx.go(cx.query.then ?? "/", {}, { replace: true });
    cx.refresh();
  },
})}</div>
<div class="note narrow"><p>${t("signin.admin.lost")}</p><p><code>xuanhu admin reset-password admin --data-dir /var/lib/xuanhu</code></p><p class="faint">${t("signin.admin.dir")}</p></div>`;
