// One team: who, what a consult costs, the agreement to read and accept, the fee from the wallet; also by an invitation's code.

import { html, nothing } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { fen, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form"];
export const parent = "/teams";
export const title = (cx, { team }) => team?.name ?? t("loading");

export const load = async (cx) => {
  const [team, profile, mine] = await Promise.all([
    cx.params.code ? cx.ask("POST", "/team/join", { code: cx.params.code }) : cx.ask("GET", `/team/${cx.params.id}`).catch((fault) => stranger(cx, fault)),
    cx.ask("GET", "/member/profile"),
    cx.ask("GET", "/member/team", { limit: 100 }).catch(() => null),
  ]);
  return { team, balance: profile.balance, mine: mine?.items.find((one) => one.team_id === team.team_id) ?? (mine === null && !cx.params.code ? {} : null) };
};

/** Who is no member may not read the team itself: the search tells what everybody may know. */
const stranger = async (cx, fault) => {
  if (fault.status !== 403 && fault.status !== 404) throw fault;
  const found = await cx.ask("GET", "/team/search", { limit: 100 }).catch(() => { throw fault; });
  const team = found.items.find((one) => String(one.team_id) === cx.params.id);
  if (!team) throw fault;
  return team;
};

export const view = (cx, { team, balance, mine }) => html`<div class="stack narrow">
  <section class="card"><p lang=${data()}>${team.introduction}</p>
    <p class="tags"><span class="tag num">${t("team.fee", { amount: yuan(team.consult_fee) })}</span>${mine?.fee_balance === undefined ? nothing : html`<span class="tag good num">${t("team.balance", { amount: yuan(mine.fee_balance) })}</span>`}</p>
    ${team.doctors ? html`<p lang=${data()}>${team.doctors.map((one) => `${one.name}（${one.job_position ?? ""}）`).join("、")}</p>` : nothing}
    ${mine ? html`<p class="row"><a class="button primary" href=${address(`/teams/${team.team_id}/consult`)}>${t("team.ask")}</a></p>` : nothing}</section>
  ${team.agreement || mine ? joining(cx, team, balance, mine) : html`<p class="note">${t("team.need_code")}</p>`}
</div>`;

const joining = (cx, team, balance, mine) => html`<section class="card"><h2>${t(mine ? "team.top_up" : "team.join")}</h2>
  ${team.agreement ? html`<details ?open=${!mine}><summary>${t("team.agreement")}</summary><p class="pre" lang=${data()}>${team.agreement}</p></details>` : nothing}
  ${form(cx, "member", {
    label: t("team.join"),
    run: async ({ fee, agreed }) => {
      const amount = fen(fee || "0");
      if (amount === null) throw new Refused({ status: 422, slug: "invalid_field", message: t("field.range"), fields: { fee: t("field.range") } });
      if (!agreed) throw new Refused({ status: 422, slug: "agreement_not_accepted", message: "请先阅读并同意会员加入协议", fields: { agreed: t("team.agree.first") } });
      await cx.ask("POST", `/team/${team.team_id}/member`, { agreement_accepted: true, fee: amount });
      cx.toast(t("team.joined"));
      if (cx.params.code) cx.go(`/teams/${team.team_id}`, {}, { replace: true });
      else await cx.reload();
    },
    // Joining again would pay again: what holds now is looked at.
    check: async () => {
      const profile = await cx.ask("GET", "/member/profile");
      return profile.balance < balance ? profile : null;
    },
    done: () => cx.reload(),
  }, html`<p class="faint">${t("team.fee.hint", { amount: yuan(balance) })} <a href=${address("/wallet")}>${t("wallet.recharge")}</a></p>
    ${field(cx, "member", { name: "fee", label: t("team.fee.amount"), inputmode: "decimal", required: !mine, maxlength: 10, pattern: "\\d{1,6}(\\.\\d{1,2})?", wrong: t("field.range"), value: mine ? "" : "0" })}
    <label class="check"><input type="checkbox" name="agreed"><span>${t("team.agree")}</span></label>
    ${submit(cx, "member", t(mine ? "team.top_up" : "team.join"))}`)}</section>`;
