//! 3.1.14 微信素材下载: what a user recorded in WeChat becomes an upload of ours.

use futures_util::future::BoxFuture;

use super::common;
use crate::{
    base::error::{INTERNAL, Result},
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{Endpoint, MEMBER, Run::Outside, get},
    },
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get("3.1.14", "/weixin/media", MEMBER, Outside(fetch_media), "微信素材下载"),
];

fn fetch_media(cx: Cx, request: Request) -> BoxFuture<'static, Result<Reply>> {
    Box::pin(async move {
        let most = usize::try_from(cx.app.settings.limits.upload_bytes).unwrap_or(usize::MAX);
        let bytes = cx.app.wechat.media(&request.text("media_id", 200)?, most).await?;
        // Looking at a picture and syncing it to disk is no work for this thread.
        let kept = tokio::task::spawn_blocking(move || common::examine(&cx, &request, &bytes)?.keep(&cx)).await;
        kept.unwrap_or_else(|e| Err(INTERNAL.caused_by(e)))
    })
}
