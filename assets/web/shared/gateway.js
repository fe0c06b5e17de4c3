// The live line to the clinic: one WebSocket per tab (data/contract/im-gateway.md), and an outbox that nothing is lost from.
// What it offers stands in README.md.

import { ask, onLine } from "./api.js";
import { keep, me } from "./session.js";
import { setClock } from "./time.js";

const listeners = new Map();
const waiting = new Map();
let changed = () => {};
let socket = null;
let status = "wait";
let tries = 0;
let timers = [];
let beat = 0;
let owner = null;
let number = 0;
let counts = null; // unread by conversation
let told = { n: 0, conversation: 0, message: 0 }; // the clinic's own
let loggedIn = false;

export const state = () => status;
export const unread = () => (counts ? [...counts.values()].reduce((sum, n) => sum + n, 0) : 0);
export const notices = () => told.n;
export const noticesRead = () => {
  if (told.n === 0) return;
  told.n = 0;
  read(told.conversation, told.message);
  changed();
};
export const unreadOf = (conversation) => counts?.get(conversation) ?? 0;

export const on = (type, fn) => {
  if (!listeners.has(type)) listeners.set(type, new Set());
  listeners.get(type).add(fn);
  return () => listeners.get(type).delete(fn);
};
const tell = (type, what) => listeners.get(type)?.forEach((fn) => fn(what));

const set = (value) => {
  if (status === value) return;
  status = value;
  tell("state", value);
  changed();
};

const placeKey = () => `xuanhu.gateway.${owner}`;
const boxKey = () => `xuanhu.outbox.${owner}`;
const place = () => keep.get(placeKey()) ?? {};
const move = (what) => keep.put(placeKey(), { ...place(), ...what });

export const open = (options) => {
  changed = options?.changed ?? changed;
  if (!me()) return;
  if (owner === me().member_id && socket) return;
  close();
  owner = me().member_id;
  counts = new Map();
  connect();
  count();
  every(10_000, poll);
};

export const close = () => {
  timers.forEach(clearInterval);
  clearInterval(beat);
  timers = [];
  const old = socket;
  socket = null;
  owner = null;
  loggedIn = false;
  old?.close();
  status = "wait";
};

/** After `taken`: this device takes its place again. */
export const resume = () => { tries = 0; connect(); };

const every = (ms, fn) => timers.push(setInterval(fn, ms));

const connect = () => {
  if (!owner || !me() || socket) return;
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  let line;
  try { line = new WebSocket(`${scheme}://${location.host}/im/ws`); } catch { later(); return; }
  socket = line;
  const kept = place();
  const first = setTimeout(() => line.close(), 15_000);
  line.onopen = () => line.send(JSON.stringify({ type: "login", id: "login", token: me()?.token ?? "", ...login(kept) }));
  line.onmessage = (event) => {
    if (line !== socket) return;
    let frame;
    try { frame = JSON.parse(event.data); } catch { return; }
    if (frame.type === "welcome") { clearTimeout(first); welcome(frame); }
    hear(frame);
  };
  line.onclose = (event) => {
    clearTimeout(first);
    if (line !== socket) return;
    socket = null;
    loggedIn = false;
    for (const [, { reject }] of waiting) reject({ slug: "offline", status: 0 });
    waiting.clear();
    if (event.code === 4409) { set("taken"); return; }
    if (event.code === 4401) { ended(); return; }
    set(navigator.onLine === false ? "off" : "poll");
    later();
  };
};

const login = ({ era, seq, change }) => (era === undefined && seq === undefined ? {} : { era, after: seq ?? 0, changes_after: change });

const welcome = (frame) => {
  const kept = place();
  if (frame.reset || (frame.era && kept.era && frame.era !== kept.era)) { keep.drop(placeKey()); tell("reset", {}); }
  move({ era: frame.era, seq: frame.reset ? 0 : kept.seq ?? frame.seq, change: kept.change ?? frame.change });
  tries = 0;
  loggedIn = true;
  setClock({ time: frame.time });
  set("live");
  clearInterval(beat);
  beat = setInterval(() => post({ type: "ping", id: `p${(number += 1)}` }), (frame.heartbeat ?? 30) * 1000);
  setTimeout(count, 1000);
  flush();
  tell("live", {});
};

/** 4401: the session ended. An ordinary question finds that out and opens the sign-in dialog. */
const ended = () => {
  set("wait");
  ask("GET", "/im/password").then(() => later()).catch(() => {});
};

const later = () => {
  const wait = Math.min(30_000, 1000 * 2 ** tries) * (0.75 + Math.random() / 2);
  tries += 1;
  setTimeout(connect, wait);
};

const hear = (frame) => {
  const asked = frame.id && waiting.get(frame.id);
  if (asked) {
    waiting.delete(frame.id);
    if (frame.type === "error") asked.reject({ slug: frame.error, message: frame.message, status: frame.code });
    else asked.resolve(frame);
  }
  if (frame.type === "ack") stored(frame);
  else if (frame.type === "error" && frame.id && box().some((entry) => entry.id === frame.id)) refused(frame);
  else if (frame.type === "message") arrived(frame);
  else if (frame.change !== undefined && frame.type !== "welcome") move({ change: frame.change });
  if (!["welcome", "ack", "error", "pong", "ok"].includes(frame.type)) tell(frame.type, frame);
};

