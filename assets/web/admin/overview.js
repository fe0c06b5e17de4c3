// What must be done first, then numbers, then the days as a chart with its table.

import { html, nothing } from "../vendor/lit.js";
import { icon } from "../shared/frame.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { day, now } from "../shared/time.js";
import { t } from "../shared/words.js";
import { chart, FIELDS } from "./chart.js";
import { worries } from "./worries.js";

export const title = "menu.overview";
export const needs = "session";
export const styles = ["form"];

const DAYS = [7, 30, 90];

export const load = async (cx) => {
  const days = DAYS.includes(Number(cx.query.days)) ? Number(cx.query.days) : 30;
  const [stats, members, pending, ready, backups, daily] = await Promise.all([
    cx.ask("GET", "/admin/statistics"),
    cx.ask("GET", "/admin/org-memberships", { verify_status: 0, page_size: 1 }),
    cx.ask("GET", "/admin/refunds", { status: "pending", page_size: 100 }),
    cx.ask("GET", "/readyz", undefined, { whole: true, patience: false }).catch(() => null),
    cx.ask("GET", "/admin/backups/state"),
    cx.ask("GET", "/admin/statistics/daily", { from: day(now() - (days - 1) * 86_400_000), to: day(now()) }),
  ]);
  return { stats, members: members.total, stuck: pending.items.filter((row) => row.stuck).length, ready, backups, daily: daily.items, days };
};

const todo = ({ stats, members, stuck }) => [
  ["doctors", stats.doctors.waiting, "/verify", { kind: "doctors" }],
  ["assistants", stats.assistants.waiting, "/verify", { kind: "assistants" }],
  ["patients", stats.patients.waiting, "/verify", { kind: "patients" }],
  ["members", members, "/verify", { kind: "org-memberships" }],
  ["refunds", stats.refunds.to_approve, "/refunds", { status: "pending" }],
  ["stuck", stuck, "/refunds", { status: "pending" }],
  ["withdrawals", stats.withdrawals.pending.count, "/withdrawals", { status: "pending" }],
].filter(([, n]) => n > 0);

const figure = (word, value, path, query, note) => html`<li><a class="card figure" href=${address(path, query ?? {})}><span class="faint">${t(word)}</span><strong class="num">${value}</strong>${note ? html`<span class="faint">${note}</span>` : nothing}</a></li>`;

export const view = (cx, data) => {
  const { stats, ready, backups, daily, days } = data;
  // What is said of backups in words is not said again.
  const said = new Set(backups.warnings.map((one) => one.text));
  const waiting = todo(data);
  return html`
    <section aria-labelledby="todo"><h2 id="todo">${t("overview.todo")}</h2>
      ${waiting.length === 0 ? html`<p class="note good">${icon("check")} ${t("overview.nothing")}</p>` : html`<ul class="todo">${waiting.map(([word, n, path, query]) => html`<li><a class="card" href=${address(path, query)}><strong class="num">${n}</strong><span>${t(`todo.${word}`)}</span></a></li>`)}</ul>`}
      ${ready === null ? html`<p class="note bad" role="alert">${t("overview.not_ready")}</p>` : (ready.warnings ?? []).filter((one) => !said.has(one)).map((one) => html`<p class="note warn">${icon("triangle-alert")} ${one}</p>`)}
      ${worries(backups, true)}</section>
    <section aria-labelledby="figures"><h2 id="figures">${t("overview.figures")}</h2><ul class="figures">
      ${figure("r.patients", stats.patients.total, "/patients")}
      ${figure("r.doctors", stats.doctors.total, "/doctors", {}, t("overview.enabled", { n: stats.doctors.enabled }))}
      ${figure("r.assistants", stats.assistants.total, "/assistants")}
      ${figure("overview.open_projects", stats.projects.open, "/projects", { state: "open" })}
      ${figure("overview.booked", stats.registrations.booked, "/registrations", { stage: "booked" }, t("overview.done", { n: stats.registrations.done, m: stats.registrations.missed }))}
      ${figure("overview.team", stats.team_consults.waiting + stats.team_consults.in_process, "/team-consults")}
      ${figure("overview.paid", yuan(stats.payments.paid.amount), "/payments", { status: "PAID" }, t("overview.rows", { n: stats.payments.paid.count }))}
      ${figure("overview.refunded", yuan(stats.payments.refunded.amount), "/payments", { status: "REFUNDED" }, t("overview.rows", { n: stats.payments.refunded.count }))}
      ${figure("overview.deposits", yuan(stats.deposits.held.amount), "/registrations", { stage: "booked" }, t("overview.rows", { n: stats.deposits.held.count }))}</ul></section>
    <section aria-labelledby="days"><div class="heading"><h2 id="days">${t("overview.days")}</h2>
      <div class="row" role="group" aria-label=${t("overview.span")}>${DAYS.map((n) => html`<button type="button" class="quiet" aria-pressed=${String(n === days)} @click=${() => cx.set({ days: n === 30 ? undefined : n }, { replace: true })}>${t("overview.last", { n })}</button>`)}</div></div>
      ${chart(cx, daily)}
      <details class="part"><summary>${t("overview.table")}</summary><div class="region" role="region" tabindex="0" aria-label=${t("overview.table")}><table class="list"><thead><tr><th scope="col">${t("f.date")}</th>${FIELDS.map((one) => html`<th scope="col" class="right">${t(`day.${one.name}`)}</th>`)}</tr></thead>
        <tbody>${[...daily].reverse().map((one) => html`<tr><th scope="row" class="num">${one.date}</th>${FIELDS.map((f) => html`<td class="num right">${one[f.name] === null ? "—" : f.money ? yuan(one[f.name]) : one[f.name]}</td>`)}</tr>`)}</tbody></table></div></details></section>`;
};
