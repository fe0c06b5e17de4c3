// The fields of a record's form: how a value is written into its control, and what of the form is sent.
//
//   view(cx, name, field, row)    the control, with the row's value
//   body(form, fields, row)       what has changed, as PATCH takes it; of a new row all that is filled in

import { html, nothing } from "../vendor/lit.js";
import { own } from "../shared/api.js";
import { field, radios } from "../shared/form.js";
import { fen } from "../shared/money.js";
import { shrink, small, upload } from "../shared/picture.js";
import { said, t } from "../shared/words.js";
import { RESOURCES } from "./resources.js";
import * as place from "./place.js";

const money = (value) => (value === undefined || value === null ? "" : (value / 100).toFixed(2));
const SPLIT = /[、，,\n]+/;

/** A value as its control shows it. */
const written = (f, row) => {
  const value = row[f.name];
  if (value === undefined || value === null) return "";
  if (f.kind === "money") return money(value);
  if (f.kind === "list") return value.join("、");
  if (f.kind === "images") return value.join("\n");
  if (f.kind === "clock") return String(value).slice(0, 5);
  if (f.kind === "moment") return String(value).replace(" ", "T").slice(0, 16);
  if (f.kind === "ref") return value === 0 ? "" : String(value);
  if (f.kind === "flag") return value === true || value === 1;
  return String(value);
};

/** What is typed, as the interface takes it. */
const read = (f, value) => {
  const text = typeof value === "string" ? value.trim() : value;
  if (f.kind === "flag") return value === true;
  if (f.kind === "money") return text === "" ? "" : fen(text) ?? text;
  if (f.kind === "number" || f.kind === "yuan") return text === "" ? "" : Number(text);
  if (f.kind === "list") return text.split(SPLIT).map((one) => one.trim()).filter(Boolean);
  if (f.kind === "images") return text.split("\n").map((one) => one.trim()).filter(Boolean);
  if (f.kind === "clock") return text.length === 5 ? `${text}:00` : text;
  if (f.kind === "moment") return text === "" ? "" : `${text.replace("T", " ")}${text.length === 16 ? ":00" : ""}`;
  // A name was chosen: its number stands behind it.
  if (f.kind === "ref") return text === "" ? 0 : Number(/(\d+)\s*[)）]?$/.exec(text)?.[1] ?? NaN) || text;
  return text;
};

export const body = (form, fields, row) => {
  const fresh = row.id === undefined;
  const sent = {};
  for (const f of fields) {
    if (f.fixed && !fresh) continue;
    if (f.kind === "place") { Object.assign(sent, place.body(form, row)); continue; }
    if (f.kind === "week") { const week = weekOf(form); if (JSON.stringify(week) !== JSON.stringify(row.work_time ?? emptyWeek())) sent.work_time = week; continue; }
    const value = read(f, form[f.name] ?? (f.kind === "flag" ? false : ""));
    const before = read(f, written(f, row));
    if (f.kind === "password" ? value !== "" : fresh ? value !== "" && value !== 0 && !(Array.isArray(value) && value.length === 0) : JSON.stringify(value) !== JSON.stringify(before)) sent[f.name] = value;
  }
  return sent;
};

export const view = (cx, form, f, row) => {
  const fresh = row.id === undefined;
  if (f.fixed && !fresh) return nothing;
  const common = { name: f.name, label: t(`f.${f.label ?? f.name}`), required: f.required && f.kind !== "password", maxlength: f.most, value: written(f, row) };
  switch (f.kind) {
    case "area": return field(cx, form, { ...common, type: "textarea", rows: f.rows ?? 4 });
    case "money": return field(cx, form, { ...common, inputmode: "decimal", pattern: "\\s*¥?\\s*[0-9]{1,8}(\\.[0-9]{1,2})?\\s*", wrong: t("money.wrong"), hint: t("money.hint") });
    case "number": case "yuan": return field(cx, form, { ...common, type: "number", min: 0, step: 1, hint: f.kind === "yuan" ? t("yuan.hint") : undefined });
    case "date": return field(cx, form, { ...common, type: "date" });
    case "clock": return field(cx, form, { ...common, type: "time" });
    case "moment": return field(cx, form, { ...common, type: "datetime-local" });
    case "phone": return field(cx, form, { ...common, type: "tel", inputmode: "tel", pattern: "[+0-9 \\-*]{6,20}", wrong: t("phone.wrong") });
    case "idno": return field(cx, form, { ...common, maxlength: 50, private: true });
    case "password": return field(cx, form, { ...common, value: "", type: "password", private: true, minlength: 6, maxlength: 128, autocomplete: "new-password", hint: t(row.has_password ? "password.keep" : "password.none") });
    case "list": return field(cx, form, { ...common, hint: t("table.hint") });
    case "choice": return f.options().length <= 3 && f.required ? radios(cx, form, { name: f.name, legend: t(`f.${f.name}`), options: f.options(), value: written(f, row), required: f.required })
      : field(cx, form, { ...common, type: "select", options: f.required ? f.options() : [{ value: "", label: t("choose") }, ...f.options()] });
    case "flag": return html`<label class="check"><input type="checkbox" name=${f.name} .checked=${written(f, row)}><span>${t(`f.${f.name}`)}</span></label>`;
    case "ref": return html`${field(cx, form, { ...common, hint: t("ref.hint", { what: t(`r.${f.of}`) }), value: named(row, f) })}${suggest(cx, form, f)}`;
    case "image": return html`${field(cx, form, { ...common, maxlength: 500, hint: t("image.hint") })}${picture(cx, form, f, row)}`;
    case "images": return html`${field(cx, form, { ...common, type: "textarea", rows: 2, hint: t("images.hint") })}${picture(cx, form, f, row)}`;
    case "place": return place.view(cx, form, row);
    case "week": return week(row);
    default: return field(cx, form, { ...common, hint: f.hint ? t(f.hint) : undefined });
  }
};

