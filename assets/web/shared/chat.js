// A conversation, one for all kinds: newest at the bottom, older ones above, and nothing lost on the way.
//
//   await open(cx, { target, query, conversation, kind, all })   reads it: target as gateway.send takes it, query as GET /im/messages does.
//                                                 Its end comes first, older messages when one scrolls up; `all` reads it whole (a paid consultation always)
//   view(cx, { closed, hint, limits, say, after })  the log and the composer (composer.js); `closed` says why there is none, `after`
//                                                 is what stands in the log below the last message (cards), `merges` offers to make one
//                                                 message of texts that wait for the line
//
// State: cx.state.chat = { messages (oldest first), total, shown, target, conversation, atEnd, fresh }. Messages are those of the gateway.
// Who has scrolled up is not pulled down but told how many new ones there are; what one sends here always scrolls down.

import { html, nothing, ref, repeat } from "../vendor/lit.js";
import { ask, own } from "./api.js";
import { composer } from "./composer.js";
import { icon } from "./frame.js";
import * as gateway from "./gateway.js";
import { gallery } from "./picture.js";
import { me } from "./session.js";
import { clock, date, day, full, now } from "./time.js";
import { announce } from "./toast.js";
import { data, t } from "./words.js";

const PAGE = 200;
const STEP = 40;
const END = Number.MAX_SAFE_INTEGER;

export const open = async (cx, { target, query, conversation = null, kind, all = kind === "chat" }) => {
  const chat = (cx.state.chat ??= { messages: [], total: 0, shown: STEP, all, target, query, conversation, kind, atEnd: true, fresh: 0, read: 0, menu: null });
  await catchUp(chat);
  const first = !cx.state.listening;
  if (first) listen(cx, chat);
  mark(cx, chat);
  // Read anew: who has scrolled up meanwhile stays there.
  stick(cx, first);
  return chat;
};

/** Everything after what is here; the first time the end of it. */
const catchUp = async (chat) => {
  if (chat.messages.length === 0 && !chat.all) { await earlier(chat, END); return; }
  for (;;) {
    const after = chat.messages.at(-1)?.message_id ?? 0;
    const { items, total } = await ask("GET", "/im/messages", { ...chat.query, after, limit: PAGE });
    items.forEach((one) => put(chat, one));
    chat.total = total;
    if (items.length < PAGE) return;
  }
};

/** What came before a message, up to a page of it. */
const earlier = async (chat, before) => {
  const { items, total } = await ask("GET", "/im/messages", { ...chat.query, before, limit: before === END ? 60 : 120 });
  const known = new Set(chat.messages.map((one) => one.message_id));
  chat.messages.unshift(...items.filter((one) => !known.has(one.message_id)));
  chat.conversation ??= items[0]?.conversation_id ?? null;
  chat.total = total;
};
const above = (chat) => Math.max(0, chat.total - chat.messages.length) + Math.max(0, chat.messages.length - chat.shown);

const put = (chat, message) => {
  chat.conversation ??= message.conversation_id;
  const at = chat.messages.findIndex((one) => one.message_id === message.message_id);
  if (at >= 0) { chat.messages[at] = { ...chat.messages[at], ...message }; return false; }
  chat.messages.push(message);
  chat.total += 1;
  if (chat.messages.length > 1 && chat.messages.at(-2).message_id > message.message_id) chat.messages.sort((a, b) => a.message_id - b.message_id);
  return true;
};

const belongs = (chat, frame) => (chat.query.consultation_id !== undefined && frame.consultation_id != null
  ? frame.consultation_id === chat.query.consultation_id : chat.conversation !== null ? frame.conversation_id === chat.conversation
    : chat.query.member_id !== undefined && frame.conversation === "direct" && frame.from_member_id === chat.query.member_id);

const listen = (cx, chat) => {
  cx.state.listening = true;
  cx.on("message", (frame) => {
    // Catching up tells of what stands above as well: that comes when one scrolls there.
    if (!belongs(chat, frame) || frame.message_id < chat.messages[0]?.message_id || !put(chat, frame)) return;
    const mine = frame.from_member_id === me()?.member_id;
    if (!mine) announce(t("chat.new_from", { name: frame.from_name || t("chat.system") }));
    if (!chat.atEnd && !mine) chat.fresh += 1;
    mark(cx, chat);
    stick(cx);
  });
  cx.on("sent", ({ target, message }) => {
    if (!same(target, chat.target)) return;
    put(chat, message);
    stick(cx, true);
  });
  cx.on("failed", () => cx.redraw());
  cx.on("state", () => cx.redraw());
  cx.on("retracted", (frame) => {
    const one = chat.messages.find((message) => message.message_id === frame.message_id);
    if (one) { Object.assign(one, { retracted: true, content: "", images: [] }); cx.redraw(); }
  });
  cx.on("read", (frame) => {
    if (frame.conversation_id !== chat.conversation || frame.member_id === me()?.member_id) return;
    chat.read = Math.max(chat.read, frame.message_id);
    cx.redraw();
  });
  const again = () => catchUp(chat).then(() => { mark(cx, chat); stick(cx); }).catch(() => {});
  cx.on("live", again);
  cx.on("poll", again);
  cx.on("reset", () => { chat.messages = []; again(); });
};

