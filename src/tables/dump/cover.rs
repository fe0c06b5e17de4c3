//! What covers a text in a dump. A text that is not named here is covered whole: a new field is safe until somebody has thought of it.
//!
//! Follows `base::mask::POLICY` as strangers see it, with a name's first sign and a birthday's year left, which reports need. Care rules, section 10.

use serde_json::Value;

use crate::base::mask;

/// How a value is told where a dump is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// As it is.
    Plain,
    /// A picture that everybody may see: as it is, and the file belongs to the dump.
    Public,
    Name,
    Phone,
    IdNumber,
    /// The year alone.
    Birthday,
    /// Stars, where there is something.
    Whole,
    /// Nothing, not even in a dump that masks nothing.
    Secret,
}

use Cover::{Birthday, IdNumber, Name, Phone, Plain, Public, Secret, Whole};

/// By entity and field; one without an entity is of every entity. The first that fits holds.
#[rustfmt::skip]
const COVERS: &[(&str, &str, Cover)] = &[
];

/// Numbers and choices about a body or habits: of no dump that is masked.
const BODY: &[&str] = &["height", "weight", "drinks", "smokes", "marriage"];

/// What covers a field's texts.
pub fn of_text(entity: &str, field: &str) -> Cover {
    named(entity, field).unwrap_or(Whole)
}

fn named(entity: &str, field: &str) -> Option<Cover> {
    let fits = |(of, name, _): &&(&str, &str, Cover)| (of.is_empty() || *of == entity) && *name == field;
    COVERS.iter().find(fits).map(|(_, _, cover)| *cover)
}

/// Whether somebody has said what covers it.
#[cfg(test)]
pub fn is_named(entity: &str, field: &str) -> bool {
    named(entity, field).is_some()
}

/// What covers a field's numbers, choices and the like.
pub fn of_other(entity: &str, field: &str) -> Cover {
    match entity {
        "patient" | "member_profile" | "recorded_person" if BODY.contains(&field) || entity == "member_profile" => Whole,
        _ => Plain,
    }
}

/// The text as it is told.
pub fn text(cover: Cover, text: String) -> Value {
    match cover {
        _ if text.is_empty() => text.into(),
        Plain | Public => text.into(),
        Name => mask::name(&text).into(),
        Phone => mask::phone(&text).into(),
        IdNumber => mask::id_number(&text).into(),
        Birthday => text.get(..4).map_or_else(|| "****".into(), |year| format!("{year}-**-**").into()),
        Whole => "***".into(),
        Secret => Value::Null,
    }
}
