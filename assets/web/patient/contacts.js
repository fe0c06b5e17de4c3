// The doctors one has to do with.

import { html } from "../vendor/lit.js";
import { empty, face } from "../shared/list.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const title = "contacts.title";
export const needs = "session";
export const parent = "/messages";

export const load = async (cx) => ({ list: await cx.ask("GET", "/api/im/pContactList") });

export const view = (cx, { list }) => (list.length === 0 ? empty("users", t("contacts.none"), html`<a class="button primary" href=${address("/find")}>${t("door.book")}</a>`)
  : html`<ul class="rows">${list.map((one) => html`<li><a href=${address(`/contacts/${one.doctor_id}`)}>${face(one.name, one.avatar)}
    <span class="body" lang=${data()}><strong>${one.nickname || one.name}</strong><span class="faint">${one.nickname ? one.name : one.phone}</span></span>
    <span class="end">${one.is_ban ? html`<span class="tag bad">${t("contact.banned")}</span>` : ""}</span></a></li>`)}</ul>`);
