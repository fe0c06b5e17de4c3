// Consultations by their state: those that wait for a reply first, the one with the least time at the top.

import { html, nothing } from "../vendor/lit.js";
import { empty, face, tabs } from "../shared/list.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { brief } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { line } from "./patient-card.js";
import { deadline, due, number } from "./order.js";

export const title = "consultations.title";
export const needs = "session";
export const styles = ["form"];

const STATES = { wait: ["03"], open: ["04"], done: ["07"], other: ["05", "06", "08", "09"] };
const PAGE = 50;

export const load = async (cx) => {
  if (!cx.state.listening) {
    cx.state.listening = true;
    cx.on("message", (frame) => { if (frame.conversation === "chat" || frame.conversation === "system") { clearTimeout(cx.state.soon); cx.state.soon = setTimeout(cx.reload, 600); } });
    const timer = setInterval(cx.redraw, 30_000);
    cx.ends(() => { clearInterval(timer); clearTimeout(cx.state.soon); });
  }
  const page = Math.max(1, Number(cx.query.page) || 1);
  const answers = await Promise.all((STATES[cx.query.state] ?? STATES.wait).map((status) => cx.ask("POST", "/consultation/list", { status, skip: (page - 1) * PAGE, limit: PAGE })));
  return { items: answers.flatMap((one) => one.items), total: answers.reduce((sum, one) => sum + one.page_info.total, 0), page };
};

export const view = (cx, { items, total, page }) => {
  const waits = !cx.query.state || cx.query.state === "wait";
  const shown = waits ? [...items].sort((a, b) => due(cx, a) - due(cx, b)) : items;
  return html`${tabs(cx, "state", Object.keys(STATES).map((value) => ({ value, label: t(`consultations.${value}`) })), t("consultations.title"))}
    ${shown.length === 0 ? empty("inbox", t(waits ? "consultations.none" : "consultations.empty")) : html`<ul class="rows" data-rows>${shown.map((one) => html`<li><a href=${address(`/messages/chat/${number(one.id)}`)}>
      ${face(one.patient?.name)}<span class="body"><span><strong lang=${data()}>${one.patient?.name}</strong> <span class="faint">${line({ ...one.patient, sex: one.patient?.sex === 1 ? 1 : one.patient?.birthday ? 2 : "" })}</span> <span class="tag" lang=${data()}>${one.consultationReason}</span></span>
        <span class="faint two-lines" lang=${data()}>${one.content}</span></span>
      <span class="end">${one.status === "03" ? deadline(cx, one) : html`<span class="tag">${t(`order.${one.status}`)}</span>`}<span class="faint num">${one.fee > 0 ? yuan(one.fee) : t("free")} · ${brief(one.updated_at)}</span></span></a></li>`)}</ul>`}
    ${total > PAGE ? html`<p class="row">${page > 1 ? html`<a class="button" href=${address(cx.path, { ...cx.query, page: page - 1 })}>${t("page.before")}</a>` : nothing}<span class="faint">${t("page.of", { page, pages: Math.ceil(total / PAGE), total })}</span>
      ${page * PAGE < total ? html`<a class="button" href=${address(cx.path, { ...cx.query, page: page + 1 })}>${t("page.next")}</a>` : nothing}</p>` : nothing}`;
};
