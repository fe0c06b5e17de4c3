// Asking a team of doctors.

import { html } from "../vendor/lit.js";
import { field, form, radios, submit } from "../shared/form.js";
import { yuan } from "../shared/money.js";
import { picker, shots } from "../shared/picture.js";
import { redFlags } from "../shared/red-flags.js";
import { now } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const needs = "session";
export const styles = ["form"];
export const parent = "/teams";
export const title = (cx, { team }) => (team ? t("ask.title", { name: team.name }) : t("loading"));

export const load = async (cx) => {
  const [team, profile] = await Promise.all([cx.ask("GET", `/team/${cx.params.id}`), cx.ask("GET", "/member/profile")]);
  return { team, profile };
};

export const view = (cx, { team, profile }) => html`<p class="note">${t("team.consult.fee", { amount: yuan(team.consult_fee) })}</p>
  ${form(cx, "consult", {
    label: t("team.ask"), record: cx.params.id, draft: true,
    run: async ({ target, content }) => {
      cx.state.since = now() - 60_000;
      const made = await cx.ask("POST", "/consult", {
        team_id: Number(cx.params.id), creator_member_id: cx.me.member_id, target_member_id: Number(target), symptom_content: content, symptom_type: "text/plain", images: shots(cx.state.pictures),
      });
      cx.go(`/messages/consult/${made.consultation_id}`, {}, { replace: true });
    },
    check: async () => (await cx.ask("GET", "/consult/in_process_list", { limit: 10 })).find((one) => String(one.team_id) === cx.params.id && one.created >= cx.state.since) ?? null,
    done: (one) => cx.go(`/messages/consult/${one.consultation_id}`, {}, { replace: true }),
  }, html`
    ${radios(cx, "consult", { name: "target", legend: t("ask.patient"), required: true, value: cx.me.member_id, options: [{ value: cx.me.member_id, label: html`<span lang=${data()}>${profile.name}</span>`, note: t("oneself") },
      ...profile.family.map((one) => ({ value: one.relation_user_id, label: html`<span lang=${data()}>${one.name}</span>`, note: html`<span lang=${data()}>${one.relation_type}</span>` }))] })}
    ${redFlags(cx)}
    ${field(cx, "consult", { name: "content", type: "textarea", label: t("complaint"), hint: t("complaint.hint"), required: true, maxlength: 1000, rows: 5 })}
    ${picker(cx, { most: 9, label: t("book.pictures") })}
    ${submit(cx, "consult", t("ask.pay", { amount: yuan(team.consult_fee) }), { wide: true })}`)}`;
