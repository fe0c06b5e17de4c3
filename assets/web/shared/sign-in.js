// Signing in, for every page: the form, as a screen and in the dialog that opens when a session has ended.
//
//   signInForm(cx, { done })   done(session) once somebody is in. What the role can do stands in cx.page.signInWays:
//                              ["code", "password"] (tabs; the first is shown), or ["name"] for administrators
//   codeForm(cx, name, label, run)   phone and code alone
//
// "code" registers who has no account yet (patients: POST /login/phone). A forgotten password is set anew with a code.

import { html, nothing } from "../vendor/lit.js";
import { button } from "./act.js";
import { ask } from "./api.js";
import { field, form, submit } from "./form.js";
import { enter, expiry } from "./session.js";
import { t } from "./words.js";

const TYPES = { patient: 1, doctor: 2, assistant: 3 };

export const signInForm = (cx, { done }) => {
  const ways = cx.page.signInWays ?? ["password"];
  const s = cx.state;
  s.way ??= ways[0];
  const arrive = (session) => { enter(session, { here: session.here }); done(session); };
  return html`
    ${ways.length > 1 ? html`<div class="tabs" role="tablist" aria-label=${t("signin")}>${ways.map((way) => html`<button type="button" role="tab"
      id="way-${way}" aria-selected=${String(s.way === way)} aria-controls="way-form" @click=${() => { s.way = way; cx.redraw(); }} @keydown=${arrows(cx, ways)} tabindex=${s.way === way ? 0 : -1}>${t(`signin.${way}`)}</button>`)}</div>` : nothing}
    <div id="way-form" role=${ways.length > 1 ? "tabpanel" : nothing} aria-labelledby=${ways.length > 1 ? `way-${s.way === "reset" ? "password" : s.way}` : nothing}>
      ${{ code: byCode, password: byPassword, name: byName, reset }[s.way](cx, arrive)}
    </div>`;
};

const arrows = (cx, ways) => (event) => {
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  const step = event.key === "ArrowRight" ? 1 : -1;
  cx.state.way = ways[(Math.max(0, ways.indexOf(cx.state.way)) + step + ways.length) % ways.length];
  cx.redraw();
  requestAnimationFrame(() => document.getElementById(`way-${cx.state.way}`)?.focus());
};

const phoneField = (cx, name) => field(cx, name, {
  name: "phone", label: t("phone"), type: "tel", inputmode: "tel", autocomplete: "username", required: true, maxlength: 20,
  pattern: "[+0-9 \\-]{6,20}", wrong: t("phone.wrong"), value: cx.state.phone, change: (value) => { cx.state.phone = value; },
});
const passwordField = (cx, name, label, fresh) => field(cx, name, {
  name: "password", label, type: cx.state.seen ? "text" : "password", autocomplete: fresh ? "new-password" : "current-password", required: true,
  minlength: fresh ? 6 : undefined, maxlength: 128, private: true,
  beside: html`<button type="button" class="quiet" aria-pressed=${String(cx.state.seen === true)} @click=${() => { cx.state.seen = !cx.state.seen; cx.redraw(); }}>${t("password.show")}</button>`,
});

/** The code, the button that sends one, and the picture where the server asks for it. */
const codeField = (cx, name) => {
  const s = cx.state;
  const wait = Math.max(0, Math.ceil(((s.next ?? 0) - Date.now()) / 1000));
  const send = async () => {
    const phone = document.getElementById(`${name}-phone`);
    if (!phone.value.trim()) { phone.focus(); return; }
    const picture = document.getElementById(`${name}-captcha`)?.value;
    try {
      if (s.captcha) await ask("POST", "/verifycode", { phone: phone.value.trim(), captcha_code: picture }, { anonymous: true });
      else await ask("POST", "/phone/verifycode", { phone: phone.value.trim() }, { anonymous: true });
    } catch (fault) {
      if (fault.slug === "captcha_required") { s.captcha = Date.now(); }
      throw fault;
    }
    s.sent = true;
    s.next = Date.now() + 60_000;
    tick(cx);
  };
  return html`
    ${s.captcha ? html`<img src="/captcha/app?${s.captcha}" alt=${t("captcha.picture")} width="160" height="60">
      ${field(cx, name, { name: "captcha", label: t("captcha"), maxlength: 8, private: true })}` : nothing}
    ${field(cx, name, {
      name: "code", label: t("code"), inputmode: "numeric", autocomplete: "one-time-code", required: true, maxlength: 8, pattern: "[0-9]{4,8}", private: true,
      hint: s.sent ? t("code.sent") : undefined,
      beside: button(cx, "send", wait > 0 ? t("code.wait", { n: wait }) : t("code.get"), send, { off: wait > 0 }),
    })}`;
};
const tick = (cx) => {
  const timer = setInterval(() => { cx.redraw(); if (cx.gone || cx.state.next < Date.now()) clearInterval(timer); }, 1000);
  cx.ends(() => clearInterval(timer));
};

