// Founding a team.

import { html } from "../vendor/lit.js";
import { Refused } from "../shared/api.js";
import { field, form, submit } from "../shared/form.js";
import { fen } from "../shared/money.js";
import { t } from "../shared/words.js";

export const title = "teams.create";
export const needs = "session";
export const styles = ["form"];
export const parent = "/teams";

export const view = (cx) => html`<div class="card">${form(cx, "team", {
  label: t("teams.create"), draft: true, record: "new",
  run: async (f) => {
    const fee = fen(f.fee);
    if (fee === null) throw new Refused({ status: 422, slug: "invalid_field", message: t("field.range"), fields: { fee: t("field.range") } });
    cx.state.name = f.name.trim();
    const team = await cx.ask("POST", "/team", { name: f.name.trim(), introduction: f.introduction.trim(), agreement: f.agreement.trim(), consult_fee: fee });
    arrive(cx, team);
  },
  check: async () => (await cx.ask("GET", "/team", { name: cx.state.name, limit: 50 })).items.find((one) => one.name === cx.state.name && one.founder_id === cx.me.member_id) ?? null,
  done: (team) => arrive(cx, team),
}, html`${field(cx, "team", { name: "name", label: t("team.name"), required: true, maxlength: 100 })}
  ${field(cx, "team", { name: "introduction", type: "textarea", label: t("team.introduction"), maxlength: 5000, rows: 3 })}
  ${field(cx, "team", { name: "agreement", type: "textarea", label: t("team.agreement"), hint: t("team.agreement.hint"), required: true, maxlength: 20000, rows: 6 })}
  ${field(cx, "team", { name: "fee", label: t("team.consult_fee"), hint: t("team.fee.hint.doctor"), required: true, inputmode: "decimal", pattern: "\\d{1,6}(\\.\\d{1,2})?", wrong: t("field.range"), maxlength: 10 })}
  ${submit(cx, "team", t("teams.create"))}`)}</div>`;

const arrive = (cx, team) => { cx.toast(t("saved")); cx.go(`/teams/${team.team_id}`, {}, { replace: true }); };
