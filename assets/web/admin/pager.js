// Below a table: how much of it is shown, its other pages, and how long a page is. Page and size are in the address.

import { html, nothing } from "../vendor/lit.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";

const SIZES = [20, 50, 100, 1000];
/** Rows of a page where nobody chose. */
export const SIZE = SIZES[0];

export const foot = (cx, path, total) => {
  const [now, size] = [Number(cx.query.page ?? 1), Number(cx.query.page_size ?? SIZE)];
  const last = Math.max(1, Math.ceil(total / size));
  const near = [...new Set([1, now - 1, now, now + 1, last])].filter((n) => n >= 1 && n <= last).sort((a, b) => a - b);
  const link = (n, text, label) => html`<a class="button quiet" href=${address(path, { ...cx.query, page: n === 1 ? undefined : n })} aria-label=${label ?? nothing} aria-current=${n === now && !label ? "true" : nothing}>${text}</a>`;
  const resize = (event) => cx.go(path, { ...cx.query, page: undefined, page_size: event.target.value === String(SIZE) ? undefined : event.target.value });
  return html`<div class="foot-row row no-print"><span class="faint num">${total === 0 ? "" : t("table.range", { from: (now - 1) * size + 1, to: Math.min(now * size, total), n: total })}</span>
    ${last > 1 ? html`<nav class="pager row" aria-label=${t("table.pages")}>${now > 1 ? link(now - 1, "‹", t("table.before")) : nothing}
      ${near.map((n, at) => html`${at > 0 && n - near[at - 1] > 1 ? html`<span class="faint">…</span>` : nothing}${link(n, n)}`)}${now < last ? link(now + 1, "›", t("table.after")) : nothing}</nav>` : nothing}
    <label class="row size"><span class="faint">${t("table.size")}</span><select @change=${resize}>
      ${[...new Set([...SIZES, size])].sort((a, b) => a - b).map((n) => html`<option value=${n} ?selected=${n === size}>${n}</option>`)}</select></label></div>`;
};
