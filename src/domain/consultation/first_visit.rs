//! Whether a consultation may be paid and answered, where the clinic refuses first visits (互联网诊疗管理办法(试行) Art. 16).

use super::row::Consultation;
use crate::{
    base::{error::Result, id::PatientId},
    domain::care::{
        first_visit::{EARLIER_NEEDED, Earlier, Judged, UNJUDGED, is_refused},
        signed_record,
    },
    store::View,
};

/// Whether something shows that the patient was diagnosed before, a signed record of ours among it, or nobody asks for it.
pub(super) fn is_proven(db: &View, patient: PatientId, earlier: Option<&Earlier>) -> Result<bool> {
    Ok(earlier.is_some() || !is_refused(db) || signed_record::has_any(db, patient)?)
}

/// Refuses to take money for what may be a first visit. Errors: `earlier_needed`.
pub(super) fn need_proof(db: &View, consultation: &Consultation) -> Result<()> {
    let proven = is_proven(db, consultation.patient_id, consultation.earlier.as_ref())?;
    if proven { Ok(()) } else { Err(EARLIER_NEEDED.err()) }
}

/// Refuses what only a doctor may do who has judged that the patient fits, where that is asked for. Errors: `unjudged`.
pub(super) fn need_judged(db: &View, consultation: &Consultation) -> Result<()> {
    match is_refused(db) && !consultation.judged.as_ref().is_some_and(|judged| judged.fits) {
        true => Err(UNJUDGED.err()),
        false => Ok(()),
    }
}

/// Notes that a reply judges, for clients that know no judging (`care.judge`).
pub(super) fn judge_by_reply(db: &View, consultation: &mut Consultation) {
    if is_refused(db) && consultation.judged.is_none() && db.settings.care.judge_by_reply() {
        consultation.judged = Some(Judged { fits: true, note: "回复即判断".into(), by: consultation.doctor_id, at: db.now });
    }
}

/// What the doctor is told at the beginning; `None` where nothing must be judged.
pub(super) fn reminder(db: &View, consultation: &Consultation) -> Option<String> {
    let earlier = consultation.earlier.as_ref();
    let told = earlier.map(|one| format!("患者此前诊断：{}（{}，{}）。", one.diagnosis, one.hospital, one.on)).unwrap_or_default();
    let asked = match db.settings.care.judge_by_reply() {
        true => "回复患者即表示您已判断其为复诊、适合线上诊疗；否则请终止咨询。",
        false => "请先判断患者是否为复诊、是否适合线上诊疗，再回复。",
    };
    is_refused(db).then(|| format!("{told}{asked}"))
}
