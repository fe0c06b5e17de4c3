// The diagnosis of a consultation: terms from the dictionary while one types. No screen of its own.

import { html, nothing } from "../vendor/lit.js";
import { field, form, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { data, t } from "../shared/words.js";

export const load = (cx, one) => cx.ask("POST", "/treatment/diagnisis/queryByConsultation", { consultationId: one.id }).catch(() => null);

/** Terms for what is typed, 250 ms after the last change; never while an input method composes. */
const look = (cx) => (event) => {
  if (event.isComposing) return;
  clearTimeout(cx.state.looking);
  const keyword = event.target.value.trim();
  cx.state.looking = setTimeout(async () => {
    if (!keyword) return;
    const { items } = await cx.ask("POST", "/dictionary/diagnosis/list", { keyword, limit: 12 }).catch(() => ({ items: [] }));
    cx.state.terms = items;
    cx.redraw();
  }, 250);
};

const add = (cx, key) => () => {
  const box = document.getElementById("diagnosis-second");
  const term = box.value.trim();
  if (!term) { box.focus(); return; }
  cx.state[key] = [...new Set([...cx.state[key], term])];
  box.value = "";
  box.focus();
  cx.redraw();
};

export const view = (cx, one, found) => {
  const open = ["04", "07"].includes(one.status);
  if (!open && !found) return html`<section class="card"><h2>${t("diagnosis.title")}</h2><p class="faint">${t(one.status === "03" ? "diagnosis.after_reply" : "diagnosis.none")}</p></section>`;
  if (!open) return html`<section class="card"><h2>${t("diagnosis.title")}</h2><dl class="facts" lang=${data()}><dt>${t("diagnosis.main")}</dt><dd>${found.mainDiagnosis}</dd>
    <dt>${t("diagnosis.complaint")}</dt><dd>${found.chiefComplaint}</dd><dt>${t("diagnosis.past")}</dt><dd>${found.historyOfPastIllness}</dd></dl></section>`;
  const key = `second-${one.id}`;
  const second = (cx.state[key] ??= found?.secondDiagnosis ?? []);
  return html`<section class="card"><h2>${t("diagnosis.title")}</h2>
    <datalist id="terms">${(cx.state.terms ?? []).map((term) => html`<option value=${term.name}>${term.code ?? ""}</option>`)}</datalist>
    <div @input=${(event) => { if (["main", "second"].includes(event.target.name)) look(cx)(event); }} @compositionend=${(event) => { if (["main", "second"].includes(event.target.name)) look(cx)({ target: event.target }); }}>
    ${form(cx, "diagnosis", {
      label: t("diagnosis.title"), record: one.id, draft: true, safe: true,
      run: async (f) => {
        await cx.ask("POST", "/treatment/diagnisis/upsert", { consultationId: one.id, mainDiagnosis: f.main.trim(), secondDiagnosis: cx.state[key], chiefComplaint: f.complaint.trim(), historyOfPastIllness: f.past.trim() });
        cx.state.saved = true;
        cx.toast(t("saved"));
        await cx.reload();
      },
    }, html`
      ${field(cx, "diagnosis", { name: "main", label: t("diagnosis.main"), hint: t("diagnosis.hint"), required: true, maxlength: 200, value: found?.mainDiagnosis, list: "terms" })}
      ${field(cx, "diagnosis", { name: "second", label: t("diagnosis.second"), maxlength: 200, list: "terms", private: true,
        beside: html`<button type="button" @click=${add(cx, key)}>${t("add")}</button>` })}
      ${second.length > 0 ? html`<ul class="chips" lang=${data()}>${second.map((term) => html`<li><button type="button" aria-label=${t("remove", { name: term })} @click=${() => { cx.state[key] = second.filter((other) => other !== term); cx.redraw(); }}>${term} ${icon("x")}</button></li>`)}</ul>` : nothing}
      ${field(cx, "diagnosis", { name: "complaint", type: "textarea", label: t("diagnosis.complaint"), required: true, rows: 3, maxlength: 4000, value: found?.chiefComplaint ?? one.content })}
      ${field(cx, "diagnosis", { name: "past", type: "textarea", label: t("diagnosis.past"), required: true, rows: 3, maxlength: 4000, value: found?.historyOfPastIllness })}
      <div class="row">${submit(cx, "diagnosis", t("diagnosis.save"))}${found ? html`<span class="tag good">${t("saved")}</span>` : nothing}</div>`)}</div></section>`;
};
