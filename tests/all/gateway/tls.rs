//! `wss://`: the gateway behind the server's own TLS.

use std::{fs, net::TcpStream, sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring, pki_types::ServerName};
use tungstenite::Message;
use xuanhu::{
    domain::identity::{
        account, session,
        sign_in::{self, Credential},
    },
    http::core::access,
};

use crate::kit::{TestServer, empty_dir};

#[test]
fn the_gateway_speaks_through_tls() {
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let files = empty_dir();
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| files.path().join(name));
    fs::write(&cert, pem("CERTIFICATE", own.cert.der())).unwrap();
    fs::write(&key, pem("PRIVATE KEY", &own.signing_key.serialize_der())).unwrap();
    let server = TestServer::with(&[("http.tls_cert", cert.to_str().unwrap()), ("http.tls_key", key.to_str().unwrap())]);
    let app = server.app();
    let entered = app
        .store
        .write_blocking(move |db| {
            account::ensure_open_id(db, "open-tls")?;
            sign_in::open(db, sign_in::prove(Credential::OpenId("open-tls".into()))?, "")
        })
        .unwrap();
    let token = access::token_of(app, &entered.account, &entered.session);

    let mut roots = RootCertStore::empty();
    roots.add(own.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let base = server.nobody().base;
    let address = base.strip_prefix("http://").unwrap();
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let tls = ClientConnection::new(Arc::new(config), ServerName::try_from("127.0.0.1").unwrap()).unwrap();
    let (mut socket, _) = tungstenite::client(format!("ws://{address}/im/ws"), StreamOwned::new(tls, stream)).unwrap();
    let mut ask = |frame: Value| -> Value {
        socket.send(Message::text(frame.to_string())).unwrap();
        serde_json::from_str(socket.read().unwrap().to_text().unwrap()).unwrap()
    };
    let welcome = ask(json!({ "type": "login", "id": "1", "token": token }));
    assert_eq!((&welcome["type"], &welcome["member_id"]), (&json!("welcome"), &json!(entered.account.id)));
    assert_eq!(ask(json!({ "type": "ping", "id": "2" }))["type"], "pong");
    app.store.write_blocking(move |db| session::end(db, entered.session.id)).unwrap();
    loop {
        if let Message::Close(frame) = socket.read().unwrap() {
            assert_eq!(u16::from(frame.unwrap().code), 4401);
            break;
        }
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}
