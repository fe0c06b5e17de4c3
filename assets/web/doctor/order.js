// A paid consultation as its doctor sees it: what is asked, until when, how many replies are left, and the diagnosis. No screen of its own.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import * as gateway from "../shared/gateway.js";
import { yuan } from "../shared/money.js";
import { gallery } from "../shared/picture.js";
import { hex } from "../shared/session.js";
import { full, left as rest, moment, now } from "../shared/time.js";
import { data, numeral, t } from "../shared/words.js";

export const number = (id) => parseInt(String(id).slice(-16), 16);
const SIX = 6 * 3_600_000;

const window = (cx) => cx.about.rules?.reply ?? 172_800_000;
const most = (cx) => cx.about.rules?.replies ?? 3;

export const find = async (cx, id) => {
  const { items } = await cx.ask("POST", "/consultation/list", { consultationId: hex(id), limit: 50 }, { patience: false });
  const found = items.find((one) => number(one.id) === id);
  if (!found) throw new Refused({ status: 404, slug: "not_found", message: "没有找到，请核对编号" });
  return found;
};

/** When its time is over. In a list only the order itself is known: one that waits has changed last when it was paid. */
export const due = (cx, one) => (cx.state.chat?.messages[0]?.created ?? moment(one.updated_at)) + window(cx);

/** Until when, red where little is left. */
export const deadline = (cx, one) => {
  const end = due(cx, one);
  const over = end - now();
  return html`<span class=${over < SIX ? "late num" : "num"}><time datetime=${new Date(end).toISOString()} title=${full(end)}>${over > 0 ? t("due.left", { left: rest(end) }) : t("due.over")}</time></span>`;
};

/** How many are left: what was said counts, also where it was taken back, and so does what is still on its way. */
export const left = (cx) => {
  const { chat } = cx.state;
  if (!chat) return most(cx);
  const said = chat.messages.filter((one) => one.from_member_id === cx.me?.member_id).length;
  return Math.max(0, most(cx) - said - gateway.outbox(chat.target).filter((entry) => !entry.failed).length);
};

/** Before sending: which reply it will be. */
export const count = (cx) => (n) => {
  const free = left(cx);
  if (n > free) return t("replies.too_many", { n, left: free });
  const first = most(cx) - free + 1;
  return n === 1 ? t("replies.next", { n: first, most: most(cx) }) : t("replies.several", { n, from: first, to: first + n - 1, most: most(cx) });
};

export const closed = (cx, one) => {
  if (!["03", "04"].includes(one.status)) return t("order.closed");
  return left(cx) === 0 && gateway.outbox(cx.state.chat?.target ?? {}).length === 0 ? t("order.04.none", { n: numeral(most(cx)) }) : null;
};

export const head = (cx, one) => {
  const open = ["03", "04"].includes(one.status);
  return html`<div class="head stack" tabindex="0" role="group" aria-label=${t("order.head")}><section class="note ${one.status === "03" ? "warn" : one.status === "04" ? "good" : ""}" role="status">
    <p class="summary-line"><strong>${t(`order.${one.status}`)}</strong> <span lang=${data()}>${one.consultationReason}</span> <span class="num">${one.fee > 0 ? yuan(one.fee) : t("free")}</span> ${open ? deadline(cx, one) : nothing}</p>
    <p>${one.status === "03" ? t("due.reply_by", { at: full(due(cx, one)) }) : one.status === "04" ? t("replies.left", { n: left(cx), at: full(due(cx, one)) }) : t(`done.${one.status}`)}</p>
    ${one.status === "04" ? html`<p class="row">${button(cx, "finish", t("order.finish"), () => finish(cx, one), { check: () => moved(cx, one), done: () => cx.reload() })}</p>` : nothing}
  </section></div>`;
};

const moved = async (cx, one) => { const found = await find(cx, number(one.id)); return found.status !== one.status ? found : null; };

const finish = async (cx, one) => {
  if (!(await cx.confirm(t("order.finish.ask"), { yes: t("order.finish") }))) return;
  await cx.ask("POST", "/consultation/update", { consultationId: one.id, status: "07" });
  await cx.reload();
};

/** What was asked, with its pictures. */
export const question = (one) => html`<section class="card"><h2>${t("complaint")}</h2><p class="pre" lang=${data()}>${one.content}</p>${gallery(one.images)}<p class="faint">${t("order.number")} <span class="code">${one.consultationNo}</span></p></section>`;
