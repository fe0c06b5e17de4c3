//! Content coding: which answers a client takes compressed (RFC 9110, 12.5.3), and the compression itself.

use std::io::{self, Read, Write};

use flate2::{Compression, write::GzEncoder};

/// Below this the saving is less than the frames cost.
pub const WORTH_IT: usize = 1_400;

/// Whether the lines of `Accept-Encoding` admit gzip.
pub fn accepted<'a>(offers: impl Iterator<Item = &'a str>) -> bool {
    let gzip = |offer: &str| {
        let mut parts = offer.split(';').map(str::trim);
        matches!(parts.next(), Some("gzip" | "*")) && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    };
    offers.flat_map(|value| value.split(',')).any(|offer| gzip(offer.trim()))
}

/// Whether bytes of this type get smaller: pictures and sound are compressed already.
pub fn helps(content_type: &str) -> bool {
    content_type.starts_with("text/") || ["json", "javascript", "svg"].iter().any(|kind| content_type.contains(kind))
}

/// Everything that `from` has, compressed into `to`, with little memory.
pub fn stream(mut from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut encoder = GzEncoder::new(to, Compression::fast());
    io::copy(&mut from, &mut encoder)?;
    encoder.finish().map(drop)
}

/// `fast` for what is sent once, else the best level, for what is kept.
pub fn compress(bytes: &[u8], fast: bool) -> io::Result<Vec<u8>> {
    let level = if fast { Compression::fast() } else { Compression::best() };
    let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 3), level);
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers() {
        let cases = [("gzip, br", true), ("br;q=1, *", true), ("gzip;q=0", false), ("br", false), ("", false), ("gzip;q=0.5", true)];
        for (offer, taken) in cases {
            assert_eq!(accepted([offer].into_iter()), taken, "{offer}");
        }
    }
}
