//! A family is a table of rows, close to its document. A row drives routing, access, metrics, logs, the API reference and the tests.

use futures_util::future::BoxFuture;

use super::{
    context::{Caller, Cx},
    reply::Reply,
    request::Request,
    signature::Describe,
};
use crate::{
    base::error::Result,
    domain::identity::account::Role,
    store::{Tx, View},
};

/// One endpoint.
pub struct Endpoint {
    /// The document's section, `own` where no document asks for it.
    pub section: &'static str,
    pub method: Method,
    /// With parameters as `{id}`.
    pub path: &'static str,
    pub access: Access,
    pub run: Run,
    /// The document's heading.
    pub title: &'static str,
    /// Whether it takes a password or code that somebody could guess: failed tries are counted.
    pub guarded: bool,
    /// Whether it may be asked as often as anybody likes.
    pub unlimited: bool,
    /// Whether an `Idempotency-Key` is honoured, where the row writes.
    pub takes_key: bool,
    /// A documented GET that changes something: `HEAD`, which is safe (RFC 9110, 9.2.1), is refused.
    pub changes: bool,
    /// What it takes and gives, where its handler is [typed](super::typed).
    pub signature: Option<Describe>,
    /// What the reference says of it beyond title and document, in English.
    pub about: &'static str,
}

impl Run {
    /// Where it runs for a caller.
    pub fn of(self, caller: Option<Caller>) -> Run {
        match self {
            Run::Look { look, .. } if caller.is_some_and(|caller| caller.role == Role::Doctor) => Run::Write(look),
            Run::Look { own, .. } => Run::Read(own),
            run => run,
        }
    }
}

impl Endpoint {
    /// Says in the reference what the title does not, in English.
    pub const fn says(self, about: &'static str) -> Endpoint {
        Endpoint { about, ..self }
    }

    /// Whether an `Idempotency-Key` is honoured.
    pub fn honours_key(&self) -> bool {
        let writes = match self.run {
            Run::Write(_) => true,
            Run::Heavy(_) | Run::Upload(_) | Run::Outside(_) => self.method != Method::Get,
            Run::Read(_) | Run::Search(_) | Run::Look { .. } | Run::Upgrade | Run::Reference => false,
        };
        writes && self.takes_key
    }

    /// Takes a password or code. Whoever fails too often, for one account or from one address, is refused with `too_many_logins`.
    pub const fn guarded(self) -> Endpoint {
        Endpoint { guarded: true, ..self }
    }

    /// For supervisors: is no subject to rates.
    pub const fn unlimited(self) -> Endpoint {
        Endpoint { unlimited: true, ..self }
    }

    /// Takes no `Idempotency-Key`: its answer holds a secret, which must not be kept, or it writes nothing.
    pub const fn without_key(self) -> Endpoint {
        Endpoint { takes_key: false, ..self }
    }

    /// The same, of a GET that changes something. Writing down who looked at what is no such change.
    pub const fn changing(self) -> Endpoint {
        Endpoint { changes: true, ..self }
    }
}

/// What an endpoint does, and so where it runs. A handler reads the call, calls one verb of the domain and makes a view.
#[derive(Clone, Copy)]
pub enum Run {
    /// Beside the writer, at once.
    Read(fn(&Cx, &View, &Request) -> Result<Reply>),
    /// The same, for lists with a keyword (`keyword`, `q`): where there is one, once the index holds what was acknowledged before.
    Search(fn(&Cx, &View, &Request) -> Result<Reply>),
    /// At once for those who see what is their own; for a doctor, whose look at patients is written down with what it shows, as a job of the writer.
    Look { own: fn(&Cx, &View, &Request) -> Result<Reply>, look: fn(&Cx, &mut Tx, &Request) -> Result<Reply> },
    /// As a job of the writer: the answer goes out when its changes are on disk.
    Write(fn(&Cx, &mut Tx, &Request) -> Result<Reply>),
    /// On the pool for what takes long (password hashes, pictures, files); reaches the store through `Cx`.
    Heavy(fn(&Cx, &Request) -> Result<Reply>),
    /// The same, with files in the body.
    Upload(fn(&Cx, &Request) -> Result<Reply>),
    /// Waits for another server, on no thread. Reads and writes the store through `Cx`, from a thread of the pool.
    Outside(fn(Cx, Request) -> BoxFuture<'static, Result<Reply>>),
    /// Leaves HTTP for a WebSocket, which another face serves.
    Upgrade,
    /// The reference of all rows (`openapi`), which only the dispatcher sees.
    Reference,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }
}

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Without a token too; a bad token is refused all the same.
    public: bool,
    /// Whoever comes in here has no token yet, or an old one: what is sent is not looked at.
    ignores_token: bool,
    /// Whether the token of an integration is for the row's own API to look at.
    integrations: bool,
    /// A bit for each role.
    roles: u8,
}

