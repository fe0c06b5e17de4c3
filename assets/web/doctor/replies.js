// Quick replies: texts kept at hand, put in by // while one writes.

import { html } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { field, form, search, submit } from "../shared/form.js";
import { empty } from "../shared/list.js";
import { hex } from "../shared/session.js";
import { data, t } from "../shared/words.js";

export const title = "replies.title";
export const needs = "session";
export const parent = "/me";
export const styles = ["form"];

const list = (cx, more) => cx.ask("POST", "/api/quickReply/list", { doctorId: hex(cx.me.member_id), limit: 100, ...more });
export const load = (cx) => list(cx, { keyword: cx.query.q });

export const view = (cx, { items }) => html`<div class="two"><div class="stack"><p class="note">${t("replies.line")}</p>${search({ label: t("replies.search"), value: cx.query.q, run: (q) => cx.set({ q }, { replace: true }) })}
  ${items.length === 0 ? empty("send", t("replies.none")) : html`<ul class="plain stack">${items.map((one) => html`<li class="card"><h2 lang=${data()}>${one.title}</h2><p class="pre" lang=${data()}>${one.content}</p>
    <p class="row">${button(cx, `delete-${one.id}`, t("delete"), () => drop(cx, one), { label: t("delete.of", { name: one.title }) })}</p></li>`)}</ul>`}</div>
  <div class="stack"><section class="card"><h2>${t("replies.new")}</h2>${form(cx, "reply", {
    label: t("replies.new"), draft: true, record: "new",
    run: async (f, element) => {
      cx.state.sent = f.title.trim();
      await cx.ask("POST", "/api/quickReply/create", { doctorId: hex(cx.me.member_id), title: f.title.trim(), content: f.content.trim() });
      element.reset();
      cx.toast(t("saved"));
      await cx.reload();
    },
    check: async () => (await list(cx)).items.find((one) => one.title === cx.state.sent) ?? null, done: () => cx.reload(),
  }, html`${field(cx, "reply", { name: "title", label: t("replies.word"), required: true, maxlength: 100 })}${field(cx, "reply", { name: "content", type: "textarea", label: t("replies.text"), required: true, maxlength: 4000, rows: 5 })}${submit(cx, "reply", t("save"))}`)}</section></div></div>`;

const drop = async (cx, one) => {
  if (!(await cx.confirm(t("replies.drop", { name: one.title }), { yes: t("delete"), kind: "danger" }))) return;
  await cx.ask("POST", "/api/quickReply/delete", { id: one.id });
  await cx.reload();
};
