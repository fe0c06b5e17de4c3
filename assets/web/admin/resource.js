// One collection: a table with search, filters, order, columns and pages in the address; a row opens beside it, at an address of its own,
// and the table keeps its place meanwhile.

import { html, keyed, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, search } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { empty } from "../shared/list.js";
import { address } from "../shared/route.js";
import { keep } from "../shared/session.js";
import { t } from "../shared/words.js";
import { bulkBar } from "./bulk.js";
import { download, sheet } from "./csv.js";
import { drawer } from "./drawer.js";
import { suggest } from "./fields.js";
import { foot, SIZE } from "./pager.js";
import { RESOURCES } from "./resources.js";
import { cell, isNumber, plain, right } from "./values.js";

export const needs = "session";
export const styles = ["form"];
export const title = (cx) => (RESOURCES[cx.params.collection] ? t(`r.${cx.params.collection}`) : t("nowhere"));
export const stays = (cx, params) => params.collection === cx.params.collection && Boolean(RESOURCES[params.collection]);

const what = (cx) => cx.params.collection;
const own = (cx) => RESOURCES[what(cx)];

/** What the list is asked by: the address, as far as it is about the list. */
const asked = (cx) => {
  const one = own(cx);
  const { q, sort, from, to, page, page_size } = cx.query;
  const filters = Object.fromEntries((one.filters ?? []).map((f) => [f.key, cx.query[f.key]]).filter(([, value]) => value));
  return { page: page ?? 1, page_size: page_size ?? SIZE, q, sort, from, to, ...filters };
};

export const load = async (cx) => {
  if (!own(cx)) throw new Refused({ status: 404, slug: "not_found", message: t("nowhere.text") });
  const list = `/admin/${what(cx)}`;
  const key = JSON.stringify([what(cx), asked(cx)]);
  const id = own(cx).show === false ? undefined : cx.params.id;
  if (cx.state.opened !== id) Object.assign(cx, { forms: {}, acts: {}, dirty: false });
  cx.state.opened = id;
  const record = id && id !== "new" ? cx.ask("GET", `${list}/${id}`) : null;
  if (cx.state.key !== key) cx.state.list = await cx.ask("GET", list, asked(cx));
  cx.state.key = key;
  return { list: cx.state.list, row: id === "new" ? {} : await record };
};

/** The list again, and the row: page and place stay. */
const again = async (cx) => { cx.state.key = null; await cx.reload(); };

export const view = (cx, { list, row }) => {
  const one = own(cx);
  const back = address(`/${what(cx)}`, cx.query);
  return html`
    <div class=${row ? "with-drawer" : ""}>
      ${tools(cx, one, list)}
      ${list.items.length === 0 ? empty("search", t(Object.keys(asked(cx)).some((key) => !["page", "page_size"].includes(key) && asked(cx)[key]) ? "table.none" : "table.empty"))
        : html`${one.bulk ? bulkBar(cx, what(cx), one, list.items, () => again(cx)) : nothing}${table(cx, one, list)}`}
      ${foot(cx, `/${what(cx)}`, list.total)}
    </div>
    ${row ? keyed(`${what(cx)} ${cx.params.id}`, drawer(cx, { collection: what(cx), one, row, items: list.items, back, again: () => again(cx) })) : nothing}`;
};

const set = (cx, query, options) => cx.go(`/${what(cx)}`, { ...cx.query, page: undefined, ...query }, options);

const tools = (cx, one, list) => {
  const make = one.make === false || (one.form === null && !one.make) ? null : one.make ?? `/${what(cx)}/new`;
  return html`<div class="tools no-print">
    <div class="row">
      <div class="grow">${search({ label: t("table.search"), hint: t(`hint.${what(cx)}`) === `hint.${what(cx)}` ? t("table.search") : t(`hint.${what(cx)}`), value: cx.query.q, run: (q) => set(cx, { q }, { replace: true }) })}</div>
      ${make ? html`<a class="button primary" href=${address(make, make.endsWith("/new") && !one.make ? cx.query : {})}>${icon("plus")}${t("new.of", { what: t(`one.${what(cx)}`) })}</a>` : nothing}
    </div>
    <div class="filters">
      ${(one.filters ?? []).filter((f) => f.kind !== "id" || cx.query[f.key]).map((f) => filter(cx, f))}
      ${one.timeless ? nothing : ["from", "to"].map((name) => html`<div class="field"><label for="f-${name}">${t(`table.${name}`)}</label><input id="f-${name}" type="date" .value=${cx.query[name] ?? ""} @change=${(event) => set(cx, { [name]: event.target.value })}></div>`)}
      <div class="row end">
        ${columns(cx, one)}
        <button type="button" class="quiet" @click=${() => download(`${what(cx)}.csv`, sheet(shown(cx, one).map((name) => t(`f.${name}`)), list.items.map((row) => shown(cx, one).map((name) => plain(name, row)))))}>${t("table.csv")}</button>
        <button type="button" class="quiet" @click=${() => print()}>${t("print")}</button>
      </div>
    </div></div>
    <p class="only-print">${Object.entries(asked(cx)).filter(([key, value]) => value && !["page", "page_size"].includes(key)).map(([key, value]) => `${t(["from", "to"].includes(key) ? `table.${key}` : `f.${key}`)} ${(own(cx).filters ?? []).find((f) => f.key === key)?.options?.().find((one) => one.value === value)?.label ?? value}`).join("，")}</p>`;
};

