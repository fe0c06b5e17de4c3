// All conversations; one that is picked opens beside them.

import { html } from "../vendor/lit.js";
import { empty } from "../shared/list.js";
import { address } from "../shared/route.js";
import { t } from "../shared/words.js";
import { columns, layout as filled, watch } from "./columns.js";
import * as inbox from "./inbox.js";
import { nothing } from "../vendor/lit.js";

export const title = "messages.title";
export const needs = "session";
export const layout = filled;
export const styles = ["form", "chat"];

export const load = async (cx) => ({ list: await inbox.load(cx) });

export const view = (cx) => {
  watch(cx);
  return columns(cx, {
    list: html`<p class="row"><a class="button" href=${address("/contacts")}>${t("contacts.title")}</a><a class="button" href=${address("/notices")}>${t("notices.title")}</a></p>${inbox.view(cx)}`,
    work: empty("message-circle", t("messages.pick")), side: nothing, names: [t("messages.title"), t("chat.log"), ""],
  });
};
