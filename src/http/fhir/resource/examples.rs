//! One of each type, letter by letter: made-up rows, and in `tests/data/fhir` what becomes of them. Other tools can check those files too.

use std::{env, fs, path::PathBuf, sync::Arc};

use serde_json::Value;

use super::{
    super::print::{ClinicFacts, Identifiers, Print},
    *,
};
use crate::{
    base::{
        error::Result,
        id::Id,
        money::Fen,
        settings::Settings,
        time::{Clock, MINUTE, Time},
    },
    domain::{
        self,
        consultation::{
            Consultation,
            diagnosis::{Diagnosis, Verification},
            state::ConsultationStatus,
        },
        directory::{
            doctor::{Doctor, HalfDays},
            hospital::{Department, Hospital},
            patient::Patient,
        },
        free_clinic::{
            clinic_session::{ClinicSession, SessionState},
            registration::{Casebook, Registration, Stage},
            slot::Slot,
        },
        identity::account::{Account, Role, Verify},
        messaging::{
            conversation::{Conversation, ConversationKind},
            message::{Delivery, Message},
        },
        money::payment::{Payment, PaymentStatus, Purpose},
        shared::{
            region::{Place, Region},
            upload::Upload,
        },
    },
    store::{Store, Tx},
};

fn at(text: &str) -> Time {
    Time(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
}

fn place() -> Place {
    let [province_id, city_id, county_id] = [510_000, 510_100, 510_104].map(Id::from_number);
    Place { province_id, city_id, county_id, addr: "示范街66号".into() }
}

fn account(id: u64, role: Role) -> Account {
    Account {
        id: Id::from_number(id),
        role,
        phone: None,
        open_id: None,
        username: None,
        password: None,
        verify: Verify::Enabled,
        voip: id,
        system_chat: Id::NONE,
        created_at: Time(0),
    }
}

fn patient(id: u64, account: u64, relation: &str, name: &str) -> Patient {
    Patient {
        id: Id::from_number(id),
        owner: Id::from_number(account),
        relation: relation.into(),
        name: name.into(),
        sex: 2,
        ..Patient::default()
    }
}

fn doctor(id: u64, name: &str) -> Doctor {
    let (morning, both, off) =
        (HalfDays { morning: true, afternoon: false }, HalfDays { morning: true, afternoon: true }, HalfDays::default());
    Doctor {
        id: Id::from_number(id),
        name: name.into(),
        idno: "990101197807138522".into(),
        avatar: "/files/face.png".into(),
        hospital_id: Id::from_number(1617),
        departments: "中医科".into(),
        department_id: Id::from_number(1029),
        job_position: "副主任医师".into(),
        doctor_sn: "XH0003".into(),
        work_time: [both, morning, off, morning, off, off, off],
        ..Doctor::default()
    }
}

fn upload(id: u64, name: &str, mime: &str) -> Upload {
    let created_at = at("2026-11-29T16:40:00+08");
    Upload { id: Id::from_number(id), name: name.into(), owner: Id::from_number(1664), mime: mime.into(), size: 183_204, created_at }
}

fn session() -> ClinicSession {
    let begin = at("2026-12-09T09:00:00+08");
    let slot = |n: i64| Slot { begin: begin.plus(n * 30 * MINUTE), end: begin.plus((n + 1) * 30 * MINUTE), seats: 4, taken: 1 };
    ClinicSession {
        id: Id::from_number(1923),
        doctor_id: Id::from_number(1628),
        hospital_id: Id::from_number(1617),
        begin,
        end: begin.plus(120 * MINUTE),
        slots: (0..4).map(slot).collect(),
        addr: "成都市锦江区示范街66号一楼大厅".into(),
        lng: "104.0836".into(),
        lat: "30.6571".into(),
        introduction: "骨关节义诊：膝痛、腰痛与骨质疏松咨询。".into(),
        service_target: Vec::new(),
        price: 20,
        special_project_id: Id::NONE,
        state: SessionState::Open,
        created_at: begin,
    }
}

fn registration() -> Registration {
    Registration {
        id: Id::from_number(2177),
        project_id: Id::from_number(1923),
        doctor_id: Id::from_number(1628),
        hospital_id: Id::from_number(1617),
        user_id: Id::from_number(1667),
        patient_id: Id::from_number(1668),
        assistant_id: Id::NONE,
        slot: 0,
        visit_time: at("2026-12-09T09:00:00+08"),
        stage: Stage::Held,
        reject_msg: String::new(),
        casebook: Casebook::default(),
        diag_result: String::new(),
        diag_photo: Vec::new(),
        credit_score: 0,
        punctuality_score: 0,
        doctor_comment_time: None,
        doctor_score: 0,
        doctor_comment: String::new(),
        patient_comment_time: None,
        amount: Fen::from_yuan(20),
        payment_id: None,
        sn: None,
        hold_until: None,
        booked_at: None,
        begun_at: None,
        ended_at: None,
        refund_status: None,
        refund_time: None,
        refund_sn: None,
        created_at: at("2026-11-30T00:47:38+08"),
        updated_at: at("2026-11-30T00:47:38+08"),
    }
}

fn consultation() -> Consultation {
    Consultation {
        id: Id::from_number(2168),
        number: "H0-JVDSU0QYT98ZQGMM".into(),
        user_id: Id::from_number(1664),
        patient_id: Id::from_number(1665),
        doctor_id: Id::from_number(1622),
        content: "近一周反复咳嗽，夜间加重，无发热。".into(),
        reason: "症状咨询".into(),
        images: vec!["/files/throat.jpg".into()],
        fee: Fen::from_yuan(20),
        status: ConsultationStatus::InProgress,
        conversation_id: Id::from_number(2166),
        payment_id: Some(Id::from_number(2169)),
        replies: 1,
        evaluated: false,
        due: None,
        paid_at: Some(at("2026-11-29T16:41:30+08")),
        created_at: at("2026-11-29T16:40:12+08"),
        updated_at: at("2026-11-29T17:05:00+08"),
        earlier: None,
        judged: None,
        stopped: None,
    }
}

fn diagnosis() -> Diagnosis {
    Diagnosis {
        id: Id::from_number(2172),
        consultation_id: Id::from_number(2168),
        doctor_id: Id::from_number(1622),
        patient_id: Id::from_number(1665),
        main: "急性支气管炎".into(),
        second: Vec::new(),
        codes: vec!["J20.9".into()],
        verification: Verification::Confirmed,
        chief_complaint: String::new(),
        past_illness: String::new(),
        created_at: at("2026-11-29T17:05:00+08"),
        updated_at: at("2026-11-29T17:05:00+08"),
    }
}

fn message() -> Message {
    let delivery = |member: u64| Delivery { member: Id::from_number(member), seq: 1 };
    Message {
        id: Id::from_number(2171),
        conversation_id: Id::from_number(2166),
        from: Id::from_number(1622),
        client_id: String::new(),
        consultation_id: Id::from_number(2168),
        mimetype: "text/plain".into(),
        content: "咳嗽多久了？有没有痰，什么颜色？".into(),
        images: vec!["/files/tongue.jpg".into()],
        parts: Vec::new(),
        delivered: [1622, 1664].map(delivery).into(),
        retracted_at: None,
        created_at: at("2026-11-29T16:52:10+08"),
    }
}

fn payment() -> Payment {
    Payment {
        id: Id::from_number(2169),
        out_trade_no: "20261129164112412405384392234".into(),
        payer: Id::from_number(1664),
        purpose: Purpose::Consultation(Id::from_number(2168)),
        amount: Fen::from_yuan(20),
        status: PaymentStatus::Paid,
        description: "图文咨询".into(),
        provider: None,
        created_at: at("2026-11-29T16:41:12+08"),
        paid_at: None,
        updated_at: at("2026-11-29T16:41:30+08"),
    }
}

fn people(db: &mut Tx) -> Result<()> {
    for (id, parent_id, name) in [(510_000, 0, "四川省"), (510_100, 510_000, "成都市"), (510_104, 510_100, "锦江区")] {
        let (id, parent_id) = (Id::from_number(id), Id::from_number(parent_id));
        db.put(&Region { id, parent_id, name: name.into(), short_name: name.into(), pinyin: String::new(), sort: 1 })?;
    }
    db.put(&Department { id: Id::from_number(1029), name: "中医科".into(), ..Department::default() })?;
    let (name, level) = ("锦官社区示范医院".into(), "社区医院".into());
    db.put(&Hospital { id: Id::from_number(1617), name, level, place: place(), ..Hospital::default() })?;
    for id in [1660, 1664, 1667] {
        db.put(&account(id, Role::Patient))?;
    }
    db.put(&account(1622, Role::Doctor))?;
    db.put(&doctor(1622, "程半夏"))?;
    db.put(&doctor(1628, "陆川柏"))?;
    let own = patient(1665, 1664, "本人", "秦白露");
    db.put(&Patient {
        phone: "19900001016".into(),
        idno: "990101199003073726".into(),
        certificate_type: 1,
        birthday: "1990-03-07".into(),
        marital_status: 1,
        place: place(),
        card_no: "K0000213".into(),
        ..own
    })?;
    db.put(&patient(1668, 1667, "本人", "汪夏至"))?;
    db.put(&Patient { phone: "19900001015".into(), ..patient(1669, 1660, "本人", "严霜降") })?;
    db.put(&patient(1671, 1660, "父亲", "严立冬"))
}

fn happenings(db: &mut Tx) -> Result<()> {
    for row in [upload(1590, "face.png", "image/png"), upload(2167, "throat.jpg", "image/jpeg"), upload(2170, "tongue.jpg", "image/jpeg")] {
        db.put(&row)?;
    }
    db.put(&session())?;
    db.put(&registration())?;
    db.put(&consultation())?;
    db.put(&diagnosis())?;
    let between = (Id::from_number(1665), Id::from_number(1622));
    let (id, kind) = (Id::from_number(2166), ConversationKind::Chat);
    db.put(&Conversation { id, kind, between, last_said: Id::NONE, created_at: Time(0) })?;
    db.put(&message())?;
    db.put(&payment())
}

fn printed(print: &Print) -> Result<Vec<(&'static str, Value)>> {
    let view = print.view;
    let doctor = view.need::<Doctor>(Id::from_number(1622))?;
    let hospital = view.need::<Hospital>(Id::from_number(1617))?;
    let relative = view.need::<Patient>(Id::from_number(1671))?;
    let visit = Registration {
        stage: Stage::Done,
        booked_at: Some(at("2026-11-30T00:50:00+08")),
        casebook: Casebook {
            content: "双膝上下楼疼痛两年。".into(), updated_at: at("2026-11-30T00:51:00+08"), ..Casebook::default()
        },
        diag_result: "膝骨关节炎。".into(),
        ..registration()
    };
    Ok(vec![
        ("appointment", appointment::registration(print, &registration())?),
        ("communication", communication::message(print, &message(), None)?.unwrap_or_default()),
        ("condition", condition::nth(print, &diagnosis(), 0)?.unwrap_or_default()),
        ("document-reference", document_reference::consultation(print, &consultation())?.remove(0)),
        ("document-reference-text", document_reference::registration(print, &visit)?.remove(0)),
        ("encounter", encounter::consultation(print, &consultation())?.unwrap_or_default()),
        ("encounter-visit", encounter::registration(print, &visit)?.unwrap_or_default()),
        ("invoice", invoice::payment(print, &payment())?),
        ("location", location::clinic_session(print, &session())?),
        ("organization", organization::hospital(print, &hospital)?),
        ("organization-clinic", organization::settings(print)),
        ("patient", super::patient::patient(print, &view.need(Id::from_number(1665))?)?),
        ("practitioner", practitioner::doctor(print, &doctor)?),
        ("practitioner-role", practitioner_role::doctor(print, &doctor)?),
        ("related-person", related_person::patient(print, &relative)?.unwrap_or_default()),
        ("schedule", schedule::clinic_session(print, &session())?),
        ("service-request", service_request::consultation(print, &consultation())?),
        ("slot", slot::nth(print, &session(), 0).unwrap_or_default()),
        ("structure-definition-slot-seats", terminology::slot_seats()),
    ])
}

/// `GOLDEN=write` writes the files anew.
#[test]
fn resources_are_printed_as_they_always_were() {
    let dir = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let clinic = ClinicFacts {
        name: "悬壶诊所".into(),
        phone: Some("0571-00000000".into()),
        zone: settings.clinic.zone.clone(),
        instance: "7f3a9c2e51d0".into(),
        site: "https://clinic.example.com".into(),
    };
    let clock = Arc::new(Clock::stopped_at(at("2026-11-30T01:00:00+08")));
    let store = Store::open(dir.path(), domain::TABLES, Arc::new(settings), clock).unwrap();
    store.write_blocking(|db| people(db).and_then(|()| happenings(db))).unwrap();
    let view = store.view();
    let mut all = printed(&Print { view: &view, clinic: &clinic, identifiers: Identifiers::Full }).unwrap();
    let masked = Print { view: &view, clinic: &clinic, identifiers: Identifiers::Masked };
    all.push(("patient-masked", super::patient::patient(&masked, &view.need(Id::from_number(1665)).unwrap()).unwrap()));
    for (name, resource) in all {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/fhir/{name}.json"));
        if env::var("GOLDEN").is_ok_and(|word| word == "write") {
            fs::write(&file, format!("{resource:#}\n")).unwrap();
        }
        let known: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap_or_default()).unwrap_or_default();
        assert_eq!(resource, known, "{name}: {resource:#}");
    }
}