/** 「某某医院（1003）」: the name for people, the number for the interface. */
const NAMES = { hospital_id: "hospital", clinic_id: "clinic_name", org_id: "org_name", special_project_id: null, department_id: "departments", founder_id: "founder_name", doctor_id: "doctor_name" };
const named = (row, f) => {
  const id = row[f.name];
  if (!id) return "";
  const name = NAMES[f.name] ? row[NAMES[f.name]] : "";
  return name ? `${name}（${id}）` : String(id);
};

/** Suggestions of the platform's own: names of the other collection, as they are typed. */
export const suggest = (cx, form, f) => {
  const id = `${form}-${f.name ?? f.key}`;
  const s = ((cx.state.refs ??= {})[id] ??= { items: [], timer: 0 });
  const attach = () => {
    const input = document.getElementById(id);
    if (!input || input.getAttribute("list")) return;
    input.setAttribute("list", `${id}-list`);
    const look = async () => {
      try {
        const path = `/admin/${f.of}`;
        s.items = (await cx.ask("GET", path, { q: input.value.replace(/（\d+）$/, "").trim(), page_size: 20 })).items;
        cx.redraw();
      } catch { /* what is typed as a number will do */ }
    };
    input.addEventListener("input", (event) => { if (event.isComposing) return; clearTimeout(s.timer); s.timer = setTimeout(look, 250); });
    input.addEventListener("focus", () => { if (s.items.length === 0) look(); }, { once: true });
  };
  requestAnimationFrame(attach);
  return html`<datalist id="${id}-list">${s.items.map((one) => html`<option value="${RESOURCES[f.of].name(one)}（${one.id}）"></option>`)}</datalist>`;
};

/** Uploading a picture writes its address into the field above. */
const picture = (cx, form, f, row) => {
  const s = ((cx.state.shots ??= {})[f.name] ??= { busy: false, fault: null });
  const choose = async (event) => {
    const input = document.getElementById(`${form}-${f.name}`);
    const files = [...event.target.files];
    event.target.value = "";
    Object.assign(s, { busy: true, fault: null });
    cx.redraw();
    try {
      for (const file of files) {
        const url = await upload(await shrink(file));
        input.value = f.kind === "images" && input.value.trim() ? `${input.value.trim()}\n${url}` : url;
      }
      input.dispatchEvent(new Event("input", { bubbles: true }));
    } catch (fault) { s.fault = fault; }
    s.busy = false;
    cx.redraw();
  };
  const typed = document.getElementById(`${form}-${f.name}`)?.value;
  const shown = String(typed ?? written(f, row)).split("\n").filter(own);
  return html`<div class="row pick">${shown.map((url) => html`<img src=${small(url)} alt="" width="64" height="64">`)}
    <label class="button upload">${t(s.busy ? "pictures.sending" : "pictures.add")}<input type="file" accept="image/jpeg,image/png,image/webp,image/gif" aria-label=${t("upload.of", { what: t(`f.${f.name}`) })} ?multiple=${f.kind === "images"} @change=${choose}></label>
    ${s.fault ? html`<span class="problem" role="alert">${s.fault.slug === "offline" ? t("problem.offline") : said(s.fault)}</span>` : nothing}</div>`;
};

const emptyWeek = () => Array.from({ length: 7 }, () => ({ morning: 0, afternoon: 0 }));
const weekOf = (form) => emptyWeek().map((_, n) => ({ morning: Number(form[`week-${n}-morning`] === true), afternoon: Number(form[`week-${n}-afternoon`] === true) }));
const week = (row) => html`<fieldset class="field week"><legend>${t("f.work_time")}</legend><table><thead><tr><td></td><th scope="col">${t("admin.morning")}</th><th scope="col">${t("admin.afternoon")}</th></tr></thead>
  <tbody>${(row.work_time ?? emptyWeek()).map((day, n) => html`<tr><th scope="row">${t(`weekday.${n + 1}`)}</th>${["morning", "afternoon"].map((half) => html`<td><input type="checkbox" name="week-${n}-${half}"
    .checked=${Boolean(day[half])} aria-label="${t(`weekday.${n + 1}`)} ${t(`admin.${half}`)}"></td>`)}</tr>`)}</tbody></table></fieldset>`;
