// How a field of a row is told: money, times, states, pictures, lists. By its name, in tables and in the drawer.

import { html, nothing } from "../vendor/lit.js";
import { own } from "../shared/api.js";
import { gallery } from "../shared/picture.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { brief, full, near, slot } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { tone, word } from "./codes.js";

const MONEY = new Set(["amount", "fee", "consult_fee", "image_and_text_price"]);
const TIMES = new Set(["created_at", "updated_at", "paid_at", "done_at", "decided_at", "started_at", "ended_at", "due", "at", "expires_at", "refund_time", "visit_time", "publish_time"]);
const FLAGS = new Set(["is_hot", "image_and_text_open", "has_password", "approved", "automatic", "evaluated"]);
const NUMBERS = new Set(["id", "weight", "sort", "patient_count", "visits_count", "help_count", "registration_count", "doctor_count", "member_count", "people_count", "join_people_count", "replies", "age", "code", "phone", "patient_phone",
  "out_trade_no", "out_refund_no", "subject_id", "account_id", "score", "credit_score", "punctuality_score", "address", "month", "payer_id", "parent_id", "idno"]);
/** A code whose field is called something else than its kind. */
const KINDS = { verify_status: "membership_status", state: "session_state" };
const CODED = ["is_verify", "type", "stage", "role", "source", "sex", "action", "subject", "purpose", "refund_status", "provider"];
const STATUS = { consultation_status: "status", team_consult_status: "status", refund_state: "status", withdrawal_state: "status", payment_state: "status", answer_kind: "type", sms_state: "state" };

export const right = (name) => MONEY.has(name) || name === "price" || ["patient_count", "visits_count", "help_count", "registration_count", "doctor_count", "member_count", "join_people_count", "replies", "sort"].includes(name);
const tag = (kind, code) => (code === "" || code === null || code === undefined ? nothing : html`<span class="tag ${tone(kind, String(code))}">${word(kind, code)}</span>`);

/** A value as text alone, for tables, spreadsheets and titles. */
export const plain = (name, row) => {
  const value = row[STATUS[name] ?? name];
  if (name === "time") return slot(`${row.begin} - ${row.end}`);
  if (name === "join_people_count" && row.people_count !== undefined) return `${row.join_people_count}/${row.people_count}`;
  if (name === "why") return row.reason ?? "";
  // text/plain, image/jpeg, audio/amr: people want to know which of the three.
  if (name === "symptom_type") return word(name, String(value ?? "").split("/")[0]);
  if (name === "doctor_ids") return String(row.doctor_ids?.length ?? 0);
  if (name === "to") return typeof row.to === "number" ? t("notice.one", { id: row.to }) : word("to", row.to);
  if (value === null || value === undefined || value === "") return "";
  if (STATUS[name]) return word(name, value);
  if (KINDS[name]) return word(KINDS[name], value);
  if (CODED.includes(name)) return word(name, value);
  if (MONEY.has(name)) return yuan(value);
  if (name === "price") return yuan(value * 100);
  if (TIMES.has(name)) return full(value);
  if (FLAGS.has(name)) return t(value ? "yes" : "no");
  if (Array.isArray(value)) return value.join("、");
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
};

/** A cell of a table. Plain text wherever that will do: a thousand rows are drawn at once. */
export const cell = (name, row) => {
  const value = row[STATUS[name] ?? name];
  if (STATUS[name] && name !== "answer_kind") return tag(name, value);
  if (KINDS[name]) return tag(KINDS[name], value);
  if (name === "is_verify" || name === "stage" || name === "refund_status") return tag(name, value);
  if (name === "photo") return own(value) ? html`<img class="thumb" src="${own(value)}?w=120&h=120&fit=crop" alt="" loading="lazy" width="40" height="40">` : "";
  if (name === "stuck" && value) return html`<span class="tag bad">${value}</span>`;
  if (name === "visit_time" && value) return full(value);
  if (TIMES.has(name) && value) return html`<time datetime=${value} title=${full(value)}>${brief(value)}</time>`;
  return plain(name, row);
};

export const isNumber = (name) => MONEY.has(name) || NUMBERS.has(name) || TIMES.has(name) || name === "price" || name === "date" || name === "time";

/** A fact in the drawer. */
export const fact = (name, row) => {
  const value = row[name];
  if (name === "patients") return (value ?? []).map((one) => html`<a href=${address(`/persons/${one.patient_id}`)}>${one.name}</a> <span class="faint">${one.relation}</span> `);
  if (name === "counts") return value && value.texts + value.images + value.messages ? t("admin.counts", value) : nothing;
  if (name === "messages") return talk(value);
  if (name === "services") return list(value, (one) => html`${one.name} <span class="num">${yuan(one.amount)}</span> <span class="faint">${one.description}</span>`);
  if (name === "answers") return list(value, (one) => html`<span class="faint">${one.question}</span> ${one.score ?? ""} ${one.text}`);
  if (name === "diagnosis") return value ? html`${value.main_diagnosis}${value.second_diagnosis?.length ? `、${value.second_diagnosis.join("、")}` : ""}<br><span class="faint">${value.chief_complaint}</span>` : nothing;
  if (name === "casebook_info") return value?.content || value?.photo?.length ? html`<span class="pre">${value.content}</span>${gallery(value.photo)}` : nothing;
  if (name === "images" || name === "diag_photo") return value?.length ? gallery(value) : nothing;
  if (name === "plan_time") return typeof value === "object" ? list(Object.entries(value ?? {}), ([at, left]) => t("admin.project.left", { at: slot(at), n: left })) : slot(value ?? "");
  if (name === "source") return html`${word("source", value)} ${value === "recharge" ? html`<a href=${address(`/patients/${row.source_id}`)}>${row.source_id}</a>` : html`<a href=${address(`/${value}s/${row.source_id}`)}>${row.source_id}</a>`}`;
  if (name === "doctor_name" && row.doctor_id) return html`<a href=${address(`/doctors/${row.doctor_id}`)}>${value}</a>`;
  if (name === "patient_name" && row.user_id) return html`<a href=${address(`/patients/${row.user_id}`)}>${value}</a>`;
  if (name === "payer_id" && value) return html`<a href=${address(`/patients/${value}`)}>${value}</a>`;
  if (["content", "abstract", "diag_result", "symptom_content"].includes(name)) return value ? html`<span class="pre">${value}</span>` : nothing;
  const shown = cell(name, row);
  return shown === "" ? nothing : shown;
};

const list = (rows, view) => (rows?.length ? html`<ul class="plain">${rows.map((one) => html`<li>${view(one)}</li>`)}</ul>` : nothing);
const talk = (rows) => list(rows, (one) => html`<span class="faint num">${near(one.created_at)} · ${one.from_id || t("admin.the_clinic")}</span> ${one.retracted ? t("admin.retracted") : one.mimetype?.startsWith("image/") ? gallery([one.content]) : html`<span class="pre" lang=${data()}>${one.content}</span>`}${gallery(one.images)}`);
