//! 3.1.14 微信素材下载, against an imitation of WeChat.

use std::sync::atomic::{AtomicU32, Ordering};

use super::common::PNG;
use crate::kit::{Asked, Outside, TestServer};

const TOKEN: &str = "/cgi-bin/token?grant_type=client_credential&appid=wx-clinic&secret=hush%20hush";

/// Gives out tokens `t1`, `t2` … and answers for media as told.
fn wechat(media: impl Fn(&Asked) -> (u16, Vec<u8>) + Send + 'static) -> Outside {
    let tokens = AtomicU32::new(0);
    Outside::open(move |asked| match asked.path.as_str() {
        TOKEN => {
            let number = tokens.fetch_add(1, Ordering::Relaxed) + 1;
            (200, format!("{{\"access_token\":\"t{number}\",\"expires_in\":7200}}").into_bytes())
        }
        path if path.starts_with("/cgi-bin/media/get?") => media(asked),
        path => panic!("WeChat has no {path}"),
    })
}

fn server(wechat: &Outside) -> TestServer {
    TestServer::with(&[("wechat.app_id", "wx-clinic"), ("wechat.secret", "hush hush"), ("wechat.base_url", &wechat.base)])
}

fn paths(wechat: &Outside) -> Vec<String> {
    wechat.asked().into_iter().map(|asked| asked.path).collect()
}

#[test]
fn a_medium_becomes_an_upload_and_the_token_is_kept() {
    let wechat = wechat(|_| (200, PNG.to_vec()));
    let server = server(&wechat);
    let patient = server.patient();
    let url = patient.get("/weixin/media?media_id=a%26access_token%3Db").ok()["url"].as_str().unwrap().to_owned();
    let path = url.strip_prefix(&server.nobody().base).unwrap();
    let kept = server.nobody().get(path);
    assert_eq!((kept.header("content-type"), kept.bytes.as_slice()), ("image/png", PNG));
    // A second medium needs no second token, until the first one is about to expire.
    patient.get("/weixin/media?media_id=m2").ok();
    server.advance("116m");
    server.doctor().get("/weixin/media?media_id=m3").ok();
    let media = |token: u8, id: &str| format!("/cgi-bin/media/get?access_token=t{token}&media_id={id}");
    let expected = [TOKEN.to_owned(), media(1, "a%26access_token%3Db"), media(1, "m2"), TOKEN.to_owned(), media(2, "m3")];
    assert_eq!(paths(&wechat), expected);
}

#[test]
fn a_token_that_wechat_has_forgotten_is_asked_for_anew_once() {
    let wechat = wechat(|asked| match asked.path.contains("media_id=good") && !asked.path.contains("=t1&") {
        true => (200, PNG.to_vec()),
        false => (200, br#"{"errcode":40001,"errmsg":"invalid credential, access_token is invalid"}"#.to_vec()),
    });
    let server = server(&wechat);
    let patient = server.patient();
    patient.get("/weixin/media?media_id=good").ok();
    assert_eq!(paths(&wechat).iter().filter(|path| *path == TOKEN).count(), 2);
    patient.get("/weixin/media?media_id=bad").refused(422, "wechat_refused");
    assert_eq!(paths(&wechat).iter().filter(|path| *path == TOKEN).count(), 3);
}

#[test]
fn what_wechat_refuses_or_garbles_is_told_apart() {
    let wechat = wechat(|asked| match asked.path.rsplit('=').next().unwrap() {
        "gone" => (200, br#"{"errcode":40007,"errmsg":"invalid media_id"}"#.to_vec()),
        "quota" => (200, br#"{"errcode":45009,"errmsg":"reach max api daily quota limit"}"#.to_vec()),
        "often" => (200, br#"{"errcode":45011,"errmsg":"api minute-quota reach limit, must slower"}"#.to_vec()),
        "busy" => (200, br#"{"errcode":-1,"errmsg":"system error"}"#.to_vec()),
        "broken" => (502, b"<html>Bad Gateway</html>".to_vec()),
        "video" => (200, br#"{"video_url":"http://files.example.com/v"}"#.to_vec()),
        "page" => (200, b"<svg onload=alert(1)>".to_vec()),
        "large" => (200, vec![0xFF; (1 << 20) + 1]),
        _ => (404, Vec::new()),
    });
    let account = [("wechat.app_id", "wx-clinic"), ("wechat.secret", "hush hush"), ("wechat.base_url", wechat.base.as_str())];
    let server = TestServer::with(&[account[0], account[1], account[2], ("limits.upload_bytes", "1MiB")]);
    let patient = server.patient();
    for (media, status, slug) in [
        ("gone", 404, "no_such_media"),
        ("quota", 422, "wechat_refused"),
        ("often", 503, "wechat_busy"),
        ("busy", 503, "wechat_unreachable"),
        ("broken", 503, "wechat_unreachable"),
        ("video", 415, "unsupported_media_type"),
        ("page", 415, "unsupported_media_type"),
        ("large", 413, "upload_too_large"),
        ("nothing", 503, "wechat_unreachable"),
    ] {
        patient.get(format!("/weixin/media?media_id={media}")).refused(status, slug);
    }
    patient.get("/weixin/media").refused(400, "missing_field");
    server.nobody().get("/weixin/media?media_id=gone").refused(401, "no_token");
    assert_eq!(server.app().store.view().total::<xuanhu::domain::shared::upload::Upload>().unwrap(), 0);
}

#[test]
fn without_an_account_or_a_wechat_there_is_nothing_to_fetch() {
    TestServer::open().patient().get("/weixin/media?media_id=m").refused(422, "wechat_not_configured");
    let refuses = Outside::open(|_| (200, br#"{"errcode":40125,"errmsg":"invalid appsecret"}"#.to_vec()));
    server(&refuses).patient().get("/weixin/media?media_id=m").refused(422, "wechat_refused");
    let gone = Outside::open(|_| (200, Vec::new()));
    let server = server(&gone);
    let patient = server.patient();
    patient.get("/weixin/media?media_id=m").refused(503, "wechat_unreachable");
    drop(gone);
    patient.get("/weixin/media?media_id=m").refused(503, "wechat_unreachable");
}
