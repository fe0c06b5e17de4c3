// The frame of every page: header, menu, one screen at a time, sign-in dialog, notes about the line.
// What it offers stands in README.md.

import { html, nothing, render } from "../vendor/lit.js";
import { about, ask, onLine, setDoorkeeper, short } from "./api.js";
import { address, go, here } from "./route.js";
import * as session from "./session.js";
import { data as dataLang, preferred, said, speak, t } from "./words.js";
import { setClock } from "./time.js";
import { applyLook, header, icon, menuBar } from "./frame.js";

export { icon };

let page; // what start() was given: { role, routes, menu, words, signIn, arrive }
let clinic = { name: "", zone: "Asia/Shanghai" };
let screen = null; // { module, cx, data, fault, stale, waiting, pattern }
let gateway = null;
let lost = false;
let scheduled = false;
const scrolls = new Map();

/** Opens the page. `routes` as in route.js, `menu` [{ path, icon, word }], `bar` what draws another menu, `lamp: false` where nothing is live. */
export const start = async (options) => {
  page = options;
  applyLook();
  await Promise.all([speak(preferred(), false), session.open(page.role), learn()]);
  await page.arrive?.();
  setDoorkeeper(async (member) => (await import("./dialog.js")).signInAgain(page, member, redrawAll));
  session.onChange(otherTab);
  onLine((down) => { lost = down; redraw(); });
  addEventListener("popstate", () => arrive(false));
  addEventListener("xuanhu:route", (event) => arrive(true, event.detail.replace));
  addEventListener("hashchange", () => arrive(false));
  addEventListener("beforeunload", (event) => { if (screen?.cx.dirty) event.preventDefault(); });
  history.scrollRestoration = "manual";
  // What stood there until now was for browsers without scripts, or for the wait.
  document.getElementById("app").replaceChildren();
  await arrive(false);
  setTimeout(live, 50);
};

const learn = async () => {
  try {
    clinic = await about();
    setClock(clinic);
  } catch { /* the zone stays Asia/Shanghai; the banner says that the line is down */ }
};

/** The gateway, as soon as the first screen stands. Everything works without it. */
const live = async () => {
  if (!session.me() || session.me().role === "admin") return;
  try {
    if (!gateway) {
      gateway = await import("./gateway.js");
      gateway.on("call_invite", async (frame) => { await style("chat"); (await import("./call.js")).ring(frame); });
    }
    gateway.open({ changed: redraw });
  } catch { /* polled instead, or offline */ }
};

/** After somebody signed in or out. */
export const redrawAll = async () => {
  gateway?.close();
  gateway = gateway && session.me() ? gateway : null;
  live();
  await arrive(false, false, true);
};

let asking = false;
let shown = "";
const arrive = async (chosen, replace = false, again = false) => {
  const to = here();
  const where = location.hash || "#/";
  if (where === shown && !again) return;
  if (screen?.cx.dirty && !again && to.path !== screen.cx.path) {
    if (asking) return;
    asking = true;
    history.pushState({}, "", shown);
    const leave = await (await import("./dialog.js")).confirm(t("leave.ask"), { yes: t("leave.yes"), no: t("leave.no") });
    asking = false;
    if (!leave) return;
    screen.cx.dirty = false;
    history.replaceState({}, "", where);
  }
  scrolls.set(shown, scroller()?.scrollTop ?? 0);
  const found = page.routes.find(to.path);
  const goesOn = found?.pattern && screen?.module?.stays?.(screen.cx, found.params, found.pattern);
  const same = screen && (screen.cx.path === to.path || goesOn) && !again;
  shown = where;
  if (same) {
    const before = document.title;
    Object.assign(screen.cx, { path: to.path, query: to.query, params: found?.params ?? {} });
    await load(screen);
    // Another step of the same screen begins at its top.
    if (chosen && document.title !== before) { scroller()?.scrollTo(0, 0); document.querySelector("h1")?.focus({ preventScroll: true }); }
    return;
  }
  await open(to, { focus: screen !== null, scroll: chosen && !replace ? 0 : scrolls.get(where) ?? 0 });
};

