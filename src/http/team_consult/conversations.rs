//! Our own beside 1.1 and 1.2: all conversations in one list, taking a message back, and the way to each other in a call.

use serde::Serialize;
use serde_json::Value;

use crate::{
    base::{
        error::{INTERNAL, Result},
        id::{AccountId, ConversationId, EncounterId, MessageId},
        secret,
        time::{HOUR, SECOND},
    },
    domain::{
        messaging::{conversation::Side, message::Message},
        relations::dispatch::{
            conversations::{self, Listed},
            retract,
        },
        shared::mimetype,
    },
    http::core::{context::Cx, reply::Reply, request::Request},
    live::frame::{self, MessageView},
    store::{Tx, View},
};

/// Characters of the newest message that a list shows.
const GLIMPSE: usize = 100;
/// How long a name and password for a TURN server are good: longer than a call.
const ICE_TTL: i64 = 12 * HOUR;

#[derive(Serialize)]
struct ConversationView {
    conversation_id: ConversationId,
    kind: &'static str,
    peer: Option<PeerView>,
    title: String,
    last: Option<LastView>,
    unread: u32,
    consultation_id: Option<EncounterId>,
    may_write: bool,
}

#[derive(Serialize)]
struct PeerView {
    member_id: AccountId,
    name: String,
    avatar: String,
}

#[derive(Serialize)]
struct LastView {
    message_id: MessageId,
    text: String,
    created: i64,
    from_member_id: AccountId,
    retracted: bool,
}

impl From<Listed> for ConversationView {
    fn from(listed: Listed) -> ConversationView {
        let side = listed.side;
        ConversationView {
            conversation_id: listed.id,
            kind: frame::name(listed.kind),
            peer: listed.peer.map(|(member_id, face)| PeerView { member_id, name: face.name, avatar: face.avatar }),
            title: listed.title,
            last: listed.last.map(|last| LastView {
                message_id: last.id,
                text: glimpse(&last, side),
                created: last.created_at.0,
                from_member_id: last.from,
                retracted: last.retracted_at.is_some(),
            }),
            unread: listed.unread,
            consultation_id: listed.consultation,
            may_write: listed.may_write,
        }
    }
}

/// What a list shows of a message: its beginning, or a word for what is no text.
fn glimpse(message: &Message, side: Side) -> String {
    let text = match message.parts.iter().find(|part| part.side == side) {
        _ if message.retracted_at.is_some() => String::new(),
        Some(part) => {
            let (title, text) = frame::headed(part);
            format!("{title} {text}")
        }
        None if message.mimetype == mimetype::VAS => service(&message.content),
        None => match mimetype::kind_of(&message.mimetype) {
            Some(mimetype::MimeKind::Image) => "图片".to_owned(),
            Some(mimetype::MimeKind::Audio) => "语音".to_owned(),
            _ if message.content.trim().is_empty() && !message.images.is_empty() => "图片".to_owned(),
            _ => message.content.clone(),
        },
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(GLIMPSE).collect()
}

/// A service that is offered, by its name.
fn service(content: &str) -> String {
    let name = serde_json::from_str::<Value>(content).ok().and_then(|vas| vas["name"].as_str().map(str::to_owned));
    format!("增值服务 {}", name.unwrap_or_default())
}

pub fn list(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let listed = conversations::list(db, cx.my_id()?, request.skip_page()?)?;
    let page = serde_json::json!({
        "items": serde_json::to_value(listed.items.into_iter().map(ConversationView::from).collect::<Vec<_>>()).map_err(|e| INTERNAL.caused_by(e))?,
        "total": listed.total,
    });
    let app = cx.app.clone();
    // A client asks for what comes after the last message that it knows: none goes out that a kill could take back.
    Reply::later(async move {
        app.store.on_disk().await?;
        Reply::of(&page)
    })
}

pub fn retract_message(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.my_id()?;
    let (mine, message) = retract::retract(db, me, request.path_id("id")?)?;
    Reply::of(&MessageView::of(db, message, me, mine.side)?)
}

#[derive(Serialize)]
struct IceView {
    servers: Vec<IceServerView>,
    /// Until when names and passwords are good, in milliseconds since 1970.
    expires: i64,
}

#[derive(Serialize)]
struct IceServerView {
    urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credential: Option<String>,
}

/// TURN servers take a name that says how long it is good and for whom it was made, with the password that follows from it and their secret.
pub fn list_ice_servers(cx: &Cx, db: &View, _: &Request) -> Result<Reply> {
    let expires = db.now.plus(ICE_TTL).0;
    let name = format!("{}:{}", expires / SECOND, cx.me()?.account);
    let servers = db.settings.im.ice_servers.iter().map(|server| IceServerView {
        urls: vec![server.address.clone()],
        username: server.secret.as_ref().map(|_| name.clone()),
        credential: server.secret.as_ref().map(|secret| secret::turn_credential(secret.expose(), &name)),
    });
    Reply::of(&IceView { servers: servers.collect(), expires })
}
