//! What a handler has at hand: the hall, the caller, the caller's address.

use std::{net::IpAddr, sync::Arc};

use crate::{
    app::App,
    base::{
        error::{Kind, Reason, Result},
        id::Id,
    },
    domain::{
        identity::{account::Role, audit::Actor, session},
        relations::privacy::Reader,
    },
    store::{Tx, View},
};

pub const NO_TOKEN: Reason = Reason::new(Kind::Unauthorized, "no_token", "请先登录");
pub const BAD_TOKEN: Reason = Reason::new(Kind::Unauthorized, "bad_token", "登录已失效，请重新登录");

#[derive(Clone)]
pub struct Cx {
    pub app: Arc<App>,
    pub caller: Option<Caller>,
    /// The client's address, as the trusted proxies tell it.
    pub address: IpAddr,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// 0 where `admin.token` was shown: no account then.
    pub account: Id,
    pub role: Role,
    /// The session; 0 where there is none.
    pub session: Id,
}

impl Cx {
    /// The caller; `no_token` for endpoints that let everybody in.
    pub fn me(&self) -> Result<Caller> {
        self.caller.ok_or_else(|| NO_TOKEN.err())
    }

    /// The caller's account; `no_token` where nobody has signed in.
    pub fn my_id(&self) -> Result<Id> {
        Ok(self.me()?.account)
    }

    /// The caller as somebody who reads; nobody where nobody has signed in.
    pub fn reader(&self) -> Option<Reader> {
        self.caller.map(|caller| Reader { account: caller.account, role: caller.role })
    }

    /// The same; `no_token` where nobody has signed in.
    pub fn need_reader(&self) -> Result<Reader> {
        self.reader().ok_or_else(|| NO_TOKEN.err())
    }

    /// The caller as the audit log knows it; `no_token` where nobody has signed in.
    pub fn actor(&self) -> Result<Actor> {
        let me = self.me()?;
        Ok(Actor { account_id: me.account, role: me.role, address: self.address.to_string() })
    }

    /// The store as it is now, for heavy handlers.
    pub fn view(&self) -> View<'_> {
        self.app.store.view()
    }

    /// Runs a job and waits until it is on disk, for heavy handlers. Errors: `bad_token`, see [`Cx::need_session`].
    pub fn write<T: Send + 'static>(&self, job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        let cx = self.clone();
        self.app.store.write_blocking(move |db| {
            cx.need_session(db)?;
            job(db)
        })
    }

    /// Within a job: refuses a caller whose session has ended since the request was let in, by log-out, a new password or a shut account.
    /// Errors: `bad_token`.
    pub fn need_session(&self, db: &View) -> Result<()> {
        match self.caller {
            Some(caller) if caller.session != 0 && session::find(db, caller.session)?.is_none() => Err(BAD_TOKEN.err()),
            _ => Ok(()),
        }
    }
}
