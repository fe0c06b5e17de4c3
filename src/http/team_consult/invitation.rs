//! 任务列表 (团队邀请时二维码生成规范): an invitation of doctors into a team, as text and as a QR code.

use serde::Serialize;

use crate::{
    base::{
        error::Result,
        id::{DoctorId, TeamId},
        qr::Qr,
    },
    domain::team::invitation,
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, Endpoint,
            Run::{Heavy, Read},
            get,
        },
    },
    store::View,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/team/{id}/invitation",     DOCTOR, Read(show_invitation), "团队邀请"),
    get("own", "/team/{id}/invitation.svg", DOCTOR, Heavy(draw_svg),       "团队邀请二维码（SVG）"),
    get("own", "/team/{id}/invitation.png", DOCTOR, Heavy(draw_png),       "团队邀请二维码（PNG）"),
];

fn show_invitation(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&InvitationView::of(cx, db, request)?)
}

fn draw_svg(cx: &Cx, request: &Request) -> Result<Reply> {
    let invitation = InvitationView::of(cx, &cx.view(), request)?;
    Ok(Reply::bytes("image/svg+xml", Qr::of(&invitation.text)?.svg().into_bytes()))
}

fn draw_png(cx: &Cx, request: &Request) -> Result<Reply> {
    let invitation = InvitationView::of(cx, &cx.view(), request)?;
    Ok(Reply::bytes("image/png", Qr::of(&invitation.text)?.png()?))
}

#[derive(Serialize)]
struct InvitationView {
    /// What the QR code holds.
    text: String,
    code: String,
    team_id: TeamId,
    inviter_id: DoctorId,
    expires: i64,
}

impl InvitationView {
    fn of(cx: &Cx, db: &View, request: &Request) -> Result<InvitationView> {
        let (team, invitation) = invitation::invite(db, cx.my_id()?, request.path_id("id")?)?;
        let signer = &cx.app.signer;
        Ok(InvitationView {
            text: invitation::text(db, &team, &invitation, signer)?,
            code: invitation.code(signer),
            team_id: team.id,
            inviter_id: invitation.inviter,
            expires: invitation.expires.0,
        })
    }
}