const same = (a, b) => ["to_member_id", "consultation_id", "conversation_id"].every((key) => a[key] === b[key]);

/** What is on the screen is read. */
const mark = (cx, chat) => {
  const last = chat.messages.at(-1);
  if (!last || document.visibilityState === "hidden") return;
  gateway.read(chat.conversation, last.from_member_id === me()?.member_id && chat.messages.length > 1 ? undefined : last.message_id);
};

// Scrolling. The log scrolls inside the window; lit draws after a microtask, so positions are set in the next frame.

/** Draws, and goes to the end: always with `down`, else where the end is what one looks at in that frame, not before. */
const stick = (cx, down = false) => {
  cx.redraw();
  requestAnimationFrame(() => {
    const { log, chat } = cx.state;
    if (!log || !(down || chat.atEnd)) return;
    log.scrollTop = log.scrollHeight;
    Object.assign(chat, { atEnd: true, fresh: 0 });
  });
};

const scrolled = (cx) => () => {
  const { log, chat } = cx.state;
  const end = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  if (end && chat.fresh > 0) { chat.fresh = 0; cx.redraw(); }
  chat.atEnd = end;
  if (log.scrollTop < 80 && above(chat) > 0) older(cx);
};

/** More of what is above; what one was reading keeps its place. */
const older = async (cx) => {
  const { log, chat } = cx.state;
  if (chat.growing) return;
  chat.growing = true;
  if (chat.messages.length < chat.shown + STEP && chat.messages.length < chat.total) {
    try { await earlier(chat, chat.messages[0].message_id); } catch { chat.growing = false; return; }
  }
  const below = log.scrollHeight - log.scrollTop;
  chat.shown += STEP;
  cx.redraw();
  requestAnimationFrame(() => { log.scrollTop = log.scrollHeight - below; chat.growing = false; });
};

const attach = (cx) => (element) => {
  if (!element || element === cx.state.log) return;
  cx.state.log = element;
  // What stands above may grow, and a picture may come late: the end stays in sight for who looks at it.
  const held = new ResizeObserver(() => { if (cx.state.chat?.atEnd) element.scrollTop = element.scrollHeight; });
  [element, ...element.children].forEach((one) => held.observe(one));
  cx.ends(() => held.disconnect());
  const keyboard = () => stick(cx);
  globalThis.visualViewport?.addEventListener("resize", keyboard);
  cx.ends(() => globalThis.visualViewport?.removeEventListener("resize", keyboard));
  requestAnimationFrame(() => { element.scrollTop = element.scrollHeight; });
};

export const view = (cx, options) => {
  const { chat } = cx.state;
  const from = Math.max(0, chat.messages.length - chat.shown);
  const shown = chat.messages.slice(from);
  const waiting = gateway.outbox(chat.target);
  let before = from > 0 ? day(chat.messages[from - 1].created) : "";
  return html`<div class="chat">
    <div class="log" role="log" aria-label=${t("chat.log")} tabindex="0" ${ref(attach(cx))} @scroll=${scrolled(cx)}>
      ${above(chat) > 0 ? html`<p class="older"><button type="button" class="quiet" @click=${() => older(cx)}>${t("chat.older", { n: above(chat) })}</button></p>` : nothing}
      ${shown.length + waiting.length === 0 && !options.after ? html`<p class="faint older">${t("chat.none")}</p>` : nothing}
      <ol>${repeat(shown, (one) => one.message_id, (one) => {
        const today = day(one.created);
        const first = today !== before;
        before = today;
        return html`${first ? html`<li class="day"><span>${date(one.created)}</span></li>` : nothing}${bubble(cx, chat, one)}`;
      })}${repeat(waiting, (one) => one.id, (one) => pending(cx, one))}</ol>
      ${options.after ?? nothing}
      ${options.merges && gateway.unsent(chat.target).length > 1 ? html`<p class="row end"><button type="button" @click=${() => { gateway.merge(chat.target); cx.redraw(); }}>${t("chat.merge")}</button></p>` : nothing}
    </div>
    ${chat.fresh > 0 ? html`<button type="button" class="fresh primary" @click=${() => stick(cx, true)}>${t("chat.fresh", { n: chat.fresh })} ↓</button>` : nothing}
    ${options.closed ? html`<p class="note closed" role="status">${options.closed}</p>` : composer(cx, chat, options, () => stick(cx, true))}
  </div>`;
};

