//! The reference: Swagger UI under the pages' policy, found by path or title, tried as one of the four roles.

use serde_json::json;

use super::{
    admin::{stage, weighed},
    patient::AXE,
};

#[test]
fn endpoints_are_found_and_tried() {
    let stage = stage(&[]);
    let browser = &stage.browser;
    browser.goto(&format!("{}/docs", stage.base));
    browser.until("document.querySelectorAll('.opblock-tag').length > 0");
    let (bytes, _) = weighed(browser);
    assert!(bytes < 520 * 1024, "{bytes}");
    browser.fill("按路径或标题查找", "用户信息接口");
    browser.until("document.querySelector('.opblock-summary-path') && [...document.querySelectorAll('.opblock-summary-path')].every((one) => one.textContent.includes('user'))");
    browser.tap("患者");
    browser.reads("已登录：");
    browser.run("document.querySelector('.opblock-get .opblock-summary-control').click()");
    browser.until("document.querySelector('.try-out__btn')");
    browser.run("document.querySelector('.try-out__btn').click()");
    browser.until("document.querySelector('.execute')");
    browser.run("document.querySelector('.execute').click()");
    browser.until(
        "[...document.querySelectorAll('.live-responses-table .response-col_status')].some((one) => one.textContent.includes('200'))",
    );
    browser.cdp("Runtime.evaluate", json!({ "expression": AXE }));
    let found = browser.cdp(
        "Runtime.evaluate",
        json!({ "awaitPromise": true, "returnByValue": true, "expression":
            "axe.run().then((done) => done.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')))" }),
    );
    assert_eq!(found["result"]["value"], json!([]));
    browser.run("window.faults = []");
    for role in ["医生", "医助", "管理员"] {
        browser.tap(role);
        browser.until(&format!("document.querySelector('.docs-bar button[aria-pressed=true]')?.textContent.trim() === '{role}'"));
    }
    let faults = browser.faults(&stage.base, &[]);
    assert!(faults.is_empty(), "{faults:?}");
}
