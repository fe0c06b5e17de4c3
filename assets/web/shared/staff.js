// What staff pages have and the patient's has not: drafts that stay in the tab, the lock, keys, denser type.
//
//   await staff({ role: "doctor", words: { "zh-CN": words, en: () => import("../words/doctor-en.js") } })   in app.js, before start()

import { inTab } from "./draft.js";
import { listen } from "./keys.js";
import { watch } from "./lock.js";
import { add } from "./words.js";
import chinese from "../words/staff-zh-CN.js";

export const staff = ({ role, words }) => {
  document.documentElement.classList.add("staff");
  inTab();
  const own = words["zh-CN"];
  add({ "zh-CN": async () => ({ default: { ...chinese, ...own } }), en: () => import("../words/staff-en.js") });
  add({ en: words.en });
  listen();
  watch(role);
};
