// Time. The clinic's clock is the only one: its zone, its moment, whatever the device says.
//
//   moment("2026-12-01 09:00:00")   clinic time → milliseconds (parsed by hand: Safari's Date refuses it)
//   moment("2026-11-29T18:49:00Z")  RFC 3339, or a number of milliseconds, as they are
//   now()                           the clinic's clock, in milliseconds
//   date(x), clock(x), full(x)      "12月1日 周二", "09:00", both
//   near(x), brief(x)               "3 分钟前", "明天 09:00"; brief leaves the hour of far days out
//   left(x)                         "14:59" until x; "" once it has passed
//   slot("09:00:00 - 09:30:00")     "09:00–09:30"

import { language, t } from "./words.js";

let zone = "Asia/Shanghai";
let name = "北京时间";
let ahead = 0;

/** From /web/about.json, and from the gateway's welcome: the clinic's zone and its clock. */
export const setClock = ({ zone: one, zone_name: called, time }) => {
  if (one) { zone = one; formats.clear(); }
  if (called) name = called;
  if (time) ahead = time - Date.now();
};

export const now = () => Date.now() + ahead;
/** The zone as people call it; shown beside times of visits. */
export const zoneName = () => (language() === "en" ? zone : name);

const formats = new Map();
const format = (kind, options) => {
  const key = `${language()} ${kind}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language(), { timeZone: zone, hourCycle: "h23", ...options }));
  return formats.get(key);
};

const fields = (ms) => {
  const parts = {};
  const all = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
  for (const part of format("parts", all).formatToParts(ms)) parts[part.type] = Number(part.value);
  return parts;
};

/** How far the zone is ahead of UTC at a moment. */
const offset = (ms) => {
  const f = fields(ms);
  return Date.UTC(f.year, f.month - 1, f.day, f.hour, f.minute, f.second) - Math.floor(ms / 1000) * 1000;
};

export const moment = (value) => {
  if (typeof value === "number") return value;
  const text = String(value ?? "");
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(text);
  if (!found) return NaN;
  if (/Z$|[+-]\d{2}:?\d{2}$/.test(text) && text.includes("T")) return Date.parse(text);
  const [, y, mo, d, h = 0, mi = 0, s = 0] = found.map(Number);
  const wall = Date.UTC(y, mo - 1, d, h || 0, mi || 0, s || 0);
  return wall - offset(wall - offset(wall));
};

export const day = (value) => {
  const f = fields(moment(value));
  return `${f.year}-${String(f.month).padStart(2, "0")}-${String(f.day).padStart(2, "0")}`;
};
export const date = (value) => {
  const ms = moment(value);
  const year = fields(ms).year === fields(now()).year ? {} : { year: "numeric" };
  return format(year.year ? "datey" : "date", { ...year, month: "short", day: "numeric", weekday: "short" }).format(ms).replace("日周", "日 周");
};
export const clock = (value) => format("clock", { hour: "2-digit", minute: "2-digit" }).format(moment(value));
export const full = (value) => `${date(value)} ${clock(value)}`;

/** Whole days from the clinic's today. */
export const days = (value) => Math.round((Date.parse(day(value)) - Date.parse(day(now()))) / 86_400_000);

export const near = (value) => {
  const ms = moment(value);
  if (Number.isNaN(ms)) return "";
  const ago = now() - ms;
  if (ago >= 0 && ago < 60_000) return t("time.now");
  if (ago >= 0 && ago < 3_600_000) return t("time.minutes", { n: Math.floor(ago / 60_000) });
  const n = days(ms);
  if (n === 0) return t("time.today", { at: clock(ms) });
  if (n === 1) return t("time.tomorrow", { at: clock(ms) });
  if (n === -1) return t("time.yesterday", { at: clock(ms) });
  return full(ms);
};

/** For lists: the day alone, where it is not a day near now. */
export const brief = (value) => (Math.abs(days(value)) > 1 ? date(value) : near(value));

export const left = (value) => {
  const seconds = Math.ceil((moment(value) - now()) / 1000);
  if (seconds <= 0) return "";
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  if (hours >= 48) return t("time.days_left", { n: Math.floor(hours / 24) });
  return hours > 0 ? t("time.hours_left", { h: hours, m: two(Math.floor(seconds / 60) % 60) }) : `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
};

export const slot = (text) => String(text ?? "").replace(/(\d{2}:\d{2}):\d{2} - (\d{2}:\d{2}):\d{2}/, "$1–$2");

/** An age in years from a birthday (YYYY-MM-DD), on the clinic's today. */
export const age = (birthday) => {
  const [y, m, d] = String(birthday ?? "").split("-").map(Number);
  if (!y) return null;
  const f = fields(now());
  return f.year - y - (f.month < m || (f.month === m && f.day < d) ? 1 : 0);
};
