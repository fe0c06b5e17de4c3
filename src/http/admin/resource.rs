//! A collection whose rows administrators list, add, show, change and remove: all that its noun's own file does not have to say. Every change is
//! noted in the audit log, in its own commit.

use serde::Serialize;

use super::listing::{self, Asked, Listing};
use crate::{
    base::{error::Result, id::Id, page::Slice},
    domain::identity::audit::{self, Action, Subject},
    http::core::{context::Cx, reply::Reply, request::Request},
    store::{Row, Tx, View},
};

/// What a noun says of its rows.
pub trait Resource: Row {
    const SUBJECT: Subject;
    /// How they are looked through.
    const LISTING: Listing<Self>;
    /// As they print.
    type View: Serialize;

    /// Those that are looked for, newest first.
    fn find(cx: &Cx, db: &View, request: &Request, asked: Asked) -> Result<Slice<Self>>;

    fn view(db: &View, row: Self) -> Result<Self::View>;

    /// Adds a row as the form has it.
    fn create(db: &mut Tx, request: &Request) -> Result<Self>;

    /// Changes what the form names.
    fn change(db: &mut Tx, row: Self, request: &Request) -> Result<Self>;

    /// Errors: `not_found`, and what stands in the way.
    fn remove(db: &mut Tx, id: Id<Self::Kind>) -> Result<()>;
}

pub fn list<R: Resource>(cx: &Cx, request: &Request) -> Result<Reply> {
    search::<R>(cx, &cx.view(), request)
}

/// The same, of what is found in an index.
pub fn search<R: Resource>(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let found = R::LISTING.find(db, request, |asked| R::find(cx, db, request, asked))?;
    listing::reply(found, |row| R::view(db, row))
}

pub fn show<R: Resource>(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    Reply::of(&R::view(db, db.need::<R>(request.path_id("id")?)?)?)
}

pub fn create<R: Resource>(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row = R::create(db, request)?;
    audit::note(db, &cx.actor()?, Action::Create, R::SUBJECT, row.id())?;
    Reply::bare(201, &R::view(db, row)?)
}

pub fn change<R: Resource>(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let row: R = db.need(request.path_id("id")?)?;
    let row = R::change(db, row, request)?;
    audit::note(db, &cx.actor()?, Action::Update, R::SUBJECT, row.id())?;
    Reply::of(&R::view(db, row)?)
}

pub fn remove<R: Resource>(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let id: Id<R::Kind> = request.path_id("id")?;
    R::remove(db, id)?;
    audit::note(db, &cx.actor()?, Action::Delete, R::SUBJECT, id)?;
    Reply::empty()
}
