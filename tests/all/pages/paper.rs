//! What patients hold in their hands: the slip on paper, and the code on it.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::json;

use super::patient::Stage;
use crate::kit::TestServer;

#[test]
fn the_slip_fits_on_one_sheet_and_leads_back() {
    let stage = Stage::open();
    let patient = stage.sign_in("19900001012", "丁小满");
    let visit = patient.get("/custom/diagnoses?type=1").ok()["list"][0].clone();
    stage.show(&format!("/visits/{}", visit["id"]));
    stage.browser.until("document.querySelector('.code img').naturalWidth > 0");
    let number = format!("{:06}", visit["id"].as_u64().unwrap());
    stage.browser.reads(&number);

    stage.browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }));
    let sheet = stage.browser.run("return document.body.innerText");
    let sheet = sheet.as_str().unwrap();
    let place = patient.get(format_args!("/project/{}", visit["project_id"])).ok();
    let expected = ["悬壶诊所", "预约单", number.as_str(), "丁小满", "北京时间", place["addr"].as_str().unwrap(), "请带上", "身份证"];
    for text in expected {
        assert!(sheet.contains(text), "{text} is not on the slip:\n{sheet}");
    }
    for text in ["取消预约", "退出登录", "首页", "打印预约单", "长辈模式"] {
        assert!(!sheet.contains(text), "{text} is on the slip:\n{sheet}");
    }
    let printed = stage.browser.cdp("Page.printToPDF", json!({ "printBackground": false, "paperWidth": 8.27, "paperHeight": 11.69 }));
    stage.browser.cdp("Emulation.setEmulatedMedia", json!({ "media": "" }));
    let pdf = BASE64.decode(printed["data"].as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF-"));
    let text = String::from_utf8_lossy(&pdf);
    assert_eq!(text.matches("/Type /Page\n").count(), 1, "one sheet");
}

/// What a scanner reads in one of our SVG codes: runs of dark modules, `M{x} {y}h{n}v1h-{n}z`, on a light ground.
fn scanned(svg: &str) -> String {
    let attribute = |name: &str, from: usize| {
        let start = from + svg[from..].find(&format!("{name}=\"")).unwrap() + name.len() + 2;
        &svg[start..start + svg[start..].find('"').unwrap()]
    };
    let size: usize = attribute("viewBox", 0).rsplit(' ').next().unwrap().parse().unwrap();
    let mut dark = vec![false; size * size];
    for run in attribute(" d", svg.find("fill=\"#000\"").unwrap()).split('z').filter(|run| !run.is_empty()) {
        let (at, length) = run.strip_prefix('M').unwrap().split_once('h').unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let length: usize = length.split('v').next().unwrap().parse().unwrap();
        dark[y * size + x..y * size + x + length].fill(true);
    }
    let scale = 4;
    let grey = |x: usize, y: usize| if dark[y / scale * size + x / scale] { 0 } else { 255 };
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(size * scale, size * scale, grey);
    picture.detect_grids()[0].decode().unwrap().1
}

#[test]
fn only_our_own_addresses_become_codes() {
    let server = TestServer::with(&[("http.public_url", "https://clinic.example")]);
    let nobody = server.nobody();
    for address in [format!("{}/web/patient/#/visits/2044", nobody.base), "https://clinic.example/web/doctor/".to_owned()] {
        let code = nobody.get(format_args!("/web/qr.svg?to={}", crate::kit::encode(&address)));
        assert_eq!((code.status, code.header("content-type")), (200, "image/svg+xml"), "{code:?}");
        assert_eq!(scanned(std::str::from_utf8(&code.bytes).unwrap()), address);
    }
    let long = format!("{}/web/{}", nobody.base, "a".repeat(300));
    for other in ["https://evil.example/web/patient/", "javascript:alert(1)", "https://clinic.example/admin", "", long.as_str()] {
        let refused = nobody.get(format_args!("/web/qr.svg?to={}", crate::kit::encode(other)));
        assert_eq!((refused.status, &refused.json["error"]), (400, &json!("invalid_field")), "{other}");
    }
    assert_eq!(nobody.get("/web/qr.svg").status, 400);
    let order = nobody.get("/web/qr.svg?to=weixin%3A%2F%2Fwxpay%2Fbizpayurl%3Fpr%3DtXbc1");
    assert_eq!(scanned(std::str::from_utf8(&order.bytes).unwrap()), "weixin://wxpay/bizpayurl?pr=tXbc1");
}
