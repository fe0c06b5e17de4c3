//! The part of a file that a form asks for, by its headers.

use serde_json::json;

use super::{
    field::Field,
    source::{Names, Source},
};
use crate::{
    base::error::Result,
    http::core::{
        range::Asked,
        signature::{FieldSpec, Place, Schemas},
    },
};

impl Field for Asked {
    type Value = Asked;

    fn take(source: &Source, _: Names) -> Result<Asked> {
        Ok(Asked::of(&source.request.headers))
    }

    fn describe(_: Names, _: &str, _: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        for (name, about) in [
            ("Range", "The part that is wanted, as `bytes=0-1023`."),
            ("If-Range", "The tag of what the client has of the file, for which alone a part is wanted."),
            ("If-None-Match", "The tag of what the client has: 304 where that is the file."),
        ] {
            let (name, about, schema) = (name.to_owned(), about.to_owned(), json!({ "type": "string" }));
            fields.push(FieldSpec { name, aliases: Vec::new(), place: Place::Header, required: false, schema, about });
        }
    }
}
