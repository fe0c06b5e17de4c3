// What is wrong with backups and archive, in words; what the machine said of it stands behind 详情, in its own.

import { html, nothing } from "../vendor/lit.js";
import { icon } from "../shared/frame.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";

/** These lose something when the machine is lost today; the others do soon. */
const GRAVE = ["failed", "damaged", "unreadable", "archive_fails"];

/** A length of time as people say it: the largest unit alone. */
export const span = (seconds) => {
  const [unit, length] = [["days", 86_400], ["hours", 3_600], ["minutes", 60], ["seconds", 1]].find(([, one]) => seconds >= one && (one < 86_400 || seconds >= 2 * one)) ?? ["seconds", 1];
  return t(`span.${unit}`, { n: Math.floor(seconds / length) });
};

const text = (one, state) => {
  if (one.kind === "old") return state.age_seconds === null ? t("worry.none_yet") : t("worry.old", { age: span(state.age_seconds), every: span(state.every_seconds) });
  if (one.kind === "archive_behind") return t("worry.archive_behind", { lag: span(state.archive.lag_seconds) });
  return t(`worry.${one.kind}`);
};

/** `link`: where it is not the screen of the backups itself. */
export const worries = (state, link = false) => state.warnings.map((one) => html`<div class="note ${GRAVE.includes(one.kind) ? "bad" : "warn"}">
  <p>${icon("triangle-alert")} ${text(one, state)}${link ? html` <a href=${address("/backups")}>${t("worry.see")}</a>` : nothing}</p>
  ${one.why && !link ? html`<details><summary>${t("problem.details")}</summary><code lang="en">${one.why}</code></details>` : nothing}</div>`);
