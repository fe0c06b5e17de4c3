// Codes of the administration's interface, and the words that people have for them: c.KIND.CODE in the catalogue. `tone` colours a tag, and
// never stands alone: the word is in it.

import { t } from "../shared/words.js";

const CODES = {
  is_verify: ["0", "1", "2"],
  membership_status: ["0", "1", "2"],
  type: ["1", "2", "3"],
  yes: ["true", "false"],
  session_state: ["open", "ended", "cancelled"],
  stage: ["held", "booked", "rejected", "cancelled", "missed", "done"],
  consultation_status: ["01", "02", "03", "04", "05", "06", "07", "08", "09"],
  team_consult_status: ["0", "1", "2", "3"],
  refund_state: ["pending", "done", "rejected"],
  withdrawal_state: ["pending", "approved", "rejected"],
  payment_state: ["WAIT_FOR_PAY", "PAID", "CLOSED", "REFUNDING", "REFUNDED"],
  jump_mode: ["0", "1", "2", "3", "4", "5"],
  answer_kind: ["01", "02"],
  role: ["patient", "doctor", "assistant", "admin"],
  source: ["registration", "consultation", "recharge"],
  sex: ["1", "2"],
  to: ["all", "patients", "doctors", "assistants"],
  refund_status: ["1", "3"],
  action: ["look", "create", "update", "delete", "verify", "reset_password", "sign_in", "sign_out", "approve", "reject", "refund", "cancel", "import", "export", "sign_in_failed", "reveal", "seal", "export_self", "restrict",
    "pay_out", "token_refused", "revoke", "answer", "consent", "withdraw", "retire", "stop", "judge", "sign", "amend"],
  subject: ["administrator", "doctor", "assistant", "patient", "session", "region", "hospital", "department", "project", "registration", "payment", "refund", "diagnosis_term", "consultation_reason",
    "evaluation_question", "notice", "table", "org", "membership", "special_project", "news", "banner", "consultation", "clinic", "team", "team_consult", "withdrawal", "backup",
    "audit", "privacy_request", "complaint", "outbox", "integration", "search", "consent_text", "consent", "signed_record"],
  provider: ["demo", "wechat"],
  symptom_type: ["text", "image", "audio"],
  sms_state: ["waiting", "sent", "refused", "lapsed", "kept", "unknown"],
  purpose: ["profile", "visit", "consultation", "address_book", "administration", "fhir"],
};

const GOOD = { is_verify: ["1"], membership_status: ["1"], session_state: ["open"], stage: ["booked", "done"], consultation_status: ["04", "07"], team_consult_status: ["1", "2"], refund_state: ["done"], withdrawal_state: ["approved"], payment_state: ["PAID"], refund_status: ["3"], sms_state: ["sent"] };
const WARN = { is_verify: ["0"], membership_status: ["0"], stage: ["held", "missed"], consultation_status: ["01", "03", "06"], team_consult_status: ["0"], refund_state: ["pending"], withdrawal_state: ["pending"], payment_state: ["WAIT_FOR_PAY", "REFUNDING"], refund_status: ["1"], sms_state: ["waiting", "lapsed"] };
const BAD = { is_verify: ["2"], membership_status: ["2"], stage: ["rejected"], refund_state: ["rejected"], withdrawal_state: ["rejected"], sms_state: ["refused"] };

export const tone = (kind, code) => (GOOD[kind]?.includes(code) ? "good" : WARN[kind]?.includes(code) ? "warn" : BAD[kind]?.includes(code) ? "bad" : "");
/** The word of a code; the code itself where there is none. */
export const word = (kind, code) => (CODES[kind]?.includes(String(code)) ? t(`c.${kind}.${code}`) : String(code ?? ""));
export const options = (kind) => () => CODES[kind].map((value) => ({ value, label: word(kind, value) }));
