//! 增值服务: what a doctor offers within a consult, and what the patient says to it.

use serde::Serialize;

use super::dialect;
use crate::{
    base::{
        error::{Result, missing},
        id::{DoctorId, TeamConsultId, TeamId, VasId},
    },
    domain::{
        directory::doctor,
        team_consult::vas::{self, OfferVas, Vas},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            Access, DOCTOR, Endpoint, PATIENT,
            Run::{Read, Write},
            delete, get, post,
        },
    },
    store::{Tx, View},
};

const BOTH: Access = PATIENT.or(DOCTOR);

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post  ("own", "/consult/{id}/vas",  DOCTOR,  Write(offer_vas),   "发出增值服务"),
    get   ("own", "/consult/{id}/vas",  BOTH,    Read(list_vas),     "咨询的增值服务列表"),
    post  ("own", "/vas/{id}/confirm",  PATIENT, Write(confirm_vas), "确认增值服务"),
    post  ("own", "/vas/{id}/reject",   PATIENT, Write(reject_vas),  "拒绝增值服务"),
    delete("own", "/vas/{id}",          DOCTOR,  Write(delete_vas),  "删除增值服务"),
    delete("own", "/vas",               DOCTOR,  Write(delete_all),  "全部删除增值服务"),
    get   ("own", "/team/{id}/vas/mine", DOCTOR, Read(list_mine),    "我在团队咨询下发出的增值服务列表"),
];

fn offer_vas(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let form = OfferVas {
        name: request.text("name", 100)?,
        description: request.prose_or_empty("description", 2_000)?,
        amount: dialect::fen(request, "amount", 0)?.ok_or_else(|| missing("amount"))?,
    };
    let vas = vas::offer(db, cx.my_id()?, request.path_id("id")?, form)?;
    Reply::of(&VasView::of(db, vas)?)
}

fn list_vas(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let found = vas::list(db, me.account, me.role, request.path_id("id")?, request.skip_page()?)?;
    dialect::list(found, |vas| VasView::of(db, vas))
}

fn confirm_vas(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let vas = vas::confirm(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::of(&VasView::of(db, vas)?)
}

fn reject_vas(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let vas = vas::reject(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::of(&VasView::of(db, vas)?)
}

fn delete_vas(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    vas::delete(db, cx.my_id()?, request.path_id("id")?)?;
    dialect::deleted()
}

fn delete_all(cx: &Cx, db: &mut Tx, _: &Request) -> Result<Reply> {
    vas::delete_all(db, cx.my_id()?)?;
    dialect::deleted()
}

fn list_mine(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = vas::mine(db, cx.my_id()?, request.path_id("id")?, request.skip_page()?)?;
    dialect::list(found, |vas| VasView::of(db, vas))
}

#[derive(Serialize)]
struct VasView {
    vas_id: VasId,
    consultation_id: TeamConsultId,
    team_id: TeamId,
    doctor_id: DoctorId,
    doctor_name: String,
    name: String,
    description: String,
    /// Fen.
    amount: i64,
    /// 0 waiting, 1 confirmed and paid, 2 rejected.
    status: u8,
    /// Epoch milliseconds, also of when the patient decided.
    created: i64,
    decided: Option<i64>,
}

impl VasView {
    fn of(db: &View, vas: Vas) -> Result<VasView> {
        Ok(VasView {
            vas_id: vas.id,
            consultation_id: vas.consult_id,
            team_id: vas.team_id,
            doctor_id: vas.doctor_id,
            doctor_name: doctor::profile(db, vas.doctor_id)?.name,
            name: vas.name,
            description: vas.description,
            amount: vas.amount.0,
            status: vas.status.number(),
            created: vas.created_at.0,
            decided: vas.decided_at.map(|at| at.0),
        })
    }
}
