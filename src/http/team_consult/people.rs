//! 任务列表 (个人信息, 登录): signing in and out, push tokens, what members and doctors say of themselves.

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::{dialect, family_member::KinView};
use crate::{
    base::{
        error::{Error, INTERNAL, Kind, Reason, Result, invalid, missing},
        id::AccountId,
        page::Page,
    },
    domain::{
        clinic_wide::merger,
        directory::{
            doctor::{self, Doctor, DoctorChange},
            family_member,
            member_profile::{self, ProfileChange},
        },
        identity::{
            account::{self, Role},
            push_token::{self, Platform},
            session,
            sign_in::{self, Credential, SignIn, Tried},
        },
        money::expense,
        relations::patient_identity,
        relations::privacy,
    },
    http::core::{
        access, attempt,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            DOCTOR, ENTRANT, Endpoint, MEMBER, PATIENT,
            Run::{Heavy, Outside, Read, Write},
            delete, get, post, put,
        },
        week::{self, HalfDaysView},
    },
    store::{Tx, View},
};

const BIND_NEEDED: Reason = Reason::new(Kind::Rule, "bind_needed", "这个微信号还没有绑定手机号，请填写手机号和验证码");

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post  ("own", "/session",            ENTRANT, Heavy(sign_in),          "登录").guarded(),
    post  ("own", "/session/wechat",     ENTRANT, Outside(sign_in_wechat), "微信登录").guarded(),
    delete("own", "/session",            MEMBER,  Write(sign_out),         "退出登录"),
    post  ("own", "/session/push_token", MEMBER,  Write(upload_token),     "登陆上传 token"),
    get   ("own", "/member/profile",     PATIENT, Read(show_member),       "会员个人信息"),
    put   ("own", "/member/profile",     PATIENT, Write(change_member),    "修改会员个人信息"),
    get   ("own", "/doctor/profile",     DOCTOR,  Read(show_doctor),       "医生个人信息"),
    put   ("own", "/doctor/profile",     DOCTOR,  Write(change_doctor),    "修改医生个人信息"),
];

/// By password, or by a code that went to the phone. Who the phone belongs to, if anybody, is not told to whoever cannot prove it.
fn sign_in(cx: &Cx, request: &Request) -> Result<Reply> {
    let (phone, role) = (request.phone(&["phone", "phono", "photo"])?, role(request)?);
    let account = account::by_phone(&cx.view(), role, &phone)?;
    let tried = Tried::new(account.as_ref(), role, &phone);
    let entered = match request.has("password") {
        true => attempt::enter(cx, &tried, Credential::Password { account, password: request.attempt("password")? })?,
        false => {
            let code = request.sms_code_or_none("verify_code")?.ok_or_else(|| missing("password"))?;
            attempt::by_code(cx, &tried, move |db, address| {
                let proven = sign_in::prove_phone(db, &phone, &code)?;
                sign_in::open(db, proven.as_role(role), address)
            })?
        }
    };
    Reply::of(&SessionView::of(cx, &entered))
}

