//! The clinic of a data directory, for commands that work on a running server and on a stopped one.

use std::{path::Path, sync::Arc};

use super::{
    client::Client,
    common::{Common, introduce},
};
use crate::{
    app::App,
    base::{
        error::{Kind, Reason, Result},
        time::Clock,
    },
    store::ALREADY_RUNNING,
};

const NO_STORE: Reason = Reason::new(
    Kind::NotFound,
    "no_clinic",
    "there is no clinic in this data directory; check --data-dir, or start one with `xuanhu serve`",
);

pub enum DataDir {
    Running(Client),
    Stopped(Arc<App>),
}

impl DataDir {
    /// The clinic of the data directory, made if there is none.
    pub fn open(common: &Common) -> Result<DataDir> {
        let settings = common.settings(&[])?;
        // The store knows best whether a server has it: `listen.addr` may be left from one that was killed, and then the port may be anybody's.
        let opened = App::open(&common.data_dir, settings.clone(), Clock::system(settings.clock.offset.ms()));
        match opened {
            Ok(opened) => {
                opened.first_admin.iter().for_each(introduce);
                Ok(DataDir::Stopped(opened.app))
            }
            Err(error) if error.is(&ALREADY_RUNNING) => Client::of(&common.data_dir, &settings).map(DataDir::Running),
            Err(error) => Err(error),
        }
    }

    /// The clinic of the data directory. Errors: `no_clinic`.
    pub fn find(common: &Common) -> Result<DataDir> {
        DataDir::need(common)?;
        DataDir::open(common)
    }

    /// The data directory, where a clinic is in it. Errors: `no_clinic`.
    pub fn need(common: &Common) -> Result<&Path> {
        match common.data_dir.join("store").is_dir() {
            true => Ok(&common.data_dir),
            false => Err(NO_STORE.with(common.data_dir.display().to_string())),
        }
    }
}
