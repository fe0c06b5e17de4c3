//! PNG (W3C, third edition) and its moving form: a list of chunks, of which only those that the picture needs go through.
//!
//! Kept are the picture, its palette, transparency, colour space and density, and the frames of a moving one. Texts, EXIF, times and whatever
//! nobody has registered go, and so does what hangs behind the end.

use flate2::Crc;

use super::{
    Shape,
    exif::{self, UPRIGHT},
};

const SIGNATURE: usize = 8;
#[rustfmt::skip]
const KEPT: [&[u8; 4]; 17] = [
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs",
    b"acTL", b"fcTL", b"fdAT",
];
/// A colour profile has some thousand bytes; what is longer is something else, and may unpack to gigabytes.
const MOST_PROFILE: usize = 64 << 10;

/// The picture without its metadata, and its shape. `None` where it is no whole picture.
pub fn clean(bytes: &[u8]) -> Option<(Vec<u8>, Shape)> {
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut orientation = UPRIGHT;
    let mut at = SIGNATURE;
    loop {
        let length = usize::try_from(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let (kind, data) = (chunk[4..8].first_chunk::<4>()?, &chunk[8..8 + length]);
        match kind {
            b"eXIf" => orientation = exif::orientation(data),
            b"iCCP" if length > MOST_PROFILE => {}
            _ if KEPT.contains(&kind) => kept.push(chunk),
            // A capital letter says that the picture cannot be read without it.
            _ if kind[0].is_ascii_uppercase() => return None,
            _ => {}
        }
        at += chunk.len();
        if kind == b"IEND" {
            break;
        }
    }
    let (header, rest) = kept.split_first()?;
    let shape = Shape { orientation, ..shape(header)? };
    let mut clean = Vec::with_capacity(bytes.len());
    clean.extend(&bytes[..SIGNATURE]);
    clean.extend(*header);
    if orientation != UPRIGHT {
        chunk(&mut clean, b"eXIf", &exif::only(orientation));
    }
    rest.iter().for_each(|chunk| clean.extend(*chunk));
    Some((clean, shape))
}

fn shape(header: &[u8]) -> Option<Shape> {
    let [0, 0, 0, 13, b'I', b'H', b'D', b'R', w3, w2, w1, w0, h3, h2, h1, h0, _depth, color, _, _, interlaced, ..] = *header else {
        return None;
    };
    let (width, height) = (u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0]));
    let channels = match color {
        0 => 1,
        4 => 2,
        6 => 4,
        _ => 3,
    };
    let samples = (u64::from(width) * u64::from(height)).saturating_mul(channels);
    (samples > 0).then_some(Shape { width, height, orientation: UPRIGHT, samples, at_once: interlaced != 0 })
}

fn chunk(into: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    into.extend(u32::try_from(data.len()).unwrap_or_default().to_be_bytes());
    into.extend(kind);
    into.extend(data);
    into.extend(crc.sum().to_be_bytes());
}
