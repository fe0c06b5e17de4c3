// The patients one has to do with.

import { html } from "../vendor/lit.js";
import { covered } from "../shared/cover.js";
import { search } from "../shared/form.js";
import { empty, face } from "../shared/list.js";
import { address } from "../shared/route.js";
import { data, t } from "../shared/words.js";

export const title = "contacts.title";
export const needs = "session";
export const parent = "/messages";
export const styles = ["form"];

export const load = async (cx) => {
  cx.state.list ??= await cx.ask("GET", "/api/im/doctor-contact-list");
  return { list: cx.state.list };
};

export const view = (cx, { list }) => {
  const q = (cx.query.q ?? "").trim();
  const shown = list.filter((one) => !q || [one.name, one.nickname, one.phone, ...one.medical_records.map((record) => record.name)].some((text) => text?.includes(q)));
  return html`${search({ label: t("contacts.search"), value: cx.query.q, run: (text) => cx.set({ q: text }, { replace: true }) })}
    ${shown.length === 0 ? empty("users", t(q ? "find.none" : "contacts.none.doctor")) : html`<ul class="rows" data-rows>${shown.map((one) => html`<li class="entry">${face(one.name, one.avatar)}
      <span class="body"><a class="bare" href=${address(`/contacts/${one.patient_id}`)}><strong lang=${data()}>${one.nickname || one.name}</strong></a><span class="faint" lang=${data()}>${one.medical_records.map((record) => `${record.name}（${record.relation}）`).join("、")}</span></span>
      <span class="end">${one.is_ban ? html`<span class="tag bad">${t("contact.banned")}</span>` : ""}<span>${covered(cx, `phone-${one.patient_id}`, one.phone)}</span></span></li>`)}</ul>`}`;
};
