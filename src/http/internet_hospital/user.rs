//! 1 用户模块: signing up and in by WeChat, binding a phone.

use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::{Value, json};

use super::{dialect::CODE, ids};
use crate::{
    base::{
        error::{Result, invalid},
        id,
    },
    domain::{
        clinic_wide::merger,
        identity::{
            account::{self, Role},
            sign_in::{self, SignIn, Tried},
        },
    },
    http::core::{
        access, attempt,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ENTRANT, Endpoint, PATIENT,
            Run::{Heavy, Outside},
            post,
        },
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("1.1", "/api/user/signup",    ENTRANT, Outside(sign_up),  "用户注册").guarded(),
    post("1.2", "/api/user/signin",    ENTRANT, Outside(sign_in),  "用户登录").guarded(),
    post("own", "/api/user/bindphone", PATIENT, Heavy(bind_phone), "绑定手机号").guarded().without_key(),
];

/// Signing up again makes nothing new. A `phone` here is not proved to be the user's, so it becomes nobody's log-in: that is bindphone's to do.
fn sign_up(cx: Cx, request: Request) -> BoxFuture<'static, Result<Reply>> {
    Box::pin(async move {
        if request.has("phone") {
            request.any_phone(&["phone"])?;
        }
        let open_id = open_id(&cx, &request).await?;
        if account::by_open_id(&cx.view(), &open_id)?.is_none() {
            cx.app.throttle.new_account(cx.address)?;
        }
        cx.app.store.write(move |db| account::ensure_open_id(db, &open_id)).await?;
        Reply::beside(&json!({ "code": CODE, "msg": "注册成功" }))
    })
}

fn sign_in(cx: Cx, request: Request) -> BoxFuture<'static, Result<Reply>> {
    Box::pin(async move {
        let open_id = open_id(&cx, &request).await?;
        let entered = attempt::enter_by_open_id(&cx, open_id.clone()).await?;
        Reply::beside(&SignedIn::of(&cx, &entered, open_id)?)
    })
}

/// The caller's phone, proved by an SMS code. Where it belongs to an older account already, the caller goes on as that one.
fn bind_phone(cx: &Cx, request: &Request) -> Result<Reply> {
    let (phone, code) = (request.phone(&["phone", "phono", "photo"])?, request.sms_code("verify_code")?);
    let (me, tried) = (cx.my_id()?, Tried::phone(&cx.view(), Role::Patient, &phone)?);
    let entered = attempt::by_code(cx, &tried, move |db, address| {
        let proven = sign_in::prove_phone(db, &phone, &code)?;
        merger::bind_phone(db, me, phone)?;
        sign_in::open(db, proven.as_role(Role::Patient), address)
    })?;
    let token = access::token_of(&cx.app, &entered.account, &entered.session);
    Reply::of(&json!({ "token": token, "userId": ids::of_account(&cx.view(), entered.account.id)? }))
}

/// Who the WeChat user is: as the client says, or, with `wechat.require_code`, as WeChat says of the client's log-in code. Where patients also come in
/// through the official account, which proves who they are, no unproved word opens the same accounts.
async fn open_id(cx: &Cx, request: &Request) -> Result<String> {
    if cx.app.settings.wechat.require_code || cx.app.wechat.official_app_id().is_some() {
        return cx.app.wechat.open_id(&request.text("code", 128)?).await;
    }
    let open_id = request.text("openId", 64)?;
    match open_id.bytes().all(|b| b.is_ascii_graphic()) {
        true => Ok(open_id),
        false => Err(invalid("openId", "应为微信 openId")),
    }
}

/// 1.2: the members stand beside `code`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// A text where a user signs in, as documented, and else the number.
    code: Value,
    msg: &'static str,
    token: String,
    user_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    doctor_id: Option<String>,
    usersig: String,
    identifier: String,
}

impl SignedIn {
    pub fn of(cx: &Cx, entered: &SignIn, identifier: String) -> Result<SignedIn> {
        let SignIn { account, session } = entered;
        let (begun, seconds) = (session.created_at, session.expires_at.since(session.created_at) / 1_000);
        Ok(SignedIn {
            code: CODE.into(),
            msg: "登录成功",
            token: access::token_of(&cx.app, account, session),
            user_id: id::to_hex(account.created_at, account.id),
            doctor_id: None,
            usersig: cx.app.im_app.usersig(&identifier, begun, seconds)?,
            identifier,
        })
    }

    pub fn for_doctor(mut self) -> SignedIn {
        self.code = 200.into();
        self.doctor_id = Some(self.user_id.clone());
        self
    }
}
