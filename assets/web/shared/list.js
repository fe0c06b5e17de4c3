// Lists, and what stands in their place: nothing yet, nothing at all.
//
//   empty("calendar-heart", t("visits.none"), html`<a …>…</a>`)    a sentence and the next step
//   tabs(cx, "type", [{ value, label }], label)                      choices of which one is in the address
//   const list = await pages(cx, (page) => ask(…))                   all pages up to ?page=, each asked once
//   more(cx, list)                                                   the button 更多 and the total
//   face(name, url)                                                  a picture of a person, or the first character of the name
//   stars(4)                                                         ★★★★☆ for the eye, "4 星" for the ear
//
// `pages` takes both families' lists: { list, page: { count } } and { items, total }.

import { html, nothing } from "../vendor/lit.js";
import { own } from "./api.js";
import { icon } from "./frame.js";
import { address } from "./route.js";
import { data, t } from "./words.js";

export const empty = (name, text, next = nothing) => html`<div class="empty">${icon(name)}<p>${text}</p>${next}</div>`;

export const tabs = (cx, key, options, label, first = options[0].value) => {
  const now = String(cx.query[key] ?? first);
  return html`<nav class="tabs" aria-label=${label}>${options.map((one) => html`<a href=${address(cx.path, { ...cx.query, page: undefined, [key]: one.value === first ? undefined : one.value })}
    aria-current=${String(one.value) === now ? "true" : nothing}>${one.label}</a>`)}</nav>`;
};

const itemsOf = (answer) => answer?.list ?? answer?.items ?? (Array.isArray(answer) ? answer : []);
const totalOf = (answer) => answer?.page?.count ?? answer?.total ?? itemsOf(answer).length;

export const pages = async (cx, ask) => {
  const last = Math.max(1, Math.min(50, Number(cx.query.page) || 1));
  const filter = JSON.stringify({ ...cx.query, page: undefined });
  const kept = cx.state.pages?.filter === filter && cx.state.pages.last < last ? cx.state.pages : { filter, items: [], last: 0, total: 0 };
  for (let page = kept.last + 1; page <= last; page += 1) {
    const answer = await ask(page);
    kept.items.push(...itemsOf(answer));
    Object.assign(kept, { last: page, total: totalOf(answer) });
    if (kept.items.length >= kept.total) break;
  }
  cx.state.pages = kept;
  return { items: kept.items, total: kept.total, page: kept.last };
};

export const more = (cx, { items, total, page }) => (items.length < total
  ? html`<p class="row"><button type="button" @click=${() => cx.set({ page: page + 1 }, { replace: true })}>${t("more")}</button><span class="faint">${t("more.of", { n: items.length, total })}</span></p>`
  : nothing);

export const face = (name, url) => {
  const picture = own(url);
  return picture ? html`<img class="face" src="${picture}?w=120&h=120&fit=crop" alt="" loading="lazy" width="48" height="48">`
    : html`<span class="face" aria-hidden="true" lang="zh-CN">${[...(name || "·")][0]}</span>`;
};

export const stars = (n) => html`<span class="stars-of" role="img" aria-label=${t("stars", { n })}>${"★".repeat(Math.round(n))}${"☆".repeat(Math.max(0, 5 - Math.round(n)))}</span>`;

/** A person with a line below the name. */
export const person = (name, line, url) => html`<span class="person">${face(name, url)}<span lang=${data()}><strong>${name}</strong>${line ? html`<br><span class="faint">${line}</span>` : nothing}</span></span>`;
