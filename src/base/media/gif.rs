//! GIF (89a): a list of blocks, of which only pictures, their timing and the loop count go through; comments, texts and XMP go.

use super::{Shape, exif::UPRIGHT};

/// The picture without its metadata, and its shape. `None` where it is no whole picture.
pub fn clean(bytes: &[u8]) -> Option<(Vec<u8>, Shape)> {
    let screen = bytes.get(6..13)?;
    let mut at = 13 + table(screen[4]);
    let mut clean = bytes.get(..at)?.to_vec();
    let (width, height) = (side(screen, 0)?, side(screen, 2)?);
    let mut most = u64::from(width) * u64::from(height);
    let mut pictures = 0;
    loop {
        let start = at;
        match bytes.get(at) {
            Some(0x2C) => {
                let picture = bytes.get(at + 1..at + 10)?;
                most = most.max(u64::from(side(picture, 4)?) * u64::from(side(picture, 6)?));
                // The colours, and a byte before the data.
                at += 11 + table(picture[8]);
                at += blocks(bytes.get(at..)?)?;
                pictures += 1;
                clean.extend(&bytes[start..at]);
            }
            Some(0x21) => {
                let (label, name) = (*bytes.get(at + 1)?, bytes.get(at + 3..at + 14));
                at += 2;
                at += blocks(bytes.get(at..)?)?;
                let loops = label == 0xFF && matches!(name, Some(b"NETSCAPE2.0" | b"ANIMEXTS1.0"));
                if label == 0xF9 || loops {
                    clean.extend(&bytes[start..at]);
                }
            }
            // Some writers forget the end.
            Some(0x3B) | None if pictures > 0 => break,
            // Padding between blocks.
            Some(0x00) => at += 1,
            _ => return None,
        }
    }
    clean.push(0x3B);
    // One byte a pixel for the indexes, and every frame is drawn on the whole screen.
    (most > 0).then_some((clean, Shape { width, height, orientation: UPRIGHT, samples: most, at_once: true }))
}

fn side(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)))
}

/// The length of the colour table that these flags announce.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// The length of a chain of sub-blocks with the empty one that ends it.
fn blocks(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
