// The same done with many rows: one request each, how far it is, and what became of every one.

import { html, nothing } from "../vendor/lit.js";
import { show } from "../shared/dialog.js";
import { said, t } from "../shared/words.js";
import { ACTIONS } from "./actions.js";

const word = (name, row, collection) => (ACTIONS[name].many ?? ACTIONS[name].word)(row, collection);

export const bulkBar = (cx, collection, one, items, again) => {
  const chosen = items.filter((row) => cx.state.picked?.has(row.id));
  if (chosen.length === 0) return nothing;
  return html`<div class="bulk row no-print" role="group" aria-label=${t("admin.bulk")}><strong>${t("bulk.chosen", { n: chosen.length })}</strong>
    ${one.bulk.map((name) => html`<button type="button" class=${ACTIONS[name].kind ?? ""} @click=${() => all(cx, collection, one, chosen, name, again)}>${word(name, chosen[0], collection)}</button>`)}
    <button type="button" class="quiet" @click=${() => { cx.state.picked.clear(); cx.redraw(); }}>${t("bulk.none")}</button></div>`;
};

const all = async (cx, collection, one, rows, name, again) => {
  const text = word(name, rows[0], collection);
  if (!(await cx.confirm(t("bulk.ask", { n: rows.length, what: text }), { yes: text, kind: ACTIONS[name].kind }))) return;
  const s = { results: [], over: false };
  await show((close, draw) => {
    if (!s.begun) { s.begun = true; work(cx, collection, rows, name, s, draw); }
    return html`<h2>${t("bulk.doing", { what: text })}</h2><progress max=${rows.length} value=${s.results.length} aria-label=${t("bulk.doing", { what: text })}></progress>
      <p role="status">${t("bulk.result", { good: s.results.filter((r) => !r.fault).length, bad: s.results.filter((r) => r.fault).length, n: rows.length })}</p>
      <ul class="plain results">${s.results.map((r) => html`<li>${one.name(r.row)}：<span class=${r.fault ? "tag bad" : "tag good"}>${r.fault ? said(r.fault) : t("admin.done")}</span></li>`)}</ul>
      <p class="row end"><button type="button" class="primary" aria-disabled=${s.over ? nothing : "true"} @click=${() => { if (s.over) close(); }}>${t("close")}</button></p>`;
  }, { label: t("bulk.doing", { what: text }), className: "wide" });
  cx.state.picked.clear();
  await again();
};

const work = async (cx, collection, rows, name, s, draw) => {
  for (const row of rows) {
    try { await ACTIONS[name].run(cx, collection, row); s.results.push({ row }); } catch (fault) { s.results.push({ row, fault }); }
    draw();
  }
  s.over = true;
  draw();
};
