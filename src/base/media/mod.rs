//! Which pictures and recordings we take, told by what they hold and never by their name, and how they are freed of what else they tell.
//!
//! [`Media::sniff`] says what a file is; anything not on the list (SVG, HTML, HEIC, films) is nothing, and [`Foreign`] says what it is instead.
//! [`clean`] keeps what is needed to see or hear it and nothing else: by lists of what stays, so that what nobody has heard of goes too. Nothing is
//! decoded here: whether a picture can be shown is for whoever decodes it.

mod exif;
mod foreign;
mod gif;
mod jpeg;
mod mp4;
mod ogg;
mod png;
mod riff;
mod shape;
mod tagged;
mod webm;

pub use foreign::Foreign;
pub use shape::Shape;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Jpeg,
    Png,
    WebP,
    Gif,
    Amr,
    Mp3,
    M4a,
    Aac,
    Wav,
    Ogg,
    WebM,
}

/// A file without what it tells beside picture or sound: position, camera, times, names, comments, what hangs behind the end. The orientation
/// of a picture stays. `None` where it is not whole.
pub fn clean(bytes: &[u8], media: Media) -> Option<(Vec<u8>, Option<Shape>)> {
    let picture = |(bytes, shape)| (bytes, Some(shape));
    let sound = |bytes| (bytes, None);
    match media {
        Media::Jpeg => jpeg::clean(bytes).map(picture),
        Media::Png => png::clean(bytes).map(picture),
        Media::WebP => riff::clean_webp(bytes).map(picture),
        Media::Gif => gif::clean(bytes).map(picture),
        Media::Wav => riff::clean_wav(bytes).map(sound),
        Media::M4a => mp4::clean(bytes).map(sound),
        Media::Ogg => ogg::clean(bytes).map(sound),
        Media::WebM => webm::clean(bytes).map(sound),
        Media::Mp3 | Media::Aac => after_id3(bytes).map(tagged::clean).map(sound),
        // Frames and nothing else, by definition (RFC 4867, 5).
        Media::Amr => Some(sound(bytes.to_vec())),
    }
}

/// Each with its extension, its further extensions and its MIME type.
#[rustfmt::skip]
const ALL: [(Media, &str, &[&str], &str); 11] = [
    (Media::Jpeg, "jpg",  &["jpeg"], "image/jpeg"),
    (Media::Png,  "png",  &[],       "image/png"),
    (Media::WebP, "webp", &[],       "image/webp"),
    (Media::Gif,  "gif",  &[],       "image/gif"),
    (Media::Amr,  "amr",  &[],       "audio/amr"),
    (Media::Mp3,  "mp3",  &[],       "audio/mpeg"),
    (Media::M4a,  "m4a",  &[],       "audio/mp4"),
    (Media::Aac,  "aac",  &[],       "audio/aac"),
    (Media::Wav,  "wav",  &[],       "audio/wav"),
    (Media::Ogg,  "ogg",  &["oga"],  "audio/ogg"),
    (Media::WebM, "webm", &["weba"], "audio/webm"),
];

/// The major brands that phones and browsers write for a recording (ISO/IEC 14496-12). HEIC and AVIF pictures share the box and have their own.
const BRANDS: [&[u8; 4]; 10] = [b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"dash"];

impl Media {
    /// What a file is, by its content.
    pub fn sniff(bytes: &[u8]) -> Option<Media> {
        let at = |start: usize, magic: &[u8]| bytes.get(start..).is_some_and(|rest| rest.starts_with(magic));
        match bytes {
            _ if at(0, b"\xFF\xD8\xFF") => Some(Media::Jpeg),
            _ if at(0, b"\x89PNG\r\n\x1A\n") && at(12, b"IHDR") => Some(Media::Png),
            _ if at(0, b"GIF87a") || at(0, b"GIF89a") => Some(Media::Gif),
            _ if at(0, b"RIFF") && at(8, b"WEBPVP8") => Some(Media::WebP),
            _ if at(0, b"RIFF") && at(8, b"WAVE") => Some(Media::Wav),
            // Narrow band and "#!AMR-WB\n".
            _ if at(0, b"#!AMR\n") || at(0, b"#!AMR-WB\n") => Some(Media::Amr),
            // The fifth byte is the version, always 0 (RFC 3533).
            _ if at(0, b"OggS\0") => Some(Media::Ogg),
            _ if at(4, b"ftyp") && BRANDS.iter().any(|brand| at(8, *brand)) => {
                (mp4::tracks(bytes) != mp4::Tracks::Film).then_some(Media::M4a)
            }
            _ if at(0, b"\x1A\x45\xDF\xA3") => webm::is_sound(bytes).then_some(Media::WebM),
            _ => frames(after_id3(bytes)?),
        }
    }

