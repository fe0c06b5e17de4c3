// What there is to say of each collection of /admin: its columns, filters, form and actions. resource.js draws any of them; a new collection
// is one entry here, its words (r.NAME, f.FIELD) in the catalogue, and its place in menu.js.
//
//   name(row)     what a row is called        columns   [field] or [field, { sort }]; the first names the row and opens it
//   show: false   a row has no address of its own       filters   { key, options } or { key, kind: "ref" | "phone" | "id" }
//   form          fields of a new or changed row (fields.js); `fixed` ones only of a new one; change: false, make: false, remove: false
//   facts         fields that are shown and not changed  actions   row => [names of actions.js];  bulk  [names]
//   related       [collection, filter key, row => value] what else is of this row;  audit  its name in the audit log

import { date } from "../shared/time.js";
import { options } from "./codes.js";

const verify = { key: "is_verify", options: options("is_verify") };
const readers = { key: "type", options: options("type") };
const place = { name: "place", kind: "place" };
const person = (row) => row.real_name || row.phone;
const letIn = (row) => (row.is_verify === 0 ? ["pass", "fail"] : row.is_verify === 1 ? ["disable"] : ["enable"]);

export const RESOURCES = {
  doctors: {
    name: person, audit: "doctor", reveal: true, sure: true,
    columns: ["real_name", "phone", "hospital", "departments", "job_position", "is_verify", "image_and_text_price", "patient_count", "score", "created_at"],
    sorts: ["real_name", "hospital", "departments", "is_verify", "image_and_text_price", "created_at"], filters: [verify],
    facts: ["id", "phone", "idno", "email", "addr", "score", "visits_count", "patient_count", "service_time_long", "has_password", "created_at"],
    form: [{ name: "real_name", required: true, most: 50 }, { name: "phone", kind: "phone", required: true }, { name: "password", kind: "password" }, { name: "avatars", kind: "image" },
      { name: "hospital_id", kind: "ref", of: "hospitals", required: true }, { name: "department_id", kind: "ref", of: "departments" }, { name: "departments", most: 50 }, { name: "job_position", most: 50 },
      { name: "idno", kind: "idno" }, { name: "doctor_sn", most: 32 }, { name: "good_at", kind: "area", most: 1000 }, { name: "abstract", kind: "area", most: 5000 }, { name: "honours", kind: "area", most: 2000 },
      { name: "email", most: 100 }, place, { name: "work_time", kind: "week" }, { name: "work_photo", kind: "images", most: 20 },
      { name: "image_and_text_open", kind: "flag" }, { name: "image_and_text_price", kind: "money" }, { name: "is_hot", kind: "flag" }, { name: "weight", kind: "number" }],
    actions: (row) => [...letIn(row), "reveal"], bulk: ["pass", "fail", "remove"],
    related: [["projects", "doctor_id", (row) => row.id], ["registrations", "doctor_id", (row) => row.id], ["consultations", "doctor_id", (row) => row.id], ["org-memberships", "doctor_id", (row) => row.id], ["sessions", "account_id", (row) => row.id]],
  },
  assistants: {
    name: person, audit: "assistant", sure: true,
    columns: ["real_name", "phone", "team_name", "is_verify", "help_count", "created_at"], sorts: ["real_name", "team_name", "help_count", "is_verify", "created_at"], filters: [verify],
    facts: ["id", "phone", "idno", "email", "addr", "help_count", "has_password", "created_at"],
    form: [{ name: "real_name", required: true, most: 50 }, { name: "phone", kind: "phone", required: true }, { name: "password", kind: "password" }, { name: "avatars", kind: "image" },
      { name: "team_name", most: 100 }, { name: "idno", kind: "idno" }, { name: "email", most: 100 }, place],
    actions: (row) => [...letIn(row), "reveal"], bulk: ["pass", "fail", "remove"],
    related: [["registrations", "assistant_id", (row) => row.id], ["sessions", "account_id", (row) => row.id]],
  },
  patients: {
    name: person, audit: "patient", sure: true,
    columns: ["real_name", "phone", "sex", "age", "is_verify", "registration_count", "credit_score", "created_at"], sorts: ["real_name", "registration_count", "is_verify", "created_at"], filters: [verify],
    facts: ["id", "phone", "idno", "sex", "birthday", "age", "email", "addr", "credit_score", "punctuality_score", "registration_count", "has_password", "patients", "created_at"],
    form: [{ name: "real_name", required: true, most: 50 }, { name: "phone", kind: "phone", required: true }, { name: "password", kind: "password" }, { name: "avatars", kind: "image" },
      { name: "idno", kind: "idno" }, { name: "height", most: 20 }, { name: "weight", label: "kilos", most: 20 }, { name: "email", most: 100 }, place],
    actions: letIn, bulk: ["pass", "fail", "remove"],
    related: [["registrations", "user_id", (row) => row.id], ["consultations", "user_id", (row) => row.id], ["payments", "payer_id", (row) => row.id], ["sessions", "account_id", (row) => row.id]],
  },
  "org-memberships": {
    name: (row) => `${row.doctor_name} · ${row.org_name}`, audit: "membership", change: false,
    columns: ["doctor_name", "org_name", "verify_status", "created_at"], sorts: ["doctor_name", "org_name", "verify_status", "created_at"],
    filters: [{ key: "verify_status", options: options("membership_status") }, { key: "org_id", kind: "ref", of: "orgs" }, { key: "doctor_id", kind: "ref", of: "doctors" }],
    facts: ["id", "doctor_id", "org_id", "created_at"], form: [{ name: "doctor_id", kind: "ref", of: "doctors", required: true }, { name: "org_id", kind: "ref", of: "orgs", required: true }],
    actions: (row) => (row.verify_status === 0 ? ["pass", "fail"] : row.verify_status === 1 ? ["fail"] : ["pass"]), bulk: ["pass", "fail", "remove"],
  },
  administrators: {
    name: (row) => row.username, audit: "administrator", change: false, sure: true, columns: ["username", "created_at"], sorts: ["username", "created_at"], facts: ["id", "created_at"],
    form: [{ name: "username", required: true, most: 64 }, { name: "password", kind: "password" }], actions: () => ["reset"],
    related: [["audit", "account_id", (row) => row.id], ["sessions", "account_id", (row) => row.id]],
  },
  projects: {
    name: (row) => `${row.doctor_name} ${row.date} ${row.begin.slice(0, 5)}`, audit: "project", remove: false,
    columns: ["date", "doctor_name", "time", "hospital", "addr", "join_people_count", "price", "state", "created_at"], sorts: ["date", "doctor_name", "join_people_count", "price", "state", "created_at"],
    filters: [{ key: "state", options: options("session_state") }, { key: "doctor_id", kind: "ref", of: "doctors" }, { key: "hospital_id", kind: "ref", of: "hospitals" }, { key: "special_project_id", kind: "id" }],
    facts: ["id", "doctor_name", "hospital", "date", "time", "addr", "people_count", "join_people_count", "plan_time", "price", "service_target", "abstract", "created_at"],
    form: [{ name: "doctor_id", kind: "ref", of: "doctors", required: true, fixed: true }, { name: "date", kind: "date", required: true, fixed: true }, { name: "begin", kind: "clock", required: true, fixed: true },
      { name: "end", kind: "clock", required: true, fixed: true }, { name: "people_count", kind: "number", required: true, fixed: true }, { name: "addr", required: true, most: 200, fixed: true },
      { name: "lng", fixed: true, hint: "place.hint" }, { name: "lat", fixed: true, hint: "place.hint" }, { name: "service_target", kind: "list", required: true, fixed: true }, { name: "abstract", kind: "area", required: true, most: 5000, fixed: true },
      { name: "price", kind: "yuan", required: true, fixed: true }, { name: "special_project_id", kind: "ref", of: "special-projects" }],
    actions: (row) => (row.state === "open" && row.op_cancel === 1 ? ["cancel"] : []), related: [["registrations", "project_id", (row) => row.id]],
  },
  registrations: {
    name: (row) => `${row.patient_name} ${date(row.visit_time)} ${String(row.plan_time).replace(/(\d\d:\d\d):\d\d/g, "$1").replace(" - ", "–")}`, audit: "registration", form: null, remove: false,
    columns: ["patient_name", "patient_phone", "doctor_name", "visit_time", "stage", "amount", "refund_status", "created_at"], sorts: ["patient_name", "doctor_name", "visit_time", "stage", "amount", "created_at"],
    filters: [{ key: "stage", options: options("stage") }, { key: "doctor_id", kind: "ref", of: "doctors" }, { key: "project_id", kind: "id" }, { key: "user_id", kind: "id" }, { key: "assistant_id", kind: "id" }],
    facts: ["id", "patient_name", "patient_phone", "doctor_name", "visit_time", "plan_time", "stage", "amount", "sn", "refund_status", "refund_time", "reject_msg", "counts", "doctor_score", "doctor_comment", "assistant_id", "created_at", "updated_at"],
    actions: (row) => (row.amount > 0 && row.payment_id && !row.refund_status && row.stage === "missed" ? ["give_back", "reveal"] : ["reveal"]),
    related: [["payments", "q", (row) => row.sn]],
  },
  consultations: {
    name: (row) => `${row.patient_name} · ${row.doctor_name}`, audit: "consultation", form: null, remove: false,
    columns: ["patient_name", "doctor_name", "consultation_status", "fee", "consultation_reason", "replies", "due", "created_at"], sorts: ["patient_name", "doctor_name", "fee", "due", "created_at"],
    filters: [{ key: "status", options: options("consultation_status") }, { key: "doctor_id", kind: "ref", of: "doctors" }, { key: "user_id", kind: "id" }],
    facts: ["id", "consultation_no", "patient_name", "doctor_name", "consultation_status", "fee", "consultation_reason", "counts", "due", "paid_at", "out_trade_no", "created_at"],
    actions: (row) => (row.fee > 0 && row.paid_at && ["02", "03", "05"].includes(row.status) ? ["give_back", "reveal"] : ["reveal"]),
    related: [["payments", "q", (row) => row.out_trade_no]],
  },
  "team-consults": {
    name: (row) => `${row.team_name} · ${row.target_member_name}`, audit: "team_consult", form: null, remove: false,
    columns: ["team_name", "creator_member_name", "target_member_name", "team_consult_status", "consult_fee", "started_at", "created_at"], sorts: ["team_name", "consult_fee", "started_at", "created_at"],
    filters: [{ key: "status", options: options("team_consult_status") }, { key: "team_id", kind: "ref", of: "teams" }],
    facts: ["id", "team_name", "creator_member_name", "target_member_name", "team_consult_status", "consult_fee", "symptom_type", "counts", "created_at", "started_at", "ended_at"],
    actions: () => ["reveal"],
  },
  teams: {
    name: (row) => row.name, audit: "team", sure: true, columns: ["name", "founder_name", "consult_fee", "member_count", "clinic_name", "created_at"], sorts: ["name", "founder_name", "consult_fee", "member_count", "created_at"],
    facts: ["id", "founder_name", "assistant_name", "clinic_name", "member_count", "created_at"],
    form: [{ name: "name", required: true, most: 100 }, { name: "founder_id", kind: "ref", of: "doctors", required: true, fixed: true }, { name: "consult_fee", kind: "money", required: true }, { name: "introduction", kind: "area", most: 5000 },
      { name: "agreement", kind: "area", required: true, most: 20000 }, { name: "clinic_id", kind: "ref", of: "clinics" }],
    related: [["team-consults", "team_id", (row) => row.id], ["withdrawals", "team_id", (row) => row.id]],
  },
  refunds: {
    name: (row) => `${row.out_trade_no}`, audit: "refund", form: null, remove: false,
    columns: ["out_trade_no", "amount", "refund_state", "approved", "reason", "stuck", "created_at"], sorts: ["amount", "created_at", "done_at"], filters: [{ key: "status", options: options("refund_state") }],
    facts: ["id", "amount", "refund_state", "approved", "reason", "stuck", "source", "out_trade_no", "out_refund_no", "created_at", "done_at"],
    actions: (row) => (row.status === "pending" && !row.approved ? ["approve", "reject"] : []), bulk: ["approve"],
    related: [["payments", "q", (row) => row.out_trade_no]], story: true,
  },
  withdrawals: {
    name: (row) => `${row.team_name} ${row.month}`, audit: "withdrawal", form: null, remove: false,
    columns: ["team_name", "month", "amount", "withdrawal_state", "founder_name", "created_at"], sorts: ["team_name", "month", "amount", "created_at"],
    filters: [{ key: "status", options: options("withdrawal_state") }, { key: "team_id", kind: "ref", of: "teams" }],
    facts: ["id", "team_name", "founder_name", "month", "amount", "withdrawal_state", "created_at", "decided_at"],
    actions: (row) => (row.status === "pending" ? ["pay_out", "reject"] : []), bulk: ["pay_out"], related: [["team-consults", "team_id", (row) => row.team_id]],
  },
  payments: {
    name: (row) => row.out_trade_no, audit: "payment", form: null, remove: false,
    columns: ["out_trade_no", "description", "amount", "payment_state", "source", "provider", "created_at", "paid_at"], sorts: ["amount", "created_at", "paid_at"],
    filters: [{ key: "status", options: options("payment_state") }, { key: "payer_id", kind: "id" }],
    facts: ["id", "out_trade_no", "description", "amount", "payment_state", "source", "payer_id", "provider", "created_at", "paid_at"], related: [["refunds", "q", (row) => row.out_trade_no]], story: true,
  },
  news: {
    name: (row) => row.title, audit: "news", columns: ["title", "type", "publish_time"], sorts: ["title", "type", "publish_time"], filters: [readers], facts: ["id"], preview: true,
    form: [{ name: "type", kind: "choice", options: options("type"), required: true }, { name: "title", required: true, most: 200 }, { name: "photo", kind: "image" }, { name: "content", kind: "area", most: 100000, rows: 10 }, { name: "publish_time", kind: "moment" }], bulk: ["remove"],
  },
  banners: {
    name: (row) => row.title, audit: "banner", columns: ["title", "type", "photo", "href", "created_at"], sorts: ["title", "type", "created_at"], filters: [readers], facts: ["id", "created_at"], preview: true,
    form: [{ name: "type", kind: "choice", options: options("type"), required: true }, { name: "title", required: true, most: 200 }, { name: "photo", kind: "image" }, { name: "jump_mode", kind: "choice", options: options("jump_mode") }, { name: "jump_id", kind: "number" }, { name: "href", most: 500 }], bulk: ["remove"],
  },
  notices: {
    name: (row) => row.title, audit: "notice", change: false, removes: "withdraw", columns: ["title", "to", "automatic", "created_at"], sorts: ["title", "created_at"], filters: [{ key: "automatic", options: options("yes") }],
    facts: ["id", "to", "content", "automatic", "created_at"], form: null, make: "/notices/new", bulk: ["remove"],
  },
  "special-projects": {
    name: (row) => `${row.org_name || row.hospital} ${row.date}`, audit: "special_project", columns: ["date", "org_name", "hospital", "addr", "people_count", "join_people_count", "price", "created_at"], sorts: ["date", "org_name", "people_count", "price", "created_at"],
    filters: [{ key: "org_id", kind: "ref", of: "orgs" }, { key: "hospital_id", kind: "ref", of: "hospitals" }], facts: ["id", "org_name", "hospital", "join_people_count", "created_at"],
    form: [{ name: "date", kind: "date", required: true }, { name: "begin", kind: "clock", required: true }, { name: "end", kind: "clock", required: true }, { name: "org_id", kind: "ref", of: "orgs" }, { name: "hospital_id", kind: "ref", of: "hospitals" },
      { name: "people_count", kind: "number" }, { name: "addr", most: 200 }, { name: "lng", hint: "place.hint" }, { name: "lat", hint: "place.hint" }, { name: "abstract", kind: "area", required: true, most: 5000 }, { name: "photo", kind: "image" }, { name: "price", kind: "yuan" }, { name: "service_target", kind: "list" }],
    related: [["projects", "special_project_id", (row) => row.id]],
  },
  hospitals: {
    name: (row) => row.name, audit: "hospital", sure: true, columns: ["name", "level", "tag", "city_name", "doctor_count", "created_at"], sorts: ["name", "level", "doctor_count", "created_at"], facts: ["id", "doctor_count", "created_at"],
    form: [{ name: "name", required: true, most: 100 }, { name: "level", most: 50 }, { name: "tag", most: 200 }, { name: "logo", kind: "image" }, { name: "banner", kind: "images", most: 20 }, place], bulk: ["remove"],
    related: [["projects", "hospital_id", (row) => row.id], ["special-projects", "hospital_id", (row) => row.id]],
  },
  departments: { name: (row) => row.name, audit: "department", columns: ["name", "sort"], sorts: ["name", "sort"], facts: ["id"], form: [{ name: "name", required: true, most: 50 }, { name: "sort", kind: "number" }], bulk: ["remove"] },
  clinics: {
    name: (row) => row.name, audit: "clinic", sure: true, columns: ["name", "founder_name", "supervisor_name", "doctor_ids", "created_at"], sorts: ["name", "founder_name", "created_at"], facts: ["id", "founder_name", "supervisor_name", "created_at"],
    form: [{ name: "name", required: true, most: 100 }, { name: "founder_id", kind: "ref", of: "doctors", required: true, fixed: true }, { name: "introduction", kind: "area", most: 5000 }], bulk: ["remove"],
  },
  orgs: {
    name: (row) => row.name, audit: "org", sure: true, columns: ["name", "member_count", "created_at"], sorts: ["name", "member_count", "created_at"], facts: ["id", "member_count", "created_at"],
    form: [{ name: "name", required: true, most: 100 }, { name: "logo", kind: "image" }, { name: "abstract", kind: "area", most: 5000 }], bulk: ["remove"], related: [["org-memberships", "org_id", (row) => row.id], ["special-projects", "org_id", (row) => row.id]],
  },
  regions: {
    name: (row) => row.name, audit: "region", timeless: true, columns: ["name", "id", "short_name", "pinyin", "parent_id", "sort"], sorts: ["name", "id", "parent_id", "sort"], filters: [{ key: "parent_id", kind: "id" }], facts: [],
    form: [{ name: "id", kind: "number", required: true, fixed: true }, { name: "name", required: true, most: 50 }, { name: "short_name", most: 50 }, { name: "pinyin", most: 100 }, { name: "parent_id", kind: "number" }, { name: "sort", kind: "number" }],
    related: [["regions", "parent_id", (row) => row.id]],
  },
  "diagnosis-terms": { name: (row) => row.name, audit: "diagnosis_term", columns: ["name", "code"], sorts: ["name", "code"], facts: ["id"], form: [{ name: "name", required: true, most: 100 }, { name: "code", most: 50 }], bulk: ["remove"] },
  "consultation-reasons": { name: (row) => row.reason, audit: "consultation_reason", columns: ["reason", "sort", "updated_at"], sorts: ["reason", "sort", "updated_at"], facts: ["id", "created_at"], form: [{ name: "reason", required: true, most: 100 }, { name: "sort", kind: "number" }], bulk: ["remove"] },
  "evaluation-questions": {
    name: (row) => row.question, audit: "evaluation_question", columns: ["question", "answer_kind", "sort", "updated_at"], sorts: ["question", "sort", "updated_at"], facts: ["id", "created_at"],
    form: [{ name: "question", required: true, most: 200 }, { name: "type", kind: "choice", options: options("answer_kind") }, { name: "sort", kind: "number" }], bulk: ["remove"],
  },
  outbox: { name: (row) => row.phone, show: false, form: null, remove: false, columns: ["phone", "code", "sms_state", "problem", "text", "created_at"], sorts: ["created_at"], filters: [{ key: "phone", kind: "phone" }, { key: "state", options: options("sms_state") }] },
  sessions: {
    name: (row) => row.login, show: false, form: null, removes: "end", columns: ["login", "role", "account_id", "created_at", "expires_at"], sorts: ["login", "role", "created_at", "expires_at"],
    filters: [{ key: "role", options: options("role") }, { key: "account_id", kind: "id" }], bulk: ["remove"], rowActions: ["remove"],
  },
  audit: {
    name: (row) => row.id, show: false, form: null, remove: false, columns: ["at", "action", "subject", "subject_id", "role", "account_id", "address", "purpose", "why"], sorts: ["at", "action", "subject", "account_id"],
    filters: [{ key: "action", options: options("action") }, { key: "subject", options: options("subject") }, { key: "subject_id", kind: "id" }, { key: "account_id", kind: "id" }],
  },
};
