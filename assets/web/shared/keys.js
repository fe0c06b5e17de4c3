// Keys of the staff pages. None does anything while an input method composes.
//
//   Ctrl+S        saves the form in which one types, else the screen's form with data-save
//   Ctrl+Enter    sends the form in which one types
//   /             goes to the search field;  J and K through the rows of a list with data-rows, Enter opens: only while nothing is typed
//   Esc           closes a dialog (the platform does that), else follows what carries data-esc
//   ?             lists them
//
// A screen's own keys: cx.ends(keys({ a: { word: "key.pass", run } })); they stand in the list under ? too.

import { html } from "../vendor/lit.js";
import { show } from "./dialog.js";
import { t } from "./words.js";

const own = new Set();
export const keys = (table) => { own.add(table); return () => own.delete(table); };

const composing = (event) => event.isComposing || event.keyCode === 229;
const typing = (element) => Boolean(element?.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]"));
/** The innermost dialog, or the page: what lies behind a dialog has no keys. */
const scope = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;

const submit = (form) => form?.requestSubmit();

const rows = (step) => {
  const links = [...(scope().querySelector("[data-rows]")?.querySelectorAll("a[href], button.row-open") ?? [])];
  if (links.length === 0) return false;
  const at = links.indexOf(document.activeElement);
  const from = at >= 0 ? at + step : Math.max(0, links.findIndex((one) => one.hasAttribute("aria-current")));
  const next = links[Math.max(0, Math.min(links.length - 1, from))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
};

const list = () => show((close) => html`<h2>${t("keys.title")}</h2>
  <dl class="facts keys">${[["Ctrl+S", "keys.save"], ["Ctrl+Enter", "keys.send"], ["/", "keys.search"], ["J / K", "keys.rows"], ["Enter", "keys.open"], ["Esc", "keys.esc"],
    ...[...own].flatMap((table) => Object.entries(table).map(([key, { word }]) => [key.toUpperCase(), word])), ["?", "keys.list"]]
    .map(([key, word]) => html`<dt><kbd>${key}</kbd></dt><dd>${t(word)}</dd>`)}</dl>
  <p class="row end"><button type="button" @click=${() => close()}>${t("close")}</button></p>`, { label: t("keys.title") });

const plain = (event) => {
  const inside = scope();
  const { key } = event;
  if (key === "Escape") {
    const link = inside === document ? document.querySelector("[data-esc]") : null;
    if (link && !event.defaultPrevented && link.checkVisibility?.() !== false) { link.click(); return true; }
    return false;
  }
  if (typing(event.target)) return false;
  if (key === "/") {
    const field = inside.querySelector("input[type=search]");
    field?.focus();
    return Boolean(field);
  }
  if (key === "?" && inside === document) { list(); return true; }
  if (key === "j" || key === "J") return rows(1);
  if (key === "k" || key === "K") return rows(-1);
  for (const table of own) {
    const found = table[key.toLowerCase()];
    if (found && inside === document) { found.run(event); return true; }
  }
  return false;
};

const pressed = (event) => {
  if (composing(event)) return;
  const control = event.ctrlKey || event.metaKey;
  if (control && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    submit(event.target.closest?.("form") ?? scope().querySelector("form[data-save], [data-save] form"));
    return;
  }
  if (control && event.key === "Enter") {
    const form = event.target.closest?.("form");
    if (form && !event.defaultPrevented) { event.preventDefault(); submit(form); }
    return;
  }
  if (!control && !event.altKey && plain(event)) event.preventDefault();
};

export const listen = () => addEventListener("keydown", pressed);
