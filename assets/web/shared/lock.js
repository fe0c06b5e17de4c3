// Staff pages lock after fifteen idle minutes: a dialog over the page asks for the password of who is signed in. What lies behind stays.
//
//   watch("doctor")     at start. Idle is measured by the time of the last key or touch, which outlives a reload of the tab
//
// The password is asked of the server by a sign-in of its own, which ends at once: the session of the page goes on. Drafts with health text
// are dropped when the page stays locked for longer than an hour.

import { html, nothing } from "../vendor/lit.js";
import { about, ask } from "./api.js";
import { show } from "./dialog.js";
import { forget } from "./draft.js";
import { me, tab } from "./session.js";
import { said, t } from "./words.js";

const IDLE = 15 * 60_000;
const LONG = 60 * 60_000;
const LOOK = 5_000;

let key = "";
let last = 0;
let written = 0;
let locked = false;

const touched = () => {
  if (locked) return;
  last = Date.now();
  if (last - written > LOOK) { written = last; tab.put(key, { last }); }
};

export const watch = (role) => {
  key = `xuanhu.idle.${role}`;
  last = tab.get(key)?.last ?? Date.now();
  look();
  for (const name of ["pointerdown", "keydown", "wheel", "input"]) addEventListener(name, touched, { capture: true, passive: true });
  addEventListener("visibilitychange", look);
  setInterval(look, LOOK);
};

const look = () => {
  // Nobody is signed in: the next one starts anew.
  if (!me()) { last = Date.now(); return; }
  if (!locked && Date.now() - last >= IDLE) lock();
};

const lock = async () => {
  locked = true;
  tab.put(key, { last });
  document.documentElement.classList.add("locked");
  const since = last + IDLE;
  const timer = setInterval(() => { if (Date.now() - since > LONG) { forget(); clearInterval(timer); } }, LOOK);
  const hint = await password();
  // The browser lets Esc close a dialog that nothing was done in: it opens again.
  while (me() && !(await opened(hint))) { /* still locked */ }
  clearInterval(timer);
  locked = false;
  document.documentElement.classList.remove("locked");
  touched();
};

/** In a demonstration everybody may know it. */
const password = async () => {
  try {
    if (!(await about()).demo) return "";
    return (await ask("GET", "/web/demo.json", undefined, { anonymous: true })).password ?? "";
  } catch { return ""; }
};

const opened = (hint) => {
  const s = { fault: null, busy: false, totp: false };
  return show((close, draw) => {
    const send = async (event) => {
      event.preventDefault();
      if (s.busy) return;
      const { password: word, totp } = event.currentTarget.elements;
      Object.assign(s, { busy: true, fault: null });
      draw();
      try { await check(word.value, totp?.value); close(true); } catch (fault) {
        if (fault.slug?.startsWith("totp")) s.totp = true;
        s.fault = fault;
      }
      s.busy = false;
      draw();
    };
    const leave = async () => {
      const { leave: out } = await import("./session.js");
      try { await end(me()); } catch { /* it ends by itself */ }
      forget();
      out();
      location.reload();
    };
    return html`<h2>${t("lock.title")}</h2><p>${t("lock.text", { name: me()?.name || me()?.phone || "" })}</p>
      ${hint ? html`<p class="note warn">${t("lock.demo", { word: hint })}</p>` : nothing}
      <form @submit=${send} name="lock">
        <div class="field"><label for="lock-password">${t("password")}</label>
          <input id="lock-password" name="password" type="password" autocomplete="current-password" required autofocus></div>
        ${s.totp ? html`<div class="field"><label for="lock-totp">${t("totp")}</label><input id="lock-totp" name="totp" inputmode="numeric" autocomplete="one-time-code"></div>` : nothing}
        ${s.fault ? html`<p class="problem" role="alert">${s.fault.slug === "offline" ? t("problem.offline") : said(s.fault)}</p>` : nothing}
        <div class="row end"><button type="button" class="quiet" @click=${leave}>${t("signout")}</button>
          <button type="submit" class="primary" aria-busy=${s.busy ? "true" : nothing}>${t("lock.open")}</button></div>
      </form>`;
  }, { label: t("lock.title"), className: "lock", stays: true });
};

const check = async (word, totp) => {
  const who = me();
  const answer = who.role === "admin"
    ? await ask("POST", "/admin/login", { username: who.name, password: word, totp: totp || undefined }, { anonymous: true })
    : await ask("POST", "/session", { phone: who.phone, password: word, role: who.role }, { anonymous: true });
  end({ ...who, token: answer.token }).catch(() => { /* it ends by itself */ });
};

const end = async ({ role, token }) => {
  const admin = role === "admin";
  const path = admin ? "/admin/logout" : "/session";
  await fetch(path, { method: admin ? "POST" : "DELETE", headers: admin ? { Authorization: `Bearer ${token}` } : { "X-Auth-Token": token } });
};