/// A patient inside WeChat's browser, by a code of the official account. A WeChat that no phone belongs to yet is bound to one by its code:
/// the phone's own account goes on, or a new one begins.
///
/// Errors: `bind_needed`, `phone_bound`, `wechat_not_configured`, `bad_wechat_code` and the provider's others.
fn sign_in_wechat(cx: Cx, request: Request) -> BoxFuture<'static, Result<Reply>> {
    Box::pin(async move {
        let code = request.text("code", 128)?;
        let bind = match request.has("phone") {
            true => {
                let phone = request.phone(&["phone", "phono", "photo"])?;
                Some((phone, request.sms_code_or_none("verify_code")?.ok_or_else(|| missing("verify_code"))?))
            }
            false => None,
        };
        let open_id = cx.app.wechat.official_open_id(&code).await?;
        let known = account::by_open_id(&cx.view(), &open_id)?.is_some_and(|account| account.phone.is_some());
        let entered = match bind {
            _ if known => {
                let entered = attempt::enter_by_open_id(&cx, open_id.clone()).await?;
                let id = entered.account.id;
                // Only once: each sign-in would be a write more.
                if entered.account.official_open_id.as_deref() != Some(open_id.as_str()) {
                    cx.app.store.write(move |db| account::note_official(db, id, &open_id)).await?;
                }
                entered
            }
            None => return Err(BIND_NEEDED.err()),
            Some((phone, code)) => {
                let tried = Tried::phone(&cx.view(), Role::Patient, &phone)?;
                if tried.account.is_none() {
                    cx.app.throttle.new_account(cx.address)?;
                }
                let bound = move |cx: Cx| {
                    let entered = attempt::by_code(&cx, &tried, move |db, address| {
                        let proven = sign_in::prove_phone(db, &phone, &code)?;
                        let wechat = account::ensure_open_id(db, &open_id)?;
                        let bound = merger::bind_phone(db, wechat.id, phone)?;
                        account::note_official(db, bound.id, &open_id)?;
                        sign_in::open(db, proven.as_role(Role::Patient), address)
                    })?;
                    Reply::of(&SessionView::of(&cx, &entered))
                };
                return spawn_blocking(move || bound(cx)).await.map_err(|error| INTERNAL.caused_by(error))?;
            }
        };
        Reply::of(&SessionView::of(&cx, &entered))
    })
}

/// A word, or the number that the volunteers' document gives the role.
fn role(request: &Request) -> Result<Role> {
    let word = request.word("role", 20)?;
    let role = Role::from_name(&word.to_ascii_lowercase()).or_else(|| word.parse().ok().and_then(Role::from_number));
    role.filter(|role| *role != Role::Admin).ok_or_else(|| invalid("role", "应为 patient、doctor 或 assistant"))
}

#[derive(Serialize)]
struct SessionView {
    token: String,
    member_id: AccountId,
    role: &'static str,
    expires: i64,
}

impl SessionView {
    fn of(cx: &Cx, entered: &SignIn) -> SessionView {
        SessionView {
            token: access::token_of(&cx.app, &entered.account, &entered.session),
            member_id: entered.account.id,
            role: entered.account.role.name(),
            expires: entered.session.expires_at.0,
        }
    }
}

fn sign_out(cx: &Cx, db: &mut Tx, _: &Request) -> Result<Reply> {
    session::end(db, cx.me()?.session)?;
    dialect::deleted()
}

fn upload_token(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let platform = Platform::from_name(&request.word("platform", 20)?).ok_or_else(|| invalid("platform", "应为 ios、android 或 web"))?;
    let token = push_token::upload(db, me.account, me.session, platform, request.text("token", 1_000)?)?;
    Reply::of(&TokenView { platform: token.platform.name(), token: token.token, created: token.uploaded_at.0 })
}

#[derive(Serialize)]
struct TokenView {
    platform: &'static str,
    token: String,
    created: i64,
}

fn show_member(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    Reply::of(&MemberView::of(db, cx.my_id()?)?)
}

/// What is not the member's to say (money, ids, the family) is passed over.
fn change_member(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.my_id()?;
    let form = ProfileChange {
        name: if request.names("name") { Some(request.text("name", 50)?) } else { None },
        pregnancy_count: count(request, "pregnancy_count", 50)?,
        birth_count: count(request, "birth_count", 50)?,
        menstrual_cycle: if request.names("menstrual_cycle") { Some(cycle(request)?) } else { None },
        menarche_age: count(request, "menarche_age", 100)?,
    };
    member_profile::change(db, me, form, patient_identity::by_owner)?;
    Reply::of(&MemberView::of(db, me.account())?)
}

