// Doing something once. A button is busy until the answer came; the same thing cannot start again meanwhile.
//
//   button(cx, "cancel", t("visit.cancel"), async () => { … }, { kind: "danger", check, safe, after })
//
//   kind        "primary", "danger", "quiet" or nothing
//   check       async () => what shows that it has happened (a row), or null. Asked when no answer came: a write is never repeated blindly
//   done        async (found) => what follows, where `check` found it
//   safe: true  the write may be repeated by itself (PUT, idempotent ones): it is, as soon as the line is back
//   submit      a submit button of a form; `run` is then the form's (form.js)
//
// What failed stands under its button: what to do, and under 详情 the code for whoever helps on the phone.

import { html, nothing } from "../vendor/lit.js";
import { Refused, short } from "./api.js";
import { said, t } from "./words.js";

const RETRY = 3_000;
const wait = (ms) => new Promise((resolve) => {
  const end = () => { clearTimeout(timer); removeEventListener("online", end); resolve(); };
  const timer = setTimeout(end, ms);
  addEventListener("online", end);
});

/** Runs `run` once. Answers whether it went well; the state is cx.acts[name] = { busy, problem, lost }. */
export const act = async (cx, name, run, { check, done, safe } = {}) => {
  const state = (cx.acts[name] ??= {});
  if (state.busy) return false;
  Object.assign(state, { busy: true, problem: null, lost: false });
  cx.redraw();
  try {
    for (;;) {
      try {
        await run();
        return true;
      } catch (fault) {
        if (fault.name === "AbortError") return false;
        if (!(fault instanceof Refused)) console.error(fault);
        if (fault.slug !== "offline" && fault.status !== 503 || !(safe || check)) { state.problem = fault; countDown(cx, state, fault); return false; }
        state.lost = true;
        cx.redraw();
        if (!safe) return await settle(cx, state, check, done);
        await wait(RETRY);
        if (cx.gone) return false;
      }
    }
  } finally {
    state.busy = false;
    cx.redraw();
  }
};

/** The answer never came: reads until it is known whether it has happened. */
const settle = async (cx, state, check, done) => {
  for (;;) {
    await wait(RETRY);
    if (cx.gone) return false;
    try {
      const found = await check();
      state.lost = false;
      if (!found) { state.problem = { slug: "not_sent" }; return false; }
      await done?.(found);
      return true;
    } catch (fault) {
      if (fault.slug !== "offline") { state.lost = false; state.problem = fault; return false; }
    }
  }
};

/** 429: the seconds until it may be tried again. */
const countDown = (cx, state, fault) => {
  if (fault.status !== 429 || !fault.after) return;
  state.seconds = fault.after;
  const timer = setInterval(() => {
    state.seconds -= 1;
    if (state.seconds <= 0) { clearInterval(timer); state.seconds = 0; state.problem = null; }
    cx.redraw();
  }, 1000);
  cx.ends?.(() => clearInterval(timer));
};

export const button = (cx, name, text, run, options = {}) => {
  const state = cx.acts[name] ?? {};
  return html`<span class="act ${options.wide ? "wide" : ""}">
    <button type=${options.submit ? "submit" : "button"} class=${options.kind ?? ""} aria-busy=${state.busy ? "true" : nothing}
      aria-disabled=${state.busy || options.off ? "true" : nothing} aria-label=${options.label ?? nothing} data-act=${name}
      @click=${options.submit ? guard(state) : () => { if (!options.off) act(cx, name, run, options); }}>${text}</button>
    ${problem(cx, state)}
  </span>`;
};

/** A second tap on a busy submit button submits nothing. */
const guard = (state) => (event) => { if (state.busy) event.preventDefault(); };

export const problem = (cx, state) => {
  if (state.lost) return html`<span class="problem" role="alert">${t("line.retry")}</span>`;
  const fault = state.problem;
  if (!fault || fault.shown) return nothing;
  if (fault.slug === "offline") return html`<span class="problem" role="alert">${t("line.retry")}</span>`;
  const text = state.seconds ? t("problem.wait", { n: state.seconds }) : said(fault);
  return html`<span class="problem" role="alert"><span>${text}</span>${fault.id
    ? html`<details><summary>${t("problem.details")}</summary><span>${t("problem.code", { code: short(fault.id) })}</span> <code>${fault.slug}</code>
        <button type="button" class="link" @click=${() => navigator.clipboard?.writeText(`${fault.slug} ${fault.id}`)}>${t("copy")}</button></details>`
    : nothing}</span>`;
};
