//! Invitations into a team: what the QR code says, and which codes bring a doctor in.

use serde_json::{Value, json};
use xuanhu::domain::identity::account::Role;

use super::{bring_in, found};
use crate::kit::{Person, TestServer};

fn invitation(inviter: &Person, team: u64) -> Value {
    inviter.get(format_args!("/team/{team}/invitation")).ok()
}

fn join(doctor: &Person, team: u64, code: &Value) -> crate::kit::Answer {
    doctor.post(format_args!("/team/{team}/doctor"), json!({ "code": code }))
}

/// What a scanner reads in a picture.
fn scanned(width: usize, height: usize, grey: impl Fn(usize, usize) -> u8) -> String {
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
    let found = picture.detect_grids();
    assert_eq!(found.len(), 1, "one code in the picture");
    found[0].decode().unwrap().1
}

/// Draws the paths of our SVG: runs of dark modules, `M{x} {y}h{n}v1h-{n}z`, on a light ground.
fn draw(svg: &str) -> (usize, Vec<bool>) {
    let attribute = |name: &str, from: usize| {
        let start = from + svg[from..].find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        &svg[start..start + svg[start..].find('"').unwrap()]
    };
    let size: usize = attribute("viewBox", 0).rsplit(' ').next().unwrap().parse().unwrap();
    let black = svg.find("fill=\"#000\"").unwrap();
    let mut dark = vec![false; size * size];
    for run in attribute(" d", black).split('z').filter(|run| !run.is_empty()) {
        let (at, length) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let length: usize = length.split('v').next().unwrap().parse().unwrap();
        dark[y * size + x..y * size + x + length].fill(true);
    }
    (size, dark)
}

#[test]
pub fn the_qr_code_holds_team_and_inviter() {
    let server = TestServer::open();
    let (founder, doctor) = (server.doctor(), server.doctor());
    let team = found(&founder, "心内科\n一队：甲");
    bring_in(&founder, &doctor, team);
    let shown = invitation(&doctor, team);
    let expected =
        format!("团队名称：心内科一队：甲\n团队编号：{team}\n邀请人：{}\n邀请码：{}", doctor.name, shown["code"].as_str().unwrap());
    assert_eq!(shown["text"], expected);
    assert_eq!((&shown["team_id"], &shown["inviter_id"]), (&json!(team), &json!(doctor.id)));
    assert_eq!(shown["expires"], server.now().0 + 7 * 24 * 3_600_000);

    let svg = doctor.get(format_args!("/team/{team}/invitation.svg"));
    assert_eq!((svg.status, svg.header("content-type")), (200, "image/svg+xml"));
    let (size, dark) = draw(std::str::from_utf8(&svg.bytes).unwrap());
    assert_eq!(scanned(size * 4, size * 4, |x, y| if dark[y / 4 * size + x / 4] { 0 } else { 255 }), expected);

    let png = doctor.get(format_args!("/team/{team}/invitation.png"));
    assert_eq!((png.status, png.header("content-type")), (200, "image/png"));
    let picture = image::load_from_memory_with_format(&png.bytes, image::ImageFormat::Png).unwrap().into_luma8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    assert_eq!(scanned(width, height, |x, y| picture.get_pixel(x as u32, y as u32).0[0]), expected);
}

#[test]
pub fn a_code_brings_a_doctor_in() {
    let mut server = TestServer::open();
    let (founder, second, third) = (server.doctor(), server.doctor(), server.doctor());
    let team = found(&founder, "甲队");
    let joined = join(&second, team, &invitation(&founder, team)["code"]).ok();
    assert_eq!((&joined["team_id"], &joined["doctor_ids"]), (&json!(team), &json!([founder.id, second.id])));
    // Whoever is in invites others; the scanned text will do; a code holds over a restart and for more than one.
    let scanned = invitation(&second, team)["text"].clone();
    server.restart();
    let (second, third, fourth) = (second.at(&server), third.at(&server), server.doctor());
    assert_eq!(join(&third, team, &scanned).ok()["doctor_ids"], json!([founder.id, second.id, third.id]));
    join(&third, team, &scanned).refused(409, "already_in_team");
    join(&fourth, team, &scanned).ok();
}

