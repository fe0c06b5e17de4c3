//! Uploaded pictures and recordings. Who knows a name may read the file; names hold 128 random bits.
//!
//! Files never change, so whoever has one need not ask again (`immutable`), and a part of one fits the parts that came before (`Range`, which
//! players of sound ask for first).

use crate::{
    app::{Fit, Made, Stored, Thumbnail},
    base::error::{INTERNAL, Result},
    http::core::{
        context::Cx,
        range::{self, Asked, NO_SUCH_RANGE},
        reply::{Body, Reply},
        signature::{AnswerSpec, Content, Schemas},
        table::{ANYONE, Endpoint},
        typed::{Answer, Choice, OneOf, Path, Whole, form, get, run},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("own", "/files/{name}", ANYONE, run!(Heavy(show_file)), "读取上传的文件"),
];

form! {
    /// `w`, `h` and `fit` ask for a thumbnail of a picture.
    struct ShowFile {
        name: Path<String>,
        /// Width of a thumbnail in pixels
        w: Option<Side>,
        /// Height of a thumbnail in pixels
        h: Option<Side>,
        /// Whether a thumbnail is cut to its size or fits into it
        fit: Option<OneOf<Fit>>,
        range: Asked,
    }
}

type Side = Whole<1, 2_000>;

impl Choice for Fit {
    const WORDS: &'static [(&'static str, Fit)] = &[("crop", Fit::Crop), ("contain", Fit::Contain)];
}

/// A picture or a recording, all of it or a part.
struct FileBytes(Reply);

impl Answer for FileBytes {
    fn reply(self) -> Result<Reply> {
        Ok(self.0)
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        let also = &[(206, "The part that was asked for."), (304, "The client has it.")];
        AnswerSpec { also, ..AnswerSpec::of(Content::Other(&["image/*", "audio/*"])) }
    }
}

/// `?w=&h=&fit=crop|contain` gives a thumbnail.
fn show_file(cx: &Cx, form: ShowFile) -> Result<FileBytes> {
    file(cx, form).map(FileBytes)
}

fn file(cx: &Cx, form: ShowFile) -> Result<Reply> {
    let ShowFile { name, w, h, fit, range: asked } = form;
    let side = |side: Option<i64>| side.and_then(|side| u32::try_from(side).ok());
    let (width, height, fit) = (side(w), side(h), fit.unwrap_or(Fit::Contain));
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
