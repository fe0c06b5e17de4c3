// Forms: the platform's validation, our words, and a draft that is never lost.
//
//   form(cx, "join", { run: async (fields) => {…}, record: 1917, draft: true, offer, keeps, check, done, safe, columns }, html`…fields… ${submit(cx, "join", t("next"))}`)
//   field(cx, "join", { name: "content", label: t("complaint"), type: "textarea", required: true, hint, maxlength, value, private })
//   radios(cx, "join", { name, legend, options: [{ value, label, note, off }], value, required })
//   submit(cx, "join", text, { kind })
//
// `run` gets the fields as an object. Invalid fields get their message beside them, and a summary at the top with links; so do the
// `fields` of a refusal. The draft is kept per person and record while it is typed, offered as 恢复上次未保存的内容, and dropped when
// `run` went well (with `keeps` it stays: a later step drops it; with `offer: false` it is not offered). Fields with `private: true` (ID numbers, passwords, codes) are never kept.
//
//   search({ label, value, run })     a search field: runs 250 ms after the last change, never during pinyin composition
//   composing(event)                  whether a key belongs to an input method: then it does nothing

import { html, ifDefined, live, nothing } from "../vendor/lit.js";
import { act, button } from "./act.js";
import { draft as kept } from "./draft.js";
import { t } from "./words.js";

export const composing = (event) => event.isComposing || event.keyCode === 229;

const stateOf = (cx, name) => (cx.forms ??= {})[name] ??= { errors: {}, draft: null, asked: false };
const idOf = (name, field) => `${name}-${field}`;

const fieldsOf = (element) => {
  const fields = {};
  for (const control of element.elements) {
    if (!control.name || control.disabled) continue;
    if (control.type === "radio") { if (control.checked) fields[control.name] = control.value; }
    else if (control.type === "checkbox") fields[control.name] = control.checked;
    else if (control.type !== "file" && control.type !== "submit") fields[control.name] = control.value;
  }
  return fields;
};

const message = (control) => {
  const { validity, dataset } = control;
  if (validity.valueMissing) return t(control.type === "radio" || control.tagName === "SELECT" ? "field.choose" : "field.missing");
  if (validity.customError) return control.validationMessage;
  if (validity.patternMismatch || validity.typeMismatch) return dataset.wrong || t("field.wrong");
  if (validity.tooShort) return t("field.short", { n: control.minLength });
  if (validity.rangeUnderflow || validity.rangeOverflow || validity.badInput || validity.stepMismatch) return dataset.wrong || t("field.range");
  return "";
};

