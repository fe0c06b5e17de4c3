//! `xuanhu admin`: the administrators' accounts. On a running server it asks the server; on a stopped one it opens the store itself.

use std::io;

use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::json;

use super::{
    common::{Common, operator, say},
    data_dir::DataDir,
};
use crate::{
    base::{
        clean,
        error::{INTERNAL, Kind, Reason, Result},
        id::AccountId,
        page::Page,
        secret,
    },
    domain::identity::{
        account::{self, Account, NewAccount, Role},
        audit::{self, Action, Subject},
    },
    store::Tx,
};

/// Administrators: make one, give one a new password, list them
///
/// Works while the server runs and while it does not.
#[derive(Args)]
pub struct Admin {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make an administrator and print the password
    Create(Named),
    /// Give an administrator a new password and end the sessions
    ResetPassword(Named),
    /// List the administrators
    List,
}

#[derive(Args)]
struct Named {
    /// The name to sign in with
    #[arg(value_parser = name)]
    name: String,

    /// Read the password from standard input (its first line) instead of making one up
    #[arg(long)]
    password_stdin: bool,
}

const NO_SUCH_ADMINISTRATOR: Reason =
    Reason::new(Kind::NotFound, "no_such_administrator", "there is no such administrator; `xuanhu admin list` shows who there is");
const BAD_PASSWORD: Reason =
    Reason::new(Kind::Malformed, "bad_password", "a password has 6 to 128 characters; give it as one line of UTF-8");

/// More than any clinic has.
const MOST: usize = 1_000;

pub fn run(common: &Common, admin: &Admin) -> Result<()> {
    match &admin.command {
        Command::Create(named) => {
            let chosen = named.password()?;
            // A new directory is fine: so an administrator can be made before the first start.
            let made = DataDir::open(common)?.create(&named.name, chosen)?;
            made.print();
        }
        Command::ResetPassword(named) => {
            let chosen = named.password()?;
            DataDir::find(common)?.reset_password(&named.name, chosen)?.print();
        }
        Command::List => {
            let all = DataDir::find(common)?.list()?;
            let width = all.iter().map(|one| one.username.chars().count()).max().unwrap_or(0).max("username".len());
            say(&format!("{:<8}  {:<width$}  created", "id", "username"));
            for one in all {
                say(&format!("{:<8}  {:<width$}  {}", one.id, one.username, one.created_at));
            }
        }
    }
    Ok(())
}

impl Named {
    fn password(&self) -> Result<Option<String>> {
        if !self.password_stdin {
            return Ok(None);
        }
        let mut line = String::new();
        io::stdin().read_line(&mut line).map_err(|e| BAD_PASSWORD.caused_by(e))?;
        let password = line.trim_end_matches(['\r', '\n']);
        match password.chars().count() {
            6..=128 => Ok(Some(password.to_owned())),
            _ => Err(BAD_PASSWORD.err()),
        }
    }
}

/// Spaces around a name are the shell's, not the name's. It is cleaned as where the administrator signs in.
fn name(text: &str) -> Result<String, String> {
    let one_line = !text.trim().contains(char::is_control);
    let text = clean::line(text);
    match text.chars().count() {
        1..=64 if one_line => Ok(text),
        _ => Err("should be 1 to 64 characters on one line".to_owned()),
    }
}

/// An administrator, as both ways answer.
#[derive(Deserialize)]
struct Administrator {
    id: AccountId,
    username: String,
    created_at: String,
    /// Where it was made up just now.
    password: Option<String>,
}

impl Administrator {
    fn of(account: Account, password: Option<String>) -> Administrator {
        let Account { id, username, created_at, .. } = account;
        Administrator { id, username: username.unwrap_or_default(), created_at: created_at.rfc3339(), password }
    }

    fn print(&self) {
        say(&format!("username  {}", self.username));
        if let Some(password) = &self.password {
            say(&format!("password  {password}"));
        }
    }
}

impl DataDir {
    fn list(&self) -> Result<Vec<Administrator>> {
        match self {
            DataDir::Running(client) => {
                let mut answer = client.ask("GET", &format!("/admin/administrators?page_size={MOST}"), None)?;
                serde_json::from_value(answer["items"].take()).map_err(|e| INTERNAL.caused_by(e))
            }
            DataDir::Stopped(app) => {
                let found = account::find(&app.store.view(), Role::Admin, None, Page { skip: 0, limit: MOST }, None)?;
                Ok(found.items.into_iter().map(|account| Administrator::of(account, None)).collect())
            }
        }
    }

    fn create(&self, name: &str, chosen: Option<String>) -> Result<Administrator> {
        match self {
            DataDir::Running(client) => {
                let answer = client.ask("POST", "/admin/administrators", Some(&json!({ "username": name, "password": chosen })))?;
                serde_json::from_value(answer).map_err(|e| INTERNAL.caused_by(e))
            }
            DataDir::Stopped(app) => {
                let (hash, made_up) = hashed(chosen)?;
                let new = NewAccount { role: Role::Admin, phone: None, username: Some(name.to_owned()), password: Some(hash) };
                let account = app.store.write_blocking(move |db| {
                    let account = account::create(db, new)?;
                    note(db, Action::Create, account.id)?;
                    Ok(account)
                })?;
                Ok(Administrator::of(account, made_up))
            }
        }
    }

    fn reset_password(&self, name: &str, chosen: Option<String>) -> Result<Administrator> {
        let all = self.list()?;
        let id = all.iter().find(|one| one.username == name).map(|one| one.id).ok_or_else(|| NO_SUCH_ADMINISTRATOR.with(name))?;
        match self {
            DataDir::Running(client) => {
                let path = format!("/admin/administrators/{id}/reset-password");
                let answer = client.ask("POST", &path, Some(&json!({ "password": chosen })))?;
                serde_json::from_value(answer).map_err(|e| INTERNAL.caused_by(e))
            }
            DataDir::Stopped(app) => {
                let (hash, made_up) = hashed(chosen)?;
                let account = app.store.write_blocking(move |db| {
                    account::set_password(db, account::need(db, id, Role::Admin)?, hash)?;
                    note(db, Action::ResetPassword, id)?;
                    db.need::<Account>(id)
                })?;
                Ok(Administrator::of(account, made_up))
            }
        }
    }
}

/// The password's hash, and the password where it has to be told.
fn hashed(chosen: Option<String>) -> Result<(String, Option<String>)> {
    match chosen {
        Some(password) => Ok((account::hash_password(&password)?, None)),
        None => {
            let password = secret::hex(&secret::random::<8>());
            Ok((account::hash_password(&password)?, Some(password)))
        }
    }
}

fn note(db: &mut Tx, action: Action, id: AccountId) -> Result<()> {
    audit::note(db, &operator(), action, Subject::Administrator, id)
}
