//! SMS codes and the outbox that holds every message (志愿医生 1.2.4, 3.1.11).
//!
//! Six digits, good for `sms.code_ttl`, five tries, single use, one a minute and ten a day for a phone. The codes of both senders
//! serve every endpoint. A real provider learns of a message by an event of the same commit; the embedded one leaves it in the outbox.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        error::{Error, INTERNAL, Kind, Reason, Result},
        id::Id,
        needle::{Needle, Straw},
        page::{Page, Slice},
        secret,
        settings::SmsProvider,
        time::{DAY, HOUR, Time},
    },
    domain::shared::event::{self, Waiting},
    store::{Class, Entries, Event, Index, Order, References, Row, Table, Tx, View, decode, key, unknown_version},
};

pub const WRONG_CODE: Reason = Reason::new(Kind::Rule, "wrong_code", "验证码错误或已失效，请核对手机号与验证码，或重新获取");
pub const SMS_TOO_OFTEN: Reason = Reason::new(Kind::TooMany, "sms_too_often", "短信发送过于频繁，请稍后再试");

const MOST_TRIES: u8 = 5;

/// What an administrator is told of a message that nobody has taken yet.
const MOST_WORDS: usize = 200;

pub use v2::{Sms, SmsState};

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Sms {
        pub id: Id<Sms>,
        pub phone: String,
        pub text: String,
        pub code: String,
        /// The address that asked for it.
        pub asked_by: String,
        /// Wrong codes given so far.
        pub tries: u8,
        pub used: bool,
        pub created_at: Time,
    }
}

pub mod v2 {
    use super::*;

    /// How far a message has come. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
    pub enum SmsState {
        /// An earlier release has written it, which did not note that.
        Unknown,
        /// There is no provider: it stays in the outbox, to be read out.
        Kept,
        /// For the provider.
        Waiting,
        /// The provider took it.
        Sent,
        /// The provider will not take it, however often it is asked.
        Refused,
        /// It was not worth sending any more before somebody took it.
        Lapsed,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
    pub struct Sms {
        pub id: Id<Sms>,
        pub phone: String,
        pub text: String,
        /// Empty in what says something else.
        pub code: String,
        /// The address that asked for it; empty where the clinic writes by itself.
        pub asked_by: String,
        /// Wrong codes given so far.
        pub tries: u8,
        pub used: bool,
        pub created_at: Time,
        pub state: SmsState,
        /// Why it is not taken, in words for administrators; empty where nothing is wrong.
        pub problem: String,
        /// Until when it is worth sending; `None` of codes, which are worth it as long as they are good.
        pub worth_until: Option<Time>,
    }

    impl From<v1::Sms> for Sms {
        fn from(old: v1::Sms) -> Sms {
            let v1::Sms { id, phone, text, code, asked_by, tries, used, created_at } = old;
            let id = Id::from_number(id.number());
            let (state, problem, worth_until) = (SmsState::Unknown, String::new(), None);
            Sms { id, phone, text, code, asked_by, tries, used, created_at, state, problem, worth_until }
        }
    }
}

impl SmsState {
    pub const ALL: [SmsState; 6] =
        [SmsState::Unknown, SmsState::Kept, SmsState::Waiting, SmsState::Sent, SmsState::Refused, SmsState::Lapsed];

    /// As the administration prints it.
    pub const fn name(self) -> &'static str {
        match self {
            SmsState::Unknown => "unknown",
            SmsState::Kept => "kept",
            SmsState::Waiting => "waiting",
            SmsState::Sent => "sent",
            SmsState::Refused => "refused",
            SmsState::Lapsed => "lapsed",
        }
    }
}

pub const BY_PHONE: Index<Sms> = Index::counted(1);
const BY_ADDRESS: Index<Sms> = Index::new(2);

impl Row for Sms {
    type Kind = Self;

    const TABLE: Table = Table { code: 3, name: "sms", version: 2 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Log
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_PHONE, key(&[&self.phone]), key(&[&self.created_at]));
        entries.add(&BY_ADDRESS, key(&[&self.asked_by]), key(&[&self.created_at]));
    }

    fn upgrade(version: u8, body: &[u8]) -> Result<Sms> {
        match version {
            1 => decode::<v1::Sms>(body).map(Sms::from),
            _ => Err(unknown_version(Self::TABLE, version)),
        }
    }
}

