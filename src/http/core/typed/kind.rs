//! Of what kinds the fields of a form are. Each is read by its reader in [`Fields`](crate::http::core::fields::Fields), which cleans it and knows
//! its limits; here stands which reader that is, what comes out, and the JSON Schema.

use std::{borrow::Cow, marker::PhantomData};

use jiff::civil::Date;
use schemars::{JsonSchema, Schema, json_schema};
use serde_json::{Value, json};

use super::source::Source;
use crate::{
    base::{
        error::{Result, invalid},
        id::Id,
        idno::IdNumber,
    },
    http::core::signature::Schemas,
};

pub use super::field::Kind;

/// `Text<200>` is a text of one line, up to 200 characters.
pub struct Text<const MOST: usize>;

impl<const MOST: usize> Kind for Text<MOST> {
    type Value = String;

    fn read(source: &Source, name: &'static str) -> Result<Option<String>> {
        source.request.text_or_none(name, MOST)
    }

    fn schema() -> Value {
        text(MOST)
    }
}

/// A long text, in which line breaks stay.
pub struct Prose<const MOST: usize>;

impl<const MOST: usize> Kind for Prose<MOST> {
    type Value = String;

    fn read(source: &Source, name: &'static str) -> Result<Option<String>> {
        source.request.prose_or_none(name, MOST)
    }

    fn schema() -> Value {
        text(MOST)
    }
}

/// A word, a date or a time, whose signs may come at full width.
pub struct Word<const MOST: usize>;

impl<const MOST: usize> Kind for Word<MOST> {
    type Value = String;

    fn read(source: &Source, name: &'static str) -> Result<Option<String>> {
        source.request.word_or_none(name, MOST)
    }

    fn schema() -> Value {
        text(MOST)
    }
}

fn text(most: usize) -> Value {
    match most {
        usize::MAX => json!({ "type": "string" }),
        most => json!({ "type": "string", "maxLength": most }),
    }
}

/// Kinds that one reader reads and one schema describes.
macro_rules! kinds {
    ($( $(#[doc = $doc:literal])* $kind:ident($reader:expr) -> $value:ty = $schema:tt; )*) => {$(
        $(#[doc = $doc])*
        pub struct $kind;

        impl Kind for $kind {
            type Value = $value;

            fn read(source: &Source, name: &'static str) -> Result<Option<$value>> {
                let read: fn(&Source, &'static str) -> Result<Option<$value>> = $reader;
                read(source, name)
            }

            fn schema() -> Value {
                json!($schema)
            }
        }
    )*};
}

/// `read` where the request has the field.
fn if_there<T>(source: &Source, name: &'static str, read: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
    if source.request.has(name) { read().map(Some) } else { Ok(None) }
}

kinds! {
    /// The six digits of an SMS.
    SmsCode(|source, name| source.request.sms_code_or_none(name)) -> String
        = { "type": "string", "pattern": "^[0-9]{6}$", "examples": ["012345"] };
    /// The address of a picture or a recording: one of our uploads, or on the web.
    Picture(|source, name| source.request.picture_or_none(name)) -> String = { "type": "string", "maxLength": 500 };
    /// The address of a page: on the web, or a path.
    PageAddress(|source, name| Ok(Some(source.request.page_address_or_empty(name)?).filter(|text| !text.is_empty()))) -> String
        = { "type": "string", "maxLength": 500 };
    Email(|source, name| source.request.email_or_none(name)) -> String
        = { "type": "string", "maxLength": 100, "examples": ["wang@clinic.example"] };
    /// Centimetres, 30 to 280.
    Height(|source, name| source.request.height_or_none(name)) -> String = { "type": "string", "maxLength": 20, "examples": ["172"] };
    /// Kilogrammes, 0.3 to 500.
    Weight(|source, name| source.request.weight_or_none(name)) -> String = { "type": "string", "maxLength": 20, "examples": ["65.5"] };
    /// A new password, as it is typed.
    Password(|source, name| if_there(source, name, || source.request.password(name))) -> String
        = { "type": "string", "minLength": 6, "maxLength": 128 };
    /// A password that is compared with a stored one.
    Attempt(|source, name| if_there(source, name, || source.request.attempt(name))) -> String = { "type": "string", "maxLength": 1000 };
    /// A mainland mobile number.
    Phone(|source, name| if_there(source, name, || source.request.phone(&[name]))) -> String
        = { "type": "string", "maxLength": 40, "examples": ["19900000001"] };
    /// The same, or a number of Hong Kong, Macau or Taiwan with its country code.
    AnyPhone(|source, name| if_there(source, name, || source.request.any_phone(&[name]))) -> String
        = { "type": "string", "maxLength": 40, "examples": ["+85291234567"] };
    /// Yes or no.
    Flag(|source, name| source.request.flag_or_none(name)) -> bool = { "type": "integer", "enum": [0, 1] };
    /// A number from 0 on, such as a place in an order.
    Count(|source, name| {
        let number = source.request.integer_or_none(name, 0..=i64::from(u32::MAX))?;
        Ok(number.and_then(|number| u32::try_from(number).ok()))
    }) -> u32 = { "type": "integer", "minimum": 0, "maximum": 4_294_967_295_u32 };
    /// A day of birth that is not after today.
    Birthday(|source, name| source.request.birthday(name, source.today())) -> Date
        = { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "examples": ["1984-10-15"] };
    /// A mainland identity number, whose last sign is right.
    IdNo(|source, name| {
        let Some(text) = source.request.text_or_none(name, 50)? else { return Ok(None) };
        IdNumber::parse(&text, source.today()).map(Some).map_err(|e| e.field(name, "身份证号码有误"))
    }) -> IdNumber = { "type": "string", "maxLength": 50 };
    /// Any JSON, also where it comes as a text.
    Json(|source, name| source.request.json(name)) -> Value = {};
}

impl<K> Kind for Id<K> {
    type Value = Id<K>;

    fn read(source: &Source, name: &'static str) -> Result<Option<Id<K>>> {
        source.request.id_or_none(name)
    }

    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0, "examples": [1001] })
    }
}

