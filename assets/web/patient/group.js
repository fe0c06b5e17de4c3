// A team consult inside its conversation: who takes part, services on offer, finishing. No screen of its own.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { yuan } from "../shared/money.js";
import { data, t } from "../shared/words.js";

export const load = async (cx, id) => {
  const [consult, vas, profile] = await Promise.all([cx.ask("GET", `/consult/${id}`), cx.ask("GET", `/consult/${id}/vas`, { limit: 50 }), cx.ask("GET", "/member/profile")]);
  return { consult, vas: vas.items, balance: profile.balance };
};

export const closed = ({ consult }) => (consult.status < 2 ? null : t(consult.status === 2 ? "consult.finished" : "consult.cancelled"));

export const head = (cx, { consult }) => {
  const { id } = cx.params;
  const again = async () => (await cx.ask("GET", `/consult/${id}`)).status > consult.status || null;
  return html`<div class="head" tabindex="0" role="group" aria-label=${t("order.head")}><section class="note ${consult.status < 2 ? "good" : ""}" role="status">
      <p><strong>${t(`consult.${consult.status}`)}</strong> · <span lang=${data()}>${consult.target_member_name}</span> · ${yuan(consult.consult_fee)}</p>
      <p>${t(`consult.${consult.status}.text`)}</p>
      ${consult.status < 2 ? html`<div class="row">${consult.status === 0 ? button(cx, "cancel", t("consult.cancel"), () => end(cx, `/consult/${id}/cancel`, "consult.cancel.ask"), { kind: "danger", check: again, done: () => cx.reload() }) : nothing}
        ${consult.status === 1 ? button(cx, "finish", t("consult.finish"), () => end(cx, `/consult/${id}/finish`, "consult.finish.ask"), { check: again, done: () => cx.reload() }) : nothing}</div>` : nothing}
    </section></div>`;
};

/** Services on offer stand below the last message; what was decided is a line. */
export const cards = (cx, { vas, balance }) => (vas.length === 0 ? nothing : html`<div class="stack cards">${vas.map((one) => offer(cx, one, balance))}</div>`);

const offer = (cx, one, balance) => html`<section class="card" aria-label=${one.name}>
  <p><strong>${t("vas.offer")}</strong> <span lang=${data()}>${one.name}</span> <span class="price">${yuan(one.amount)}</span>
    <span class="tag ${one.status === 1 ? "good" : one.status === 2 ? "" : "warn"}">${t(`vas.${one.status}`)}</span></p>
  <p lang=${data()}>${one.description} <span class="faint">${one.doctor_name}</span></p>
  ${one.status === 0 ? html`<p class="faint">${t("vas.balance", { amount: yuan(balance) })}</p><div class="row">
    ${button(cx, `yes${one.vas_id}`, t("vas.confirm"), () => decide(cx, one, true), { kind: "primary", label: t("vas.confirm.label", { amount: yuan(one.amount) }), safe: true })}
    ${button(cx, `no${one.vas_id}`, t("vas.reject"), () => decide(cx, one, false), { safe: true })}</div>` : nothing}
</section>`;

const decide = async (cx, one, yes) => {
  if (yes && !(await cx.confirm(t("vas.ask", { name: one.name, amount: yuan(one.amount) }), { yes: t("pay.now", { amount: yuan(one.amount) }) }))) return;
  if (yes) await cx.ask("POST", `/vas/${one.vas_id}/confirm`);
  else await cx.ask("POST", `/vas/${one.vas_id}/reject`);
  await cx.reload();
};

const end = async (cx, path, ask) => {
  if (!(await cx.confirm(t(ask), { yes: t("ok") }))) return;
  await cx.ask("POST", path);
  await cx.reload();
};
