// The family: whom one books and asks for.

import { html, nothing } from "../vendor/lit.js";
import { empty, face } from "../shared/list.js";
import { address } from "../shared/route.js";
import { age } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = "family.title";
export const needs = "session";
export const parent = "/me";

export const load = async (cx) => cx.ask("GET", "/family", { limit: 100 });

export const view = (cx, { items }) => html`
  <p><a class="button primary" href=${address("/family/new", cx.query.then ? { then: cx.query.then } : {})}>${t("family.add")}</a></p>
  ${items.length === 0 ? empty("users", t("family.none")) : html`<ul class="rows">${items.map((one) => html`<li><a href=${address(`/family/${one.relation_user_id}`)}>${face(one.name, one.photo_id)}
    <span class="body" lang=${data()}><strong>${one.name}</strong><span class="faint">${one.relation_type} · ${t(one.gender === 1 ? "sex.1" : "sex.2")}${age(one.birthday) === null ? nothing : html` · ${t("age", { n: age(one.birthday) })}`}</span></span></a></li>`)}</ul>`}`;
