//! 1.1 and 1.2 IM: where the live gateway is and how to log in there; its messages and calls over HTTP, for clients that are not connected.

use serde_json::{Value, json};

use super::conversations;
use crate::{
    base::error::{Error, INTERNAL, Result, invalid, missing},
    domain::{
        identity::im_password,
        messaging::{
            conversation::Side,
            message::{self, Place},
        },
        relations::dispatch::{self, SendTarget, read, send},
        shared::mimetype,
    },
    http::core::{
        context::Cx,
        reply::Reply,
        request::Request,
        table::{
            ANYONE, Endpoint, MEMBER,
            Run::{Heavy, Read, Upgrade, Write},
            get, post,
        },
    },
    live::{
        call::NewCall,
        call_room::{self, CallMedia},
        frame::{self, MessageView},
    },
    store::{Tx, View},
};

#[rustfmt::skip]
pub const CHAPTER: &[Endpoint] = &[
    get ("1.1", "/im/servers",   MEMBER, Read(list_servers),    "获取 im server ip 地址"),
    get ("1.2", "/im/password",  MEMBER, Write(make_password),  "获取 im password").without_key().changing(),
    get ("own", "/im/mimetypes", ANYONE, Read(list_mimetypes),  "消息类型"),
    get ("own", "/im/messages",  MEMBER, Read(list_messages),   "读取消息"),
    post("own", "/im/messages",  MEMBER, Write(send_message),   "发送消息"),
    post("own", "/im/messages/{id}/retract", MEMBER, Write(conversations::retract_message), "撤回消息"),
    get ("own", "/im/conversations", MEMBER, Read(conversations::list), "会话列表"),
    post("own", "/im/calls",     MEMBER, Heavy(create_call),    "发起通话"),
    get ("own", "/im/ice",       MEMBER, Read(conversations::list_ice_servers), "通话穿越服务器"),
    get ("own", "/im/ws",        ANYONE, Upgrade,               "实时网关（WebSocket）"),
];

const GATEWAY: &str = "/im/ws";
/// Messages in one answer: usually, and at most.
const PAGE: (i64, i64) = (100, 500);
/// Characters of a text: over HTTP one that is too long is a field that is at fault, as everywhere.
const MOST_TEXT: usize = message::MOST_CHARACTERS;

/// `url` is not the document's: the whole address, which is what a client needs.
fn list_servers(cx: &Cx, _: &View, request: &Request) -> Result<Reply> {
    let url = gateway(cx, request);
    let (host, port) = authority(&url);
    Reply::of(&json!([{ "ip": host, "port": port, "url": url }]))
}

/// `url` and `member_id` are not the document's.
fn make_password(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let me = cx.me()?;
    let password = im_password::make(db, me.account, me.session)?;
    let expire = db.settings.im.password_ttl.as_seconds();
    Reply::of(&json!({ "expire": expire, "password": password, "url": gateway(cx, request), "member_id": me.account }))
}

fn list_mimetypes(_: &Cx, _: &View, _: &Request) -> Result<Reply> {
    let one = |row: &mimetype::Mimetype| json!({ "mimetype": row.mimetype, "kind": row.kind.name(), "name": row.name, "symptom": row.kind.is_sent() });
    Reply::of(&mimetype::ALL.iter().map(one).collect::<Value>())
}

fn list_messages(cx: &Cx, db: &View, request: &Request) -> Result<Reply> {
    let of = target(request, "member_id")?;
    let limit = request.integer_or_none("limit", 1..=i64::MAX)?.unwrap_or(PAGE.0).min(PAGE.1);
    let me = cx.my_id()?;
    let place = match request.id_or_none("before")? {
        Some(message) => Place::Before(message),
        None => Place::After(request.id_or_zero("after")?),
    };
    let (side, messages) = read::messages(db, me, of, place, usize::try_from(limit).unwrap_or_default())?;
    let items = messages.items.into_iter().map(|message| MessageView::of(db, message, me, side)).collect::<Result<Vec<_>>>()?;
    let (app, page) = (cx.app.clone(), json!({ "items": to_json(&items)?, "total": messages.total }));
    // A client asks for what comes after the last one that it has: none goes out that a kill could take back.
    Reply::later(async move {
        app.store.on_disk().await?;
        Reply::of(&page)
    })
}

