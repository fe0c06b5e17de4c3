//! Ogg recordings (RFC 3533) of Opus, Vorbis, Speex and FLAC: the second packet says who made it, where and when. It becomes an empty one of
//! the same length, so that no page moves; only the checksums of its pages change.

use std::ops::Range;

/// The recording without its comments. `None` where its pages make no sense.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut clean = bytes.to_vec();
    let pages = pages(bytes)?;
    let mut done: Vec<u32> = Vec::new();
    // One after another or side by side there may be several, each with comments of its own.
    for page in &pages {
        if !done.contains(&page.serial) {
            done.push(page.serial);
            let ours: Vec<&Page> = pages.iter().filter(|other| other.serial == page.serial).collect();
            stream(bytes, &mut clean, &ours)?;
        }
    }
    Some(clean)
}

/// Empties the comments of one stream.
fn stream(bytes: &[u8], clean: &mut [u8], pages: &[&Page]) -> Option<()> {
    let (first, comment) = (packet(pages, 0)?, packet(pages, 1)?);
    let first: Vec<u8> = first.iter().flat_map(|piece| bytes[piece.clone()].to_vec()).collect();
    let blank = blank(&first, comment.iter().map(ExactSizeIterator::len).sum())?;
    let mut rest = blank.as_slice();
    for piece in &comment {
        let (here, further) = rest.split_at(piece.len());
        clean[piece.clone()].copy_from_slice(here);
        rest = further;
    }
    for page in pages.iter().filter(|page| comment.iter().any(|piece| page.whole.contains(&piece.start))) {
        let whole = &mut clean[page.whole.clone()];
        whole[22..26].fill(0);
        let sum = checksum(whole);
        whole[22..26].copy_from_slice(&sum.to_le_bytes());
    }
    Some(())
}

struct Page {
    whole: Range<usize>,
    serial: u32,
    /// Where the packets of this page lie; whether the last one goes on in the next page is told by a length of 255.
    pieces: Vec<(Range<usize>, bool)>,
}

/// The pages up to the first that is not whole. Only the beginning has to be read: comments come second.
fn pages(bytes: &[u8]) -> Option<Vec<Page>> {
    /// Comments with a cover in them are some hundred pages long.
    const MOST: usize = 4_000;
    let mut pages = Vec::new();
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 27).filter(|head| head.starts_with(b"OggS\0")) {
        let Some(lengths) = bytes.get(at + 27..at + 27 + usize::from(head[26])) else { break };
        let mut end = at + 27 + lengths.len();
        let mut pieces = Vec::new();
        let mut begin = end;
        for (n, length) in lengths.iter().enumerate() {
            end += usize::from(*length);
            if *length < 255 || n + 1 == lengths.len() {
                pieces.push((begin..end, *length < 255));
                begin = end;
            }
        }
        if end > bytes.len() || pages.len() == MOST {
            break;
        }
        pages.push(Page { whole: at..end, serial: u32::from_le_bytes(head[14..18].try_into().ok()?), pieces });
        at = end;
    }
    (!pages.is_empty()).then_some(pages)
}

/// Where the packet with this number lies, piece by piece. `None` where it does not end.
fn packet(pages: &[&Page], number: usize) -> Option<Vec<Range<usize>>> {
    let mut now = 0;
    let mut packet = Vec::new();
    for (piece, ends) in pages.iter().flat_map(|page| &page.pieces) {
        if now == number {
            packet.push(piece.clone());
        }
        if *ends && now == number {
            return Some(packet);
        }
        now += usize::from(*ends);
    }
    None
}

/// A comment packet of `length` bytes that says nothing, of the kind that the first packet announces. `None` for kinds that we do not know.
fn blank(first: &[u8], length: usize) -> Option<Vec<u8>> {
    // The framing bit of Vorbis must follow the list.
    let (start, end): (&[u8], &[u8]) = match first {
        _ if first.starts_with(b"OpusHead") => (b"OpusTags", b""),
        _ if first.starts_with(b"\x01vorbis") => (b"\x03vorbis", b"\x01"),
        _ if first.starts_with(b"Speex   ") => (b"", b""),
        // A block of kind 4; its length follows.
        _ if first.starts_with(b"\x7FFLAC") => (b"\x04\0\0\0", b""),
        _ => return None,
    };
    let mut blank = [start, &[0; 8], end].concat();
    if blank.len() > length {
        return None;
    }
    blank.resize(length, 0);
    if first.starts_with(b"\x7FFLAC") {
        let body = u32::try_from(length - 4).ok()?.to_be_bytes();
        blank[1..4].copy_from_slice(&body[1..]);
    }
    Some(blank)
}

/// CRC-32 with the polynomial 0x04C11DB7, nothing reflected, from zero (RFC 3533, 6).
fn checksum(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum: u32, _| if sum >> 31 == 1 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // CRC-32/MPEG-2 starts from ones; this one from zero.
        assert_eq!(checksum(b"123456789"), 0x89A1_897F);
    }
}
