// Pictures: chosen or taken, made smaller in the browser, uploaded with progress, shown, enlarged.
//
//   picker(cx, { most: 3, label, key: "pictures" })   a list in cx.state[key]: strings (stored) and entries that are on their way
//   shots(list)                                        the addresses that are stored
//   gallery(list)                                      thumbnails; a tap shows one large
//   small(url)                                         the address of a 240 px thumbnail
//   await shrink(file)                                 a JPEG of at most 1600 px (GIFs and small ones as they are)
//   await upload(file, progress, signal)               its address

import { html, nothing } from "../vendor/lit.js";
import { own, Refused } from "./api.js";
import { icon } from "./frame.js";
import { me } from "./session.js";
import { said, t } from "./words.js";

const SIDE = 1600;

export const small = (url) => (own(url) ? `${own(url)}?w=240&h=240&fit=crop` : "");
export const shots = (list) => (list ?? []).filter((one) => typeof one === "string");

export const shrink = async (file) => {
  if (!file.type.startsWith("image/") || file.type === "image/gif") return file;
  let image;
  try { image = await createImageBitmap(file); } catch { return file; }
  const scale = Math.min(1, SIDE / Math.max(image.width, image.height));
  if (scale === 1 && file.size < 400_000) return file;
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(image.width * scale), height: Math.round(image.height * scale) });
  const pen = canvas.getContext("2d");
  // A picture with transparent parts becomes one on white.
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0, canvas.width, canvas.height);
  const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return made && made.size < file.size ? new File([made], "picture.jpg", { type: "image/jpeg" }) : file;
};

/** XMLHttpRequest, because fetch tells nothing of the way up. */
export const upload = (file, progress, signal) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  const body = new FormData();
  body.append("file", file, file.name || "file");
  request.open("POST", "/imgupload");
  const who = me();
  if (who) request.setRequestHeader(who.role === "admin" ? "Authorization" : "X-Auth-Token", who.role === "admin" ? `Bearer ${who.token}` : who.token);
  request.upload.onprogress = (event) => progress?.(event.total ? event.loaded / event.total : 0);
  request.onload = () => {
    let answer = null;
    try { answer = JSON.parse(request.responseText); } catch { /* told below */ }
    const url = answer?.data?.url ?? answer?.url;
    if (request.status < 400 && own(url)) resolve(url);
    else reject(new Refused({ status: request.status, slug: answer?.error ?? "internal", message: answer?.error_message ?? "", id: request.getResponseHeader("x-request-id") }));
  };
  request.onerror = request.ontimeout = () => reject(new Refused({ status: 0, slug: "offline", message: "" }));
  request.timeout = 120_000;
  signal?.addEventListener("abort", () => request.abort());
  request.send(body);
});

const add = async (cx, key, most, files) => {
  const list = cx.state[key];
  for (const file of [...files].slice(0, Math.max(0, most - list.length))) {
    const entry = { name: file.name, share: 0, fault: null, file };
    list.push(entry);
    send(cx, key, entry);
  }
  cx.redraw();
};

const send = async (cx, key, entry) => {
  Object.assign(entry, { fault: null, share: 0 });
  try {
    const url = await upload(await shrink(entry.file), (share) => { entry.share = share; cx.redraw(); });
    const list = cx.state[key];
    const at = list.indexOf(entry);
    if (at >= 0) list[at] = url;
  } catch (fault) { entry.fault = fault; }
  cx.redraw();
};

const remove = (cx, key, one) => { cx.state[key] = cx.state[key].filter((other) => other !== one); cx.redraw(); };

export const picker = (cx, { most, label, key = "pictures" }) => {
  const list = (cx.state[key] ??= []);
  return html`<div class="field"><span class="label" id="pick-${key}">${label} <span class="faint">${t("pictures.most", { n: most })}</span></span>
    ${list.length > 0 ? html`<ul class="pictures">${list.map((one, n) => html`<li>${typeof one === "string" ? html`<img src=${small(one)} alt=${t("pictures.nth", { n: n + 1 })}>`
      : html`<span class="thumb faint">${one.name}</span>${one.fault ? nothing : html`<progress max="1" value=${one.share} aria-label=${t("pictures.sending")}></progress>`}`}
      <button type="button" class="remove" aria-label=${t("pictures.remove", { n: n + 1 })} @click=${() => remove(cx, key, one)}>${icon("x")}</button>
      ${one.fault ? html`<span class="problem" role="alert">${one.fault.slug === "offline" ? t("problem.offline") : said(one.fault)} <button type="button" class="link" @click=${() => send(cx, key, one)}>${t("again")}</button></span>` : nothing}
    </li>`)}</ul>` : nothing}
    ${list.length < most ? html`<span class="row"><label class="button upload">${icon("camera")}<span>${t("pictures.add")}</span>
      <input type="file" accept="image/jpeg,image/png,image/webp,image/gif" ?multiple=${most > 1} @change=${(event) => { add(cx, key, most, event.target.files); event.target.value = ""; }}></label></span>` : nothing}
  </div>`;
};

export const gallery = (list) => {
  const pictures = (list ?? []).filter(own);
  return pictures.length === 0 ? nothing : html`<ul class="pictures">${pictures.map((url, n) => html`<li>
    <button type="button" class="thumb" aria-label=${t("pictures.open", { n: n + 1 })} @click=${() => enlarge(url, n)}><img src=${small(url)} alt="" loading="lazy"></button></li>`)}</ul>`;
};

const enlarge = async (url, n) => {
  const { show } = await import("./dialog.js");
  await show((close) => html`<img src=${own(url)} alt=${t("pictures.nth", { n: n + 1 })}><p class="row end"><button type="button" @click=${() => close()}>${t("close")}</button></p>`,
    { label: t("pictures.nth", { n: n + 1 }), className: "wide" });
};
