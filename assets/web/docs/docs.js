// The interactive reference: Swagger UI under the pages' policy, and above it a bar of our own in Chinese. What is found, which interface is
// shown and who is signed in stand in the bar; the document comes from /openapi.json.

import { html, nothing, render } from "../vendor/lit.js";
import { about, ask } from "../shared/api.js";
import { applyLook } from "../shared/frame.js";
import { tab } from "../shared/session.js";
import { add, preferred, said, speak, t } from "../shared/words.js";
import words from "../words/docs-zh-CN.js";

const FAMILIES = ["volunteer-doctor", "internet-hospital", "im-contact", "team-consult", "admin", "fhir", "other"];
const ROLES = ["patient", "doctor", "assistant", "admin"];
const METHODS = ["get", "post", "put", "patch", "delete"];

const s = { document: null, clinic: {}, people: null, q: "", family: "", who: tab.get("xuanhu.docs"), note: null, fault: null, ui: null, shown: 0, timer: 0 };

/** The interface that a row belongs to, as the document says. */
const familyOf = (row) => (FAMILIES.includes(row["x-family"]) ? row["x-family"] : "other");

/** The document with what fits alone: by interface, and by path, title or summary. */
const fitting = () => {
  const wanted = s.q.trim().toLowerCase();
  const paths = {};
  const used = new Set();
  let count = 0;
  for (const [path, methods] of Object.entries(s.document.paths)) {
    for (const [method, row] of Object.entries(methods)) {
      if (!METHODS.includes(method)) continue;
      const text = `${method} ${path} ${row.summary ?? ""} ${row.description ?? ""} ${(row.tags ?? []).join(" ")}`.toLowerCase();
      if ((s.family && familyOf(row) !== s.family) || !wanted.split(/\s+/).every((word) => text.includes(word))) continue;
      (paths[path] ??= {})[method] = row;
      for (const tag of row.tags ?? []) used.add(tag);
      count += 1;
    }
  }
  s.shown = count;
  return { ...s.document, paths, tags: (s.document.tags ?? []).filter((tag) => used.has(tag.name)) };
};

const draw = () => {
  const spec = fitting();
  if (s.ui) { s.ui.specActions.updateJsonSpec(spec); } else {
    s.ui = window.SwaggerUIBundle({
      spec, dom_id: "#reference", deepLinking: true, docExpansion: "none", validatorUrl: null, defaultModelsExpandDepth: -1, syntaxHighlight: { activated: false },
      presets: [window.SwaggerUIBundle.presets.apis], layout: "BaseLayout", persistAuthorization: false, requestInterceptor: signed, showMutatedRequest: false,
      onComplete: () => { if (s.who) authorize(); mend(); },
    });
    new MutationObserver(mend).observe(document.getElementById("reference"), { childList: true, subtree: true, attributes: true, attributeFilter: ["href"] });
  }
  // What is looked for is shown, not only counted.
  if ((s.q || s.family) && s.shown <= 60) {
    setTimeout(() => spec.tags.forEach((tag) => s.ui.layoutActions.show(["operations-tag", tag.name], true)), 0);
  }
  bar();
};

/** What axe and readers of screens miss in Swagger UI's own markup. */
const mend = () => {
  const all = (selector) => document.getElementById("reference").querySelectorAll(selector);
  const set = (element, name, value) => { if (element.getAttribute(name) !== value) element.setAttribute(name, value); };
  for (const heading of all(".info h1, .info h2.title")) { set(heading, "role", "heading"); set(heading, "aria-level", "2"); }
  for (const [selector, word] of [[".information-container", "docs.title"], [".scheme-container", "docs.signin"]]) for (const part of all(selector)) { set(part, "role", "region"); set(part, "aria-label", t(word)); }
  // A link within a button: the button opens the same.
  for (const link of all(".opblock-summary-control a[href]")) link.removeAttribute("href");
  for (const box of all("pre, .highlight-code")) set(box, "tabindex", "0");
  for (const select of all("select:not([aria-label]), select[aria-label='']")) set(select, "aria-label", select.closest("[data-param-name]")?.dataset.paramName || select.title || t("docs.choice"));
  for (const field of all("textarea:not([aria-label]), input[type=text]:not([aria-label])")) set(field, "aria-label", field.placeholder || field.closest("[data-param-name]")?.dataset.paramName || t("docs.body"));
};

/** Requests go to this very server, with the token of who is signed in, unless Authorize says otherwise. */
const signed = (request) => {
  const url = new URL(request.url, location.href);
  if (url.origin === location.origin && s.who && !request.headers.Authorization && !request.headers["X-Auth-Token"]) {
    if (s.who.role === "admin") request.headers.Authorization = `Bearer ${s.who.token}`; else request.headers["X-Auth-Token"] = s.who.token;
  }
  return request;
};

const schemes = () => Object.keys(s.document.components?.securitySchemes ?? {});

/** Whoever was signed in before is signed out: Swagger UI fails on a sign-out of nobody. */
const forget = () => { if (s.ui.authSelectors.authorized()?.size > 0) s.ui.authActions.logout(schemes()); };

