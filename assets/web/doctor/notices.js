// Notices of the clinic. Asking for the list marks all of it as read, so it is asked for only when it is on the screen.

import { html } from "../vendor/lit.js";
import { empty, more, pages } from "../shared/list.js";
import { full, near } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = "notices.title";
export const needs = "session";
export const parent = "/me";

export const load = (cx) => pages(cx, (page) => cx.ask("GET", "/message", { current_page: page, page_size: 20 }));

export const view = (cx, list) => (list.items.length === 0 ? empty("bell", t("notices.none")) : html`<ul class="rows">${list.items.map((one) => html`<li class="entry"><span class="body"><strong lang=${data()}>${one.title}</strong><span class="pre" lang=${data()}>${one.content}</span></span>
  <span class="end faint"><time title=${full(one.publish_time)}>${near(one.publish_time)}</time></span></li>`)}</ul>${more(cx, list)}`);
