// One conversation beside the list of all: a paid consultation (chat), notes (dialog), a team consult, direct messages.

import { html, nothing } from "../vendor/lit.js";
import { act, problem } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import * as chat from "../shared/chat.js";
import { icon } from "../shared/frame.js";
import { hex } from "../shared/session.js";
import { said, t } from "../shared/words.js";
import { columns, watch } from "./columns.js";
import * as diagnosis from "./diagnosis.js";
import * as group from "./group.js";
import * as inbox from "./inbox.js";
import * as order from "./order.js";
import { card, history } from "./patient-card.js";

export const needs = "session";
export const layout = "filled";
export const styles = ["form", "chat"];
export const parent = (cx) => (cx.params.kind === "chat" ? "/consultations" : "/messages");
export const title = (cx, { name }) => name ?? t("loading");

const LIMITS = {
  chat: { text: 4000, pictures: 9, voice: true }, consult: { text: 4000, pictures: 9, voice: true },
  direct: { text: 4000, pictures: 9, voice: true }, dialog: { text: 256, pictures: 3, voice: false },
};

/** What the doctor may know of a patient, and the earlier visits; nothing where there was none. */
const person = async (cx, id) => {
  const [user, past] = await Promise.all([cx.ask("GET", `/user/${id}`).catch(() => null), cx.ask("GET", `/all_diagnoses/${id}`).catch(() => [])]);
  return { user, past };
};

const kinds = {
  async chat(cx, id) {
    const one = await order.find(cx, id);
    if (one.status !== "01" && one.status !== "02") await chat.open(cx, { kind: "chat", target: { consultation_id: id }, query: { consultation_id: id } });
    const patient = cx.state.chat?.messages.find((message) => message.from_member_id !== 0 && message.from_member_id !== cx.me?.member_id)?.from_member_id;
    const [found, who] = await Promise.all([diagnosis.load(cx, one), patient ? person(cx, patient) : {}]);
    if (!cx.state.ticking) { cx.state.ticking = setInterval(cx.redraw, 15_000); cx.ends(() => clearInterval(cx.state.ticking)); }
    if (!cx.state.following) {
      cx.state.following = true;
      // The order moves with what is written and by itself: its state is read again.
      cx.on("sent", () => again(cx));
      cx.on("retracted", () => again(cx));
      cx.on("message", (frame) => { if (frame.from_member_id === 0) again(cx); });
    }
    return { kind: "chat", one, found, patient, ...who, name: one.patient?.name ?? t("kind.chat") };
  },
  async consult(cx, id) {
    const found = await group.load(cx, id);
    await chat.open(cx, { kind: "consult", target: { consultation_id: id }, query: { consultation_id: id } });
    return { kind: "consult", group: found, patient: found.consult.creator_member_id, ...(await person(cx, found.consult.creator_member_id)), name: `${found.consult.target_member_name} · ${found.consult.team_name}` };
  },
  async dialog(cx, id) {
    const [{ list }, who] = await Promise.all([cx.ask("GET", "/chat", { page_size: 200 }), person(cx, id)]);
    const found = list.find((one) => one.patient_user_id === id);
    if (found) await chat.open(cx, { kind: "dialog", target: { conversation_id: found.id }, query: { conversation_id: found.id }, conversation: found.id });
    else cx.state.chat ??= { messages: [], shown: 40, target: { to_dialog: id }, query: {}, conversation: null, kind: "dialog", atEnd: true, fresh: 0, read: 0 };
    return { kind: "dialog", fresh: !found, patient: id, ...who, name: found?.patient_user?.real_name ?? who.user?.real_name ?? t("kind.dialog") };
  },
  async direct(cx, id) {
    const { items } = await cx.ask("GET", "/im/conversations", { limit: 200 });
    const known = items.find((one) => one.kind === "direct" && one.peer?.member_id === id);
    const [may, who] = await Promise.all([cx.ask("GET", "/api/im/doctor-send-to", { patientId: id }).catch(() => null), person(cx, id)]);
    await chat.open(cx, { kind: "direct", target: { to_member_id: id }, query: { member_id: id } });
    return { kind: "direct", patient: id, may: may === null ? known?.may_write !== false : may === "true", ...who, name: who.user?.real_name ?? known?.peer?.name ?? t("kind.direct") };
  },
};