const authorize = () => {
  forget();
  // A scheme that bears a role's name is that role's alone.
  for (const name of schemes()) if (name === s.who.role || !ROLES.includes(name)) s.ui.preauthorizeApiKey(name, s.who.token);
};

const enter = async (role, name, password) => {
  Object.assign(s, { fault: null, note: null, busy: role });
  bar();
  try {
    const answer = role === "admin" ? await ask("POST", "/admin/login", { username: name, password }, { anonymous: true }) : await ask("POST", "/session", { phone: name, password, role }, { anonymous: true });
    const person = s.people?.find((one) => one.role === role && one.phone === name);
    s.who = { role, token: answer.token, name: person?.name ?? name };
    tab.put("xuanhu.docs", s.who);
    s.form = null;
    authorize();
  } catch (fault) { s.fault = fault; }
  s.busy = null;
  bar();
};

const leave = () => { s.who = null; tab.drop("xuanhu.docs"); forget(); bar(); };

const choose = (role) => () => {
  const person = s.people?.find((one) => one.role === role);
  if (person) enter(role, person.phone, s.password); else { s.form = role; bar(); requestAnimationFrame(() => document.getElementById("docs-name")?.focus()); }
};

const search = (event) => {
  if (event.isComposing) return;
  s.q = event.target.value;
  clearTimeout(s.timer);
  s.timer = setTimeout(draw, 250);
};

const signIn = () => html`<form class="card" name="docs" @submit=${(event) => { event.preventDefault(); const { name, password } = event.currentTarget.elements; enter(s.form, name.value.trim(), password.value); }}>
  <div class="field"><label for="docs-name">${t(s.form === "admin" ? "username" : "phone")}</label><input id="docs-name" name="name" required autocomplete="username"></div>
  <div class="field"><label for="docs-password">${t("password")}</label><input id="docs-password" name="password" type="password" required autocomplete="current-password"></div>
  <p class="row"><button type="submit" class="primary">${t("signin")}</button><button type="button" @click=${() => { s.form = null; bar(); }}>${t("cancel")}</button></p></form>`;

const bar = () => render(html`<header class="docs-bar">
  <a class="skip" href="#main">${t("skip")}</a>
  ${s.clinic.demo ? html`<p class="strip">${t("demo")}</p>` : nothing}
  <div class="docs-inner"><div class="row"><h1>${t("docs.title")}</h1><a href="/">${t("docs.home")}</a><a href="/openapi.json" download="openapi.json">openapi.json</a></div>
  <div class="filters">
    <div class="field wide"><label for="docs-q">${t("docs.find")}</label><input id="docs-q" type="search" autocomplete="off" .value=${s.q} @input=${search} @compositionend=${search}></div>
    <div class="field"><label for="docs-family">${t("docs.family")}</label><select id="docs-family" @change=${(event) => { s.family = event.target.value; draw(); }}><option value="">${t("all")}</option>${FAMILIES.filter((name) => s.families?.has(name)).map((name) => html`<option value=${name}>${t(`docs.${name}`)}</option>`)}</select></div>
    <div class="field"><span class="label" id="docs-who">${s.who ? t("docs.who", { name: s.who.name }) : t("docs.signin")}</span><div class="row" role="group" aria-labelledby="docs-who">
      ${ROLES.map((role) => html`<button type="button" aria-pressed=${String(s.who?.role === role)} aria-busy=${s.busy === role ? "true" : nothing} @click=${choose(role)}>${t(`docs.role.${role}`)}</button>`)}
      ${s.who ? html`<button type="button" class="quiet" @click=${leave}>${t("signout")}</button>` : nothing}</div></div>
  </div>
  ${s.form ? signIn() : nothing}
  ${s.fault ? html`<p class="note bad" role="alert">${said(s.fault)}</p>` : nothing}
  ${s.document ? html`<p class="faint" role="status">${t("docs.shown", { n: s.shown })}</p>` : nothing}</div></header>`, document.getElementById("bar"));

const failed = (fault) => render(html`<div class="empty" role="alert"><p>${said(fault)}</p></div>`, document.getElementById("reference"));

const start = async () => {
  applyLook();
  add({ "zh-CN": async () => ({ default: words }), en: () => import("../words/docs-en.js") });
  await speak(preferred(), false);
  document.title = t("docs.title");
  document.getElementById("bar").replaceChildren();
  bar();
  try {
    const [clinic, found] = await Promise.all([about().catch(() => ({})), ask("GET", "/openapi.json", undefined, { anonymous: true, whole: true })]);
    s.clinic = clinic;
    s.document = found;
    s.families = new Set(Object.entries(found.paths).flatMap(([path, methods]) => Object.entries(methods).filter(([method]) => METHODS.includes(method)).map(([, row]) => familyOf(row))));
    if (clinic.demo) {
      const demo = await ask("GET", "/web/demo.json", undefined, { anonymous: true, whole: true }).catch(() => null);
      s.people = demo?.people ?? null;
      s.password = demo?.password;
    }
    draw();
  } catch (fault) { failed(fault); }
};

start();