const filter = (cx, f) => {
  const id = `f-${f.key}`;
  if (f.options) return html`<div class="field"><label for=${id}>${t(`f.${f.key}`)}</label><select id=${id} @change=${(event) => set(cx, { [f.key]: event.target.value })}><option value="">${t("all")}</option>
    ${f.options().map((one) => html`<option value=${one.value} ?selected=${cx.query[f.key] === one.value}>${one.label}</option>`)}</select></div>`;
  const change = (value) => set(cx, { [f.key]: f.kind === "phone" ? value.trim() : /(\d+)\s*[)）]?$/.exec(value)?.[1] ?? "" });
  return html`${field(cx, "f", { name: f.key, label: t(`f.${f.key}`), required: true, value: cx.query[f.key] ?? "", change })}${f.kind === "ref" ? suggest(cx, "f", f) : nothing}`;
};

const columnKey = (cx) => `xuanhu.columns.${what(cx)}`;
const shown = (cx, one) => {
  const hidden = keep.get(columnKey(cx)) ?? [];
  return one.columns.filter((name, n) => n === 0 || !hidden.includes(name));
};
const columns = (cx, one) => html`<details class="columns"><summary class="button quiet">${t("table.columns")}</summary><div class="card">${one.columns.slice(1).map((name) => html`<label class="check"><input type="checkbox"
  .checked=${!(keep.get(columnKey(cx)) ?? []).includes(name)} @change=${(event) => {
    const hidden = new Set(keep.get(columnKey(cx)) ?? []);
    if (event.target.checked) hidden.delete(name); else hidden.add(name);
    keep.put(columnKey(cx), [...hidden]);
    cx.redraw();
  }}><span>${t(`f.${name}`)}</span></label>`)}</div></details>`;

const table = (cx, one, list) => {
  const names = shown(cx, one);
  const picked = (cx.state.picked ??= new Set());
  const opens = one.show !== false;
  return html`<div class="region" role="region" tabindex="0" aria-label=${t(`r.${what(cx)}`)}><table class="list">
    <caption class="unseen">${t(`r.${what(cx)}`)} ${t("table.total", { n: list.total })}</caption>
    <thead><tr>${one.bulk ? html`<th class="pick no-print"><input type="checkbox" aria-label=${t("bulk.all")} .checked=${list.items.length > 0 && list.items.every((row) => picked.has(row.id))}
      @change=${(event) => { list.items.forEach((row) => (event.target.checked ? picked.add(row.id) : picked.delete(row.id))); cx.redraw(); }}></th>` : nothing}
      ${names.map((name) => head(cx, one, name))}</tr></thead>
    <tbody data-rows>${list.items.map((row) => html`<tr class=${String(row.id) === cx.params.id ? "now" : ""}>
      ${one.bulk ? html`<td class="pick no-print"><input type="checkbox" aria-label=${t("bulk.one", { name: one.name(row) })} .checked=${picked.has(row.id)} @click=${(event) => pick(cx, list.items, row, event)}></td>` : nothing}
      ${names.map((name, n) => (n === 0 && opens
        ? html`<th scope="row"><a href=${address(`/${what(cx)}/${row.id}`, cx.query)} aria-current=${String(row.id) === cx.params.id ? "true" : nothing}>${cell(name, row) || "—"}</a></th>`
        : html`<td class=${right(name) ? "num right" : isNumber(name) ? "num" : ""}>${cell(name, row)}</td>`))}</tr>`)}</tbody></table></div>`;
};

/** Shift takes all rows from the last one that was chosen. */
const pick = (cx, items, row, event) => {
  const picked = cx.state.picked;
  const at = items.indexOf(row);
  const from = event.shiftKey && cx.state.last !== undefined ? cx.state.last : at;
  for (const one of items.slice(Math.min(from, at), Math.max(from, at) + 1)) if (event.target.checked) picked.add(one.id); else picked.delete(one.id);
  cx.state.last = at;
  cx.redraw();
};

const head = (cx, one, name) => {
  const className = right(name) ? "right" : "";
  if (!one.sorts?.includes(name)) return html`<th scope="col" class=${className}>${t(`f.${name}`)}</th>`;
  const now = cx.query.sort === name ? "ascending" : cx.query.sort === `-${name}` ? "descending" : "none";
  const next = { none: name, ascending: `-${name}`, descending: undefined }[now];
  return html`<th scope="col" class=${className} aria-sort=${now === "none" ? nothing : now}><button type="button" class="sort" @click=${() => set(cx, { sort: next })}>${t(`f.${name}`)}<span aria-hidden="true">${{ none: "↕", ascending: "↑", descending: "↓" }[now]}</span></button></th>`;
};
