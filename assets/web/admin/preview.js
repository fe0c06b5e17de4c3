// News and banners as a phone shows them.

import { html, nothing, until } from "../vendor/lit.js";
import { own } from "../shared/api.js";
import { t } from "../shared/words.js";

const news = async (row) => (await import("../shared/news.js")).clean(row.content);

export const preview = (collection, row) => html`<section class="phone" aria-label=${t("admin.preview")}><h3>${t("admin.preview")}</h3><div class="card">
  ${own(row.photo) ? html`<img src="${own(row.photo)}?w=480" alt="">` : nothing}<strong>${row.title}</strong>
  ${collection === "news" ? html`<div class="prose">${until(news(row), nothing)}</div>` : row.href ? html`<span class="faint">${row.href}</span>` : nothing}</div></section>`;
