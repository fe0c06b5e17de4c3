// Publishing a free clinic: when, where, for how many; the slots that will be cut are shown before.

import { html, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { button } from "../shared/act.js";
import { field, form, submit } from "../shared/form.js";
import { date as said, day, moment, now, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = (cx) => t(cx.query.copy ? "publish.copy" : "publish.title");
export const needs = "session";
export const styles = ["form"];
export const parent = "/clinics";

const TARGETS = ["老年人", "儿童", "女性", "成年人", "慢病患者"];
const HALF = 30;

export const load = async (cx) => {
  const [copy, own, special] = await Promise.all([
    cx.query.copy ? cx.ask("GET", `/project/${cx.query.copy}`) : null,
    cx.ask("GET", "/doctor/project"),
    cx.ask("GET", "/sp_project", { page_size: 50 }).catch(() => ({ list: [] })),
  ]);
  return { from: copy ?? own.list[0] ?? null, copy, special: special.list, own: own.list };
};

/** As the clinic cuts: half hours, the last one may be shorter; the seats that do not divide go to the first ones. */
export const cut = (begin, end, seats) => {
  const minutes = (text) => { const [h, m] = String(text).split(":").map(Number); return h * 60 + m; };
  const length = minutes(end) - minutes(begin);
  const n = Math.ceil(length / HALF);
  if (!(length > 0) || !(seats > 0)) return [];
  return Array.from({ length: n }, (_, i) => ({ at: minutes(begin) + i * HALF, seats: Math.floor(seats / n) + (i < seats % n ? 1 : 0) }));
};

/** 74 人 → 8×7 + 3×6 */
const sum = (slots) => {
  const groups = [...new Set(slots.map((one) => one.seats))].map((seats) => `${slots.filter((one) => one.seats === seats).length}×${seats}`);
  return groups.join(" + ");
};

const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

const preview = (cx, d) => {
  const { begin, end, people_count: seats } = { ...d, ...cx.state.typed };
  const slots = cut(begin, end, Number(seats));
  if (slots.length === 0) return html`<p class="note">${t("publish.no_slots")}</p>`;
  return html`<div class="note" role="status"><p><strong class="num">${t("publish.slots", { n: seats, sum: sum(slots) })}</strong> <span class="faint">${t("publish.slots.line")}</span></p>
    <ul class="chips num">${slots.map((one) => html`<li class="tag">${clock(one.at)} · ${t("seats", { n: one.seats })}</li>`)}</ul></div>`;
};

export const view = (cx, { from, copy, special, own }) => {
  const d = { date: "", begin: from?.begin?.slice(0, 5) ?? "09:00", end: from?.end?.slice(0, 5) ?? "11:30", people_count: from?.people_count ?? 20, addr: from?.addr ?? "", lng: from?.lng ?? "", lat: from?.lat ?? "",
    abstract: copy?.abstract ?? "", price: copy?.price ?? 0, target: copy?.service_target ?? [], special: "" };
  const s = (cx.state.typed ??= {});
  const set = (name) => (value) => { s[name] = value; cx.redraw(); };
  const targets = [...new Set([...TARGETS, ...own.flatMap((one) => one.service_target ?? [])])];
  const place = cx.state.place ?? { lng: d.lng, lat: d.lat };
  return html`<div class="narrow-form">${form(cx, "publish", {
    label: t("publish.title"), record: cx.query.copy ?? "", draft: true,
    run: async (f) => {
      const service = targets.filter((_, i) => f[`target-${i}`]);
      if (service.length === 0) throw new Refused({ status: 422, slug: "invalid_field", message: t("publish.target.missing") });
      if (moment(`${f.date} ${f.begin}:00`) <= now()) throw new Refused({ status: 422, slug: "invalid_field", message: t("publish.past"), fields: { date: t("publish.past") } });
      cx.state.sent = { date: f.date, begin: `${f.begin}:00` };
      const made = await cx.ask("POST", "/project", {
        date: f.date, begin: `${f.begin}:00`, end: `${f.end}:00`, people_count: Number(f.people_count), addr: f.addr.trim(), lng: f.lng.trim() || undefined, lat: f.lat.trim() || undefined,
        service_target: service, abstract: f.abstract.trim(), price: Number(f.price || 0), special_project_id: Number(f.special || 0),
      });
      arrive(cx, made);
    },
    check: async () => (await cx.ask("GET", "/doctor/project")).list.find((one) => one.status === 1 && one.date === cx.state.sent?.date && one.begin === cx.state.sent?.begin) ?? null,
    done: (one) => arrive(cx, one),
  }, html`
    <div class="three">
      ${field(cx, "publish", { name: "date", type: "date", label: t("publish.date"), required: true, min: day(now()), value: d.date, change: set("date") })}
      ${field(cx, "publish", { name: "begin", type: "time", label: t("publish.begin"), required: true, value: d.begin, change: set("begin") })}
      ${field(cx, "publish", { name: "end", type: "time", label: t("publish.end"), required: true, value: d.end, change: set("end") })}
    </div>
    <p class="faint">${s.date ? said(s.date) : nothing} ${zoneName()}</p>
    ${field(cx, "publish", { name: "people_count", type: "number", label: t("publish.people"), required: true, min: 1, max: 10000, value: d.people_count, change: set("people_count") })}
    ${preview(cx, d)}
    ${field(cx, "publish", { name: "addr", label: t("publish.addr"), required: true, maxlength: 200, value: d.addr, change: (value) => moved(cx, own, value) })}
    <details class="field" ?open=${Boolean(cx.forms?.publish?.errors.lng || cx.forms?.publish?.errors.lat)}><summary>${t("publish.map")}</summary><p class="hint">${t("publish.map.hint")}</p>
    <p class="row">${button(cx, "place", t("publish.here"), () => locate(cx), { safe: true })}</p>
    <div class="three">
      ${field(cx, "publish", { name: "lng", label: t("publish.lng"), inputmode: "decimal", pattern: "-?\\d{1,3}(\\.\\d+)?", value: place.lng, live: true, maxlength: 12, change: typed(cx, "lng") })}
      ${field(cx, "publish", { name: "lat", label: t("publish.lat"), inputmode: "decimal", pattern: "-?\\d{1,2}(\\.\\d+)?", value: place.lat, live: true, maxlength: 12, change: typed(cx, "lat") })}
    </div></details>
    <fieldset class="field"><legend>${t("publish.target")}</legend><div class="options">${targets.map((one, i) => html`<label class="check"><input type="checkbox" name="target-${i}" ?checked=${d.target.includes(one)}><span lang=${data()}>${one}</span></label>`)}</div></fieldset>
    ${field(cx, "publish", { name: "abstract", type: "textarea", label: t("publish.abstract"), hint: t("publish.abstract.hint"), required: true, maxlength: 5000, value: d.abstract })}
    ${field(cx, "publish", { name: "price", type: "number", label: t("publish.price"), hint: t("publish.price.hint"), min: 0, max: 100000, step: 1, value: d.price })}
    ${special.length > 0 ? field(cx, "publish", { name: "special", type: "select", label: t("publish.special"), value: d.special, options: [{ value: "", label: t("publish.special.none") }, ...special.map((one) => ({ value: one.id, label: `${said(one.date)} ${one.org_info?.name ?? one.addr}` }))] }) : nothing}
    ${submit(cx, "publish", t("clinics.publish"), { wide: true })}`)}</div>`;
};

const arrive = (cx, one) => { cx.toast(t("publish.done")); cx.go(`/clinics/${one.id}`, {}, { replace: true }); };

/** What is typed holds, whatever becomes of the address. */
const typed = (cx, name) => (value) => {
  cx.state.place = { ...cx.state.place, [name]: value };
  cx.state.here = Boolean(cx.state.place.lng || cx.state.place.lat);
};

/** Another address lies elsewhere: where it lies is known of earlier sessions there, or not at all. */
const moved = (cx, own, value) => {
  if (cx.state.here) return;
  const known = own.find((one) => one.addr === value.trim());
  cx.state.place = { lng: known?.lng ?? "", lat: known?.lat ?? "" };
  cx.redraw();
};

const locate = (cx) => new Promise((resolve, reject) => {
  const no = () => reject(new Refused({ status: 422, slug: "no_place", message: t("publish.no_place") }));
  if (!navigator.geolocation) { no(); return; }
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    Object.assign(cx.state, { place: { lng: coords.longitude.toFixed(6), lat: coords.latitude.toFixed(6) }, here: true });
    resolve();
  }, no, { timeout: 15_000 });
});
