//! Rows that the demonstration clinic has not: every state, certificates, pictures, what was taken back. They are changed copies of its rows.

use serde_json::{Value, json};

use super::{
    super::print::{Identifiers, Print},
    tests::{Demo, rows},
    *,
};
use crate::{
    base::{id::Id, time::Time},
    domain::{
        consultation::{
            Consultation,
            diagnosis::{self, Diagnosis, Findings, Verification},
            state::ConsultationStatus as Of,
        },
        directory::patient::Patient,
        free_clinic::{
            clinic_session::{ClinicSession, SessionState},
            registration::{Registration, Stage},
        },
        messaging::{
            conversation::{self, Between, ConversationKind, Side},
            message::{Message, Part},
        },
        money::payment::{Payment, PaymentStatus, Purpose},
        shared::{
            dictionary::{self, DiagnosisTerm},
            mimetype, upload,
        },
        team_consult::{TeamConsult, TeamConsultStatus, vas::Vas, vas::VasStatus},
    },
    store::Order,
};

const SITE: &str = "https://clinic.example.com";

fn first<R: crate::store::Row>(print: &Print, wanted: impl Fn(&R) -> bool) -> R {
    rows::<R>(print.view).into_iter().find(|row| wanted(row)).unwrap()
}

#[test]
fn certificates_say_what_they_are() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let known = first(print, |row: &Patient| !row.idno.is_empty());
        let number = |certificate_type, idno: &str| {
            let printed = patient::patient(print, &Patient { certificate_type, idno: idno.into(), ..known.clone() }).unwrap();
            printed["identifier"][0].clone()
        };
        for kind in [0, 1, 5] {
            let printed = number(kind, &known.idno);
            assert_eq!((&printed["system"], &printed["type"]["coding"][0]["code"]), (&json!(identifier::RESIDENT_NUMBER), &json!("NI")));
        }
        let passport = number(5, "E00000001");
        assert_eq!((&passport["system"], &passport["value"]), (&json!("urn:xuanhu:id-kind:5"), &json!("E00000001")));
        assert_eq!(passport["type"]["coding"][0]["code"], "PPN");
        assert_eq!(number(2, "00000001")["type"]["coding"][0]["code"], "MI");
        assert_eq!(number(6, "H00000001")["type"], json!({ "text": "港澳通行证" }));
        assert!(number(1, "990101780713852").get("system").is_none());
    });
    demo.print(Identifiers::Masked, |print| {
        let known = first(print, |row: &Patient| !row.idno.is_empty());
        let passport = Patient { certificate_type: 5, idno: "E00000001".into(), ..known };
        let printed = patient::patient(print, &passport).unwrap();
        assert!(!printed.to_string().contains("E00000001"));
        assert_eq!(printed["identifier"][0]["_value"]["extension"][0]["valueString"], "*".repeat(18));
    });
}

#[test]
fn what_is_unknown_of_a_patient_is_left_out() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let known = first(print, |row: &Patient| row.relation == "本人");
        let bare =
            Patient { id: known.id, owner: known.owner, relation: "其他".into(), birthday: "1990-02-30".into(), ..Patient::default() };
        let printed = patient::patient(print, &Patient { deleted_at: Some(Time(1)), ..bare.clone() }).unwrap();
        let fields: Vec<&String> = printed.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["active", "gender", "id", "identifier", "managingOrganization", "resourceType"]);
        assert_eq!((&printed["active"], &printed["gender"]), (&json!(false), &json!("unknown")));
        let relative = related_person::patient(print, &bare).unwrap().unwrap();
        assert_eq!(
            (&relative["name"][0]["text"], &relative["patient"]["reference"]),
            (&json!(known.name), &json!(format!("Patient/{}", known.id)))
        );
        assert!(related_person::patient(print, &known).unwrap().is_none());
    });
}

