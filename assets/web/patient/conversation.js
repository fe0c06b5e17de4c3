// One conversation: a paid consultation (chat), notes to a doctor (dialog), a team consult, direct messages. What each can do differs.

import { html, nothing } from "../vendor/lit.js";
import { act, problem } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import * as chat from "../shared/chat.js";
import { icon } from "../shared/frame.js";
import { said, t } from "../shared/words.js";
import * as order from "./order.js";
import * as team from "./group.js";

export const needs = "session";
export const layout = "filled";
export const styles = ["form", "chat"];
export const parent = "/messages";
export const title = (cx, { name }) => name ?? t("loading");

const LIMITS = {
  chat: { text: 4000, pictures: 9, voice: true }, consult: { text: 4000, pictures: 9, voice: true },
  direct: { text: 4000, pictures: 9, voice: true }, dialog: { text: 256, pictures: 3, voice: false },
};

const kinds = {
  async chat(cx, id) {
    const one = await order.find(cx, id);
    if (one.status !== "01" && one.status !== "02") await chat.open(cx, { kind: "chat", target: { consultation_id: id }, query: { consultation_id: id } });
    const extra = await order.extras(cx, one);
    return { kind: "chat", one, ...extra, name: one.doctor.doctorName };
  },
  async consult(cx, id) {
    const data = await team.load(cx, id);
    await chat.open(cx, { kind: "consult", target: { consultation_id: id }, query: { consultation_id: id } });
    return { kind: "consult", ...data, name: data.consult.team_name };
  },
  async dialog(cx, id) {
    const [{ list }, doctor] = await Promise.all([cx.ask("GET", "/chat", { page_size: 200 }), cx.ask("GET", `/user/${id}`)]);
    const found = list.find((one) => one.doctor_user_id === id);
    if (found) await chat.open(cx, { kind: "dialog", target: { conversation_id: found.id }, query: { conversation_id: found.id }, conversation: found.id });
    else cx.state.chat ??= { messages: [], total: 0, shown: 40, target: { to_dialog: id }, query: {}, conversation: null, kind: "dialog", atEnd: true, fresh: 0, read: 0 };
    return { kind: "dialog", doctor, name: doctor.real_name, fresh: !found };
  },
  async direct(cx, id) {
    const [contact, may] = await Promise.all([cx.ask("GET", "/api/im/doctor-contact", { doctorId: id }), cx.ask("GET", "/api/im/patient-send-to", { doctorId: id })]);
    await chat.open(cx, { kind: "direct", target: { to_member_id: id }, query: { member_id: id } });
    return { kind: "direct", contact, may: may === "true", name: contact.nickname || contact.name };
  },
};

export const load = async (cx) => {
  const id = Number(cx.params.id);
  const read = kinds[cx.params.kind];
  if (!read || !Number.isSafeInteger(id)) throw new Refused({ status: 404, slug: "not_found", message: "没有这个页面" });
  return read(cx, id);
};

/** The first note to a doctor opens the dialog; the family's own door does that. */
const begin = (cx, id) => async (target, what) => {
  const pictures = what.images?.length ? what.images : [];
  const content = what.mimetype?.startsWith("image/") ? "" : what.content;
  await cx.ask("POST", "/chat", { type: 1, to_user_id: id, content, photo: what.mimetype?.startsWith("image/") ? [what.content, ...pictures] : pictures });
  delete cx.state.chat;
  delete cx.state.listening;
  delete cx.state.log;
  await cx.reload();
};

export const view = (cx, data) => {
  const id = Number(cx.params.id);
  const limits = LIMITS[data.kind];
  const head = { chat: () => order.head(cx, data), consult: () => team.head(cx, data), dialog: () => nothing, direct: () => directHead(cx, data, id) }[data.kind]();
  const closed = { chat: () => order.closed(data.one), consult: () => team.closed(data), dialog: () => null, direct: () => (data.may ? null : t("direct.closed")) }[data.kind]();
  const after = { chat: () => order.cards(cx, data), consult: () => team.cards(cx, data) }[data.kind]?.();
  return html`${head}${cx.state.chat ? chat.view(cx, { closed, limits, after, say: data.fresh ? begin(cx, id) : undefined, hint: data.kind === "dialog" ? t("dialog.hint") : order.hint(cx, data) }) : closed ? html`<p class="note">${closed}</p>` : nothing}`;
};

const directHead = (cx, data, id) => html`<div class="head row">${["video", "audio"].map((media) => html`<button type="button" ?disabled=${!data.contact.can_call}
  @click=${() => act(cx, "call", () => call(cx, id, media, data.name))}>${icon(media === "video" ? "video" : "phone")}${t(`call.${media}`)}</button>`)}${problem(cx, cx.acts.call ?? {})}</div>`;

const call = async (cx, id, media, name) => {
  try {
    const { dial } = await import("../shared/call.js");
    await dial({ members: [id], media, name });
  } catch (fault) { throw fault.slug ? new Refused({ ...fault, message: said(fault) }) : fault; }
};
