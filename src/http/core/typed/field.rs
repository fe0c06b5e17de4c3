//! Fields of a form: a kind of value, and whether it must be there, may be left out, may be emptied, or stands in the path.
//!
//! `null`, an empty text and what is empty once it is cleaned are missing. `K` alone must be there; `Option<K>` may be missing. A change tells
//! apart what is not named at all: [`Patch`] and [`Filled`].

use std::marker::PhantomData;

use serde_json::{Value, json};

use super::source::{Names, Source};
use crate::{
    base::{
        error::{Error, Result, missing},
        id::Id,
    },
    http::core::signature::{FieldSpec, Place, Schemas},
};

/// A kind of value and how it is read, by the readers of [`Fields`](crate::http::core::fields::Fields).
pub trait Kind {
    type Value;

    /// `None` where it is missing. Errors: `invalid_field`, naming `name`.
    fn read(source: &Source, name: &'static str) -> Result<Option<Self::Value>>;

    /// As it should be sent; what else is understood is said once for all in the reference.
    fn schema() -> Value;
}

/// A field of a form.
pub trait Field {
    type Value;

    fn take(source: &Source, names: Names) -> Result<Self::Value>;

    fn describe(names: Names, about: &str, schemas: &mut Schemas, fields: &mut Vec<FieldSpec>);
}

/// What a handler takes. `()` takes nothing; a pair takes both.
pub trait Form: Sized {
    fn read(source: &Source) -> Result<Self>;

    fn describe(schemas: &mut Schemas, fields: &mut Vec<FieldSpec>);

    /// What the form says of itself, empty where it says nothing.
    fn about() -> String {
        String::new()
    }
}

/// `missing_field` for the document's name of a field.
pub fn missing_of(names: Names) -> Error {
    missing(names.first().copied().unwrap_or_default())
}

fn spec(names: Names, about: &str, required: bool, schema: Value) -> FieldSpec {
    let name = names.first().copied().unwrap_or_default().to_owned();
    let aliases = names.iter().skip(1).copied().collect();
    FieldSpec { name, aliases, place: Place::Fields, required, schema, about: about.to_owned() }
}

/// A schema that lets `null` in, too.
fn or_null(mut schema: Value) -> Value {
    match schema["type"].as_str().map(str::to_owned) {
        Some(kind) => schema["type"] = json!([kind, "null"]),
        None => return json!({ "anyOf": [schema, { "type": "null" }] }),
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
    schema
}

/// A schema of what an empty text stands for, too.
fn or_emptied(schema: Value) -> Value {
    match schema["type"].as_str() {
        Some("string") if schema.get("minLength").is_none() && schema.get("pattern").is_none() && schema.get("enum").is_none() => {
            or_null(schema)
        }
        Some("array") => or_null(schema),
        _ => json!({ "anyOf": [schema, { "enum": ["", null] }] }),
    }
}

impl<K: Kind> Field for K {
    type Value = K::Value;

    fn take(source: &Source, names: Names) -> Result<K::Value> {
        K::read(source, source.name(names))?.ok_or_else(|| missing_of(names))
    }

    fn describe(names: Names, about: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        fields.push(spec(names, about, true, K::schema()));
    }
}

impl<K: Kind> Field for Option<K> {
    type Value = Option<K::Value>;

    fn take(source: &Source, names: Names) -> Result<Option<K::Value>> {
        K::read(source, source.name(names))
    }

    fn describe(names: Names, about: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        fields.push(spec(names, about, false, or_null(K::schema())));
    }
}

/// May be missing, and is then what is empty for its kind: no text, 0, no items.
pub struct OrEmpty<K>(PhantomData<K>);

impl<K: Kind<Value: Default>> Field for OrEmpty<K> {
    type Value = K::Value;

    fn take(source: &Source, names: Names) -> Result<K::Value> {
        Ok(K::read(source, source.name(names))?.unwrap_or_default())
    }

    fn describe(names: Names, about: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        fields.push(spec(names, about, false, or_emptied(K::schema())));
    }
}

/// Must be named, and may be empty.
pub struct Sent<K>(PhantomData<K>);

impl<K: Kind<Value: Default>> Field for Sent<K> {
    type Value = K::Value;

    fn take(source: &Source, names: Names) -> Result<K::Value> {
        let name = source.name(names);
        match source.request.names(name) {
            true => Ok(K::read(source, name)?.unwrap_or_default()),
            false => Err(missing_of(names)),
        }
    }

    fn describe(names: Names, about: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        fields.push(spec(names, about, true, or_emptied(K::schema())));
    }
}

/// A change. What is not named stays (`None`); `null` and an empty text empty it, anything else sets it.
pub struct Patch<K>(PhantomData<K>);

impl<K: Kind<Value: Default>> Field for Patch<K> {
    type Value = Option<K::Value>;

    fn take(source: &Source, names: Names) -> Result<Option<K::Value>> {
        let name = source.name(names);
        match source.request.names(name) {
            true => Ok(Some(K::read(source, name)?.unwrap_or_default())),
            false => Ok(None),
        }
    }

    fn describe(names: Names, about: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        fields.push(spec(names, about, false, or_emptied(K::schema())));
    }
}

/// A change of what cannot be empty. What is not named stays (`None`). Errors: `missing_field` for what is named and empty.
pub struct Filled<K>(PhantomData<K>);

impl<K: Kind> Field for Filled<K> {
    type Value = Option<K::Value>;

    fn take(source: &Source, names: Names) -> Result<Option<K::Value>> {
        match source.request.names(source.name(names)) {
            true => K::take(source, names).map(Some),
            false => Ok(None),
        }
    }

    fn describe(names: Names, about: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        fields.push(spec(names, about, false, K::schema()));
    }
}

/// The fields of another form among those of this one.
pub struct Flat<F>(PhantomData<F>);

impl<F: Form> Field for Flat<F> {
    type Value = F;

    fn take(source: &Source, _: Names) -> Result<F> {
        F::read(source)
    }

    fn describe(_: Names, _: &str, schemas: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        F::describe(schemas, fields);
    }
}

/// A parameter of the path, under the field's own name: an id, or a `String`.
pub struct Path<K>(PhantomData<K>);

/// What a path can name.
pub trait Segment: Sized {
    /// Errors: `not_found` for what can name nothing.
    fn read(source: &Source, name: &'static str) -> Result<Self>;

    fn schema() -> Value;
}

impl<K: Segment> Field for Path<K> {
    type Value = K;

    fn take(source: &Source, names: Names) -> Result<K> {
        K::read(source, names.first().copied().unwrap_or_default())
    }

    fn describe(names: Names, about: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        fields.push(FieldSpec { place: Place::Path, ..spec(names, about, true, K::schema()) });
    }
}

impl<K> Segment for Id<K> {
    fn read(source: &Source, name: &'static str) -> Result<Id<K>> {
        source.request.path_id(name)
    }

    fn schema() -> Value {
        <Id<K> as Kind>::schema()
    }
}

impl Segment for String {
    fn read(source: &Source, name: &'static str) -> Result<String> {
        Ok(source.request.segment(name).to_owned())
    }

    fn schema() -> Value {
        json!({ "type": "string", "minLength": 1 })
    }
}