/// Writes a code for `phone` to the outbox. `asked_by` is the client's address.
///
/// Errors: `sms_too_often`, with the seconds to wait.
pub fn send_code(db: &mut Tx, phone: &str, asked_by: &str) -> Result<Sms> {
    let rules = &db.settings.sms;
    let by_phone = key(&[&phone]);
    // A message from the future was sent before the clock was set back: it says nothing of how long ago that was.
    if let Some(last) = newest(db, phone)?.filter(|last| last.created_at <= db.now) {
        let next = last.created_at.plus(rules.resend_gap.ms());
        if next > db.now {
            return Err(wait_until(db.now, next));
        }
    }
    let (today, until) = (key(&[&db.now.plus(-DAY)]), key(&[&db.now.plus(1)]));
    let sent_today = db.ids_between(&BY_PHONE, by_phone, today, until.clone(), Order::Oldest).count();
    if sent_today as u64 >= u64::from(rules.daily_limit) {
        return Err(wait_until(db.now, db.now.plus(HOUR)));
    }
    // The limit of an address is a rate: a clinic behind one address, or a test, may switch rates off.
    if db.settings.limits.enabled {
        let this_hour = key(&[&db.now.plus(-HOUR)]);
        let asked = db.ids_between(&BY_ADDRESS, key(&[&asked_by]), this_hour, until, Order::Oldest).count();
        if asked as u64 >= u64::from(rules.hourly_limit) {
            return Err(wait_until(db.now, db.now.plus(HOUR)));
        }
    }
    let code = secret::digits(6);
    let minutes = (rules.code_ttl.ms() / 60_000).max(1);
    let text = format!("【{}】您的验证码是{code}，{minutes}分钟内有效，请勿告诉他人。", db.settings.clinic.name);
    post(db, phone, text, (code, asked_by), None)
}

/// Tells `phone` something that is worth telling until then. Asks for no limit: it is the clinic that writes.
pub fn tell(db: &mut Tx, phone: &str, text: String, worth_until: Time) -> Result<Sms> {
    post(db, phone, text, (String::new(), ""), Some(worth_until))
}

fn post(db: &mut Tx, phone: &str, text: String, (code, asked_by): (String, &str), worth_until: Option<Time>) -> Result<Sms> {
    let is_kept = db.settings.sms.provider == SmsProvider::Outbox;
    let sms = Sms {
        id: db.next_id()?,
        phone: phone.to_owned(),
        text,
        code,
        asked_by: asked_by.to_owned(),
        tries: 0,
        used: false,
        created_at: db.now,
        state: if is_kept { SmsState::Kept } else { SmsState::Waiting },
        problem: String::new(),
        worth_until,
    };
    db.put(&sms)?;
    if !is_kept {
        db.emit(event::SMS, serde_json::to_vec(&sms.id).map_err(|e| INTERNAL.caused_by(e))?)?;
    }
    Ok(sms)
}

/// What waits for the provider, oldest first. A message whose code has lost its use is not worth sending.
pub fn waiting(db: &View) -> Result<Vec<Waiting<Sms>>> {
    let mut waiting = Vec::new();
    for event in db.events_after(event::SMS, 0) {
        let event = event?;
        let sms = db.get(of_event(&event)?)?;
        waiting.push(Waiting { seq: event.seq, what: sms.filter(|sms| is_worth_sending(db, sms)) });
    }
    Ok(waiting)
}

fn of_event(event: &Event) -> Result<Id<Sms>> {
    serde_json::from_slice(&event.bytes).map_err(|e| INTERNAL.caused_by(e))
}

fn is_worth_sending(db: &View, sms: &Sms) -> bool {
    let until = sms.worth_until.unwrap_or_else(|| sms.created_at.plus(db.settings.sms.code_ttl.ms()));
    !sms.used && sms.state != SmsState::Refused && until > db.now
}

/// Notes why the provider did not take a message; `is_final` where it never will.
pub fn note_problem(db: &mut Tx, id: Id<Sms>, words: &str, is_final: bool) -> Result<()> {
    let Some(mut sms) = db.get::<Sms>(id)? else { return Ok(()) };
    sms.state = if is_final { SmsState::Refused } else { SmsState::Waiting };
    sms.problem = words.chars().take(MOST_WORDS).collect();
    db.put(&sms)
}

