// Me: the way to everything that is mine.

import { html, nothing } from "../vendor/lit.js";
import { badgeOf, icon } from "../shared/frame.js";
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

const GROUPS = [
  ["me.care", [["/visits", "calendar-check", "door.visits"], ["/teams", "stethoscope", "teams.title"], ["/contacts", "message-circle", "contacts.title"], ["/me/followed", "heart", "followed.title"], ["/me/assistants", "shield-check", "assistants.title"]]],
  ["me.about", [["/me/profile", "user", "profile.title"], ["/family", "users", "family.title"], ["/me/history", "file-text", "history.title"], ["/wallet", "wallet", "wallet.title"]]],
  ["me.clinic", [["/notices", "bell", "notices.title"], ["/news", "newspaper", "news.title"]]],
];

export const view = (cx, { user, notices }) => html`<div class="two flip"><section class="card"><div class="person">${face(user.real_name, user.avatars)}<div><strong lang=${data()}>${user.real_name || t("me.nameless")}</strong><br><span class="faint num">${user.phone}</span></div></div>
    ${user.real_name ? nothing : html`<p class="note warn">${t("profile.needed")} <a href=${address("/me/profile")}>${t("profile.title")}</a></p>`}
    <p class="tags"><span class="tag">${t("me.visits", { n: user.done_project_count })}</span><span class="tag">${t("me.credit", { n: user.credit_score })}</span><span class="tag">${t("me.punctual", { n: user.punctuality_score })}</span></p></section>
  <nav class="stack" aria-label=${t("me.title")}>${GROUPS.map(([word, links]) => html`<div><h2 class="quiet">${t(word)}</h2><ul class="rows sheet">${links.filter(([path]) => path !== "/me/history" || user.sex !== "1").map(([path, name, text]) => html`<li><a href=${address(path)}>${icon(name)}
    <span class="body">${t(text)}</span>${path === "/notices" ? badgeOf(notices) : nothing}${icon("chevron-right")}</a></li>`)}</ul></div>`)}</nav></div>`;
