// The assistant's own profile.

import { html, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { fault as idFault } from "../shared/id-number.js";
import { address } from "../shared/route.js";
import { rename } from "../shared/session.js";
import { t } from "../shared/words.js";

export const title = "me.title";
export const needs = "session";
export const styles = ["form"];

export const load = async (cx) => ({ one: await cx.ask("GET", "/user") });

export const view = (cx, { one }) => html`
  <ul class="rows"><li><a href=${address("/doctors")}>${t("followed.title")}</a></li><li><a href=${address("/notices")}>${t("notices.title")}</a></li></ul>
  ${one.is_verify === 1 ? html`<p class="note">${t("assistant.rewait")}</p>` : nothing}
  <section class="narrow"><h2>${t("profile.title")}</h2>${form(cx, "profile", { label: t("profile.title"), record: "me", draft: true, safe: true, run: async (f) => {
    if (f.idno !== one.idno && idFault(f.idno)) throw new Refused({ status: 422, slug: "invalid_idno", message: t("idno.wrong"), fields: { idno: t("idno.wrong") } });
    await cx.ask("PUT", "/user", { avatars: one.avatars, real_name: f.real_name.trim(), idno: f.idno.trim().toUpperCase(), team_name: f.team_name.trim(), email: f.email.trim(), province_id: one.province_id, city_id: one.city_id, county_id: one.county_id, addr: f.addr.trim() });
    rename(f.real_name.trim());
    cx.dirty = false;
    cx.toast(t("saved"));
    await cx.reload();
  } }, html`
    ${field(cx, "profile", { name: "real_name", label: t("name"), required: true, maxlength: 30, value: one.real_name })}
    ${field(cx, "profile", { name: "idno", label: t("idno"), required: true, private: true, maxlength: 18, value: one.idno })}
    ${field(cx, "profile", { name: "team_name", label: t("assistant.team"), maxlength: 100, value: one.team_name })}
    ${field(cx, "profile", { name: "email", label: t("profile.email"), type: "email", maxlength: 100, value: one.email })}
    ${field(cx, "profile", { name: "addr", label: t("profile.addr"), maxlength: 200, value: one.addr })}
    ${submit(cx, "profile", t("save"))}`)}</section>`;
