//! Uploaded pictures and recordings. Who knows a name may read the file; names hold 128 random bits.
//!
//! Files never change, so whoever has one need not ask again (`immutable`), and a part of one fits the parts that came before (`Range`, which
//! players of sound ask for first).

use crate::{
    app::{Fit, Made, Stored, Thumbnail},
    base::error::{INTERNAL, Kind, Reason, Result, invalid},
    http::core::{
        context::Cx,
        range::{self, Asked},
        reply::{Body, Reply},
        request::Request,
        table::{ANYONE, Endpoint, Run::Heavy, get},
    },
};

pub const NO_SUCH_RANGE: Reason = Reason::new(Kind::Range, "range_not_satisfiable", "请求的范围超出了文件，请从头下载");

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/files/{name}", ANYONE, Heavy(show_file), "读取上传的文件"),
];

/// `?w=&h=&fit=crop|contain` gives a thumbnail.
fn show_file(cx: &Cx, request: &Request) -> Result<Reply> {
    let name = request.segment("name").to_owned();
    let side = |name| -> Result<Option<u32>> { Ok(request.integer_or_none(name, 1..=2_000)?.and_then(|n| u32::try_from(n).ok())) };
    let (width, height, fit) = (side("w")?, side("h")?, fit(request)?);
    let asked = Asked::of(&request.headers);
    if (width, height) == (None, None) {
        return send(asked, cx.app.files.find(&name)?);
    }
    let size = Thumbnail::new(width, height, fit)?;
    if let Some(stored) = cx.app.files.find_thumbnail(&name, size)? {
        return send(asked, stored);
    }
    let (app, line) = (cx.app.clone(), cx.app.files.thumbnail_line()?);
    // It waits for memory, which must keep nobody from signing in.
    Reply::later(async move {
        let work = move || {
            let _line = line;
            app.files.make_thumbnail(&name, size)
        };
        match tokio::task::spawn_blocking(work).await.map_err(|e| INTERNAL.caused_by(e))?? {
            Made::Stored(stored) => send(asked, stored),
            Made::Kept { bytes, media, tag } => {
                let length = bytes.len() as u64;
                answer(&asked, &tag, length, |from, part| {
                    let part = bytes.get(from as usize..(from + part) as usize).unwrap_or_default();
                    Reply::bytes(media.mime(), part.to_vec())
                })
            }
        }
    })
}

fn send(asked: Asked, stored: Stored) -> Result<Reply> {
    let Stored { file, length, media, tag } = stored;
    answer(&asked, &tag, length, |from, part| Reply::file(media.mime(), file, from, part))
}

/// The whole, a part, or that the client has it already.
fn answer(asked: &Asked, tag: &str, length: u64, part: impl FnOnce(u64, u64) -> Reply) -> Result<Reply> {
    let etag = format!("\"{tag}\"");
    let reply = match asked.answer(&etag, length) {
        range::Answer::Whole => part(0, length),
        range::Answer::Unchanged => Reply::bytes("", Vec::new()).status(304),
        range::Answer::Part { from, to } => {
            part(from, to - from).status(206).header("content-range", format!("bytes {from}-{}/{length}", to - 1))
        }
        range::Answer::Beyond => {
            let refused = Reply { body: Body::Refused(NO_SUCH_RANGE.err()), status: None, headers: Vec::new() };
            return Ok(refused.header("content-range", format!("bytes */{length}")).header("accept-ranges", "bytes"));
        }
    };
    Ok(reply.header("etag", etag).header("accept-ranges", "bytes").header("cache-control", "public, max-age=31536000, immutable"))
}

fn fit(request: &Request) -> Result<Fit> {
    match request.text_or_empty("fit", 20)?.as_str() {
        "" | "contain" => Ok(Fit::Contain),
        "crop" => Ok(Fit::Crop),
        _ => Err(invalid("fit", "应为 crop 或 contain")),
    }
}
