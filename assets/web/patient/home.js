// Home: the next visit first, then the doors, then what is open. Works without signing in.

import { html, nothing } from "../vendor/lit.js";
import { icon, isBig } from "../shared/frame.js";
import { fromYuan, yuan } from "../shared/money.js";
import { own } from "../shared/api.js";
import { address } from "../shared/route.js";
import { brief, date, days, moment, near, now, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = (cx) => (cx.me ? (cx.me.name ? t("home.title", { name: cx.me.name }) : t("home.you")) : t("home.visitor"));

export const load = async (cx) => {
  const [home, visits, relatives, rateable] = await Promise.all([
    cx.ask("GET", "/custom/homepage"),
    cx.me ? cx.ask("GET", "/custom/diagnoses", { type: 1, page_size: 20 }) : null,
    cx.me ? cx.ask("GET", "/family").catch(() => null) : null,
    cx.me ? cx.ask("GET", "/custom/need/comment", { page_size: 3 }).catch(() => null) : null,
  ]);
  const coming = (visits?.list ?? []).filter((one) => moment(one.visit_time) > now() - 3_600_000).sort((a, b) => moment(a.visit_time) - moment(b.visit_time));
  const next = coming[0];
  const place = next ? home.project_list?.find((one) => one.id === next.project_id) ?? await cx.ask("GET", `/project/${next.project_id}`).catch(() => null) : null;
  return { home, next, place, waiting: coming.length, family: relatives?.items ?? [], unrated: rateable?.list ?? [] };
};

export const view = (cx, { home, next, place, waiting, family, unrated }) => html`<div class="stack">
  ${next ? nextVisit(next, place, waiting) : nothing}
  ${unrated.map((one) => html`<p class="note row"><span>${t("home.unrated", { name: one.doctor_info.real_name, at: date(one.visit_time) })}</span> <a href=${address(`/visits/${one.id}`)}>${t("rate.title")}</a></p>`)}
  ${doors(cx, !next)}
  ${family.length > 0 ? helping(family) : nothing}
  ${isBig() ? nothing : html`
    ${banners(home.banner ?? [])}
    ${open(home.project_list ?? [])}
    ${hospitals(home.project_list ?? [])}
    ${news(home.news ?? [])}`}
</div>`;

const nextVisit = (one, place, waiting) => html`<section class="card next" aria-labelledby="next">
  <div class="heading"><h2 id="next">${t("home.next")}</h2><span class="tag">${countdown(one.visit_time)}</span></div>
  <p class="when"><strong class="num"><time datetime=${new Date(moment(one.visit_time)).toISOString()}>${date(one.visit_time)} <span class="whole">${slot(one.plan_time)}</span></time></strong> <span class="faint">${zoneName()}</span></p>
  <p lang=${data()}>${one.doctor_info.real_name} · ${one.doctor_info.departments}${place ? html`<br>${place.addr}` : nothing}</p>
  <p class="row"><a class="button primary" href=${address(`/visits/${one.id}`)}>${t("home.next.open")}</a>
    ${waiting > 1 ? html`<a href=${address("/visits")}>${t("home.next.more", { n: waiting - 1 })}</a>` : nothing}</p>
</section>`;

const countdown = (time) => {
  const n = days(time);
  return n > 1 ? t("home.next.days", { n }) : near(time);
};

const doors = (cx, first) => html`<ul class="doors">
  <li class=${first ? "first" : nothing}><a href=${address("/find")}>${icon("calendar-heart")}<strong>${t("door.book")}</strong><span class="faint">${t("door.book.line")}</span></a></li>
  <li><a href=${address("/find", { kind: "doctor", ask: 1 })}>${icon("stethoscope")}<strong>${t("door.ask")}</strong><span class="faint">${t("door.ask.line")}</span></a></li>
  <li><a href=${address("/visits")}>${icon("calendar-check")}<strong>${t("door.visits")}</strong><span class="faint">${t("door.visits.line")}</span></a></li>
  ${cx.about.phone ? html`<li><a href="tel:${cx.about.phone}">${icon("phone")}<strong>${t("door.call")}</strong><span class="faint num">${cx.about.phone}</span></a></li>` : nothing}
</ul>`;

const helping = (family) => html`<section aria-labelledby="helping"><h2 id="helping">${t("home.family")}</h2>
  <ul class="grid">${family.map((one) => html`<li><a class="card" href=${address("/find", { kind: "doctor", ask: 1, for: one.relation_user_id })}>
    <span class="person"><span class="face" aria-hidden="true" lang="zh-CN">${[...one.name][0]}</span><span><strong lang=${data()}>${one.name}</strong><br><span class="faint">${t("home.family.line", { who: one.relation_type })}</span></span></span></a></li>`)}</ul></section>`;

const banner = (one) => html`${own(one.photo) ? html`<img src="${own(one.photo)}?w=960" alt="" loading="lazy">` : nothing}<span>${one.title}</span>`;
const banners = (list) => (list.length === 0 ? nothing : html`<section aria-label=${t("home.banners")}><ul class="grid" lang=${data()}>${list.map((one) => html`<li>${
  one.jump_mode === 1 && /^https?:\/\//.test(one.href)
    ? html`<a class="card note" href=${one.href} target="_blank" rel="noopener noreferrer">${banner(one)}</a>`
    : html`<p class="note">${banner(one)}</p>`}</li>`)}</ul></section>`);

const open = (list) => (list.length === 0 ? nothing : html`<section aria-labelledby="open">
  <div class="heading"><h2 id="open">${t("home.open")}</h2><a href=${address("/find")}>${t("home.all")}</a></div>
  <ul class="grid">${soonest(list).slice(0, 6).map((one) => html`<li><a class="card" href=${address(`/projects/${one.id}`)}>
    <strong class="num">${date(one.date)} ${slot(`${one.begin} - ${one.end}`)}</strong>
    <span lang=${data()}>${one.doctor_info.real_name} · ${one.doctor_info.departments}</span>
    <span class="faint" lang=${data()}>${one.hospital_info?.name ?? one.addr}</span>
    <span class="tags">${one.is_join ? html`<span class="tag good">${t("find.joined")}</span>` : nothing}${seats(one)}${one.price > 0 ? html`<span class="tag">${t("deposit", { amount: yuan(fromYuan(one.price)) })}</span>` : html`<span class="tag">${t("free")}</span>`}</span>
  </a></li>`)}</ul></section>`);

const soonest = (list) => [...list].sort((a, b) => (`${a.date} ${a.begin}` < `${b.date} ${b.begin}` ? -1 : 1));

const seats = (one) => {
  const left = Object.values(one.plan_time ?? {}).reduce((sum, n) => sum + n, 0);
  return left > 0 ? html`<span class="tag good">${t("seats.left", { n: left })}</span>` : html`<span class="tag warn">${t("seats.none")}</span>`;
};

const hospitals = (list) => {
  const all = [...new Map(list.filter((one) => one.hospital_info).map((one) => [one.hospital_info.id, one.hospital_info])).values()];
  return all.length === 0 ? nothing : html`<section aria-labelledby="hospitals"><h2 id="hospitals">${t("home.hospitals")}</h2>
    <ul class="grid" lang=${data()}>${all.map((one) => html`<li><a class="card" href=${address("/find", { hospital: one.id })}><strong>${one.name}</strong><span class="faint">${one.level} · ${one.tag}</span><span class="faint">${one.addr}</span></a></li>`)}</ul></section>`;
};

const news = (list) => (list.length === 0 ? nothing : html`<section aria-labelledby="news"><div class="heading"><h2 id="news">${t("home.news")}</h2><a href=${address("/news")}>${t("home.all")}</a></div>
  <ul class="rows" lang=${data()}>${list.slice(0, 4).map((one) => html`<li><a href=${address(`/news/${one.id}`)}><span class="body">${one.title}</span><span class="end faint">${brief(one.publish_time)}</span></a></li>`)}</ul></section>`);
