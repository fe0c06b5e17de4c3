//! What there is of everything, for the administrator's first page. Reads whole tables: not for async threads, not for jobs.

use crate::{
    base::{error::Result, id::Id, money::Fen},
    domain::{
        directory::{
            clinic::Clinic,
            hospital::{Department, Hospital},
        },
        free_clinic::{
            clinic_session::{ClinicSession, SessionState},
            registration::{Registration, Stage},
        },
        identity::{
            account::{self, Role, Verify},
            session::Session,
            sms::Sms,
        },
        money::{
            forfeit,
            ledger::{self, Holder},
            payment::{Payment, PaymentStatus as Paid},
            refund::{Refund, RefundStatus as Returned},
        },
        shared::dictionary::DiagnosisTerm,
        team::{Team, member::TeamMembership},
        team_consult::{
            TeamConsult, TeamConsultStatus as Consult,
            withdrawal::{Withdrawal, WithdrawalStatus as Decided},
        },
    },
    store::{Order, Row, View, key},
};

/// People of a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct People {
    pub total: u64,
    pub waiting: u64,
    pub enabled: u64,
    pub disabled: u64,
}

/// How many rows are in a state, and the money in them; by the state's number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(Vec<(u64, Fen)>);

impl Counts {
    fn add(&mut self, state: usize, amount: Fen) {
        if self.0.len() <= state {
            self.0.resize(state + 1, (0, Fen::ZERO));
        }
        let (rows, sum) = &mut self.0[state];
        *rows += 1;
        *sum = *sum + amount;
    }

    fn of(&self, state: usize) -> (u64, Fen) {
        self.0.get(state).copied().unwrap_or_default()
    }
}

#[derive(Clone, Debug, Default)]
pub struct Statistics {
    pub patients: People,
    pub doctors: People,
    pub assistants: People,
    pub administrators: u64,
    pub hospitals: u64,
    pub departments: u64,
    pub clinics: u64,
    pub teams: u64,
    /// Memberships of patients in teams.
    pub members: u64,
    pub diagnosis_terms: u64,
    pub sessions: u64,
    pub sms: u64,
    projects: Counts,
    registrations: Counts,
    payments: Counts,
    refunds: Counts,
    /// Deposits that lie under their registrations.
    pub deposits_held: (u64, Fen),
    /// Deposits that nobody let go: the clinic's.
    pub deposits_forfeited: (u64, Fen),
    /// Pending refunds that wait for an administrator.
    pub refunds_to_approve: u64,
    team_consults: Counts,
    withdrawals: Counts,
}

pub fn read(db: &View) -> Result<Statistics> {
    let mut to_approve = 0;
    let refunds = count(db, |refund: &Refund| {
        to_approve += u64::from(refund.status == Returned::Pending && !refund.approved);
        (refund.status as usize, refund.amount)
    })?;
    Ok(Statistics {
        patients: people(db, Role::Patient)?,
        doctors: people(db, Role::Doctor)?,
        assistants: people(db, Role::Assistant)?,
        administrators: people(db, Role::Admin)?.total,
        hospitals: db.total::<Hospital>()?,
        departments: db.total::<Department>()?,
        clinics: db.total::<Clinic>()?,
        teams: db.total::<Team>()?,
        members: db.total::<TeamMembership>()?,
        diagnosis_terms: db.total::<DiagnosisTerm>()?,
        sessions: db.total::<Session>()?,
        sms: db.total::<Sms>()?,
        projects: count(db, |project: &ClinicSession| (project.state as usize, Fen::ZERO))?,
        registrations: count(db, |registration: &Registration| (registration.stage as usize, registration.amount))?,
        payments: count(db, |payment: &Payment| (payment.status as usize, payment.amount))?,
        refunds,
        deposits_held: deposits_held(db)?,
        deposits_forfeited: (db.count(&forfeit::FORFEITED, key(&[]))?, ledger::balance(db, Holder::Forfeited)?),
        refunds_to_approve: to_approve,
        team_consults: count(db, |consult: &TeamConsult| (consult.status as usize, consult.fee))?,
        withdrawals: count(db, |withdrawal: &Withdrawal| (withdrawal.status as usize, withdrawal.amount))?,
    })
}

impl Statistics {
    pub fn projects_in(&self, state: SessionState) -> u64 {
        self.projects.of(state as usize).0
    }

    pub fn registrations_in(&self, stage: Stage) -> u64 {
        self.registrations.of(stage as usize).0
    }

    pub fn payments_in(&self, status: Paid) -> (u64, Fen) {
        self.payments.of(status as usize)
    }

    pub fn team_consults_in(&self, status: Consult) -> u64 {
        self.team_consults.of(status as usize).0
    }

    pub fn withdrawals_in(&self, status: Decided) -> (u64, Fen) {
        self.withdrawals.of(status as usize)
    }

    pub fn refunds_in(&self, status: Returned) -> (u64, Fen) {
        self.refunds.of(status as usize)
    }
}

fn deposits_held(db: &View) -> Result<(u64, Fen)> {
    let held = ledger::deposits_after(db, Id::NONE, usize::MAX)?.into_iter().filter(|(_, amount)| *amount > Fen::ZERO);
    Ok(held.fold((0, Fen::ZERO), |(count, sum), (_, amount)| (count + 1, sum + amount)))
}

fn people(db: &View, role: Role) -> Result<People> {
    let standing = |verify: Verify| db.count(&account::BY_STANDING, key(&[&role.number(), &(verify as u8)]));
    Ok(People {
        total: db.count(&account::BY_ROLE, key(&[&role.number()]))?,
        waiting: standing(Verify::Waiting)?,
        enabled: standing(Verify::Enabled)?,
        disabled: standing(Verify::Disabled)?,
    })
}

fn count<R: Row>(db: &View, mut what: impl FnMut(&R) -> (usize, Fen)) -> Result<Counts> {
    let mut counts = Counts::default();
    for row in db.all::<R>(Order::Oldest) {
        let (state, amount) = what(&row?);
        counts.add(state, amount);
    }
    Ok(counts)
}
