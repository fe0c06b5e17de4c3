//! Integrations: programs of others (a regional platform, an insurer, the clinic's next system) that read through `/fhir`, each with a token of its
//! own, for the types that an administrator names. The token is told once; only its SHA-256 is kept.

use std::net::IpAddr;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    base::{
        error::{Kind, NOT_FOUND, Reason, Result},
        id::{AccountId, Id, IntegrationId, kind},
        page::{Page, Slice},
        secret,
        settings::Network,
        time::{HOUR, Time},
    },
    store::{Class, Entries, Index, Key, References, Row, Table, Tx, View, key},
};

pub use v1::{Integration, Shown};

pub const INTEGRATION_REVOKED: Reason = Reason::new(Kind::Conflict, "integration_revoked", "该接入已撤销，请新建一个");

/// By which a token of an integration is told from a session's.
pub const PREFIX: &str = "xhi_";

pub mod v1 {
    use super::*;

    /// How much of who somebody is an integration is shown. Variants are only ever added at the end.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
    pub enum Shown {
        /// No number of a certificate, no phone, no e-mail.
        Masked,
        /// Likewise, but people may be looked for by their number.
        Match,
        Full,
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    pub struct Integration {
        pub id: IntegrationId,
        pub name: String,
        pub token_sha256: [u8; 32],
        /// `system/Encounter.read`, `system/*.read`.
        pub scopes: Vec<String>,
        pub identifiers: Shown,
        /// Networks from which it may come; empty for any.
        pub addresses: Vec<String>,
        pub expires_at: Time,
        /// The administrator; 0 where `admin.token` was shown.
        pub created_by: AccountId,
        pub created_at: Time,
        /// To the hour.
        pub last_used_at: Option<Time>,
        pub revoked_at: Option<Time>,
    }
}

const BY_TOKEN: Index<Integration> = Index::new(1);

impl Row for Integration {
    type Kind = kind::Integration;

    const TABLE: Table = Table { code: 74, name: "integration", version: 1 };

    fn id(&self) -> Id<Self::Kind> {
        self.id
    }

    fn class(&self) -> Class {
        Class::Trail(self.created_at)
    }

    fn refers_to(&self, to: &mut References) {
        to.recalls(self.created_by);
    }

    fn index(&self, entries: &mut Entries) {
        if self.revoked_at.is_none() {
            entries.add(&BY_TOKEN, key(&[&secret::hex(&self.token_sha256)]), Key::NONE);
        }
    }
}

impl Shown {
    pub const fn name(self) -> &'static str {
        match self {
            Shown::Masked => "masked",
            Shown::Match => "match",
            Shown::Full => "full",
        }
    }

    pub fn from_name(name: &str) -> Option<Shown> {
        [Shown::Masked, Shown::Match, Shown::Full].into_iter().find(|shown| shown.name() == name)
    }
}

impl Integration {
    /// Whether its token is good at that moment.
    pub fn is_live(&self, now: Time) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }

    /// Whether it may come from there.
    pub fn may_come_from(&self, address: IpAddr) -> bool {
        let networks = || self.addresses.iter().filter_map(|text| Network::parse(text));
        self.addresses.is_empty() || networks().any(|network| network.contains(address))
    }

    /// Whether a scope of it opens that type.
    pub fn may_read(&self, kind: &str) -> bool {
        self.scopes.iter().filter_map(|scope| scope_of(scope)).any(|of| of == "*" || of == kind)
    }

    /// Whether it may read everything.
    pub fn reads_all(&self) -> bool {
        self.scopes.iter().any(|scope| scope_of(scope) == Some("*"))
    }
}

/// The type of a scope: `Encounter` of `system/Encounter.read` or `system/Encounter.rs`, `*` for all; `None` of anything else.
pub fn scope_of(scope: &str) -> Option<&str> {
    let rest = scope.strip_prefix("system/")?;
    rest.strip_suffix(".read").or_else(|| rest.strip_suffix(".rs")).filter(|of| !of.is_empty())
}

/// What an administrator says of a new one.
#[derive(Clone, Debug)]
pub struct NewIntegration {
    pub name: String,
    pub scopes: Vec<String>,
    pub identifiers: Shown,
    pub addresses: Vec<String>,
    /// `None` for as long as `fhir.token_ttl` allows.
    pub expires_at: Option<Time>,
    pub created_by: AccountId,
}

/// Makes an integration; answers its token too, which nobody can tell again.
pub fn create(db: &mut Tx, new: NewIntegration) -> Result<(Integration, String)> {
    let token = format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(secret::random::<32>()));
    let latest = db.now.plus(db.settings.fhir.token_ttl.ms());
    let NewIntegration { name, scopes, identifiers, addresses, expires_at, created_by } = new;
    let integration = Integration {
        id: db.next_id()?,
        name,
        token_sha256: Sha256::digest(token.as_bytes()).into(),
        scopes,
        identifiers,
        addresses,
        expires_at: expires_at.unwrap_or(latest).min(latest),
        created_by,
        created_at: db.now,
        last_used_at: None,
        revoked_at: None,
    };
    db.put(&integration)?;
    Ok((integration, token))
}

/// The integration whose token this is, where that is good now; from wherever it comes.
pub fn by_token(db: &View, token: &str) -> Result<Option<Integration>> {
    let sum: [u8; 32] = Sha256::digest(token.as_bytes()).into();
    let found = db.first(&BY_TOKEN, key(&[&secret::hex(&sum)]))?;
    Ok(found.filter(|one| secret::same(&one.token_sha256, &sum) && one.is_live(db.now)))
}

/// Whether it is worth writing down that it was used.
pub fn is_used_anew(integration: &Integration, now: Time) -> bool {
    integration.last_used_at.is_none_or(|last| now.since(last) >= HOUR)
}

/// Notes that it was used.
pub fn used(db: &mut Tx, id: IntegrationId) -> Result<()> {
    let Some(integration) = db.get::<Integration>(id)? else { return Ok(()) };
    match is_used_anew(&integration, db.now) {
        true => db.put(&Integration { last_used_at: Some(db.now), ..integration }),
        false => Ok(()),
    }
}

/// The newest first, those that were taken back too.
pub fn list(db: &View, page: Page) -> Result<Slice<Integration>> {
    db.page_all(page)
}

/// Takes the token back. Errors: `not_found`, `integration_revoked`.
pub fn revoke(db: &mut Tx, id: IntegrationId) -> Result<Integration> {
    let integration: Integration = db.get(id)?.ok_or_else(|| NOT_FOUND.err())?;
    if integration.revoked_at.is_some() {
        return Err(INTEGRATION_REVOKED.err());
    }
    let integration = Integration { revoked_at: Some(db.now), ..integration };
    db.put(&integration)?;
    Ok(integration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_name_types() {
        for (scope, of) in
            [("system/Patient.read", Some("Patient")), ("system/*.rs", Some("*")), ("system/.read", None), ("user/Patient.read", None)]
        {
            assert_eq!(scope_of(scope), of, "{scope}");
        }
    }
}
