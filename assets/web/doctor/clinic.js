// A clinic of one's own: found it, take in doctors, name the supervisor.

import { html, nothing } from "../vendor/lit.js";
import { field, form, submit } from "../shared/form.js";
import { person } from "../shared/list.js";
import { data, t } from "../shared/words.js";

export const title = "clinic.title";
export const needs = "session";
export const parent = "/me";
export const styles = ["form"];

/** No endpoint lists a doctor's clinics: they are found by their names, and kept in the address. */
export const load = async (cx) => {
  const { items } = cx.query.name ? await cx.ask("GET", "/clinic", { name: cx.query.name }) : { items: [] };
  const own = cx.state.clinic && items.some((one) => one.clinic_id === cx.state.clinic.clinic_id) ? cx.state.clinic : items[0] ?? null;
  const doctors = own?.doctor_ids ? await Promise.all(own.doctor_ids.map((id) => cx.ask("GET", `/user/${id}`).catch(() => ({ id, real_name: String(id) })))) : [];
  return { items, own, doctors };
};

const show = async (cx, clinic) => { cx.state.clinic = clinic; cx.toast(t("saved")); if (cx.query.name === clinic.name) await cx.reload(); else cx.set({ name: clinic.name }, { replace: true }); };

/** A colleague by the number that stands in the profile's address, or by name. */
const colleague = async (cx, text) => {
  if (/^\d+$/.test(text)) return Number(text);
  const { items } = await cx.ask("POST", "/api/doctor/list", { keyword: text, limit: 2 });
  return items.length === 1 ? parseInt(items[0].id.slice(-16), 16) : null;
};

const act = (cx, name, own, word, method, path) => form(cx, name, {
  label: t(word),
  run: async (f) => {
    const id = await colleague(cx, f.doctor.trim());
    if (!id) { cx.toast(t("clinic.not_one")); return; }
    const body = { doctor_id: id };
    await show(cx, method === "POST" ? await cx.ask("POST", `/clinic/${own.clinic_id}/doctor`, body) : await cx.ask("PUT", `/clinic/${own.clinic_id}/supervisor`, body));
  },
}, html`${field(cx, name, { name: "doctor", label: t("clinic.doctor"), required: true, maxlength: 60 })}${submit(cx, name, t(word))}`);

export const view = (cx, { items, own, doctors }) => html`<div class="two"><div class="stack">
  <section class="card"><h2>${t("clinic.find")}</h2>${form(cx, "find", { label: t("clinic.find"), run: ({ name }) => cx.set({ name: name.trim() }, { replace: true }) },
    html`${field(cx, "find", { name: "name", label: t("clinic.name.exact"), required: true, maxlength: 100, value: cx.query.name })}${submit(cx, "find", t("clinic.find"), { kind: "" })}`)}
    ${cx.query.name && items.length === 0 ? html`<p class="note">${t("find.none")}</p>` : nothing}</section>
  ${own ? html`<section class="card"><h2 lang=${data()}>${own.name}</h2><p lang=${data()}>${own.introduction}</p>
    ${doctors.length > 0 ? html`<ul class="plain stack">${doctors.map((one) => html`<li>${person(one.real_name, one.departments, one.avatars)}${one.id === own.founder_id ? html` <span class="tag good">${t("team.founder")}</span>` : nothing}${one.id === own.supervisor_id ? html` <span class="tag good">${t("clinic.supervisor")}</span>` : nothing}</li>`)}</ul>` : nothing}
    ${act(cx, "add", own, "clinic.add", "POST")}${act(cx, "supervisor", own, "clinic.name_supervisor", "PUT")}<p class="faint">${t("clinic.rights")}</p></section>` : nothing}
  </div><div class="stack"><section class="card"><h2>${t("clinic.found")}</h2>${form(cx, "found", {
    label: t("clinic.found"), draft: true, record: "new",
    run: async (f) => { cx.state.name = f.name.trim(); await show(cx, await cx.ask("POST", "/clinic", { name: f.name.trim(), introduction: f.introduction.trim() })); },
    check: async () => (await cx.ask("GET", "/clinic", { name: cx.state.name })).items[0] ?? null, done: (one) => show(cx, one),
  }, html`${field(cx, "found", { name: "name", label: t("clinic.name"), required: true, maxlength: 100 })}${field(cx, "found", { name: "introduction", type: "textarea", label: t("clinic.introduction"), maxlength: 2000, rows: 3 })}${submit(cx, "found", t("clinic.found"))}`)}</section></div></div>`;
