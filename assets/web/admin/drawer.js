// A row beside its list: what is known of it, what can be done, its form, what else is of it, and who did what with it.

import { html, nothing, until } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { form, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { address } from "../shared/route.js";
import { near } from "../shared/time.js";
import { said, t } from "../shared/words.js";
import { ACTIONS, run, tellPassword } from "./actions.js";
import { word } from "./codes.js";
import * as fields from "./fields.js";
import { preview } from "./preview.js";
import { RESOURCES } from "./resources.js";
import { fact, plain } from "./values.js";

export const drawer = (cx, { collection, one, row, items, back, again }) => {
  const fresh = row.id === undefined;
  const at = items.findIndex((other) => String(other.id) === cx.params.id);
  const step = (to, text, picture) => (items[to] && at >= 0 ? html`<a class="button quiet" href=${address(`/${collection}/${items[to].id}`, cx.query)} aria-label=${text}>${icon(picture)}</a>` : nothing);
  const editable = one.form && (fresh || one.change !== false);
  focusOnce(cx);
  return html`<section class="drawer" aria-labelledby="drawer-title">
    <div class="drawer-top"><h2 id="drawer-title" tabindex="-1">${fresh ? t("new.of", { what: t(`one.${collection}`) }) : one.name(row)}</h2>
      ${step(at - 1, t("drawer.before"), "chevron-left")}${step(at + 1, t("drawer.after"), "chevron-right")}
      <a class="button quiet" href=${back} data-esc aria-label=${t("close")}>${icon("x")}</a></div>
    ${fresh ? nothing : html`
      ${deeds(cx, { collection, one, row, back, again })}
      <dl class="facts">${one.facts.map((name) => { const value = fact(name, row); return value === nothing || value === "" || (Array.isArray(value) && value.length === 0) ? nothing : html`<dt>${t(`f.${name}`)}</dt><dd>${value}</dd>`; })}</dl>
      ${one.story ? story(cx, row) : nothing}`}
    ${editable ? edit(cx, { collection, one, row, fresh, again }) : nothing}
    ${one.preview && !fresh ? preview(collection, row) : nothing}
    ${fresh ? nothing : html`${(one.related ?? []).map(([other, key, value]) => related(cx, other, key, value(row)))}${one.audit ? history(cx, one.audit, row.id) : nothing}`}
  </section>`;
};

/** The heading, when another row is opened: readers of screens are told which. */
const focusOnce = (cx) => {
  if (cx.state.focused === cx.params.id) return;
  cx.state.focused = cx.params.id;
  requestAnimationFrame(() => document.getElementById("drawer-title")?.focus({ preventScroll: true }));
};

const deeds = (cx, { collection, one, row, back, again }) => {
  const names = [...(one.actions?.(row) ?? []), ...(one.remove === false ? [] : ["remove"])];
  if (names.length === 0) return nothing;
  const after = async (name) => {
    if (name === "remove") { cx.dirty = false; location.hash = back; cx.state.key = null; await cx.reload(); } else await again();
  };
  return html`<p class="row deeds">${names.map((name) => button(cx, name, ACTIONS[name].word(row, collection), () => run(cx, collection, row, name, after), { kind: ACTIONS[name].kind }))}</p>`;
};

const edit = (cx, { collection, one, row, fresh, again }) => {
  const path = `/admin/${collection}`;
  const save = async (typed) => {
    const sent = fields.body(typed, one.form, row);
    if (!fresh && Object.keys(sent).length === 0) { cx.toast(t("admin.unchanged")); return; }
    const saved = await cx.ask(fresh ? "POST" : "PATCH", fresh ? path : `${path}/${row.id}`, sent);
    cx.dirty = false;
    cx.toast(t("saved"));
    if (saved.password) await tellPassword(saved);
    cx.state.key = null;
    if (fresh) cx.go(`/${collection}/${saved.id}`, cx.query, { replace: true }); else await again();
  };
  const marked = (event) => {
    cx.dirty = true;
    const control = event.target;
    const box = control.closest(".field, .check");
    if (!box || !control.name) return;
    control.dataset.was ??= control.type === "checkbox" ? String(!control.checked) : control.defaultValue ?? "";
    box.classList.add("changed");
  };
  return html`<section data-save @input=${marked}><h3>${t(fresh ? "drawer.new" : "drawer.change")}</h3>
    ${form(cx, "record", { label: t(fresh ? "drawer.new" : "drawer.change"), record: `${collection}-${row.id ?? "new"}`, draft: true, run: save, safe: !fresh }, html`
      ${one.form.map((f) => fields.view(cx, "record", f, row))}
      <div class="save row">${submit(cx, "record", t("save"))}</div>`)}</section>`;
};

/** What is asked for when a part is opened, and once. */
const part = (cx, key, title, ask, view) => {
  const s = ((cx.state.parts ??= {})[`${cx.params.id} ${key}`] ??= {});
  const open = (event) => { if (event.target.open && !s.asked) { s.asked = ask(); cx.redraw(); } };
  return html`<details class="part" @toggle=${open}><summary>${title}</summary>${s.asked ? until(s.asked.then(view, (fault) => html`<p class="problem" role="alert">${said(fault)}</p>`), html`<p class="faint">${t("loading")}</p>`) : nothing}</details>`;
};

const related = (cx, other, key, value) => {
  if (!value) return nothing;
  const path = `/admin/${other}`;
  const one = RESOURCES[other];
  return part(cx, other, t(`r.${other}`), () => cx.ask("GET", path, { [key]: value, page_size: 5 }), ({ items, total }) => (items.length === 0 ? html`<p class="faint">${t("table.empty")}</p>`
    : html`<ul class="rows">${items.map((row) => html`<li class="entry"><span class="body">${one.show === false ? one.name(row) : html`<a href=${address(`/${other}/${row.id}`)}>${one.name(row)}</a>`}
      <span class="faint">${one.columns.slice(1, 4).map((name) => plain(name, row)).filter(Boolean).join(" · ")}</span></span></li>`)}</ul>
      <p><a href=${address(`/${other}`, { [key]: value })}>${t("related.all", { n: total })}</a></p>`));
};

const history = (cx, subject, id) => part(cx, "audit", t("r.audit"), () => cx.ask("GET", "/admin/audit", { subject, subject_id: id, page_size: 20 }), ({ items, total }) => html`
  <ul class="rows">${items.map((row) => html`<li class="entry"><span class="body">${word("action", row.action)}<span class="faint">${near(row.at)} · ${word("role", row.role)} ${row.account_id || "admin.token"} · <span class="num">${row.address}</span>${row.reason ? html` · ${row.reason}` : nothing}</span></span></li>`)}</ul>
  <p><a href=${address("/audit", { subject, subject_id: id })}>${t("related.all", { n: total })}</a></p>`);

/** Where the money came from, and why it goes back. */
const story = (cx, row) => {
  if (!["registration", "consultation"].includes(row.source)) return nothing;
  const path = `/admin/${row.source}s/${row.source_id}`;
  return part(cx, "story", t("admin.story"), () => cx.ask("GET", path), (found) => html`<dl class="facts">${RESOURCES[`${row.source}s`].facts.slice(1).map((name) => { const value = fact(name, found); return value === nothing || value === "" ? nothing : html`<dt>${t(`f.${name}`)}</dt><dd>${value}</dd>`; })}</dl>`);
};