/// The frame `send` of the gateway, with `client_id` for its `id`.
fn send_message(cx: &Cx, db: &mut Tx, request: &Request) -> Result<Reply> {
    let form = send::Send {
        to: target(request, "to_member_id")?,
        mimetype: request.word("mimetype", 100)?,
        content: request.prose("content", MOST_TEXT)?,
        images: request.pictures_or_empty("images", 9)?,
        client_id: request.text_or_empty("client_id", 64)?,
    };
    let me = cx.my_id()?;
    // 留言 are shorter.
    let too_long = |error: Error| if error.is(&message::TOO_LONG) { invalid("content", error.message()) } else { error };
    let sent = send::send(db, me, form).map_err(too_long)?;
    Reply::of(&MessageView::of(db, sent, me, Side::of(cx.me()?.role))?)
}

/// Heavy only because the room opens after the commit that numbers it.
fn create_call(cx: &Cx, request: &Request) -> Result<Reply> {
    let me = cx.my_id()?;
    let media = CallMedia::from_name(&request.word("media", 20)?).ok_or_else(|| invalid("media", "应为 audio 或 video"))?;
    // However many: what is too many is the room's to say.
    let others = request.ids_or_none("member_ids", usize::MAX)?.filter(|ids| !ids.is_empty()).ok_or_else(|| missing("member_ids"))?;
    if others.iter().all(|other| *other == me) {
        return Err(invalid("member_ids", "应有自己以外的人"));
    }
    call_room::need_places(me, &others)?;
    let named = others.clone();
    let placed = cx.write(move |db| dispatch::call::place(db, me, &named))?;
    let new = NewCall { id: placed.id, media, creator: me, creator_name: placed.caller_name, others, rings_until: placed.rings_until };
    Reply::of(&frame::call_fields(&cx.app.live.call(new, None)?))
}

/// Exactly one of a member, a consult and a conversation.
fn target(request: &Request, member: &str) -> Result<SendTarget> {
    let named = [
        request.id_or_none(member)?.map(SendTarget::Member),
        request.id_or_none("consultation_id")?.map(SendTarget::Consultation),
        request.id_or_none("conversation_id")?.map(SendTarget::Conversation),
    ];
    let mut named = named.into_iter().flatten();
    match (named.next(), named.next()) {
        (Some(target), None) => Ok(target),
        (None, _) => Err(missing(member)),
        _ => Err(invalid(member, "与 consultation_id、conversation_id 只能有一个")),
    }
}

fn to_json(items: &[MessageView]) -> Result<Value> {
    serde_json::to_value(items).map_err(|e| INTERNAL.caused_by(e))
}

/// The gateway's address for this client: `ws://HOST:PORT/im/ws`.
fn gateway(cx: &Cx, request: &Request) -> String {
    let http = request.absolute(cx, GATEWAY);
    match http.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        // A request that names no host: HTTP/2 may leave it out.
        None => {
            let scheme = if cx.app.settings.http.tls_cert.is_some() { "wss" } else { "ws" };
            format!("{scheme}://{}{http}", cx.app.settings.http.listen)
        }
    }
}

/// Host and port of an address, the scheme's port where it names none.
fn authority(url: &str) -> (&str, u16) {
    let (scheme, rest) = url.split_once("://").unwrap_or(("ws", url));
    let authority = rest.split('/').next().unwrap_or_default();
    let usual = if scheme == "wss" { 443 } else { 80 };
    // The colons within the brackets of an IPv6 address end no host.
    match authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, port)) => (host.trim_matches(['[', ']']), port.parse().unwrap_or(usual)),
        None => (authority.trim_matches(['[', ']']), usual),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_host_and_port() {
        for (url, host, port) in [
            ("ws://192.168.3.1:9501/im/ws", "192.168.3.1", 9501),
            ("wss://clinic.example.com/im/ws", "clinic.example.com", 443),
            ("ws://clinic.example.com/below/im/ws", "clinic.example.com", 80),
            ("ws://[::1]:8080/im/ws", "::1", 8080),
            ("wss://[::1]/im/ws", "::1", 443),
        ] {
            assert_eq!(authority(url), (host, port), "{url}");
        }
    }
}
