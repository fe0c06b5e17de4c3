// What patients said of their visits.

import { html, nothing } from "../vendor/lit.js";
import { empty, more, pages } from "../shared/list.js";
import { address } from "../shared/route.js";
import { date } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = "ratings.title";
export const needs = "session";
export const parent = "/me";

export const load = (cx) => pages(cx, (page) => cx.ask("GET", "/doctor/comment", { current_page: page, page_size: 20 }));

export const view = (cx, list) => (list.items.length === 0 ? empty("star", t("ratings.none")) : html`<ul class="stack plain" data-rows>${list.items.map((one) => html`<li class="card">
  <p class="summary-line"><strong>${t("stars", { n: one.doctor_score })}</strong> <a href=${address(`/visits/${one.id}`)} lang=${data()}>${one.user_info.real_name}</a> <span class="faint num">${date(one.visit_time)}</span></p>
  ${one.doctor_comment ? html`<p class="pre" lang=${data()}>${one.doctor_comment}</p>` : nothing}</li>`)}</ul>${more(cx, list)}`);
