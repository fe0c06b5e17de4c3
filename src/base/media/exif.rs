//! The one thing that is kept of a picture's EXIF: which way is up (tag 0x0112 of the first directory; CIPA DC-008, 4.6.4).

/// As it is stored, row by row from the top.
pub const UPRIGHT: u8 = 1;

/// The orientation, 1 to 8, from the TIFF structure that EXIF is. Anything that makes no sense is upright.
pub fn orientation(tiff: &[u8]) -> u8 {
    read(tiff).filter(|number| (1..=8).contains(number)).map_or(UPRIGHT, |number| number as u8)
}

fn read(tiff: &[u8]) -> Option<u16> {
    const ORIENTATION: u16 = 0x0112;
    const SHORT: u16 = 3;
    let little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let u16_at = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let u32_at = |at: usize| {
        let bytes = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = usize::try_from(u32_at(4)?).ok()?;
    let entries = usize::from(u16_at(directory)?);
    let entry = (0..entries).map(|n| directory.saturating_add(2 + n * 12)).find(|at| u16_at(*at) == Some(ORIENTATION))?;
    (u16_at(entry + 2)? == SHORT).then(|| u16_at(entry + 8))?
}

/// A TIFF structure that holds this orientation and nothing else.
pub fn only(orientation: u8) -> [u8; 26] {
    let mut tiff = *b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    tiff[19] = orientation;
    tiff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for number in 1..=8 {
            assert_eq!(orientation(&only(number)), number);
        }
        let little = b"II*\0\x08\0\0\0\x02\0\x00\x01\x03\0\x01\0\0\0\x05\0\0\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
        assert_eq!(orientation(little), 6);
    }

    #[test]
    fn nonsense_is_upright() {
        let whole = only(6);
        for cut in 0..20 {
            assert_eq!(orientation(&whole[..cut]), UPRIGHT);
        }
        assert_eq!(orientation(&only(9)), UPRIGHT);
        assert_eq!(orientation(b"MM\0*\xff\xff\xff\xff"), UPRIGHT);
        assert_eq!(orientation(b"MM\0*\0\0\0\x08\xff\xff"), UPRIGHT);
    }
}
