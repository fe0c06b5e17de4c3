// Short notes at the edge of the page: "已保存", "苏医生：新消息". A toast never carries an error alone: errors stay at their button.
//
//   toast(t("saved"))          goes after five seconds; stays in 长辈模式 until it is closed
//   announce("苏医生：新消息")   for screen readers only, at most one every five seconds

import { t } from "./words.js";

let last = 0;
const region = (className) => {
  let found = document.querySelector(`.${className}`);
  if (!found) {
    found = document.createElement("div");
    found.className = className;
    found.setAttribute("role", "status");
    document.body.append(found);
  }
  return found;
};

export const toast = (text) => {
  const box = region("toasts");
  const one = document.createElement("p");
  const close = document.createElement("button");
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", t("close"));
  close.addEventListener("click", () => one.remove());
  one.append(Object.assign(document.createElement("span"), { textContent: text }), close);
  box.replaceChildren(one);
  if (!document.documentElement.classList.contains("big")) setTimeout(() => one.remove(), 5000);
};

export const announce = (text) => {
  if (Date.now() - last < 5000) return;
  last = Date.now();
  region("announcer").textContent = text;
};
