// One member of the family: who it is, the card of a hospital, and taking the entry away.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { field, form, radios, submit } from "../shared/form.js";
import { address } from "../shared/route.js";
import { hex } from "../shared/session.js";
import { day, now } from "../shared/time.js";
import { fault as idFault, read as idRead } from "../shared/id-number.js";
import { t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form"];
export const parent = "/family";
export const title = (cx, { one }) => (cx.params.id === "new" ? t("family.add") : one?.name ?? t("loading"));

export const load = async (cx) => ({ one: cx.params.id === "new" ? {} : await cx.ask("GET", `/family/${cx.params.id}`) });

const RELATIONS = ["父亲", "母亲", "配偶", "儿子", "女儿", "祖父", "祖母", "孙子", "孙女", "其他"];

export const view = (cx, { one }) => {
  const fresh = cx.params.id === "new";
  const relations = one.relation_type && !RELATIONS.includes(one.relation_type) ? [one.relation_type, ...RELATIONS] : RELATIONS;
  // A number that holds tells birthday and sex.
  const fill = (value, control) => {
    const told = idRead(value);
    const elements = control.form.elements;
    if (!told) return;
    elements.birthday.value = told.birthday;
    for (const radio of elements.gender) if (radio.value === String(told.sex)) radio.click();
  };
  return html`<div class="stack reading">${form(cx, "relative", {
    columns: true, label: title(cx, { one }), record: cx.params.id, draft: true, safe: !fresh,
    run: async (f) => {
      if (f.identity_number && idFault(f.identity_number)) throw new Refused({ status: 422, slug: "invalid_idno", message: t("idno.wrong"), fields: { identity_number: t("idno.wrong") } });
      const body = { name: f.name.trim(), relation_type: f.relation_type, gender: Number(f.gender), birthday: f.birthday, identity_number: f.identity_number.trim() || undefined };
      cx.state.name = body.name;
      await cx.ask(fresh ? "POST" : "PUT", fresh ? "/family" : `/family/${cx.params.id}`, body);
      back(cx);
    },
    check: async () => (await cx.ask("GET", "/family", { limit: 100 })).items.find((row) => row.name === cx.state.name) ?? null, done: () => back(cx),
  }, html`
    ${field(cx, "relative", { name: "name", label: t("name"), required: true, maxlength: 30, value: one.name })}
    ${field(cx, "relative", { name: "relation_type", type: "select", label: t("family.relation"), required: true, value: one.relation_type, options: [{ value: "", label: t("choose") }, ...relations.map((r) => ({ value: r, label: r }))] })}
    ${field(cx, "relative", { name: "identity_number", label: t("idno"), hint: t("idno.fills"), private: true, maxlength: 18, value: one.identity_number, change: fill })}
    ${radios(cx, "relative", { name: "gender", legend: t("sex"), required: true, value: one.gender, options: [{ value: 1, label: t("sex.1") }, { value: 2, label: t("sex.2") }] })}
    ${field(cx, "relative", { name: "birthday", label: t("birthday"), type: "date", required: true, max: day(now()), value: one.birthday })}
    ${submit(cx, "relative", t("save"))}`)}
    ${fresh ? nothing : html`
      <section class="card"><h2>${t("family.card")}</h2>${form(cx, "card", {
        label: t("family.card"), safe: true,
        run: async ({ card }) => { await cx.ask("POST", "/api/patient/bindcard", { id: hex(cx.params.id), patientIdNo: card.trim() }); cx.toast(t("saved")); },
      }, html`${field(cx, "card", { name: "card", label: t("family.card.number"), required: true, maxlength: 40 })}${submit(cx, "card", t("family.card.bind"))}`)}</section>
      <p class="row"><a class="button" href=${address("/find", { kind: "doctor", ask: 1, for: cx.params.id })}>${t("family.ask", { name: one.name })}</a>
      ${button(cx, "remove", t("family.remove"), () => remove(cx, one), { kind: "danger", safe: false })}</p>`}</div>`;
};

const back = (cx) => { cx.dirty = false; cx.toast(t("saved")); cx.go(cx.query.then ?? "/family", {}, { replace: true }); };

const remove = async (cx, one) => {
  if (!(await cx.confirm(t("family.remove.ask", { name: one.name }), { yes: t("delete"), kind: "danger" }))) return;
  await cx.ask("DELETE", `/family/${cx.params.id}`);
  cx.go("/family", {}, { replace: true });
};