    /// The extension, without its dot.
    pub fn extension(self) -> &'static str {
        self.row().1
    }

    pub fn mime(self) -> &'static str {
        self.row().3
    }

    /// What a name claims to be, from its extension without the dot, in any case.
    pub fn from_extension(extension: &str) -> Option<Media> {
        let is = |known: &str| known.eq_ignore_ascii_case(extension);
        ALL.iter().find(|(_, first, more, _)| is(first) || more.iter().any(|known| is(known))).map(|row| row.0)
    }

    pub fn is_image(self) -> bool {
        self.mime().starts_with("image/")
    }

    fn row(self) -> &'static (Media, &'static str, &'static [&'static str], &'static str) {
        ALL.iter().find(|row| row.0 == self).expect("every medium has a row")
    }
}

/// `最多 10 MB`, `最多 1.5 MB`: in the units that phones show, never more than is true.
pub fn at_most(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_024 => (1, "字节"),
        1_024..1_048_576 => (1_024, "KB"),
        _ => (1_048_576, "MB"),
    };
    match bytes * 10 / unit % 10 {
        0 => format!("最多 {} {name}", bytes / unit),
        tenth => format!("最多 {}.{tenth} {name}", bytes / unit),
    }
}

/// What follows an ID3v2 tag, if there is one: MP3, and now and then AAC, begin with their title and cover.
fn after_id3(bytes: &[u8]) -> Option<&[u8]> {
    let Some([version, _, flags, size @ ..]) = bytes.strip_prefix(b"ID3").and_then(|rest| rest.first_chunk::<7>()) else {
        return Some(bytes);
    };
    // Seven bits a byte; a set high bit means that this is no tag.
    if !(2..=4).contains(version) || size.iter().any(|byte| byte & 0x80 != 0) {
        return None;
    }
    let size = size.iter().fold(0, |size, byte| size << 7 | usize::from(*byte));
    let footer = if flags & 0x10 != 0 { 10 } else { 0 };
    let rest = bytes.get(10 + size + footer..)?;
    // Some writers pad beyond the size that they state.
    Some(&rest[rest.iter().take_while(|byte| **byte == 0).count()..])
}

/// MP3 and AAC have no magic number, only frames that begin with eleven set bits, which UTF-16 text and noise have too. So the first frame must
/// be whole and lead to a second, or to the end.
fn frames(bytes: &[u8]) -> Option<Media> {
    for (media, length) in [(Media::Mp3, mp3_frame as fn(&[u8]) -> Option<usize>), (Media::Aac, adts_frame)] {
        let Some(next) = length(bytes).and_then(|length| bytes.get(length..)) else { continue };
        if next.is_empty() || next.starts_with(b"TAG") || next.starts_with(b"APETAGEX") || length(next).is_some() {
            return Some(media);
        }
    }
    None
}

