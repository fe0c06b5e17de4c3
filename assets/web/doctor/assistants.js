// The assistants who follow me and bring patients.

import { html } from "../vendor/lit.js";
import { empty, face } from "../shared/list.js";
import { data, t } from "../shared/words.js";

export const title = "assistants.title";
export const needs = "session";
export const parent = "/me";

export const load = (cx) => cx.ask("GET", "/doctor/assistant");

export const view = (cx, { list }) => (list.length === 0 ? empty("users", t("assistants.none")) : html`<ul class="rows">${list.map((one) => html`<li class="entry">${face(one.real_name, one.avatars)}
  <span class="body" lang=${data()}><strong>${one.real_name}</strong><span class="faint">${one.team_name} · ${one.city_name}</span></span><span class="end faint num">${one.phone}</span></li>`)}</ul>`);
