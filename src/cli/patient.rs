//! `xuanhu patient`: what the clinic owes a person, at the desk.

use std::{io::Write, path::PathBuf};

use clap::{Args, Subcommand};

use super::{
    common::{Common, operator, private},
    data_dir::DataDir,
};
use crate::{
    backup::contents::cannot_write,
    base::{error::Result, id::PatientId},
    domain::{
        directory::patient::Patient,
        identity::audit::{self, Action, Deed, Purpose, Subject},
    },
    own_data::{self, Whose},
};

/// Patients: a copy of a person's own data
///
/// Works while the server runs and while it does not.
#[derive(Args)]
pub struct PatientArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write all that the clinic has of a person into a ZIP, to hand it to that person
    Export {
        /// The person's number, as /admin/persons has it
        id: PatientId,
        /// - is standard output
        file: PathBuf,
    },
}

pub fn run(common: &Common, patient: &PatientArgs) -> Result<()> {
    let Command::Export { id, file } = &patient.command;
    match DataDir::find(common)? {
        DataDir::Running(server) => {
            let mut out = private(file)?;
            server.stream("GET", &format!("/admin/persons/{id}/export"), &mut out)?;
            out.flush().map_err(|e| cannot_write(file, e))
        }
        DataDir::Stopped(app) => {
            let person: Patient = app.store.view().need(*id)?;
            let deed = Deed::new(Action::Export, Subject::Patient, person.owner).about([person.id]).purpose(Purpose::Administration);
            app.store.write_blocking(move |db| audit::write(db, &operator(), &deed))?;
            let mut out = private(file)?;
            own_data::write(&app, &Whose::person(person), &mut out)?;
            out.flush().map_err(|e| cannot_write(file, e))
        }
    }
}
