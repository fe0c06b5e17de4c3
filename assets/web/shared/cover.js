// What nobody should read over a shoulder: covered until 「显示」 is pressed, and again after a minute. This only uncovers what the answer
// has already; that it was looked at was written down when the server gave it.
//
//   covered(cx, "phone-1651", "19900001012")           199****1012 and the button
//   covered(cx, "idno-1651", value, { whole: true })   stars alone, however long it is

import { html, nothing } from "../vendor/lit.js";
import { t } from "./words.js";

const MINUTE = 60_000;
const stars = (text, whole) => (whole || text.length < 8 ? "*".repeat(Math.min(8, text.length)) : `${text.slice(0, 3)}****${text.slice(-4)}`);

export const covered = (cx, key, value, { whole = false } = {}) => {
  const text = String(value ?? "");
  // What came covered stays so.
  if (!text || text.includes("*")) return text ? html`<span class="num">${text}</span>` : nothing;
  const open = (cx.state.uncovered ??= {});
  const toggle = () => {
    clearTimeout(open[key]);
    open[key] = open[key] ? null : setTimeout(() => { open[key] = null; cx.redraw(); }, MINUTE);
    cx.redraw();
  };
  return html`<span class="num">${open[key] ? text : stars(text, whole)}</span> <button type="button" class="link" aria-pressed=${String(Boolean(open[key]))} @click=${toggle}>${t(open[key] ? "cover" : "uncover")}</button>`;
};
