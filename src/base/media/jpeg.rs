//! JPEG (ITU-T T.81, JFIF, Adobe TN 5116): a list of segments, of which only those that the picture needs go through.
//!
//! Kept are the tables, frames and scans, the density, the colour profile and Adobe's colour transform. Everything else goes: EXIF with position,
//! camera and thumbnail, XMP, IPTC, comments, makers' own segments, and whatever hangs behind the end (a second picture, a film).

use super::{
    Shape,
    exif::{self, UPRIGHT},
};

/// A progressive picture is read once a scan. Cameras and editors write a dozen; whoever writes hundreds wants to keep us busy.
const MOST_SCANS: usize = 64;

/// The picture without its metadata, and its shape. `None` where it is no whole picture.
pub fn clean(bytes: &[u8]) -> Option<(Vec<u8>, Shape)> {
    let mut jfif = None;
    let mut orientation = None;
    let mut shape = None;
    let mut scans = 0;
    let mut kept = Vec::with_capacity(bytes.len());
    let mut at = 2;
    loop {
        // Fill bytes before a marker, and what some writers leave between segments, mean nothing.
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xFF)?;
        at += bytes.get(at..)?.iter().position(|byte| *byte != 0xFF)?;
        let marker = bytes[at];
        at += 1;
        match marker {
            0xD9 if scans > 0 => break,
            0x00 | 0x01 | 0xD0..=0xD9 => continue,
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
        let body = bytes.get(at + 2..at + length.max(2))?;
        let mut end = at + length;
        let keep = match marker {
            0xE0 => {
                if let [b'J', b'F', b'I', b'F', 0, density @ ..] = body {
                    jfif = jfif.or_else(|| density.first_chunk::<7>().copied());
                }
                false
            }
            0xE1 => {
                if let Some(tiff) = body.strip_prefix(b"Exif\0\0") {
                    orientation = orientation.or(Some(exif::orientation(tiff)));
                }
                false
            }
            0xE2 => body.starts_with(b"ICC_PROFILE\0"),
            0xEE => body.starts_with(b"Adobe"),
            0xE3..=0xED | 0xEF | 0xFE => false,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                shape = Some(frame(marker, body)?);
                true
            }
            0xDA => {
                scans += 1;
                end += entropy_coded(bytes.get(end..)?);
                shape.is_some()
            }
            _ => true,
        };
        if keep {
            kept.extend([0xFF, marker]);
            kept.extend(bytes.get(at..end)?);
        }
        if scans > MOST_SCANS {
            return None;
        }
        // Some cameras forget the end; what they shot is there.
        if scans > 0 && end >= bytes.len() {
            break;
        }
        at = end;
    }
    let orientation = orientation.unwrap_or(UPRIGHT);
    let mut clean = Vec::with_capacity(kept.len() + 60);
    clean.extend(b"\xFF\xD8");
    if let Some(density) = jfif {
        // Version, unit and density; the size of a thumbnail that is not there.
        clean.extend(b"\xFF\xE0\0\x10JFIF\0");
        clean.extend(density);
        clean.extend(b"\0\0");
    }
    if orientation != UPRIGHT {
        clean.extend(b"\xFF\xE1\0\x22Exif\0\0");
        clean.extend(exif::only(orientation));
    }
    clean.extend(kept);
    clean.extend(b"\xFF\xD9");
    Some((clean, Shape { orientation, ..shape? }))
}

/// How long the data of a scan is: up to the next marker that is neither a restart nor a stuffed byte.
fn entropy_coded(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = bytes[at..].iter().position(|byte| *byte == 0xFF) {
        at += found;
        match bytes.get(at + 1) {
            Some(0x00 | 0xD0..=0xD7) => at += 2,
            // A fill byte.
            Some(0xFF) => at += 1,
            Some(_) => return at,
            None => break,
        }
    }
    bytes.len()
}

/// The frame header (T.81 B.2.2).
fn frame(marker: u8, body: &[u8]) -> Option<Shape> {
    let [_precision, h1, h0, w1, w0, _count, components @ ..] = body else { return None };
    let (height, width) = (u32::from(u16::from_be_bytes([*h1, *h0])), u32::from(u16::from_be_bytes([*w1, *w0])));
    let factors = components.chunks_exact(3).map(|component| (u64::from(component[1] >> 4), u64::from(component[1] & 15)));
    let most = factors.clone().fold((1, 1), |most, (across, down)| (most.0.max(across), most.1.max(down)));
    let pixels = u64::from(width) * u64::from(height);
    // The planes of colour are smaller where they are subsampled.
    let samples = factors.map(|(across, down)| pixels * across * down / (most.0 * most.1)).sum();
    let at_once = !matches!(marker, 0xC0 | 0xC1);
    (pixels > 0).then_some(Shape { width, height, orientation: UPRIGHT, samples, at_once })
}
