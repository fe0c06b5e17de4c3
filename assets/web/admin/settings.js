// Every setting with its value, where that comes from and what it means, and the line for xuanhu.toml. Read only.

import { html, nothing } from "../vendor/lit.js";
import { search } from "../shared/form.js";
import { empty } from "../shared/list.js";
import { language, t } from "../shared/words.js";
import meanings from "./meanings.js";

export const title = "menu.settings";
export const needs = "session";
export const styles = ["form"];

export const load = (cx) => cx.ask("GET", "/admin/settings");

const meaning = (one) => meanings[one.key] ?? "";
/** By the key, and by what it means in either language. */
const wanted = (items, q = "") => items.filter((one) => `${one.key} ${meaning(one)} ${one.doc}`.toLowerCase().includes(q.trim().toLowerCase()));

/** What it means, in the language of the page first. */
const told = (one) => {
  const chinese = html`<span lang="zh-CN">${meaning(one)}</span>`;
  return language() === "en" ? html`<span class="means">${one.doc}</span><span class="faint">${chinese}</span>` : html`<span class="means">${chinese}</span><span class="faint" lang="en">${one.doc}</span>`;
};

const line = (one) => {
  const name = one.key.split(".").slice(1).join(".");
  const text = /^(true|false|-?\d+)$/.test(one.value) || /^\[.*\]$/.test(one.value) ? one.value : JSON.stringify(one.value);
  return `${name} = ${text}`;
};

const copy = (cx, one) => async () => {
  await navigator.clipboard?.writeText(`[${one.key.split(".")[0]}]\n${line(one)}\n`);
  cx.toast(t("copied"));
};

export const view = (cx, data) => {
  const items = wanted(data.items, cx.query.q);
  const sections = Map.groupBy ? Map.groupBy(items, (one) => one.key.split(".")[0]) : items.reduce((all, one) => {
    const section = one.key.split(".")[0];
    return all.set(section, [...(all.get(section) ?? []), one]);
  }, new Map());
  return html`<p class="faint">${t("settings.text")}</p>
    ${search({ label: t("settings.search"), value: cx.query.q, run: (q) => cx.set({ q }, { replace: true }) })}
    ${items.length === 0 ? empty("search", t("table.none")) : nothing}
    ${[...sections].map(([name, list]) => html`<section><h2><code>[${name}]</code></h2>
      <div class="region" role="region" tabindex="0" aria-label=${name}><table class="settings"><thead><tr><th scope="col">${t("settings.key")}</th><th scope="col">${t("settings.value")}</th><th scope="col">${t("settings.origin")}</th><th scope="col">${t("settings.line")}</th></tr></thead>
      <tbody>${list.map((one) => html`<tr><th scope="row"><code>${one.key}</code>${told(one)}</th>
        <td class="num">${one.value === "" ? html`<span class="faint">${t("settings.unset")}</span>` : one.value}</td>
        <td><span class="tag ${one.origin === "default" ? "" : "good"}">${t(`origin.${one.origin}`)}</span></td>
        <td><code>${line(one)}</code> <button type="button" class="link" aria-label=${t("settings.copy", { key: one.key })} @click=${copy(cx, one)}>${t("copy")}</button></td></tr>`)}</tbody></table></div></section>`)}`;
};
