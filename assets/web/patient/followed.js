// Whom I follow, and the assistants who help me.

import { html } from "../vendor/lit.js";
import { empty, face, more, pages } from "../shared/list.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const parent = "/me";
const helpers = (cx) => cx.path === "/me/assistants";
export const title = (cx) => t(helpers(cx) ? "assistants.title" : "followed.title");

export const load = (cx) => pages(cx, (page) => cx.ask("GET", helpers(cx) ? "/custom/assistant" : "/custom/follow", { current_page: page, page_size: 20 }));

export const view = (cx, list) => {
  if (list.items.length === 0) return helpers(cx) ? empty("users", t("assistants.none")) : empty("heart", t("followed.none"), html`<a class="button primary" href=${address("/find", { kind: "doctor" })}>${t("find.doctors")}</a>`);
  return helpers(cx)
    ? html`<ul class="rows">${list.items.map((one) => html`<li class="entry">${face(one.real_name, one.avatars)}<span class="body" lang=${data()}><strong>${one.real_name}</strong><span class="faint">${one.team_name}</span></span><span class="faint num">${one.phone}</span></li>`)}</ul>`
    : html`<ul class="rows">${list.items.map((one) => html`<li><a href=${address(`/doctors/${one.id}`)}>${face(one.real_name, one.avatars)}<span class="body" lang=${data()}><strong>${one.real_name}</strong><span class="faint">${one.departments} · ${one.hospital}</span></span></a></li>`)}</ul>${more(cx, list)}`;
};
