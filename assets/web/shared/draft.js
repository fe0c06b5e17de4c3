// Drafts: what a person typed is never lost. One per form, person and record.
//
//   const d = draft("join", 1917)     d.get() → the fields or null;  d.put(fields);  d.drop()
//   unsaved()                          whether any draft of this person is kept (asked before signing out)
//   forget()                           drops them all, when its owner has agreed
//
// Never give it ID numbers or passwords: mark those fields with data-private (form.js leaves them out). Patients' drafts are kept in
// localStorage; staff pages call `inTab()` at start: health text then lives in sessionStorage.

import { keep, me, tab } from "./session.js";

let area = keep;
/** Staff: drafts stay in this tab. */
export const inTab = () => { area = tab; };

const prefix = () => `xuanhu.draft.${me()?.role ?? "guest"}.${me()?.member_id ?? 0}.`;

export const draft = (form, record = "") => {
  // The owner is fixed when the form opens: who signs in later does not see it.
  const key = `${prefix()}${form}.${record}`;
  return {
    get: () => area.get(key),
    put: (fields) => area.put(key, fields),
    drop: () => area.drop(key),
  };
};

export const unsaved = () => area.keys(prefix()).length > 0;
export const forget = () => area.keys(prefix()).forEach((key) => area.drop(key));
