//! Whether a doctor or an assistant is let in: an administrator's word, and telling them of it.

use crate::{
    base::error::Result,
    domain::{
        identity::account::{self, Account, Role, Verify},
        notice::notification::{self, Facts, Movement, People},
    },
    store::Tx,
};

/// Lets somebody in, or shuts them out, which ends their sessions. Doctors and assistants are told where it is another standing than before.
pub fn decide(db: &mut Tx, account: Account, verify: Verify) -> Result<Account> {
    let before = account.verify;
    let account = account::set_verify(db, account, verify)?;
    if before != verify {
        tell(db, &account)?;
    }
    Ok(account)
}

/// Has somebody who was let in wait again, where one of the credentials is no longer what was looked at ([`account::rewait`]).
pub fn rewait(db: &mut Tx, account: Account, verified: &[String], credentials: &[String]) -> Result<()> {
    match account::rewait(db, account, verified, credentials)? {
        Some(waiting) => tell(db, &waiting),
        None => Ok(()),
    }
}

fn tell(db: &mut Tx, account: &Account) -> Result<()> {
    let movement = match account.verify {
        Verify::Waiting => Movement::StaffWaiting,
        Verify::Enabled => Movement::StaffVerified,
        Verify::Disabled => Movement::StaffShutOut,
    };
    let people = match account.role {
        Role::Doctor => People { doctors: vec![account.id.doctor()], ..People::default() },
        Role::Assistant => People { assistant: account.id.assistant(), ..People::default() },
        Role::Patient | Role::Admin => return Ok(()),
    };
    notification::tell(db, movement, &people, &Facts::default())
}
