// A new patient, written down at the table: one page, large. The number tells birthday and sex; the password is for the patient to take along.

import { html, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, radios, submit } from "../shared/form.js";
import { fault as idFault, read as idRead } from "../shared/id-number.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";

export const title = "patient.new";
export const needs = "session";
export const styles = ["form"];
export const parent = "/patients";

const word = () => String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000).padStart(6, "0");

const make = (cx) => async (f) => {
  if (idFault(f.idno)) throw new Refused({ status: 422, slug: "invalid_idno", message: t("idno.wrong"), fields: { idno: t("idno.wrong") } });
  const made = await cx.ask("POST", "/assistant/create/patient", {
    real_name: f.real_name.trim(), idno: f.idno.trim().toUpperCase(), phone: f.phone.trim() || undefined, pwd: f.pwd, height: f.height, weight: f.weight, marital_status: Number(f.marital_status), drink_status: Number(f.drink_status),
    smoking_status: Number(f.smoking_status), addr: f.addr.trim() || undefined,
  });
  cx.dirty = false;
  cx.state.made = { id: made.id, name: f.real_name.trim(), phone: f.phone.trim(), password: f.pwd };
  cx.redraw();
  requestAnimationFrame(() => document.getElementById("made")?.focus());
};

/** Whether it was made, where no answer came. */
const check = (cx) => async () => {
  const name = document.getElementById("patient-real_name")?.value.trim();
  const { list } = await cx.ask("GET", "/assistant/patient", { keyword: name, page_size: 5 });
  return list.find((one) => one.real_name === name) ?? null;
};

export const view = (cx) => {
  const s = cx.state;
  s.password ??= word();
  if (s.made) return html`<section class="card slip"><h2 id="made" tabindex="-1">${t("patient.made")}</h2>
    <dl class="facts"><dt>${t("name")}</dt><dd>${s.made.name}</dd><dt>${t("phone")}</dt><dd class="num">${s.made.phone || "—"}</dd><dt>${t("patient.password")}</dt><dd class="num"><strong>${s.made.password}</strong></dd></dl>
    <p class="faint">${t("patient.password.keep")}</p></section>
    <p class="row"><a class="button primary" href=${address("/book", { for: s.made.id })}>${t("menu.book")}</a><button type="button" @click=${() => print()}>${t("print")}</button>
      <button type="button" @click=${() => { cx.state = {}; cx.forms = {}; cx.redraw(); }}>${t("patient.another")}</button></p>`;
  const told = idRead(s.idno ?? "");
  const yes = (name, legend) => radios(cx, "patient", { name, legend, required: true, options: [{ value: 0, label: t("no") }, { value: 1, label: t("yes") }] });
  return html`<div class="narrow">${form(cx, "patient", { label: t("patient.new"), record: "new", draft: true, run: make(cx), check: check(cx), done: (one) => cx.go(`/patients/${one.id}`, { made: 1 }, { replace: true }) }, html`
    ${field(cx, "patient", { name: "real_name", label: t("name"), required: true, maxlength: 30 })}
    ${field(cx, "patient", { name: "idno", label: t("idno"), required: true, private: true, maxlength: 18, change: (value) => { s.idno = value; cx.redraw(); } })}
    ${told ? html`<p class="faint" role="status">${t("idno.told", { birthday: told.birthday, sex: t(`sex.${told.sex}`) })}</p>` : nothing}
    ${field(cx, "patient", { name: "phone", label: t("phone"), type: "tel", inputmode: "tel", maxlength: 20, pattern: "[+0-9 \\-]{6,20}", wrong: t("phone.wrong"), hint: t("patient.phone.hint") })}
    ${field(cx, "patient", { name: "height", label: t("profile.height"), required: true, inputmode: "decimal", maxlength: 6 })}
    ${field(cx, "patient", { name: "weight", label: t("profile.weight"), required: true, inputmode: "decimal", maxlength: 6 })}
    ${radios(cx, "patient", { name: "marital_status", legend: t("profile.marital"), required: true, options: [0, 1, 2, 3].map((value) => ({ value, label: t(`marital.${value}`) })) })}
    ${yes("drink_status", t("profile.drink"))}${yes("smoking_status", t("profile.smoke"))}
    ${field(cx, "patient", { name: "addr", label: t("profile.addr"), maxlength: 200 })}
    ${field(cx, "patient", { name: "pwd", label: t("patient.password"), required: true, private: true, minlength: 6, maxlength: 128, value: s.password, hint: t("patient.password.hint") })}
    ${submit(cx, "patient", t("save"), { wide: true })}`)}</div>`;
};
