// Writing: text, pictures, voice. What is typed is kept as a draft of the conversation; what is sent goes through the outbox.
//
//   composer(cx, chat, { limits: { text, pictures, voice }, hint, say }, sent)
//
// `say(target, what)` sends in place of the gateway where a conversation has to be opened by its family first. Enter sends (Shift+Enter
// makes a line; nothing is sent while an input method composes). Staff have besides, all optional:
//
//   lines: true               Enter makes a line; Ctrl+Enter sends (keys.js)
//   quick(word)               what to offer for `//word`: a promise of [{ title, content }]
//   left, count(n)            how many messages may still be written, and what to say of n that would go out now

import { html, nothing, ref, repeat } from "../vendor/lit.js";
import { draft } from "./draft.js";
import { composing } from "./form.js";
import { icon } from "./frame.js";
import * as gateway from "./gateway.js";
import { picker, shots, upload } from "./picture.js";
import { said, t } from "./words.js";

const KINDS = { png: "image/png", webp: "image/webp", gif: "image/gif" };
const kindOf = (url) => KINDS[url.split(".").pop()] ?? "image/jpeg";

export const composer = (cx, chat, { limits, hint, say, lines, quick, left, count }, sent) => {
  const s = (cx.state.composer ??= { store: draft("chat", `${chat.kind}-${Object.values(chat.target)[0]}`), fault: null });
  const box = () => s.box;
  const attach = (element) => {
    if (!element || s.box === element) return;
    s.box = element;
    element.value = s.store.get() ?? "";
    grow(element);
  };
  const typed = (event) => {
    grow(box());
    if (quick) offer(cx, s, quick, event);
    if (count) cx.redraw();
    clearTimeout(s.timer);
    s.timer = setTimeout(() => (box().value ? s.store.put(box().value) : s.store.drop()), 250);
  };
  const post = async (what) => {
    s.fault = null;
    try { await (say ?? gateway.send)(chat.target, what); } catch (fault) { s.fault = fault; cx.redraw(); return false; }
    return true;
  };
  const send = async (event) => {
    event?.preventDefault();
    const text = box().value.trim();
    const pictures = shots(cx.state.pictures);
    if ((cx.state.pictures ?? []).length > pictures.length) { s.note = t("chat.uploading"); cx.redraw(); return; }
    if (s.busy || (!text && pictures.length === 0)) { box().focus(); return; }
    const parts = split(chat.kind, text, pictures);
    if (left !== undefined && parts.length > left) { s.note = count(parts.length); cx.redraw(); return; }
    s.busy = true;
    s.note = null;
    let well = true;
    for (const part of parts) well = well && await post(part);
    s.busy = false;
    if (well) {
      box().value = "";
      clearTimeout(s.timer);
      s.store.drop();
      cx.state.pictures = [];
      s.open = false;
      grow(box());
    }
    box().focus();
    sent();
  };
  const key = (event) => {
    if (composing(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !lines) send(event);
    if (event.key === "Escape" && s.offers) { event.preventDefault(); s.offers = null; cx.redraw(); }
    if (event.key === "ArrowDown" && s.offers?.length) { event.preventDefault(); event.target.closest("form").querySelector(".quick button")?.focus(); }
  };
  const now = split(chat.kind, s.box?.value.trim() ?? "", shots(cx.state.pictures)).length;
  return html`<form class="composer" @submit=${send}>
    ${hint ? html`<p class="faint hint">${hint}</p>` : nothing}
    ${s.offers ? offers(cx, s, typed) : nothing}
    ${s.open || (cx.state.pictures ?? []).length > 0 ? picker(cx, { most: limits.pictures, label: t("chat.pictures") }) : nothing}
    <div class="line">
      <textarea rows="1" maxlength=${limits.text} aria-label=${t("chat.write")} placeholder=${t("chat.write")} enterkeyhint="send" @input=${typed} @keydown=${key} ${ref(attach)}></textarea>
      <button type="button" class="tool" aria-label=${t("chat.picture")} aria-expanded=${String(s.open === true)} @click=${() => { s.open = !s.open; cx.redraw(); }}>${icon("image")}</button>
      ${limits.voice && globalThis.MediaRecorder ? voice(cx, s, post, sent) : nothing}
      <button type="submit" class="primary" aria-busy=${s.busy ? "true" : nothing}>${t("chat.send")}</button>
    </div>
    ${count && now > 0 && !s.note ? html`<p class="faint hint" role="status">${count(now)}</p>` : nothing}
    ${s.note ? html`<p class="faint" role="status">${s.note}</p>` : nothing}
    ${s.fault ? html`<p class="problem" role="alert">${s.fault.slug === "offline" ? t("line.retry") : said(s.fault)}</p>` : nothing}
  </form>`;
};

const grow = (element) => { element.style.height = "auto"; element.style.height = `${Math.min(element.scrollHeight + 2, 160)}px`; };

/** Paid consultations take pictures one by one; elsewhere they go along with the text. */
const split = (kind, text, pictures) => {
  const single = (url) => ({ mimetype: kindOf(url), content: url, images: [] });
  if (!text && pictures.length === 0) return [];
  if (kind === "chat") return [...(text ? [{ content: text }] : []), ...pictures.map(single)];
  if (text) return [{ content: text, images: pictures }];
  return [{ ...single(pictures[0]), images: pictures.slice(1) }];
};

/** `//word` before the caret asks for texts that the doctor keeps at hand. */
const offer = (cx, s, quick, event) => {
  clearTimeout(s.asking);
  const found = event?.isComposing ? null : /(?:^|\s)\/\/(\S*)$/.exec(s.box.value.slice(0, s.box.selectionStart));
  if (!found) { if (s.offers) { s.offers = null; cx.redraw(); } return; }
  s.asking = setTimeout(async () => { s.offers = await quick(found[1]).catch(() => []); cx.redraw(); }, 200);
};

const offers = (cx, s, typed) => {
  const take = (one) => {
    const at = s.box.selectionStart;
    const before = s.box.value.slice(0, at).replace(/\/\/\S*$/, one.content);
    s.box.value = before + s.box.value.slice(at);
    s.offers = null;
    s.box.focus();
    s.box.setSelectionRange(before.length, before.length);
    typed();
  };
  const step = (event) => {
    const to = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
    if (event.key === "Escape") { event.preventDefault(); s.offers = null; s.box.focus(); cx.redraw(); }
    if (to) { event.preventDefault(); (event.target.closest("li")[to]?.querySelector("button") ?? s.box).focus(); }
  };
  return s.offers.length === 0 ? html`<p class="faint hint">${t("quick.none")}</p>`
    : html`<ul class="quick" aria-label=${t("quick.title")}>${repeat(s.offers, (one) => one.id, (one) => html`<li><button type="button" @keydown=${step} @click=${() => take(one)}><strong>${one.title}</strong> <span class="faint">${one.content}</span></button></li>`)}</ul>`;
};

const voice = (cx, s, post, sent) => {
  const toggle = async () => {
    if (s.recorder) { s.recorder.stop(); return; }
    try {
      const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
      const kind = ["audio/webm", "audio/mp4", "audio/ogg"].find((one) => MediaRecorder.isTypeSupported(one));
      const recorder = new MediaRecorder(sound, kind ? { mimeType: kind } : {});
      const pieces = [];
      recorder.ondataavailable = (event) => pieces.push(event.data);
      recorder.onstop = async () => {
        s.recorder = null;
        sound.getTracks().forEach((track) => track.stop());
        const mimetype = recorder.mimeType.split(";")[0];
        s.note = t("chat.uploading");
        cx.redraw();
        try {
          const url = await upload(new File(pieces, `voice.${mimetype.split("/")[1]}`, { type: mimetype }));
          await post({ mimetype, content: url, images: [] });
        } catch (fault) { s.fault = fault; }
        s.note = null;
        sent();
      };
      recorder.start();
      Object.assign(s, { recorder, note: t("chat.recording"), fault: null });
      cx.ends(() => { if (recorder.state !== "inactive") recorder.stop(); });
    } catch { s.note = t("chat.no_microphone"); }
    cx.redraw();
  };
  return html`<button type="button" class="tool" aria-label=${t("chat.voice")} aria-pressed=${String(Boolean(s.recorder))} @click=${toggle}>${icon(s.recorder ? "pause" : "mic")}</button>`;
};