/// An id that goes out.
impl<K> JsonSchema for Id<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_: &mut Schemas) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0 })
    }
}

/// A code or the number of something, without spaces and dashes.
pub struct Code<const MOST: usize>;

impl<const MOST: usize> Kind for Code<MOST> {
    type Value = String;

    fn read(source: &Source, name: &'static str) -> Result<Option<String>> {
        if_there(source, name, || source.request.code(name, MOST))
    }

    fn schema() -> Value {
        text(MOST)
    }
}

/// A whole number within limits.
pub struct Whole<const LEAST: i64, const MOST: i64>;

impl<const LEAST: i64, const MOST: i64> Kind for Whole<LEAST, MOST> {
    type Value = i64;

    fn read(source: &Source, name: &'static str) -> Result<Option<i64>> {
        source.request.integer_or_none(name, LEAST..=MOST)
    }

    fn schema() -> Value {
        whole(LEAST, MOST)
    }
}

/// Money in the API's unit (fen, or whole yuan), within limits. Yes and no are numbers elsewhere, but no amounts.
pub struct Amount<const LEAST: i64, const MOST: i64>;

impl<const LEAST: i64, const MOST: i64> Kind for Amount<LEAST, MOST> {
    type Value = i64;

    fn read(source: &Source, name: &'static str) -> Result<Option<i64>> {
        source.request.amount(name, LEAST..=MOST)
    }

    fn schema() -> Value {
        whole(LEAST, MOST)
    }
}

fn whole(least: i64, most: i64) -> Value {
    match (least, most) {
        (i64::MIN, i64::MAX) => json!({ "type": "integer" }),
        (least, i64::MAX) => json!({ "type": "integer", "minimum": least }),
        (least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
    }
}

/// `Texts<20, 50>` is up to 20 texts of up to 50 characters each. An empty list is missing.
pub struct Texts<const MOST: usize, const LENGTH: usize>;

impl<const MOST: usize, const LENGTH: usize> Kind for Texts<MOST, LENGTH> {
    type Value = Vec<String>;

    fn read(source: &Source, name: &'static str) -> Result<Option<Vec<String>>> {
        Ok(source.request.texts_or_none(name, MOST, LENGTH)?.filter(|texts| !texts.is_empty()))
    }

    fn schema() -> Value {
        json!({ "type": "array", "maxItems": MOST, "items": text(LENGTH) })
    }
}

/// Up to so many addresses of pictures. An empty list is missing.
pub struct Pictures<const MOST: usize>;

impl<const MOST: usize> Kind for Pictures<MOST> {
    type Value = Vec<String>;

    fn read(source: &Source, name: &'static str) -> Result<Option<Vec<String>>> {
        Ok(Some(source.request.pictures_or_empty(name, MOST)?).filter(|pictures| !pictures.is_empty()))
    }

    fn schema() -> Value {
        json!({ "type": "array", "maxItems": MOST, "items": Picture::schema() })
    }
}

/// Up to so many ids of a kind, or a lone one. An empty list is missing.
pub struct Ids<K, const MOST: usize>(PhantomData<K>);

impl<K, const MOST: usize> Kind for Ids<K, MOST> {
    type Value = Vec<Id<K>>;

    fn read(source: &Source, name: &'static str) -> Result<Option<Vec<Id<K>>>> {
        Ok(source.request.ids_or_none(name, MOST)?.filter(|ids| !ids.is_empty()))
    }

    fn schema() -> Value {
        let items = <Id<K> as Kind>::schema();
        match MOST {
            usize::MAX => json!({ "type": "array", "items": items }),
            most => json!({ "type": "array", "maxItems": most, "items": items }),
        }
    }
}

/// Words that stand for something.
pub trait Choice: Copy + 'static {
    const WORDS: &'static [(&'static str, Self)];
}

/// One of the words of a [`Choice`].
pub struct OneOf<C>(PhantomData<C>);

impl<C: Choice> Kind for OneOf<C> {
    type Value = C;

    fn read(source: &Source, name: &'static str) -> Result<Option<C>> {
        let Some(word) = source.request.word_or_none(name, 40)? else { return Ok(None) };
        let known = || C::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>().join("、");
        let choice = C::WORDS.iter().find(|(known, _)| *known == word);
        choice.map(|(_, choice)| Some(*choice)).ok_or_else(|| invalid(name, format!("应为 {} 之一", known())))
    }

    fn schema() -> Value {
        json!({ "type": "string", "enum": C::WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>() })
    }
}
