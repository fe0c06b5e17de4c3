// Today: what waits, by deadline, then the sessions of today and the next ones, unread messages, notices.

import { html, nothing } from "../vendor/lit.js";
import { empty } from "../shared/list.js";
import { yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { brief, date, day, days, moment, near, now, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";
import { deadline, due, number } from "./order.js";
import { handOver } from "./scan.js";

export const needs = "session";
export const styles = ["form"];
export const title = () => t("today.title", { date: date(now()) });

export const load = async (cx) => {
  if (!cx.state.listening) {
    cx.state.listening = true;
    cx.on("message", () => { clearTimeout(cx.state.soon); cx.state.soon = setTimeout(cx.reload, 800); });
    const timer = setInterval(cx.redraw, 30_000);
    cx.ends(() => { clearInterval(timer); clearTimeout(cx.state.soon); });
  }
  const [index, projects, waiting, running, visits, consults, conversations] = await Promise.all([
    cx.ask("GET", "/doctor/index"),
    cx.ask("GET", "/doctor/project"),
    cx.ask("POST", "/consultation/list", { status: "03", limit: 100 }),
    cx.ask("POST", "/consultation/list", { status: "04", limit: 100 }),
    cx.ask("GET", "/doctor/project/patient", { status: 1, page_size: 100 }),
    cx.ask("GET", "/consult/in_process_list", { limit: 50 }),
    cx.ask("GET", "/im/conversations", { limit: 50 }),
  ]);
  const sessions = projects.list.filter((one) => one.status === 1 && moment(`${one.date} ${one.end}`) > now() - 86_400_000).sort((a, b) => moment(`${a.date} ${a.begin}`) - moment(`${b.date} ${b.begin}`));
  // Sessions that have begun and whose visits nobody has confirmed yet.
  const open = projects.list.filter((one) => one.status === 1 && moment(`${one.date} ${one.begin}`) <= now())
    .map((one) => ({ project: one, n: visits.list.filter((visit) => visit.project_id === one.id && visit.verify_status === 1).length })).filter(({ n }) => n > 0);
  return { me: index.doctor_info, news: index.news, sessions, open, waiting: waiting.items.sort((a, b) => due(cx, a) - due(cx, b)), running: running.items, consults, conversations: conversations.items };
};

export const view = (cx, { me, news, sessions, open, waiting, running, consults, conversations }) => {
  const today = sessions.filter((one) => one.date === day(now()));
  const coming = sessions.filter((one) => days(`${one.date} 12:00:00`) > 0);
  const unread = conversations.filter((one) => one.kind !== "system" && one.unread > 0);
  const notices = conversations.find((one) => one.kind === "system" && one.unread > 0);
  return html`${me.is_verify === 1 ? nothing : html`<p class="note warn" role="status">${t(me.is_verify === 2 ? "verify.refused" : "verify.waits")} <a href=${address("/me/profile")}>${t("verify.profile")}</a></p>`}
  <div class="board">
    <section class="card" aria-labelledby="waits"><h2 id="waits">${t("today.waits")}</h2>
      ${waiting.length + running.length + open.length + consults.length === 0 ? html`<p class="faint">${t("today.nothing")}</p>` : html`<ul class="rows" data-rows>
        ${waiting.map((one) => order(cx, one))}
        ${open.map(({ project, n }) => html`<li><a href=${address(`/clinics/${project.id}`)}><span class="body"><strong>${t("today.confirm", { n })}</strong><span class="faint" lang=${data()}>${date(project.date)} ${project.addr}</span></span></a></li>`)}
        ${running.map((one) => order(cx, one))}
        ${consults.map((one) => html`<li><a href=${address(`/messages/consult/${one.consultation_id}`)}><span class="body"><span class="line1"><strong lang=${data()}>${one.target_member_name}</strong> <span class="tag">${t("kind.consult")}</span> <span class="tag ${one.status === 0 ? "warn" : "good"}">${t(`consult.${one.status}`)}</span></span>
          <span class="faint cut" lang=${data()}>${one.symptom_type === "text/plain" ? one.symptom_content : one.team_name}</span></span><span class="end faint">${brief(one.created)}</span></a></li>`)}</ul>`}</section>
    <section class="card" aria-labelledby="sessions"><div class="heading"><h2 id="sessions">${t("today.sessions")}</h2><a href=${address("/clinics/new")}>${t("clinics.publish")}</a></div>
      ${today.length === 0 ? html`<p class="faint">${t("today.no_session")}</p>` : today.map(session)}
      ${coming.length > 0 ? html`<h3>${t("today.coming")}</h3>${coming.slice(0, 4).map(session)}` : nothing}
      <p><a href=${address("/clinics")}>${t("clinics.all")}</a></p></section>
    <section class="card" aria-labelledby="unread"><h2 id="unread">${t("today.unread")}</h2>
      ${unread.length === 0 && !notices ? empty("inbox", t("today.read")) : html`<ul class="rows">${notices ? html`<li><a href=${address("/notices")}><span class="body"><strong>${t("notices.title")}</strong><span class="faint cut" lang=${data()}>${notices.last?.text}</span></span><span class="end">${badge(notices.unread)}</span></a></li>` : nothing}
        ${unread.slice(0, 6).map((one) => html`<li><a href=${address(`/messages/${one.kind}/${one.kind === "chat" || one.kind === "consult" ? one.consultation_id : one.peer?.member_id}`)}>
        <span class="body"><span><strong lang=${data()}>${one.peer?.name ?? one.title}</strong> <span class="tag">${t(`kind.${one.kind}`)}</span></span><span class="faint cut" lang=${data()}>${one.last?.text ?? ""}</span></span><span class="end">${badge(one.unread)}<span class="faint">${brief(one.last?.created)}</span></span></a></li>`)}</ul>`}</section>
    ${handOver(cx)}
    ${news.length > 0 ? html`<section class="card" aria-labelledby="news"><div class="heading"><h2 id="news">${t("doctor.news")}</h2><a href=${address("/news")}>${t("home.all")}</a></div>
      <ul class="rows" lang=${data()}>${news.slice(0, 4).map((one) => html`<li><a href=${address(`/news/${one.id}`)}><span class="body">${one.title}</span><span class="end faint">${date(one.publish_time)}</span></a></li>`)}</ul></section>` : nothing}
  </div>`;
};

const badge = (n) => html`<span class="badge"><span aria-hidden="true">${n}</span><span class="unseen">${t("unread", { n })}</span></span>`;

const order = (cx, one) => html`<li><a href=${address(`/messages/chat/${number(one.id)}`)}><span class="body">
  <span class="line1"><strong lang=${data()}>${one.patient?.name}</strong> <span class="tag ${one.status === "03" ? "warn" : "good"}">${t(`order.${one.status}`)}</span> <span class="faint" lang=${data()}>${one.consultationReason}</span></span>
  <span class="faint two-lines" lang=${data()}>${one.content}</span></span>
  <span class="end">${one.status === "03" ? deadline(cx, one) : html`<span class="faint">${near(one.updated_at)}</span>`}<span class="faint num">${one.fee > 0 ? yuan(one.fee) : t("free")}</span></span></a></li>`;

const session = (one) => {
  const free = Object.values(one.plan_time ?? {}).reduce((sum, n) => sum + n, 0);
  return html`<a class="card session" href=${address(`/clinics/${one.id}`)}><strong class="num">${date(one.date)} ${slot(`${one.begin} - ${one.end}`)}</strong>
    <span class="faint" lang=${data()}>${one.addr}</span>
    <span class="meter"><progress max=${one.people_count} value=${one.join_people_count} aria-label=${t("clinics.filled", { n: one.join_people_count, most: one.people_count })}></progress>
      <span class="num">${t("clinics.filled", { n: one.join_people_count, most: one.people_count })}</span></span>
    <span class="faint">${t("clinics.free", { n: free })} · ${zoneName()}</span></a>`;
};
