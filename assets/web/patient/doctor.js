// A doctor: who it is, what others say, when there are free clinics, and what asking costs.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { icon } from "../shared/frame.js";
import { empty, face, stars } from "../shared/list.js";
import { fromYuan, yuan } from "../shared/money.js";
import { address } from "../shared/route.js";
import { hex } from "../shared/session.js";
import { date, near, slot, zoneName } from "../shared/time.js";
import { data, t } from "../shared/words.js";

export const parent = "/find";
export const title = (cx, { doctor }) => doctor?.doctorName ?? t("loading");

export const load = async (cx) => {
  const { id } = cx.params;
  const doctor = await cx.ask("POST", "/api/doctor/detail", { id: hex(id) });
  const mine = ({ list }) => list.filter((one) => String(one.doctor_info.id) === id);
  const [projects, comments, follows, kept] = await Promise.all([
    cx.me ? cx.ask("GET", `/custom/doctor/${id}/project`, { page_size: 20 }).then(({ list }) => list) : cx.ask("GET", "/project", { keyword: doctor.doctorName, page_size: 50 }).then(mine),
    cx.ask("GET", `/doctor/${id}/comment`, { page_size: 10 }).catch(() => ({ list: [] })),
    cx.me ? cx.ask("GET", "/custom/follow", { page_size: 200 }).then(({ list }) => list.some((one) => String(one.id) === id)) : false,
    cx.me ? collected(cx) : null,
  ]);
  return { doctor, projects: projects.filter((one) => one.project_status !== 3 && one.status !== 2), comments: comments.list, followed: follows || kept !== null && kept !== undefined };
};

/** The same doctor among what the internet hospital's clients call collected: one button for both. */
const collected = (cx) => cx.ask("POST", "/api/doctorCollection/list", { userId: hex(cx.me.member_id) }).then((list) => list.find((one) => one.doctor && parseInt(one.doctor.id.slice(-16), 16) === Number(cx.params.id)) ?? null);

export const view = (cx, { doctor, projects, comments, followed }) => html`<div class="two"><div class="stack">
  <section class="card">
    <div class="person">${face(doctor.doctorName, doctor.avatar)}<div lang=${data()}><strong>${doctor.departmentName} · ${doctor.jobPosition}</strong><br><span class="faint">${doctor.hospitalName}</span></div></div>
    <p class="tags">${Number(doctor.score) > 0 ? html`<span class="tag good">${t("score", { n: doctor.score })}</span>` : nothing}
      ${doctor.imageAndTextOpen ? html`<span class="tag">${t("doctor.asks", { amount: doctor.imageAndTextPrice > 0 ? yuan(doctor.imageAndTextPrice) : t("free") })}</span>` : nothing}</p>
    <p lang=${data()}><strong>${t("doctor.good_at")}</strong> ${doctor.goodAt}</p>
    <p lang=${data()}>${doctor.introduction}</p>
    ${doctor.honours ? html`<p class="faint" lang=${data()}>${doctor.honours}</p>` : nothing}
    <div class="row">
      ${doctor.imageAndTextOpen ? html`<a class="button primary" href=${address(`/doctors/${cx.params.id}/ask`, cx.query.for ? { for: cx.query.for } : {})}>${t("doctor.ask")}</a>` : html`<span class="faint">${t("doctor.closed")}</span>`}
      ${cx.me ? html`${button(cx, "follow", html`${icon("heart")}${t(followed ? "doctor.unfollow" : "doctor.follow")}`, () => follow(cx, followed), { safe: true })}
        <a class="button" href=${address(`/contacts/${cx.params.id}`)}>${t("doctor.write")}</a>` : nothing}
    </div>
  </section>
  <section><div class="heading"><h2>${t("doctor.projects")}</h2><span class="faint">${t("time.zone", { zone: zoneName() })}</span></div>
    ${projects.length === 0 ? empty("calendar-heart", t("doctor.no_projects")) : html`<ul class="grid">${projects.map((one) => html`<li><a class="card" href=${address(`/projects/${one.id}`)}>
      <strong class="num">${date(one.date)} ${slot(`${one.begin} - ${one.end}`)}</strong>
      <span lang=${data()}>${one.addr}</span><span class="tags">${one.is_join ? html`<span class="tag good">${t("find.joined")}</span>` : nothing}${seats(one)}<span class="tag">${one.price > 0 ? t("deposit", { amount: yuan(fromYuan(one.price)) }) : t("free")}</span></span></a></li>`)}</ul>`}
  </section></div>
  <section><h2>${t("doctor.comments")}</h2>
    ${comments.length === 0 ? html`<p class="faint">${t("doctor.no_comments")}</p>` : html`<ul class="stack plain">${comments.map((one) => html`<li class="card">
      <p class="row"><strong>${stars(one.doctor_score)}</strong><span class="faint" lang=${data()}>${one.user_info?.real_name}</span><span class="faint">${near(one.patient_comment_time)}</span></p>
      <p lang=${data()}>${one.doctor_comment}</p></li>`)}</ul>`}
  </section></div>`;

const seats = (one) => {
  const left = Object.values(one.plan_time ?? {}).reduce((sum, n) => sum + n, 0);
  return left > 0 ? html`<span class="tag good">${t("seats.left", { n: left })}</span>` : html`<span class="tag warn">${t("seats.none")}</span>`;
};

const follow = async (cx, followed) => {
  const one = await collected(cx);
  if (followed) {
    await cx.ask("DELETE", `/follow/user/${cx.params.id}`).catch((fault) => { if (fault.status !== 404) throw fault; });
    if (one) await cx.ask("POST", "/api/doctorCollection/delete", { id: one._id ?? one.id });
  } else {
    await cx.ask("GET", `/follow/user/${cx.params.id}`, undefined, { patience: false });
    if (!one) await cx.ask("POST", "/api/doctorCollection/create", { userId: hex(cx.me.member_id), doctorId: hex(cx.params.id) });
  }
  await cx.reload();
};
