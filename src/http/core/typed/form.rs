//! Forms: what a request holds, as a struct. `form!` makes one, with its reader and what the reference says of it:
//!
//! ```ignore
//! form! {
//!     /// What a new session is made of.
//!     pub struct PublishSession {
//!         /// 地址
//!         addr: Text<200>,
//!         /// 医生 id
//!         doctor_id = "doctorId": DoctorId,
//!         phone = "phono" | "phone" | "photo": Phone,
//!         price: Option<Amount<0, 100_000>>,
//!     }
//! }
//! ```
//!
//! A field has the `Value` of its kind (`addr` is a `String`, `price` an `Option<i64>`). Its name in a request is its own,
//! or the first after `=`; the others are accepted as well. A request that breaks several rules is told of all of them.

use super::{
    field::{Field, Form, Path, Segment},
    source::{Names, Source},
};
use crate::{
    base::error::{Error, INTERNAL, Kind, Result},
    http::core::signature::{FieldSpec, Schemas},
};

impl Form for () {
    fn read(_: &Source) -> Result<()> {
        Ok(())
    }

    fn describe(_: &mut Schemas, _: &mut Vec<FieldSpec>) {}
}

impl<A: Form, B: Form> Form for (A, B) {
    fn read(source: &Source) -> Result<(A, B)> {
        match (A::read(source), B::read(source)) {
            (Ok(a), Ok(b)) => Ok((a, b)),
            (Err(first), Err(second)) => Err(both(first, second)),
            (Err(error), _) | (_, Err(error)) => Err(error),
        }
    }

    fn describe(schemas: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        A::describe(schemas, fields);
        B::describe(schemas, fields);
    }

    fn about() -> String {
        [A::about(), B::about()].join(" ").trim().to_owned()
    }
}

/// The `{id}` of a path.
pub struct ById<T> {
    pub id: T,
}

impl<T: Segment> Form for ById<T> {
    fn read(source: &Source) -> Result<ById<T>> {
        Ok(ById { id: Path::<T>::take(source, &["id"])? })
    }

    fn describe(schemas: &mut Schemas, fields: &mut Vec<FieldSpec>) {
        Path::<T>::describe(&["id"], "", schemas, fields);
    }
}

/// Reads the fields of one form, all of them, so that whoever filled it in learns of every mistake at once.
pub struct Reader<'a> {
    source: &'a Source<'a>,
    error: Option<Error>,
}

impl<'a> Reader<'a> {
    pub fn new(source: &'a Source<'a>) -> Reader<'a> {
        Reader { source, error: None }
    }

    /// `None` where the field is at fault: [`Reader::end`] tells.
    pub fn take<F: Field>(&mut self, names: Names) -> Option<F::Value> {
        match F::take(self.source, names) {
            Ok(value) => Some(value),
            Err(error) => {
                self.error = Some(match self.error.take() {
                    None => error,
                    Some(first) => both(first, error),
                });
                None
            }
        }
    }

    pub fn end(self) -> Result<()> {
        self.error.map_or(Ok(()), Err)
    }

    /// What a form answers for a field that is `None` though nothing is at fault.
    pub fn lost() -> Error {
        INTERNAL.caused_by("a field that was read is not there")
    }
}

/// The first error with the fields of the second. Who names nothing that exists need not hear of fields.
fn both(first: Error, second: Error) -> Error {
    match (first.kind(), second.kind()) {
        (Kind::Malformed, Kind::NotFound) => second,
        (Kind::Malformed, Kind::Malformed) => second.fields().iter().fold(first, |error, (name, problem)| error.field(name, problem)),
        _ => first,
    }
}

/// Makes a struct with its [`Form`]; see the head of this file.
macro_rules! form {
    (@names $field:ident) => { &[stringify!($field)] };
    (@names $field:ident $($name:literal)+) => { &[$($name),+] };
    (
        $(#[doc = $about:literal])*
        $vis:vis struct $form:ident {
            $( $(#[doc = $doc:literal])* $field:ident $(= $first:literal $(| $more:literal)*)? : $kind:ty ),* $(,)?
        }
    ) => {
        $(#[doc = $about])*
        $vis struct $form {
            $( $(#[doc = $doc])* pub $field: <$kind as $crate::http::core::typed::Field>::Value, )*
        }

        impl $crate::http::core::typed::Form for $form {
            fn read(source: &$crate::http::core::typed::Source) -> $crate::base::error::Result<$form> {
                let mut reader = $crate::http::core::typed::Reader::new(source);
                $(
                    let $field = reader
                        .take::<$kind>($crate::http::core::typed::form!(@names $field $($first $($more)*)?));
                )*
                reader.end()?;
                let lost = $crate::http::core::typed::Reader::lost;
                Ok($form { $( $field: $field.ok_or_else(lost)?, )* })
            }

            fn describe(
                schemas: &mut $crate::http::core::signature::Schemas,
                fields: &mut Vec<$crate::http::core::signature::FieldSpec>,
            ) {
                $(
                    <$kind as $crate::http::core::typed::Field>::describe(
                        $crate::http::core::typed::form!(@names $field $($first $($more)*)?),
                        concat!($($doc,)* "").trim(),
                        schemas,
                        fields,
                    );
                )*
            }

            fn about() -> String {
                concat!($($about,)* "").trim().to_owned()
            }
        }
    };
}
pub(crate) use form;
