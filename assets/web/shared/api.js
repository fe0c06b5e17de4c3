// The clinic's HTTP interface, all families alike.
// What it offers stands in README.md.

import { me } from "./session.js";

export class Refused extends Error {
  constructor({ status, slug, message, fields, id, after }) {
    super(message);
    Object.assign(this, { status, slug, fields: fields ?? {}, id, after });
  }
}

let doorkeeper = null;
/** async (member_id) => whether that same person has signed in again. */
export const setDoorkeeper = (fn) => { doorkeeper = fn; };

let down = false;
const watchers = new Set();
/** fn(true) when the line is lost, fn(false) when it is back. */
export const onLine = (fn) => { watchers.add(fn); fn(down); return () => watchers.delete(fn); };
export const isDown = () => down;
const setDown = (value) => {
  if (down === value) return;
  down = value;
  watchers.forEach((fn) => fn(down));
};
addEventListener("offline", () => setDown(true));

const READ_TIME = 20_000;
const WRITE_TIME = 60_000;

export const ask = async (method, path, body, options = {}) => {
  const reading = method === "GET";
  const who = me();
  for (let attempt = 0; ; attempt += 1) {
    try {
      const answer = await once(method, path, body, options, options.anonymous ? null : me());
      setDown(false);
      return answer;
    } catch (refused) {
      if (!(refused instanceof Refused)) throw refused;
      if (refused.status === 401 && who && !options.anonymous && doorkeeper && !options.again) {
        if (await doorkeeper(who.member_id)) return ask(method, path, body, { ...options, again: true });
        throw refused;
      }
      const lost = refused.status === 0;
      if (lost) setDown(true);
      if (!reading || options.patience === false || attempt >= 4 || !(lost || refused.status === 503)) throw refused;
      await pause(1000 * 2 ** attempt, options.signal);
    }
  }
};

/** Waits, or until the line is back. */
const pause = (ms, signal) => new Promise((resolve, reject) => {
  const end = () => { clearTimeout(timer); removeEventListener("online", end); signal?.removeEventListener("abort", stop); resolve(); };
  const stop = () => { end(); reject(new DOMException("left", "AbortError")); };
  const timer = setTimeout(end, ms);
  addEventListener("online", end);
  signal?.addEventListener("abort", stop);
});

/** Writes whose answer has not come yet, with their keys. */
const open = new Map();
const keyOf = (write) => {
  if (!open.has(write)) open.set(write, [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  return open.get(write);
};

const once = async (method, path, body, options, who) => {
  const headers = {};
  const write = method !== "GET" && !(body instanceof FormData) ? `${who?.member_id ?? 0} ${method} ${path} ${JSON.stringify(body ?? null)}` : null;
  if (write) headers["Idempotency-Key"] = keyOf(write);
  if (who) headers[who.role === "admin" ? "Authorization" : "X-Auth-Token"] = who.role === "admin" ? `Bearer ${who.token}` : who.token;
  if (options.location) headers["X-location"] = options.location;
  let url = path;
  let sent;
  if (method === "GET") {
    const query = new URLSearchParams(Object.entries(body ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== ""));
    if (`${query}`) url += `?${query}`;
  } else if (body instanceof FormData) {
    sent = body;
  } else if (body !== undefined && body !== null) {
    headers["Content-Type"] = "application/json";
    sent = JSON.stringify(body);
  }
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), method === "GET" ? READ_TIME : WRITE_TIME);
  const leave = () => stop.abort();
  options.signal?.addEventListener("abort", leave);
  try {
    const response = await fetch(url, { method, headers, body: sent, signal: stop.signal, credentials: "same-origin" });
    const text = await response.text();
    // Answered. What is under way elsewhere, or failed inside, may be asked again as the same.
    if (write && response.status < 500 && response.status !== 409) open.delete(write);
    return unwrap(response, text, options.whole);
  } catch (fault) {
    if (fault instanceof Refused) throw fault;
    if (options.signal?.aborted) throw new DOMException("left", "AbortError");
    throw new Refused({ status: 0, slug: "offline", message: "连接断开" });
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", leave);
  }
};

const unwrap = (response, text, whole) => {
  let answer = null;
  if (text) {
    try { answer = JSON.parse(text); } catch { answer = null; }
  }
  const status = statusOf(response, answer);
  if (status >= 400 || (text && answer === null)) {
    const { error, error_message: a, message: b, msg: c, detail: d, fields } = answer ?? {};
    throw new Refused({
      status: status >= 400 ? status : 502,
      slug: error ?? (status >= 500 ? "internal" : "not_found"),
      message: d ?? a ?? b ?? c ?? "",
      fields,
      id: response.headers.get("x-request-id") ?? "",
      after: Number(response.headers.get("retry-after")) || 0,
    });
  }
  if (whole || answer === null || Array.isArray(answer) || typeof answer !== "object") return answer;
  if ("error_code" in answer || "status" in answer && "data" in answer) return answer.data;
  if ("success" in answer) return answer.result ?? answer.results ?? answer.resutls ?? null;
  if ("code" in answer && ("msg" in answer || "data" in answer)) return "data" in answer ? answer.data : answer;
  return answer;
};

/** Old clients' servers may answer everything with 200: the real code is in the body. */
const statusOf = (response, answer) => {
  if (response.status >= 400) return response.status;
  const { error_code: a, code: b, status: c, error } = answer ?? {};
  const inside = [a, b, c].map(Number).find((number) => number >= 400 && number < 600);
  return inside && error ? inside : response.status;
};

let clinic = null;
/** What is known of the clinic before anybody has signed in: /web/about.json, asked once. */
export const about = () => {
  clinic ??= ask("GET", "/web/about.json", undefined, { anonymous: true }).catch((fault) => { clinic = null; throw fault; });
  return clinic;
};

/** What somebody reads out on the phone of a request's id: its last four characters, by which the log finds it. */
export const short = (id) => String(id ?? "").slice(-4).toUpperCase();

/** An address of our own uploads, from wherever an answer says that it lies; "" for anybody else's. */
export const own = (url) => {
  const found = /(?:^|^https?:\/\/[^/]+)(\/(?:files|web)\/[^\s"]+)$/.exec(url ?? "");
  return found ? found[1] : "";
};
