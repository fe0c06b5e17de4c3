// One visit by its number: opened from a patient's code or a link. The record, and the patient beside it.

import { html, nothing } from "../vendor/lit.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";
import { columns, layout as filled, watch } from "./columns.js";
import { card, history } from "./patient-card.js";
import { record } from "./record.js";

export const needs = "session";
export const styles = ["form", "chat"];
export const layout = filled;
export const parent = "/";
export const title = (cx, { visit }) => (visit ? t("visit.of", { name: visit.user_info.real_name }) : t("loading"));

export const load = async (cx) => {
  const visit = await cx.ask("GET", `/diagnoses/${cx.params.id}`);
  const [project, past] = await Promise.all([cx.ask("GET", `/project/${visit.project_id}`).catch(() => null), cx.ask("GET", `/all_diagnoses/${visit.user_id}`).catch(() => [])]);
  return { visit, project, past };
};

export const view = (cx, { visit, project, past }) => {
  watch(cx);
  return columns(cx, {
    list: nothing, picked: true, names: ["", t("record.title"), t("patient.title")],
    work: html`<p><a href=${address(`/clinics/${visit.project_id}`, { visit: visit.id })}>${t("visit.queue.open")}</a></p>${record(cx, visit, project, { done: () => cx.reload() })}`,
    side: html`<div class="stack">${card(cx, visit.user_info)}${history(past, visit.id)}</div>`,
  });
};
