//! What the clinic charges and when money goes back, for everybody to read before paying.

use crate::{
    base::error::Result,
    domain::{
        directory::doctor::{self, Doctor},
        free_clinic::clinic_session::{self, ClinicSession},
        identity::account::{self, Role, Verify},
        team::{self, Team},
    },
    store::{Order, View, key},
};

/// Everything that has a price now. What is closed has none.
#[derive(Clone, Debug, Default)]
pub struct Fees {
    /// Doctors who take picture-and-text consultations.
    pub doctors: Vec<Doctor>,
    /// Teams that take consults.
    pub teams: Vec<Team>,
    /// Sessions that are neither over nor cancelled, for whose seats a deposit is asked, or none.
    pub sessions: Vec<ClinicSession>,
}

/// Every price, the newest offer first.
pub fn all(db: &View) -> Result<Fees> {
    let mut fees = Fees::default();
    for id in db.ids(&account::BY_STANDING, key(&[&Role::Doctor.number(), &(Verify::Enabled as u8)]), Order::Newest) {
        let doctor = doctor::profile(db, id?.doctor())?;
        if doctor.image_and_text_open {
            fees.doctors.push(doctor);
        }
    }
    for team in db.all::<Team>(Order::Newest) {
        let team = team?;
        if team::is_open(db, &team)? {
            fees.teams.push(team);
        }
    }
    for session in db.rows(&clinic_session::OPEN, key(&[]), Order::Newest) {
        let session: ClinicSession = session?;
        if session.is_listed(db.now) && doctor::is_open(db, session.doctor_id)? {
            fees.sessions.push(session);
        }
    }
    Ok(fees)
}

/// When money goes back: what it was paid for, and the rule in the clinic's own words and windows.
pub fn refund_rules(db: &View) -> [(&'static str, String); 3] {
    let (consultation, project) = (&db.settings.consultation, &db.settings.project);
    let approval = if db.settings.payment.refund_approval { "退款经诊所审核后原路退回。" } else { "退款原路退回。" };
    [
        (
            "consultation",
            format!(
                "下单后{}内未支付，订单自动取消。支付后医生未在{}内回复，或在医生首次回复前申请退款的，费用全部退还；医生已回复的，不再退还。{approval}",
                consultation.pay_window.in_chinese(),
                consultation.reply_window.in_chinese(),
            ),
        ),
        ("team_consult", "咨询费在提交时先从会费、再从钱包扣除。还没有医生加入时可以取消，费用退回原处；医生加入后不再退还。".to_owned()),
        (
            "registration",
            format!(
                "押金在{}内未支付，名额不再保留。就诊完成、预约未通过、义诊取消或在义诊开始前取消预约的，押金全部退还；未到诊的，由医生或诊所在义诊结束后{}内决定是否退还。{approval}",
                project.hold_window.in_chinese(),
                project.done_window.in_chinese(),
            ),
        ),
    ]
}
