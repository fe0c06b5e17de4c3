//! 3.1 用户接口: registering, signing in, profiles, following, messages.

use serde::Serialize;

use super::{dialect::Paging, view::person::UserView};
use crate::{
    base::{
        client_address,
        error::{NOT_FOUND, Result, invalid, missing},
        id::NoticeId,
        idno::IdNumber,
    },
    domain::{
        directory::{
            assistant::{self, AssistantProfile},
            doctor::{self, DoctorProfile},
            follow,
            patient::{self, PatientProfile},
        },
        identity::{
            account::{self, Account, NewAccount, Role},
            audit::{self, Action, Purpose, Subject},
            session::{self, Session},
            sign_in::{self, Credential, Tried},
            sms,
        },
        notice::{self, Audience},
        relations::patient_identity,
        relations::privacy::{self, Reader},
        shared::region::Place,
    },
    http::core::{
        access,
        attempt::{self, Given},
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ENTRANT, Endpoint, MEMBER,
            Run::{Heavy, Read, Write},
            delete, get, post, put,
        },
        week,
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post  ("3.1.1",  "/register",         ENTRANT, Heavy(register),        "注册接口").guarded(),
    post  ("3.1.2",  "/login",            ENTRANT, Heavy(login),           "登陆接口").guarded(),
    put   ("3.1.3",  "/user",             MEMBER, Write(complete_profile),"患者、医生、医助补全信息接口"),
    get   ("3.1.6",  "/user",             MEMBER, Read(show_own),         "用户信息接口（登陆用户）"),
    post  ("3.1.7",  "/reset/pwd",        ENTRANT, Heavy(reset_password),  "修改密码和找回密码接口").guarded(),
    get   ("3.1.8",  "/follow/user/{id}", MEMBER, Write(follow_user),     "关注用户接口").changing(),
    delete("3.1.9",  "/follow/user/{id}", MEMBER, Write(unfollow_user),   "取消关注用户接口"),
    get   ("3.1.10", "/user/{id}",        MEMBER, Write(show_user),       "用户信息接口（根据id）"),
    post  ("3.1.11", "/phone/verifycode", ENTRANT, Write(send_code),       "发送短信接口（无图片验证码）"),
    get   ("3.1.12", "/logout",           MEMBER, Write(logout),          "退出登录接口").changing(),
    get   ("3.1.13", "/message",          MEMBER, Write(list_messages),   "我的消息接口").changing(),
    post  ("3.1.14", "/login/phone",      ENTRANT, Heavy(login_by_phone),  "手机号注册登陆接口").guarded(),
];

/// How the old clients call a phone number.
const PHONE: &[&str] = &["phono", "phone", "photo"];

fn register(cx: &Cx, request: &Request) -> Result<Reply> {
    let (given, role) = (given(request)?, role(request)?);
    let tried = Tried::phone(&cx.view(), role, &given.phone)?;
    let entered = attempt::with_new_password(cx, &tried, given, move |db, phone, password, address| {
        let new = NewAccount { role, phone: Some(phone.phone().to_owned()), username: None, password: Some(password) };
        account::create(db, new)?;
        sign_in::open(db, phone.as_role(role), address)
    })?;
    signed_in(cx, &cx.view(), &entered.account, &entered.session)
}

/// Phone, code and new password.
fn given(request: &Request) -> Result<Given> {
    Ok(Given { phone: request.phone(PHONE)?, code: request.sms_code("verify_code")?, password: request.password("pwd")? })
}

fn login(cx: &Cx, request: &Request) -> Result<Reply> {
    let (phone, role) = (request.phone(PHONE)?, role(request)?);
    let password = request.attempt("pwd")?;
    let account = account::by_phone(&cx.view(), role, &phone)?;
    let tried = Tried::new(account.as_ref(), role, &phone);
    let entered = attempt::enter(cx, &tried, Credential::Password { account, password })?;
    signed_in(cx, &cx.view(), &entered.account, &entered.session)
}

