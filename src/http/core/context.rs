//! What a handler has at hand: the hall, the caller, the caller's address.

use std::{net::IpAddr, sync::Arc};

use super::{once::Once, reply::Reply};
use crate::{
    app::App,
    base::{
        error::{Kind, Reason, Result},
        id::Id,
    },
    domain::identity::{account::Role, audit::Actor},
    store::{Tx, View},
};

pub const NO_TOKEN: Reason = Reason::new(Kind::Unauthorized, "no_token", "请先登录");

#[derive(Clone)]
pub struct Cx {
    pub app: Arc<App>,
    pub caller: Option<Caller>,
    /// The client's address, as the trusted proxies tell it.
    pub address: IpAddr,
    /// What notes that this request writes, where it is to be done once.
    pub(super) once: Option<Arc<Once>>,
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

    /// The caller as the audit log knows it; `no_token` where nobody has signed in.
    pub fn actor(&self) -> Result<Actor> {
        let me = self.me()?;
        Ok(Actor { account_id: me.account, role: me.role, address: self.address.to_string() })
    }

    /// The store as it is now, for heavy handlers.
    pub fn view(&self) -> View<'_> {
        self.app.store.view()
    }

    /// Runs the job that makes the answer and waits until it is on disk, for heavy handlers: a caller who asks again gets that answer, whatever
    /// happened in between.
    pub fn answer(&self, job: impl FnOnce(&mut Tx) -> Result<Reply> + Send + 'static) -> Result<Reply> {
        let once = self.once.clone();
        let reply = self.app.store.write_blocking(move |db| {
            let reply = job(db)?;
            once.map_or(Ok(()), |once| once.keep(db, &reply))?;
            Ok(reply)
        })?;
        if let Some(once) = &self.once {
            once.kept();
        }
        Ok(reply)
    }

    /// Runs a job and waits until it is on disk, for heavy handlers.
    pub fn write<T: Send + 'static>(&self, job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.app.store.write_blocking(self.changing(job))
    }

    /// A job that notes, when it has run, that this request changed something: for verbs that run it themselves.
    pub fn changing<T>(
        &self,
        job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> impl FnOnce(&mut Tx) -> Result<T> + Send + 'static {
        let once = self.once.clone();
        move |db| {
            let done = job(db)?;
            once.map_or(Ok(()), |once| once.changed(db))?;
            Ok(done)
        }
    }
}
