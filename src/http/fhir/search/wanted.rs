//! What a search parameter wants, and whether a resource has it.

use serde_json::Value;

use super::date::{self, Compare, Stretch};
use crate::{
    base::{
        fold::fold,
        sound::{Keyword, Sound},
        time::{Time, Zone},
    },
    http::fhir::{
        element,
        served::{Param, ParamKind},
    },
    store::Touch,
};

/// A parameter of a query with its values, any of which will do.
#[derive(Debug)]
pub struct Criterion {
    pub param: &'static Param,
    pub any: Vec<Wanted>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    Token {
        system: System,
        /// Empty for any code of the system.
        code: String,
    },
    Reference {
        /// `None` for any that the parameter may name.
        kind: Option<String>,
        id: String,
    },
    Text {
        folded: String,
        way: Way,
    },
    Date {
        compare: Compare,
        asked: Stretch,
    },
    Id(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum System {
    Any,
    None,
    Is(String),
    /// Any that begins so: for whom other systems are closed.
    Within(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the beginning on, or by its sound.
    Starts,
    Exact,
    Contains,
}

impl Criterion {
    /// Whether a resource, which changed last then, has one of the values.
    pub fn fits(&self, resource: &Value, touch: Option<Touch>, zone: &Zone) -> bool {
        let found: Vec<&Value> = self.param.paths.iter().flat_map(|path| element::at(resource, path)).collect();
        self.any.iter().any(|wanted| wanted.is_among(self.param.kind, &found, touch, zone))
    }
}

impl Wanted {
    fn is_among(&self, kind: ParamKind, found: &[&Value], touch: Option<Touch>, zone: &Zone) -> bool {
        match self {
            Wanted::Token { system, code } => {
                let phones = |value: &&&Value| kind != ParamKind::Phone || value["system"] == "phone";
                found.iter().filter(phones).any(|value| {
                    codes(value).into_iter().any(|(has, value)| {
                        let has = if kind == ParamKind::Phone { None } else { has };
                        system.fits(has) && (code.is_empty() || code == value)
                    })
                })
            }
            Wanted::Reference { kind: of, id } => found.iter().filter_map(|value| element::reference(value)).any(|(has, number)| {
                let may = match kind {
                    ParamKind::Reference(kinds) => kinds.contains(&has),
                    _ => true,
                };
                may && number == id && of.as_ref().is_none_or(|of| of == has)
            }),
            Wanted::Text { folded, way } => found.iter().filter_map(|value| value.as_str()).any(|text| reads(text, folded, *way)),
            Wanted::Date { compare, asked } => match (kind, touch) {
                (ParamKind::Updated, Some(touch)) => compare.holds(Stretch { from: touch.time, to: Some(Time(touch.time.0 + 1)) }, *asked),
                (ParamKind::Updated, None) => false,
                _ => found.iter().filter_map(|value| date::of_value(value, zone)).any(|found| compare.holds(found, *asked)),
            },
            Wanted::Id(id) => found.iter().any(|value| value.as_str() == Some(id)),
        }
    }
}

impl System {
    fn fits(&self, has: Option<&str>) -> bool {
        match self {
            System::Any => true,
            System::None => has.is_none_or(str::is_empty),
            System::Is(system) => has == Some(system),
            System::Within(prefix) => has.is_some_and(|has| has.starts_with(prefix.as_str())),
        }
    }
}

/// System and code of a code, a boolean, a coding, each coding of a concept, an identifier.
fn codes(value: &Value) -> Vec<(Option<&str>, &str)> {
    match value {
        Value::String(text) => vec![(None, text)],
        Value::Bool(true) => vec![(None, "true")],
        Value::Bool(false) => vec![(None, "false")],
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            match members.get("coding").and_then(Value::as_array) {
                Some(codings) => codings.iter().flat_map(codes).collect(),
                None => text("code").or(text("value")).map(|code| (text("system"), code)).into_iter().collect(),
            }
        }
        _ => Vec::new(),
    }
}

/// A text as it is compared: one form of every character, small letters, no spaces.
pub fn plain(text: &str) -> String {
    fold(text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn reads(text: &str, folded: &str, way: Way) -> bool {
    match way {
        // As it was written, with its capitals: `exact` is checked before folding.
        Way::Exact => text == folded,
        Way::Contains => plain(text).contains(folded),
        Way::Starts => {
            plain(text).starts_with(folded) || (folded.is_ascii() && Keyword::of(folded).is_some_and(|word| Sound::of(text).fits(&word)))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_read_as_they_are_written_and_as_they_sound() {
        for (asked, way, fits) in [
            ("秦", Way::Starts, true),
            ("白露", Way::Starts, false),
            ("白露", Way::Contains, true),
            ("qinbailu", Way::Starts, true),
            ("qbl", Way::Starts, true),
            ("qinx", Way::Starts, false),
            ("秦白露", Way::Exact, true),
            ("秦", Way::Exact, false),
        ] {
            assert_eq!(reads("秦白露", asked, way), fits, "{asked} {way:?}");
        }
        assert!(reads("买买提·艾力", &plain("买买提艾力"), Way::Starts) && reads("Anna  Li", &plain("ANNA L"), Way::Starts));
    }

    #[test]
    fn codes_are_found_wherever_they_stand() {
        let concept = json!({ "coding": [{ "system": "s", "code": "a" }, { "code": "b" }], "text": "c" });
        assert_eq!(codes(&concept), [(Some("s"), "a"), (None, "b")]);
        assert_eq!(codes(&json!({ "system": "s", "value": "7" })), [(Some("s"), "7")]);
        assert_eq!(codes(&json!(true)), [(None, "true")]);
    }
}
