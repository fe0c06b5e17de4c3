// A team consult as a doctor of its group sees it: who takes part, bringing doctors in, services, finishing. No screen of its own.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { person } from "../shared/list.js";
import { fen, yuan } from "../shared/money.js";
import { data, t } from "../shared/words.js";

export const load = async (cx, id) => {
  const consult = await cx.ask("GET", `/consult/${id}`);
  const [vas, team] = await Promise.all([cx.ask("GET", `/consult/${id}/vas`, { limit: 100 }), cx.ask("GET", `/team/${consult.team_id}`)]);
  const doctors = await Promise.all([...new Set([...team.doctor_ids, ...consult.doctor_ids])].map((one) => cx.ask("GET", `/user/${one}`).catch(() => ({ id: one, real_name: `${one}` }))));
  return { consult, vas: vas.items, team, doctors };
};

export const closed = ({ consult }) => (consult.status < 2 ? null : t(consult.status === 2 ? "consult.finished" : "consult.cancelled"));

export const head = (cx, { consult }) => {
  const again = async () => (await cx.ask("GET", `/consult/${consult.consultation_id}`)).status > consult.status || null;
  return html`<div class="head stack" tabindex="0" role="group" aria-label=${t("order.head")}><section class="note ${consult.status < 2 ? "good" : ""}" role="status">
    <p class="summary-line"><strong>${t(`consult.${consult.status}`)}</strong> <span lang=${data()}>${consult.target_member_name}</span> <span class="num">${yuan(consult.consult_fee)}</span></p>
    <p>${t(`group.${consult.status}`)}</p>
    ${consult.status === 1 ? html`<p class="row">${button(cx, "finish", t("consult.finish"), () => finish(cx, consult), { check: again, done: () => cx.reload() })}</p>` : nothing}</section></div>`;
};

const finish = async (cx, consult) => {
  if (!(await cx.confirm(t("consult.finish.ask"), { yes: t("consult.finish") }))) return;
  await cx.ask("POST", `/consult/${consult.consultation_id}/finish`);
  await cx.reload();
};

export const side = (cx, found) => html`<div class="stack">
  <section class="card"><h2>${t("complaint")}</h2>${found.consult.symptom_type === "text/plain" ? html`<p class="pre" lang=${data()}>${found.consult.symptom_content}</p>` : html`<p class="faint">${t("group.symptom")}</p>`}
    <p class="faint" lang=${data()}>${t("group.for", { name: found.consult.target_member_name, by: found.consult.creator_member_name })}</p></section>
  ${members(cx, found)}
  ${services(cx, found)}
</div>`;

const members = (cx, { consult, team, doctors }) => {
  const inside = doctors.filter((one) => consult.doctor_ids.includes(one.id));
  const others = doctors.filter((one) => team.doctor_ids.includes(one.id) && !consult.doctor_ids.includes(one.id));
  const mine = consult.assistant_id === cx.me?.member_id;
  return html`<section class="card"><h2>${t("group.doctors")}</h2>
    ${inside.map((one) => person(one.real_name, `${one.departments ?? ""}${one.id === consult.assistant_id ? ` · ${t("group.assistant")}` : ""}`, one.avatars))}
    ${consult.status > 1 || others.length === 0 ? nothing : mine ? form(cx, "bring", {
      label: t("group.invite"), safe: true,
      run: async (f) => {
        const ids = others.map((one) => one.id).filter((id) => f[`doctor-${id}`]);
        if (ids.length === 0) throw new Refused({ status: 422, slug: "invalid_field", message: t("group.choose") });
        await cx.ask("POST", `/consult/${consult.consultation_id}/doctor`, { doctor_ids: ids });
        await cx.reload();
      },
    }, html`<fieldset class="field"><legend>${t("group.invite")}</legend>${others.map((one) => html`<label class="check"><input type="checkbox" name="doctor-${one.id}"><span lang=${data()}>${one.real_name} <span class="faint">${one.departments}</span></span></label>`)}</fieldset>
      ${submit(cx, "bring", t("group.invite"))}`) : html`<p class="faint">${t("group.by_assistant")}</p>`}</section>`;
};

const services = (cx, { consult, vas }) => html`<section class="card"><h2>${t("group.services")}</h2>
  ${vas.length === 0 ? html`<p class="faint">${t("group.no_vas")}</p>` : html`<ul class="plain stack">${vas.map((one) => html`<li><p class="summary-line"><strong lang=${data()}>${one.name}</strong> <span class="price">${yuan(one.amount)}</span>
    <span class="tag ${one.status === 1 ? "good" : one.status === 0 ? "warn" : ""}">${t(`vas.${one.status}`)}</span></p><p class="faint" lang=${data()}>${one.description} · ${one.doctor_name}</p></li>`)}</ul>`}
  ${consult.status === 1 ? html`<details><summary>${t("vas.offer")}</summary>${form(cx, "vas", {
    label: t("vas.offer"), record: consult.consultation_id, draft: true,
    run: async (f) => {
      const amount = fen(f.amount);
      if (amount === null) throw new Refused({ status: 422, slug: "invalid_field", message: t("field.range"), fields: { amount: t("field.range") } });
      await cx.ask("POST", `/consult/${consult.consultation_id}/vas`, { name: f.name.trim(), description: f.description.trim(), amount });
      cx.toast(t("vas.sent"));
      await cx.reload();
    },
    check: async () => { const { items } = await cx.ask("GET", `/consult/${consult.consultation_id}/vas`, { limit: 100 }); return items.length > vas.length ? items[0] : null; }, done: () => cx.reload(),
  }, html`${field(cx, "vas", { name: "name", label: t("vas.name"), required: true, maxlength: 100 })}
    ${field(cx, "vas", { name: "description", type: "textarea", label: t("vas.description"), rows: 3, maxlength: 2000 })}
    ${field(cx, "vas", { name: "amount", label: t("vas.amount"), required: true, inputmode: "decimal", maxlength: 10, pattern: "\\d{1,6}(\\.\\d{1,2})?", wrong: t("field.range") })}
    ${submit(cx, "vas", t("vas.send"))}`)}</details>` : nothing}</section>`;
