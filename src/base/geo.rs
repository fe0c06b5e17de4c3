//! Places on the globe: how old clients write one, and how far two are apart.
//!
//! Which datum a client's degrees are in (WGS 84, or China's shifted GCJ-02) is not known here. Both ends of a distance come from the same
//! phones and maps, and the shift of at most some 700 metres mostly cancels.

use super::error::{Kind, Reason, Result};

pub const INVALID_LOCATION: Reason =
    Reason::new(Kind::Malformed, "invalid_location", "位置有误，应为“经度-纬度”，例如 116.397128-39.916527");

/// Degrees, east and north positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub lng: f64,
    pub lat: f64,
}

impl Point {
    pub fn new(lng: f64, lat: f64) -> Result<Point> {
        // `contains` is false for NaN too.
        if (-180.0..=180.0).contains(&lng) && (-90.0..=90.0).contains(&lat) {
            Ok(Point { lng, lat })
        } else {
            Err(INVALID_LOCATION.with("经度在-180到180之间，纬度在-90到90之间"))
        }
    }

    /// Reads `lng-lat`, the form of the `X-location` header, or `lng,lat`. The dash between the numbers is the first one that is not a sign,
    /// so `-73.9-40.7` is 73.9° west, 40.7° north, and `151.2--33.9` is 151.2° east, 33.9° south.
    pub fn parse(text: &str) -> Result<Point> {
        let text = text.trim();
        let parts = text.split_once(',').or_else(|| {
            let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
            let dash = text.len() - unsigned.len() + unsigned.find('-')?;
            Some((&text[..dash], &text[dash + 1..]))
        });
        let (lng, lat) = parts.and_then(|(lng, lat)| degrees(lng).zip(degrees(lat))).ok_or_else(|| INVALID_LOCATION.err())?;
        Point::new(lng, lat)
    }

    /// The great-circle distance in whole metres (haversine, good to 0.5 %: the earth is no sphere).
    pub fn metres_to(self, other: Point) -> u64 {
        /// Mean radius of the earth (IUGG).
        const RADIUS: f64 = 6_371_008.8;
        let half_square = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let h = half_square(other.lat - self.lat)
            + self.lat.to_radians().cos() * other.lat.to_radians().cos() * half_square(other.lng - self.lng);
        // Rounding can lift `h` a hair over 1 for opposite points, and the arc sine of that is NaN.
        (2.0 * RADIUS * h.min(1.0).sqrt().asin()).round() as u64
    }
}

/// Plain decimals only: Rust's own parser also takes `inf`, `nan` and `1e9`.
fn degrees(text: &str) -> Option<f64> {
    let text = text.trim();
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+')).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn header_text() {
        let cases = [
            ("127.000000-39.00000", 127.0, 39.0),
            ("-73.9-40.7", -73.9, 40.7),
            ("151.2--33.9", 151.2, -33.9),
            ("-70.6--33.4", -70.6, -33.4),
            ("116.4,39.9", 116.4, 39.9),
            (" -73.9 , -40.7 ", -73.9, -40.7),
            ("0-0", 0.0, 0.0),
            ("180-90", 180.0, 90.0),
        ];
        for (text, lng, lat) in cases {
            assert_eq!(Point::parse(text).unwrap(), Point { lng, lat }, "{text}");
        }
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "-", "--", "127", "-127", "127-", "127-39-1", "a-b", "nan-nan", "inf,0", "1e2-3", "180.1-0", "0-90.1", "39.9,116.4"]
        {
            let error = Point::parse(text).expect_err(text);
            assert!(error.is(&INVALID_LOCATION), "{text}");
        }
        assert!(Point::new(f64::NAN, 0.0).is_err());
    }

    #[test]
    fn distances() {
        let beijing = Point::parse("116.397128-39.916527").unwrap();
        let shanghai = Point::parse("121.473701-31.230416").unwrap();
        let metres = beijing.metres_to(shanghai);
        assert!((1_065_000..1_071_000).contains(&metres), "{metres}");
        assert_eq!(metres, shanghai.metres_to(beijing));
        assert_eq!(beijing.metres_to(beijing), 0);
        // One degree along the equator, also across the date line; then half the earth's girth.
        assert_eq!(Point { lng: 179.5, lat: 0.0 }.metres_to(Point { lng: -179.5, lat: 0.0 }), 111_195);
        assert_eq!(Point { lng: 0.0, lat: 90.0 }.metres_to(Point { lng: 0.0, lat: -90.0 }), 20_015_114);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[-+.,0-9]{0,16}|.*") {
            let _ = Point::parse(&text);
        }

        #[test]
        fn never_farther_than_half_way_round(a in -180.0..180.0f64, b in -90.0..90.0f64, c in -180.0..180.0f64, d in -90.0..90.0f64) {
            prop_assert!(Point::new(a, b).unwrap().metres_to(Point::new(c, d).unwrap()) <= 20_015_114);
        }
    }
}
