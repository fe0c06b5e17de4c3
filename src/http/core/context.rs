//! What a handler has at hand: the application, the caller, the caller's address.

use std::{net::IpAddr, sync::Arc};

use super::{once_note::Once, reply::Reply};
use crate::{
    app::App,
    base::{
        error::{Kind, Reason, Result},
        id::{AccountId, Id, SessionId, kind},
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
    /// The store's [moment](crate::store::Store::moment) at which the caller's session was looked up.
    pub admitted: u64,
    /// The client's address, as the trusted proxies tell it.
    pub address: IpAddr,
    /// Whether the request comes from this very machine, past no proxy.
    pub is_local: bool,
    /// How the client reached us (`https://clinic.example`), as the trusted proxies tell it; `None` where the request names no host.
    pub site: Option<String>,
    /// What notes that this request writes, where it is to be done once.
    pub(super) once: Option<Arc<Once>>,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// 0 where `admin.token` was shown: no account then.
    pub account: AccountId,
    pub role: Role,
    /// The session; 0 where there is none.
    pub session: SessionId,
}

impl Cx {
    /// The caller; `no_token` for endpoints that let everybody in.
    pub fn me(&self) -> Result<Caller> {
        self.caller.ok_or_else(|| NO_TOKEN.err())
    }

    /// The caller's account, as one of the role that the row lets in; `no_token` where nobody has signed in.
    pub fn my_id<K: kind::OfAccount>(&self) -> Result<Id<K>> {
        Ok(self.me()?.account.any().of())
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

    /// The same request without its session, which has just ended.
    pub fn anew(&self) -> Cx {
        Cx { caller: None, ..self.clone() }
    }

    /// The store as it is now, for heavy handlers.
    pub fn view(&self) -> View<'_> {
        self.app.store.view()
    }

    /// Runs the job that makes the answer and waits until it is on disk, for heavy handlers: a caller who asks again gets that answer, whatever
    /// happened in between.
    pub fn answer(&self, job: impl FnOnce(&mut Tx) -> Result<Reply> + Send + 'static) -> Result<Reply> {
        let (once, cx) = (self.once.clone(), self.clone());
        let reply = self.app.store.write_blocking(move |db| {
            cx.begin(db)?;
            let reply = job(db)?;
            once.map_or(Ok(()), |once| once.keep(db, &reply))?;
            Ok(reply)
        })?;
        if let Some(once) = &self.once {
            once.kept();
        }
        Ok(reply)
    }

    /// Runs a job and waits until it is on disk, for heavy handlers. Errors: `bad_token`, see [`Cx::need_session`].
    pub fn write<T: Send + 'static>(&self, job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.app.store.write_blocking(self.changing(job))
    }

    /// A job that notes, when it has run, that this request changed something: for verbs that run it themselves.
    pub fn changing<T>(
        &self,
        job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> impl FnOnce(&mut Tx) -> Result<T> + Send + 'static {
        let cx = self.clone();
        move |db| {
            cx.begin(db)?;
            let done = job(db)?;
            cx.once.map_or(Ok(()), |once| once.changed(db))?;
            Ok(done)
        }
    }

    /// Begins a job for the caller. Errors: `bad_token`, see [`Cx::need_session`].
    pub fn begin(&self, db: &mut Tx) -> Result<()> {
        db.act_for(self.caller.map_or(AccountId::NONE, |caller| caller.account));
        self.need_session(db)
    }

    /// Within a job: refuses a caller whose session has ended since the request was let in, by log-out, a new password or a shut account.
    /// Errors: `bad_token`.
    pub fn need_session(&self, db: &View) -> Result<()> {
        match self.caller {
            Some(caller) if !caller.session.is_none() && session::find(db, caller.session)?.is_none() => Err(BAD_TOKEN.err()),
            _ => Ok(()),
        }
    }
}
