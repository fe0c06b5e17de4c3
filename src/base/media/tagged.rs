//! MP3 and AAC: frames, with what others wrote in front of them and behind (ID3, APE, Lyrics3): titles, places, covers.

/// The frames alone. `frames` is what follows the tag in front.
pub fn clean(mut frames: &[u8]) -> Vec<u8> {
    // Each may stand before another.
    while let Some(shorter) = without_last(frames) {
        frames = shorter;
    }
    frames.to_vec()
}

fn without_last(bytes: &[u8]) -> Option<&[u8]> {
    let before = |length: usize| bytes.len().checked_sub(length);
    // ID3v1: 128 bytes that begin with TAG.
    if let Some(at) = before(128).filter(|at| bytes[*at..].starts_with(b"TAG")) {
        return Some(&bytes[..at]);
    }
    // APEv2: a footer of 32 bytes that states the length of items and footer, and whether there is a head of the same length.
    if let Some(footer) = before(32).map(|at| &bytes[at..]).filter(|footer| footer.starts_with(b"APETAGEX")) {
        let length = usize::try_from(u32::from_le_bytes(footer[12..16].try_into().ok()?)).ok()?;
        let head = if footer[23] & 0x80 != 0 { 32 } else { 0 };
        return Some(&bytes[..before(length.max(32).checked_add(head)?).unwrap_or(0)]);
    }
    // Lyrics3v2: six digits of length and a mark.
    if bytes.ends_with(b"LYRICS200") {
        let digits = bytes.get(before(15)?..before(9)?)?;
        let length: usize = str::from_utf8(digits).ok()?.parse().ok()?;
        return Some(&bytes[..before(length.checked_add(15)?).unwrap_or(0)]);
    }
    // ID3v2.4 at the end: a footer like its head, with the length of what lies between.
    if let Some(footer) = before(10).map(|at| &bytes[at..]).filter(|footer| footer.starts_with(b"3DI")) {
        let length = footer[6..].iter().fold(0, |length, byte| length << 7 | usize::from(byte & 0x7F));
        return Some(&bytes[..before(length + 20).unwrap_or(0)]);
    }
    None
}
