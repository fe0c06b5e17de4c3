//! Hospitals, departments, regions.

use serde_json::json;

use super::{deeds, id, ids};
use crate::{kit::TestServer, volunteer_doctor::publish};

#[test]
fn a_hospital_opens_changes_and_closes() {
    let server = TestServer::open();
    let admin = server.admin();
    admin.post("/admin/hospitals", json!({ "tag": "儿科" })).refused(400, "missing_field");
    admin.post("/admin/hospitals", json!({ "name": "一院", "city_id": 1 })).refused(422, "unknown_region");
    let form =
        json!({ "name": "一院", "tag": "儿科", "banner": ["https://files.example.com/a.png"], "province_id": 110_000, "addr": "甲路" });
    let one = admin.post("/admin/hospitals", form).created();
    let two = admin.post("/admin/hospitals", json!({ "name": "二院" })).created();
    assert_eq!(ids(&admin.get("/admin/hospitals")), (vec![id(&two), id(&one)], 2));
    assert_eq!(ids(&admin.get("/admin/hospitals?q=儿科")), (vec![id(&one)], 1));
    let path = format!("/admin/hospitals/{}", id(&one));
    assert_eq!(admin.get(&path).ok(), one);
    let changed = admin.patch(&path, json!({ "level": "三级甲等", "banner": [], "tag": "" })).ok();
    assert_eq!((&changed["level"], &changed["banner"], &changed["tag"]), (&json!("三级甲等"), &json!([]), &json!("")));
    assert_eq!((&changed["name"], &changed["addr"], &changed["province_name"]), (&json!("一院"), &json!("甲路"), &json!("北京市")));
    assert_eq!(server.nobody().get("/hospital?keyword=一院").ok()["list"][0]["level"], "三级甲等");
    admin.delete(&path).ok();
    admin.get(&path).refused(404, "not_found");
    admin.patch(&path, json!({ "name": "三院" })).refused(404, "not_found");
    assert_eq!(deeds(&admin, "hospital", id(&one)), ["delete", "update", "create"]);
}

#[test]
fn a_hospital_with_doctors_or_sessions_stays() {
    let server = TestServer::open();
    let admin = server.admin();
    let doctor = server.doctor();
    let path = format!("/admin/hospitals/{}", server.hospital());
    assert_eq!(admin.get(&path).ok()["doctor_count"], 1);
    admin.delete(&path).refused(409, "in_use");
    publish(&server, &doctor, json!({}));
    let other = admin.post("/admin/hospitals", json!({ "name": "新院" })).created();
    admin.patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "hospital_id": other["id"] })).ok();
    assert_eq!(admin.get(&path).ok()["doctor_count"], 0);
    admin.delete(&path).refused(409, "in_use");
    admin.get(&path).ok();
}

#[test]
fn departments_have_names_of_their_own() {
    let server = TestServer::open();
    let admin = server.admin();
    let doctor = server.doctor(); // in 内科
    let known = admin.get("/admin/departments?q=内科").ok();
    let internal = known["items"].as_array().unwrap().iter().find(|row| row["name"] == "内科").unwrap().clone();
    admin.post("/admin/departments", json!({ "name": "内科" })).refused(409, "department_taken");
    let made = admin.post("/admin/departments", json!({ "name": "睡眠门诊", "sort": "90" })).created();
    assert_eq!(made["sort"], 90);
    let path = format!("/admin/departments/{}", id(&made));
    admin.patch(&path, json!({ "name": "内科" })).refused(409, "department_taken");
    assert_eq!(admin.patch(&path, json!({ "name": "睡眠科" })).ok(), json!({ "id": made["id"], "name": "睡眠科", "sort": 90 }));
    assert_eq!(admin.get(&path).ok()["name"], "睡眠科");
    assert_eq!(ids(&admin.get("/admin/departments?q=睡眠")), (vec![id(&made)], 1));
    admin.delete(&path).ok();
    admin.delete(&path).refused(404, "not_found");
    let path = format!("/admin/departments/{}", id(&internal));
    admin.delete(&path).refused(409, "in_use");
    admin.patch(format_args!("/admin/doctors/{}", doctor.id), json!({ "departments": "别科" })).ok();
    admin.delete(&path).ok();
}

#[test]
fn regions_make_a_tree() {
    let server = TestServer::open();
    let admin = server.admin();
    assert!(admin.get("/admin/regions?parent_id=0").ok()["total"].as_u64().unwrap() >= 31);
    assert_eq!(admin.get("/admin/regions?parent_id=0&page_size=1").ok()["items"][0]["id"], 110_000);
    assert_eq!(admin.get("/admin/regions?q=dongcheng").ok()["items"][0]["name"], "东城区");
    admin.post("/admin/regions", json!({ "id": 110_000, "name": "又一个" })).refused(409, "region_taken");
    admin.post("/admin/regions", json!({ "id": 99, "name": "太短" })).refused(400, "invalid_field");
    admin.post("/admin/regions", json!({ "id": 990_101, "name": "县", "parent_id": 990_100 })).refused(422, "bad_parent");
    admin.post("/admin/regions", json!({ "id": 990_000, "name": "某省", "pinyin": "mousheng" })).created();
    let city = admin.post("/admin/regions", json!({ "id": 990_100, "name": "某市", "short_name": "某", "parent_id": 990_000 })).created();
    assert_eq!((&city["short_name"], &city["parent_id"]), (&json!("某"), &json!(990_000)));
    admin.post("/admin/regions", json!({ "id": 990_101, "name": "某县", "parent_id": 990_100 })).created();
    // Three levels, and nobody below itself.
    admin.post("/admin/regions", json!({ "id": 990_102, "name": "村", "parent_id": 990_101 })).refused(422, "bad_parent");
    admin.patch("/admin/regions/990000", json!({ "parent_id": 990_101 })).refused(422, "bad_parent");
    admin.patch("/admin/regions/990000", json!({ "parent_id": 990_000 })).refused(422, "bad_parent");
    assert_eq!(server.nobody().get("/area/city?name=某市").ok()["list"][0]["name"], "某县");
    admin.delete("/admin/regions/990100").refused(409, "in_use");
    let hospital = admin.post("/admin/hospitals", json!({ "name": "县院", "county_id": 990_101 })).created();
    admin.delete("/admin/regions/990101").refused(409, "in_use");
    admin.delete(format_args!("/admin/hospitals/{}", id(&hospital))).ok();
    assert_eq!(admin.patch("/admin/regions/990101", json!({ "name": "新县" })).ok()["name"], "新县");
    assert_eq!(admin.get("/admin/regions/990101").ok()["name"], "新县");
    admin.delete("/admin/regions/990101").ok();
    admin.get("/admin/regions/990101").refused(404, "not_found");
    assert_eq!(deeds(&admin, "region", 990_101), ["delete", "update", "create"]);
}
