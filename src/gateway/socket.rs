//! One WebSocket: texts in and out, and the close code for everything that ends it. The only file that knows how the WebSocket library writes them.

use std::{future::poll_fn, io::ErrorKind, pin::Pin, time::Duration};

use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use tokio::{io::AsyncWrite, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Error, Message, Utf8Bytes,
        error::ProtocolError,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

/// A message of a client at most, and so a frame.
const MOST_BYTES: usize = 64 << 10;
/// Kept for each connection: two thousand idle ones are many.
const READ_BUFFER: usize = 1 << 10;
/// What is gathered before it is written.
const WRITE_BUFFER: usize = 4 << 10;
/// How long a client may take to hear that it is over, and to answer.
const FAREWELL: Duration = Duration::from_secs(2);

pub struct Socket(WebSocketStream<TokioIo<Upgraded>>);

/// What came.
pub enum Heard {
    Text(Utf8Bytes),
    /// A ping or pong: answered already, and a sign of life.
    Beat,
    End(End),
}

/// Why a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side has gone, in order or not.
    Gone,
    Stopping,
    /// No login, a refused one, or the session is over.
    LoggedOut,
    /// No login in time, nothing heard for too long, or nothing taken.
    Silent,
    Replaced,
    TooFast,
    /// It takes what it is told too slowly.
    TooSlow,
    Binary,
    NotUtf8,
    TooLarge,
    /// Not the protocol (RFC 6455).
    Protocol,
    Internal,
}

impl End {
    /// In the log and in the metrics.
    pub const fn name(self) -> &'static str {
        match self {
            End::Gone => "gone",
            End::Stopping => "stopping",
            End::LoggedOut => "logged_out",
            End::Silent => "silent",
            End::Replaced => "replaced",
            End::TooFast => "too_fast",
            End::TooSlow => "too_slow",
            End::Binary => "binary",
            End::NotUtf8 => "not_utf8",
            End::TooLarge => "too_large",
            End::Protocol => "protocol",
            End::Internal => "internal",
        }
    }

    /// The close code and its reason; `None` where nobody is there to read them.
    fn code(self) -> Option<(u16, &'static str)> {
        Some(match self {
            End::Gone => return None,
            End::Stopping => (1001, "the server stops, connect again"),
            End::Protocol => (1002, "not the WebSocket protocol"),
            End::Binary => (1003, "text frames only"),
            End::NotUtf8 => (1007, "not UTF-8"),
            End::TooLarge => (1009, "a frame has at most 64 KiB"),
            End::Internal => (1011, "internal error, connect again"),
            End::TooSlow => (1013, "too slow, connect again and catch up"),
            End::LoggedOut => (4401, "not logged in"),
            End::Silent => (4408, "silent for too long"),
            End::Replaced => (4409, "too many devices, the oldest gives way"),
            End::TooFast => (4429, "too fast"),
        })
    }
}

impl Socket {
    pub async fn new(stream: TokioIo<Upgraded>) -> Socket {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .write_buffer_size(WRITE_BUFFER)
            .max_message_size(Some(MOST_BYTES))
            .max_frame_size(Some(MOST_BYTES));
        Socket(WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await)
    }

    /// Waits for the next thing. May be dropped while it waits.
    pub async fn hear(&mut self) -> Heard {
        match self.0.next().await {
            Some(Ok(Message::Text(text))) => Heard::Text(text),
            Some(Ok(Message::Binary(_))) => Heard::End(End::Binary),
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Heard::Beat,
            Some(Ok(Message::Close(_))) => {
                // The answer is queued; this sends it.
                let _ = timeout(FAREWELL, self.0.flush()).await;
                Heard::End(End::Gone)
            }
            Some(Err(error)) => Heard::End(fault(&error)),
            None => Heard::End(End::Gone),
        }
    }

    /// Writes a text, sooner or later; [`flush`](Socket::flush) makes it sooner. May be dropped while it waits: then it was not written.
    pub async fn feed(&mut self, text: String) -> Result<(), End> {
        self.0.feed(Message::Text(text.into())).await.map_err(|error| fault(&error))
    }

    pub async fn flush(&mut self) -> Result<(), End> {
        self.0.flush().await.map_err(|error| fault(&error))
    }

    /// Says why it is over, waits a moment for the other side to say the same, and closes.
    pub async fn close(mut self, end: End) {
        if let Some((code, reason)) = end.code() {
            let frame = CloseFrame { code: CloseCode::from(code), reason: Utf8Bytes::from_static(reason) };
            let told = timeout(FAREWELL, self.0.send(Message::Close(Some(frame)))).await;
            if matches!(told, Ok(Ok(()))) {
                let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = self.0.next().await {} }).await;
            }
        }
        let stream = self.0.get_mut();
        let _ = timeout(FAREWELL, poll_fn(|cx| Pin::new(&mut *stream).poll_shutdown(cx))).await;
    }
}

fn fault(error: &Error) -> End {
    match error {
        Error::Utf8(_) => End::NotUtf8,
        Error::Capacity(_) => End::TooLarge,
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => End::Gone,
        Error::Protocol(_) => End::Protocol,
        // It took nothing for too long.
        Error::Io(error) if error.kind() == ErrorKind::TimedOut => End::Silent,
        _ => End::Gone,
    }
}
