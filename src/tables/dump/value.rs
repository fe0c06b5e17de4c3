//! A row as a dump tells it: moments readable, ids that name nothing null, and covered what is to be covered.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    cover::{self, Cover},
    fields::{Described, Leaf, leaf},
};
use crate::base::time::Time;

struct Teller<'a> {
    described: &'a Described,
    full: bool,
    /// Uploads that everybody may see.
    public: &'a mut BTreeSet<String>,
}

pub fn told(described: &Described, row: Value, full: bool, public: &mut BTreeSet<String>) -> Value {
    Teller { described, full, public }.value("", &described.root, row)
}

impl Teller<'_> {
    fn value(&mut self, name: &str, schema: &Value, value: Value) -> Value {
        let described = self.described;
        let (schema, _) = described.without_null(schema);
        match (value, leaf(schema)) {
            (Value::Null, _) => Value::Null,
            (value, Some(leaf)) => self.leaf(name, leaf, value),
            (Value::Array(all), None) => all.into_iter().map(|one| self.value(name, &schema["items"], one)).collect(),
            (Value::Object(fields), None) => self.object(name, schema, fields),
            // A choice that brings nothing along, of those that may.
            (Value::String(word), None) if schema["oneOf"].is_array() => word.into(),
            // Nobody has said what it is.
            (value, None) if self.full => value,
            (_, None) => Value::Null,
        }
    }

    fn object(&mut self, name: &str, schema: &Value, fields: Map<String, Value>) -> Value {
        let described = self.described;
        let told = fields.into_iter().map(|(key, value)| {
            if let Some(inner) = schema["properties"].get(&key) {
                return (key.clone(), self.value(&key, inner, value));
            }
            let mut branches = schema["oneOf"].as_array().into_iter().flatten().map(|branch| described.resolved(branch));
            match branches.find_map(|branch| branch["properties"].get(&key)) {
                Some(inner) => {
                    let told = self.value(name, inner, value);
                    (key, told)
                }
                None if self.full => (key, value),
                None => (key, Value::Null),
            }
        });
        Value::Object(told.collect())
    }

    fn leaf(&mut self, name: &str, leaf: Leaf, value: Value) -> Value {
        let entity = self.described.entity;
        match (leaf, value) {
            (Leaf::Id, number) if number == 0 => Value::Null,
            (Leaf::Time, number) => number.as_i64().map_or(Value::Null, |ms| Time(ms).rfc3339().into()),
            (Leaf::Text, Value::String(text)) => {
                let cover = cover::of_text(entity, name);
                if let (Cover::Public, Some((_, file))) = (cover, text.rsplit_once('/')) {
                    self.public.insert(file.to_owned());
                }
                match cover {
                    Cover::Secret => Value::Null,
                    _ if self.full => text.into(),
                    cover => cover::text(cover, text),
                }
            }
            (Leaf::Date, Value::String(text)) if !self.full => cover::text(Cover::Birthday, text),
            (_, value) if !self.full && cover::of_other(entity, name) != Cover::Plain => {
                drop(value);
                Value::Null
            }
            (_, value) => value,
        }
    }
}
