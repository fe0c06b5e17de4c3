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
            account::{self, Account},
            session::{self, Session},
            sms,
        },
    },
    http::core::{
        access,
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ANYONE, Endpoint, PATIENT,
            Run::{Outside, Write},
            post,
        },
    },
    store::Tx,
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("1.1", "/api/user/signup",    ANYONE,  Outside(sign_up),  "用户注册").guarded(),
    post("1.2", "/api/user/signin",    ANYONE,  Outside(sign_in),  "用户登录").guarded(),
    post("own", "/api/user/bindphone", PATIENT, Write(bind_phone), "绑定手机号").guarded().without_key(),
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
        let identifier = open_id.clone();
        let job = move |db: &mut Tx| {
            let account = account::by_open_id(db, &open_id)?.ok_or_else(|| account::NOT_REGISTERED.err())?;
            account::may_sign_in(&account)?;
            let session = session::open(db, account.id, account.role)?;
            Ok((account, session))
        };
        let (account, session) = cx.app.store.write(job).await?;
        Reply::beside(&SignedIn::of(&cx, &account, &session, identifier)?)
    })
}

/// The caller's phone, proved by an SMS code. Where it belongs to an older account already, the caller goes on as that one.
fn bind_phone(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let (phone, code) = (request.phone(&["phone", "phono", "photo"])?, request.sms_code("verify_code")?);
    if let Err(refusal) = sms::spend(db, &phone, &code)? {
        return Reply::refuse(refusal);
    }
    let account = merger::bind_phone(db, cx.my_id()?, phone)?;
    let session = session::open(db, account.id, account.role)?;
    let token = access::token_of(&cx.app, &account, &session);
    Reply::of(&json!({ "token": token, "userId": ids::of_account(db, account.id)? }))
}

/// Who the WeChat user is: as the client says, or, with `wechat.require_code`, as WeChat says of the client's log-in code.
async fn open_id(cx: &Cx, request: &Request) -> Result<String> {
    if cx.app.settings.wechat.require_code {
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
    pub fn of(cx: &Cx, account: &Account, session: &Session, identifier: String) -> Result<SignedIn> {
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