const fn bit(role: Role) -> u8 {
    1 << role.number()
}

impl Access {
    const fn role(role: Role) -> Access {
        Access { public: false, ignores_token: false, integrations: false, roles: bit(role) }
    }

    pub const fn or(self, other: Access) -> Access {
        Access {
            public: self.public || other.public,
            ignores_token: self.ignores_token || other.ignores_token,
            integrations: self.integrations || other.integrations,
            roles: self.roles | other.roles,
        }
    }

    /// The same, and programs of others (integrations) beside people.
    pub const fn and_integrations(self) -> Access {
        Access { integrations: true, ..self }
    }

    pub const fn takes_integrations(self) -> bool {
        self.integrations
    }

    pub const fn is_public(self) -> bool {
        self.public
    }

    pub const fn ignores_token(self) -> bool {
        self.ignores_token
    }

    pub const fn admits(self, role: Role) -> bool {
        self.public || self.roles & bit(role) != 0
    }
}

pub const PATIENT: Access = Access::role(Role::Patient);
pub const DOCTOR: Access = Access::role(Role::Doctor);
pub const ASSISTANT: Access = Access::role(Role::Assistant);
pub const ADMIN: Access = Access::role(Role::Admin);
/// Everybody who has signed in through one of the families.
pub const MEMBER: Access = PATIENT.or(DOCTOR).or(ASSISTANT);
/// Everybody, signed in or not.
pub const ANYONE: Access = Access { public: true, ignores_token: false, integrations: false, roles: 0 };
/// Whoever wants to come in: the rows that sign up, sign in, send a code or set a password by one. A client that always sends the token it has
/// kept could never come in again if they refused an old one.
pub const ENTRANT: Access = Access { ignores_token: true, ..ANYONE };

type Row = (&'static str, &'static str, Access, Run, &'static str);

pub(super) const fn row(method: Method, (section, path, access, run, title): Row) -> Endpoint {
    let takes_key = !access.public;
    let (guarded, unlimited, changes) = (false, false, false);
    Endpoint { section, method, path, access, run, title, guarded, unlimited, takes_key, changes, signature: None, about: "" }
}

pub const fn get(section: &'static str, path: &'static str, access: Access, run: Run, title: &'static str) -> Endpoint {
    row(Method::Get, (section, path, access, run, title))
}

pub const fn post(section: &'static str, path: &'static str, access: Access, run: Run, title: &'static str) -> Endpoint {
    row(Method::Post, (section, path, access, run, title))
}

pub const fn put(section: &'static str, path: &'static str, access: Access, run: Run, title: &'static str) -> Endpoint {
    row(Method::Put, (section, path, access, run, title))
}

pub const fn patch(section: &'static str, path: &'static str, access: Access, run: Run, title: &'static str) -> Endpoint {
    row(Method::Patch, (section, path, access, run, title))
}

pub const fn delete(section: &'static str, path: &'static str, access: Access, run: Run, title: &'static str) -> Endpoint {
    row(Method::Delete, (section, path, access, run, title))
}