#[test]
fn codes_of_others_of_yesterday_and_of_nobody_bring_nobody_in() {
    let server = TestServer::with(&[("team.invitation_ttl", "2h")]);
    let (founder, inviter, doctor) = (server.doctor(), server.doctor(), server.doctor());
    let (team, other) = (found(&founder, "甲队"), found(&founder, "乙队"));
    bring_in(&founder, &inviter, team);
    let shown = invitation(&inviter, team);
    let code = shown["code"].as_str().unwrap().to_owned();
    let refused = |team: u64, code: &str, slug: &str| drop(join(&doctor, team, &json!(code)).refused(422, slug).json.clone());

    refused(other, &code, "invalid_invitation");
    let parts: Vec<&str> = code.split('.').collect();
    let later = (server.now().0 + 99_000_000).to_string();
    for forged in [
        code.replace(parts[0], &other.to_string()),
        code.replace(parts[1], &founder.id.to_string()),
        code.replace(parts[2], &later),
        format!("{}x", &code[..code.len() - 1]),
        format!("{code}x"),
        code.trim_end_matches(parts[3]).to_owned(),
        doctor.token().to_owned(),
        "0.0.0.0".into(),
        "甲".into(),
    ] {
        let target = if forged.starts_with(&format!("{other}.")) { other } else { team };
        refused(target, &forged, "invalid_invitation");
    }
    join(&doctor, team, &json!(null)).refused(400, "missing_field");
    join(&doctor, team, &json!({ "x": 1 })).refused(400, "invalid_field");
    join(&doctor, 987_654_321, &json!(code)).refused(404, "not_found");
    let stranger = TestServer::open();
    let far = stranger.doctor();
    let elsewhere = found(&far, "外队");
    refused(team, invitation(&far, elsewhere)["code"].as_str().unwrap(), "invalid_invitation");

    // The inviter has left, or was shut out.
    inviter.delete(format_args!("/team/{team}/doctor")).ok();
    refused(team, &code, "invalid_invitation");
    // Who comes back invites anew.
    bring_in(&founder, &inviter, team);
    refused(team, &code, "invalid_invitation");
    let code = invitation(&inviter, team)["code"].as_str().unwrap().to_owned();
    inviter.verify(&server, 2).ok();
    refused(team, &code, "invalid_invitation");
    inviter.verify(&server, 1).ok();
    server.advance("7199s");
    let waiting = server.registered(Role::Doctor);
    join(&waiting, team, &json!(code)).refused(403, "not_verified");
    server.advance("1s");
    refused(team, &code, "invitation_expired");
    assert_eq!(founder.signed_in_again(&server).get(format_args!("/team/{team}")).ok()["doctor_ids"].as_array().unwrap().len(), 2);
}

#[test]
fn only_the_teams_doctors_invite() {
    let server = TestServer::open();
    let (founder, stranger, patient) = (server.doctor(), server.doctor(), server.patient());
    let team = found(&founder, "甲队");
    for path in ["/team/{}/invitation", "/team/{}/invitation.svg", "/team/{}/invitation.png"] {
        let path = |team: u64| path.replace("{}", &team.to_string());
        stranger.get(path(team)).refused(403, "not_in_team");
        patient.get(path(team)).refused(403, "wrong_role");
        founder.get(path(987_654_321)).refused(404, "not_found");
        server.nobody().get(path(team)).refused(401, "no_token");
    }
    server
        .patient()
        .post(format_args!("/team/{team}/doctor"), json!({ "code": invitation(&founder, team)["code"] }))
        .refused(403, "wrong_role");
}
