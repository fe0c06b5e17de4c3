// One news item. What administrators wrote as HTML is cleaned before it is shown.

import { html } from "../vendor/lit.js";
import { clean } from "../shared/news.js";
import { date } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const parent = "/me";
export const title = (cx, one) => one.title ?? t("loading");
export const load = (cx) => cx.ask("GET", `/news/${cx.params.id}`);
export const view = (cx, one) => html`<article class="card prose" lang=${data()}><p class="faint">${date(one.publish_time)}</p>${clean(one.content)}</article>`;
