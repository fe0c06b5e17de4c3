//! Reading what an administrator fills in. A field that is named changes, an empty text empties; what is not named stays.

use crate::{
    base::{
        error::{Result, invalid, missing},
        id::Id,
        idno::IdNumber,
        mask,
    },
    domain::{
        identity::account::{self, Role, Verify},
        shared::region::{Place, PlaceChange},
    },
    http::core::{codes, context::Cx, request::Request},
};

/// A text that may be emptied.
pub fn text(request: &Request, name: &str, most: usize) -> Result<Option<String>> {
    match request.names(name) {
        true => request.text_or_empty(name, most).map(Some),
        false => Ok(None),
    }
}

/// A long text that may be emptied.
pub fn prose(request: &Request, name: &str, most: usize) -> Result<Option<String>> {
    match request.names(name) {
        true => request.prose_or_empty(name, most).map(Some),
        false => Ok(None),
    }
}

/// A long text that cannot be empty.
pub fn filled_prose(request: &Request, name: &str, most: usize) -> Result<Option<String>> {
    match request.names(name) {
        true => request.prose(name, most).map(Some),
        false => Ok(None),
    }
}

/// What may be emptied and is read by its own rule.
pub fn emptied(request: &Request, name: &str, read: impl FnOnce(&str) -> Result<Option<String>>) -> Result<Option<String>> {
    match request.names(name) {
        true => read(name).map(|text| Some(text.unwrap_or_default())),
        false => Ok(None),
    }
}

/// The address of a picture, which may be emptied.
pub fn picture(request: &Request, name: &str) -> Result<Option<String>> {
    emptied(request, name, |name| request.picture_or_none(name))
}

/// Addresses of pictures, which may be emptied.
pub fn pictures(request: &Request, name: &str, most: usize) -> Result<Option<Vec<String>>> {
    match request.names(name) {
        true => request.pictures_or_empty(name, most).map(Some),
        false => Ok(None),
    }
}

pub fn email(request: &Request) -> Result<Option<String>> {
    emptied(request, "email", |name| request.email_or_none(name))
}

/// A text that cannot be empty.
pub fn filled(request: &Request, name: &str, most: usize) -> Result<Option<String>> {
    match request.names(name) {
        true => request.text(name, most).map(Some),
        false => Ok(None),
    }
}

/// Texts that may be emptied.
pub fn texts(request: &Request, name: &str, most: usize, length: usize) -> Result<Option<Vec<String>>> {
    match request.names(name) {
        true => request.texts_or_empty(name, most, length).map(Some),
        false => Ok(None),
    }
}

pub fn number(request: &Request, name: &str) -> Result<Option<u32>> {
    let number = request.integer_or_none(name, 0..=i64::from(u32::MAX))?;
    Ok(number.and_then(|number| u32::try_from(number).ok()))
}

/// An id that 0 (or nothing) takes away.
pub fn reference<K>(request: &Request, name: &str) -> Result<Option<Id<K>>> {
    match request.names(name) {
        true => request.id_or_zero(name).map(Some),
        false => Ok(None),
    }
}

pub fn place(request: &Request) -> Result<PlaceChange> {
    place_beside(request, "")
}

/// The same, of somebody whose address prints like this now.
pub fn place_beside(request: &Request, printed: &str) -> Result<PlaceChange> {
    Ok(PlaceChange {
        province_id: reference(request, "province_id")?,
        city_id: reference(request, "city_id")?,
        county_id: reference(request, "county_id")?,
        addr: masked(request, "addr", printed, |request| text(request, "addr", 200))?,
    })
}

/// A field that prints masked, or empty though it cannot be emptied. What is sent back as it was printed stays; any other text with a star in
/// it was never a whole one.
///
/// Errors: `masked_value`.
pub fn masked<T>(request: &Request, name: &str, printed: &str, read: impl Fn(&Request) -> Result<Option<T>>) -> Result<Option<T>> {
    match mask::is_as_printed(name, &request.text_or_empty(name, usize::MAX)?, printed)? {
        true => Ok(None),
        false => read(request),
    }
}

/// The whole place of something new.
pub fn new_place(request: &Request) -> Result<Place> {
    Ok(Place {
        province_id: request.id_or_zero("province_id")?,
        city_id: request.id_or_zero("city_id")?,
        county_id: request.id_or_zero("county_id")?,
        addr: request.text_or_empty("addr", 200)?,
    })
}

/// `printed` is what stands there now.
pub fn idno(cx: &Cx, request: &Request, printed: &str) -> Result<Option<IdNumber>> {
    masked(request, "idno", printed, |request| {
        let Some(text) = filled(request, "idno", 50)? else { return Ok(None) };
        let today = cx.app.settings.clinic.zone.today(cx.app.clock.now());
        IdNumber::parse(&text, today).map(Some).map_err(|e| e.field("idno", "身份证号码有误"))
    })
}

/// A phone, or the empty text of who has none.
pub fn phone_or_empty(request: &Request) -> Result<Option<String>> {
    match (request.names("phone"), request.has("phone")) {
        (_, true) => request.phone(&["phone"]).map(Some),
        (true, false) => Ok(Some(String::new())),
        (false, false) => Ok(None),
    }
}

/// A new password, hashed: for heavy handlers.
pub fn password(request: &Request) -> Result<Option<String>> {
    match request.has("password") {
        true => account::hash_password(&request.password("password")?).map(Some),
        false => Ok(None),
    }
}

/// `is_verify`: 0 待核验, 1 启用, 2 禁用.
pub fn standing(request: &Request) -> Result<Option<Verify>> {
    Ok(request.integer_or_none("is_verify", 0..=2)?.and_then(codes::verify_of))
}

/// An administrator's decision: 1 or 2; nobody is put back to waiting.
pub fn decision(request: &Request) -> Result<Verify> {
    codes::verify_of(request.integer("is_verify", 1..=2)?).ok_or_else(|| missing("is_verify"))
}

/// One of these words.
pub fn choice<T: Copy>(request: &Request, name: &str, choices: &[(&str, T)]) -> Result<Option<T>> {
    let Some(word) = request.word_or_none(name, 40)? else { return Ok(None) };
    match choices.iter().find(|(known, _)| *known == word) {
        Some((_, choice)) => Ok(Some(*choice)),
        None => {
            let known: Vec<&str> = choices.iter().map(|(known, _)| *known).collect();
            Err(invalid(name, format!("应为 {} 之一", known.join("、"))))
        }
    }
}

/// `type` of news and banners: whose page it is on, as the clients number themselves.
pub fn reader(request: &Request) -> Result<Option<Role>> {
    Ok(request.integer_or_none("type", 1..=3)?.and_then(Role::from_number))
}
