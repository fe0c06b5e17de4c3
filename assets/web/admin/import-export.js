// Tables in and out. A file with a bad row changes nothing: every bad row is named with its line, and the line itself stands beside it.

import { html, nothing } from "../vendor/lit.js";
import { act, problem } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { field } from "../shared/form.js";
import { t } from "../shared/words.js";
import { COLUMNS, hint, title as titleOf, titled } from "./columns.js";
import { fetched } from "./csv.js";

export const title = "menu.exchange";
export const needs = "session";
export const styles = ["form"];

const IMPORTS = Object.keys(COLUMNS);
const EXPORTS = [...IMPORTS, "registrations", "consultations", "payments"];

/** The file's own lines, in whichever encoding it came. */
const linesOf = async (file) => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const decode = (name, options) => new TextDecoder(name, options).decode(bytes);
  let text;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) text = decode("utf-16le");
  else if (bytes[0] === 0xfe && bytes[1] === 0xff) text = decode("utf-16be");
  else try { text = decode("utf-8", { fatal: true }); } catch { text = decode("gb18030"); }
  return text.split(/\r\n|\r|\n/);
};

const bring = async (cx, kind, file) => {
  const s = cx.state;
  Object.assign(s, { result: null, bad: null });
  const body = new FormData();
  body.append("file", file, file.name);
  const path = `/admin/import/${kind}`;
  try {
    s.result = await cx.ask("POST", path, body);
    s.file = null;
  } catch (fault) {
    if (fault.slug === "bad_table") throw new Refused({ ...fault, message: titled(kind, fault.message) });
    if (fault.slug !== "bad_rows") throw fault;
    const lines = await linesOf(file);
    s.bad = Object.entries(fault.fields).map(([key, text]) => { const n = Number(/\d+/.exec(key)?.[0]); return { n, text: titled(kind, text), line: lines[n - 1] ?? "" }; });
    s.said = titled(kind, fault.message);
  }
};

/** What stands in the first line of a table, for whoever fills it in. */
const columns = (kind) => html`<details class="part"><summary>${t("import.columns")}</summary><div class="region" role="region" tabindex="0" aria-label=${t("import.columns")}><table class="columns-told">
  <thead><tr><th scope="col">${t("import.name")}</th><th scope="col">${t("import.how")}</th></tr></thead>
  <tbody>${COLUMNS[kind].names.map((name, n) => html`<tr><th scope="row">${titleOf(name)}${n < COLUMNS[kind].needed ? html` <span class="tag warn">${t("import.needed")}</span>` : nothing}<br><code>${name}</code></th><td>${hint(kind, name)}</td></tr>`)}</tbody></table></div></details>`;

export const view = (cx) => {
  const s = cx.state;
  const kind = IMPORTS.includes(cx.query.kind) ? cx.query.kind : IMPORTS[0];
  const out = EXPORTS.includes(cx.query.out) ? cx.query.out : EXPORTS[0];
  const take = (file) => { Object.assign(s, { file: file ?? null, result: null, bad: null }); cx.acts.import = {}; cx.redraw(); };
  const drop = (event) => { event.preventDefault(); s.over = false; take(event.dataTransfer.files[0]); };
  const over = (on) => (event) => { event.preventDefault(); if (s.over !== on) { s.over = on; cx.redraw(); } };
  const go = () => { if (!s.file) { document.getElementById("import-file").focus(); return; } act(cx, "import", () => bring(cx, kind, s.file)); };
  return html`<div class="two">
    <section class="card"><h2>${t("import.title")}</h2>
      ${field(cx, "x", { name: "kind", type: "select", label: t("import.kind"), required: true, value: kind, options: IMPORTS.map((value) => ({ value, label: t(`r.${value}`) })), change: (value) => cx.set({ kind: value }, { replace: true }) })}
      <p><button type="button" class="link" @click=${() => act(cx, "template", () => fetched(`/admin/import/${kind}`, `${kind}.csv`))}>${t("import.template")}</button> ${problem(cx, cx.acts.template ?? {})}</p>
      ${kind === "doctors" ? html`<p class="note">${t("import.money")}</p>` : nothing}
      ${columns(kind)}
      <div class="dropzone ${s.over ? "over" : ""}" @dragover=${over(true)} @dragleave=${over(false)} @drop=${drop}>
        <div class="field"><label for="import-file">${t("import.file")}</label><p class="hint" id="import-hint">${t("import.hint")}</p>
          <input id="import-file" type="file" accept=".csv,.txt,.tsv,text/csv" aria-describedby="import-hint" @change=${(event) => take(event.target.files[0])}></div>
        ${s.file ? html`<p class="num">${s.file.name} · ${Math.ceil(s.file.size / 1024)} kB</p>` : nothing}</div>
      <p class="row"><button type="button" class="primary" data-act="import" aria-busy=${cx.acts.import?.busy ? "true" : nothing} @click=${go}>${t("admin.import")}</button>${problem(cx, cx.acts.import ?? {})}</p>
      ${s.result ? html`<p class="note good" role="status">${t("import.done", { created: s.result.created, updated: s.result.updated })}</p>` : nothing}
      ${s.bad ? html`<div class="note bad" role="alert"><p>${s.said}</p></div><div class="region" role="region" tabindex="0" aria-label=${t("import.bad")}><table class="list"><thead><tr><th scope="col" class="right">${t("import.line")}</th><th scope="col">${t("import.problem")}</th><th scope="col">${t("import.text")}</th></tr></thead>
        <tbody>${s.bad.map((one) => html`<tr><td class="num right">${one.n}</td><td class="said">${one.text}</td><td><code>${one.line}</code></td></tr>`)}</tbody></table></div>` : nothing}
    </section>
    <section class="card"><h2>${t("export.title")}</h2>
      ${field(cx, "x", { name: "out", type: "select", label: t("export.kind"), required: true, value: out, options: EXPORTS.map((value) => ({ value, label: t(`r.${value}`) })), change: (value) => cx.set({ out: value }, { replace: true }) })}
      <p class="faint">${t("export.text")}</p>
      <p class="row"><button type="button" class="primary" data-act="export" aria-busy=${cx.acts.export?.busy ? "true" : nothing} @click=${() => act(cx, "export", () => fetched(`/admin/export/${out}`, `${out}.csv`))}>${t("admin.export")}</button>${problem(cx, cx.acts.export ?? {})}</p>
    </section></div>
    <section class="card reindex"><h2>${t("reindex.title")}</h2><p class="faint">${t("reindex.text")}</p>
      <p class="row"><button type="button" data-act="reindex" aria-busy=${cx.acts.reindex?.busy ? "true" : nothing} @click=${() => act(cx, "reindex", async () => { s.entries = (await cx.ask("POST", "/admin/reindex")).entries; })}>${t("admin.reindex")}</button>
      ${s.entries === undefined ? nothing : html`<span role="status">${t("reindex.done", { n: s.entries })}</span>`}${problem(cx, cx.acts.reindex ?? {})}</p></section>`;
};
