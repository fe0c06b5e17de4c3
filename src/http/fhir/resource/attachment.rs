//! Pictures, recordings and texts that go with a resource.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::super::print::Print;
use crate::{
    base::{address::UPLOADS, error::Result, time::Time},
    domain::shared::upload::{self, Upload},
};

/// A picture or a recording that is still there.
pub struct Found {
    /// As an `Attachment`.
    pub attachment: Value,
    /// When it was uploaded; `None` of what lies elsewhere.
    pub at: Option<Time>,
}

/// What lies at an address that a row has: an upload by its `Binary`, never by the public address, which opens without a token; what lies
/// elsewhere by its own. `None` where nothing is there any more.
pub fn at(print: &Print, address: &str) -> Result<Option<Found>> {
    let address = address.trim();
    if let Some(upload) = upload(print, address)? {
        let attachment = json!({
            "contentType": upload.mime,
            "url": binary(&upload),
            "size": upload.size,
            "creation": print.date_time(upload.created_at),
        });
        return Ok(Some(Found { attachment, at: Some(upload.created_at) }));
    }
    let is_web = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme)) && !address.contains(char::is_whitespace);
    let elsewhere = is_web && !address.contains(UPLOADS);
    Ok(elsewhere.then(|| Found { attachment: json!({ "url": address }), at: None }))
}

/// Somebody's picture, where it is an upload.
pub fn photo(print: &Print, address: &str) -> Result<Value> {
    let photo = upload(print, address.trim())?.filter(|upload| upload.mime.starts_with("image/"));
    Ok(photo.map_or(Value::Null, |upload| json!({ "contentType": upload.mime, "url": binary(&upload) })))
}

/// A text within the resource itself.
pub fn text(print: &Print, title: &str, text: &str, creation: Time) -> Value {
    json!({
        "contentType": "text/plain; charset=utf-8",
        "language": "zh-CN",
        "data": STANDARD.encode(text),
        "size": text.len(),
        "title": title,
        "creation": print.date_time(creation),
    })
}

/// The upload that a row names by its address, with or without our own site in front; `None` where it is none of ours, or gone.
fn upload(print: &Print, address: &str) -> Result<Option<Upload>> {
    let path = address.strip_prefix(print.clinic.site.as_str()).unwrap_or(address);
    let name = path.strip_prefix(UPLOADS).map(|name| name.split(['?', '#']).next().unwrap_or_default());
    name.map_or(Ok(None), |name| upload::by_name(print.view, name))
}

fn binary(upload: &Upload) -> String {
    format!("Binary/{}", upload.id)
}
