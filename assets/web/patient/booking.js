// Booking a free clinic: time and complaint, review, confirm. What was chosen outlives a reload, a sign-in and a lost answer.

import { html, nothing } from "../vendor/lit.js";
import { button } from "../shared/act.js";
import { field, form, radios, submit } from "../shared/form.js";
import { person } from "../shared/list.js";
import { fromYuan, yuan } from "../shared/money.js";
import { picker, shots } from "../shared/picture.js";
import { redFlags } from "../shared/red-flags.js";
import { address } from "../shared/route.js";
import { tab } from "../shared/session.js";
import { draft } from "../shared/draft.js";
import { date, moment, now, slot, zoneName } from "../shared/time.js";
import { data, said, t } from "../shared/words.js";

export const styles = ["form"];
export const parent = "/find";
export const title = (cx, { project }) => (cx.query.step === "review" ? t("book.review") : project ? t("book.title", { name: project.doctor_info.real_name }) : t("loading"));

const key = (cx) => `xuanhu.booking.${cx.params.id}`;
const chosen = (cx) => tab.get(key(cx)) ?? {};

export const load = async (cx) => {
  const project = await cx.ask("GET", `/project/${cx.params.id}`);
  const mine = cx.me ? await booked(cx) : null;
  const casebook = mine ? await cx.ask("GET", `/project/${cx.params.id}/casebook`).catch(() => null) : null;
  return { project, mine, casebook };
};

/** The caller's own booking of this clinic, if there is one. */
const booked = async (cx) => {
  const { list } = await cx.ask("GET", "/custom/diagnoses", { page_size: 100 });
  return list.find((one) => String(one.project_id) === cx.params.id && (one.verify_status === 0 || one.verify_status === 1)) ?? null;
};

export const view = (cx, data) => {
  const { project, mine, casebook } = data;
  const beside = (what) => html`<div class="two flip">${about(project)}<div class="stack">${what}</div></div>`;
  if (mine) return beside(html`<div class="note good" role="status"><p><strong>${t(mine.verify_status === 0 ? "book.held" : "book.joined")}</strong></p>
    <p class="num">${date(mine.visit_time)} ${slot(mine.plan_time)}</p>${casebook?.content ? html`<p class="pre">${casebook.content}</p>` : nothing}
    <p class="row"><a class="button primary" href=${address(`/visits/${mine.id}`)}>${t("home.next.open")}</a></p></div>`);
  const problem = project.status !== 1 || project.project_status === 3 ? t("book.over") : Object.values(project.plan_time ?? {}).every((left) => left === 0) ? t("book.full") : null;
  if (problem) return beside(html`<p class="note warn">${problem}</p><p><a class="button" href=${address("/find")}>${t("book.others")}</a></p>`);
  return cx.query.step === "review" && chosen(cx).slot ? review(cx, project) : beside(choose(cx, project));
};

const about = (project) => html`<section class="card">
  ${person(project.doctor_info.real_name, `${project.doctor_info.departments} · ${project.doctor_info.job_position}`, project.doctor_info.avatars)}
  <dl class="facts">
    <dt>${t("book.when")}</dt><dd class="num">${date(project.date)} <span class="whole">${slot(`${project.begin} - ${project.end}`)}</span> <span class="faint">${zoneName()}</span></dd>
    <dt>${t("book.where")}</dt><dd lang=${data()}>${project.hospital_info?.name ?? ""}<br>${project.addr}</dd>
    <dt>${t("book.cost")}</dt><dd>${project.price > 0 ? t("book.deposit", { amount: yuan(fromYuan(project.price)) }) : t("free")}</dd>
  </dl>
  <p lang=${data()}>${project.abstract}</p>
</section>`;

/** The emptiest time, where one is clearly emptier: advice without hurry. */
const calm = (entries) => {
  const most = Math.max(...entries.map(([, left]) => left));
  const best = entries.filter(([, left]) => left === most);
  return most > 1 && best.length === 1 && entries.length > 2 ? best[0][0] : null;
};

