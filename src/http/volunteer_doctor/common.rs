//! 1.2 通用接口: uploads, the captcha, SMS codes, regions.

use serde_json::json;

use super::{dialect::List, view::place::RegionView};
use crate::{
    base::{
        captcha as drawing,
        error::{Result, missing},
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
            ANYONE, ENTRANT, Endpoint, MEMBER,
            Run::{Heavy, Read, Upload, Write},
            get, post,
        },
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    post("1.2.2", "/imgupload",   MEMBER, Upload(upload_image),    "上传图片"),
    get ("1.2.3", "/captcha/app", ENTRANT, Heavy(show_captcha),     "验证码图片").changing(),
    post("1.2.4", "/verifycode",  ENTRANT, Write(send_code),        "发送短信"),
    get ("1.2.5", "/city",        ANYONE, Read(list_regions),      "城市列表接口"),
    get ("1.2.6", "/area/city",   ANYONE, Read(list_districts),    "城市下区域接口"),
];

/// The cookie that ties a captcha to the form it is typed into.
const COOKIE: &str = "captcha";

fn upload_image(cx: &Cx, request: &Request) -> Result<Reply> {
    let file = request.files.iter().find(|file| !file.bytes.is_empty()).ok_or_else(|| missing("file"))?;
    keep(cx, request, &file.bytes)
}

/// Keeps a file of the caller's and answers its address. For threads that may block.
pub(super) fn keep(cx: &Cx, request: &Request, bytes: &[u8]) -> Result<Reply> {
    let (name, media) = cx.app.files.keep(bytes)?;
    let (owner, size, stored) = (cx.my_id()?, bytes.len() as u64, name.clone());
    cx.write(move |db| upload::note(db, owner, &stored, media.mime(), size))?;
    Reply::of(&json!({ "url": request.absolute(cx, &format!("/files/{name}")) }))
}

fn show_captcha(cx: &Cx, _: &Request) -> Result<Reply> {
    let captcha = cx.write(captcha::issue)?;
    let picture = drawing::picture(&captcha.text, captcha.id);
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age=300; HttpOnly; SameSite=Lax", captcha.cookie);
    Ok(Reply::bytes("image/png", picture).header("set-cookie", cookie))
}

fn send_code(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let phone = request.phone(&["phone", "phono", "photo"])?;
    let answer = request.text("captcha_code", 20)?;
    captcha::spend(db, request.cookie(COOKIE).unwrap_or_default(), &answer)?;
    sms::send_code(db, &phone, &cx.address.to_string())?;
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
