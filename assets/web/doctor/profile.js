// The doctor's profile. What was verified (name, number, hospital, documents) makes an administrator look again when it changes.

import { html, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { fault as idFault } from "../shared/id-number.js";
import { picker, shots } from "../shared/picture.js";
import { rename } from "../shared/session.js";
import { t } from "../shared/words.js";

export const title = "profile.title";
export const needs = "session";
export const styles = ["form"];
export const parent = "/me";

const cities = (cx, parent) => cx.ask("GET", "/city", { parent_id: parent }).then(({ list }) => list);

export const load = async (cx) => {
  const [user, profile, hospitals, departments, provinces] = await Promise.all([
    cx.ask("GET", "/user"), cx.ask("GET", "/doctor/profile"), cx.ask("GET", "/hospital", { page_size: 200 }), cx.ask("POST", "/api/department/list", {}), cities(cx, 0),
  ]);
  cx.state.photos ??= [...(user.work_photo ?? [])];
  cx.state.lists ??= { provinces, towns: [], counties: [] };
  return { user, profile, hospitals: hospitals.list, departments };
};

const choose = (cx, level) => async (value) => {
  const { lists } = cx.state;
  const place = (cx.state.place ??= {});
  place[level] = value;
  if (level === "province_id") { Object.assign(place, { city_id: "", county_id: "" }); lists.towns = value ? await cities(cx, value) : []; lists.counties = []; }
  if (level === "city_id") { place.county_id = ""; lists.counties = value ? await cities(cx, value) : []; }
  cx.redraw();
};

/** What nobody has to verify, once there is a profile: until then 擅长 is asked for above. */
const more = (cx, profile) => html`<section class="card"><h2>${t("profile.more")}</h2>${form(cx, "more", {
  label: t("profile.more"), safe: true, draft: true, record: "me",
  run: async (f) => { await cx.ask("PUT", "/doctor/profile", { expertise: f.expertise.trim(), honours: f.honours.trim() }); cx.toast(t("saved")); await cx.reload(); },
}, html`${field(cx, "more", { name: "expertise", type: "textarea", label: t("doctor.good_at"), required: true, maxlength: 1000, value: profile.expertise })}
  ${field(cx, "more", { name: "honours", type: "textarea", label: t("profile.honours"), maxlength: 1000, value: profile.honours })}${submit(cx, "more", t("save"))}`)}</section>`;

export const view = (cx, { user, profile, hospitals, departments }) => {
  const place = cx.state.place ?? {};
  const { lists } = cx.state;
  const region = (level, list, word) => field(cx, "profile", { name: level, type: "select", label: t(word), value: place[level] ?? "", change: choose(cx, level), options: [{ value: "", label: t("choose") }, ...list.map((one) => ({ value: one.id, label: one.name }))] });
  const known = [...new Set([user.departments, ...departments.map((one) => one.name)])].filter(Boolean);
  return html`<div class="two"><div class="stack">${user.is_verify === 1 ? html`<p class="note">${t("profile.again")}</p>` : html`<p class="note warn">${t(user.is_verify === 2 ? "verify.refused" : "verify.waits")}</p>`}
  <section class="card"><h2>${t("profile.verified")}</h2>${form(cx, "profile", {
    label: t("profile.verified"), safe: true, draft: true, record: "me",
    run: async (f) => {
      if (idFault(f.idno)) throw new Refused({ status: 422, slug: "invalid_idno", message: t("idno.wrong"), fields: { idno: t("idno.wrong") } });
      const photos = shots(cx.state.photos);
      if (photos.length === 0) throw new Refused({ status: 422, slug: "missing_field", message: t("profile.photo.missing") });
      if (!(await cx.confirm(t("profile.ask"), { yes: t("save") }))) return;
      await cx.ask("PUT", "/user", {
        avatars: user.avatars, real_name: f.real_name.trim(), idno: f.idno.trim().toUpperCase(), hospital_id: Number(f.hospital_id), departments: f.departments, job_position: f.job_position.trim(),
        good_at: (f.good_at ?? user.good_at).trim(), work_photo: photos, abstract: f.abstract.trim(), email: f.email || undefined,
        // Not printed to its owner: what is left out stays.
        ...(f.province_id ? { province_id: Number(f.province_id), city_id: Number(f.city_id) || 0, county_id: Number(f.county_id) || 0 } : {}), addr: f.addr.trim() || undefined,
      });
      rename(f.real_name.trim());
      cx.toast(t("saved"));
      await cx.reload();
    },
  }, html`
    ${field(cx, "profile", { name: "real_name", label: t("name"), required: true, maxlength: 50, autocomplete: "name", value: user.real_name })}
    ${field(cx, "profile", { name: "idno", label: t("idno"), type: "password", hint: t("profile.idno.hint"), required: true, private: true, maxlength: 18, value: user.idno })}
    ${field(cx, "profile", { name: "hospital_id", type: "select", label: t("profile.hospital"), required: true, value: user.hospital_id, options: [{ value: "", label: t("choose") }, ...hospitals.map((one) => ({ value: one.id, label: one.name }))] })}
    ${field(cx, "profile", { name: "departments", type: "select", label: t("profile.department"), required: true, value: user.departments, options: [{ value: "", label: t("choose") }, ...known.map((one) => ({ value: one, label: one }))] })}
    ${field(cx, "profile", { name: "job_position", label: t("profile.position"), required: true, maxlength: 50, value: user.job_position })}
    ${user.good_at ? nothing : field(cx, "profile", { name: "good_at", type: "textarea", label: t("doctor.good_at"), required: true, maxlength: 1000, rows: 3 })}
    ${field(cx, "profile", { name: "abstract", type: "textarea", label: t("profile.abstract"), maxlength: 5000, rows: 4, value: user.abstract })}
    ${picker(cx, { most: 20, label: t("profile.photos"), key: "photos" })}
    ${region("province_id", lists.provinces, "profile.province")}${region("city_id", lists.towns, "profile.city")}${region("county_id", lists.counties, "profile.county")}
    ${field(cx, "profile", { name: "addr", label: t("profile.addr"), maxlength: 200, value: "" })}
    ${field(cx, "profile", { name: "email", label: t("profile.email"), type: "email", maxlength: 100, value: "" })}
    ${submit(cx, "profile", t("save"), { wide: true })}`)}</section></div>
  <div class="stack">${user.real_name && user.good_at ? more(cx, profile) : nothing}</div></div>`;
};
