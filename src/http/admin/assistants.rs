//! `/admin/assistants`: bringing in, verifying, changing and removing assistants.

use serde::Serialize;

use super::{
    form,
    listing::{self, Listing},
    people::{self, AccountChange, Masked, PlaceView, Printed},
};
use crate::{
    base::{
        error::{Result, missing},
        id::{AccountId, AssistantId},
        needle::Straw,
    },
    domain::{
        directory::assistant::{self, Assistant, AssistantChange},
        free_clinic::registration,
        identity::{
            account::{self, Account, NewAccount, Role, Verify},
            audit::Action,
        },
        relations::privacy,
        shared::sight::Sight,
    },
    http::core::{
        codes,
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
    post  ("admin", "/admin/assistants/{id}/reveal", ADMIN, Write(reveal_assistant), "显示医助被遮盖的信息"),
];

const LISTING: Listing<Account> = Listing {
    filters: &["is_verify"],
    time: Some(|account| account.created_at),
    sorts: &[
        ("id", |_, account| Ok(account.id.into())),
        ("real_name", |db, account| Ok(assistant::profile(db, account.id.assistant())?.name.as_str().into())),
        ("team_name", |db, account| Ok(assistant::profile(db, account.id.assistant())?.team_name.as_str().into())),
        ("help_count", |db, account| Ok(registration::helped(db, account.id.assistant())?.into())),
        ("is_verify", |_, account| Ok(u64::from(codes::is_verify(account.verify)).into())),
        ("created_at", |_, account| Ok(account.created_at.into())),
    ],
};

/// By what an assistant is looked for.
fn known(db: &View, id: AccountId) -> Result<Vec<Straw<String>>> {
    let assistant = assistant::profile(db, id.assistant())?;
    Ok(vec![Straw::Name(assistant.name), Straw::Text(assistant.team_name), Straw::Number(assistant.idno)])
}

fn list_assistants(cx: &Cx, request: &Request) -> Result<Reply> {
    let db = cx.view();
    let found = people::look_at_all(cx, people::find(&db, request, Role::Assistant, &LISTING, known)?)?;
    listing::reply(found, |(account, sight)| AssistantView::of(&db, account, sight))
}

fn create_assistant(cx: &Cx, request: &Request) -> Result<Reply> {
    let form = form(cx, request, &Printed::default())?;
    form.name.as_ref().ok_or_else(|| missing("real_name"))?;
    let verify = form::standing(request)?.unwrap_or(Verify::Enabled);
    let new =
        NewAccount { role: Role::Assistant, phone: Some(request.phone(&["phone"])?), username: None, password: form::password(request)? };
    let actor = cx.actor()?;
    let view = cx.write(move |db| {
        let assistant = assistant::bring_in(db, new, verify, form)?;
        let account: Account = db.need(assistant.id.account())?;
        let sight = privacy::administer(db, &actor, Action::Create, &account)?;
        AssistantView::of(db, account, sight)
    })?;
    Reply::bare(201, &view)
}

fn show_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (account, sight) = people::look_at(cx, db, request, Role::Assistant)?;
    Reply::of(&AssistantView::of(db, account, sight)?)
}

fn change_assistant(cx: &Cx, request: &Request) -> Result<Reply> {
    let (id, actor) = (request.path_id("id")?, cx.actor()?);
    let printed = printed(cx, id)?;
    let (form, account) = (form(cx, request, &printed)?, AccountChange::of(request)?);
    let view = cx.write(move |db| {
        account.apply(db, id.account(), Role::Assistant)?;
        assistant::change(db, id, form)?;
        let account: Account = db.need(id.account())?;
        let sight = privacy::administer(db, &actor, Action::Update, &account)?;
        AssistantView::of(db, account, sight)
    })?;
    Reply::of(&view)
}

fn remove_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    people::remove(cx, db, request, Role::Assistant)?;
    Reply::empty()
}

fn verify_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (account, sight) = people::verify(cx, db, request, Role::Assistant)?;
    Reply::of(&AssistantView::of(db, account, sight)?)
}

/// What is masked, whole, to whoever says why.
fn reveal_assistant(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account = account::need(db, request.path_id("id")?, Role::Assistant)?;
    let assistant = assistant::profile(db, account.id.assistant())?;
    people::reveal(cx, db, request, (&account, None), |db, sight| Printed::of_staff(db, masked(&assistant), sight), None)
}

/// As the masked fields print now.
fn printed(cx: &Cx, id: AssistantId) -> Result<Printed> {
    let db = cx.view();
    let assistant = assistant::profile(&db, account::need(&db, id.account(), Role::Assistant)?.id.assistant())?;
    Printed::of_staff(&db, masked(&assistant), privacy::administrator(cx.need_reader()?))
}

fn masked(assistant: &Assistant) -> Masked<'_> {
    Masked { name: &assistant.name, idno: &assistant.idno, email: &assistant.email, place: &assistant.place }
}

fn form(cx: &Cx, request: &Request, printed: &Printed) -> Result<AssistantChange> {
    Ok(AssistantChange {
        avatar: form::picture(request, "avatars")?,
        name: form::masked(request, "real_name", &printed.name, |request| form::filled(request, "real_name", 50))?,
        idno: form::idno(cx, request, &printed.idno)?,
        team_name: form::text(request, "team_name", 100)?,
        email: form::masked(request, "email", &printed.email, form::email)?,
        place: form::place_beside(request, &printed.addr)?,
    })
}

#[derive(Serialize)]
struct AssistantView {
    id: AssistantId,
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
    fn of(db: &View, account: Account, sight: Sight) -> Result<AssistantView> {
        let assistant = assistant::profile(db, account.id.assistant())?;
        let printed = Printed::of_staff(db, masked(&assistant), sight)?;
        Ok(AssistantView {
            id: account.id.assistant(),
            place: PlaceView::beside(db, assistant.place, printed.addr)?,
            help_count: registration::helped(db, account.id.assistant())?,
            real_name: assistant.name,
            phone: sight.staff_phone(account.phone.as_deref().unwrap_or_default()),
            avatars: assistant.avatar,
            idno: printed.idno,
            email: printed.email,
            team_name: assistant.team_name,
            is_verify: codes::is_verify(account.verify),
            has_password: account.password.is_some(),
            created_at: account.created_at.rfc3339(),
        })
    }
}
