// One team: inviting by code and QR, its doctors and their assistant, its members and their balances, its consults.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { icon } from "../shared/frame.js";
import { person } from "../shared/list.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { brief, date, full } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form", "print"];
export const parent = "/teams";
export const title = (cx, { team }) => team?.name ?? t("loading");

export const load = async (cx) => {
  const { id } = cx.params;
  const team = await cx.ask("GET", `/team/${id}`);
  const [doctors, balance, consults] = await Promise.all([
    Promise.all(team.doctor_ids.map((one) => cx.ask("GET", `/user/${one}`).catch(() => ({ id: one, real_name: String(one) })))),
    cx.ask("GET", `/team/${id}/fee_balance`), cx.ask("GET", `/team/${id}/consult`, { limit: 20 }),
  ]);
  return { team, doctors, balance, consults: consults.items };
};

export const view = (cx, { team, doctors, balance, consults }) => html`<div class="two"><div class="stack">
  <section class="card"><p lang=${data()}>${team.introduction}</p><p class="tags"><span class="tag num">${t("team.fee", { amount: yuan(team.consult_fee) })}</span><span class="tag num">${t("team.balances", { amount: yuan(balance.total_fen) })}</span></p>
    <details><summary>${t("team.agreement")}</summary><p class="pre" lang=${data()}>${team.agreement}</p></details>
    <p class="row no-print"><a class="button primary" href=${address(`/teams/${team.team_id}/income`)}>${icon("wallet")}${t("income.title")}</a>${invite(cx, team)}</p>${invitation(cx, team)}</section>
  <section class="no-print"><h2>${t("team.members", { n: balance.total })}</h2>${balance.items.length === 0 ? html`<p class="faint">${t("team.no_members")}</p>` : html`<div class="table" tabindex="0" role="region" aria-label=${t("team.members", { n: balance.total })}><table><thead><tr><th scope="col">${t("name")}</th><th scope="col" class="amount">${t("team.balance.word")}</th><th scope="col">${t("team.since")}</th></tr></thead>
    <tbody>${balance.items.map((one) => html`<tr><td lang=${data()}>${one.name}</td><td class="amount">${yuan(one.fee_balance)}</td><td class="num">${date(one.joined)}</td></tr>`)}</tbody></table></div>`}</section>
  <section class="no-print"><h2>${t("team.consults")}</h2>${consults.length === 0 ? html`<p class="faint">${t("team.no_consults")}</p>` : html`<ul class="rows" data-rows>${consults.map((one) => html`<li><a href=${address(`/messages/consult/${one.consultation_id}`)}><span class="body"><strong lang=${data()}>${one.target_member_name}</strong><span class="faint cut" lang=${data()}>${one.symptom_content}</span></span>
    <span class="end"><span class="tag">${t(`consult.${one.status}`)}</span><span class="faint">${brief(one.created)}</span></span></a></li>`)}</ul>`}</section>
  </div><div class="stack no-print">
  <section class="card"><h2>${t("team.doctors")}</h2><ul class="plain stack">${doctors.map((one) => doctor(cx, team, one))}</ul>
    ${team.founder_id === cx.me.member_id ? nothing : button(cx, "leave", t("team.leave"), () => leave(cx, team), { kind: "danger" })}</section>
  </div></div>`;

const doctor = (cx, team, one) => html`<li class="row colleague">${person(one.real_name, `${one.departments ?? ""} ${one.job_position ?? ""}`, one.avatars)}
  ${one.id === team.founder_id ? html`<span class="tag good">${t("team.founder")}</span>` : nothing}
  ${one.id === team.assistant_id ? html`<span class="tag good">${t("group.assistant")}</span>`
    : team.founder_id === cx.me.member_id ? button(cx, `assistant-${one.id}`, t("team.name_assistant"), async () => { await cx.ask("PUT", `/team/${team.team_id}/assistant`, { doctor_id: one.id }); cx.toast(t("saved")); await cx.reload(); }, { safe: true, label: t("team.name_assistant.of", { name: one.real_name }) }) : nothing}
  ${one.id !== cx.me.member_id ? html`<a class="button" href=${address(`/messages/direct/${one.id}`)}>${t("contact.write")}</a>` : nothing}</li>`;

const leave = async (cx, team) => {
  if (!(await cx.confirm(t("team.leave.ask", { name: team.name }), { yes: t("team.leave"), kind: "danger" }))) return;
  await cx.ask("DELETE", `/team/${team.team_id}/doctor`);
  cx.go("/teams", {}, { replace: true });
};

const invite = (cx, team) => button(cx, "invite", t("team.invite"), async () => {
  const invited = await cx.ask("GET", `/team/${team.team_id}/invitation`);
  // Drawn by the server, and asked for with the session: an <img> has none.
  const answer = await fetch(`/team/${team.team_id}/invitation.svg`, { headers: { "X-Auth-Token": cx.me.token } });
  const picture = answer.ok ? URL.createObjectURL(await answer.blob()) : "";
  if (picture) cx.ends(() => URL.revokeObjectURL(picture));
  cx.state.invited = { ...invited, picture };
});

const copy = async (cx, text) => { try { await navigator.clipboard.writeText(text); cx.toast(t("copied")); } catch { /* it can be selected by hand */ } };

const invitation = (cx, team) => {
  const { invited } = cx.state;
  return invited ? html`<div class="note invitation" role="status"><h2 class="only-print" lang=${data()}>${cx.about.name} · ${team.name}</h2>
    ${invited.picture ? html`<p><img class="qr" src=${invited.picture} alt=${t("team.qr")}></p>` : nothing}
    <dl class="facts"><dt>${t("teams.code")}</dt><dd class="code">${invited.code}</dd><dt>${t("team.valid")}</dt><dd class="num">${full(invited.expires)}</dd></dl>
    <p>${t("team.invite.line")}</p>
    <p class="row no-print"><button type="button" @click=${() => copy(cx, invited.code)}>${t("copy")}</button><button type="button" @click=${() => print()}>${icon("printer")}${t("print")}</button></p></div>` : nothing;
};
