//! WebM recordings (EBML, RFC 8794; Matroska, RFC 9559), as browsers make them. Titles, tags, dates and attachments become `Void` elements of
//! the same length, so that nothing moves.

/// A read element: its id, and where its content lies.
struct Element {
    id: u32,
    start: usize,
    content: usize,
    end: usize,
}

const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_A966;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK: u32 = 0xAE;
const TRACK_TYPE: u32 = 0x83;
const CLUSTER: u32 = 0x1F43_B675;
const CHECKSUM: u32 = 0xBF;
const NAME: u32 = 0x536E;
/// Of the segment: where things are, the parts below, the sound. Not chapters, attachments, tags.
const STAYS: [u32; 5] = [0x114D_9B74, INFO, TRACKS, CLUSTER, 0x1C53_BB6B];
/// Of its information: the unit of time, how long it lasts. Not date, title, application, writer.
const INFO_STAYS: [u32; 2] = [0x2A_D7B1, 0x4489];

/// Whether this is WebM and every track of it is sound. A film is no recording, Matroska no WebM.
pub fn is_sound(bytes: &[u8]) -> bool {
    tracks(bytes).is_some_and(|kinds| !kinds.is_empty() && kinds.iter().all(|kind| *kind == 2))
}

fn tracks(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = element(bytes, 0, bytes.len()).filter(|head| head.id == EBML)?;
    let kind = children(bytes, &head).into_iter().find(|one| one.id == DOC_TYPE)?;
    if bytes[kind.content..kind.end].split(|byte| *byte == 0).next() != Some(b"webm") {
        return None;
    }
    let segment = element(bytes, head.end, bytes.len()).filter(|one| one.id == SEGMENT)?;
    let tracks = children(bytes, &segment).into_iter().find(|one| one.id == TRACKS)?;
    let tracks = children(bytes, &tracks).into_iter().filter(|one| one.id == TRACK);
    let kind = |track: Element| children(bytes, &track).into_iter().find(|one| one.id == TRACK_TYPE).map(|one| bytes[one.end - 1]);
    tracks.map(kind).collect()
}

/// The recording without what would tell more than the sound does. `None` where its elements do not fit into each other.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut clean = bytes.to_vec();
    let head = element(bytes, 0, bytes.len())?;
    let segment = element(bytes, head.end, bytes.len()).filter(|one| one.id == SEGMENT)?;
    for one in children(bytes, &segment) {
        match one.id {
            INFO => blank(&mut clean, &children(bytes, &one), |id| INFO_STAYS.contains(&id))?,
            TRACKS => {
                let tracks = children(bytes, &one);
                blank(&mut clean, &tracks, |id| id == TRACK)?;
                for track in tracks.iter().filter(|track| track.id == TRACK) {
                    blank(&mut clean, &children(bytes, track), |id| ![NAME, CHECKSUM].contains(&id))?;
                }
            }
            _ => blank(&mut clean, &[one], |id| STAYS.contains(&id))?,
        }
    }
    // Whatever stands behind the recording is none of it.
    clean.truncate(segment.end);
    Some(clean)
}

/// Makes everything void that does not stay.
fn blank(bytes: &mut [u8], elements: &[Element], stays: impl Fn(u32) -> bool) -> Option<()> {
    elements.iter().filter(|element| !stays(element.id)).try_for_each(|element| void(bytes, element))
}

fn void(bytes: &mut [u8], element: &Element) -> Option<()> {
    let whole = bytes.get_mut(element.start..element.end)?;
    let length = whole.len();
    whole.fill(0);
    whole[0] = 0xEC;
    // One byte for the id, and as many for the length as it takes.
    match length {
        2..=128 => whole[1] = 0x80 | u8::try_from(length - 2).ok()?,
        129.. => {
            let size = u64::try_from(length.checked_sub(9)?).ok()? | 1 << 56;
            whole[1..9].copy_from_slice(&size.to_be_bytes());
        }
        _ => return None,
    }
    Some(())
}

fn children(bytes: &[u8], parent: &Element) -> Vec<Element> {
    let mut found = Vec::new();
    let mut at = parent.content;
    while let Some(one) = element(bytes, at, parent.end) {
        at = one.end;
        found.push(one);
    }
    found
}

/// The element that begins at `at` and ends before `end`. A browser that records does not know how long the whole becomes: what has no length
/// goes on to the end, and a cluster without one up to the next.
fn element(bytes: &[u8], at: usize, end: usize) -> Option<Element> {
    let bytes = &bytes[..end];
    let (id, width) = number(bytes, at, false)?;
    let (length, content) = number(bytes, width, true)?;
    let (id, unknown) = (u32::try_from(id).ok()?, (1 << (7 * (content - width))) - 1);
    let end = match length == unknown {
        true if id == CLUSTER => next_cluster(bytes, content),
        true => end,
        // The last cluster of a recording that was cut off.
        false => content.checked_add(usize::try_from(length).ok()?)?.min(end),
    };
    Some(Element { id, start: at, content, end })
}

fn next_cluster(bytes: &[u8], from: usize) -> usize {
    bytes[from..].windows(4).position(|four| four == CLUSTER.to_be_bytes()).map_or(bytes.len(), |found| from + found)
}

/// A number whose first byte says how long it is, and where it ends. Lengths leave the mark out, ids keep it.
fn number(bytes: &[u8], at: usize, is_length: bool) -> Option<(u64, usize)> {
    let first = *bytes.get(at)?;
    let length = usize::try_from(first.leading_zeros()).ok()? + 1;
    if length > if is_length { 8 } else { 4 } {
        return None;
    }
    let whole = bytes.get(at..at + length)?;
    let value = whole.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
    Some((if is_length { value & !(1 << (7 * length)) } else { value }, at + length))
}
