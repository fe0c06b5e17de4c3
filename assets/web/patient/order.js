// A paid consultation inside its conversation: how it stands and what happens by itself, diagnosis, refund, rating. No screen of its own.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { Refused } from "../shared/api.js";
import { field, form, radios, submit } from "../shared/form.js";
import { yuan } from "../shared/money.js";
import { gallery } from "../shared/picture.js";
import { address } from "../shared/route.js";
import { hex } from "../shared/session.js";
import { full, moment } from "../shared/time.js";
import { data, numeral, t } from "../shared/words.js";

export const find = async (cx, id) => {
  const { items } = await cx.ask("POST", "/consultation/list", { consultationId: hex(id), limit: 200 }, { patience: false });
  const found = items.find((one) => parseInt(one.id.slice(-16), 16) === id);
  if (!found) throw new Refused({ status: 404, slug: "not_found", message: "没有找到，请核对编号" });
  return found;
};

export const extras = async (cx, one) => {
  const told = cx.state.chat?.messages.some((message) => message.from_member_id === 0 && message.content.includes("诊断")) || one.status === "07";
  const [diagnosis, questions] = await Promise.all([
    told ? cx.ask("POST", "/treatment/diagnisis/queryByConsultation", { consultationId: one.id }).catch(() => null) : null,
    one.status === "07" && !one.evaluated ? cx.ask("POST", "/api/evaluateQuesion/list", {}) : null,
  ]);
  return { diagnosis, questions };
};

/** From when its 48 hours count: the clinic's first word in it. */
const begun = (cx, one) => cx.state.chat?.messages[0]?.created ?? moment(one.created_at);
const until = (cx, one) => full(begun(cx, one) + (cx.about.rules?.reply ?? 172_800_000));

const most = (cx) => cx.about.rules?.replies ?? 3;
export const replies = (cx) => {
  const doctor = cx.state.chat?.messages.filter((message) => message.from_member_id !== 0 && message.from_member_id !== cx.me?.member_id).length ?? 0;
  return Math.max(0, most(cx) - doctor);
};

const promise = (cx, one) => {
  if (one.status === "03") return t(one.fee > 0 ? "order.03.text" : "order.03.free", { at: until(cx, one) });
  if (one.status === "04") return replies(cx) === 0 ? t("order.04.none", { n: numeral(most(cx)) }) : t("order.04.text", { n: replies(cx), at: until(cx, one) });
  return t(`order.${one.status}.text`);
};

export const hint = (cx, { kind, one }) => (kind === "chat" && one.status === "04" && replies(cx) === 0 ? t("order.04.hint") : undefined);

export const closed = (one) => (["03", "04"].includes(one.status) ? null : t("order.closed"));

export const head = (cx, { one }) => html`<div class="head" tabindex="0" role="group" aria-label=${t("order.head")}><section class="note ${one.status === "01" ? "warn" : one.status === "04" || one.status === "03" ? "good" : ""}" role="status">
    <p><strong>${t(`order.${one.status}`)}</strong> · <span lang=${data()}>${one.consultationReason} · ${one.patient?.name}</span> · ${one.fee > 0 ? yuan(one.fee) : t("free")}</p>
    <p>${promise(cx, one)}</p>
    ${["01", "03"].includes(one.status) ? html`<div class="row">${one.status === "01" ? html`<a class="button primary" href=${address(`/pay/consultation/${cx.params.id}`)}>${t("pay.go")}</a>` : nothing}
      ${one.status === "03" && one.fee > 0 ? button(cx, "refund", t("order.refund"), () => change(cx, one, "06", "order.refund.ask"), { check: () => moved(cx, one), done: () => cx.reload() }) : nothing}
      ${one.status === "01" ? button(cx, "cancel", t("order.cancel"), () => change(cx, one, "02", "order.cancel.ask"), { kind: "danger", check: () => moved(cx, one), done: () => cx.reload() }) : nothing}</div>` : nothing}
    ${one.images?.length ? gallery(one.images) : nothing}
  </section></div>`;

/** What stands below the last message: the diagnosis, and in the end the rating. */
export const cards = (cx, { one, diagnosis, questions }) => (!diagnosis && one.status !== "07" ? nothing : html`<div class="stack cards">
  ${diagnosis ? html`<section class="card"><h2>${t("diagnosis.title")}</h2><dl class="facts" lang=${data()}><dt>${t("diagnosis.main")}</dt><dd>${diagnosis.mainDiagnosis}</dd>
    ${diagnosis.secondDiagnosis?.length ? html`<dt>${t("diagnosis.second")}</dt><dd>${diagnosis.secondDiagnosis.join("、")}</dd>` : nothing}
    <dt>${t("diagnosis.complaint")}</dt><dd>${diagnosis.chiefComplaint}</dd><dt>${t("diagnosis.past")}</dt><dd>${diagnosis.historyOfPastIllness}</dd></dl></section>` : nothing}
  ${one.status === "07" ? (one.evaluated ? html`<p class="note">${t("rate.done")}</p>` : questions ? evaluation(cx, one, questions) : nothing) : nothing}
</div>`);

const moved = async (cx, one) => { const now = await find(cx, Number(cx.params.id)); return now.status !== one.status ? now : null; };

const change = async (cx, one, status, ask) => {
  if (!(await cx.confirm(t(ask), { yes: t("ok"), kind: "danger" }))) return;
  await cx.ask("POST", "/consultation/update", { consultationId: one.id, status });
  await cx.reload();
};

const evaluation = (cx, one, questions) => html`<section class="card"><h2>${t("rate.title")}</h2>${form(cx, "rate", {
  label: t("rate.title"), record: one.id, draft: true,
  run: async (fields) => {
    const answers = questions.map((q) => (q.type === "01" ? { questionId: q.id, score: Number(fields[q.id]) } : { questionId: q.id, text: fields[q.id] })).filter((a) => a.score || a.text);
    try { await cx.ask("POST", "/api/consultation/evaluate", { consultationId: one.id, answers }); } catch (fault) { if (fault.slug !== "already_evaluated") throw fault; }
    await cx.reload();
  },
  check: async () => { const now = await find(cx, Number(cx.params.id)); return now.evaluated ? now : null; }, done: () => cx.reload(),
}, html`${questions.map((q) => (q.type === "01"
    ? radios(cx, "rate", { name: q.id, legend: q.question ?? q.quesion, required: true, options: [1, 2, 3, 4, 5].map((n) => ({ value: n, label: t("stars", { n }) })) })
    : field(cx, "rate", { name: q.id, type: "textarea", label: q.question ?? q.quesion, maxlength: 500 })))}
  ${submit(cx, "rate", t("submit"))}`)}</section>`;
