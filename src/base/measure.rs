//! A person's height and weight, as people write them: a decimal number, perhaps with its unit.

use super::clean;

/// Centimetres, 30 to 280; a tenth is the least that is told. `None` where it is none.
pub fn height(text: &str) -> Option<String> {
    decimal(text, &["cm", "厘米", "公分"], 30.0, 280.0)
}

/// Kilogrammes, 0.3 to 500: from the smallest newborn on.
pub fn weight(text: &str) -> Option<String> {
    decimal(text, &["kg", "公斤", "千克"], 0.3, 500.0)
}

pub const HEIGHT: &str = "应为 30 到 280 之间的数（厘米）";
pub const WEIGHT: &str = "应为 0.3 到 500 之间的数（公斤）";

/// Plain decimals only: Rust's own parser also takes `inf`, `nan` and `1e2`.
fn decimal(text: &str, units: &[&str], least: f64, most: f64) -> Option<String> {
    let text = clean::plain(text).to_lowercase();
    let number = units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text).trim_end();
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str, most: usize| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let fits = digits(whole, 3) && digits(part, 2) && number.parse().is_ok_and(|number: f64| (least..=most).contains(&number));
    fits.then(|| number.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write() {
        for (typed, kept) in [("172", "172"), (" １７２．５ cm", "172.5"), ("168厘米", "168"), ("30", "30"), ("280.0CM", "280.0")] {
            assert_eq!(height(typed).as_deref(), Some(kept), "{typed}");
        }
        for (typed, kept) in [("65kg", "65"), ("0.3", "0.3"), ("500", "500"), ("72.5 公斤", "72.5")] {
            assert_eq!(weight(typed).as_deref(), Some(kept), "{typed}");
        }
    }

    #[test]
    fn what_is_no_measure() {
        for typed in
            ["", "abc", "-5", "29.9", "280.1", "1.72", "1e2", "inf", "nan", "+170", "170.", ".5", "17２x", "170.555", "0172", "170 kg"]
        {
            assert_eq!(height(typed), None, "{typed}");
        }
        for typed in ["0.2", "0", "500.1", "65 cm", "六十", "65,5"] {
            assert_eq!(weight(typed), None, "{typed}");
        }
    }
}
