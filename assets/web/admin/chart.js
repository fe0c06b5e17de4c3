// The days as lines, drawn by uPlot, which is fetched when the chart comes into view. What it shows stands in a table below it, too.

import { html, ref } from "../vendor/lit.js";
import { yuan } from "../shared/money.js";
import { t } from "../shared/words.js";

export const FIELDS = [
  { name: "bookings", set: "visits", colour: "--jade" }, { name: "visits", set: "visits", colour: "--blue" }, { name: "no_shows", set: "visits", colour: "--red", dash: [4, 4] },
  { name: "orders", set: "answers", colour: "--jade" }, { name: "answers", set: "answers", colour: "--blue" }, { name: "answer_minutes", set: "answers", colour: "--amber", dash: [4, 4] },
  { name: "money_in", set: "money", money: true, colour: "--jade" }, { name: "money_back", set: "money", money: true, colour: "--red", dash: [4, 4] }, { name: "money_kept", set: "money", money: true, colour: "--blue" },
];
const SETS = ["visits", "money", "answers"];

const sheet = () => new Promise((resolve) => {
  const href = new URL("../vendor/uplot.css", import.meta.url).href;
  if ([...document.styleSheets].some((one) => one.href === href)) { resolve(); return; }
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  link.onload = link.onerror = resolve;
  document.head.append(link);
});

export const chart = (cx, days) => {
  const s = (cx.state.chart ??= { set: "visits" });
  const attach = (element) => { if (s.drawn !== mark(s, days)) show(cx, s, element, days); };
  return html`<div class="tabs" role="group" aria-label=${t("overview.chart")}>${SETS.map((set) => html`<button type="button" aria-pressed=${String(s.set === set)} @click=${() => { s.set = set; cx.redraw(); }}>${t(`chart.${set}`)}</button>`)}</div>
    <div class="chart" role="img" aria-label=${t("chart.text", { what: t(`chart.${s.set}`), from: days[0]?.date ?? "", to: days.at(-1)?.date ?? "" })} ${ref((element) => { if (element) requestAnimationFrame(() => attach(element)); })}></div>`;
};

/** What is drawn; it is drawn again when that changes. */
const mark = (s, days) => `${s.set} ${days.length} ${days[0]?.date} ${document.documentElement.dataset.theme} ${document.documentElement.lang}`;

const show = async (cx, s, element, days) => {
  const mine = mark(s, days);
  s.drawn = mine;
  const [{ default: UPlot }] = await Promise.all([import("../vendor/uplot.js"), sheet()]);
  if (s.drawn !== mine || !element.isConnected) return;
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const fields = FIELDS.filter((one) => one.set === s.set);
  const value = (one) => (u, v) => (v === null || v === undefined ? "—" : one.money ? yuan(v) : String(v));
  const pen = { stroke: colour("--faint"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1 } };
  const two = (n) => String(n).padStart(2, "0");
  const date = (seconds) => { const d = new Date(seconds * 1000); return `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`; };
  s.plot?.destroy();
  element.replaceChildren();
  s.plot = new UPlot({
    width: element.clientWidth, height: 260, legend: { live: true },
    // The days are the clinic's: drawn as they are called, wherever the browser stands.
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
    scales: { y: { range: (u, low, high) => [0, Math.max(1, (high ?? 0) * 1.1)] } },
    axes: [{ ...pen, values: (u, marks) => marks.map(date) }, { ...pen, size: 64, values: (u, marks) => marks.map((v) => (fields[0].money ? yuan(v).replace(".00", "") : v)) }],
    series: [{ label: t("f.date"), value: (u, v) => (v === null ? "—" : date(v)) }, ...fields.map((one) => ({ label: t(`day.${one.name}`), stroke: colour(one.colour), width: 2, dash: one.dash, spanGaps: true, value: value(one) }))],
  }, [days.map((one) => Date.parse(`${one.date}T00:00:00Z`) / 1000), ...fields.map((one) => days.map((row) => row[one.name]))], element);
  const watch = new ResizeObserver(() => { if (element.isConnected) s.plot.setSize({ width: element.clientWidth, height: 260 }); });
  watch.observe(element);
  cx.ends(() => { watch.disconnect(); s.plot?.destroy(); s.plot = null; s.drawn = null; });
};
