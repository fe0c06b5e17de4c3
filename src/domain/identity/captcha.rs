//! Captchas (志愿医生 1.2.3): shown once, tied to a cookie, good for five minutes and a single try.

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        captcha,
        error::{Kind, Reason, Result},
        id::Id,
        secret,
        time::{MINUTE, Time},
    },
    store::{Class, Entries, Index, Key, Order, References, Row, Table, Tx, key},
};

pub const WRONG_CAPTCHA: Reason = Reason::new(Kind::Rule, "wrong_captcha", "图形验证码错误或已失效，请刷新后重试");

const GOOD_FOR: i64 = 5 * MINUTE;

pub use v1::Captcha;

pub mod v1 {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Captcha {
        pub id: Id<Captcha>,
        /// What the cookie says.
        pub cookie: String,
        pub text: String,
        pub expires_at: Time,
    }
}

const BY_COOKIE: Index<Captcha> = Index::new(1);
const BY_EXPIRY: Index<Captcha> = Index::new(2);

impl Row for Captcha {
    type Kind = Self;

    const TABLE: Table = Table { code: 4, name: "captcha", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Log
    }

    fn refers_to(&self, _: &mut References) {}

    fn index(&self, entries: &mut Entries) {
        entries.add(&BY_COOKIE, key(&[&self.cookie]), Key::NONE);
        entries.add(&BY_EXPIRY, Key::NONE, key(&[&self.expires_at]));
    }
}

/// A new captcha: random text, or `auth.captcha_fixed`.
pub fn issue(db: &mut Tx) -> Result<Captcha> {
    let text = db.settings.auth.captcha_fixed.clone().unwrap_or_else(|| captcha::text(&secret::random::<8>()));
    let cookie = secret::hex(&secret::random::<16>());
    let captcha = Captcha { id: db.next_id()?, cookie, text, expires_at: db.now.plus(GOOD_FOR) };
    db.put(&captcha)?;
    Ok(captcha)
}

/// Uses up the captcha that was shown to this cookie, whether the answer is right or not: the error that refuses a wrong one keeps what the
/// job wrote. Errors: `wrong_captcha`.
pub fn spend(db: &mut Tx, cookie: &str, answer: &str) -> Result<()> {
    let shown = db.first(&BY_COOKIE, key(&[&cookie]))?.filter(|captcha| captcha.cookie == cookie && captcha.expires_at > db.now);
    let captcha = shown.ok_or_else(|| WRONG_CAPTCHA.err())?;
    db.delete::<Captcha>(captcha.id)?;
    match captcha.text.eq_ignore_ascii_case(answer.trim()) {
        true => Ok(()),
        false => Err(WRONG_CAPTCHA.err().committed()),
    }
}

/// Forgets captchas that have run out, some at a time. Answers how many.
pub fn sweep(db: &mut Tx) -> Result<usize> {
    let due: Vec<_> = db.ids_between(&BY_EXPIRY, Key::NONE, Key::NONE, key(&[&db.now]), Order::Oldest).take(500).collect::<Result<_>>()?;
    due.iter().try_for_each(|id| db.delete::<Captcha>(*id))?;
    Ok(due.len())
}
