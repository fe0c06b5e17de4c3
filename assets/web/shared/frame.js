// What stands around a screen: header with lamp and switches, menu, icons, and how the page looks (big letters, night).
//
//   icon("calendar")      from icons/sprite.svg; decoration only, a name stands beside it

import { html, nothing } from "../vendor/lit.js";
import { keep } from "./session.js";
import { address } from "./route.js";
import { language, speak, t } from "./words.js";

const sprite = new URL("../icons/sprite.svg", import.meta.url).pathname;
const gourd = new URL("../gourd.svg", import.meta.url).pathname;

export const icon = (name) => html`<svg class="icon" aria-hidden="true" focusable="false"><use href="${sprite}#${name}"></use></svg>`;

const look = () => keep.get("xuanhu.look") ?? {};
const dark = () => look().dark ?? matchMedia("(prefers-color-scheme: dark)").matches;

/** Before the first drawing, and after each change. */
export const applyLook = () => {
  const { big, dark: night } = look();
  const root = document.documentElement;
  root.classList.toggle("big", big === true);
  if (night === undefined) delete root.dataset.theme;
  else root.dataset.theme = night ? "dark" : "light";
};
export const isBig = () => look().big === true;

const change = (what, redraw) => () => {
  keep.put("xuanhu.look", { ...look(), ...what });
  applyLook();
  redraw();
};

const otherTongue = (redraw) => async () => {
  await speak(language() === "en" ? "zh-CN" : "en");
  redraw();
};

const lamp = (gateway, lost) => {
  const state = lost ? "off" : gateway?.state() ?? "wait";
  const text = { live: "lamp.live", poll: "lamp.poll", off: "lamp.off", wait: "lamp.wait", taken: "lamp.taken" }[state];
  return html`<span class="lamp ${state}" role="status"><span class="dot" aria-hidden="true"></span>${t(text)}${state === "taken"
    ? html` <button type="button" class="link" @click=${() => gateway.resume()}>${t("lamp.resume")}</button>` : nothing}</span>`;
};

export const header = ({ cx, page, clinic, gateway, lost, redraw, signOut }) => html`
  <header class="bar">
    ${clinic.demo ? html`<p class="strip">${t("demo")}</p>` : nothing}
    ${clinic.trial ? html`<p class="strip">${t("trial")}</p>` : nothing}
    ${clinic.copy ? html`<p class="strip">${t("looking")}</p>` : nothing}
    ${lost ? html`<p class="strip line" role="status">${t("line.lost")}</p>` : nothing}
    <div class="inner">
      <a class="name" href=${address("/")}><img src=${gourd} alt="" width="34" height="34"><span lang="zh-CN">${clinic.name || "悬壶"}</span></a>
      <div class="switches">
        ${(cx.me && page.lamp !== false) || lost ? lamp(gateway, lost) : html`<span class="lamp"></span>`}
        <button type="button" lang=${language() === "en" ? "zh-CN" : "en"} @click=${otherTongue(redraw)}>${language() === "en" ? "中文" : "English"}</button>
        <button type="button" aria-pressed=${String(isBig())} @click=${change({ big: !isBig() }, redraw)}>${t("look.big")}</button>
        <button type="button" aria-pressed=${String(dark())} @click=${change({ dark: !dark() }, redraw)}>${t("look.dark")}</button>
      </div>
      <div class="account">${cx.me
        ? html`<span class="who" lang="zh-CN">${cx.me.name || t("me")}</span><button type="button" class="quiet" @click=${signOut}>${t("signout")}</button>`
        : cx.path === "/sign-in" || cx.signIn ? nothing : html`<a class="button primary" href=${address("/sign-in", cx.path === "/" ? {} : { then: cx.path })}>${t("signin")}</a>`}</div>
    </div>
  </header>`;

/** How many are unread: "99+" at most; nothing for none. */
export const badgeOf = (n) => (n > 0 ? html`<span class="badge"><span aria-hidden="true">${n > 99 ? "99+" : n}</span><span class="unseen">${t("unread", { n })}</span></span>` : nothing);

/** The menu: at the foot of a phone, under the header elsewhere. One entry is the current one. */
export const menuBar = ({ page, path, gateway }) => {
  const is = (entry) => path === entry.path || (entry.path !== "/" && path.startsWith(`${entry.path}/`)) || entry.also?.some((other) => path === other || path.startsWith(`${other}/`));
  const current = page.menu.find(is);
  const counts = { messages: gateway?.unread() ?? 0, notices: gateway?.notices() ?? 0 };
  const badge = (entry) => counts[entry.badge === true ? "messages" : entry.badge] ?? 0;
  return html`<nav class="menu" aria-label=${t("menu")}>
    <ul>${page.menu.map((entry) => html`<li><a href=${address(entry.path)} aria-current=${entry === current ? "page" : nothing}>
      ${icon(entry.icon)}<span>${t(entry.word)}</span>${badgeOf(badge(entry))}
    </a></li>`)}</ul></nav>`;
};
