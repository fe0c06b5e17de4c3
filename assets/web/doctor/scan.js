// Hand-over: a patient at the desk shows a QR code with the booking's address, and a number for everybody else. No screen of its own.
//
//   handOver(cx)     a field for the number, and a button that scans where the browser can

import { html, nothing } from "../vendor/lit.js";
import { field, form, submit } from "../shared/form.js";
import { icon } from "../shared/frame.js";
import { t } from "../shared/words.js";

const numberOf = (text) => /visits\/(\d+)/.exec(text)?.[1] ?? /^\s*0*(\d{1,15})\s*$/.exec(text)?.[1];

export const handOver = (cx) => html`<section class="card" aria-labelledby="hand-over"><h2 id="hand-over">${t("handover.title")}</h2><p class="faint">${t("handover.line")}</p>
  ${form(cx, "handover", {
    label: t("handover.title"),
    run: ({ number }) => { cx.go(`/visits/${numberOf(number)}`); },
  }, html`${field(cx, "handover", { name: "number", label: t("handover.number"), required: true, maxlength: 200, pattern: "\\s*\\d{1,15}\\s*|.*visits/\\d+.*", wrong: t("handover.wrong"), inputmode: "numeric",
    beside: html`${submit(cx, "handover", t("handover.open"), { kind: "" })}` })}`)}
  ${"BarcodeDetector" in globalThis && navigator.mediaDevices ? html`<p><button type="button" @click=${() => scan(cx)}>${icon("qr-code")}${t("handover.scan")}</button></p>` : nothing}
</section>`;

const scan = async (cx) => {
  const { show } = await import("../shared/dialog.js");
  const detector = new globalThis.BarcodeDetector({ formats: ["qr_code"] });
  let stream = null;
  let timer = 0;
  let note = "";
  const found = await show((close, draw) => {
    if (!stream && !note) {
      note = t("handover.waiting");
      navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).then((given) => {
        stream = given;
        timer = setInterval(async () => {
          const video = document.querySelector("video.scan");
          if (!video || video.readyState < 2) return;
          const [code] = await detector.detect(video).catch(() => []);
          const number = code && numberOf(code.rawValue);
          if (number) close(number);
        }, 300);
        draw();
      }).catch(() => { note = t("handover.no_camera"); draw(); });
    }
    return html`<h2>${t("handover.scan")}</h2>${stream ? html`<video class="self scan" autoplay playsinline muted .srcObject=${stream} aria-label=${t("handover.scan")}></video>` : html`<p role="status">${note}</p>`}
      <p class="row end"><button type="button" @click=${() => close(null)}>${t("close")}</button></p>`;
  }, { label: t("handover.scan"), className: "wide" });
  clearInterval(timer);
  stream?.getTracks().forEach((track) => track.stop());
  if (found) cx.go(`/visits/${found}`);
};
