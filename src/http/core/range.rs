//! What a client has already and which part it wants: `If-None-Match`, `Range` and `If-Range` (RFC 9110, 13 and 14).

use warp::http::{HeaderMap, header};

use crate::base::error::{Kind, Reason};

pub const NO_SUCH_RANGE: Reason = Reason::new(Kind::Range, "range_not_satisfiable", "请求的范围超出了文件，请从头下载");

/// What a request says of the part that it wants.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    if_none_match: Vec<String>,
    if_range: Option<String>,
    range: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Whole,
    /// The client has it.
    Unchanged,
    /// From this byte up to the one before that.
    Part {
        from: u64,
        to: u64,
    },
    /// The part that is asked for is not there.
    Beyond,
}

impl Asked {
    pub fn of(headers: &HeaderMap) -> Asked {
        let all = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).map(str::to_owned).collect::<Vec<_>>();
        // Two headers of which only one may be there are none.
        let one = |name| <[String; 1]>::try_from(all(name)).ok().map(|[value]| value);
        Asked { if_none_match: all(header::IF_NONE_MATCH), if_range: one(header::IF_RANGE), range: one(header::RANGE) }
    }

    /// For content of `length` bytes under this strong tag (with its quotes).
    pub fn answer(&self, etag: &str, length: u64) -> Answer {
        // For what a client has, weak tags are as good as strong ones.
        let same = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag;
        if self.if_none_match.iter().flat_map(|tags| tags.split(',')).any(|tag| same(tag.trim())) {
            return Answer::Unchanged;
        }
        // A date is no tag of ours, so that the whole is sent, as to a client with another version.
        if self.if_range.as_ref().is_some_and(|tag| tag.trim() != etag) {
            return Answer::Whole;
        }
        self.range.as_deref().and_then(|range| part(range, length)).unwrap_or(Answer::Whole)
    }
}

/// `bytes=0-1`, `bytes=5-`, `bytes=-5`. `None` for what is no such range, and for several at once: a server may always answer the whole.
fn part(range: &str, length: u64) -> Option<Answer> {
    let (unit, range) = range.split_once('=')?;
    let (first, last) = range.trim().split_once('-').filter(|_| unit.trim().eq_ignore_ascii_case("bytes"))?;
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // A number that is larger than every file means its end.
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    let (from, to) = match (first, last) {
        ("", last) => (length.saturating_sub(number(last)?), length),
        (first, "") => (number(first)?, length),
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            (first <= last).then_some((first, last.saturating_add(1).min(length)))?
        }
    };
    Some(if from < length { Answer::Part { from, to } } else { Answer::Beyond })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(header::HeaderName, &str)]) -> Answer {
        let headers = headers.iter().map(|(name, value)| (name.clone(), value.parse().expect("a header"))).collect();
        Asked::of(&headers).answer("\"tag\"", 100)
    }

    #[test]
    fn parts() {
        use Answer::*;
        for (range, answer) in [
            ("bytes=0-1", Part { from: 0, to: 2 }),
            ("bytes=0-", Part { from: 0, to: 100 }),
            ("bytes=99-", Part { from: 99, to: 100 }),
            ("bytes=-1", Part { from: 99, to: 100 }),
            ("bytes=-500", Part { from: 0, to: 100 }),
            ("Bytes=90-500", Part { from: 90, to: 100 }),
            ("bytes=0-99999999999999999999999", Part { from: 0, to: 100 }),
            ("bytes=100-", Beyond),
            ("bytes=99999999999999999999999-", Beyond),
            ("bytes=-0", Beyond),
            ("bytes=5-2", Whole),
            ("bytes=", Whole),
            ("bytes=-", Whole),
            ("bytes=a-b", Whole),
            ("bytes=+1-2", Whole),
            ("bytes=0-1,5-6", Whole),
            ("lines=0-1", Whole),
            ("0-1", Whole),
        ] {
            assert_eq!(asked(&[(header::RANGE, range)]), answer, "{range}");
        }
    }

    #[test]
    fn what_the_client_has() {
        let part = Answer::Part { from: 0, to: 2 };
        let range = (header::RANGE, "bytes=0-1");
        assert_eq!(asked(&[(header::IF_NONE_MATCH, "\"a\", W/\"tag\""), range.clone()]), Answer::Unchanged);
        assert_eq!(asked(&[(header::IF_NONE_MATCH, "*")]), Answer::Unchanged);
        assert_eq!(asked(&[(header::IF_NONE_MATCH, "\"a\""), range.clone()]), part);
        assert_eq!(asked(&[(header::IF_RANGE, "\"tag\""), range.clone()]), part);
        for other in ["\"a\"", "W/\"tag\"", "Wed, 21 Oct 2026 07:28:00 GMT"] {
            assert_eq!(asked(&[(header::IF_RANGE, other), range.clone()]), Answer::Whole, "{other}");
        }
    }
}
