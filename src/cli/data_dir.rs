//! The clinic of a data directory, for commands that work on a running server and on a stopped one.

use std::sync::Arc;

use super::{Common, client::Client, introduce};
use crate::{
    app::Hall,
    base::{
        error::{Kind, Reason, Result},
        time::Clock,
    },
    store::ALREADY_RUNNING,
};

const NO_CLINIC: Reason = Reason::new(
    Kind::NotFound,
    "no_clinic",
    "there is no clinic in this data directory; check --data-dir, or start one with `xuanhu serve`",
);

pub enum Clinic {
    Running(Client),
    Stopped(Arc<Hall>),
}

impl Clinic {
    /// The clinic of the data directory, made if there is none.
    pub fn open(common: &Common) -> Result<Clinic> {
        let settings = common.settings(&[])?;
        // The store knows best whether a server has it: `listen.addr` may be left from one that was killed, and then the port may be anybody's.
        let opened = Hall::open(&common.data_dir, settings.clone(), Clock::system(settings.clock.offset.ms()));
        match opened {
            Ok(opened) => {
                opened.first_admin.iter().for_each(introduce);
                Ok(Clinic::Stopped(opened.hall))
            }
            Err(error) if error.is(&ALREADY_RUNNING) => Client::of(&common.data_dir, &settings).map(Clinic::Running),
            Err(error) => Err(error),
        }
    }

    /// The clinic of the data directory. Errors: `no_clinic`.
    pub fn find(common: &Common) -> Result<Clinic> {
        match common.data_dir.join("store").is_dir() {
            true => Clinic::open(common),
            false => Err(NO_CLINIC.with(common.data_dir.display().to_string())),
        }
    }
}
