// A notice: written beside what the phone will show, and sent when it is known to how many people it goes.

import { html, nothing } from "../vendor/lit.js";
import { field, form, radios, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { t } from "../shared/words.js";

export const title = "notice.title";
export const needs = "session";
export const styles = ["form"];
export const parent = "/notices";

const GROUPS = ["all", "patients", "doctors", "assistants", "one"];

/** How many it is for; asked anew when the choice changes. */
const count = async (cx) => {
  const s = cx.state;
  const to = s.to === "one" ? s.account : s.to;
  s.receivers = null;
  cx.redraw();
  if (!to) return;
  const mine = (s.turn = (s.turn ?? 0) + 1);
  try {
    const { receivers } = await cx.ask("GET", "/admin/notices/receivers", { to });
    if (s.turn === mine) s.receivers = receivers;
  } catch { if (s.turn === mine) s.receivers = 0; }
  cx.redraw();
};

export const load = async (cx) => { cx.state.to ??= "all"; await count(cx); return {}; };

export const view = (cx) => {
  const s = cx.state;
  const typed = (event) => { if (event.target.name === "title" || event.target.name === "content") { s[event.target.name] = event.target.value; cx.redraw(); } };
  const send = async (f) => {
    await cx.ask("POST", "/admin/notices", { title: f.title.trim(), content: f.content.trim(), to: f.to === "one" ? f.account.trim() : f.to });
    cx.dirty = false;
    cx.toast(t("notice.sent", { n: s.receivers }));
    cx.go("/notices", {}, { replace: true });
  };
  return html`<div class="two"><div @input=${typed}>${form(cx, "notice", { label: t("notice.title"), draft: true, run: send,
    check: async () => (await cx.ask("GET", "/admin/notices", { q: s.title, page_size: 5 })).items.find((row) => row.title === s.title) ?? null, done: () => cx.go("/notices", {}, { replace: true }) }, html`
    ${field(cx, "notice", { name: "title", label: t("f.title"), required: true, maxlength: 100 })}
    ${field(cx, "notice", { name: "content", type: "textarea", label: t("f.content"), required: true, maxlength: 5000, rows: 6 })}
    ${radios(cx, "notice", { name: "to", legend: t("notice.to"), required: true, value: s.to, options: GROUPS.map((value) => ({ value, label: t(`c.to.${value}`) })), change: (value) => { s.to = value; count(cx); } })}
    ${s.to === "one" ? field(cx, "notice", { name: "account", label: t("f.account_id"), required: true, pattern: "[0-9]+", inputmode: "numeric", hint: t("notice.account"), change: (value) => { s.account = value.trim(); count(cx); } }) : nothing}
    ${submit(cx, "notice", s.receivers === null || s.receivers === undefined ? t("notice.send.wait") : t("notice.send", { n: s.receivers }), { off: !s.receivers })}`)}</div>
    <section class="phone" aria-label=${t("admin.preview")}><h2>${t("admin.preview")}</h2><div class="card"><span class="person"><span class="face" aria-hidden="true">${icon("bell")}</span><span><strong>${s.title || t("f.title")}</strong><br><span class="faint">${t("notice.now")}</span></span></span><p class="pre">${s.content || t("f.content")}</p></div></section></div>`;
};
