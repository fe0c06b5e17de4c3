//! What a handler can answer: a view, which becomes the payload in the envelope of its API, or one of the few other shapes.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::{
    base::error::Result,
    http::core::{
        reply::Reply,
        signature::{AnswerSpec, Content, Schemas, schema_of},
    },
};

/// Something that goes out, and what the reference says of it. Every view is one: the payload.
pub trait Answer {
    fn reply(self) -> Result<Reply>;

    fn describe(schemas: &mut Schemas) -> AnswerSpec;
}

impl<V: Serialize + JsonSchema> Answer for V {
    fn reply(self) -> Result<Reply> {
        Reply::of(&self)
    }

    fn describe(schemas: &mut Schemas) -> AnswerSpec {
        AnswerSpec::payload(schema_of::<V>(schemas))
    }
}

/// The row that `POST` made in a collection: 201, without an envelope.
pub struct Created<V>(pub V);

impl<V: Serialize + JsonSchema> Answer for Created<V> {
    fn reply(self) -> Result<Reply> {
        Reply::bare(201, &self.0)
    }

    fn describe(schemas: &mut Schemas) -> AnswerSpec {
        AnswerSpec { status: 201, ..AnswerSpec::of(Content::Bare(schema_of::<V>(schemas))) }
    }
}

/// What was begun and goes on: 202, without an envelope.
pub struct Accepted<V>(pub V);

impl<V: Serialize + JsonSchema> Answer for Accepted<V> {
    fn reply(self) -> Result<Reply> {
        Reply::bare(202, &self.0)
    }

    fn describe(schemas: &mut Schemas) -> AnswerSpec {
        AnswerSpec { status: 202, ..AnswerSpec::of(Content::Bare(schema_of::<V>(schemas))) }
    }
}

/// The envelope alone.
pub struct Done;

impl Answer for Done {
    fn reply(self) -> Result<Reply> {
        Reply::done()
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Json { data: None, beside: None })
    }
}

/// A payload of `{}`.
pub struct Empty;

impl Answer for Empty {
    fn reply(self) -> Result<Reply> {
        Reply::empty()
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        AnswerSpec::payload(json!({ "type": "object", "maxProperties": 0 }))
    }
}

/// Members beside those of the envelope, and no payload.
pub struct Beside<M>(pub M);

impl<M: Serialize + JsonSchema> Answer for Beside<M> {
    fn reply(self) -> Result<Reply> {
        Reply::beside(&self.0)
    }

    fn describe(schemas: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Json { data: None, beside: Some(schema_of::<M>(schemas)) })
    }
}

/// A payload, and members beside it.
pub struct With<V, M>(pub V, pub M);

impl<V: Serialize + JsonSchema, M: Serialize + JsonSchema> Answer for With<V, M> {
    fn reply(self) -> Result<Reply> {
        Reply::of_and_beside(&self.0, &self.1)
    }

    fn describe(schemas: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Json { data: Some(schema_of::<V>(schemas)), beside: Some(schema_of::<M>(schemas)) })
    }
}
