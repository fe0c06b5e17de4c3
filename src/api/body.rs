use crate::base::error::Result;
use bytes::{Buf, Bytes};
use futures_util::Stream;
use serde_json::{Map, Value};
use std::time::Duration;
use warp::http::HeaderMap;
pub struct Limits {
    pub body: u64,
    pub upload: u64,
    pub time: Duration,
}
pub struct Body {
    pub fields: Map<String, Value>,
    pub files: Vec<File>,
}
pub struct File {
    pub field: String,
    pub name: String,
    pub bytes: Bytes,
}
pub async fn read(
    _h: &HeaderMap,
    _b: impl Stream<Item = std::result::Result<impl Buf, warp::Error>>,
    _l: &Limits,
    _u: bool,
) -> Result<Body> {
    todo!()
}
pub fn query(_raw: &str, _into: &mut Map<String, Value>) -> Result<()> {
    todo!()
}
