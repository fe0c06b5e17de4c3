//! What a handler has at hand: the hall, the caller, the caller's address.

use std::{net::IpAddr, sync::Arc};

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
    /// Whether the request comes from this very machine, past no proxy.
    pub is_local: bool,
    /// How the client reached us (`https://clinic.example`), as the trusted proxies tell it; `None` where the request names no host.
    pub site: Option<String>,
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

    /// Runs a job and waits until it is on disk, for heavy handlers.
    pub fn write<T: Send + 'static>(&self, job: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static) -> Result<T> {
        self.app.store.write_blocking(job)
    }
}
