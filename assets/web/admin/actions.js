// What is done with a row by a button: each asks first where it cannot be taken back, and tells what became of it.
//
//   ACTIONS[name].word(row, collection)     the button
//   ACTIONS[name].ask(row)                  the question, null where none is asked; `danger` colours it
//   ACTIONS[name].run(cx, collection, row)  does it
//   run(cx, collection, row, name, done)    asks and does, for one row's button

import { html, nothing } from "../vendor/lit.js";
import { show } from "../shared/dialog.js";
import { yuan } from "../shared/money.js";
import { t } from "../shared/words.js";
import { RESOURCES } from "./resources.js";
import { fact } from "./values.js";

const post = (cx, collection, row, what, body) => {
  const path = `/admin/${collection}/${row.id}/${what}`;
  return cx.ask("POST", path, body ?? {});
};
const verify = (yes) => (cx, collection, row) => post(cx, collection, row, "verify", collection === "org-memberships" ? { verify_status: yes } : { is_verify: yes });
const amount = (row) => yuan(row.amount ?? row.fee ?? 0);
const called = (row, collection) => RESOURCES[collection].name(row);

/** What of an encounter only a reason uncovers. */
const RECORD = { registrations: ["casebook_info", "diag_result", "diag_photo"], consultations: ["content", "images", "messages", "diagnosis", "answers"], "team-consults": ["symptom_content", "images", "messages", "services"] };

export const ACTIONS = {
  pass: { word: () => t("admin.pass"), kind: "primary", run: verify(1) },
  fail: { word: () => t("admin.fail"), kind: "danger", run: verify(2) },
  enable: { word: () => t("admin.enable"), kind: "primary", run: verify(1) },
  disable: { word: () => t("admin.disable"), kind: "danger", ask: (row, collection) => t("disable.ask", { name: called(row, collection) }), run: verify(2) },
  approve: { word: (row) => t("admin.give_back", { amount: amount(row) }), many: () => t("admin.approve"), kind: "primary", ask: (row) => t("refund.ask", { no: row.out_trade_no, reason: row.reason || "—" }), run: (cx, collection, row) => post(cx, collection, row, "approve") },
  pay_out: { word: (row) => t("admin.pay_out", { amount: amount(row) }), many: () => t("admin.approve"), kind: "primary", ask: (row) => t("withdrawal.ask", { team: row.team_name, month: row.month }), run: (cx, collection, row) => post(cx, collection, row, "approve") },
  reject: { word: () => t("admin.reject"), kind: "danger", ask: (row) => t("reject.ask", { amount: amount(row) }), yes: (row) => t("reject.yes", { amount: amount(row) }), run: (cx, collection, row) => post(cx, collection, row, "reject") },
  give_back: { word: (row) => t("admin.give_back", { amount: amount(row) }), kind: "danger", ask: (row, collection) => t("give_back.ask", { name: called(row, collection) }), run: (cx, collection, row) => post(cx, collection, row, "refund") },
  cancel: { word: () => t("admin.project.cancel"), kind: "danger", ask: (row, collection) => t("admin.project.cancel.ask", { name: called(row, collection), n: row.join_people_count }), yes: () => t("admin.project.cancel.yes"), run: (cx, collection, row) => remove(cx, collection, row) },
  remove: { word: (row, collection) => t(RESOURCES[collection].removes === "withdraw" ? "withdraw" : RESOURCES[collection].removes === "end" ? "end" : "delete"), kind: "danger",
    ask: (row, collection) => t("delete.ask", { name: called(row, collection) }), run: (cx, collection, row) => remove(cx, collection, row) },
  reset: { word: () => t("password.reset"), kind: "danger", ask: (row) => t("password.reset.ask", { name: row.username }), run: async (cx, collection, row) => tellPassword(await post(cx, collection, row, "reset-password")) },
  reveal: { word: () => t("uncover"), run: (cx, collection, row) => reveal(cx, `/admin/${collection}/${row.id}/reveal`, RECORD[collection]) },
};

