// Backups and the archive: how they stand, what is wrong, and every backup there is: made, looked at, taken away, deleted.

import { html, nothing } from "../vendor/lit.js";
import { act, button, problem } from "../shared/act.js";
import { empty } from "../shared/list.js";
import { brief, full } from "../shared/time.js";
import { said, t } from "../shared/words.js";
import { fetched } from "./csv.js";
import { foot, SIZE } from "./pager.js";
import { span, worries } from "./worries.js";

export const title = "menu.backups";
export const needs = "session";
export const styles = ["form"];

/** While one is made, the list is asked for again. */
const AGAIN = 1_500;

export const load = async (cx) => {
  const { page, page_size } = cx.query;
  // A folder that cannot be read has no list; what is wrong with it is said above.
  const [state, list] = await Promise.all([cx.ask("GET", "/admin/backups/state"),
    cx.ask("GET", "/admin/backups", { page: page ?? 1, page_size: page_size ?? SIZE }).catch((fault) => ({ items: [], total: 0, fault }))]);
  clearTimeout(cx.state.timer);
  if (list.items.some((one) => one.state === "running")) cx.state.timer = setTimeout(() => { if (!cx.gone) cx.reload(); }, AGAIN);
  return { state, list };
};

const size = (bytes) => {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const at = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** at).toFixed(at > 1 ? 1 : 0)} ${units[at]}`;
};

const make = async (cx) => { await cx.ask("POST", "/admin/backups", {}); await cx.reload(); };

const verify = (cx, one) => async () => {
  const found = await cx.ask("POST", `/admin/backups/${one.name}/verify`, {});
  await cx.reload();
  cx.toast(found.ok ? t("backup.well", { rows: found.rows, files: found.files }) : t("backup.not_well"));
};

const remove = async (cx, one) => {
  if (!(await cx.confirm(t("backup.delete.ask", { at: full(one.created) }), { yes: t("delete"), kind: "danger" }))) return;
  await act(cx, `delete ${one.name}`, async () => { await cx.ask("DELETE", `/admin/backups/${one.name}`); await cx.reload(); });
};

const fact = (word, value, note) => html`<dt>${t(word)}</dt><dd>${value}${note ? html` <span class="faint">${note}</span>` : nothing}</dd>`;
const ago = (seconds) => (seconds === null ? t("backup.nothing") : t("backup.ago", { span: span(seconds) }));

const standing = (cx, state) => html`<section class="card" aria-labelledby="backups-now"><h2 id="backups-now">${t("menu.backups")}</h2>
  <dl class="facts">${fact("backup.newest", state.newest ? html`<time datetime=${state.newest} title=${full(state.newest)}>${ago(state.age_seconds)}</time>` : t("backup.nothing"))}
    ${fact("backup.by_itself", state.every_seconds === null ? t("backup.not_set") : t("backup.each", { span: span(state.every_seconds) }))}</dl>
  ${state.every_seconds === null ? html`<p class="faint">${t("backup.set_up")} <code>backup.dir</code></p>` : nothing}
  <p class="row">${button(cx, "make", t("backup.make"), () => make(cx), { kind: "primary" })}</p></section>`;

const archived = ({ archive }) => html`<section class="card" aria-labelledby="archive-now"><h2 id="archive-now">${t("backup.archive")}</h2>
  ${archive === null ? html`<p>${t("backup.not_set")}</p><p class="faint">${t("backup.archive.set_up")} <code>archive.dir</code></p>` : html`<dl class="facts">
    ${fact("backup.lag", archive.lag_seconds === 0 ? html`<span class="tag good">${t("backup.no_lag")}</span>` : span(archive.lag_seconds), t("backup.writes", { span: span(archive.every_seconds) }))}
    ${fact("backup.segment", ago(archive.newest_segment_age_seconds), t("backup.segment.note"))}
    ${fact("backup.base", ago(archive.newest_base_age_seconds))}
    ${fact("backup.restorable", html`<span class="tag ${archive.whole ? "good" : "warn"}">${t(archive.whole ? "yes" : "backup.not_yet")}</span>`)}</dl>`}</section>`;

const TONE = { running: "", done: "good", failed: "bad" };
const stateOf = (one) => (one.problem && one.state === "done" ? html`<span class="tag bad">${t("backup.damaged")}</span>` : html`<span class="tag ${TONE[one.state]}">${t(`backup.state.${one.state}`)}</span>`);

const row = (cx, one) => {
  const whole = one.state === "done";
  const at = full(one.created);
  return html`<tr><th scope="row"><time datetime=${one.created} title=${one.name}>${at}</time></th>
    <td>${stateOf(one)}${one.encrypted ? html` <span class="tag">${t("backup.encrypted")}</span>` : nothing}
      ${one.problem ? html`<details><summary>${t("problem.details")}</summary><code lang="en">${one.problem}</code></details>` : nothing}</td>
    <td class="num right">${whole ? size(one.bytes) : "—"}</td><td class="num right">${one.rows ?? "—"}</td><td class="num right">${one.files ?? "—"}</td>
    <td>${one.problem ? "—" : one.verified_at ? html`<time datetime=${one.verified_at} title=${full(one.verified_at)}>${brief(one.verified_at)}</time>` : html`<span class="faint">${t("backup.unverified")}</span>`}</td>
    <td class="no-print deeds-of">${whole ? html`${button(cx, `verify ${one.name}`, t("backup.verify"), verify(cx, one), { kind: "quiet", label: t("backup.verify.of", { at }) })}
      ${button(cx, `download ${one.name}`, t("backup.download"), () => fetched(`/admin/backups/${one.name}`, one.name), { kind: "quiet", label: t("backup.download.of", { at }) })}` : nothing}
      ${one.state === "running" ? nothing : html`<button type="button" class="quiet" aria-label=${t("backup.delete.of", { at })} @click=${() => remove(cx, one)}>${t("delete")}</button>${problem(cx, cx.acts[`delete ${one.name}`] ?? {})}`}</td></tr>`;
};

export const view = (cx, { state, list }) => html`
  ${worries(state)}
  <div class="two">${standing(cx, state)}${archived(state)}</div>
  <section><h2>${t("backup.all")}</h2>
    ${list.fault ? html`<p class="note warn" role="alert">${said(list.fault)}</p>` : list.items.length === 0 ? empty("inbox", t("backup.none")) : html`<div class="region" role="region" tabindex="0" aria-label=${t("backup.all")}><table class="list backups">
      <thead><tr><th scope="col">${t("f.created_at")}</th><th scope="col">${t("f.state")}</th><th scope="col" class="right">${t("backup.size")}</th><th scope="col" class="right">${t("backup.rows")}</th><th scope="col" class="right">${t("backup.files")}</th><th scope="col">${t("backup.verified")}</th><th scope="col" class="no-print">${t("backup.deeds")}</th></tr></thead>
      <tbody>${list.items.map((one) => row(cx, one))}</tbody></table></div>`}
    ${foot(cx, "/backups", list.total)}
    <p class="faint">${t("backup.restore.text")} <code>xuanhu restore FILE --data-dir NEW</code> ${t("backup.restore.copy")}</p></section>`;