fn login_by_phone(cx: &Cx, request: &Request) -> Result<Reply> {
    let phone = request.phone(&["photo", "phone", "phono"])?;
    let code = request.sms_code("verify_code")?;
    let tried = Tried::phone(&cx.view(), Role::Patient, &phone)?;
    let (entered, is_new) = attempt::by_code(cx, &tried, move |db, address| {
        let proven = sign_in::prove_phone(db, &phone, &code)?;
        let is_new = account::by_phone(db, Role::Patient, &phone)?.is_none();
        if is_new {
            account::create(db, NewAccount { role: Role::Patient, phone: Some(phone), username: None, password: None })?;
        }
        Ok((sign_in::open(db, proven.as_role(Role::Patient), address)?, is_new))
    })?;
    let user = own(cx, &cx.view(), &entered.account, &entered.session)?;
    Reply::of(&LoginView { user, is_new: is_new.into() })
}

/// 用户信息 with `is_new` beside its fields.
#[derive(Serialize)]
struct LoginView {
    #[serde(flatten)]
    user: UserView,
    is_new: u8,
}

fn signed_in(cx: &Cx, db: &View, account: &Account, session: &Session) -> Result<Reply> {
    Reply::of(&own(cx, db, account, session)?)
}

/// The owner's view, with the token of this session.
fn own(cx: &Cx, db: &View, account: &Account, session: &Session) -> Result<UserView> {
    let me = Reader { account: account.id, role: account.role };
    UserView::own(db, me, Some(access::token_of(&cx.app, account, session)))
}

fn reset_password(cx: &Cx, request: &Request) -> Result<Reply> {
    let (given, role) = (given(request)?, role(request)?);
    let tried = Tried::phone(&cx.view(), role, &given.phone)?;
    attempt::with_new_password(cx, &tried, given, move |db, phone, password, _| {
        let account = account::by_phone(db, role, phone.phone())?.ok_or_else(|| account::NOT_REGISTERED.err())?;
        account::set_password(db, account, password)
    })?;
    Reply::empty()
}

fn logout(cx: &Cx, db: &mut Tx, _: &Request) -> Result<Reply> {
    session::end(db, cx.me()?.session)?;
    Reply::empty()
}

fn send_code(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    sms::send_code(db, &request.phone(&["phone", "phono", "photo"])?, &client_address::counted(cx.address).to_string())?;
    Reply::empty()
}

/// 3.1.3, 3.1.4 and 3.1.5 share an address; the token tells whose profile it is.
fn complete_profile(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let stood = db.need::<Account>(me.account)?.verify;
    match me.role {
        Role::Patient => {
            drop(patient::complete(db, me.account.patient_account(), patient_profile(db, request)?, patient_identity::by_owner)?)
        }
        Role::Doctor => {
            drop(doctor::complete(db, me.account.doctor(), doctor_profile(db, request, &doctor::profile(db, me.account.doctor())?.place)?)?)
        }
        _ => drop(assistant::complete(db, me.account.assistant(), assistant_profile(db, request)?)?),
    }
    let account: Account = db.need(me.account)?;
    if me.role != Role::Patient && account.verify != stood {
        // The credentials that were verified are others now.
        audit::note(db, &cx.actor()?, Action::Update, Subject::person(me.role), me.account)?;
    }
    Reply::of(&UserView::own(db, cx.need_reader()?, None)?)
}

/// The fields of 3.1.3, which 3.4.4 asks for too.
pub(super) fn patient_profile(db: &View, request: &Request) -> Result<PatientProfile> {
    Ok(PatientProfile {
        avatar: request.picture_or_none("avatars")?,
        name: request.text("real_name", 50)?,
        idno: id_number(db, request)?,
        height: request.height_or_none("height")?.ok_or_else(|| missing("height"))?,
        weight: request.weight_or_none("weight")?.ok_or_else(|| missing("weight"))?,
        marital_status: request.small("marital_status", 0..=3)?,
        drinks: request.flag("drink_status")?,
        smokes: request.flag("smoking_status")?,
        email: request.email_or_none("email")?,
        place: place(request, &Place::default())?,
    })
}