/** Phone and code alone, for whoever has to prove a phone: `run` gets { phone, verify_code }. */
export const codeForm = (cx, name, label, run) => form(cx, name, {
  label, run: async (f) => run({ phone: plain(f.phone), verify_code: plain(f.code) }),
}, html`${phoneField(cx, name)}${codeField(cx, name)}${submit(cx, name, label, { wide: true })}`);

const plain = (text) => text.trim();

const byCode = (cx, arrive) => form(cx, "code", {
  label: t("signin.code"),
  run: async (f) => {
    const user = cx.page.role === "patient"
      ? await ask("POST", "/login/phone", { photo: plain(f.phone), verify_code: plain(f.code) }, { anonymous: true })
      : await ask("POST", "/session", { phone: plain(f.phone), verify_code: plain(f.code), role: cx.page.role }, { anonymous: true });
    arrive(await known(cx, user, f.phone));
  },
}, html`${phoneField(cx, "code")}${codeField(cx, "code")}
  ${cx.page.role === "patient" ? html`<p class="faint">${t("signin.new")}</p>` : nothing}
  ${submit(cx, "code", t("signin"), { wide: true })}`);

const byPassword = (cx, arrive) => form(cx, "password", {
  label: t("signin.password"),
  run: async (f) => {
    const session = await ask("POST", "/session", { phone: plain(f.phone), password: f.password, role: cx.page.role }, { anonymous: true });
    arrive(await known(cx, session, f.phone, f));
  },
}, html`${phoneField(cx, "password")}${passwordField(cx, "password", t("password"))}${stay(cx)}
  ${submit(cx, "password", t("signin"), { wide: true })}
  <p><button type="button" class="quiet" @click=${() => { cx.state.way = "reset"; cx.redraw(); }}>${t("password.forgotten")}</button></p>`);

const reset = (cx) => form(cx, "reset", {
  label: t("password.new"),
  run: async (f) => {
    await ask("POST", "/reset/pwd", { phono: plain(f.phone), verify_code: plain(f.code), pwd: f.password, type: TYPES[cx.page.role] }, { anonymous: true });
    Object.assign(cx.state, { way: "password", changed: true });
  },
}, html`${phoneField(cx, "reset")}${codeField(cx, "reset")}${passwordField(cx, "reset", t("password.new"), true)}
  ${submit(cx, "reset", t("password.set"), { wide: true })}`);

const byName = (cx, arrive) => form(cx, "name", {
  label: t("signin"),
  run: async (f) => {
    const { token } = await ask("POST", "/admin/login", { username: plain(f.username), password: f.password, totp: f.totp || undefined }, { anonymous: true });
    arrive({ token, role: "admin", member_id: plain(f.username), name: plain(f.username), expires: expiry(token), here: !f.stay });
  },
}, html`${field(cx, "name", { name: "username", label: t("username"), required: true, autocomplete: "username", maxlength: 64, value: cx.state.phone })}
  ${passwordField(cx, "name", t("password"))}
  ${cx.acts.name?.problem?.slug?.startsWith("totp") ? field(cx, "name", { name: "totp", label: t("totp"), inputmode: "numeric", autocomplete: "one-time-code", maxlength: 8, private: true }) : nothing}
  ${stay(cx)}${submit(cx, "name", t("signin"), { wide: true })}`);

/** Staff: kept in this tab, unless they ask for more. */
const stay = (cx) => (cx.page.role === "patient" ? nothing
  : html`<label class="check"><input type="checkbox" name="stay"><span>${t("signin.stay")}</span></label>`);

/** A session from either kind of answer, with the person's name. */
const known = async (cx, answer, phone, f = {}) => {
  const session = {
    token: answer.token, role: cx.page.role, member_id: answer.member_id ?? answer.id, expires: answer.expires ?? expiry(answer.token),
    name: answer.real_name ?? "", phone: plain(phone), here: cx.page.role !== "patient" && !f.stay,
  };
  if (!session.name) {
    try {
      const response = await fetch("/user", { headers: { "X-Auth-Token": session.token } });
      session.name = (await response.json()).data?.real_name ?? "";
    } catch { /* the name is told later */ }
  }
  return session;
};

