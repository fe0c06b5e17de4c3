// What a woman's doctor asks first: pregnancies, births, cycle. All of it may be left out.

import { html } from "../vendor/lit.js";
import { field, form, submit } from "../shared/form.js";
import { t } from "../shared/words.js";

export const title = "history.title";
export const needs = "session";
export const styles = ["form"];
export const parent = "/me";

export const load = (cx) => cx.ask("GET", "/member/profile");

export const view = (cx, profile) => {
  const number = (name, max) => field(cx, "history", { name, label: t(`history.${name}`), type: "number", inputmode: "numeric", min: 0, max, value: profile[name] ?? "" });
  return html`<div class="reading paper"><p class="note">${t("history.why")}</p>${form(cx, "history", {
    columns: true, label: t("history.title"), draft: true, safe: true,
    run: async (f) => {
      const count = (text) => (text === "" ? null : Number(text));
      await cx.ask("PUT", "/member/profile", { pregnancy_count: count(f.pregnancy_count), birth_count: count(f.birth_count), menstrual_cycle: f.menstrual_cycle || null, menarche_age: count(f.menarche_age) });
      cx.toast(t("saved"));
      await cx.reload();
    },
  }, html`${number("pregnancy_count", 30)}${number("birth_count", 30)}${field(cx, "history", { name: "menstrual_cycle", label: t("history.menstrual_cycle"), maxlength: 50, value: profile.menstrual_cycle ?? "" })}${number("menarche_age", 30)}
    ${submit(cx, "history", t("save"))}`)}</div>`;
};