export const form = (cx, name, { run, record = "", draft = false, offer = true, keeps = false, check, done, safe, label, columns }, content) => {
  const state = stateOf(cx, name);
  const store = draft ? (state.store ??= kept(name, record)) : null;
  if (store && !state.asked) {
    state.asked = true;
    state.offer = offer ? store.get() : null;
  }
  const typed = (event) => {
    const control = event.target;
    if (state.errors[control.name] && control.checkValidity?.()) { delete state.errors[control.name]; cx.redraw(); }
    const element = event.currentTarget;
    // Saved from within a field (Ctrl+S), which says so again when it is left.
    if (!store || state.saved === JSON.stringify(fieldsOf(element))) return;
    cx.dirty = true;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(element, store), 300);
  };
  const send = async (event) => {
    event.preventDefault();
    const element = event.currentTarget;
    if (cx.acts[name]?.busy) return;
    state.errors = {};
    for (const control of element.elements) {
      const text = control.name && control.willValidate ? message(control) : "";
      if (text) state.errors[control.name] ??= text;
    }
    if (Object.keys(state.errors).length > 0) { show(cx, element, name, state); return; }
    // Where `run` goes on to another screen, there is nothing unsaved to ask about.
    const unsaved = cx.dirty;
    cx.dirty = false;
    const after = async (found) => { finished(cx, state, keeps ? null : store, element); await done?.(found); };
    const well = await act(cx, name, () => run(fieldsOf(element), element), { check, done: after, safe });
    if (well) finished(cx, state, keeps ? null : store, element);
    else cx.dirty ||= unsaved;
    // `run` may have gone on to another record of the same screen, whose acts begin anew.
    const refused = cx.acts[name]?.problem;
    const known = Object.entries(refused?.fields ?? {}).filter(([key]) => element.elements[key]);
    if (!well && known.length > 0) {
      state.errors = Object.fromEntries(known.map(([key, text]) => [key, String(text)]));
      refused.shown = true;
      show(cx, element, name, state);
    }
  };
  const wrong = Object.entries(state.errors);
  return html`<form novalidate autocomplete="on" class=${columns ? "columns" : nothing} name=${name} aria-label=${label ?? nothing} @submit=${send} @input=${typed} @change=${typed}>
    ${wrong.length > 1 || wrong.length > 0 && state.bare ? html`<div class="summary" role="alert" tabindex="-1" id=${idOf(name, "summary")}><p>${t("field.summary", { n: wrong.length })}</p>
      <ul>${wrong.map(([key, text]) => html`<li><a href="#" @click=${(event) => { event.preventDefault(); focus(event.target.closest("form"), key); }}>${state.names?.[key] ? t("field.of", { name: state.names[key], text }) : text}</a></li>`)}</ul></div>` : nothing}
    ${state.offer ? html`<p class="note draft"><button type="button" @click=${(event) => restore(cx, state, event.target.closest("form"))}>${t("draft.restore")}</button></p>` : nothing}
    ${content}
  </form>`;
};

const save = (element, store) => {
  const fields = {};
  for (const [key, value] of Object.entries(fieldsOf(element))) {
    if (!element.elements[key]?.dataset?.private && value !== "" && value !== false) fields[key] = value;
  }
  if (Object.keys(fields).length > 0) store.put(fields); else store.drop();
};

const finished = (cx, state, store, element) => {
  clearTimeout(state.timer);
  state.saved = JSON.stringify(fieldsOf(element));
  store?.drop();
  state.offer = null;
  cx.dirty = false;
};

const restore = (cx, state, element) => {
  for (const [key, value] of Object.entries(state.offer)) {
    const control = element.elements[key];
    if (!control) continue;
    if (control.type === "checkbox") control.checked = value;
    else control.value = value;
    const one = control instanceof RadioNodeList ? [...control].find((radio) => radio.checked) : control;
    one?.dispatchEvent(new Event("input", { bubbles: true }));
    one?.dispatchEvent(new Event("change", { bubbles: true }));
  }
  state.offer = null;
  cx.redraw();
};

const focus = (element, key) => {
  const control = element.elements[key];
  (control instanceof RadioNodeList ? control[0] : control)?.focus();
};

/** What a field is called, without what stands beside its name. */
const labelOf = (element, key) => {
  const control = element.elements[key];
  const one = control instanceof RadioNodeList ? control[0] : control;
  const label = one?.closest("fieldset")?.querySelector("legend") ?? one?.labels?.[0];
  return [...label?.childNodes ?? []].find((node) => node.nodeType === 3 && node.data.trim())?.data.trim() ?? "";
};

const show = (cx, element, name, state) => {
  const keys = Object.keys(state.errors);
  state.names = Object.fromEntries(keys.map((key) => [key, labelOf(element, key)]));
  // A control without a place of its own for its error, as a checkbox: the summary says it.
  state.bare = keys.some((key) => element.elements[key] instanceof Element && !element.elements[key].closest(".field"));
  cx.redraw();
  requestAnimationFrame(() => {
    if (keys.length > 1 || state.bare) document.getElementById(idOf(name, "summary"))?.focus(); else focus(element, keys[0]);
  });
};

export const submit = (cx, name, text, options = {}) => button(cx, name, text, null, { submit: true, kind: "primary", ...options });

