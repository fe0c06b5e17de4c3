//! Every row of the tables is lived through by a scenario, and every endpoint of the documents has a row.
//!
//! A module with scenarios says in `COVERS` which rows it lives through, and stands in [`MODULES`]. What is named there must also be
//! called there: its path is looked for among the texts of the module.

use std::{collections::BTreeSet, fs, path::Path};

use xuanhu::api::FAMILIES;

use crate::{
    first_day,
    kit::{
        self,
        contract::{self, fits},
    },
    volunteer,
};

/// Modules with scenarios: their file or directory under `tests/all`, and the rows that they live through.
#[rustfmt::skip]
const MODULES: &[(&str, &[&str])] = &[
    ("kit", kit::COVERS),
    ("first_day", first_day::COVERS),
    ("volunteer/chat", volunteer::chat::COVERS),
    ("volunteer/common", volunteer::common::COVERS),
    ("volunteer/user", volunteer::user::COVERS),
    ("volunteer/project", volunteer::project::COVERS),
    ("volunteer/registration", volunteer::registration::COVERS),
];

/// Documented endpoints that no row serves yet; `*` for a whole document. Shrinks to nothing.
#[rustfmt::skip]
const NOT_BUILT_YET: &[(&str, &[&str])] = &[
    ("internet-hospital", &["*"]),
    ("im-contact",        &["*"]),
    ("team-consult",      &["*"]),
    ("volunteer-doctor",  &[
        "GET /doctor/assistant",
        "GET /weixin/media",
        "GET /news/{type}/list",
        "GET /news/{id}",
        "GET /doctor/index",
        "GET /org",
        "POST /org_add/{org_id}",
        "DELETE /org_remove/{id}",
        "GET /org/my",
        "GET /all_diagnoses/{id}",
        "GET /custom/assistant",
        "GET /custom/center",
        "GET /custom/homepage",
        "GET /assistant/follow",
        "POST /assistant/bind/patient",
        "POST /assistant/create/patient",
        "GET /assistant/patient",
        "POST /assistant/join/project/{id}",
        "GET /assistant/project",
        "GET /assistant/project/{id}/paitient",
        "GET /assistant/diagnoses/{id}/cancel",
        "GET /assistant/center",
        "GET /assistant/homepage",
        "GET /sp_project",
        "GET /sp_project/{id}",
    ]),
];

/// Rows without a scenario. Shrinks to nothing.
#[rustfmt::skip]
const NO_SCENARIO_YET: &[&str] = &[
    "DELETE /admin/administrators/{id}",
    "DELETE /admin/assistants/{id}",
    "DELETE /admin/consultation-reasons/{id}",
    "DELETE /admin/departments/{id}",
    "DELETE /admin/diagnosis-terms/{id}",
    "DELETE /admin/doctors/{id}",
    "DELETE /admin/evaluation-questions/{id}",
    "DELETE /admin/hospitals/{id}",
    "DELETE /admin/notices/{id}",
    "DELETE /admin/patients/{id}",
    "DELETE /admin/projects/{id}",
    "DELETE /admin/regions/{id}",
    "DELETE /admin/sessions/{id}",
    "GET /admin/administrators",
    "GET /admin/administrators/{id}",
    "GET /admin/assistants",
    "GET /admin/assistants/{id}",
    "GET /admin/audit",
    "GET /admin/consultation-reasons",
    "GET /admin/consultation-reasons/{id}",
    "GET /admin/departments",
    "GET /admin/departments/{id}",
    "GET /admin/diagnosis-terms",
    "GET /admin/diagnosis-terms/{id}",
    "GET /admin/doctors",
    "GET /admin/doctors/{id}",
    "GET /admin/evaluation-questions",
    "GET /admin/evaluation-questions/{id}",
    "GET /admin/hospitals",
    "GET /admin/hospitals/{id}",
    "GET /admin/notices",
    "GET /admin/notices/{id}",
    "GET /admin/outbox",
    "GET /admin/patients",
    "GET /admin/patients/{id}",
    "GET /admin/payments",
    "GET /admin/payments/{id}",
    "GET /admin/projects",
    "GET /admin/projects/{id}",
    "GET /admin/refunds",
    "GET /admin/refunds/{id}",
    "GET /admin/regions",
    "GET /admin/regions/{id}",
    "GET /admin/registrations",
    "GET /admin/registrations/{id}",
    "GET /admin/sessions",
    "GET /admin/settings",
    "GET /admin/statistics",
    "GET /healthz",
    "GET /metrics",
    "GET /readyz",
    "PATCH /admin/assistants/{id}",
    "PATCH /admin/consultation-reasons/{id}",
    "PATCH /admin/departments/{id}",
    "PATCH /admin/diagnosis-terms/{id}",
    "PATCH /admin/doctors/{id}",
    "PATCH /admin/evaluation-questions/{id}",
    "PATCH /admin/hospitals/{id}",
    "PATCH /admin/patients/{id}",
    "PATCH /admin/projects/{id}",
    "PATCH /admin/regions/{id}",
    "POST /admin/administrators",
    "POST /admin/administrators/{id}/reset-password",
    "POST /admin/assistants",
    "POST /admin/assistants/{id}/verify",
    "POST /admin/consultation-reasons",
    "POST /admin/departments",
    "POST /admin/diagnosis-terms",
    "POST /admin/doctors",
    "POST /admin/doctors/{id}/verify",
    "POST /admin/evaluation-questions",
    "POST /admin/hospitals",
    "POST /admin/login",
    "POST /admin/logout",
    "POST /admin/notices",
    "POST /admin/patients",
    "POST /admin/patients/{id}/verify",
    "POST /admin/projects",
    "POST /admin/refunds/{id}/approve",
    "POST /admin/refunds/{id}/reject",
    "POST /admin/regions",
    "POST /admin/registrations/{id}/refund",
];

