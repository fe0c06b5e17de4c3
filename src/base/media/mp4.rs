//! MP4 recordings (ISO/IEC 14496-12): a tree of boxes. Places, titles and times are blanked where they stand, because moving the sound would
//! make every offset wrong.

/// What a file of this container holds, by the handlers of its tracks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracks {
    Sound,
    Film,
    /// No track says what it is.
    Unknown,
}

/// Whether somebody filmed or only spoke: brands do not tell, phones give the same ones to both.
pub fn tracks(bytes: &[u8]) -> Tracks {
    let mut found = Tracks::Unknown;
    let mut copy = bytes.to_vec();
    let _ = walk(&mut copy, 0, &mut |kind, body| {
        if kind == b"hdlr" {
            match body.get(8..12) {
                Some(b"vide") => found = Tracks::Film,
                Some(b"soun") if found == Tracks::Unknown => found = Tracks::Sound,
                _ => {}
            }
        }
        Fate::Stays
    });
    found
}

/// What is needed to hear a recording, whole or in fragments. Places, titles, covers and whatever else there may be are not.
#[rustfmt::skip]
const STAYS: [&[u8; 4]; 34] = [
    b"ftyp", b"styp", b"sidx", b"moov", b"mvhd", b"iods", b"mvex", b"mehd", b"trex", b"trak", b"tkhd", b"edts", b"elst", b"tref", b"mdia",
    b"mdhd", b"elng", b"hdlr", b"minf", b"smhd", b"nmhd", b"dinf", b"stbl", b"moof", b"mfhd", b"traf", b"tfhd", b"tfdt", b"trun", b"sgpd",
    b"sbgp", b"mfra", b"mdat", b"saiz",
];

/// The recording with everything blank that is not needed to hear it. `None` where its boxes do not fit into each other.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = bytes.to_vec();
    walk(&mut bytes, 0, &mut |kind, body| match kind {
        _ if !STAYS.contains(&kind) => Fate::Blank,
        // Version and flags, then when it was made and when changed.
        b"mvhd" | b"tkhd" | b"mdhd" => {
            let times = if body.first() == Some(&1) { 16 } else { 8 };
            if let Some(times) = body.get_mut(4..4 + times) {
                times.fill(0);
            }
            Fate::Stays
        }
        _ => Fate::Stays,
    })?;
    Some(bytes)
}

enum Fate {
    Stays,
    /// Becomes free space of the same length.
    Blank,
}

/// Shows every box to `see`, those inside of others too, as deep as sound lies.
fn walk(bytes: &mut [u8], depth: u8, see: &mut dyn FnMut(&[u8; 4], &mut [u8]) -> Fate) -> Option<()> {
    let mut at = 0;
    while at < bytes.len() {
        let head: [u8; 8] = bytes.get(at..at + 8)?.try_into().ok()?;
        let (size, kind) = (u32::from_be_bytes([head[0], head[1], head[2], head[3]]), [head[4], head[5], head[6], head[7]]);
        let rest = bytes.len() - at;
        let (head, length) = match size {
            // To the end of the file.
            0 => (8, rest),
            1 => (16, usize::try_from(u64::from_be_bytes(bytes.get(at + 8..at + 16)?.try_into().ok()?)).ok()?),
            size => (8, usize::try_from(size).ok()?),
        };
        // A recording that was cut off ends in the middle of its sound.
        let cut_off = depth == 0 && &kind == b"mdat";
        let length = if cut_off { length.min(rest) } else { length };
        if length < head || length > rest {
            return None;
        }
        let body = &mut bytes[at + head..at + length];
        match see(&kind, body) {
            Fate::Blank => {
                body.fill(0);
                bytes[at + 4..at + 8].copy_from_slice(b"free");
            }
            Fate::Stays if depth < 6 && matches!(&kind, b"moov" | b"trak" | b"mdia" | b"minf" | b"moof" | b"traf" | b"edts" | b"mvex") => {
                walk(&mut bytes[at + head..at + length], depth + 1, see)?;
            }
            Fate::Stays => {}
        }
        at += length;
    }
    Some(())
}