/// A doctor's own profile prints no address, so that a form cannot send it back: where it is left out, what `stood` stays.
fn doctor_profile(db: &View, request: &Request, stood: &Place) -> Result<DoctorProfile> {
    Ok(DoctorProfile {
        avatar: request.picture_or_none("avatars")?,
        name: request.text("real_name", 50)?,
        idno: id_number(db, request)?,
        hospital_id: request.id("hospital_id")?,
        departments: request.text("departments", 50)?,
        job_position: request.text("job_position", 50)?,
        good_at: request.prose("good_at", 1_000)?,
        work_photo: request.pictures("work_photo", 20)?,
        introduction: request.prose_or_none("abstract", 5_000)?,
        work_time: week::asked(request, "work_time")?,
        email: request.email_or_none("email")?,
        place: place(request, stood)?,
    })
}

fn assistant_profile(db: &View, request: &Request) -> Result<AssistantProfile> {
    Ok(AssistantProfile {
        avatar: request.picture_or_none("avatars")?,
        name: request.text("real_name", 50)?,
        idno: id_number(db, request)?,
        team_name: request.text("team_name", 100)?,
        email: request.email_or_none("email")?,
        place: place(request, &Place::default())?,
    })
}

fn id_number(db: &View, request: &Request) -> Result<IdNumber> {
    IdNumber::parse(&request.text("idno", 50)?, db.settings.clinic.zone.today(db.now)).map_err(|e| e.field("idno", "身份证号码有误"))
}

/// The region is one thing: whoever names a part of it names it whole.
fn place(request: &Request, stood: &Place) -> Result<Place> {
    let asked = Place {
        province_id: request.id_or_zero("province_id")?,
        city_id: request.id_or_zero("city_id")?,
        county_id: request.id_or_zero("county_id")?,
        addr: request.text_or_empty("addr", 200)?,
    };
    let names_region = ["province_id", "city_id", "county_id"].iter().any(|name| request.has(name));
    let addr = if request.has("addr") { asked.addr } else { stood.addr.clone() };
    Ok(if names_region { Place { addr, ..asked } } else { Place { addr, ..stood.clone() } })
}

fn role(request: &Request) -> Result<Role> {
    Role::from_number(request.integer("type", 1..=3)?).ok_or_else(|| invalid("type", "应为 1 患者、2 医生 或 3 医助"))
}

fn show_own(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let account: Account = db.need(me.account)?;
    let session: Session = db.need(me.session)?;
    signed_in(cx, db, &account, &session)
}

/// One sees oneself, doctors and assistants as everybody does, and patients by the right that one has. That there is a patient is nobody else's
/// business.
fn show_user(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let account: Account = db.need(request.path_id("id")?)?;
    let sight = match account.role {
        Role::Patient => {
            let patient = patient::of_account(db, &account)?;
            let sight = privacy::look(db, &cx.actor()?, &patient, Purpose::Profile)?;
            Some(sight).filter(|sight| !sight.is_stranger()).ok_or_else(|| NOT_FOUND.err())?
        }
        _ => privacy::oneself(cx.reader(), account.id),
    };
    Reply::of(&UserView::of(db, &account, sight)?)
}

fn follow_user(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    follow::follow(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::empty()
}

fn unfollow_user(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    follow::unfollow(db, cx.my_id()?, request.path_id("id")?)?;
    Reply::empty()
}

/// The caller's notices. Whoever reads the list has seen what there is.
fn list_messages(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (me, paging) = (cx.me()?, Paging::of(request)?);
    let notices = notice::list(db, me.account, me.role, paging.page)?;
    notice::mark_seen(db, me.account, me.role)?;
    let zone = &db.settings.clinic.zone;
    let view = |notice: notice::Notice| MessageView {
        id: notice.id,
        kind: u8::from(matches!(notice.audience, Audience::One(_))),
        title: notice.title,
        content: notice.content,
        publish_time: zone.date_time(notice.created_at),
        username: db.settings.clinic.name.clone(),
        avatars: "",
    };
    Reply::of(&paging.list(notices.try_map(|notice| Ok::<_, crate::base::error::Error>(view(notice)))?))
}

/// 2.2.7 消息信息
#[derive(Serialize)]
struct MessageView {
    id: NoticeId,
    #[serde(rename = "type")]
    kind: u8,
    title: String,
    content: String,
    publish_time: String,
    username: String,
    avatars: &'static str,
}
