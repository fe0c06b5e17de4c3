// All conversations in one list, the newest first: consultations, notes to doctors, team consults, direct messages.

import { html, nothing } from "../vendor/lit.js";
import { badgeOf } from "../shared/frame.js";
import { empty, face } from "../shared/list.js";
import { address } from "../shared/route.js";
import { brief, moment } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const title = "messages.title";
export const needs = "session";
export const parent = "/messages";

const id = (hex) => parseInt(hex.slice(-16), 16);

export const load = async (cx) => {
  if (!cx.state.listening) {
    cx.state.listening = true;
    for (const type of ["message", "retracted"]) cx.on(type, () => { clearTimeout(cx.state.timer); cx.state.timer = setTimeout(cx.reload, 500); });
  }
  const [{ items }, orders] = await Promise.all([cx.ask("GET", "/im/conversations", { limit: 200 }), cx.ask("POST", "/consultation/list", { limit: 200 })]);
  const states = new Map(orders.items.map((one) => [id(one.id), one]));
  const rows = items.filter((one) => one.kind !== "system").map((one) => row(one, states.get(one.consultation_id)));
  // Orders that are not paid yet have no conversation.
  const unpaid = orders.items.filter((one) => one.status === "01").map((one) => ({
    href: address(`/pay/consultation/${id(one.id)}`), kind: "chat", name: one.doctor.doctorName, avatar: one.doctor.avatar, text: one.content, time: moment(one.updated_at), unread: 0, status: "01",
  }));
  return { rows: [...unpaid, ...rows], notices: items.find((one) => one.kind === "system")?.unread ?? 0 };
};

const row = (one, order) => ({
  href: address(one.kind === "chat" || one.kind === "consult" ? `/messages/${one.kind}/${one.consultation_id}` : `/messages/${one.kind}/${one.peer.member_id}`),
  kind: one.kind, name: one.peer?.name ?? one.title, avatar: one.peer?.avatar, unread: one.unread, time: one.last?.created ?? 0, status: order?.status, over: one.may_write === false,
  text: one.last?.retracted ? t("chat.retracted", { name: "" }) : one.last?.text ?? "",
});

export const view = (cx, { rows, notices }) => html`
  <p class="row chips"><a class="button" href=${address("/notices")}>${t("notices.title")}${badgeOf(notices)}</a><a class="button" href=${address("/contacts")}>${t("contacts.title")}</a>
    <a class="button" href=${address("/find", { kind: "doctor", ask: 1 })}>${t("door.ask")}</a></p>
  ${rows.length === 0 ? empty("message-circle", t("messages.none"), html`<a class="button primary" href=${address("/find", { kind: "doctor", ask: 1 })}>${t("door.ask")}</a>`)
    : html`<ul class="rows">${rows.map((one) => html`<li><a href=${one.href}>
      ${face(one.name, one.avatar)}
      <span class="body"><strong class="cut" lang=${data()}>${one.name}</strong><span class="faint cut" lang=${data()}>${one.text}</span>
        <span class="tags"><span class="tag">${t(`kind.${one.kind}`)}</span>${one.status ? html`<span class="tag ${one.status === "01" ? "warn" : ["03", "04"].includes(one.status) ? "good" : ""}">${t(`order.${one.status}`)}</span>` : nothing}</span></span>
      <span class="end"><span class="faint">${brief(one.time)}</span>${badgeOf(one.unread)}</span>
    </a></li>`)}</ul>`}`;
