// The wallet: balance, recharge, and what was spent from where.

import { html } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { empty, more } from "../shared/list.js";
import { fen, yuan } from "../shared/money.js";
import { tab } from "../shared/session.js";
import { full } from "../shared/time.js";
import { t } from "../shared/words.js";

export const title = "wallet.title";
export const needs = "session";
export const styles = ["form"];
export const parent = "/me";

export const load = async (cx) => {
  const page = Math.max(1, Number(cx.query.page) || 1);
  const [profile, spent] = await Promise.all([cx.ask("GET", "/member/profile"), cx.ask("GET", "/member/expenses", { skip: 0, limit: page * 20 })]);
  return { profile, spent: { ...spent, page } };
};

export const view = (cx, { profile, spent }) => html`<div class="two"><section class="card">
    <p class="faint">${t("wallet.balance")}</p><p class="price total">${yuan(profile.balance)}</p><p class="faint num">${t("wallet.spent", { amount: yuan(profile.total_spent) })}</p>
    ${form(cx, "recharge", {
      label: t("wallet.recharge"),
      run: async ({ amount }) => {
        const value = fen(amount);
        if (!value) throw new Refused({ status: 422, slug: "invalid_field", message: t("field.range"), fields: { amount: t("field.range") } });
        const order = await cx.ask("POST", "/wallet/recharge", { amount: value });
        tab.put(`xuanhu.recharge.${order.out_trade_no}`, { amount: order.amount, info: order.order_info, before: profile.balance });
        cx.go(`/pay/recharge/${order.out_trade_no}`);
      },
    }, html`${field(cx, "recharge", { name: "amount", label: t("wallet.amount"), inputmode: "decimal", required: true, maxlength: 9, pattern: "\\d{1,6}(\\.\\d{1,2})?", wrong: t("field.range") })}
      ${submit(cx, "recharge", t("wallet.recharge"))}`)}</section>
  <section><h2>${t("wallet.list")}</h2>${spent.items.length === 0 ? empty("wallet", t("wallet.none")) : html`<ul class="rows">${spent.items.map((one) => html`<li class="entry">
    <span class="body"><strong>${t(`expense.${one.kind}`)}</strong><span class="faint">${t(`source.${one.source}`)} · ${full(one.created)}</span></span><span class="price">−${yuan(one.amount)}</span></li>`)}</ul>`}${more(cx, spent)}</section></div>`;
