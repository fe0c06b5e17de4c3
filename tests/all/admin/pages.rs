//! News and banners: what the clients' pages show.

use serde_json::json;

use super::{id, ids};
use crate::kit::TestServer;

#[test]
fn news_are_written_for_one_client() {
    let server = TestServer::open();
    let admin = server.admin();
    for (form, refusal) in [
        (json!({ "title": "停诊" }), (400, "missing_field")),
        (json!({ "type": 1 }), (400, "missing_field")),
        (json!({ "type": 4, "title": "停诊" }), (400, "invalid_field")),
        (json!({ "type": 1, "title": "停诊", "publish_time": "soon" }), (400, "invalid_field")),
        (json!({ "type": 1, "title": "停诊", "publish_time": "2026-03-02 09:00:01" }), (400, "invalid_field")),
    ] {
        admin.post("/admin/news", form).refused(refusal.0, refusal.1);
    }
    let old = json!({ "type": 1, "title": "开诊", "content": "<p>欢迎</p>", "publish_time": "2026-02-17 13:00:00" });
    let old = admin.post("/admin/news", old).created();
    let new = admin.post("/admin/news", json!({ "type": 2, "title": "排班", "content": "见附表" })).created();
    assert_eq!((&old["publish_time"], &new["publish_time"]), (&json!("2026-02-17 13:00:00"), &json!("2026-03-02 09:00:00")));
    assert_eq!(ids(&admin.get("/admin/news?type=2")), (vec![id(&new)], 1));
    assert_eq!(ids(&admin.get("/admin/news?q=欢迎")), (vec![id(&old)], 1));
    assert_eq!(admin.get("/admin/news").ok()["total"], 2);
    let path = format!("/admin/news/{}", id(&old));
    assert_eq!(admin.patch(&path, json!({ "content": "", "type": 3 })).ok()["content"], "");
    let shown = admin.get(&path).ok();
    assert_eq!((&shown["type"], &shown["title"]), (&json!(3), &json!("开诊")));
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");
}

#[test]
fn banners_lead_somewhere() {
    let server = TestServer::open();
    let admin = server.admin();
    admin.post("/admin/banners", json!({ "type": 1, "title": "体检", "jump_mode": 1 })).refused(400, "invalid_field");
    admin.post("/admin/banners", json!({ "type": 1, "title": "体检", "jump_mode": 10 })).refused(400, "invalid_field");
    let banner =
        json!({ "type": 1, "title": "体检", "photo": "https://files.example.com/b.png", "jump_mode": 1, "href": "https://example.com" });
    let banner = admin.post("/admin/banners", banner).created();
    assert_eq!(server.patient().get("/custom/homepage").ok()["banner"][0]["title"], "体检");
    assert_eq!(ids(&admin.get("/admin/banners?q=体检&type=1")), (vec![id(&banner)], 1));
    assert_eq!(admin.get("/admin/banners?type=2").ok()["total"], 0);
    let path = format!("/admin/banners/{}", id(&banner));
    admin.patch(&path, json!({ "href": "" })).refused(400, "invalid_field");
    let changed = admin.patch(&path, json!({ "href": "", "jump_mode": 2, "jump_id": 7 })).ok();
    assert_eq!((&changed["jump_mode"], &changed["jump_id"], &changed["title"]), (&json!(2), &json!(7), &json!("体检")));
    assert_eq!(admin.get(&path).ok(), changed);
    admin.delete(&path).ok();
    admin.delete(&path).refused(404, "not_found");
}