const open = async (to, { focus, scroll }) => {
  const found = page.routes.find(to.path);
  const before = screen;
  before?.cx.end();
  before?.module?.leave?.(before.cx);
  const cx = context(to, found);
  const next = { cx, module: null, data: undefined, fault: null, stale: false, waiting: false, focus, scroll };
  screen = next;
  let waiting = true;
  setTimeout(() => { if (waiting && screen === next) { next.waiting = true; redraw(); } }, 200);
  try {
    let module = found ? await found.load() : await import("./nowhere.js");
    if (module.needs === "session" && !session.me()) {
      module = await page.signIn();
      next.signIn = cx.signIn = true;
    }
    await Promise.all((module.styles ?? []).map(style));
    next.module = module;
    // A screen that was left in the meantime draws nothing.
    if (screen === next) await load(next);
  } catch (fault) {
    if (fault.name !== "AbortError") next.fault = fault;
  }
  waiting = false;
  next.waiting = false;
  if (screen !== next) return;
  paint();
  scroller()?.scrollTo(0, next.scroll);
  if (next.focus) document.querySelector("h1")?.focus({ preventScroll: true });
};

const load = async (one) => {
  if (!one.module) return;
  const turn = (one.turn = (one.turn ?? 0) + 1);
  try {
    const data = one.module.load ? await one.module.load(one.cx) : {};
    if (one.turn !== turn) return;
    Object.assign(one, { data, fault: null, stale: false });
  } catch (fault) {
    if (fault.name === "AbortError" || one.turn !== turn) return;
    // Signed out in between, and nobody signed in again: the screen is for members.
    if (fault.status === 401 && !session.me() && !one.signIn) { await redrawAll(); return; }
    Object.assign(one, { fault, stale: one.data !== undefined });
  }
  redraw();
};

const context = (to, found) => {
  const stop = new AbortController();
  const ends = [];
  const cx = {
    path: to.path, query: to.query, params: found?.params ?? {}, pattern: found?.pattern,
    state: {}, acts: {}, dirty: false, page,
    get me() { return session.me(); },
    get about() { return clinic; },
    get gateway() { return gateway; },
    ask: (method, path, body, options) => ask(method, path, body, { signal: method === "GET" ? stop.signal : undefined, ...options }),
    go, address,
    set: (query, options) => go(cx.path, { ...cx.query, ...query }, options),
    redraw, reload: () => load(screen?.cx === cx ? screen : { cx }),
    refresh: redrawAll,
    on: (type, fn) => {
      const waiting = gateway ? Promise.resolve(gateway) : import("./gateway.js");
      waiting.then((module) => { if (!stop.signal.aborted) ends.push(module.on(type, fn)); });
    },
    ends: (fn) => ends.push(fn),
    end: () => { stop.abort(); ends.splice(0).forEach((fn) => fn()); },
    get gone() { return stop.signal.aborted; },
    confirm: async (text, options) => (await import("./dialog.js")).confirm(text, options),
    toast: async (text) => (await import("./toast.js")).toast(text),
    signOut,
  };
  return cx;
};

/** On a phone the screen scrolls above the menu, elsewhere the document does. */
const scroller = () => {
  const inner = document.querySelector(".scroll");
  return inner && getComputedStyle(inner).display !== "contents" ? inner : document.scrollingElement;
};

const style = (name) => new Promise((resolve) => {
  const href = new URL(`../style/${name}.css`, import.meta.url).href;
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) { resolve(); return; }
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  link.onload = link.onerror = resolve;
  document.head.append(link);
});

