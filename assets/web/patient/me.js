// Me: the way to everything that is mine.

import { html, nothing } from "../vendor/lit.js";
import { icon } from "../shared/frame.js";
import { face } from "../shared/list.js";
import { address } from "../shared/route.js";
import { rename } from "../shared/session.js";
import { data, t } from "../shared/words.js";

export const title = "me.title";
export const needs = "session";
export const parent = "/me";

export const load = async (cx) => {
  const { user_info: user, msg_count } = await cx.ask("GET", "/custom/center");
  rename(user.real_name);
  return { user, notices: msg_count };
};

const LINKS = [
  ["/visits", "calendar-check", "door.visits"], ["/family", "users", "family.title"], ["/wallet", "wallet", "wallet.title"], ["/teams", "stethoscope", "teams.title"],
  ["/contacts", "message-circle", "contacts.title"], ["/me/followed", "heart", "followed.title"], ["/me/assistants", "shield-check", "assistants.title"],
  ["/me/profile", "user", "profile.title"], ["/me/history", "file-text", "history.title"], ["/notices", "bell", "notices.title"], ["/news", "newspaper", "news.title"],
];

export const view = (cx, { user, notices }) => html`<div class="stack">
  <section class="card"><div class="person">${face(user.real_name, user.avatars)}<div><strong lang=${data()}>${user.real_name || t("me.nameless")}</strong><br><span class="faint num">${user.phone}</span></div></div>
    ${user.real_name ? nothing : html`<p class="note warn">${t("profile.needed")} <a href=${address("/me/profile")}>${t("profile.title")}</a></p>`}
    <p class="tags"><span class="tag">${t("me.visits", { n: user.done_project_count })}</span><span class="tag">${t("me.credit", { n: user.credit_score })}</span><span class="tag">${t("me.punctual", { n: user.punctuality_score })}</span></p></section>
  <nav aria-label=${t("me.title")}><ul class="doors">${LINKS.filter(([path]) => path !== "/me/history" || user.sex !== "1").map(([path, name, word]) => html`<li><a href=${address(path)}>${icon(name)}<strong>${t(word)}</strong>
    ${path === "/notices" && notices > 0 ? html`<span class="badge">${t("unread", { n: notices })}</span>` : nothing}</a></li>`)}</ul></nav>
  <p><button type="button" @click=${() => cx.signOut()}>${t("signout")}</button></p></div>`;
