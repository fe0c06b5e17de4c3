// All conversations in one list, the newest first: consultations, notes to doctors, team consults, direct messages.

import { html, nothing } from "../vendor/lit.js";
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
  try {
    const { items } = await cx.ask("GET", "/im/conversations", { limit: 200 });
    const rows = items.filter((one) => one.kind !== "system").map(fromServer);
    return { rows: [...rows, ...(await unpaid(cx, rows))] };
  } catch (fault) {
    if (fault.slug !== "no_such_endpoint") throw fault;
    return { rows: await merged(cx) };
  }
};

const fromServer = (one) => ({
  href: address(one.kind === "chat" || one.kind === "consult" ? `/messages/${one.kind}/${one.consultation_id}` : `/messages/${one.kind}/${one.peer.member_id}`),
  kind: one.kind, name: one.peer?.name ?? one.title, avatar: one.peer?.avatar, title: one.title, unread: one.unread, time: one.last?.created ?? 0,
  text: one.last?.retracted ? t("chat.retracted", { name: "" }) : one.last?.text ?? "",
});

/** Orders that are not paid yet have no conversation. */
const unpaid = async (cx) => (await cx.ask("POST", "/consultation/list", { status: "01", limit: 50 })).items.map(order);

const order = (one) => ({
  href: address(one.status === "01" ? `/pay/consultation/${id(one.id)}` : `/messages/chat/${id(one.id)}`), kind: "chat", name: one.doctor.doctorName, avatar: one.doctor.avatar,
  text: one.content, time: moment(one.updated_at), unread: 0, status: one.status, who: one.patient?.name,
});

/** Three lists, merged by time: for servers that have no list of all. */
const merged = async (cx) => {
  const [orders, dialogs, running, past] = await Promise.all([
    cx.ask("POST", "/consultation/list", { limit: 100 }),
    cx.ask("GET", "/chat", { page_size: 100 }),
    cx.ask("GET", "/consult/in_process_list", { limit: 50 }),
    cx.ask("GET", "/consult/history_list", { limit: 50 }),
  ]);
  const notes = dialogs.list.map((one) => ({
    href: address(`/messages/dialog/${one.doctor_user_id}`), kind: "dialog", name: one.doctor_user.real_name, avatar: one.doctor_user.avatars,
    text: one.last_msg?.content ?? "", time: moment(one.last_msg?.created_at), unread: 0,
  }));
  const consults = [...(running ?? []), ...(past ?? [])].map((one) => ({
    href: address(`/messages/consult/${one.consultation_id}`), kind: "consult", name: one.team_name, text: one.symptom_content, time: one.ended ?? one.created, unread: 0,
  }));
  return [...orders.items.map(order), ...notes, ...consults].sort((a, b) => b.time - a.time);
};

export const view = (cx, { rows }) => html`
  <p class="row"><a class="button" href=${address("/contacts")}>${t("contacts.title")}</a><a class="button" href=${address("/notices")}>${t("notices.title")}</a><a class="button" href=${address("/find", { kind: "doctor", ask: 1 })}>${t("door.ask")}</a></p>
  ${rows.length === 0 ? empty("message-circle", t("messages.none"), html`<a class="button primary" href=${address("/find", { kind: "doctor", ask: 1 })}>${t("door.ask")}</a>`)
    : html`<ul class="rows">${rows.map((one) => html`<li><a href=${one.href}>
      ${face(one.name, one.avatar)}
      <span class="body"><span class="line1"><strong lang=${data()}>${one.name}</strong> <span class="tag">${t(`kind.${one.kind}`)}</span>${one.status ? html`<span class="tag ${one.status === "01" ? "warn" : ""}">${t(`order.${one.status}`)}</span>` : nothing}</span>
        <span class="faint cut" lang=${data()}>${one.text}</span></span>
      <span class="end"><span class="faint">${brief(one.time)}</span>${one.unread > 0 ? html`<span class="badge"><span aria-hidden="true">${one.unread}</span><span class="unseen">${t("unread", { n: one.unread })}</span></span>` : nothing}</span>
    </a></li>`)}</ul>`}`;
