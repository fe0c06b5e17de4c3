// The card above every complaint: signs for which nobody should wait for a doctor's answer. It never blocks.

import { html } from "../vendor/lit.js";
import { icon } from "./frame.js";
import { t } from "./words.js";

export const redFlags = () => html`<div class="note bad flags" role="note">
  <p>${icon("triangle-alert")} <strong>${t("flags.title")}</strong> ${t("flags.text")} <a href="tel:120">${t("flags.call")}</a></p></div>`;
