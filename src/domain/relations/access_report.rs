//! Who has looked at somebody's data: the audit log as the person whom it is about reads it, one line a person, thing and day. What one has looked
//! at oneself is not among it.
//!
//! Source: 个人信息保护法 Art. 44 (the right to know), by which no law asks for it in so many words.

use std::collections::BTreeSet;

use crate::{
    base::{
        error::Result,
        id::{AccountId, AnyId, PatientId},
        time::Time,
    },
    domain::{
        directory::{
            display_name,
            patient::{self, Patient},
        },
        identity::{
            account::{Account, Role},
            audit::{self, Action, AuditRecord, Purpose, Subject},
        },
        shared::sight::Sight,
    },
    store::View,
};

/// Somebody looked at something.
#[derive(Clone, Debug)]
pub struct Line {
    pub patient: PatientId,
    /// The last time on that day.
    pub at: Time,
    /// 0 where `admin.token` was shown.
    pub account: AccountId,
    pub role: Role,
    /// A patient's is masked; empty where the account is no more.
    pub name: String,
    pub action: Action,
    pub thing: Subject,
    pub thing_id: AnyId,
    pub purpose: Purpose,
    /// In the words of whoever looked, where they are asked.
    pub reason: String,
    /// The names of the fields, where not everything was shown.
    pub fields: Vec<String>,
}

/// Who has looked at these patients of one account from one moment until before the other, newest first.
pub fn of(db: &View, patients: &[Patient], (from, to): (Time, Time)) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for patient in patients {
        let owner = patient.owner.account();
        for record in audit::of_patient(db, patient.id, (from, to)) {
            lines.extend(line(db, patient.id, owner, record?)?);
        }
        if patient.relation == patient::ONESELF && patient.deleted_at.is_none() {
            for record in audit::older_of_account(db, owner) {
                let record = record?;
                if record.at >= from && record.at < to {
                    lines.extend(line(db, patient.id, owner, record)?);
                }
            }
        }
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    let (mut seen, zone) = (BTreeSet::new(), &db.settings.clinic.zone);
    lines.retain(|line| {
        let Line { patient, account, action, thing, thing_id, .. } = line;
        seen.insert((*patient, *account, *action as u8, *thing as u8, *thing_id, zone.date(line.at)))
    });
    Ok(lines)
}

/// A record as the report tells it; `None` of what is no look of another.
fn line(db: &View, patient: PatientId, owner: AccountId, record: AuditRecord) -> Result<Option<Line>> {
    let looks = matches!(record.action, Action::Look | Action::Reveal | Action::Export);
    if !looks || record.account_id == owner {
        return Ok(None);
    }
    let name = match db.get::<Account>(record.account_id)? {
        Some(account) => display_name::face(db, &account, Sight::STRANGER)?.name,
        None => String::new(),
    };
    let AuditRecord { at, account_id: account, role, action, thing, thing_id, purpose, reason, detail: fields, .. } = record;
    Ok(Some(Line { patient, at, account, role, name, action, thing, thing_id, purpose, reason, fields }))
}

/// The report in the words of the people who read it.
pub mod words {
    use super::*;

    /// Who looked: the clinic's own program has no name.
    pub fn who(line: &Line) -> String {
        if line.account.is_none() { "诊所".to_owned() } else { line.name.clone() }
    }

    /// What was looked at, for people.
    pub fn what(line: &Line) -> String {
        let thing = match line.thing {
            Subject::Patient => "个人资料",
            Subject::Registration => "挂号病历",
            Subject::Consultation => "咨询病历",
            Subject::TeamConsult => "团队咨询病历",
            Subject::Table => "导出的表格",
            Subject::Backup => "备份",
            _ => "其他资料",
        };
        match (line.action, line.fields.is_empty()) {
            (Action::Reveal, true) => format!("{thing}（完整内容）"),
            (Action::Reveal, false) => {
                format!("{thing}（完整的{}）", line.fields.iter().map(|name| field(name)).collect::<Vec<_>>().join("、"))
            }
            (Action::Export, _) => format!("{thing}（导出）"),
            _ => thing.to_owned(),
        }
    }

    fn field(name: &str) -> &str {
        match name {
            "idno" => "证件号码",
            "address" => "地址",
            "email" => "邮箱",
            "record" => "病历",
            other => other,
        }
    }

    /// The reason that was given, else the purpose.
    pub fn why(line: &Line) -> String {
        if !line.reason.is_empty() {
            return line.reason.clone();
        }
        match line.purpose {
            Purpose::Profile => "查看资料",
            Purpose::Visit => "就诊",
            Purpose::Consultation => "咨询",
            Purpose::AddressBook => "通讯录",
            Purpose::Administration => "诊所管理",
            _ => "",
        }
        .to_owned()
    }

    /// Who somebody is to the clinic, for people.
    pub fn role(role: Role) -> &'static str {
        match role {
            Role::Patient => "患者",
            Role::Doctor => "医生",
            Role::Assistant => "医助",
            Role::Admin => "管理员",
        }
    }
}
