//! What the family prints. The document has no field tables: its examples are the shapes.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::form::Word;
use crate::{
    base::{
        error::Result,
        id::{AccountId, DoctorId, EncounterId, PatientId},
    },
    domain::{
        directory::{
            display_name::{self, Face},
            doctor,
            hospital::Hospital,
            patient::Patient,
        },
        identity::account::{Account, Role, Verify},
        messaging::contact::Contact,
        relations::{
            address_book::{AddressBookEntry, PatientRecord},
            chat_time,
        },
        shared::region,
        shared::sight::Sight,
    },
    store::View,
};

#[derive(Serialize, JsonSchema)]
pub struct NicknameView {
    nickname: String,
}

impl From<Contact> for NicknameView {
    fn from(contact: Contact) -> NicknameView {
        NicknameView { nickname: contact.nickname }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct BanView {
    is_ban: u8,
    can_call: u8,
}

impl From<Contact> for BanView {
    fn from(contact: Contact) -> BanView {
        BanView { is_ban: contact.is_ban.into(), can_call: contact.can_call.into() }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct CallView {
    can_call: u8,
}

impl From<Contact> for CallView {
    fn from(contact: Contact) -> CallView {
        CallView { can_call: contact.can_call.into() }
    }
}

#[derive(Serialize, JsonSchema)]
pub struct StatusView {
    pub status: Word,
}

#[derive(Serialize, JsonSchema)]
pub struct PayView {
    pub status: Word,
    pub pay: Pay,
}

/// Whether anything is owed between the two.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Pay {
    Paid,
    Unpay,
}

/// Whether an encounter is over.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Finish {
    Finish,
    Doing,
}

#[derive(Serialize, JsonSchema)]
pub struct FaceView {
    avatar: String,
    name: String,
}

impl From<Face> for FaceView {
    fn from(face: Face) -> FaceView {
        FaceView { avatar: face.avatar, name: face.name }
    }
}

/// How the book's owner sees somebody, and how to reach them; whether they are banned stands besides the document's fields.
#[derive(Serialize, JsonSchema)]
struct ReachView {
    name: String,
    nickname: String,
    avatar: String,
    #[serde(rename = "voipAccount")]
    voip: String,
    phone: String,
    is_ban: u8,
    can_call: u8,
}

impl ReachView {
    fn of(db: &View, account: &Account, contact: &Contact, sight: Sight) -> Result<ReachView> {
        let (face, phone) = (display_name::face(db, account, sight)?, display_name::phone(db, account)?);
        Ok(ReachView {
            name: face.name,
            nickname: contact.nickname.clone(),
            avatar: face.avatar,
            voip: account.voip.to_string(),
            phone: if account.role == Role::Patient { sight.phone(&phone) } else { sight.staff_phone(&phone) },
            is_ban: contact.is_ban.into(),
            can_call: contact.can_call.into(),
        })
    }
}

/// 用户通讯录列表. A doctor's telephone is masked: a call goes by the voip account.
#[derive(Serialize, JsonSchema)]
pub struct DoctorEntryView {
    doctor_id: DoctorId,
    #[serde(flatten)]
    reach: ReachView,
}

impl DoctorEntryView {
    pub fn of(db: &View, entry: AddressBookEntry) -> Result<DoctorEntryView> {
        Ok(DoctorEntryView {
            doctor_id: entry.account.id.doctor(),
            reach: ReachView::of(db, &entry.account, &entry.contact, Sight::STRANGER)?,
        })
    }
}

/// 医生通讯录列表. The telephone of a treated patient is whole, a follower's is masked as the name is.
#[derive(Serialize, JsonSchema)]
pub struct PatientEntryView {
    patient_id: AccountId,
    #[serde(flatten)]
    reach: ReachView,
    medical_records: Vec<RecordNameView>,
}

#[derive(Serialize, JsonSchema)]
struct RecordNameView {
    #[serde(rename = "medicalRecordId")]
    id: PatientId,
    name: String,
    relation: String,
}

impl PatientEntryView {
    /// `whose` tells how much the doctor sees of the account's own patient, and of any other.
    pub fn of(
        db: &View,
        entry: AddressBookEntry,
        sight: Sight,
        mut whose: impl FnMut(&Patient) -> Result<Sight>,
    ) -> Result<PatientEntryView> {
        let mut name = |PatientRecord { patient, .. }: PatientRecord| {
            let sight = whose(&patient)?;
            Ok(RecordNameView {
                id: patient.id,
                name: sight.name(&patient.name),
                relation: sight.person(patient.relation).unwrap_or_default(),
            })
        };
        Ok(PatientEntryView {
            patient_id: entry.account.id,
            reach: ReachView::of(db, &entry.account, &entry.contact, sight)?,
            medical_records: entry.records.into_iter().map(&mut name).collect::<Result<_>>()?,
        })
    }
}

/// 医生联系人详情
#[derive(Serialize, JsonSchema)]
pub struct DoctorCardView {
    doctor_id: DoctorId,
    name: String,
    level: &'static str,
    gender: u8,
    avatar: String,
    /// 科室
    specialist: String,
    title: u8,
    hospital_name: String,
    /// 0 to 5, with one decimal.
    point: f64,
    nickname: String,
    is_ban: u8,
    can_call: u8,
}

impl DoctorCardView {
    pub fn of(db: &View, account: &Account, contact: Contact) -> Result<DoctorCardView> {
        let doctor = doctor::profile(db, account.id.doctor())?;
        Ok(DoctorCardView {
            doctor_id: account.id.doctor(),
            level: level(account.verify),
            gender: doctor.sex(db.settings.clinic.zone.today(db.now)),
            title: title(&doctor.job_position),
            hospital_name: db.get::<Hospital>(doctor.hospital_id)?.map(|hospital| hospital.name).unwrap_or_default(),
            point: f64::from(doctor.score.tenths()) / 10.0,
            name: doctor.name,
            avatar: doctor.avatar,
            specialist: doctor.departments,
            nickname: contact.nickname,
            is_ban: contact.is_ban.into(),
            can_call: contact.can_call.into(),
        })
    }
}

/// The document's example says 高级认证 of a doctor who is let in; the other words are ours.
const fn level(verify: Verify) -> &'static str {
    match verify {
        Verify::Enabled => "高级认证",
        Verify::Waiting => "待认证",
        Verify::Disabled => "已停用",
    }
}

/// 职称 as a number, the highest first; the document has 1 and no list. 0 for anything else.
fn title(position: &str) -> u8 {
    const TITLES: &[(&str, u8)] = &[("副主任", 2), ("主任", 1), ("主治", 3), ("医师", 4)];
    TITLES.iter().find(|(word, _)| position.contains(word)).map_or(0, |(_, number)| *number)
}

/// 查看用户联系人详情: the account, and one of its records. Where the record has no place of its own, the account's stands.
#[derive(Serialize, JsonSchema)]
pub struct PatientCardView {
    patient_id: AccountId,
    name: String,
    avatar: String,
    birthday: Option<String>,
    gender: u8,
    record_id: PatientId,
    record_name: String,
    relation: String,
    record_gender: u8,
    record_birthday: Option<String>,
    province: String,
    city: String,
    nickname: String,
    is_ban: u8,
    can_call: u8,
}

/// Somebody, and how much the reader sees of them.
pub type Seen = (Patient, Sight);

impl PatientCardView {
    pub fn of(db: &View, account: &Account, (oneself, own): Seen, (record, sight): Seen, contact: Contact) -> Result<PatientCardView> {
        let place = sight.person(if record.place.province_id.is_none() { &oneself.place } else { &record.place });
        let place = place.cloned().unwrap_or_default();
        Ok(PatientCardView {
            patient_id: account.id,
            birthday: month(own, &oneself.birthday),
            gender: own.person(oneself.sex).unwrap_or(0),
            record_id: record.id,
            record_gender: sight.person(record.sex).unwrap_or(0),
            record_birthday: month(sight, &record.birthday),
            province: region::name(db, place.province_id)?,
            city: region::name(db, place.city_id)?,
            name: own.name(&oneself.name),
            avatar: own.person(oneself.avatar).unwrap_or_default(),
            record_name: sight.name(&record.name),
            relation: sight.person(record.relation).unwrap_or_default(),
            nickname: contact.nickname,
            is_ban: contact.is_ban.into(),
            can_call: contact.can_call.into(),
        })
    }
}

/// 获取聊天时病历选择列表
#[derive(Serialize, JsonSchema)]
pub struct RecordView {
    /// The account's.
    patient_id: AccountId,
    name: String,
    relation: String,
    gender: u8,
    birthday: Option<String>,
    province: String,
    city: String,
    address: String,
    identity_number: String,
    /// The account's.
    patient_name: String,
    age: Option<i64>,
    #[serde(rename = "medicalRecordId")]
    id: PatientId,
    #[serde(rename = "appointment_id")]
    encounters: Vec<EncounterId>,
    /// What the reader has kept by 更新聊天时间, by appointment.
    last_time: BTreeMap<EncounterId, String>,
}

impl RecordView {
    /// `name` is the account's, as the reader sees it.
    pub fn of(db: &View, reader: AccountId, owner: &Account, name: String, record: PatientRecord, sight: Sight) -> Result<RecordView> {
        let PatientRecord { patient, encounters, .. } = record;
        let mut last_time = BTreeMap::new();
        for encounter in &encounters {
            if let Some(time) = chat_time::find(db, reader, *encounter)? {
                last_time.insert(*encounter, time.stamp.to_string());
            }
        }
        let place = sight.person(&patient.place).cloned().unwrap_or_default();
        Ok(RecordView {
            patient_id: owner.id,
            gender: sight.person(patient.sex).unwrap_or(0),
            birthday: month(sight, &patient.birthday),
            province: region::name(db, place.province_id)?,
            city: region::name(db, place.city_id)?,
            address: sight.address(&region::name(db, place.county_id)?, &patient.place.addr),
            identity_number: sight.id_number(&patient.idno),
            patient_name: name,
            age: sight.age(&patient.birthday, db.settings.clinic.zone.today(db.now)),
            id: patient.id,
            name: sight.name(&patient.name),
            relation: sight.person(patient.relation).unwrap_or_default(),
            encounters,
            last_time,
        })
    }
}

/// `1988-08` of `1988-08-23`; `None` where it is unknown, or not shown.
fn month(sight: Sight, birthday: &str) -> Option<String> {
    sight.birthday(birthday)?.get(..7).map(str::to_owned)
}
