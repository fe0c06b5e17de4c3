// Ctrl+K: to any entry of the menu, and to doctors, patients and bookings by what one knows of them.

import { html } from "../vendor/lit.js";
import { ask } from "../shared/api.js";
import { show } from "../shared/dialog.js";
import { composing } from "../shared/form.js";
import { go } from "../shared/route.js";
import { me } from "../shared/session.js";
import { t } from "../shared/words.js";
import { GROUPS, pathOf, wordOf } from "./menu.js";

let open = false;

export const listen = () => addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k" && !composing(event) && me() && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    find();
  }
});

const entries = () => GROUPS.flatMap((group) => group.entries.map(([name]) => ({ text: wordOf(name), note: t(group.word), path: pathOf(name), name })));

const records = async (q) => {
  const { RESOURCES } = await import("./resources.js");
  const found = await Promise.all(["doctors", "patients", "registrations"].map(async (collection) => {
    const path = `/admin/${collection}`;
    const { items } = await ask("GET", path, { q, page_size: 5 });
    return items.map((row) => ({ text: RESOURCES[collection].name(row), note: t(`one.${collection}`), path: `/${collection}/${row.id}` }));
  }));
  return found.flat();
};

export const find = async () => {
  if (open) return;
  open = true;
  const s = { q: "", found: entries(), at: 0, turn: 0 };
  await show((close, draw) => {
    const choose = (one) => { close(); if (one) go(one.path, {}); };
    const look = async (event) => {
      if (event.isComposing) return;
      s.q = event.target.value.trim();
      const turn = (s.turn += 1);
      const small = s.q.toLowerCase();
      s.found = entries().filter((one) => one.text.toLowerCase().includes(small) || one.name.includes(small));
      s.at = 0;
      draw();
      if (!s.q) return;
      await new Promise((resolve) => { setTimeout(resolve, 250); });
      if (s.turn !== turn) return;
      const more = await records(s.q).catch(() => []);
      if (s.turn === turn) { s.found = [...s.found, ...more]; draw(); }
    };
    const key = (event) => {
      if (composing(event)) return;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) { event.preventDefault(); s.at = Math.max(0, Math.min(s.found.length - 1, s.at + step)); draw(); document.getElementById(`found-${s.at}`)?.scrollIntoView({ block: "nearest" }); }
      if (event.key === "Enter") { event.preventDefault(); choose(s.found[s.at]); }
    };
    return html`<label for="palette" class="unseen">${t("admin.palette")}</label><input id="palette" type="search" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant="found-${s.at}" autocomplete="off"
      placeholder=${t("palette.hint")} autofocus @input=${look} @compositionend=${look} @keydown=${key}>
      <ul id="palette-list" role="listbox" aria-label=${t("admin.palette")} class="plain found">${s.found.map((one, n) => html`<li id="found-${n}" role="option" aria-selected=${String(n === s.at)} @click=${() => choose(one)}>${one.text} <span class="faint">${one.note}</span></li>`)}</ul>
      ${s.found.length === 0 ? html`<p class="faint" role="status">${t("table.none")}</p>` : ""}`;
  }, { label: t("admin.palette"), className: "palette" });
  open = false;
};