const again = (cx) => { clearTimeout(cx.state.soon); cx.state.soon = setTimeout(() => { if (!cx.gone) cx.reload(); }, 300); };

export const load = async (cx) => {
  const id = Number(cx.params.id);
  const read = kinds[cx.params.kind];
  if (!read || !Number.isSafeInteger(id)) throw new Refused({ status: 404, slug: "not_found", message: "没有这个页面" });
  const [found, list] = await Promise.all([read(cx, id), inbox.load(cx)]);
  return { ...found, list };
};

/** The first note to a patient opens the dialog; the family's own door does that. */
const begin = (cx, id) => async (target, what) => {
  const picture = what.mimetype?.startsWith("image/");
  await cx.ask("POST", "/chat", { type: 2, to_user_id: id, content: picture ? "" : what.content, photo: picture ? [what.content, ...(what.images ?? [])] : what.images ?? [] });
  for (const key of ["chat", "listening", "log"]) delete cx.state[key];
  await cx.reload();
};

/** Texts at hand for `//word`. */
const quick = (cx) => async (word) => (await cx.ask("POST", "/api/quickReply/list", { doctorId: hex(cx.me.member_id), keyword: word, limit: 8 })).items;

export const view = (cx, found) => {
  watch(cx);
  const id = Number(cx.params.id);
  const { kind } = found;
  const closed = { chat: () => order.closed(cx, found.one), consult: () => group.closed(found.group), dialog: () => null, direct: () => (found.may ? null : t("direct.closed.doctor")) }[kind]();
  const head = { chat: () => order.head(cx, found.one), consult: () => group.head(cx, found.group), dialog: () => nothing, direct: () => nothing }[kind]();
  const replies = kind === "chat" ? { left: order.left(cx), count: order.count(cx), merges: true } : {};
  return columns(cx, {
    chat: true, picked: true, names: [t("messages.title"), t("chat.log"), t("patient.title")],
    list: inbox.view(cx, found.list),
    work: html`${head}${calls(cx, found)}${cx.state.chat ? chat.view(cx, { closed, limits: LIMITS[kind], lines: true, quick: quick(cx), say: found.fresh ? begin(cx, id) : undefined, hint: kind === "dialog" ? t("dialog.hint") : t("doctor.hint"), ...replies })
      : html`<p class="note">${closed ?? t("order.closed")}</p>`}`,
    side: html`<div class="stack">${found.user ? card(cx, found.user, { write: kind !== "direct" }) : nothing}
      ${kind === "chat" ? html`${diagnosis.view(cx, found.one, found.found)}${order.question(found.one)}` : nothing}
      ${kind === "consult" ? group.side(cx, found.group) : nothing}
      ${found.user ? history(found.past) : nothing}</div>`,
    fold: t(kind === "chat" ? "conversation.side.chat" : kind === "consult" ? "conversation.side.consult" : "patient.title"),
  });
};

const calls = (cx, { kind, patient, name, group: consult }) => {
  const members = kind === "consult" ? [...new Set([patient, ...(consult?.consult.doctor_ids ?? [])])].filter((one) => one && one !== cx.me?.member_id) : patient ? [patient] : [];
  return members.length === 0 ? nothing : html`<div class="row calls">${["video", "audio"].map((media) => html`<button type="button" @click=${() => act(cx, "call", () => call(members, media, name))}>${icon(media === "video" ? "video" : "phone")}${t(`call.${media}`)}</button>`)}${problem(cx, cx.acts.call ?? {})}</div>`;
};

const call = async (members, media, name) => {
  try {
    const { dial } = await import("../shared/call.js");
    await dial({ members, media, name });
  } catch (fault) { throw fault.slug ? new Refused({ ...fault, message: said(fault) }) : fault; }
};