const signOut = async () => {
  const [{ unsaved, forget }, { confirm }] = await Promise.all([import("./draft.js"), import("./dialog.js")]);
  if ((unsaved() || screen?.cx.dirty) && !(await confirm(t("signout.unsaved"), { yes: t("signout"), no: t("cancel") }))) return;
  try { await (page.role === "admin" ? ask("POST", "/admin/logout") : ask("DELETE", "/session")); } catch { /* it ends by itself */ }
  forget();
  if (screen) screen.cx.dirty = false;
  session.leave();
  go("/", {});
  await redrawAll();
};

const otherTab = async ({ kind, session: theirs }) => {
  if (kind === "same") return;
  if (kind === "in") { await redrawAll(); return; }
  const dialogs = await import("./dialog.js");
  const decided = kind === "other" ? await dialogs.takenOver(page, theirs) : await dialogs.signedOut(page);
  if (decided) await redrawAll();
};

/** Draws soon, however often it is asked for. */
export const redraw = () => {
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => { scheduled = false; paint(); });
};

const heading = (module, cx, data) => {
  const { title } = module ?? {};
  return typeof title === "function" ? title(cx, data ?? {}) : t(title ?? "loading");
};

const paint = () => {
  if (!screen) return;
  const { module, cx, data, fault, waiting, stale } = screen;
  const ready = module && (data !== undefined || !module.load);
  const parent = typeof module?.parent === "function" ? module.parent(cx, data ?? {}) : module?.parent;
  const title = ready ? heading(module, cx, data) : fault ? t(fault.status === 404 ? "problem.missing" : "problem.title") : t("loading");
  document.title = `${title} · ${clinic.name || "悬壶"}`;
  const layout = typeof module?.layout === "function" ? module.layout(cx) : module?.layout;
  const filled = layout === "filled";
  document.documentElement.classList.toggle("filled", filled);
  render(html`
    <a class="skip" href="#main" @click=${skip}>${t("skip")}</a>
    <div class="scroll">${header({ cx, page, clinic, gateway, lost, redraw, signOut })}
    <main id="main" tabindex="-1">
      <div class="top">
        ${parent && parent !== cx.path ? html`<a class="back" href=${address(parent)} aria-label=${t("back")}>${icon("chevron-left")}</a>` : nothing}
        <h1 tabindex="-1">${title}</h1>
      </div>
      ${stale ? html`<p class="note warn" role="status">${t("stale")} <button type="button" class="link" @click=${cx.reload}>${t("again")}</button></p>` : nothing}
      ${ready && !(fault && !stale) ? body(module, cx, data) : fault ? problemView(cx, fault, parent) : waiting ? skeleton() : nothing}
    </main>
    ${filled ? nothing : html`<footer class="foot"><p lang=${dataLang()}>${clinic.name}${clinic.phone ? html` · <a href="tel:${clinic.phone}">${clinic.phone}</a>` : nothing}</p></footer>`}</div>
    ${(page.bar ?? menuBar)({ page, path: parent ?? cx.path, gateway, redraw, me: session.me() })}
  `, document.getElementById("app"));
};

/** A screen that fails to draw must not take header and menu with it. */
const body = (module, cx, data) => {
  try { return module.view(cx, data); } catch (fault) { console.error(fault); return problemView(cx, fault); }
};

const problemView = (cx, fault, parent) => html`
  <div class="empty" role="alert">
    ${icon(fault.status === 404 ? "search" : "cloud-off")}
    <p>${fault.slug === "offline" ? t("problem.offline") : said(fault)}</p>
    ${fault.id ? html`<p class="faint" title=${fault.id}>${t("problem.code", { code: short(fault.id) })}</p>` : nothing}
    <p class="row">
      ${fault.status === 404 ? nothing : html`<button type="button" class="primary" @click=${again}>${t("again")}</button>`}
      <a class="button" href=${address(parent ?? "/")}>${parent ? t("back") : t("home.link")}</a>
    </p>
  </div>`;
const again = () => arrive(false, false, true);

const skeleton = () => html`<div class="skeleton" aria-hidden="true"><span></span><span></span><span></span></div>`;

const skip = (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
};
