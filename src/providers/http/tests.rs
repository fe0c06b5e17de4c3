//! Against servers in the test's own process: what they answer, and what they fail to.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

use super::*;

/// Answers each connection in turn with the next text, closes, and gives back what was asked. `{port}` in a text is the server's own port.
async fn server(answers: Vec<String>) -> (u16, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            asked.push(talk(&mut stream, &answer.replace("{port}", &port.to_string())).await);
        }
        asked
    });
    (port, asked)
}

/// Reads a request (its body ends with a brace, where it has one), answers, closes.
async fn talk(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), answer: &str) -> String {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && !request.ends_with(b"}") {
        let mut bytes = [0; 4096];
        match stream.read(&mut bytes).await.unwrap() {
            0 => break,
            read => request.extend(&bytes[..read]),
        }
    }
    // A client that has had enough closes first.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
    String::from_utf8(request).unwrap()
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn moved(location: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
}

#[tokio::test]
async fn gets_and_posts() {
    let (port, asked) = server(vec![ok("好"), "HTTP/1.1 500 Oops\r\n\r\nuntil the end".into(), ok("")]).await;
    let base = format!("http://127.0.0.1:{port}");
    let http = HttpClient::new();
    let answer = http.get(&address(&base, "/a", &[("q", "a b&=药"), ("r", "1")]), 100).await.unwrap();
    assert_eq!((answer.status, answer.body.as_ref()), (200, "好".as_bytes()));
    let answer = http.post_json(&format!("{base}/b"), b"{\"x\":1}".to_vec(), 100).await.unwrap();
    assert_eq!((answer.status, answer.body.as_ref()), (500, b"until the end".as_slice()));
    http.get(&base, 100).await.unwrap();
    let asked = asked.await.unwrap();
    assert!(asked[0].starts_with("GET /a?q=a%20b%26%3D%E8%8D%AF&r=1 HTTP/1.1\r\n"), "{}", asked[0]);
    assert!(asked[0].contains(&format!("host: 127.0.0.1:{port}\r\n")) && !asked[0].contains("content-type"), "{}", asked[0]);
    assert!(asked[1].starts_with("POST /b ") && asked[1].contains("content-length: 7\r\n"), "{}", asked[1]);
    assert!(asked[1].contains("content-type: application/json") && asked[1].ends_with("{\"x\":1}"), "{}", asked[1]);
    assert!(asked[2].starts_with("GET / "), "{}", asked[2]);
}

#[tokio::test]
async fn one_redirect_and_no_more() {
    let there = "http://127.0.0.1:{port}/there";
    let http = HttpClient::new();
    let (port, _) = server(vec![moved(there), ok("there")]).await;
    assert_eq!(http.get(&format!("http://127.0.0.1:{port}/"), 100).await.unwrap().body.as_ref(), b"there");
    for locations in [vec![there, there], vec!["/relative"], vec!["ftp://127.0.0.1/"], vec!["http://a b/"]] {
        let (port, _) = server(locations.iter().map(|location| moved(location)).collect()).await;
        let fault = http.get(&format!("http://127.0.0.1:{port}/"), 100).await.unwrap_err();
        assert!(matches!(fault, Fault::BadRedirect(_)), "{locations:?}: {fault}");
    }
    let (port, _) = server(vec![moved(there)]).await;
    assert_eq!(http.post_json(&format!("http://127.0.0.1:{port}/"), b"{}".to_vec(), 100).await.unwrap().status, 302);
}

#[tokio::test]
async fn what_is_too_large_too_slow_or_broken_is_a_fault() {
    let http = HttpClient { connect: Duration::from_millis(200), whole: Duration::from_millis(400), ..HttpClient::new() };
    let long = "a".repeat(1_000);
    let chunked = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n{long}\r\n0\r\n\r\n");
    for answer in [ok(&long), chunked.clone(), format!("HTTP/1.1 200 OK\r\n\r\n{long}")] {
        let (port, _) = server(vec![answer.clone(), answer]).await;
        let url = format!("http://127.0.0.1:{port}/");
        assert!(matches!(http.get(&url, 999).await.unwrap_err(), Fault::TooLarge(_)));
        assert_eq!(http.get(&url, 1_000).await.unwrap().body.len(), 1_000);
    }
    for answer in
        ["", "nonsense", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz"]
    {
        let (port, _) = server(vec![answer.into()]).await;
        let fault = http.get(&format!("http://127.0.0.1:{port}/"), 999).await.unwrap_err();
        assert!(matches!(fault, Fault::Broken(..)), "{answer:?}: {fault}");
    }
    // Nobody there; somebody who never answers; somebody who never ends.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/?secret=1", silent.local_addr().unwrap());
    let fault = http.get(&url, 999).await.unwrap_err();
    assert!(matches!(fault, Fault::TooSlow(_)) && !fault.to_string().contains("secret"), "{fault}");
    let fault = http.get(&url.replace("http:", "https:"), 999).await.unwrap_err();
    assert!(matches!(fault, Fault::TooSlow(_)), "{fault}");
    drop(silent);
    assert!(matches!(http.get(&url, 999).await.unwrap_err(), Fault::Unreachable(..)));
    for address in ["", "/path", "ftp://127.0.0.1/", "http://", "127.0.0.1", "http://a b/"] {
        assert!(matches!(http.get(address, 999).await.unwrap_err(), Fault::BadAddress), "{address}");
    }
}

#[tokio::test]
async fn only_a_certificate_that_we_trust_will_do() {
    let own = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = acceptor.accept(stream).await {
                talk(&mut stream, &ok("sealed")).await;
            }
        }
    });
    assert!(matches!(HttpClient::new().get(&url, 100).await.unwrap_err(), Fault::Unreachable(..)));
    let mut roots = RootCertStore::empty();
    roots.add(own.cert.der().clone()).unwrap();
    assert_eq!(HttpClient::trusting(roots).get(&url, 100).await.unwrap().body.as_ref(), b"sealed");
    // A server that speaks no TLS is no partner either.
    let (port, _) = server(vec![ok("open")]).await;
    let http = HttpClient { connect: Duration::from_millis(500), ..HttpClient::new() };
    assert!(http.get(&format!("https://127.0.0.1:{port}/"), 100).await.is_err());
}
