//! What an endpoint takes and gives, as data: the reference (`openapi`) is made from it. How it comes about from the types of a handler is left to
//! [`typed`](super::typed).

use schemars::{JsonSchema, generate::SchemaGenerator};
use serde_json::Value;

/// Makes JSON Schemas (2020-12) and keeps those that have a name.
pub type Schemas = SchemaGenerator;

/// Of one row.
pub struct Signature {
    /// The handler, as it is called in the code.
    pub handler: &'static str,
    /// What the form says of itself.
    pub about: String,
    pub fields: Vec<FieldSpec>,
    pub answer: AnswerSpec,
}

/// How a row comes by its signature; `None` in a row for a handler that reads its request itself.
pub type Describe = fn(&mut Schemas) -> Signature;

/// A field of a form.
pub struct FieldSpec {
    pub name: String,
    /// Other names that are accepted: typing errors of a document, and their right spelling.
    pub aliases: Vec<&'static str>,
    pub place: Place,
    pub required: bool,
    pub schema: Value,
    pub about: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the query of a `GET` or `DELETE`, in the body of anything else. The server takes it from either.
    Fields,
    Path,
    Header,
    /// A file of a multipart form.
    File,
}

/// A success.
pub struct AnswerSpec {
    pub status: u16,
    pub content: Content,
    /// Other successes, without a body that a schema could describe.
    pub also: &'static [(u16, &'static str)],
}

pub enum Content {
    /// What the envelope of the API wraps: the payload, and members beside it.
    Json { data: Option<Value>, beside: Option<Value> },
    /// JSON without an envelope.
    Bare(Value),
    /// No JSON: the media types.
    Other(&'static [&'static str]),
}

impl AnswerSpec {
    pub fn of(content: Content) -> AnswerSpec {
        AnswerSpec { status: 200, content, also: &[] }
    }

    pub fn payload(schema: Value) -> AnswerSpec {
        AnswerSpec::of(Content::Json { data: Some(schema), beside: None })
    }
}

/// The schema of a view, by reference where it has a name.
pub fn schema_of<V: JsonSchema + ?Sized>(schemas: &mut Schemas) -> Value {
    schemas.subschema_for::<V>().to_value()
}
