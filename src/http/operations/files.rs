//! Uploaded pictures and recordings. Who knows a name may read the file; names hold 128 random bits.

use crate::{
    app::{Fit, Thumbnail},
    base::error::{Result, invalid},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{ANYONE, Endpoint, Run::Heavy, get},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/files/{name}", ANYONE, Heavy(show_file), "读取上传的文件"),
];

/// `?w=&h=&fit=crop|contain` gives a thumbnail.
fn show_file(cx: &Cx, request: &Request) -> Result<Reply> {
    let name = request.segment("name");
    let side = |name| -> Result<Option<u32>> { Ok(request.integer_or_none(name, 1..=2_000)?.and_then(|n| u32::try_from(n).ok())) };
    let (width, height) = (side("w")?, side("h")?);
    let (bytes, media) = match (width, height) {
        (None, None) => cx.app.files.read(name)?,
        _ => cx.app.files.thumbnail(name, Thumbnail { width, height, fit: fit(request)? })?,
    };
    // A name is never given to other content.
    Ok(Reply::bytes(media.mime(), bytes).header("cache-control", "public, max-age=31536000, immutable"))
}

fn fit(request: &Request) -> Result<Fit> {
    match request.text_or_empty("fit", 20)?.as_str() {
        "" | "contain" => Ok(Fit::Contain),
        "crop" => Ok(Fit::Crop),
        _ => Err(invalid("fit", "应为 crop 或 contain")),
    }
}
