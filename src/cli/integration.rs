//! `xuanhu integration`: programs of others that read through `/fhir`. On a running server it asks the server; on a stopped one it opens the store
//! itself.

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    common::{Common, operator, say},
    data_dir::DataDir,
};
use crate::{
    base::{
        error::{INTERNAL, Kind, Reason, Result},
        id::{Id, IntegrationId},
        page::Page,
        settings::Network,
        time::Time,
    },
    domain::identity::{
        audit::{self, Action, Subject},
        integration::{self, NewIntegration, Shown, scope_of},
    },
};

/// Programs of others that read through /fhir: give one a token, list them, take a token back
///
/// Works while the server runs and while it does not.
#[derive(Args)]
pub struct Integration {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an integration and print its token, which nobody can tell again
    Create(Create),
    /// List the integrations
    List,
    /// Take the token of an integration back
    Revoke {
        /// As `list` shows it
        id: IntegrationId,
    },
}

#[derive(Args)]
struct Create {
    /// What it is called: the platform, the insurer
    name: String,

    /// What it may read: `system/*.read` for everything, `system/Encounter.read` for a type; may be given several times
    #[arg(long = "scope", required = true, value_parser = scope)]
    scopes: Vec<String>,

    /// How much of who somebody is it is shown: masked, match (masked, but may search by ID number) or full
    #[arg(long, default_value = "masked", value_parser = ["masked", "match", "full"])]
    identifiers: String,

    /// Where it may come from, as an address or a network such as 10.0.0.0/8; may be given several times
    #[arg(long = "address", value_parser = address)]
    addresses: Vec<String>,

    /// Until when the token is good, such as 2027-01-01T00:00:00Z; at most and by default `fhir.token_ttl` from now
    #[arg(long, value_name = "TIME", value_parser = moment)]
    expires: Option<jiff::Timestamp>,
}

const BAD_EXPIRY: Reason =
    Reason::new(Kind::Malformed, "bad_expiry", "the token should expire after now, and at most fhir.token_ttl from now");

/// More than any clinic has.
const MOST: usize = 1_000;

fn scope(text: &str) -> Result<String, String> {
    match scope_of(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("should be system/*.read or system/TYPE.read".to_owned()),
    }
}

fn address(text: &str) -> Result<String, String> {
    match Network::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("should be an address, or a network such as 10.0.0.0/8".to_owned()),
    }
}

fn moment(text: &str) -> Result<jiff::Timestamp, String> {
    text.parse().map_err(|_| "should be a time such as 2027-01-01T00:00:00Z".to_owned())
}

/// An integration, as both ways answer.
#[derive(Deserialize)]
struct One {
    id: IntegrationId,
    name: String,
    scopes: Vec<String>,
    identifiers: String,
    expires_at: String,
    revoked_at: Option<String>,
}

impl One {
    fn of(one: integration::Integration) -> One {
        let integration::Integration { id, name, scopes, identifiers, expires_at, revoked_at, .. } = one;
        let (identifiers, expires_at) = (identifiers.name().to_owned(), expires_at.rfc3339());
        One { id, name, scopes, identifiers, expires_at, revoked_at: revoked_at.map(Time::rfc3339) }
    }
}

pub fn run(common: &Common, integration: &Integration) -> Result<()> {
    match &integration.command {
        Command::Create(create) => {
            let (id, token) = DataDir::find(common)?.create_integration(create)?;
            say(&format!("id     {id}"));
            say(&format!("token  {token}"));
        }
        Command::List => {
            say(&format!("{:<8}  {:<24}  {:<11}  {:<24}  name, scopes", "id", "expires", "identifiers", "revoked"));
            for one in DataDir::find(common)?.integrations()? {
                let revoked = one.revoked_at.unwrap_or_else(|| "-".to_owned());
                let (name, scopes) = (one.name, one.scopes.join(" "));
                say(&format!("{:<8}  {:<24}  {:<11}  {revoked:<24}  {name}, {scopes}", one.id, one.expires_at, one.identifiers));
            }
        }
        Command::Revoke { id } => DataDir::find(common)?.revoke_integration(*id)?,
    }
    Ok(())
}

impl DataDir {
    fn create_integration(&self, create: &Create) -> Result<(IntegrationId, String)> {
        let Create { name, scopes, identifiers, addresses, expires } = create;
        match self {
            DataDir::Running(client) => {
                let form = json!({
                    "name": name, "scopes": scopes, "identifiers": identifiers, "addresses": addresses,
                    "expires_at": expires.map(|expires| expires.to_string()),
                });
                let made = client.ask("POST", "/admin/integrations", Some(&form))?;
                let id = serde_json::from_value(made["id"].clone()).map_err(|e| INTERNAL.caused_by(e))?;
                Ok((id, made["token"].as_str().unwrap_or_default().to_owned()))
            }
            DataDir::Stopped(app) => {
                let expires_at = expires.map(|expires| Time(expires.as_millisecond()));
                let now = app.clock.now();
                if expires_at.is_some_and(|at| at <= now || at > now.plus(app.settings.fhir.token_ttl.ms())) {
                    return Err(BAD_EXPIRY.err());
                }
                let new = NewIntegration {
                    name: name.clone(),
                    scopes: scopes.clone(),
                    identifiers: Shown::from_name(identifiers).unwrap_or(Shown::Masked),
                    addresses: addresses.clone(),
                    expires_at,
                    created_by: Id::NONE,
                };
                let (made, token) = app.store.write_blocking(move |db| {
                    let made = integration::create(db, new)?;
                    audit::note(db, &operator(), Action::Create, Subject::Integration, made.0.id)?;
                    Ok(made)
                })?;
                Ok((made.id, token))
            }
        }
    }

    fn integrations(&self) -> Result<Vec<One>> {
        match self {
            DataDir::Running(client) => {
                let mut answer: Value = client.ask("GET", &format!("/admin/integrations?page_size={MOST}"), None)?;
                serde_json::from_value(answer["items"].take()).map_err(|e| INTERNAL.caused_by(e))
            }
            DataDir::Stopped(app) => {
                let found = integration::list(&app.store.view(), Page { skip: 0, limit: MOST })?;
                Ok(found.items.into_iter().map(One::of).collect())
            }
        }
    }

    fn revoke_integration(&self, id: IntegrationId) -> Result<()> {
        match self {
            DataDir::Running(client) => client.ask("DELETE", &format!("/admin/integrations/{id}"), None).map(drop),
            DataDir::Stopped(app) => app.store.write_blocking(move |db| {
                integration::revoke(db, id)?;
                audit::note(db, &operator(), Action::Revoke, Subject::Integration, id)
            }),
        }
    }
}