const arrived = (frame) => {
  if (frame.seq > (place().seq ?? 0)) move({ seq: frame.seq });
  if (frame.from_member_id === owner || frame.retracted) return;
  if (frame.conversation === "system") told = { n: told.n + 1, conversation: frame.conversation_id, message: frame.message_id };
  else counts.set(frame.conversation_id, (counts.get(frame.conversation_id) ?? 0) + 1);
  changed();
};

const post = (frame) => {
  if (!loggedIn || socket?.readyState !== WebSocket.OPEN) return false;
  socket.send(JSON.stringify(frame));
  return true;
};

export const call = (frame) => new Promise((resolve, reject) => {
  const id = `c${(number += 1)}-${Date.now()}`;
  if (!post({ ...frame, id })) { reject({ slug: "offline", status: 0 }); return; }
  waiting.set(id, { resolve, reject });
});

// The outbox.

const box = () => keep.get(boxKey()) ?? [];
const same = (a, b) => ["to_member_id", "consultation_id", "conversation_id"].every((key) => a[key] === b[key]);

export const outbox = (target) => box().filter((entry) => same(entry.target, target));

export const send = (target, say) => {
  const id = `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(3)).join("")}`.slice(0, 64);
  const entry = { id, target, mimetype: "text/plain", content: "", images: [], ...say, created: Date.now() };
  keep.put(boxKey(), [...box(), entry]);
  deliver(entry);
  return entry;
};

export const again = (id) => {
  keep.put(boxKey(), box().map((entry) => (entry.id === id ? { ...entry, failed: undefined } : entry)));
  const entry = box().find((one) => one.id === id);
  if (entry) deliver(entry);
};

/** Texts that were never on their way: whatever was, may be stored already. */
export const unsent = (target) => outbox(target).filter((entry) => !entry.tried && entry.mimetype === "text/plain" && entry.images.length === 0);

export const merge = (target) => {
  const [first, ...rest] = unsent(target);
  if (rest.length === 0) return;
  const content = [first, ...rest].map((entry) => entry.content).join("\n");
  const gone = new Set(rest.map((entry) => entry.id));
  keep.put(boxKey(), box().filter((entry) => !gone.has(entry.id)).map((entry) => (entry.id === first.id ? { ...entry, content, failed: undefined } : entry)));
};

export const forget = (id) => keep.put(boxKey(), box().filter((entry) => entry.id !== id));

const deliver = (entry) => {
  const { target, id, mimetype, content, images } = entry;
  // Without a line it would lie in a socket that does not know that it is dead.
  if (navigator.onLine === false || (!loggedIn && status !== "poll")) return;
  if (!entry.tried) keep.put(boxKey(), box().map((one) => (one.id === id ? { ...one, tried: true } : one)));
  if (post({ type: "send", id, ...target, mimetype, content, images })) return;
  if (status === "poll") overHttp(entry);
};

const overHttp = async ({ id, target, mimetype, content, images }) => {
  try {
    const message = await ask("POST", "/im/messages", { client_id: id, ...target, mimetype, content, images });
    stored({ id, ...message });
  } catch (fault) {
    if (fault.status !== 0 && fault.status < 500) refused({ id, error: fault.slug, message: fault.message });
  }
};

const flush = () => box().filter((entry) => !entry.failed).forEach(deliver);

const stored = (frame) => {
  const entry = box().find((one) => one.id === frame.id);
  if (!entry) return;
  forget(frame.id);
  if (frame.seq > (place().seq ?? 0)) move({ seq: frame.seq });
  const { content, images, mimetype } = entry;
  const message = { message_id: frame.message_id, conversation_id: frame.conversation_id, created: frame.created, from_member_id: owner, content, images, mimetype };
  tell("sent", { id: frame.id, target: entry.target, message });
};

const refused = (frame) => {
  keep.put(boxKey(), box().map((entry) => (entry.id === frame.id ? { ...entry, failed: { slug: frame.error, message: frame.message } } : entry)));
  tell("failed", { id: frame.id, fault: { slug: frame.error, message: frame.message } });
};

// Reading, and what is unread.

export const read = (conversation, message) => {
  if (counts?.delete(conversation)) changed();
  if (conversation && message) post({ type: "read", id: `r${(number += 1)}`, conversation_id: conversation, message_id: message });
};

/** From the list of conversations, where the server has one; else from what arrives. */
const count = async () => {
  if (!me()) return;
  try {
    const { items } = await ask("GET", "/im/conversations", { limit: 100 }, { patience: false });
    counts = new Map(items.filter((item) => item.unread > 0 && item.kind !== "system").map((item) => [item.conversation_id, item.unread]));
    const own = items.find((item) => item.kind === "system");
    told = { n: own?.unread ?? 0, conversation: own?.conversation_id, message: own?.last?.message_id };
    tell("counted");
    changed();
  } catch { /* counted from now on */ }
};

/** Without a WebSocket: who looks at a conversation asks for what is new in it ("poll"), and what waits is sent over HTTP. */
const poll = () => {
  if (status !== "poll") return;
  tell("poll", {});
  flush();
};

const awake = () => { if (document.visibilityState !== "hidden" && owner && !socket && status !== "taken") { tries = 0; connect(); } };
addEventListener("online", () => { awake(); if (owner && socket) flush(); });
document.addEventListener("visibilitychange", awake);
onLine((down) => { if (owner && down && !loggedIn) set("off"); else if (owner && !down && status === "off") { set("poll"); awake(); } });
