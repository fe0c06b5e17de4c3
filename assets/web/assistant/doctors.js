// The doctors whom the assistant follows, and one of them.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { empty, face, more, pages, person } from "../shared/list.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form"];
export const parent = (cx) => (cx.params.id ? "/doctors" : "/me");
export const title = (cx, found) => (cx.params.id ? found.one?.real_name ?? t("loading") : t("followed.title"));

export const load = async (cx) => {
  if (cx.params.id) return { one: await cx.ask("GET", `/user/${cx.params.id}`), followed: (await cx.ask("GET", "/assistant/follow", { page_size: 100 })).list.some((one) => String(one.id) === cx.params.id) };
  return pages(cx, (page) => cx.ask("GET", "/assistant/follow", { current_page: page, page_size: 20 }));
};

const follow = (cx, on) => async () => {
  // A documented GET that changes something: asked for by a button alone.
  if (on) await cx.ask("GET", `/follow/user/${cx.params.id}`, undefined, { patience: false }); else await cx.ask("DELETE", `/follow/user/${cx.params.id}`);
  await cx.reload();
};

export const view = (cx, found) => {
  if (cx.params.id) return html`<section class="card">${person(found.one.real_name, `${found.one.departments} · ${found.one.job_position}`, found.one.avatars)}<p lang=${data()}>${found.one.hospital}</p><p lang=${data()}>${found.one.good_at}</p><p class="faint" lang=${data()}>${found.one.abstract}</p></section>
    <p class="row"><a class="button primary" href=${address("/book", { q: found.one.real_name })}>${t("menu.book")}</a>${button(cx, "follow", t(found.followed ? "doctor.unfollow" : "doctor.follow"), follow(cx, !found.followed))}</p>`;
  return found.items.length === 0 ? empty("stethoscope", t("followed.none")) : html`<ul class="rows">${found.items.map((one) => html`<li><a href=${address(`/doctors/${one.id}`)}>${face(one.real_name, one.avatars)}<span class="body" lang=${data()}><strong>${one.real_name}</strong><span class="faint">${one.hospital} · ${one.departments}</span></span></a></li>`)}</ul>${nothing}${more(cx, found)}`;
};