const remove = (cx, collection, row) => {
  const path = `/admin/${collection}/${row.id}`;
  return cx.ask("DELETE", path);
};

export const run = async (cx, collection, row, name, done) => {
  const action = ACTIONS[name];
  const question = action.ask?.(row, collection);
  if (question) {
    const sure = name === "remove" && RESOURCES[collection].sure ? await typed(question, called(row, collection)) : await cx.confirm(question, { yes: action.yes?.(row) ?? action.word(row, collection), kind: action.kind });
    if (!sure) return;
  }
  await action.run(cx, collection, row);
  if (name !== "reveal") { cx.toast(t("admin.done")); await done?.(name); }
};

/** Where something may hang on the row its name is typed first. */
const typed = (question, name) => show((close, draw) => {
  const check = (event) => { event.preventDefault(); const well = event.currentTarget.elements.name.value.trim() === String(name); if (well) close(true); else { event.currentTarget.elements.name.setCustomValidity(t("delete.differs")); event.currentTarget.reportValidity(); } };
  return html`<p class="ask">${question}</p><form @submit=${check} name="sure"><div class="field"><label for="sure-name">${t("delete.type", { name })}</label>
    <input id="sure-name" name="name" autocomplete="off" required @input=${(event) => event.target.setCustomValidity("")}></div>
    <div class="row end"><button type="button" @click=${() => { close(false); draw(); }}>${t("cancel")}</button><button type="submit" class="danger">${t("delete")}</button></div></form>`;
}, { label: question }).then(Boolean);

/** A password that the server made is told this once. */
export const tellPassword = async ({ username, password }) => {
  if (!password) return;
  await show((close) => html`<h2>${t("password.made")}</h2><p>${t("password.made.text", { name: username })}</p><p class="note good"><code class="secret">${password}</code></p>
    <p class="row end"><button type="button" @click=${() => navigator.clipboard?.writeText(password)}>${t("copy")}</button><button type="button" class="primary" @click=${() => close()}>${t("close")}</button></p>`, { label: t("password.made"), stays: true });
};

/** What was uncovered, as it is told: of an encounter its record, of a person what was masked. */
const told = (whole, record) => (record ? record.map((name) => [name, fact(name, whole)]).filter(([, value]) => value !== nothing) : Object.entries(whole).map(([name, value]) => [name, value || "—"]));

/** What is masked, whole, to whoever says why; it is written down. */
export const reveal = async (cx, path, record) => {
  const s = { whole: null, fault: null };
  await show((close, draw) => {
    const send = async (event) => {
      event.preventDefault();
      try { s.whole = await cx.ask("POST", path, { reason: event.currentTarget.elements.reason.value.trim() }); s.fault = null; } catch (fault) { s.fault = fault; }
      draw();
    };
    return html`<h2>${t("reveal.title")}</h2>${s.whole ? html`<dl class="facts">${told(s.whole, record).map(([key, value]) => html`<dt>${t(`f.${key === "address" ? "addr" : key}`)}</dt><dd class=${record ? "" : "num"}>${value}</dd>`)}</dl>
      <p class="row end"><button type="button" class="primary" @click=${() => close()}>${t("close")}</button></p>`
      : html`<form @submit=${send} name="reveal"><div class="field"><label for="reveal-reason">${t("reveal.reason")}</label><p class="hint" id="reveal-hint">${t("reveal.hint")}</p><input id="reveal-reason" name="reason" required maxlength="200" autocomplete="off" aria-describedby="reveal-hint"></div>
        ${s.fault ? html`<p class="problem" role="alert">${s.fault.message}</p>` : ""}
        <div class="row end"><button type="button" @click=${() => close()}>${t("cancel")}</button><button type="submit" class="primary">${t("uncover")}</button></div></form>`}`;
  }, { label: t("reveal.title") });
};