/// A number that a named `null` or empty text takes away.
fn count(request: &Request, name: &str, most: u8) -> Result<Option<Option<u8>>> {
    match (request.names(name), request.has(name)) {
        (false, _) => Ok(None),
        (true, false) => Ok(Some(None)),
        (true, true) => Ok(Some(Some(request.small(name, 0..=most)?))),
    }
}

/// 月经周期: whole days, or in words.
fn cycle(request: &Request) -> Result<String> {
    let text = request.word_or_none("menstrual_cycle", 50)?.unwrap_or_default();
    match text.parse::<f64>() {
        Ok(_) => Ok(request.integer("menstrual_cycle", 1..=365)?.to_string()),
        Err(_) => Ok(text),
    }
}

/// 个人信息 (任务列表). Money in fen; what the member has not told is null.
#[derive(Serialize)]
struct MemberView {
    member_id: AccountId,
    name: String,
    balance: i64,
    total_spent: i64,
    pregnancy_count: Option<u8>,
    birth_count: Option<u8>,
    /// A number of days, or a text.
    menstrual_cycle: Value,
    menarche_age: Option<u8>,
    family: Vec<KinView>,
}

impl MemberView {
    fn of(db: &View, member: AccountId) -> Result<MemberView> {
        let told = member_profile::of(db, member.patient_account())?;
        Ok(MemberView {
            member_id: member,
            name: privacy::name(db, member, member)?,
            balance: expense::balance(db, member.patient_account())?.0,
            total_spent: expense::total_spent(db, member.patient_account())?.0,
            pregnancy_count: told.pregnancy_count,
            birth_count: told.birth_count,
            menstrual_cycle: match told.menstrual_cycle.parse::<u16>() {
                Ok(days) => days.into(),
                Err(_) if told.menstrual_cycle.is_empty() => Value::Null,
                Err(_) => told.menstrual_cycle.into(),
            },
            menarche_age: told.menarche_age,
            family: family_member::list(db, member.patient_account(), Page::ALL)?.items.into_iter().map(KinView::from).collect(),
        })
    }
}

fn show_doctor(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    Reply::of(&DoctorView::from(doctor::profile(db, cx.my_id()?)?))
}

/// Also before a doctor is let in: the administration wants to read it.
fn change_doctor(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let text = |name| -> Result<Option<String>, Error> {
        match request.names(name) {
            true => request.prose_or_empty(name, 1_000).map(Some),
            false => Ok(None),
        }
    };
    let form = DoctorChange {
        good_at: text("expertise")?,
        honours: text("honours")?,
        image_and_text_open: request.flag_or_none("image_and_text_open")?,
        image_and_text_price: dialect::fen(request, "image_and_text_price", 0)?,
        work_time: week::asked(request, "work_time")?,
        ..DoctorChange::default()
    };
    Reply::of(&DoctorView::from(doctor::change(db, cx.my_id()?, form)?))
}

/// 医生个人信息 (任务列表): nothing about what the doctor has earned.
#[derive(Serialize)]
struct DoctorView {
    member_id: AccountId,
    name: String,
    photo_id: String,
    department: String,
    job_position: String,
    introduction: String,
    /// 个人擅长
    expertise: String,
    /// 个人荣誉
    honours: String,
    /// Whether picture-and-text consultations are taken, and their price in fen, which holds for later orders.
    image_and_text_open: bool,
    image_and_text_price: i64,
    /// 出诊时间, Monday first.
    work_time: [HalfDaysView; 7],
}

impl From<Doctor> for DoctorView {
    fn from(doctor: Doctor) -> DoctorView {
        DoctorView {
            member_id: doctor.id.account(),
            name: doctor.name,
            photo_id: doctor.avatar,
            department: doctor.departments,
            job_position: doctor.job_position,
            introduction: doctor.introduction,
            expertise: doctor.good_at,
            honours: doctor.honours,
            image_and_text_open: doctor.image_and_text_open,
            image_and_text_price: doctor.image_and_text_price.0,
            work_time: doctor.work_time.map(HalfDaysView::from),
        }
    }
}
