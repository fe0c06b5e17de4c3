//! `/admin/assistants`: bringing in, verifying, changing and removing assistants.

use serde::Serialize;

use super::{
    form, listing,
    people::{self, AccountChange, PlaceView},
};
use crate::{
    base::{
        error::{Result, missing},
        id::Id,
        needle::Straw,
    },
    domain::{
        directory::assistant::{self, AssistantChange},
        free_clinic::registration,
        identity::{
            account::{Account, NewAccount, Role, Verify},
            audit::{self, Action, Subject},
        },
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, Endpoint,
            Run::{Heavy, Write},
            delete, get, patch, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get   ("admin", "/admin/assistants",             ADMIN, Heavy(list_assistants),  "医助列表"),
    post  ("admin", "/admin/assistants",             ADMIN, Heavy(create_assistant), "新增医助"),
    get   ("admin", "/admin/assistants/{id}",        ADMIN, Write(show_assistant),   "医助详情"),
    patch ("admin", "/admin/assistants/{id}",        ADMIN, Heavy(change_assistant), "修改医助"),
    delete("admin", "/admin/assistants/{id}",        ADMIN, Write(remove_assistant), "删除医助"),
    post  ("admin", "/admin/assistants/{id}/verify", ADMIN, Write(verify_assistant), "审核医助"),
];

/// By what an assistant is looked for.
fn known(db: &View, id: Id) -> Result<Vec<Straw<String>>> {
    let assistant = assistant::profile(db, id)?;
    Ok(vec![Straw::Name(assistant.name), Straw::Text(assistant.team_name), Straw::Number(assistant.idno)])
}

fn list_assistants(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    listing::reply(people::find(&db, request, Role::Assistant, known)?, |account| AssistantView::of(&db, account))
}

fn create_assistant(cx: &Cx, request: &Request) -> Result<Reply> {
    let form = form(cx, request)?;
    form.name.as_ref().ok_or_else(|| missing("real_name"))?;
    let verify = form::standing(request)?.unwrap_or(Verify::Enabled);
    let new =
        NewAccount { role: Role::Assistant, phone: Some(request.phone(&["phone"])?), username: None, password: form::password(request)? };
    let actor = cx.actor()?;
    let view = cx.write(move |db| {
        let assistant = assistant::bring_in(db, new, verify, form)?;
        audit::note(db, &actor, Action::Create, Subject::Assistant, assistant.id)?;
        AssistantView::of(db, db.need(assistant.id)?)
    })?;
    Reply::bare(201, &view)
}

fn show_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account = people::look_at(cx, db, request, Role::Assistant)?;
    Reply::of(&AssistantView::of(db, account)?)
}

fn change_assistant(cx: &Cx, request: &Request) -> Result<Reply> {
    let (id, form, account, actor) = (request.path_id("id")?, form(cx, request)?, AccountChange::of(request)?, cx.actor()?);
    let view = cx.write(move |db| {
        account.apply(db, id, Role::Assistant)?;
        assistant::change(db, id, form)?;
        audit::note(db, &actor, Action::Update, Subject::Assistant, id)?;
        AssistantView::of(db, db.need(id)?)
    })?;
    Reply::of(&view)
}

fn remove_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    people::remove(cx, db, request, Role::Assistant)?;
    Reply::empty()
}

fn verify_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account = people::verify(cx, db, request, Role::Assistant)?;
    Reply::of(&AssistantView::of(db, account)?)
}

fn form(cx: &Cx, request: &Request) -> Result<AssistantChange> {
    Ok(AssistantChange {
        avatar: form::picture(request, "avatars")?,
        name: form::filled(request, "real_name", 50)?,
        idno: form::idno(cx, request)?,
        team_name: form::text(request, "team_name", 100)?,
        email: form::email(request)?,
        place: form::place(request)?,
    })
}

#[derive(Serialize)]
struct AssistantView {
    id: Id,
    real_name: String,
    phone: String,
    avatars: String,
    idno: String,
    email: String,
    team_name: String,
    #[serde(flatten)]
    place: PlaceView,
    help_count: u64,
    is_verify: u8,
    has_password: bool,
    created_at: String,
}

impl AssistantView {
    fn of(db: &View, account: Account) -> Result<AssistantView> {
        let assistant = assistant::profile(db, account.id)?;
        Ok(AssistantView {
            id: account.id,
            place: PlaceView::of(db, assistant.place)?,
            help_count: registration::helped(db, account.id)?,
            real_name: assistant.name,
            phone: account.phone.unwrap_or_default(),
            avatars: assistant.avatar,
            idno: assistant.idno,
            email: assistant.email,
            team_name: assistant.team_name,
            is_verify: account.verify.number(),
            has_password: account.password.is_some(),
            created_at: account.created_at.rfc3339(),
        })
    }
}
