// News for doctors: the list, and one of them. What administrators wrote as HTML is cleaned before it is shown.

import { html } from "../vendor/lit.js";
import { empty, more, pages } from "../shared/list.js";
import { clean } from "../shared/news.js";
import { address } from "../shared/route.js";
import { date } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const parent = (cx) => (cx.params.id ? "/news" : "/me");
export const title = (cx, one) => (cx.params.id ? one.title ?? t("loading") : t("doctor.news"));

export const load = (cx) => (cx.params.id ? cx.ask("GET", `/news/${cx.params.id}`) : pages(cx, (page) => cx.ask("GET", "/news/2/list", { current_page: page, page_size: 20 })));

export const view = (cx, found) => {
  if (cx.params.id) return html`<article class="card prose" lang=${data()}><p class="faint">${date(found.publish_time)}</p>${clean(found.content)}</article>`;
  return found.items.length === 0 ? empty("newspaper", t("news.none")) : html`<ul class="rows" data-rows>${found.items.map((one) => html`<li><a href=${address(`/news/${one.id}`)}>
    <span class="body" lang=${data()}><strong>${one.title}</strong></span><span class="end faint">${date(one.publish_time)}</span></a></li>`)}</ul>${more(cx, found)}`;
};
