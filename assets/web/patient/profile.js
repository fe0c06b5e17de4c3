// The profile: asked for when booking needs it, then back to the time that was chosen.

import { html, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, radios, submit } from "../shared/form.js";
import { fault as idFault, read as idRead } from "../shared/id-number.js";
import { rename } from "../shared/session.js";
import { t } from "../shared/words.js";

export const title = "profile.title";
export const needs = "session";
export const styles = ["form"];
export const parent = (cx) => (cx.query.then ? undefined : "/me");

const cities = (cx, parent) => cx.ask("GET", "/city", { parent_id: parent }).then(({ list }) => list);

export const load = async (cx) => {
  const user = await cx.ask("GET", "/user");
  cx.state.place ??= { province_id: user.province_id || "", city_id: user.city_id || "", county_id: user.county_id || "" };
  const { province_id, city_id } = cx.state.place;
  const [provinces, towns, counties] = await Promise.all([cities(cx, 0), province_id ? cities(cx, province_id) : [], city_id ? cities(cx, city_id) : []]);
  cx.state.lists = { provinces, towns, counties };
  return { user };
};

const choose = (cx, level) => async (value) => {
  const { place, lists } = cx.state;
  place[level] = value;
  if (level === "province_id") Object.assign(place, { city_id: "", county_id: "" });
  if (level === "city_id") place.county_id = "";
  if (level !== "county_id" && value) lists[level === "province_id" ? "towns" : "counties"] = await cities(cx, value);
  if (level === "province_id") lists.counties = [];
  cx.redraw();
};

export const view = (cx, { user }) => {
  const { place, lists } = cx.state;
  const region = (level, list, word) => field(cx, "profile", { name: level, type: "select", label: t(word), value: place[level], change: choose(cx, level),
    options: [{ value: "", label: t("choose") }, ...list.map((one) => ({ value: one.id, label: one.name }))] });
  const told = idRead(cx.state.idno ?? user.idno ?? "");
  // What nobody has said yet is not chosen: a name alone may be there from elsewhere.
  const said = (value) => (user.height ? value : "");
  return html`${cx.query.then ? html`<p class="note">${t("profile.needed")}</p>` : nothing}
    <div class="reading">${form(cx, "profile", {
      columns: true, label: t("profile.title"), record: "me", draft: true, safe: true,
      run: async (f) => {
        if (idFault(f.idno)) throw new Refused({ status: 422, slug: "invalid_idno", message: t("idno.wrong"), fields: { idno: t("idno.wrong") } });
        const number = (text) => (text ? Number(text) : undefined);
        const saved = await cx.ask("PUT", "/user", {
          avatars: user.avatars, real_name: f.real_name.trim(), idno: f.idno.trim().toUpperCase(), height: f.height, weight: f.weight, marital_status: number(f.marital_status),
          drink_status: number(f.drink_status), smoking_status: number(f.smoking_status), email: f.email, province_id: number(f.province_id), city_id: number(f.city_id), county_id: number(f.county_id), addr: f.addr,
        });
        rename(saved?.real_name ?? f.real_name.trim());
        cx.dirty = false;
        cx.toast(t("saved"));
        if (cx.query.then) cx.go(cx.query.then, { step: cx.query.step }, { replace: true });
        else await cx.reload();
      },
    }, html`
      ${field(cx, "profile", { name: "real_name", label: t("name"), required: true, maxlength: 30, autocomplete: "name", value: user.real_name })}
      ${field(cx, "profile", { name: "idno", label: t("idno"), required: true, private: true, maxlength: 18, value: user.idno, hint: told ? t("idno.told", { birthday: told.birthday, sex: t(`sex.${told.sex}`) }) : undefined, change: (value) => { cx.state.idno = value; cx.redraw(); } })}
      ${field(cx, "profile", { name: "height", label: t("profile.height"), required: true, inputmode: "decimal", pattern: "\\d{2,3}(\\.\\d)?", value: user.height })}
      ${field(cx, "profile", { name: "weight", label: t("profile.weight"), required: true, inputmode: "decimal", pattern: "\\d{1,3}(\\.\\d)?", value: user.weight })}
      ${radios(cx, "profile", { name: "marital_status", className: "full", legend: t("profile.marital"), required: true, value: said(user.marital_status), options: [0, 1, 2, 3].map((n) => ({ value: n, label: t(`marital.${n}`) })) })}
      ${radios(cx, "profile", { name: "drink_status", legend: t("profile.drink"), required: true, value: said(user.drink_status), options: [0, 1].map((n) => ({ value: n, label: t(n ? "yes" : "no") })) })}
      ${radios(cx, "profile", { name: "smoking_status", legend: t("profile.smoke"), required: true, value: said(user.smoking_status), options: [0, 1].map((n) => ({ value: n, label: t(n ? "yes" : "no") })) })}
      ${region("province_id", lists.provinces, "profile.province")}${region("city_id", lists.towns, "profile.city")}${region("county_id", lists.counties, "profile.county")}
      ${field(cx, "profile", { name: "addr", label: t("profile.addr"), maxlength: 100, autocomplete: "street-address", value: user.addr })}
      ${field(cx, "profile", { name: "email", label: t("profile.email"), type: "email", maxlength: 100, autocomplete: "email", value: user.email })}
      ${submit(cx, "profile", t("save"), { wide: true })}`)}</div>`;
};
