// The words of the pages, in Chinese and English.
//
//   t("visit.cancel")             a text of the catalogue
//   t("slot.left", { n: 3 })      with {n} filled in
//   said(refused)                 what to show of a refusal (see api.js)
//   language()                    "zh-CN" or "en"
//   await speak("en")             changes it, keeps the choice, sets <html lang>
//   add({ "zh-CN": () => import("…"), en: () => import("…") })   a page's own catalogues, before the first `speak`
//   await extend({ … })           the same later, for a part that few visits need
//
// Catalogues are flat: one key, one text; both languages have the same keys in the same order. Data (names, news) is not translated:
// mark it with lang="zh-CN" (`data` below). Refusals are told in the server's own Chinese; English ones stand in words/errors-en.js.

import zh from "../words/zh-CN.js";
import { keep } from "./session.js";

const sources = { "zh-CN": [], en: [() => import("../words/en.js"), () => import("../words/errors-en.js")] };
let words = zh;
let current = "zh-CN";

export const language = () => current;

/** Adds catalogues: a function per language that imports one. */
export const add = (more) => {
  for (const [name, source] of Object.entries(more)) sources[name].push(source);
};

/** Adds catalogues after the first `speak`, and loads what is spoken now. Once for each `more`. */
export const extend = async (more) => {
  if (sources[current].includes(more[current])) return;
  add(more);
  words = { ...words, ...(await more[current]()).default };
};

/** The language that this person chose, or the browser's. */
export const preferred = () => {
  const chosen = keep.get("xuanhu.language");
  if (chosen === "en" || chosen === "zh-CN") return chosen;
  const first = (navigator.languages?.[0] ?? navigator.language ?? "").toLowerCase();
  return first.startsWith("en") ? "en" : "zh-CN";
};

/** Loads a language and speaks it. */
export const speak = async (name, chosen = true) => {
  const parts = await Promise.all(sources[name].map((source) => source()));
  words = Object.assign({}, name === "zh-CN" ? zh : {}, ...parts.map((part) => part.default));
  current = name;
  document.documentElement.lang = name;
  if (chosen) keep.put("xuanhu.language", name);
};

/** The text of a key. A key that is missing shows itself: tests find it before people do. */
export const t = (key, values) => {
  const text = words[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole) : text;
};

/** A small number as a sentence has it (三), its figures where there is no word for it. */
export const numeral = (n) => t("numerals").split(" ")[n] ?? String(n);

/** What to tell of a refusal: the server's Chinese, or our English for its slug. */
export const said = (refused) => {
  if (!refused?.slug) return t("problem.internal");
  const ours = words[`problem.${refused.slug}`];
  if (current === "en") return words[`error.${refused.slug}`] ?? ours ?? refused.message;
  return ours ?? refused.message ?? t("problem.internal");
};

/** `lang` for data in Chinese: needed only where the page is not. */
export const data = () => (current === "zh-CN" ? undefined : "zh-CN");