/// The provider took the message of that event, unless it was found before that it never will.
pub fn end(db: &mut Tx, seq: u64) -> Result<()> {
    let Some(mut sms) = of_number(db, seq)?.filter(|sms| !matches!(sms.state, SmsState::Refused | SmsState::Lapsed)) else { return Ok(()) };
    (sms.state, sms.problem) = (SmsState::Sent, String::new());
    db.put(&sms)
}

/// The message of that event is not worth sending any more.
pub fn lapse(db: &mut Tx, seq: u64) -> Result<()> {
    let Some(mut sms) = of_number(db, seq)?.filter(|sms| sms.state != SmsState::Refused) else { return Ok(()) };
    sms.state = SmsState::Lapsed;
    db.put(&sms)
}

fn of_number(db: &View, seq: u64) -> Result<Option<Sms>> {
    let event = db.events_after(event::SMS, seq.saturating_sub(1)).next().transpose()?.filter(|event| event.seq == seq);
    event.map_or(Ok(None), |event| db.get(of_event(&event)?))
}

/// Uses up the code of `phone`. A wrong one is refused with an error that keeps what the job wrote, so that the try counts.
///
/// Errors: `wrong_code`.
pub fn spend(db: &mut Tx, phone: &str, code: &str) -> Result<()> {
    let Some(mut sms) = good(db, phone)? else { return Err(WRONG_CODE.err()) };
    let fits = is_code(&sms, code);
    match fits {
        true => sms.used = true,
        false => sms.tries += 1,
    }
    db.put(&sms)?;
    if fits { Ok(()) } else { Err(WRONG_CODE.err().committed()) }
}

/// Whether this would be taken for the code of `phone`. Counts nothing: for whoever has work to do before the code is spent, and none for a
/// wrong one.
pub fn fits(db: &View, phone: &str, code: &str) -> Result<bool> {
    Ok(good(db, phone)?.is_some_and(|sms| is_code(&sms, code)))
}

/// The message with the code of `phone`, while that is good.
fn good(db: &View, phone: &str) -> Result<Option<Sms>> {
    let in_time = |sms: &Sms| sms.created_at.plus(db.settings.sms.code_ttl.ms()) > db.now;
    Ok(newest(db, phone)?.filter(|sms| !sms.used && sms.tries < MOST_TRIES && in_time(sms)))
}

fn is_code(sms: &Sms, code: &str) -> bool {
    secret::same(sms.code.as_bytes(), code.trim().as_bytes())
}

/// The outbox, newest first; what went to one phone, or has come so far, where that is asked.
pub fn list(db: &View, (phone, state): (Option<&str>, Option<SmsState>), needle: &Needle, page: Page) -> Result<Slice<Sms>> {
    let wanted = |sms: &Sms| {
        let is_among = || needle.is_among(&[Straw::Phone(&sms.phone), Straw::Text(&sms.text)]);
        Ok(state.is_none_or(|state| sms.state == state) && is_among())
    };
    let all = needle.is_empty() && state.is_none();
    match phone {
        Some(phone) if all => db.page(&BY_PHONE, key(&[&phone]), page),
        Some(phone) => page.pick(db.rows(&BY_PHONE, key(&[&phone]), Order::Newest), wanted),
        None if all => db.page_all(page),
        None => page.pick(db.all::<Sms>(Order::Newest), wanted),
    }
}

/// The message with a code that was written last. Where the clock has been set back, older ones have a later time; ids only grow.
fn newest(db: &View, phone: &str) -> Result<Option<Sms>> {
    let mut newest: Option<Sms> = None;
    for sms in db.rows(&BY_PHONE, key(&[&phone]), Order::Newest) {
        let sms: Sms = sms?;
        // What carries no code ends no code.
        if sms.code.is_empty() {
            continue;
        }
        let from_the_future = sms.created_at > db.now;
        if newest.as_ref().is_none_or(|other| sms.id > other.id) {
            newest = Some(sms);
        }
        if !from_the_future {
            break;
        }
    }
    Ok(newest)
}

fn wait_until(now: Time, next: Time) -> Error {
    let seconds = (next.since(now) + 999) / 1000;
    SMS_TOO_OFTEN.with(format!("请在 {seconds} 秒后重试")).retry_in(u32::try_from(seconds).unwrap_or(u32::MAX))
}
