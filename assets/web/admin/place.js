// Where somebody or something is: province, city, county, and the rest of the address.

import { html } from "../vendor/lit.js";
import { field } from "../shared/form.js";
import { t } from "../shared/words.js";

const LEVELS = ["province_id", "city_id", "county_id"];
const regions = new Map();

/** The regions below one; asked once. */
const below = (cx, parent) => {
  if (!regions.has(parent)) {
    regions.set(parent, null);
    cx.ask("GET", "/admin/regions", { parent_id: parent, page_size: 1000, sort: "id" }).then(({ items }) => { regions.set(parent, items); cx.redraw(); }, () => regions.delete(parent));
  }
  return regions.get(parent) ?? [];
};

export const view = (cx, form, row) => {
  const s = (cx.state.place ??= {});
  if (s.of !== row) Object.assign(s, { of: row, chosen: LEVELS.map((level) => row[level] ?? 0) });
  const choose = (n) => (value) => { s.chosen = s.chosen.map((old, at) => (at < n ? old : at === n ? Number(value) : 0)); cx.redraw(); };
  return html`<fieldset class="field place"><legend>${t("f.place")}</legend>${LEVELS.map((level, n) => field(cx, form, {
    name: level, type: "select", label: t(`f.${level}`), value: s.chosen[n], change: choose(n),
    options: [{ value: 0, label: t("choose") }, ...(n === 0 || s.chosen[n - 1] ? below(cx, n === 0 ? 0 : s.chosen[n - 1]) : []).map((one) => ({ value: one.id, label: one.name }))],
  }))}${field(cx, form, { name: "addr", label: t("f.addr"), maxlength: 200, value: row.addr ?? "" })}</fieldset>`;
};

export const body = (form, row) => {
  const sent = {};
  for (const level of LEVELS) if (form[level] !== undefined && Number(form[level]) !== (row[level] ?? 0)) sent[level] = Number(form[level]);
  if ((form.addr ?? "").trim() !== (row.addr ?? "")) sent.addr = form.addr.trim();
  return sent;
};