/// The length of the MPEG audio Layer III frame that begins here (ISO/IEC 11172-3, 13818-3).
fn mp3_frame(bytes: &[u8]) -> Option<usize> {
    const FIRST: [usize; 14] = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const SECOND: [usize; 14] = [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let &[0xFF, sync, format, _] = bytes.first_chunk()? else { return None };
    let (kilobits, divisor, samples) = match sync & 0xFE {
        0xFA => (FIRST, 1, 144),
        0xF2 => (SECOND, 2, 72),
        0xE2 => (SECOND, 4, 72),
        _ => return None,
    };
    // 0 is a free rate, 15 forbidden.
    let kilobits = kilobits.get(usize::from(format >> 4).checked_sub(1)?)?;
    let rate = [44_100, 48_000, 32_000].get(usize::from(format >> 2 & 3))? / divisor;
    Some(samples * kilobits * 1000 / rate + usize::from(format >> 1 & 1))
}

/// The length of the ADTS frame that begins here (ISO/IEC 13818-7): layer 0, a known sampling rate, no shorter than its header.
fn adts_frame(bytes: &[u8]) -> Option<usize> {
    let &[0xFF, sync, format, b3, b4, b5, _] = bytes.first_chunk()? else { return None };
    let length = usize::from(b3 & 3) << 11 | usize::from(b4) << 3 | usize::from(b5 >> 5);
    (sync & 0xF6 == 0xF0 && format >> 2 & 15 < 13 && length > 7).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeat(head: &[u8], length: usize) -> Vec<u8> {
        let mut frame = head.to_vec();
        frame.resize(length, 0x55);
        frame.repeat(3)
    }

    #[test]
    fn known_by_content() {
        let mp3 = repeat(b"\xFF\xFB\x90\x00", 417);
        let aac = repeat(b"\xFF\xF1\x50\x80\x02\x1F\xFC", 16);
        let tagged = |size: u8, padding: usize, sound: &[u8]| [b"ID3\x04\0\0\0\0\0".as_slice(), &[size], &vec![0; padding], sound].concat();
        let files: [(&[u8], Media); 16] = [
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Media::Jpeg),
            (b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", Media::Png),
            (b"RIFF\x24\0\0\0WEBPVP8L", Media::WebP),
            (b"GIF89a\x01\0", Media::Gif),
            (b"#!AMR\n\x0C", Media::Amr),
            (b"#!AMR-WB\n\x0C", Media::Amr),
            (b"\0\0\0\x20ftypM4A \0\0\0\0", Media::M4a),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", Media::M4a),
            (b"\0\0\0\x18ftypisom\0\0\0\0", Media::M4a),
            (b"RIFF\x24\0\0\0WAVEfmt ", Media::Wav),
            (b"OggS\0\x02", Media::Ogg),
            (&mp3, Media::Mp3),
            (&tagged(20, 20, &mp3), Media::Mp3),
            (&tagged(20, 99, &mp3), Media::Mp3),
            (&aac, Media::Aac),
            (&tagged(0, 0, &aac), Media::Aac),
        ];
        for (bytes, media) in files {
            assert_eq!(Media::sniff(bytes), Some(media));
            // Cut anywhere it is the same or nothing, and never a panic.
            for cut in 0..bytes.len() {
                assert!(Media::sniff(&bytes[..cut]).is_none_or(|found| found == media));
            }
        }
    }

    #[test]
    fn everything_else_is_nothing() {
        let others: [&[u8]; 14] = [
            b"",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            b"<!DOCTYPE html><html>",
            b"\x89PNG\r\n\x1A\n<svg onload=alert(1)>",
            b"PNG, honestly",
            b"\xFF\xFEh\0e\0l\0l\0o\0",
            b"\xFF\xFB\x90\x00 one header is not a frame",
            b"\xFF\xF1\x50\x80\x02\x1F\xFC neither is this",
            b"ID3\x04\0\0\0\0\0\x05hello<html>",
            b"ID3\x04\0\0\x7F\x7F\x7F\x7Fshort",
            b"RIFF\x24\0\0\0AVI LIST",
            b"\0\0\0\x18ftypheic\0\0\0\0",
            b"%PDF-1.7",
            b"PK\x03\x04",
        ];
        for bytes in others {
            assert_eq!(Media::sniff(bytes), None, "{:?}", bytes.escape_ascii().to_string());
        }
        assert_eq!(Media::sniff(&repeat(b"\xFF\xFB\x90\x00", 418)), None);
    }

    #[test]
    fn names() {
        for (media, extension, _, mime) in ALL {
            assert_eq!(Media::from_extension(extension), Some(media));
            assert_eq!((media.extension(), media.mime()), (extension, mime));
        }
        assert_eq!(Media::from_extension("JPEG"), Some(Media::Jpeg));
        assert_eq!(Media::from_extension("svg"), None);
        assert!(Media::Gif.is_image() && !Media::Amr.is_image());
    }
}
