//! Booking with nothing but a keyboard: every step is reached by Tab, is seen to have the focus, and gives it on.

use serde_json::json;

use super::patient::Stage;

/// A key as a keyboard sends it.
fn press(stage: &Stage, key: &str) {
    let (code, number, text) = match key {
        "Tab" => ("Tab", 9, ""),
        "Enter" => ("Enter", 13, "\r"),
        "Space" => ("Space", 32, " "),
        "Escape" => ("Escape", 27, ""),
        "ArrowDown" => ("ArrowDown", 40, ""),
        other => panic!("{other}"),
    };
    let name = if key == "Space" { " " } else { key };
    for kind in ["keyDown", "keyUp"] {
        let mut event = json!({ "type": kind, "key": name, "code": code, "windowsVirtualKeyCode": number });
        if kind == "keyDown" && !text.is_empty() {
            event["text"] = text.into();
        }
        stage.browser.cdp("Input.dispatchKeyEvent", event);
    }
}

/// Tabs on until what has the focus fulfils this, and it can be seen to have it.
#[track_caller]
fn tab_to(stage: &Stage, condition: &str) {
    for _ in 0..60 {
        press(stage, "Tab");
        let found = stage.browser.run(&format!("const one = document.activeElement; return Boolean({condition})"));
        if found == true {
            let seen = stage.browser.run(
                "const one = document.activeElement; const look = getComputedStyle(one); const box = one.getBoundingClientRect();
                 const around = one.closest('.upload') ? getComputedStyle(one.closest('.upload')) : look;
                 return { outline: parseFloat(around.outlineWidth), style: around.outlineStyle, inside: box.bottom > 0 && box.top < innerHeight }",
            );
            assert!(seen["style"] != "none" && seen["outline"].as_f64().unwrap() >= 2.0 && seen["inside"] == true, "{condition}: {seen}");
            return;
        }
    }
    panic!("Tab does not reach {condition}\n{}", stage.browser.page());
}

fn named(text: &str) -> String {
    format!("one.innerText?.trim() === '{text}' || one.getAttribute('aria-label') === '{text}'")
}

#[test]
fn a_patient_books_and_cancels_with_the_keyboard_alone() {
    let stage = Stage::open();
    let patient = stage.sign_in("19900001016", "秦白露");
    stage.browser.size(1280, 800);
    stage.show("/");
    // The first stop leads past the header.
    tab_to(&stage, "one.classList.contains('skip')");
    press(&stage, "Enter");
    assert_eq!(stage.browser.run("return document.activeElement.id"), "main");
    let list = patient.get("/project?page_size=100").ok()["list"].clone();
    let open = |one: &&serde_json::Value| one["price"] == 0 && one["is_join"] == 0 && one["progress_status"] == 1;
    // Home shows the soonest.
    let soonest = list.as_array().unwrap().iter().filter(open).min_by_key(|one| one["date"].as_str().unwrap().to_owned());
    let project = soonest.unwrap()["id"].as_u64().unwrap();
    tab_to(&stage, &format!("one.getAttribute('href') === '#/projects/{project}'"));
    press(&stage, "Enter");
    stage.browser.until(&format!("location.hash === '#/projects/{project}' && document.activeElement?.tagName === 'H1'"));
    tab_to(&stage, "one.type === 'radio'");
    press(&stage, "Space");
    press(&stage, "ArrowDown");
    stage.browser.until("document.activeElement.type === 'radio' && document.activeElement.checked");
    // Going on without the complaint leads to it.
    tab_to(&stage, &named("下一步"));
    press(&stage, "Enter");
    stage.browser.until("document.activeElement?.id === 'join-content'");
    stage.browser.cdp("Input.insertText", json!({ "text": "心慌，爬楼时明显" }));
    tab_to(&stage, &named("下一步"));
    press(&stage, "Enter");
    stage.browser.reads("核对预约");
    stage.browser.until("document.activeElement?.tagName === 'H1'");
    tab_to(&stage, &named("确认预约"));
    press(&stage, "Enter");
    stage.browser.reads("预约成功");
    // A dialog takes the focus, Esc gives it back and changes nothing.
    tab_to(&stage, &named("取消预约"));
    press(&stage, "Enter");
    stage.browser.until("document.activeElement.closest('dialog')");
    press(&stage, "Escape");
    stage.browser.until("!document.querySelector('dialog') && document.activeElement.innerText === '取消预约'");
    press(&stage, "Enter");
    stage.browser.until("document.activeElement.closest('dialog')");
    if stage.browser.run(&format!("const one = document.activeElement; return Boolean({})", named("确认取消"))) != true {
        tab_to(&stage, &named("确认取消"));
    }
    press(&stage, "Enter");
    stage.browser.reads("再约一次");
    assert!(stage.faults().is_empty(), "{:?}", stage.faults());
}
