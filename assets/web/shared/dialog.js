// Dialogs of the frame, on the platform's <dialog>: Esc closes, focus comes back, what is behind stays as it is.
//
//   await confirm("取消这次预约？", { yes: "确认取消", kind: "danger" })     true or false
//   await signInAgain(page, member_id, others)    401: signs in over the page; true if the same person did
//   await takenOver(page, session)                another person of this role signed in elsewhere
//   await signedOut(page)                         another tab signed out
//   show(content, { label })                      any content: a function of close() that answers html`…`

import { html, nothing, render } from "../vendor/lit.js";
import * as session from "./session.js";
import { t } from "./words.js";

/** Opens a dialog; answers what `close` was called with, null where it was dismissed. */
export const show = (content, { label, className = "", stays = false } = {}) => new Promise((resolve) => {
  const box = document.createElement("dialog");
  box.className = className;
  box.setAttribute("aria-label", label);
  let answer = null;
  const close = (value) => { answer = value; box.close(); };
  box.addEventListener("close", () => { box.remove(); resolve(answer); });
  if (stays) box.addEventListener("cancel", (event) => event.preventDefault());
  const draw = () => render(content(close, draw), box);
  document.body.append(box);
  draw();
  box.showModal();
});

export const confirm = (text, { yes, no, kind = "primary", more = nothing } = {}) => show((close) => html`
  <p class="ask">${text}</p>${more}
  <div class="row end">
    <button type="button" @click=${() => close(false)}>${no ?? t("cancel")}</button>
    <button type="button" class=${kind} @click=${() => close(true)}>${yes ?? t("ok")}</button>
  </div>`, { label: text }).then(Boolean);

let waiting = null;
/** One dialog, however many requests wait for it. */
export const signInAgain = (page, member, others) => {
  waiting ??= over(page, t("signin.again")).finally(() => { waiting = null; });
  return waiting.then(async (entered) => {
    if (!entered) {
      // Nobody signed in: who was here is here no longer.
      if (session.me()?.member_id === member) { session.leave(); await others(); }
      return false;
    }
    if (entered.member_id === member) return true;
    await others();
    return false;
  });
};

/** The sign-in form of this page's role, in a dialog. */
const over = async (page, text) => {
  const { signInForm } = await import("./sign-in.js");
  const before = session.me();
  // The little of a screen's cx that the form needs.
  const cx = { acts: {}, state: { phone: before?.phone ?? "" }, page, gone: false, ends: () => {} };
  return show((close, draw) => {
    cx.redraw = draw;
    return html`<h2>${text}</h2>
      ${before?.name ? html`<p lang="zh-CN">${before.name}</p>` : nothing}
      ${signInForm(cx, { done: (one) => close(one) })}
      <p><button type="button" class="quiet" @click=${() => close(null)}>${t("signin.not_now")}</button></p>`;
  }, { label: text, className: "wide" });
};

export const takenOver = async (page, theirs) => {
  const name = theirs.name || theirs.phone || t("signin.somebody");
  const mine = session.me();
  const choice = await show((close) => html`
    <p class="ask">${t("session.other", { name })}</p>
    <div class="row end">
      <button type="button" class="primary" @click=${() => close("stay")}>${t("session.stay")}</button>
      <button type="button" @click=${() => close("change")}>${t("session.change", { name })}</button>
    </div>`, { label: t("session.other", { name }), stays: true });
  if (choice === "change") { session.adopt(theirs); return true; }
  const entered = await over(page, t("signin.again"));
  return Boolean(entered) && entered.member_id !== mine?.member_id;
};

export const signedOut = async (page) => {
  const entered = await over(page, t("session.out"));
  if (!entered) session.leave();
  return true;
};
