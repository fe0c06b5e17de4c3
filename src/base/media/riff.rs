//! RIFF, the container of WebP (RFC 9649) and WAV: a list of chunks, of which only those that picture or sound need go through.

use super::{
    Shape,
    exif::{self, UPRIGHT},
};

type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

/// A recording without its metadata (titles, places, ID3, XMP). `None` where it holds no sound.
pub fn clean_wav(bytes: &[u8]) -> Option<Vec<u8>> {
    let chunks: Vec<Chunk> = chunks(inside(bytes)?)?.into_iter().filter(|(kind, _)| matches!(*kind, b"fmt " | b"fact" | b"data")).collect();
    let has = |wanted: &[u8; 4]| chunks.iter().any(|(kind, _)| *kind == wanted);
    (has(b"fmt ") && has(b"data")).then(|| written(b"WAVE", &chunks))
}

/// A picture without its metadata, and its shape. `None` where it is no whole picture.
pub fn clean_webp(bytes: &[u8]) -> Option<(Vec<u8>, Shape)> {
    let mut orientation = UPRIGHT;
    let mut kept = Vec::new();
    for (kind, data) in chunks(inside(bytes)?)? {
        match kind {
            // Some writers put JPEG's introduction in front.
            b"EXIF" => orientation = exif::orientation(data.strip_prefix(b"Exif\0\0").unwrap_or(data)),
            b"VP8X" | b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ICCP" => kept.push((kind, data.to_vec())),
            b"ANMF" => kept.push((kind, frame(data)?)),
            _ => {}
        }
    }
    let has = |wanted: &[u8; 4]| kept.iter().any(|(kind, _)| *kind == wanted);
    let (simple, extended) = (has(b"VP8 "), has(b"VP8X"));
    if !simple && !has(b"VP8L") && !has(b"ANMF") {
        return None;
    }
    if !extended {
        // Without the extension there is no place for EXIF.
        orientation = UPRIGHT;
    }
    let sides: Vec<(u32, u32)> =
        kept.iter().map(|(kind, data)| size(kind, data)).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
    let (width, height) = *sides.first()?;
    let most = sides.iter().map(|(width, height)| u64::from(*width) * u64::from(*height)).max()?;
    if let Some((_, flags)) = kept.iter_mut().find(|(kind, _)| *kind == b"VP8X") {
        const EXIF: u8 = 0x08;
        const XMP: u8 = 0x04;
        let first = flags.first_mut()?;
        *first = *first & !(EXIF | XMP) | if orientation == UPRIGHT { 0 } else { EXIF };
    }
    if orientation != UPRIGHT {
        kept.push((b"EXIF", exif::only(orientation).to_vec()));
    }
    let chunks: Vec<Chunk> = kept.iter().map(|(kind, data)| (*kind, data.as_slice())).collect();
    let shape = Shape { width, height, orientation, samples: most.saturating_mul(3), at_once: extended || !simple };
    (most > 0).then(|| (written(b"WEBP", &chunks), shape))
}

/// A frame of a moving picture: sixteen bytes, then chunks of its own.
fn frame(data: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = data.split_at_checked(16)?;
    let mut frame = head.to_vec();
    for (kind, data) in chunks(rest)? {
        if matches!(kind, b"ALPH" | b"VP8 " | b"VP8L") {
            put(&mut frame, kind, data);
        }
    }
    Some(frame)
}

/// The sides that a chunk states, where it states some; `None` where it is too short for what it should state.
fn size(kind: &[u8; 4], data: &[u8]) -> Option<Option<(u32, u32)>> {
    let three = |at: usize| Some(u32::from_le_bytes([*data.get(at)?, *data.get(at + 1)?, *data.get(at + 2)?, 0]) + 1);
    Some(match kind {
        b"VP8X" => Some((three(4)?, three(7)?)),
        b"ANMF" => Some((three(6)?, three(9)?)),
        b"VP8 " => {
            let side = |at: usize| Some(u32::from(u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?]) & 0x3FFF));
            (data.get(3..6)? == b"\x9D\x01\x2A").then_some(())?;
            Some((side(6)?, side(8)?))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(data.get(1..5)?.try_into().ok()?);
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        _ => None,
    })
}

/// What follows the container's head, as long as it states to be. A recording that was cut off states more than there is.
fn inside(bytes: &[u8]) -> Option<&[u8]> {
    let length = usize::try_from(u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?)).ok()?;
    bytes.get(12..length.saturating_add(8).min(bytes.len()))
}

fn chunks(mut bytes: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut chunks = Vec::new();
    while let Some((kind, rest)) = bytes.split_first_chunk::<4>() {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        // The last chunk of a recording that is still being written has no length yet.
        let data = rest.get(..length).or_else(|| (kind == b"data").then_some(rest))?;
        chunks.push((kind, data));
        bytes = rest.get(data.len() + data.len() % 2..).unwrap_or_default();
    }
    Some(chunks)
}

fn written(form: &[u8; 4], chunks: &[Chunk]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(12 + chunks.iter().map(|(_, data)| data.len() + 9).sum::<usize>());
    bytes.extend(b"RIFF\0\0\0\0");
    bytes.extend(form);
    chunks.iter().for_each(|(kind, data)| put(&mut bytes, kind, data));
    let length = u32::try_from(bytes.len() - 8).unwrap_or(u32::MAX);
    bytes[4..8].copy_from_slice(&length.to_le_bytes());
    bytes
}

fn put(into: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    into.extend(kind);
    into.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    into.extend(data);
    into.extend(&[0][..data.len() % 2]);
}
