//! What is left of a request's body once its answer is known (RFC 9112, 9.3 and 9.6).
//!
//! A request may be refused before its body was read. On HTTP/1.1 the body still stands before the next request on that connection, so either it
//! is read and thrown away, or the connection is closed and the answer says so.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    HeaderMap,
    body::{Body, Frame, Incoming, SizeHint},
    header,
};
use tokio::{sync::oneshot, time::timeout};

/// Bytes of a refused body that are read, and for how long: what takes more costs a new connection instead.
const MOST: u64 = 64 << 10;
const PATIENCE: Duration = Duration::from_secs(1);

/// A body that is given back if it is dropped before its end.
pub struct Watched {
    body: Option<Incoming>,
    at_end: bool,
    back: Option<oneshot::Sender<Incoming>>,
}

/// Where a body comes back to.
pub struct Rest {
    back: oneshot::Receiver<Incoming>,
    /// The client waits to be asked for the body (RFC 9110, 10.1.1).
    waits: bool,
}

impl Watched {
    pub fn new(body: Incoming, headers: &HeaderMap) -> (Watched, Rest) {
        let (send, back) = oneshot::channel();
        let waits = headers.contains_key(header::EXPECT);
        (Watched { at_end: body.is_end_stream(), body: Some(body), back: Some(send) }, Rest { back, waits })
    }
}

impl Body for Watched {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        // After an error there is nothing to come either.
        self.at_end = !matches!(frame, Some(Ok(_))) || self.body.as_ref().is_none_or(Body::is_end_stream);
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, Body::size_hint)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let (false, Some(body), Some(back)) = (self.at_end, self.body.take(), self.back.take()) {
            let _ = back.send(body);
        }
    }
}

impl Rest {
    /// Reads what is left, where that is little. Answers whether the connection can be used again. To be called when the body is dropped.
    pub async fn read(mut self) -> bool {
        let Ok(mut body) = self.back.try_recv() else { return true };
        if self.waits || body.size_hint().lower() > MOST {
            return false;
        }
        let reading = async {
            let mut read = 0;
            while let Some(frame) = body.frame().await {
                let Ok(frame) = frame else { return false };
                read += frame.data_ref().map_or(0, |data| data.len() as u64);
                if read > MOST {
                    return false;
                }
            }
            true
        };
        timeout(PATIENCE, reading).await.unwrap_or(false)
    }
}