const parsed = (text) => { try { return JSON.parse(text); } catch { return {}; } };

const content = (one) => {
  if (one.mimetype?.startsWith("image/")) return gallery([one.content, ...(one.images ?? [])]);
  if (one.mimetype?.startsWith("audio/")) return own(one.content) ? html`<audio controls preload="none" src=${own(one.content)} aria-label=${t("chat.voice")}></audio>` : html`<p>${t("chat.voice")}</p>`;
  return html`${one.content ? html`<p class="pre" lang=${data()}>${one.content}</p>` : nothing}${gallery(one.images)}`;
};

const bubble = (cx, chat, one) => {
  if (one.mimetype === "application/vnd.xuanhu.notice+json" || one.from_member_id === 0) {
    const notice = one.mimetype?.endsWith("notice+json") ? parsed(one.content) : { text: one.content };
    return html`<li class="notice" lang=${data()}>${notice.title ? html`<strong>${notice.title}</strong>` : nothing}<span class="pre">${notice.text}</span></li>`;
  }
  if (one.mimetype === "application/vnd.xuanhu.vas+json") {
    const offer = parsed(one.content);
    return html`<li class="notice" lang=${data()}><strong>${t("vas.offer")}</strong><span>${offer.name}</span></li>`;
  }
  const mine = one.from_member_id === me()?.member_id;
  if (one.retracted) return html`<li class="notice faint">${mine ? t("chat.retracted.mine") : t("chat.retracted", { name: one.from_name })}</li>`;
  const open = chat.menu === one.message_id;
  const can = mine && now() - one.created < (cx.about.rules?.retract ?? 120_000);
  const toggle = (event) => { event?.preventDefault(); chat.menu = open ? null : one.message_id; cx.redraw(); };
  return html`<li class="message ${mine ? "mine" : ""}">
    <div class="meta">${mine ? nothing : html`<span lang=${data()}>${one.from_name}</span>`}<time datetime=${new Date(one.created).toISOString()} title=${full(one.created)}>${clock(one.created)}</time>
      ${mine ? html`<span>${chat.read >= one.message_id ? t("chat.read") : t("chat.sent")}</span>` : nothing}</div>
    <div class="bubble" @contextmenu=${toggle} @pointerdown=${press(toggle)}>${content(one)}
      <button type="button" class="dots" aria-label=${t("chat.menu")} aria-expanded=${String(open)} @click=${toggle}>${icon("ellipsis")}</button></div>
    ${open ? html`<div class="row menu-row">${can ? html`<button type="button" @click=${() => retract(cx, chat, one)}>${t("chat.retract")}</button>` : nothing}
      ${one.content && one.mimetype === "text/plain" ? html`<button type="button" @click=${() => { navigator.clipboard?.writeText(one.content); toggle(); }}>${t("copy")}</button>` : nothing}
      ${!can && mine ? html`<span class="faint">${t("chat.retract.over")}</span>` : nothing}
      ${chat.fault && chat.fault.id === one.message_id ? html`<span class="problem" role="alert">${chat.fault.text}</span>` : nothing}</div>` : nothing}
  </li>`;
};

/** A long press opens the same menu as a right click. */
const press = (toggle) => (event) => {
  if (event.pointerType !== "touch") return;
  const timer = setTimeout(toggle, 550);
  const stop = () => clearTimeout(timer);
  for (const name of ["pointerup", "pointercancel", "pointermove"]) event.currentTarget.addEventListener(name, stop, { once: true });
};

const retract = async (cx, chat, one) => {
  const { said } = await import("./words.js");
  try {
    await ask("POST", `/im/messages/${one.message_id}/retract`);
    Object.assign(one, { retracted: true, content: "", images: [] });
    chat.menu = null;
  } catch (fault) { chat.fault = { id: one.message_id, text: said(fault) }; }
  cx.redraw();
};

const onLine = () => gateway.state() === "live" && navigator.onLine !== false;

const pending = (cx, one) => html`<li class="message mine waiting">
  <div class="meta"><time>${clock(one.created)}</time> ${one.failed
    ? html`<span class="problem" role="alert">${one.failed.message || t("problem.internal")}</span>` : html`<span>${onLine() ? t("chat.sending") : t("chat.unsent")}</span>`}</div>
  <div class="bubble">${content(one)}</div>
  ${one.failed || !onLine() ? html`<div class="row menu-row"><button type="button" class="link" @click=${() => { gateway.again(one.id); cx.redraw(); }}>${t("chat.unsent.again")}</button>
    ${one.failed ? html`<button type="button" class="link" @click=${() => { gateway.forget(one.id); cx.redraw(); }}>${t("delete")}</button>` : nothing}</div>` : nothing}
</li>`;