/// The table of Appointments and Encounters.
#[test]
fn registrations_in_every_stage() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let done = first(print, |row: &Registration| row.stage == Stage::Done);
        let booked = done.booked_at;
        for (stage, booked_at, why, appointment, encounter, reason) in [
            (Stage::Held, None, "", "pending", None, None),
            (Stage::Booked, booked, "", "booked", Some("planned"), None),
            (Stage::Done, booked, "", "fulfilled", Some("finished"), None),
            (Stage::Missed, booked, "", "noshow", Some("cancelled"), None),
            (Stage::Rejected, booked, "请改挂内科", "cancelled", Some("cancelled"), Some("prov")),
            (Stage::Cancelled, booked, "", "cancelled", Some("cancelled"), Some("pat")),
            (Stage::Cancelled, booked, "义诊已取消", "cancelled", Some("cancelled"), Some("prov")),
            (Stage::Cancelled, None, "超时未支付", "cancelled", None, Some("other")),
        ] {
            let row = Registration { stage, booked_at, reject_msg: why.into(), ..done.clone() };
            let printed = appointment::registration(print, &row).unwrap();
            assert_eq!(
                (printed["status"].as_str(), printed["cancelationReason"]["coding"][0]["code"].as_str()),
                (Some(appointment), reason)
            );
            assert_eq!(printed["cancelationReason"]["text"].as_str(), reason.and(Some(why)).filter(|why| !why.is_empty()));
            let printed = encounter::registration(print, &row).unwrap();
            assert_eq!(printed.as_ref().map(|one| one["status"].as_str().unwrap()), encounter, "{stage:?}");
        }
        let lost = Registration { slot: 99, ..done };
        let printed = appointment::registration(print, &lost).unwrap();
        assert!(printed["start"] == printed["end"] && printed.get("slot").is_none());
    });
}

#[test]
fn orders_in_every_state() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let paid = first(print, |row: &Consultation| row.paid_at.is_some());
        for (status, request, happened) in [
            (Of::Unpaid, "draft", None),
            (Of::Cancelled, "revoked", None),
            (Of::Waiting, "active", Some("planned")),
            (Of::InProgress, "active", Some("in-progress")),
            (Of::Expired, "revoked", Some("cancelled")),
            (Of::RefundAsked, "on-hold", Some("planned")),
            (Of::Finished, "completed", Some("finished")),
            (Of::ExpiredRefunded, "revoked", Some("cancelled")),
            (Of::Refunded, "revoked", Some("cancelled")),
        ] {
            let row = Consultation { status, ..paid.clone() };
            let printed = service_request::consultation(print, &row).unwrap();
            assert_eq!((&printed["status"], &printed["meta"]["tag"][0]["code"]), (&json!(request), &json!(status.code())));
            let printed = encounter::consultation(print, &row).unwrap();
            assert_eq!(printed.map(|one| one["status"].clone()), happened.map(Value::from));
        }
        let known = first(print, |_: &TeamConsult| true);
        for (status, request, happened) in [
            (TeamConsultStatus::Waiting, "active", "planned"),
            (TeamConsultStatus::InProcess, "active", "in-progress"),
            (TeamConsultStatus::Finished, "completed", "finished"),
            (TeamConsultStatus::Cancelled, "revoked", "cancelled"),
        ] {
            let row = TeamConsult { status, ..known.clone() };
            assert_eq!(service_request::team_consult(print, &row).unwrap()["status"], request);
            assert_eq!(encounter::team_consult(print, &row).unwrap()["status"], happened);
        }
        let offered = first(print, |_: &Vas| true);
        for (status, request, intent) in [
            (VasStatus::Waiting, "draft", "proposal"),
            (VasStatus::Confirmed, "active", "order"),
            (VasStatus::Rejected, "revoked", "proposal"),
        ] {
            let printed = service_request::vas(print, &Vas { status, ..offered.clone() }).unwrap();
            assert_eq!((&printed["status"], &printed["intent"]), (&json!(request), &json!(intent)));
            assert_eq!(printed["basedOn"][0]["reference"], format!("ServiceRequest/{}", offered.consult_id));
        }
    });
}

