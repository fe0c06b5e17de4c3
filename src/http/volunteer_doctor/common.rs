//! 1.2 通用接口: uploads, the captcha, SMS codes, regions.

use serde_json::json;

use super::{dialect::List, view::place::RegionView};
use crate::{
    app::Examined,
    base::{
        captcha as drawing, client_address,
        error::{INTERNAL, Result},
        id::AccountId,
    },
    domain::{
        identity::{captcha, sms},
        shared::{region, upload},
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ADMIN, ANYONE, ENTRANT, Endpoint, MEMBER,
            Run::{Heavy, Read, Upload, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("1.2.2", "/imgupload",   MEMBER.or(ADMIN), Upload(upload_image), "上传图片"),
    get ("1.2.3", "/captcha/app", ENTRANT, Heavy(show_captcha),    "验证码图片").changing(),
    post("1.2.4", "/verifycode",  ENTRANT, Write(send_code),       "发送短信"),
    get ("1.2.5", "/city",        ANYONE, Read(list_regions),      "城市列表接口"),
    get ("1.2.6", "/area/city",   ANYONE, Read(list_districts),    "城市下区域接口"),
];

/// The cookie that ties a captcha to the form it is typed into.
const COOKIE: &str = "captcha";

fn upload_image(cx: &Cx, request: &Request) -> Result<Reply> {
    let file = request.file()?;
    let (line, room, kept) = (cx.app.files.upload_line()?, request.room.clone(), examine(cx, request, &file.bytes)?);
    let cx = cx.clone();
    // Decoding waits for memory, which must keep nobody from signing in.
    Reply::later(async move {
        let kept = tokio::task::spawn_blocking(move || {
            let _held = (line, room);
            kept.keep(&cx)
        });
        kept.await.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)))
    })
}

/// A file of the caller's, looked at and not yet kept.
pub(super) struct Incoming {
    file: Examined,
    owner: AccountId,
    /// The beginning of its address.
    address: String,
}

/// Looks at a file, and whether its owner may keep another. Errors: those of [`Files::examine`](crate::app::Files::examine), `upload_quota`.
pub(super) fn examine(cx: &Cx, request: &Request, bytes: &[u8]) -> Result<Incoming> {
    let owner = cx.my_id()?;
    upload::may_add(&cx.view(), owner, 0)?;
    Ok(Incoming { file: cx.app.files.examine(bytes)?, owner, address: request.absolute(cx, "/files") })
}

impl Incoming {
    /// Keeps it and answers its address. For threads that may block.
    pub fn keep(self, cx: &Cx) -> Result<Reply> {
        let Incoming { file, owner, address } = self;
        let name = cx.app.files.keep(&file)?;
        let (size, media, stored) = (file.bytes.len() as u64, file.media, name.clone());
        let noted = cx.answer(move |db| {
            upload::note(db, owner, &stored, media.mime(), size)?;
            Reply::of(&json!({ "url": format!("{address}/{stored}") }))
        });
        if noted.is_err() {
            // Nobody knows of it.
            cx.app.files.discard(&name);
        }
        noted
    }
}

fn show_captcha(cx: &Cx, _: &Request) -> Result<Reply> {
    let captcha = cx.write(captcha::issue)?;
    let picture = drawing::picture(&captcha.text, captcha.id.number());
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age=300; HttpOnly; SameSite=Lax", captcha.cookie);
    Ok(Reply::bytes("image/png", picture).header("set-cookie", cookie))
}

fn send_code(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let phone = request.phone(&["phone", "phono", "photo"])?;
    let answer = request.code("captcha_code", 20)?;
    captcha::spend(db, request.cookie(COOKIE).unwrap_or_default(), &answer)?;
    sms::send_code(db, &phone, &client_address::counted(cx.address).to_string())?;
    Reply::empty()
}

fn list_regions(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let regions = region::children(db, request.id_or_zero("parent_id")?)?;
    Reply::of(&List::whole(regions.into_iter().map(RegionView::from).collect()))
}

fn list_districts(_: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let districts = region::districts(db, &request.text("name", 40)?)?;
    Reply::of(&List::whole(districts.into_iter().map(RegionView::from).collect()))
}
