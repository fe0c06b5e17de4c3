// The screen for an address that is none.

import { html } from "../vendor/lit.js";
import { icon } from "./frame.js";
import { address } from "./route.js";
import { t } from "./words.js";

export const title = "nowhere";
export const parent = "/";
export const view = () => html`<div class="empty">${icon("search")}<p>${t("nowhere.text")}</p><p><a class="button primary" href=${address("/")}>${t("home.link")}</a></p></div>`;
