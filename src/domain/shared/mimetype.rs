//! The MIME types of messages (任务列表: 定义 mimetype 类型): what clients may send and what the clinic alone writes.

use crate::base::{
    address, clean,
    error::{Kind as Fault, Reason, Result, invalid, missing},
};

pub const UNSUPPORTED_MIMETYPE: Reason =
    Reason::new(Fault::Unsupported, "unsupported_mimetype", "不支持这种消息类型，可用类型见 /im/mimetypes");

/// Text, with or without pictures beside it.
pub const TEXT: &str = "text/plain";
/// What the clinic tells: JSON `{"title", "text"}`.
pub const NOTICE: &str = "application/vnd.xuanhu.notice+json";
/// A value-added service that is offered: JSON `{"vas_id", "name", "amount", "status"}`.
pub const VAS: &str = "application/vnd.xuanhu.vas+json";

/// What the content of a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MimeKind {
    Text,
    /// The address of a picture.
    Image,
    /// The address of a recording.
    Audio,
    Notice,
    Vas,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mimetype {
    pub mimetype: &'static str,
    pub kind: MimeKind,
    /// For the people who choose one.
    pub name: &'static str,
}

#[rustfmt::skip]
pub const ALL: &[Mimetype] = &[
    of(TEXT,         MimeKind::Text,   "文字"),
    of("image/jpeg", MimeKind::Image,  "图片（JPEG）"),
    of("image/png",  MimeKind::Image,  "图片（PNG）"),
    of("image/webp", MimeKind::Image,  "图片（WebP）"),
    of("image/gif",  MimeKind::Image,  "图片（GIF）"),
    of("audio/amr",  MimeKind::Audio,  "语音（AMR）"),
    of("audio/mpeg", MimeKind::Audio,  "语音（MP3）"),
    of("audio/mp4",  MimeKind::Audio,  "语音（M4A）"),
    of("audio/aac",  MimeKind::Audio,  "语音（AAC）"),
    of("audio/wav",  MimeKind::Audio,  "语音（WAV）"),
    of("audio/ogg",  MimeKind::Audio,  "语音（OGG）"),
    of("audio/webm", MimeKind::Audio,  "语音（WebM）"),
    of(NOTICE,       MimeKind::Notice, "通知"),
    of(VAS,          MimeKind::Vas,    "增值服务"),
];

const fn of(mimetype: &'static str, kind: MimeKind, name: &'static str) -> Mimetype {
    Mimetype { mimetype, kind, name }
}

impl MimeKind {
    pub const fn name(self) -> &'static str {
        match self {
            MimeKind::Text => "text",
            MimeKind::Image => "image",
            MimeKind::Audio => "audio",
            MimeKind::Notice => "notice",
            MimeKind::Vas => "vas",
        }
    }

    /// Whether clients may send it, also as the symptom of a consult. The rest is written by the clinic.
    pub const fn is_sent(self) -> bool {
        matches!(self, MimeKind::Text | MimeKind::Image | MimeKind::Audio)
    }

    /// What a client sends of this kind in the field `name`: a text, or the address of a picture or recording.
    ///
    /// Errors: `missing_field`, `invalid_field`.
    pub fn content(self, name: &str, typed: &str) -> Result<String> {
        match self {
            _ if clean::is_blank(typed) => Err(missing(name)),
            MimeKind::Image | MimeKind::Audio => address::picture(typed).ok_or_else(|| invalid(name, address::PICTURE)),
            MimeKind::Text | MimeKind::Notice | MimeKind::Vas => Ok(clean::speech(typed)),
        }
    }
}

/// What a client sends under this name, in any case. Errors: `unsupported_mimetype`.
pub fn sent(name: &str) -> Result<Mimetype> {
    let known = ALL.iter().find(|known| known.kind.is_sent() && known.mimetype.eq_ignore_ascii_case(&clean::plain(name)));
    known.copied().ok_or_else(|| UNSUPPORTED_MIMETYPE.err())
}

/// What the content of a message of this type is; `None` for a type that is not known.
pub fn kind_of(name: &str) -> Option<MimeKind> {
    ALL.iter().find(|known| known.mimetype == name).map(|known| known.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::media::Media;

    #[test]
    fn every_upload_can_be_sent() {
        let extensions = ["jpg", "png", "webp", "gif", "amr", "mp3", "m4a", "aac", "wav", "ogg", "webm"];
        for media in extensions.map(|extension| Media::from_extension(extension).unwrap()) {
            let found = sent(media.mime()).unwrap();
            assert_eq!(found.kind == MimeKind::Image, media.is_image(), "{media:?}");
        }
        assert_eq!(ALL.iter().filter(|known| known.kind.is_sent()).count(), extensions.len() + 1);
    }

    #[test]
    fn clients_send_only_what_is_theirs() {
        assert_eq!(sent(" Text/Plain ").unwrap().mimetype, TEXT);
        for name in [NOTICE, VAS, "", "text/html", "image/svg+xml"] {
            assert!(sent(name).unwrap_err().is(&UNSUPPORTED_MIMETYPE), "{name}");
        }
    }
}
