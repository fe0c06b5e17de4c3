//! The walkthroughs of `examples/` are told to their ends, each against a server of its own.

use crate::kit::program::Running;

macro_rules! told {
    ($($name:ident: $path:literal),* $(,)?) => {$(
        #[allow(dead_code)]
        #[path = $path]
        mod $name;

        #[test]
        fn $name() {
            let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
            let running = Running::start(dir.path());
            let token = running.admin.token.as_deref().unwrap();
            let (nobody, admin) = $name::common::callers(&running.client.base, token);
            $name::story(nobody, admin).unwrap();
        }
    )*};
}

told! {
    walkthrough_contact: "../../examples/walkthrough_contact.rs",
    walkthrough_gateway: "../../examples/walkthrough_gateway.rs",
    walkthrough_internet_hospital: "../../examples/walkthrough_internet_hospital.rs",
    walkthrough_team_consult: "../../examples/walkthrough_team_consult.rs",
    walkthrough_volunteer: "../../examples/walkthrough_volunteer.rs",
}