fn rows() -> BTreeSet<String> {
    FAMILIES.iter().flat_map(|family| family.endpoints()).map(|row| format!("{} {}", row.method.name(), row.path)).collect()
}

#[test]
fn every_row_has_a_scenario() {
    let rows = rows();
    let covered: BTreeSet<_> = MODULES.iter().flat_map(|(_, covers)| covers.iter().map(|row| (*row).to_owned())).collect();
    let waiting: BTreeSet<_> = NO_SCENARIO_YET.iter().map(|row| (*row).to_owned()).collect();
    let unknown: Vec<_> = covered.union(&waiting).filter(|row| !rows.contains(*row)).collect();
    assert!(unknown.is_empty(), "these are rows of no table: {unknown:#?}");
    let over: Vec<_> = covered.intersection(&waiting).collect();
    assert!(over.is_empty(), "these have a scenario now, take them off NO_SCENARIO_YET: {over:#?}");
    let missing: Vec<_> = rows.iter().filter(|row| !covered.contains(*row) && !waiting.contains(*row)).collect();
    assert!(missing.is_empty(), "write a scenario and name the row in its COVERS: {missing:#?}");
}

#[test]
fn every_documented_endpoint_has_a_row() {
    let (mut missing, mut over) = (Vec::new(), Vec::new());
    for document in contract::documents() {
        let waiting = NOT_BUILT_YET.iter().find(|(name, _)| *name == document.name).map_or([].as_slice(), |(_, endpoints)| *endpoints);
        let mut left = BTreeSet::new();
        for entry in document.endpoints() {
            let text = |key: &str| entry[key].as_str().unwrap();
            let (method, path) = (text("method"), text("path"));
            let endpoint = format!("{method} {path}");
            let is_there = contract::row(method, path).is_some_and(|(row, family)| {
                family.name == document.name && fits(path, row.path).is_some() && fits(row.path, path).is_some()
            });
            if !is_there {
                if !waiting.contains(&endpoint.as_str()) && waiting != ["*"] {
                    missing.push(format!("{} {}: {endpoint}", document.name, text("section")));
                }
                left.insert(endpoint);
            }
        }
        let done = waiting.iter().filter(|one| if **one == "*" { left.is_empty() } else { !left.contains(**one) });
        over.extend(done.map(|one| format!("{} {one}", document.name)));
    }
    assert!(missing.is_empty(), "documented, without a row: {missing:#?}");
    assert!(over.is_empty(), "served now, take them off NOT_BUILT_YET: {over:#?}");
}

/// A row is covered only where its path stands in a text of the module, outside of `COVERS`.
#[test]
fn scenarios_call_what_they_cover() {
    let mut idle = Vec::new();
    for (module, covers) in MODULES {
        let called = texts_of(module);
        assert!(!called.is_empty(), "tests/all/{module} has no paths");
        for row in *covers {
            let path = row.split_once(' ').unwrap().1;
            if !called.iter().any(|text| fits(path, text).is_some()) {
                idle.push(format!("{module}: {row}"));
            }
        }
    }
    assert!(idle.is_empty(), "named in COVERS and called nowhere there: {idle:#?}");
}

/// Paths among the texts of a module's files. `{…}` and `{}` of a format count as one segment.
fn texts_of(module: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all");
    let mut files = vec![root.join(format!("{module}.rs"))];
    files.extend(fs::read_dir(root.join(module)).into_iter().flatten().map(|entry| entry.unwrap().path()));
    let mut texts = Vec::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let text = fs::read_to_string(file).unwrap();
        let (before, rest) = text.split_once("pub const COVERS").unwrap_or((&text, ""));
        let code = format!("{before}{}", rest.split_once("];").map_or("", |(_, after)| after));
        // Every second piece between quotes is a text, or else every other one: paths are told by their slash.
        let pieces = code.split('"').filter(|piece| !piece.contains('\n'));
        texts.extend(pieces.filter_map(|piece| piece.find('/').map(|at| piece[at..].to_owned())));
    }
    texts
}