#[test]
fn an_account_without_a_profile_asks_by_its_number() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let known = first(print, |_: &TeamConsult| true);
        let creator = Id::from_number(7);
        let row = TeamConsult { creator, target: creator.any(), ..known };
        let printed = service_request::team_consult(print, &row).unwrap();
        let account = json!({ "type": "Patient", "identifier": { "system": "urn:xuanhu:7f3a9c2e51d0:account", "value": "7" } });
        assert_eq!((&printed["subject"], &printed["requester"]), (&account, &account));
    });
}

#[test]
fn pictures_are_named_by_their_uploads() {
    let demo = Demo::load();
    let noted = |name: &'static str, mime: &'static str| {
        demo.store.write_blocking(move |db| upload::note(db, Id::NONE, name, mime, 183_204)).unwrap().id
    };
    let (picture, recording) = (noted("a.jpg", "image/jpeg"), noted("b.amr", "audio/amr"));
    demo.print(Identifiers::Full, |print| {
        let done = first(print, |row: &Registration| row.stage == Stage::Done);
        let mut row = done.clone();
        row.casebook.photo = vec!["/files/gone.jpg".into(), format!("{SITE}/files/a.jpg"), "https://example.com/x.png".into()];
        row.diag_photo = vec!["/files/a.jpg".into()];
        let printed = document_reference::registration(print, &row).unwrap();
        let ids: Vec<&str> = printed.iter().map(|one| one["id"].as_str().unwrap().rsplit('-').next().unwrap()).collect();
        assert_eq!(ids, ["c1", "c2", "d0", "r"]);
        let attached = &printed[0]["content"][0]["attachment"];
        assert_eq!((&attached["url"], &attached["size"]), (&json!(format!("Binary/{picture}")), &json!(183_204)));
        assert_eq!(printed[1]["content"][0]["attachment"]["url"], "https://example.com/x.png");
        assert_eq!(printed[2]["author"][0]["reference"], format!("Practitioner/{}", row.doctor_id));
        let named = appointment::registration(print, &row).unwrap()["supportingInformation"].clone();
        assert_eq!(named, json!(["c1", "c2", "r"].map(|part| json!({ "reference": format!("DocumentReference/{}-{part}", row.id) }))));
        row = Registration { diag_result: String::new(), ..done };
        row.casebook.content = String::new();
        assert!(document_reference::registration(print, &row).unwrap().is_empty());

        let known = first(print, |_: &TeamConsult| true);
        let spoken = TeamConsult {
            images: vec!["/files/a.jpg".into()],
            symptom_type: "audio/amr".into(),
            symptom_content: "/files/b.amr".into(),
            ..known
        };
        let heard = document_reference::team_consult(print, &spoken).unwrap().pop().unwrap();
        assert!(heard["id"].as_str().unwrap().ends_with("-i1"));
        assert_eq!(heard["content"][0]["attachment"]["url"], format!("Binary/{recording}"));
        let request = service_request::team_consult(print, &spoken).unwrap();
        assert!(request.get("note").is_none() && request["supportingInfo"].as_array().unwrap().len() == 2);
        let avatar = Patient { avatar: "/files/a.jpg".into(), ..first(print, |_: &Patient| true) };
        assert_eq!(
            patient::patient(print, &avatar).unwrap()["photo"],
            json!([{ "contentType": "image/jpeg", "url": format!("Binary/{picture}") }])
        );
    });
}

