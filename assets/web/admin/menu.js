// The menu of the administrator's page: groups of collections at the side, behind a button where the window is narrow.

import { html, nothing } from "../vendor/lit.js";
import { icon } from "../shared/frame.js";
import { address } from "../shared/route.js";
import { language, t } from "../shared/words.js";

/** Groups with their entries: the path, without its slash, also names the words. */
export const GROUPS = [
  { word: "g.home", entries: [["", "house"], ["month", "newspaper"], ["verify", "shield-check"]] },
  { word: "g.people", entries: [["doctors", "stethoscope"], ["assistants", "users"], ["patients", "user"], ["org-memberships", "users"], ["administrators", "shield-check"]] },
  { word: "g.care", entries: [["projects", "calendar-heart"], ["registrations", "calendar-check"], ["consultations", "message-circle"], ["team-consults", "users"], ["teams", "users"]] },
  { word: "g.money", entries: [["refunds", "wallet"], ["withdrawals", "wallet"], ["payments", "ticket"]] },
  { word: "g.content", entries: [["news", "newspaper"], ["banners", "image"], ["notices", "bell"], ["special-projects", "calendar-heart"]] },
  { word: "g.base", entries: [["hospitals", "hospital"], ["departments", "file-text"], ["clinics", "hospital"], ["orgs", "users"], ["regions", "map-pin"], ["diagnosis-terms", "file-text"],
    ["consultation-reasons", "file-text"], ["evaluation-questions", "star"], ["exchange", "paperclip"]] },
  { word: "g.system", entries: [["outbox", "send"], ["sessions", "clock"], ["audit", "search"], ["backups", "shield-check"], ["settings", "ellipsis"]] },
];

export const pathOf = (name) => `/${name}`;
const OWN = ["", "month", "verify", "exchange", "backups", "settings"];
export const wordOf = (name) => (OWN.includes(name) ? t(`menu.${name || "overview"}`) : t(`r.${name}`));

let open = false;

export const bar = ({ path, redraw, me }) => {
  const now = path.split("/")[1] ?? "";
  const close = () => { open = false; redraw(); };
  const key = (event) => { if (event.key === "Escape" && open) { event.stopPropagation(); close(); document.querySelector(".side > button")?.focus(); } };
  return html`<nav class="menu side ${open ? "open" : ""}" aria-label=${t("menu")} @keydown=${key}>
    <button type="button" aria-expanded=${String(open)} aria-controls="side-list" @click=${() => { open = !open; redraw(); }}>${icon("inbox")}<span>${t("side.menu")}</span></button>
    <div id="side-list" class="side-list">
      ${me ? html`<a class="side-me" href=${address("/me")} aria-current=${now === "me" ? "page" : nothing} @click=${close}>${icon("user")}<span>${t("menu.me.admin")}</span></a>` : nothing}
      <a class="side-me" href=${language() === "en" ? "/web/guide/en/#administrators" : "/web/guide/#administrators"} target="_blank" rel="noopener">${icon("file-text")}<span>${t("menu.guide")}</span></a>
      ${(me ? GROUPS : []).map((group) => html`<p class="group" id="group-${group.word}">${t(group.word)}</p><ul aria-labelledby="group-${group.word}">${group.entries.map(([name, picture]) => html`<li>
        <a href=${address(pathOf(name))} aria-current=${name === now || (name === "patients" && now === "persons") ? "page" : nothing} @click=${close}>${icon(picture)}<span>${wordOf(name)}</span></a></li>`)}</ul>`)}
    </div></nav>`;
};
