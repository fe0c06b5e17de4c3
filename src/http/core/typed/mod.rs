//! Rows whose handler takes a typed form and answers a typed view:
//!
//! ```ignore
//! post(SECTION, "/project", DOCTOR, run!(Write(publish)), "发布义诊接口"),
//!
//! fn publish(cx: &Cx, db: &mut Tx, form: PublishSession) -> Result<SessionView>
//! ```
//!
//! [`run!`] makes two functions of the handler: one that reads the form, runs it and wraps what it answers, and one that tells its [`Signature`].
//! So a field, its limits and its meaning stand in one place, and the 400, the reference and the tests follow from there. What a request may hold
//! is said in `form`, of what kinds its fields are in `kind` and `field`, what can be answered in `answer`.

mod answer;
mod field;
mod form;
mod kind;
mod part;
mod source;

pub use answer::{Accepted, Answer, Beside, Created, Done, Empty, With};
pub use field::{Field, Filled, Flat, Form, OrEmpty, Patch, Path, Segment, Sent, missing_of};
pub(crate) use form::form;
pub use form::{ById, Reader};
pub use kind::*;
pub use source::{Names, Source};

use super::{
    context::Cx,
    reply::Reply,
    request::Request,
    signature::{Describe, Schemas, Signature},
    table::{Access, Endpoint, Method, Run, row},
};
use crate::{
    base::error::Result,
    store::{Tx, View},
};

/// What runs a row, and what it takes and gives.
#[derive(Clone, Copy)]
pub struct Typed {
    run: Run,
    signature: Option<Describe>,
}

impl Typed {
    /// For [`run!`].
    pub const fn new(run: Run, signature: Describe) -> Typed {
        Typed { run, signature: Some(signature) }
    }
}

/// For a handler that must read the request itself. Its operation in the reference comes from `data/contract`.
pub const fn untyped(run: Run) -> Typed {
    Typed { run, signature: None }
}

type Row = (&'static str, &'static str, Access, Typed, &'static str);

const fn typed(method: Method, (section, path, access, typed, title): Row) -> Endpoint {
    Endpoint { signature: typed.signature, ..row(method, (section, path, access, typed.run, title)) }
}

pub const fn get(section: &'static str, path: &'static str, access: Access, run: Typed, title: &'static str) -> Endpoint {
    typed(Method::Get, (section, path, access, run, title))
}

pub const fn post(section: &'static str, path: &'static str, access: Access, run: Typed, title: &'static str) -> Endpoint {
    typed(Method::Post, (section, path, access, run, title))
}

pub const fn put(section: &'static str, path: &'static str, access: Access, run: Typed, title: &'static str) -> Endpoint {
    typed(Method::Put, (section, path, access, run, title))
}

pub const fn patch(section: &'static str, path: &'static str, access: Access, run: Typed, title: &'static str) -> Endpoint {
    typed(Method::Patch, (section, path, access, run, title))
}

pub const fn delete(section: &'static str, path: &'static str, access: Access, run: Typed, title: &'static str) -> Endpoint {
    typed(Method::Delete, (section, path, access, run, title))
}

/// A [`Typed`] of `Read(handler)`, `Search(handler)`, `Write(handler)`, `Heavy(handler)`, `Upload(handler)` or `Outside(handler)`; where each runs
/// is said at [`Run`]. Handlers take `(&Cx, &View, Form)`, `(&Cx, &mut Tx, Form)`, `(&Cx, Form)`, or, to wait outside, `(Cx, Form)` as `async fn`.
macro_rules! run {
    (Read($handler:path)) => { $crate::http::core::typed::run!(@with_store Read $handler, of_read) };
    (Search($handler:path)) => { $crate::http::core::typed::run!(@with_store Search $handler, of_read) };
    (Write($handler:path)) => { $crate::http::core::typed::run!(@with_store Write $handler, of_write) };
    (Heavy($handler:path)) => { $crate::http::core::typed::run!(@without_store Heavy $handler) };
    (Upload($handler:path)) => { $crate::http::core::typed::run!(@without_store Upload $handler) };
    (Outside($handler:path)) => {
        $crate::http::core::typed::Typed::new(
            $crate::http::core::table::Run::Outside(|cx, request| {
                Box::pin(async move {
                    let form = $crate::http::core::typed::read(&cx, &request)?;
                    $crate::http::core::typed::Answer::reply($handler(cx, form).await?)
                })
            }),
            |schemas| $crate::http::core::typed::of_outside(stringify!($handler), $handler, schemas),
        )
    };
    (@with_store $run:ident $handler:path, $signature:ident) => {
        $crate::http::core::typed::Typed::new(
            $crate::http::core::table::Run::$run(|cx, db, request| {
                $crate::http::core::typed::Answer::reply($handler(cx, db, $crate::http::core::typed::read(cx, request)?)?)
            }),
            |schemas| $crate::http::core::typed::$signature(stringify!($handler), $handler, schemas),
        )
    };
    (@without_store $run:ident $handler:path) => {
        $crate::http::core::typed::Typed::new(
            $crate::http::core::table::Run::$run(|cx, request| {
                $crate::http::core::typed::Answer::reply($handler(cx, $crate::http::core::typed::read(cx, request)?)?)
            }),
            |schemas| $crate::http::core::typed::of_heavy(stringify!($handler), $handler, schemas),
        )
    };
}
pub(crate) use run;

/// Reads a form. Errors: `missing_field`, `invalid_field`, with all fields that are at fault; `not_found` for what is no id in the path.
pub fn read<F: Form>(cx: &Cx, request: &Request) -> Result<F> {
    F::read(&Source { cx, request })
}

/// What a handler beside the writer takes and gives.
pub fn of_read<F: Form, A: Answer>(name: &'static str, _: fn(&Cx, &View, F) -> Result<A>, schemas: &mut Schemas) -> Signature {
    signature::<F, A>(name, schemas)
}

/// The same, of a job of the writer.
pub fn of_write<F: Form, A: Answer>(name: &'static str, _: fn(&Cx, &mut Tx, F) -> Result<A>, schemas: &mut Schemas) -> Signature {
    signature::<F, A>(name, schemas)
}

/// The same, of a handler on the pool.
pub fn of_heavy<F: Form, A: Answer>(name: &'static str, _: fn(&Cx, F) -> Result<A>, schemas: &mut Schemas) -> Signature {
    signature::<F, A>(name, schemas)
}

/// The same, of a handler that waits for another server.
pub fn of_outside<F: Form, A: Answer, W: Future<Output = Result<A>>>(
    name: &'static str,
    _: fn(Cx, F) -> W,
    schemas: &mut Schemas,
) -> Signature {
    signature::<F, A>(name, schemas)
}

fn signature<F: Form, A: Answer>(handler: &'static str, schemas: &mut Schemas) -> Signature {
    let mut fields = Vec::new();
    F::describe(schemas, &mut fields);
    Signature { handler, about: F::about(), fields, answer: A::describe(schemas) }
}

/// A reply made by hand, where a handler must set headers or more: `A` tells what the reference says of it.
pub struct Prepared<A> {
    reply: Reply,
    says: std::marker::PhantomData<A>,
}

impl<A> From<Reply> for Prepared<A> {
    fn from(reply: Reply) -> Prepared<A> {
        Prepared { reply, says: std::marker::PhantomData }
    }
}

impl<A: Answer> Answer for Prepared<A> {
    fn reply(self) -> Result<Reply> {
        Ok(self.reply)
    }

    fn describe(schemas: &mut Schemas) -> super::signature::AnswerSpec {
        A::describe(schemas)
    }
}
