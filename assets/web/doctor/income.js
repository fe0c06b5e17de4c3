// A team's income: this month, what can be withdrawn and until when, by doctor, earlier withdrawals.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { date } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const parent = (cx) => `/teams/${cx.params.id}`;
export const title = (cx, { team }) => (team ? t("income.of", { name: team.name }) : t("loading"));

export const load = async (cx) => {
  const { id } = cx.params;
  const team = await cx.ask("GET", `/team/${id}`);
  const [income, summary, history, services] = await Promise.all([
    cx.ask("GET", `/team/${id}/income`), cx.ask("GET", `/team/${id}/consult_summary`), cx.ask("GET", `/team/${id}/withdrawal`, { limit: 50 }), cx.ask("GET", `/team/${id}/vas/mine`, { limit: 50 }),
  ]);
  const month = cx.query.month ? await cx.ask("GET", `/team/${id}/withdrawal/${cx.query.month}`) : null;
  return { team, income, summary, history: history.items, services: services.items, month };
};

/** On which days of a month that of the month before is paid; for other months never. */
const days = (cx) => { const [from, to] = cx.about.rules.withdrawal; return { from, to }; };

const stat = (word, value) => html`<div class="stat"><span class="faint">${t(word)}</span><strong class="num">${value}</strong></div>`;

export const view = (cx, { team, income, summary, history, services, month }) => html`<div class="stack">
  <section class="card"><div class="stats">${stat("income.this_month", yuan(income.this_month))}${stat("income.withdrawable", yuan(income.withdrawable))}${stat("income.total", yuan(summary.total_income))}${stat("income.fees", yuan(income.remaining_fees))}
    ${stat("income.consults", summary.consult_count)}${stat("income.mine", summary.my_consult_count)}${stat("income.mine.services", summary.my_vas_count)}</div>
    ${team.founder_id !== cx.me.member_id ? html`<p class="faint">${t("income.founder")}</p>`
      : income.withdrawal_open && income.withdrawable > 0 ? html`<p class="row">${button(cx, "withdraw", t("income.withdraw", { amount: yuan(income.withdrawable) }), () => withdraw(cx, team, income), { kind: "primary", check: async () => { const { items } = await cx.ask("GET", `/team/${team.team_id}/withdrawal`, { limit: 50 }); return items.length > history.length ? items[0] : null; }, done: () => cx.reload() })}
        <span class="faint">${t("income.until", days(cx))}</span></p>`
      : html`<p class="note">${t(income.withdrawal_open ? "income.nothing" : "income.closed", days(cx))}</p>`}</section>
  ${table("income.doctors", t("income.month", { month: income.month }), income.doctors)}
  <section><h2>${t("income.history")}</h2>${history.length === 0 ? html`<p class="faint">${t("income.no_history")}</p>` : html`<div class="table" tabindex="0" role="region" aria-label=${t("income.history")}><table>
    <thead><tr><th scope="col">${t("income.month.word")}</th><th scope="col" class="amount">${t("income.amount")}</th><th scope="col">${t("income.state")}</th><th scope="col">${t("income.asked")}</th></tr></thead>
    <tbody>${history.map((one) => html`<tr><td class="num"><a href=${address(cx.path, { month: one.month })}>${one.month}</a></td><td class="amount">${yuan(one.amount)}</td><td><span class="tag ${one.status === 1 ? "good" : one.status === 2 ? "bad" : "warn"}">${t(`withdrawal.${one.status}`)}</span></td><td class="num">${date(one.created)}</td></tr>`)}</tbody></table></div>`}</section>
  ${month ? html`<section><h2>${t("income.month", { month: month.month })}</h2><p class="num">${t("income.month.of", { income: yuan(month.income), withdrawn: yuan(month.withdrawn) })}</p></section>${month.month === income.month ? nothing : table("income.doctors", t("income.month", { month: month.month }), month.doctors)}` : nothing}
  ${services.length > 0 ? html`<section><h2>${t("income.services")}</h2><ul class="rows">${services.map((one) => html`<li><a href=${address(`/messages/consult/${one.consultation_id}`)}><span class="body"><strong lang=${data()}>${one.name}</strong><span class="faint cut" lang=${data()}>${one.description}</span></span>
    <span class="end"><span class="price">${yuan(one.amount)}</span><span class="tag">${t(`vas.${one.status}`)}</span></span></a></li>`)}</ul></section>` : nothing}
</div>`;

const table = (word, caption, doctors) => html`<section><h2>${t(word)}</h2>${doctors.length === 0 ? html`<p class="faint">${caption} · ${t("income.none")}</p>` : html`<div class="table" tabindex="0" role="region" aria-label="${t(word)} ${caption}"><table><caption>${caption}</caption>
  <thead><tr><th scope="col">${t("name")}</th><th scope="col" class="amount">${t("income.consults")}</th><th scope="col" class="amount">${t("vas.offer")}</th></tr></thead>
  <tbody>${doctors.map((one) => html`<tr><td lang=${data()}>${one.name}</td><td class="amount">${one.consult_count}</td><td class="amount">${yuan(one.vas_amount)}</td></tr>`)}</tbody></table></div>`}</section>`;

const withdraw = async (cx, team, income) => {
  if (!(await cx.confirm(t("income.withdraw.ask", { month: income.month }), { yes: t("income.withdraw", { amount: yuan(income.withdrawable) }) }))) return;
  await cx.ask("POST", `/team/${team.team_id}/withdrawal`, {});
  await cx.reload();
};
