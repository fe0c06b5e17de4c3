// All conversations in one list, the newest first. No screen of its own: it stands alone and beside each conversation.

import { html, nothing } from "../vendor/lit.js";
import { empty, face } from "../shared/list.js";
import { address } from "../shared/route.js";
import { brief } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const load = async (cx) => {
  if (!cx.state.inbox) {
    cx.state.inbox = true;
    // Beside a conversation only the list is asked for again.
    const again = () => { clearTimeout(cx.state.later); cx.state.later = setTimeout(async () => { if (cx.gone) return; try { cx.state.rows = await rows(cx); cx.redraw(); } catch { /* the next message asks again */ } }, 700); };
    for (const type of ["message", "retracted", "sent"]) cx.on(type, again);
    cx.ends(() => clearTimeout(cx.state.later));
  }
  cx.state.rows = await rows(cx);
  return cx.state.rows;
};

const rows = async (cx) => (await cx.ask("GET", "/im/conversations", { limit: 100 })).items.filter((one) => one.kind !== "system");

const path = (one) => `/messages/${one.kind}/${one.kind === "chat" || one.kind === "consult" ? one.consultation_id : one.peer?.member_id}`;

export const view = (cx) => {
  const list = cx.state.rows ?? [];
  return list.length === 0 ? empty("message-circle", t("messages.none")) : html`<ul class="rows" data-rows>${list.map((one) => html`<li><a href=${address(path(one))} aria-current=${cx.path === path(one) ? "true" : nothing}>
    ${face(one.peer?.name ?? one.title, one.peer?.avatar)}<span class="body"><span><strong lang=${data()}>${one.peer?.name ?? one.title}</strong> <span class="tag">${t(`kind.${one.kind}`)}</span></span>
      <span class="faint cut" lang=${data()}>${one.last?.retracted ? t("chat.retracted.mine") : one.last?.text ?? ""}</span></span>
    <span class="end"><span class="faint">${brief(one.last?.created ?? 0)}</span>${one.unread > 0 && cx.path !== path(one) ? html`<span class="badge"><span aria-hidden="true">${one.unread}</span><span class="unseen">${t("unread", { n: one.unread })}</span></span>` : nothing}</span></a></li>`)}</ul>`;
};