#[test]
fn messages_are_told_to_their_side() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let chat = |row: &Message| {
            let conversation = print.view.get::<conversation::Conversation>(row.conversation_id).unwrap();
            conversation.is_some_and(|conversation| conversation.kind == ConversationKind::Chat)
        };
        let said = first(print, |row: &Message| chat(row) && !row.from.is_none() && row.parts.is_empty());
        let printed = |row: &Message, side| communication::message(print, row, side).unwrap();
        let plain = printed(&said, None).unwrap();
        assert_eq!((&plain["status"], &plain["payload"][0]["contentString"]), (&json!("completed"), &json!(said.content)));
        assert!(plain["encounter"]["reference"].as_str().unwrap().starts_with("Encounter/"));
        let taken_back = printed(&Message { retracted_at: Some(Time(1)), ..said.clone() }, None).unwrap();
        assert!(taken_back["status"] == "entered-in-error" && taken_back.get("payload").is_none());
        assert!(!taken_back.to_string().contains(&said.content));

        let part = |side, text: &str| Part { side, title: "咨询开始".into(), text: text.into() };
        let parts = vec![part(Side::Patient, "请等待"), part(Side::Staff, "请回复")];
        let told = Message { from: Id::NONE, parts: parts.clone(), content: String::new(), ..said.clone() };
        let text = |side| printed(&told, side).map(|one| one["payload"].to_string());
        assert!(text(Some(Side::Patient)).unwrap().contains("请等待") && !text(Some(Side::Patient)).unwrap().contains("请回复"));
        assert!(text(None).unwrap().contains("请等待") && text(None).unwrap().contains("请回复"));
        assert!(printed(&told, None).unwrap().get("sender").is_none());
        assert!(printed(&Message { parts: parts[1..].to_vec(), ..told.clone() }, Some(Side::Patient)).is_none());

        let offer = json!({ "vas_id": 1, "name": "复诊随访", "amount": 12_000, "status": 0 }).to_string();
        let offered = Message { mimetype: mimetype::VAS.into(), content: offer, ..said.clone() };
        assert_eq!(printed(&offered, None).unwrap()["payload"][0]["contentString"], "增值服务：复诊随访（120.00 元）");
        let broken = Message { mimetype: mimetype::NOTICE.into(), content: "{".into(), ..said.clone() };
        assert!(printed(&broken, None).unwrap().get("payload").is_none());
        let elsewhere = Message { mimetype: "image/png".into(), content: "https://example.com/x".into(), ..said };
        assert_eq!(printed(&elsewhere, None).unwrap()["payload"][0]["contentAttachment"]["contentType"], "image/png");
    });
}

/// Patients and staff are told of, staff among themselves and the clinic's notices are not.
#[test]
fn conversations_are_served_by_their_kind() {
    let demo = Demo::load();
    let (patient, doctors, system) = demo.print(Identifiers::Full, |print| {
        let doctors: Vec<_> = rows::<crate::domain::directory::doctor::Doctor>(print.view).iter().map(|row| row.id).take(2).collect();
        let own = first(print, |row: &Patient| row.relation == "本人");
        (own.clone(), doctors, Between::System(own.owner.account()))
    });
    let (account, doctor, other) = (patient.owner.account(), doctors[0].account(), doctors[1].account());
    for (between, from, category) in [
        (Between::Direct(account, doctor), doctor, Some("direct")),
        (Between::Direct(doctor, other), doctor, None),
        (Between::Dialog(patient.owner, doctors[0]), account, Some("dialog")),
        (system, Id::NONE, None),
    ] {
        let message = demo.store.write_blocking(move |db| {
            let conversation = conversation::open(db, between, &[(account, Side::Patient), (doctor, Side::Staff)])?;
            let say =
                crate::domain::messaging::message::Say { mimetype: mimetype::TEXT.into(), content: "您好".into(), ..Default::default() };
            crate::domain::messaging::message::post(db, conversation, from, say)
        });
        demo.print(Identifiers::Full, |print| {
            let printed = communication::message(print, &message.unwrap(), None).unwrap();
            assert_eq!(printed.as_ref().and_then(|one| one["category"][0]["coding"][0]["code"].as_str()), category, "{between:?}");
            if let Some(printed) = printed {
                assert_eq!(printed["subject"]["reference"], format!("Patient/{}", patient.id));
                assert!(printed.get("basedOn").is_none());
            }
        });
    }
}

