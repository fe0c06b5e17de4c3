// Paying: the amount, how long the seat is held, and the order asked again whenever the page comes back (WeChat may have killed it).

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { icon } from "../shared/frame.js";
import { fromYuan, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { hex, tab } from "../shared/session.js";
import { left, moment } from "../shared/time.js";
import { t } from "../shared/words.js";

export const needs = "session";
export const title = "pay.title";
export const parent = (cx) => ({ visit: "/visits", recharge: "/wallet" }[cx.params.kind] ?? "/messages");

// Each kind: { amount (fen), number (outTradeNo), info (orderInfo), until, state: "due" | "paid" | "lapsed", then: [path, word], slots }.
const kinds = {
  async visit(cx) {
    const { list } = await cx.ask("GET", "/custom/diagnoses", { page_size: 200 });
    const one = list.find((row) => String(row.id) === cx.params.id);
    if (!one) throw new Refused({ status: 404, slug: "not_found", message: "没有找到，请核对编号" });
    const order = one.sn ? await cx.ask("GET", `/order/query/${one.sn}`).catch(() => null) : null;
    const until = moment(one.created_at) + (cx.about.rules?.hold ?? 900_000);
    const paid = one.verify_status === 1;
    return {
      amount: fromYuan(one.amount), number: one.sn, info: order?.payment?.orderInfo ?? one.payment?.orderInfo, until,
      state: paid ? "paid" : one.verify_status === 0 && left(until) ? "due" : "lapsed",
      then: [`/visits/${one.id}`, "visit.title"], slots: `/projects/${one.project_id}`,
    };
  },
  async consultation(cx) {
    const id = hex(cx.params.id);
    const { items } = await cx.ask("POST", "/consultation/list", { consultationId: id }, { patience: false });
    const one = items.find((row) => row.id.endsWith(id.slice(-12))) ?? items[0];
    if (!one) throw new Refused({ status: 404, slug: "not_found", message: "没有找到，请核对编号" });
    const then = [`/messages/chat/${cx.params.id}`, "consultation.open"];
    if (one.status !== "01") return { amount: one.fee, state: one.status === "02" ? "lapsed" : "paid", then };
    // Ordered once; from then on the order is asked for, whatever became of the page in between.
    const order = cx.state.placed ? await cx.ask("POST", "/consultation/payment/query", { consultationId: one.id }) : await cx.ask("POST", "/consultation/payment/create", { consultationId: one.id });
    cx.state.placed = true;
    return { amount: order.totalFee, number: order.outTradeNo, info: order.orderInfo, until: moment(one.created_at) + (cx.about.rules?.pay ?? 1_800_000), state: order.status === "SUCCESS" ? "paid" : "due", then };
  },
  async recharge(cx) {
    const kept = tab.get(`xuanhu.recharge.${cx.params.id}`) ?? {};
    const { balance } = await cx.ask("GET", "/member/profile");
    const paid = kept.before !== undefined && balance >= kept.before + kept.amount;
    return { amount: kept.amount, number: cx.params.id, info: kept.info, state: paid ? "paid" : "due", then: ["/wallet", "wallet.title"] };
  },
};

export const load = async (cx) => {
  const read = kinds[cx.params.kind];
  if (!read) throw new Refused({ status: 404, slug: "not_found", message: "没有这个页面" });
  const order = await read(cx);
  if (!cx.state.timer) {
    cx.state.timer = setInterval(() => tick(cx), 1000);
    const back = () => { if (document.visibilityState === "visible") cx.reload(); };
    document.addEventListener("visibilitychange", back);
    cx.ends(() => { clearInterval(cx.state.timer); document.removeEventListener("visibilitychange", back); });
  }
  cx.state.order = order;
  return order;
};

const tick = (cx) => {
  const order = cx.state.order;
  if (order?.state === "due" && order.until && !left(order.until) && !cx.state.over) { cx.state.over = true; cx.reload(); }
  // Paid on another phone: nothing else tells this page.
  cx.state.ticks = (cx.state.ticks ?? 0) + 1;
  if (order?.state === "due" && said(order).code_url && cx.state.ticks % 5 === 0) cx.reload();
  cx.redraw();
};

export const view = (cx, order) => {
  if (order.state === "paid") return html`<section class="note good" role="status"><h2>${icon("check")} ${t("pay.done")}</h2>
    <p>${order.amount ? t("pay.done.text", { amount: yuan(order.amount) }) : nothing}</p><p><a class="button primary" href=${address(order.then[0])}>${t(order.then[1])}</a></p></section>`;
  if (order.state === "lapsed") return html`<section class="note warn" role="status"><p>${t("pay.lapsed")}</p>
    <p><a class="button primary" href=${address(order.slots ?? "/find")}>${t("pay.slots")}</a></p></section>`;
  return html`<section class="card narrow">
    <p class="faint">${t("pay.amount")}</p><p class="price total">${yuan(order.amount ?? 0)}</p>
    ${order.until ? html`<p role="timer" class="num">${t("pay.left", { left: left(order.until) })}</p>` : nothing}
    <p class="faint">${t(`pay.rule.${cx.params.kind}`)}</p>
    ${cx.about.payment === "none" ? html`<p class="note warn">${t("pay.off")}</p>` : needsWechat(cx, order) ? html`<p class="note warn">${t("pay.in_wechat")}</p>` : nothing}
    ${said(order).code_url ? html`<p><img class="qr" width="240" height="240" alt=${t("pay.scan")} src="/web/qr.svg?to=${encodeURIComponent(said(order).code_url)}"></p><p class="faint">${t("pay.scan")}</p>` : nothing}
    ${cx.about.payment === "none" ? nothing : button(cx, "pay", t("pay.now", { amount: yuan(order.amount ?? 0) }), () => pay(cx, order), { kind: "primary", safe: true, wide: true, off: needsWechat(cx, order) || Boolean(said(order).code_url) })}
    <p><a href=${address(order.then[0])}>${t("pay.later")}</a></p>
  </section>`;
};

/** What the platform says of the order: for its bridge, a code to scan or an address for a phone's browser. */
const said = (order) => { try { return JSON.parse(order.info ?? "") ?? {}; } catch { return {}; } };
const needsWechat = (cx, order) => cx.about.payment === "wechat" && !globalThis.WeixinJSBridge && !said(order).code_url && !said(order).h5_url;

const pay = async (cx, order) => {
  if (cx.about.payment === "demo") {
    try { await cx.ask("POST", `/payment/demo/${order.number}/pay`); } catch (fault) {
      // Its time ended while it was being paid: what holds is shown.
      if (fault.status !== 409) throw fault;
    }
  } else {
    const { h5_url } = said(order);
    if (h5_url) { location.href = h5_url; return; }
    await wechat(order.info);
  }
  await cx.reload();
};

/** The bridge is built into WeChat's browser; nothing is loaded for it. */
const wechat = (info) => new Promise((resolve, reject) => {
  let order;
  try { order = JSON.parse(info ?? ""); } catch { reject(new Refused({ status: 422, slug: "payment_refused", message: "支付平台没有给出订单，请重新下单" })); return; }
  // An order for an app has no signature for pages.
  if (!order.paySign) { reject(new Refused({ status: 422, slug: "pay_in_app", message: "" })); return; }
  globalThis.WeixinJSBridge.invoke("getBrandWCPayRequest", order, (answer) => {
    if (answer.err_msg === "get_brand_wcpay_request:ok") resolve();
    else reject(new Refused({ status: 422, slug: answer.err_msg?.endsWith("cancel") ? "pay_cancelled" : "payment_refused", message: "支付没有完成，请重试" }));
  });
});
