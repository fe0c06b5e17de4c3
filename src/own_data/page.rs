//! The page that a person reads: who it is, what was asked, found and said. Opens without a network.

use std::fmt::Write;

use super::{
    gather::{Whose, file_name},
    text::html,
};
use crate::{
    base::{
        error::Result,
        id::AccountId,
        time::{Time, Zone},
    },
    domain::{
        consultation::{Consultation, diagnosis},
        directory::{display_name, doctor, patient::Patient},
        free_clinic::registration::Registration,
        messaging::{
            conversation::Side,
            message::{self, Message},
        },
        relations::encounter::{self, Encounter},
        shared::region,
        team_consult::{TeamConsult, administration::team_name},
    },
    store::View,
};

const STYLE: &str = "body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em;line-height:1.6}\
table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}\
h3{border-top:1px solid #ccc;padding-top:.6em}.said{margin:.3em 0}.when{color:#555}";

/// The whole page.
pub fn of(db: &View, whose: &Whose) -> Result<String> {
    let mut page = Page { html: String::new(), zone: &db.settings.clinic.zone };
    let clinic = html(&db.settings.clinic.name).into_owned();
    page.push(&format!(
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>个人数据副本</title><style>{STYLE}</style>\
         <h1>个人数据副本</h1><p>{clinic}，{}</p>",
        page.zone.date_time(db.now)
    ));
    for patient in &whose.patients {
        page.patient(db, patient)?;
    }
    page.push("</html>\n");
    Ok(page.html)
}

struct Page<'a> {
    html: String,
    zone: &'a Zone,
}

impl Page<'_> {
    fn push(&mut self, text: &str) {
        self.html.push_str(text);
    }

    /// A row of a table of two columns; nothing where there is nothing.
    fn field(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            let _ = write!(self.html, "<tr><th>{name}</th><td>{}</td></tr>", html(value).replace('\n', "<br>"));
        }
    }

    fn time(&mut self, name: &str, time: Option<Time>) {
        let text = time.map(|time| self.zone.date_time(time)).unwrap_or_default();
        self.field(name, &text);
    }

    /// Addresses of uploads, which lie beside the page.
    fn pictures(&mut self, addresses: &[String]) {
        for address in addresses {
            let place = file_name(address).map_or_else(|| address.clone(), |name| format!("files/{name}"));
            let place = html(&place).into_owned();
            let _ = write!(self.html, "<p><a href=\"{place}\">{place}</a></p>");
        }
    }

    fn patient(&mut self, db: &View, patient: &Patient) -> Result<()> {
        self.push(&format!("<h2>{}（{}）</h2><table>", html(&patient.name), html(&patient.relation)));
        let place = &patient.place;
        let regions = place.regions().into_iter().map(|region| region::name(db, region)).collect::<Result<Vec<_>>>()?.concat();
        self.field("证件号码", &patient.idno);
        self.field("出生日期", &patient.birthday);
        self.field("性别", ["", "男", "女"].get(usize::from(patient.sex)).copied().unwrap_or_default());
        self.field("电话", &patient.phone);
        self.field("邮箱", &patient.email);
        self.field("地址", &format!("{regions}{}", place.addr));
        self.field("身高", &patient.height);
        self.field("体重", &patient.weight);
        self.field("就诊卡", &patient.card_no);
        self.time("建档时间", Some(patient.created_at));
        self.push("</table>");
        for one in encounter::of_user(db, patient.owner)?.into_iter().filter(|one| one.patient == patient.id) {
            self.encounter(db, &one)?;
        }
        Ok(())
    }

    fn encounter(&mut self, db: &View, one: &Encounter) -> Result<()> {
        let at = self.zone.date_time(one.at);
        if let Some(row) = db.get(one.id.registration())? {
            self.push(&format!("<h3>挂号 {at}</h3><table>"));
            self.visit(db, &row)?;
        } else if let Some(row) = db.get(one.id.consultation())? {
            self.push(&format!("<h3>咨询 {at}</h3><table>"));
            self.consultation(db, &row)?;
        } else {
            self.push(&format!("<h3>团队咨询 {at}</h3><table>"));
            self.team_consult(db, &db.need(one.id.team_consult())?)?;
        }
        for message in message::list_of_consultation(db, one.id, Side::Patient)? {
            self.message(db, one.user.account(), &message)?;
        }
        Ok(())
    }

    fn visit(&mut self, db: &View, row: &Registration) -> Result<()> {
        self.field("医生", &doctor::profile(db, row.doctor_id)?.name);
        self.time("就诊时间", Some(row.visit_time));
        self.field("病历", &row.casebook.content);
        self.field("诊断结果", &row.diag_result);
        self.push("</table>");
        self.pictures(&row.casebook.photo);
        self.pictures(&row.diag_photo);
        Ok(())
    }

    fn consultation(&mut self, db: &View, row: &Consultation) -> Result<()> {
        self.field("订单编号", &row.number);
        self.field("医生", &doctor::profile(db, row.doctor_id)?.name);
        self.field("状态", row.status.label());
        self.field("描述", &row.content);
        if let Some(found) = diagnosis::find(db, row.id)? {
            self.field("诊断", &found.main);
            self.field("其他诊断", &found.second.join("、"));
            self.field("主诉", &found.chief_complaint);
            self.field("既往史", &found.past_illness);
            self.time("诊断时间", Some(found.updated_at));
        }
        self.push("</table>");
        self.pictures(&row.images);
        Ok(())
    }

    fn team_consult(&mut self, db: &View, row: &TeamConsult) -> Result<()> {
        self.field("团队", &team_name(db, row.team_id)?);
        let doctors = row.doctors.iter().map(|id| Ok(doctor::profile(db, *id)?.name)).collect::<Result<Vec<_>>>()?;
        self.field("医生", &doctors.join("、"));
        self.field("描述", &row.symptom_content);
        self.time("结束时间", row.ended_at);
        self.push("</table>");
        self.pictures(&row.images);
        Ok(())
    }

    fn message(&mut self, db: &View, me: AccountId, message: &Message) -> Result<()> {
        let who = match message.from {
            from if from == me => "本人".to_owned(),
            from if from.is_none() => "诊所".to_owned(),
            from => display_name::name(db, from)?,
        };
        let told = message.parts.iter().filter(|part| part.side == Side::Patient).map(|part| format!("{} {}", part.title, part.text));
        let text = if message.parts.is_empty() { message.content.clone() } else { told.collect::<Vec<_>>().join("\n") };
        let at = self.zone.date_time(message.created_at);
        let _ = write!(
            self.html,
            "<p class=\"said\"><span class=\"when\">{at}</span> <b>{}</b> {}</p>",
            html(&who),
            html(&text).replace('\n', "<br>")
        );
        self.pictures(&message.images);
        Ok(())
    }
}
