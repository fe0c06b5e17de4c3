//! A person's own data on its way out.

use tokio::sync::mpsc;

use super::{
    context::Cx,
    reply::Reply,
    signature::{AnswerSpec, Content, Schemas},
    stream::Pieces,
    typed::Answer,
};
use crate::{
    base::error::Result,
    own_data::{self, Whose},
};

const ZIP: &str = "application/zip";

/// A ZIP, which is made while it is sent.
pub struct Zip(Reply);

impl Answer for Zip {
    fn reply(self) -> Result<Reply> {
        Ok(self.0)
    }

    fn describe(_: &mut Schemas) -> AnswerSpec {
        AnswerSpec::of(Content::Other(&[ZIP]))
    }
}

/// A connection that breaks has sent no whole one.
pub fn send(cx: &Cx, whose: Whose, name: &str) -> Zip {
    let (send, receive) = mpsc::channel(Pieces::WAITING);
    let app = cx.app.clone();
    tokio::task::spawn_blocking(move || {
        let mut pieces = Pieces::new(send);
        match own_data::write(&app, &whose, &mut pieces) {
            Ok(()) => pieces.end(),
            Err(error) => {
                tracing::error!(error = error.chain(), "a copy of a person's own data broke off");
                pieces.break_off();
            }
        }
    });
    let name = format!("attachment; filename=\"{name}.zip\"");
    Zip(Reply::stream(ZIP, receive).header("content-disposition", name).header("cache-control", "no-store"))
}
