//! Patients in a browser outside WeChat: a code to scan, or an address that opens WeChat on a phone.

use super::{Gateway, audit, held, info, sn, status, told_paid};

#[test]
fn a_code_is_scanned_from_the_screen() {
    let gateway = Gateway::open();
    let server = gateway.clinic_with(&[("payment.wechat.without_open_id", "native")]);
    let (patient, held) = held(&server);
    let number = sn(&held);
    assert_eq!(info(&held["payment"])["code_url"], format!("weixin://wxpay/bizpayurl?pr={number}"));
    // A list shows it again and places nothing anew.
    let listed = patient.get("/custom/diagnoses").ok()["list"][0].clone();
    assert_eq!(info(&listed["payment"]), info(&held["payment"]));
    assert_eq!((gateway.times("POST", "/v3/pay/transactions/native"), gateway.times("POST", "/v3/pay/transactions/app")), (1, 0));
    gateway.pay(&number);
    assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    assert_eq!(status(&server, &number), "PAID");
    audit(&server);
}

#[test]
fn a_phones_browser_opens_wechat() {
    let gateway = Gateway::open();
    let server = gateway.clinic_with(&[("payment.wechat.without_open_id", "h5")]);
    let (patient, held) = held(&server);
    let number = sn(&held);
    let address = format!("https://wx.tenpay.com/cgi-bin/mmpayweb-bin/checkmweb?prepay_id=wx{number}");
    assert_eq!(info(&held["payment"])["h5_url"], address);
    // Its address is good for five minutes: later it is asked for anew.
    server.advance("3m");
    patient.get("/custom/diagnoses").ok();
    assert_eq!(gateway.times("POST", "/v3/pay/transactions/h5"), 1);
    server.advance("2m");
    patient.get("/custom/diagnoses").ok();
    assert_eq!(gateway.times("POST", "/v3/pay/transactions/h5"), 2);
    gateway.pay(&number);
    assert_eq!(told_paid(&server, &gateway, &number).send(&server), (200, "SUCCESS".into()));
    assert_eq!(status(&server, &number), "PAID");
    audit(&server);
}
