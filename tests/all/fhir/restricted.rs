//! Patients whose records are kept and not used any more: to integrations they are deleted.

use xuanhu::{
    base::id::Id,
    domain::clinic_wide::privacy_request::{self, RequestKind, RequestState},
    http::fhir::element,
};

use super::{ask, bundle, integration, walk};
use crate::kit::TestServer;

#[test]
fn a_restricted_patient_is_gone_for_integrations() {
    let server = TestServer::open();
    let one = server.patient();
    server.patient();
    let caller = integration(&server, "system/*.read", "full");
    let own = walk(&one, "Patient").remove(0);
    let id = element::id(&own).to_owned();
    assert_eq!(walk(&caller, "Patient").len(), 2);
    let (account, about) = (Id::from_number(one.id), id.parse().unwrap());
    server
        .app()
        .store
        .write_blocking(move |db| {
            let request = privacy_request::ask(db, account, Some(about), RequestKind::Restrict, String::new())?;
            privacy_request::decide(db, request.id, RequestState::Done, "已办理".to_owned())
        })
        .unwrap();
    let left = walk(&caller, "Patient");
    assert!(left.len() == 1 && element::id(&left[0]) != id);
    assert!(walk(&caller, &format!("Patient?_id={id}")).is_empty());
    ask(&caller, &format!("Patient/{id}")).refused(410, "deleted");
    ask(&caller, &format!("Patient/{id}/$everything")).refused(410, "deleted");
    assert_eq!(bundle(&caller, "Patient?_total=accurate")["total"], 1);
    assert!(bundle(&caller, "Patient").get("total").is_none_or(|total| total == 1));
    // The machine keeps it.
    assert_eq!(ask(&server.admin(), &format!("Patient/{id}")).status, 200);
}
