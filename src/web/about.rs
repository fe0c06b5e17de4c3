//! What pages ask about this clinic before anybody has signed in: its name, clock and rules; in a demonstration also its people.

use serde::Serialize;
use serde_json::json;

use super::part::Part;
use crate::{
    app::App,
    base::{settings::PaymentProvider, span::Span},
    demo,
};

/// `/web/about.json`.
#[derive(Serialize)]
struct About<'a> {
    name: &'a str,
    /// The number that patients call.
    phone: Option<&'a str>,
    /// What patients bring along.
    bring: Option<&'a str>,
    /// The clinic's zone by its name in the time zone database, and as its people call it.
    zone: &'a str,
    zone_name: String,
    /// The clinic's clock, in milliseconds.
    time: i64,
    public_url: Option<&'a str>,
    demo: bool,
    /// The clinic is tried out: no treatment.
    trial: bool,
    /// A copy of the clinic for looking: nobody is told anything, nothing is paid.
    copy: bool,
    /// demo, wechat or none.
    payment: &'static str,
    /// The official account that patients sign in with inside WeChat.
    wechat: Option<&'a str>,
    version: &'static str,
    rules: Rules,
}

/// Windows in milliseconds and numbers, so that what a page promises is what happens.
#[derive(Serialize)]
struct Rules {
    hold: i64,
    pay: i64,
    reply: i64,
    retract: i64,
    replies: u32,
    upload: u64,
    /// Days of the month, the first and the last, on which a team's founder withdraws what it earned in the month before.
    withdrawal: [i8; 2],
}

pub fn clinic(app: &App) -> Option<Part> {
    let settings = &app.settings;
    let word = |key| Some(settings.text(key)).filter(|text| !text.is_empty());
    let zone = settings.clinic.zone.0.iana_name().unwrap_or("UTC");
    let ms = |span: Span| span.ms();
    let shown = app.demo.get().is_some();
    told(&About {
        name: &settings.clinic.name,
        phone: settings.clinic.phone.as_deref().or(shown.then_some(demo::PHONE)),
        bring: settings.clinic.bring.as_deref().or(shown.then_some(demo::BRING)),
        zone,
        zone_name: zone_name(zone),
        time: app.clock.now().0,
        public_url: settings.http.public_url.as_deref(),
        demo: shown,
        trial: app.is_copy() || word("care.trial") == Some("true"),
        copy: app.is_copy(),
        payment: match settings.payment.provider {
            Some(PaymentProvider::Demo) => "demo",
            Some(PaymentProvider::Wechat) => "wechat",
            None => "none",
        },
        wechat: app.wechat.official_app_id(),
        version: env!("CARGO_PKG_VERSION"),
        rules: Rules {
            hold: ms(settings.project.hold_window),
            pay: ms(settings.consultation.pay_window),
            reply: ms(settings.consultation.reply_window),
            retract: ms(settings.consultation.retract_window),
            replies: settings.consultation.max_replies,
            upload: settings.limits.upload_bytes,
            withdrawal: [settings.team.withdrawal_days.from, settings.team.withdrawal_days.to],
        },
    })
}

/// `/web/demo.json`, in a demonstration only: who can be tried out. An administrator's `phone` is the name to sign in with.
pub fn people(app: &App) -> Option<Part> {
    let logins = app.demo.get()?;
    let known = logins.people.iter().filter(|person| person.verified);
    let people: Vec<_> = known
        .map(|person| json!({ "role": person.role.name(), "name": person.name, "phone": person.phone, "line": person.line }))
        .collect();
    told(&json!({ "password": logins.password, "people": people }))
}

fn told(value: &impl Serialize) -> Option<Part> {
    serde_json::to_vec(value).ok().map(|bytes| Part::new(bytes.into(), "application/json"))
}

/// As people call the zone. Elsewhere its city has to do.
fn zone_name(zone: &str) -> String {
    let known = match zone {
        "Asia/Shanghai" | "Asia/Chongqing" | "Asia/Harbin" | "PRC" => "北京时间",
        "Asia/Urumqi" | "Asia/Kashgar" => "新疆时间",
        "Asia/Hong_Kong" => "香港时间",
        "Asia/Macau" => "澳门时间",
        "Asia/Taipei" => "台北时间",
        "Asia/Singapore" => "新加坡时间",
        "Asia/Tokyo" => "东京时间",
        "UTC" | "Etc/UTC" => "协调世界时",
        _ => return format!("诊所当地时间（{}）", zone.rsplit('/').next().unwrap_or(zone).replace('_', " ")),
    };
    known.to_owned()
}
