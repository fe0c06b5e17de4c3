// Three columns on a desk (list, work, side), two on a tablet, one on a phone. No screen of its own.
//
//   layout, watch(cx)                   for screens with columns: they fill the window where there is more than one
//   columns(cx, { list, work, side, picked, chat, names: [list, work, side], back, more })
//
// On a phone the list is shown until something is picked; `back` leads there again. Where there is no third column, the side folds.

import { html, nothing } from "../vendor/lit.js";
import { icon } from "../shared/frame.js";
import { t } from "../shared/words.js";

const tablet = matchMedia("(min-width: 48rem)");
const desk = matchMedia("(min-width: 70rem)");

export const wide = () => tablet.matches;
export const layout = () => (tablet.matches ? "filled" : undefined);

export const watch = (cx) => {
  if (cx.state.watching) return;
  cx.state.watching = true;
  for (const one of [tablet, desk]) {
    one.addEventListener("change", cx.redraw);
    cx.ends(() => one.removeEventListener("change", cx.redraw));
  }
};

export const columns = (cx, { list, work, side, picked, chat = false, names, back, fold = t("patient.title") }) => html`<div class="cols ${picked ? "picked" : ""} ${chat ? "chatting" : ""} ${side === nothing ? "two-cols" : ""}">
  ${list === nothing ? nothing : html`<section class="col list" aria-label=${names[0]} tabindex="0">${list}</section>`}
  <div class="right">
    ${picked && back ? html`<a class="back-link" href=${back} data-esc>${icon("chevron-left")}${t("back")}</a>` : nothing}
    ${side !== nothing && !desk.matches && chat ? folded(fold, side) : nothing}
    <section class="col work" aria-label=${names[1]} tabindex=${chat ? nothing : "0"}>${work}${side !== nothing && !desk.matches && !chat ? html`<div class="under">${side}</div>` : nothing}</section>
    ${side !== nothing && desk.matches ? html`<section class="col side" aria-label=${names[2]} tabindex="0">${side}</section>` : nothing}
  </div>
</div>`;

const folded = (name, side) => html`<details class="fold"><summary>${name}</summary><div class="inside" tabindex="0" role="group" aria-label=${name}>${side}</div></details>`;