const choose = (cx, project) => {
  const entries = Object.entries(project.plan_time ?? {});
  const was = chosen(cx);
  const best = calm(entries);
  const over = (label) => moment(`${project.date} ${label.slice(0, 8)}`) <= now();
  const options = entries.map(([label, left]) => ({
    value: label, label: html`<span class="num">${slot(label)}</span>`, off: left === 0 || over(label),
    note: over(label) ? t("slot.over") : left === 0 ? t("slot.full") : html`${t("slot.left", { n: left })}${label === best ? html` · ${t("slot.calm")}` : nothing}`,
  }));
  const fits = options.some((one) => one.value === was.slot && !one.off);
  cx.state.pictures ??= was.photo ?? [];
  return html`
    ${cx.state.notice ? html`<p class="note warn" role="alert">${cx.state.notice}</p>` : nothing}
    ${form(cx, "join", {
      label: t("book.form"), record: cx.params.id, draft: Boolean(cx.me), offer: !was.content, keeps: true,
      run: (fields) => {
        tab.put(key(cx), { slot: fields.slot, content: fields.content, photo: shots(cx.state.pictures) });
        cx.state.notice = null;
        cx.go(cx.path, { step: "review" });
      },
    }, html`
      ${radios(cx, "join", { name: "slot", legend: t("book.slots", { date: date(project.date), zone: zoneName() }), options, value: fits ? was.slot : "", required: true })}
      ${redFlags(cx)}
      ${field(cx, "join", { name: "content", type: "textarea", label: t("complaint"), hint: t("complaint.hint"), required: true, maxlength: 500, value: was.content })}
      ${picker(cx, { most: 3, label: t("book.pictures") })}
      <p class="faint">${t(project.price > 0 ? "book.rule.deposit" : "book.rule.free")}</p>
      ${submit(cx, "join", t("next"), { wide: true })}`)}`;
};

const review = (cx, project) => {
  const { slot: time, content, photo = [] } = chosen(cx);
  const again = (fault) => {
    cx.state.notice = said(fault);
    cx.go(cx.path, {}, { replace: true });
  };
  const confirm = async () => {
    if (!cx.me) { cx.go("/sign-in", { then: cx.path, step: "review" }); return; }
    try {
      const visit = await cx.ask("POST", `/project/${cx.params.id}/join`, { content, photo, plan_time: time });
      finish(cx, visit);
    } catch (fault) {
      if (fault.slug === "profile_incomplete") { cx.go("/me/profile", { then: cx.path, step: "review" }); return; }
      if (fault.slug === "already_joined") { const mine = await booked(cx); if (mine) { finish(cx, mine); return; } }
      if (["full", "slot_over", "no_such_slot"].includes(fault.slug)) { again(fault); return; }
      throw fault;
    }
  };
  return html`<div class="paper review"><section class="card">
    <dl class="facts">
      <dt>${t("book.doctor")}</dt><dd lang=${data()}>${project.doctor_info.real_name} · ${project.doctor_info.departments}</dd>
      <dt>${t("book.when")}</dt><dd class="num"><strong>${date(project.date)} <span class="whole">${slot(time)}</span></strong> ${zoneName()}</dd>
      <dt>${t("book.where")}</dt><dd lang=${data()}>${project.addr}</dd>
      <dt>${t("book.who")}</dt><dd lang=${data()}>${cx.me ? cx.me.name || cx.me.phone : t("book.who.later")}</dd>
      <dt>${t("complaint")}</dt><dd class="pre">${content}</dd>
      ${photo.length > 0 ? html`<dt>${t("book.pictures")}</dt><dd>${t("pictures.n", { n: photo.length })}</dd>` : nothing}
      <dt>${t("book.cost")}</dt><dd>${project.price > 0 ? t("book.deposit", { amount: yuan(fromYuan(project.price)) }) : t("free")}</dd>
    </dl></section>
    <p class="faint">${t(project.price > 0 ? "book.rule.deposit" : "book.rule.free")}</p>
    <div class="row">
      ${button(cx, "confirm", t("book.confirm"), confirm, { kind: "primary", check: () => booked(cx), done: (visit) => finish(cx, visit) })}
      <button type="button" @click=${() => cx.go(cx.path, {})}>${t("book.change")}</button>
    </div></div>`;
};

const finish = (cx, visit) => {
  tab.drop(key(cx));
  draft("join", cx.params.id).drop();
  cx.go(`/visits/${visit.id}`, { booked: 1 }, { replace: true });
};