#[test]
fn payments_and_seats_in_every_state() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let known = first(print, |row: &Payment| matches!(row.purpose, Purpose::Consultation(_)));
        for (status, printed) in [
            (PaymentStatus::WaitForPay, "issued"),
            (PaymentStatus::Paid, "balanced"),
            (PaymentStatus::Refunding, "balanced"),
            (PaymentStatus::Closed, "cancelled"),
            (PaymentStatus::Refunded, "cancelled"),
        ] {
            let invoice = invoice::payment(print, &Payment { status, amount: crate::base::money::Fen(1_999), ..known.clone() }).unwrap();
            assert_eq!((&invoice["status"], &invoice["totalNet"]), (&json!(printed), &json!({ "value": 19.99, "currency": "CNY" })));
        }
        let mut session = first(print, |row: &ClinicSession| !row.slots.is_empty());
        session.slots[0].seats = 4;
        for (state, taken, status) in [
            (SessionState::Open, 3, "free"),
            (SessionState::Open, 4, "busy"),
            (SessionState::Ended, 3, "busy-unavailable"),
            (SessionState::Cancelled, 0, "busy-unavailable"),
        ] {
            session.state = state;
            session.slots[0].taken = taken;
            let slot = slot::nth(print, &session, 0).unwrap();
            assert_eq!((&slot["status"], &slot["extension"][0]["extension"][1]["valueUnsignedInt"]), (&json!(status), &json!(taken)));
            assert_eq!(schedule::clinic_session(print, &session).unwrap()["active"], state == SessionState::Open);
        }
        session.lng = "东经".into();
        assert!(location::clinic_session(print, &session).unwrap().get("position").is_none());
    });
}

#[test]
fn every_diagnosis_is_a_condition_of_its_own() {
    let demo = Demo::load();
    demo.print(Identifiers::Full, |print| {
        let known = first(print, |_: &Diagnosis| true);
        let row = Diagnosis {
            main: "急性支气管炎".into(),
            second: vec![" ".into(), "过敏性鼻炎".into()],
            codes: vec!["J20.9".into()],
            verification: Verification::Confirmed,
            ..known
        };
        let printed = condition::diagnosis(print, &row).unwrap();
        let told: Vec<_> =
            printed.iter().map(|one| (one["id"].as_str().unwrap().to_owned(), one["code"]["text"].as_str().unwrap())).collect();
        assert_eq!(told, [(row.id.to_string(), "急性支气管炎"), (format!("{}-2", row.id), "过敏性鼻炎")]);
        assert_eq!(printed[0]["code"]["coding"][1], json!({ "system": "http://hl7.org/fhir/sid/icd-10", "code": "J20.9" }));
        assert!(printed[1]["code"].get("coding").is_none() && printed[0]["verificationStatus"]["coding"][0]["code"] == "confirmed");
        assert!(condition::nth(print, &row, 1).unwrap().is_none() && condition::nth(print, &row, 3).unwrap().is_none());
    });
}

/// Codes are those of the day on which it was written.
#[test]
fn a_diagnosis_keeps_the_codes_of_its_terms() {
    let demo = Demo::load();
    let row = demo.store.write_blocking(|db| {
        let known = db.all::<Diagnosis>(Order::Oldest).next().unwrap()?;
        let term = DiagnosisTerm { id: Id::NONE, name: "示范性咽炎".into(), code: "J02.9".into(), created_at: Time(0) };
        let term = dictionary::save_term(db, term)?;
        let [chief_complaint, past_illness] = [known.chief_complaint, known.past_illness];
        let findings =
            Findings { main: "示范性咽炎".into(), second: vec!["示范性咽炎恢复期".into()], chief_complaint, past_illness };
        let written = diagnosis::diagnose(db, known.doctor_id, known.consultation_id, findings)?;
        dictionary::remove_term(db, term.id)?;
        db.need::<Diagnosis>(written.id)
    });
    let row = row.unwrap();
    assert_eq!((row.codes.clone(), row.verification), (vec!["J02.9".to_owned(), String::new()], Verification::Provisional));
    demo.print(Identifiers::Full, |print| {
        let printed = condition::diagnosis(print, &row).unwrap();
        assert_eq!((&printed[0]["code"]["coding"][0]["code"], printed[1]["code"].get("coding")), (&json!("J02.9"), None));
    });
}
