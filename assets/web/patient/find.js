// Finding: one box over free clinics and doctors (names and pinyin), with filters; and the clinics of one special activity.

import { html, nothing } from "../vendor/lit.js";
import { search } from "../shared/form.js";
import { empty, more, pages, person, tabs } from "../shared/list.js";
import { fromYuan, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { date, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const styles = ["form"];
export const title = (cx) => t(cx.params.id ? "find.activity" : cx.query.ask ? "find.ask" : "find.title");
export const parent = (cx) => (cx.params.id ? "/find" : undefined);

const TARGETS = ["老年人", "儿童", "女性", "成年人", "慢病患者"];
const SIZE = 20;
const ORDERS = { new: 2, hot: 3 };

export const load = async (cx) => {
  const { q, kind, department, target, hospital, org, sort, free } = cx.query;
  if (cx.params.id) return { projects: await pages(cx, (page) => cx.ask("GET", `/sp_project/${cx.params.id}`, { current_page: page, page_size: SIZE })) };
  cx.state.departments ??= cx.ask("POST", "/api/department/list", {}).catch(() => []);
  if (hospital || org) further(cx);
  const options = sort === "near" ? { location: await place(cx) } : {};
  const projects = (page, size) => cx.ask("GET", "/project", {
    keyword: q, departments: department, service_target: target, hospital_id: hospital, org_id: org, sort: options.location ? 1 : ORDERS[sort], order: sort ? undefined : "soonest",
    current_page: page, page_size: free ? 100 : size,
  }, options);
  const doctors = (page, size) => cx.ask("GET", "/doctor/list", { keyword: q, departments: department, hospital_id: hospital, org_id: org, current_page: page, page_size: size });
  const first = async (ask) => { const answer = await ask(1, 6); return { items: answer.list.slice(0, 6), total: answer.page.count, page: 1 }; };
  const kindOf = kind ?? "all";
  const [one, two, activities, departments] = await Promise.all([
    kindOf === "project" ? pages(cx, (page) => projects(page, SIZE)) : kindOf === "all" ? first(projects) : null,
    kindOf === "doctor" ? pages(cx, (page) => doctors(page, SIZE)) : kindOf === "all" ? first(doctors) : null,
    kindOf === "activity" ? pages(cx, (page) => cx.ask("GET", "/sp_project", { current_page: page, page_size: SIZE })) : null,
    cx.state.departments,
  ]);
  if (free && one) one.items = one.items.filter((row) => row.price === 0);
  // What asking costs stands in the other family's list.
  if (kindOf === "doctor") cx.state.prices ??= cx.ask("POST", "/api/doctor/list", { limit: 200 }).then((all) => new Map(all.items.map((row) => [parseInt(row.id.slice(-16), 16), row])), () => new Map());
  return { projects: one, doctors: two, activities, departments, prices: kindOf === "doctor" ? await cx.state.prices : null };
};

/** Hospitals and organisations: asked for when somebody opens the filters that need them. */
const further = (cx) => {
  cx.state.places ??= Promise.all([cx.ask("GET", "/hospital", { page_size: 200 }), cx.ask("GET", "/org", { page_size: 200 })])
    .then(([hospitals, orgs]) => { cx.state.lists = { hospitals: hospitals.list, orgs: orgs.list }; cx.redraw(); }, () => { cx.state.places = null; });
};

/** Asked for only when somebody wants the nearest; a refusal falls back to the usual order. */
const place = (cx) => new Promise((resolve) => {
  if (cx.state.place) { resolve(cx.state.place); return; }
  if (!navigator.geolocation) { cx.toast(t("find.no_place")); resolve(undefined); return; }
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => { cx.state.place = `${coords.longitude.toFixed(6)}-${coords.latitude.toFixed(6)}`; resolve(cx.state.place); },
    () => { cx.toast(t("find.no_place")); resolve(undefined); },
    { timeout: 8000, maximumAge: 600_000 },
  );
});

export const view = (cx, { projects, doctors, activities, departments, prices }) => {
  if (cx.params.id) return html`${zoned()}${projectList(projects)}${more(cx, projects)}`;
  const kind = cx.query.kind ?? "all";
  const lists = cx.state.lists ?? { hospitals: [], orgs: [] };
  return html`
    ${search({ label: t("find.box"), hint: t("find.hint"), value: cx.query.q, run: (q) => cx.set({ q, page: undefined }, { replace: true }) })}
    <div class="filters">
      ${choice(cx, "department", t("find.department"), (departments ?? []).map((one) => one.name))}
      ${kind === "doctor" ? nothing : choice(cx, "target", t("find.target"), TARGETS)}
      ${kind === "doctor" ? nothing : html`<div class="field"><label for="f-sort">${t("find.sort")}</label><select id="f-sort" @change=${(event) => cx.set({ sort: event.target.value, page: undefined })}>
        ${[["", "find.sort.soon"], ["new", "find.sort.time"], ["near", "find.sort.near"], ["hot", "find.sort.hot"]].map(([value, word]) => html`<option value=${value} ?selected=${(cx.query.sort ?? "") === value}>${t(word)}</option>`)}</select></div>
      <label class="check"><input type="checkbox" .checked=${Boolean(cx.query.free)} @change=${(event) => cx.set({ free: event.target.checked ? 1 : undefined, page: undefined })}><span>${t("find.free")}</span></label>`}
      <details class="further" ?open=${Boolean(cx.query.hospital || cx.query.org)} @toggle=${() => further(cx)}><summary>${t("find.further")}</summary><div class="filters">
        ${chosen(cx, "hospital", t("find.hospital"), lists.hospitals)}${chosen(cx, "org", t("find.org"), lists.orgs)}</div></details>
    </div>
    ${tabs(cx, "kind", [["all", "find.all"], ["project", "find.projects"], ["doctor", "find.doctors"], ["activity", "find.activities"]].map(([value, word]) => ({ value, label: t(word) })), t("find.kinds"))}
    ${kind === "all" && projects.items.length + doctors.items.length === 0 ? empty("search", t("find.none"), html`<a class="button" href=${address("/find")}>${t("find.reset")}</a>`) : nothing}
    ${kind === "doctor" || (projects ?? activities)?.items.length === 0 ? nothing : zoned()}
    ${projects && (kind === "project" || projects.items.length > 0) ? html`<section>${kind === "all" ? heading(cx, "find.projects", "project", projects) : nothing}
      ${projects.items.length === 0 ? empty("calendar-heart", t("find.none"), html`<a class="button" href=${address("/find")}>${t("find.reset")}</a>`) : projectList(projects)}</section>` : nothing}
    ${doctors && (kind === "doctor" || doctors.items.length > 0) ? html`<section>${kind === "all" ? heading(cx, "find.doctors", "doctor", doctors) : nothing}
      ${doctors.items.length === 0 ? empty("stethoscope", t("find.none")) : doctorList(cx, doctors, prices)}</section>` : nothing}
    ${activities ? (activities.items.length === 0 ? empty("calendar-heart", t("find.no_activity")) : activityList(activities)) : nothing}
    ${kind !== "all" ? more(cx, projects ?? doctors ?? activities) : nothing}`;
};

const heading = (cx, word, kind, list) => html`<div class="heading"><h2>${t(word)}</h2>${list.total > list.items.length ? html`<a href=${address("/find", { ...cx.query, kind, page: undefined })}>${t("find.more", { n: list.total })}</a>` : nothing}</div>`;

const choice = (cx, key, label, values) => html`<div class="field"><label for="f-${key}">${label}</label>
  <select id="f-${key}" @change=${(event) => cx.set({ [key]: event.target.value, page: undefined })}><option value="">${t("all")}</option>
  ${values.map((one) => html`<option value=${one} lang=${data()} ?selected=${cx.query[key] === one}>${one}</option>`)}</select></div>`;

/** The same for rows that have an id beside their name. */
const chosen = (cx, key, label, rows) => html`<div class="field"><label for="f-${key}">${label}</label>
  <select id="f-${key}" @change=${(event) => cx.set({ [key]: event.target.value, page: undefined })}><option value="">${t("all")}</option>
  ${rows.map((one) => html`<option value=${one.id} lang=${data()} ?selected=${cx.query[key] === String(one.id)}>${one.name}</option>`)}</select></div>`;

/** Whose clock the times of a list are of, once for all of it. */
const zoned = () => html`<p class="faint">${t("time.zone", { zone: zoneName() })}</p>`;

const projectList = ({ items }) => html`<ul class="grid">${items.map((one) => {
  const left = Object.values(one.plan_time ?? {}).reduce((sum, n) => sum + n, 0);
  return html`<li><a class="card" href=${address(`/projects/${one.id}`)}>
    <strong class="num">${date(one.date)} ${slot(`${one.begin} - ${one.end}`)}</strong>
    ${person(one.doctor_info.real_name, `${one.doctor_info.departments} · ${one.doctor_info.job_position}`, one.doctor_info.avatars)}
    <span class="faint" lang=${data()}>${one.addr}</span>
    <span class="tags">${one.is_join ? html`<span class="tag good">${t("find.joined")}</span>` : nothing}
      ${left > 0 ? html`<span class="tag good">${t("seats.left", { n: left })}</span>` : html`<span class="tag warn">${t("seats.none")}</span>`}
      <span class="tag">${one.price > 0 ? t("deposit", { amount: yuan(fromYuan(one.price)) }) : t("free")}</span>
      ${(one.service_target ?? []).map((target) => html`<span class="tag" lang=${data()}>${target}</span>`)}</span>
  </a></li>`;
})}</ul>`;

const doctorList = (cx, { items }, prices) => html`<ul class="grid">${items.map((one) => html`<li><a class="card" href=${address(cx.query.ask ? `/doctors/${one.id}/ask` : `/doctors/${one.id}`, cx.query.for ? { for: cx.query.for } : {})}>
  ${person(one.real_name, `${one.departments} · ${one.job_position}`, one.avatars)}
  <span class="faint" lang=${data()}>${one.hospital}</span><span lang=${data()}>${one.good_at}</span>
  <span class="tags">${Number(one.score) > 0 ? html`<span class="tag good">${t("score", { n: one.score })}</span>` : nothing}${asking(prices?.get(one.id))}</span></a></li>`)}</ul>`;

const asking = (one) => (!one ? nothing : !one.imageAndTextOpen ? html`<span class="tag">${t("doctor.not_asked")}</span>`
  : html`<span class="tag num">${t("doctor.asks", { amount: one.imageAndTextPrice > 0 ? yuan(one.imageAndTextPrice) : t("free") })}</span>`);

const activityList = ({ items }) => html`<ul class="grid">${items.map((one) => html`<li><a class="card" href=${address(`/activities/${one.id}`)}>
  <strong class="num">${date(one.date)} ${slot(`${one.begin} - ${one.end}`)}</strong><span lang=${data()}>${one.abstract}</span><span class="faint" lang=${data()}>${one.org_info?.name ?? ""} · ${one.addr}</span></a></li>`)}</ul>`;