export const field = (cx, name, f) => {
  const id = idOf(name, f.name);
  const error = stateOf(cx, name).errors[f.name];
  const described = [f.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  const set = (event) => f.change?.(event.target.value, event.target);
  const common = { id, described };
  return html`<div class="field ${error ? "wrong" : ""}">
    <label for=${id}>${f.label}${f.required ? nothing : html` <span class="faint">${t("optional")}</span>`}</label>
    ${f.hint ? html`<p class="hint" id="${id}-hint">${f.hint}</p>` : nothing}
    ${f.type === "textarea" ? area(f, common, error, set) : f.type === "select" ? choice(f, common, error, set) : line(f, common, error, set)}
    ${error ? html`<p class="error" id="${id}-error">${error}</p>` : nothing}
  </div>`;
};

const line = (f, { id, described }, error, set) => html`<span class="line"><input id=${id} name=${f.name} type=${f.type ?? "text"} ?required=${f.required}
  .value=${f.live ? live(f.value ?? "") : f.value ?? ""} maxlength=${ifDefined(f.maxlength)} minlength=${ifDefined(f.minlength)} min=${ifDefined(f.min)} max=${ifDefined(f.max)}
  step=${ifDefined(f.step)} list=${ifDefined(f.list)} pattern=${ifDefined(f.pattern)} inputmode=${ifDefined(f.inputmode)} autocomplete=${f.autocomplete ?? "off"} data-wrong=${f.wrong ?? ""}
  data-private=${f.private ? "yes" : nothing} aria-invalid=${error ? "true" : nothing} aria-describedby=${ifDefined(described)} @change=${set}>${f.beside ?? nothing}</span>`;

const area = (f, { id, described }, error, set) => html`<textarea id=${id} name=${f.name} rows=${f.rows ?? 4} ?required=${f.required} maxlength=${ifDefined(f.maxlength)}
  .value=${f.value ?? ""} aria-invalid=${error ? "true" : nothing} aria-describedby=${ifDefined(described)} @change=${set}></textarea>`;

const choice = (f, { id, described }, error, set) => html`<select id=${id} name=${f.name} ?required=${f.required} aria-invalid=${error ? "true" : nothing}
  aria-describedby=${ifDefined(described)} @change=${set}>${f.options.map((one) => html`<option value=${one.value} ?selected=${String(one.value) === String(f.value ?? "")}>${one.label}</option>`)}</select>`;

export const radios = (cx, name, { name: key, legend, options, value, required, className = "", change }) => {
  const state = stateOf(cx, name);
  const error = state.errors[key];
  const id = idOf(name, key);
  const chosen = (state.chosen ??= {});
  const now = String(chosen[key] ?? value ?? "");
  return html`<fieldset class="field radios ${className} ${error ? "wrong" : ""}" aria-describedby=${error ? `${id}-error` : nothing}>
    <legend>${legend}</legend>
    <div class="options">${options.map((one) => html`<label class="option ${one.off ? "off" : ""}"><input type="radio" name=${key} value=${one.value} ?required=${required} ?disabled=${one.off}
      .checked=${live(now === String(one.value))} @change=${(event) => { chosen[key] = event.target.value; change?.(event.target.value); }}><span>${one.label}</span>${one.note ? html`<small>${one.note}</small>` : nothing}</label>`)}</div>
    ${error ? html`<p class="error" id="${id}-error">${error}</p>` : nothing}
  </fieldset>`;
};

export const search = ({ label, value, hint, run }) => {
  let timer = 0;
  const later = (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    const text = event.target.value;
    timer = setTimeout(() => run(text.trim()), 250);
  };
  return html`<label class="search"><span class="unseen">${label}</span><input type="search" name="q" placeholder=${hint ?? label} .value=${value ?? ""} autocomplete="off" enterkeyhint="search"
    @input=${later} @compositionend=${later} @keydown=${(event) => { if (event.key === "Enter" && !composing(event)) { clearTimeout(timer); run(event.target.value.trim()); } }}></label>`;
};
