//! Whether the clinic's records agree with each other: what no single row can show. Only reads; what the store itself must keep (rows, indexes,
//! counters) is its own check's business.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    base::{
        error::Result,
        id::{
            AccountId, AnyId, ClinicSessionId,
            kind::{self, Named},
        },
    },
    domain::{
        care::{
            consent::Consent,
            consent_text::{self, ConsentText},
            signed_record::{self, SignedRecord},
        },
        free_clinic::{clinic_session::ClinicSession, registration::Registration},
        identity::audit::chain,
        messaging::message::Message,
        money::{
            ledger::{self, Holder, LedgerEntry},
            payment::{Payment, PaymentStatus},
            payout::Payout,
            refund::{Refund, RefundStatus},
        },
        shared::{region::Region, upload::Upload},
    },
    store::{Fate, Order, Reference, Row, TableInfo, View},
};

/// What there is of an uploaded file, by its name.
pub trait Uploads {
    /// Its size; `None` where it is missing.
    fn size(&self, name: &str) -> Option<u64>;

    /// What is wrong with its content, where that can be looked at.
    fn fault(&self, upload: &Upload) -> Option<String>;

    /// All that lie there.
    fn names(&self) -> Result<BTreeSet<String>>;
}

/// Something that is examined, all of it at one moment.
pub struct Area {
    pub name: &'static str,
    pub examine: fn(&View, &dyn Uploads) -> Result<Found>,
}

/// What was looked at, and what is wrong, a line each.
#[derive(Debug, Default)]
pub struct Found {
    pub count: u64,
    pub problems: Vec<String>,
    /// Worth knowing, and nothing wrong.
    pub remark: Option<String>,
}

#[rustfmt::skip]
pub const AREAS: &[Area] = &[
    Area { name: "ledgers",    examine: ledgers },
    Area { name: "seats",      examine: seats },
    Area { name: "inboxes",    examine: inboxes },
    Area { name: "uploads",    examine: uploads },
    Area { name: "audit",      examine: trail },
    Area { name: "consents",   examine: consents },
    Area { name: "signatures", examine: signatures },
];

/// What every row says that it needs, or goes with, is there. Which those are stands with each table ([`Row::refers_to`]).
/// Reads all rows, a table at a time.
pub fn references(db: &View, tables: &[TableInfo]) -> Result<Found> {
    let (mut known, mut regions) = (BTreeSet::new(), BTreeSet::new());
    for table in tables {
        // Regions bear the codes of the state, which are no ids of the sequence.
        let ids = if table.table.code == Region::TABLE.code { &mut regions } else { &mut known };
        ids.extend(table.facts(db)?.into_iter().map(|facts| facts.id));
    }
    let mut found = Found::default();
    for table in tables {
        for facts in table.facts(db)? {
            let needed = facts.references.iter().filter(|reference| reference.fate != Fate::Stays);
            for Reference { noun, id, .. } in needed {
                found.count += 1;
                let ids = if *noun == <kind::Region as Named>::NOUN { &regions } else { &known };
                if !ids.contains(id) {
                    found.problems.push(format!("{} {} names {noun} {id}, which is not there", table.table.name, facts.id));
                }
            }
        }
    }
    Ok(found)
}

/// Transfers sum to zero, balances are what their entries sum to, and what came in and went out is what payments and refunds say.
fn ledgers(db: &View, _: &dyn Uploads) -> Result<Found> {
    let mut found = Found { problems: ledger::audit(db)?, ..Found::default() };
    let mut outside: BTreeMap<AnyId, i64> = BTreeMap::new();
    for entry in db.all::<LedgerEntry>(Order::Oldest) {
        let entry = entry?;
        found.count += 1;
        if entry.holder == Holder::Outside {
            *outside.entry(entry.cause).or_default() += entry.amount.0;
        }
    }
    let mut agree = |what: &str, id: AnyId, should: i64| {
        let is = outside.remove(&id).unwrap_or(0);
        if is != should {
            found.problems.push(format!("{what} {id} moved {is} fen in the books, it says {should}"));
        }
    };
    for payment in db.all::<Payment>(Order::Oldest) {
        let payment = payment?;
        let is_in = matches!(payment.status, PaymentStatus::Paid | PaymentStatus::Refunding | PaymentStatus::Refunded);
        agree("payment", payment.id.any(), if is_in { -payment.amount.0 } else { 0 });
    }
    for refund in db.all::<Refund>(Order::Oldest) {
        let refund = refund?;
        agree("refund", refund.id.any(), if refund.status == RefundStatus::Done { refund.amount.0 } else { 0 });
    }
    for payout in db.all::<Payout>(Order::Oldest) {
        let payout = payout?;
        agree("payout", payout.id.any(), payout.amount.0);
    }
    found
        .problems
        .extend(outside.iter().filter(|(_, sum)| **sum != 0).map(|(id, sum)| format!("{sum} fen moved for {id}, which is no payment")));
    Ok(found)
}

/// A slot's taken seats are its registrations that are not cancelled or rejected.
fn seats(db: &View, _: &dyn Uploads) -> Result<Found> {
    let mut found = Found::default();
    let mut live: BTreeMap<(ClinicSessionId, u32), u32> = BTreeMap::new();
    for row in db.all::<Registration>(Order::Oldest) {
        let row = row?;
        if row.is_live() {
            *live.entry((row.project_id, row.slot)).or_default() += 1;
        }
    }
    for project in db.all::<ClinicSession>(Order::Oldest) {
        let project = project?;
        for (slot, number) in project.slots.iter().zip(0..) {
            found.count += 1;
            let seated = live.remove(&(project.id, number)).unwrap_or(0);
            if slot.taken != seated {
                found
                    .problems
                    .push(format!("project {} slot {number}: {} seats are taken, {seated} registrations have one", project.id, slot.taken));
            }
        }
    }
    found
        .problems
        .extend(live.keys().map(|(project, slot)| format!("project {project} has no slot {slot}, and a registration sits there")));
    Ok(found)
}

/// The numbers of a member's inbox are 1, 2, 3 … without a gap.
fn inboxes(db: &View, _: &dyn Uploads) -> Result<Found> {
    let mut found = Found::default();
    // Number of messages and their greatest number, and the sum of all, which tells a hole and a double from each other.
    let mut boxes: BTreeMap<AccountId, (u64, u64, u128)> = BTreeMap::new();
    for message in db.all::<Message>(Order::Oldest) {
        for delivery in message?.delivered {
            let (count, last, sum) = boxes.entry(delivery.member).or_default();
            (*count, *last, *sum) = (*count + 1, delivery.seq.max(*last), *sum + u128::from(delivery.seq));
            found.count += 1;
        }
    }
    for (member, (count, last, sum)) in boxes {
        if last != count || sum != u128::from(count) * (u128::from(count) + 1) / 2 {
            found.problems.push(format!("the inbox of {member} has {count} messages and numbers up to {last}"));
        }
    }
    Ok(found)
}

/// Every record of the audit log is as it was written.
fn trail(db: &View, _: &dyn Uploads) -> Result<Found> {
    let verdict = chain::verify(db, None)?;
    let broken = verdict.broken.map(|broken| format!("record {}: {}", broken.seq, broken.why));
    let remark = (verdict.older > 0).then(|| format!("{} are older than the chain", verdict.older));
    Ok(Found { count: verdict.records + verdict.older, problems: broken.into_iter().collect(), remark })
}

/// The hash of every text is that of its words, and who agreed to a text agreed to these.
fn consents(db: &View, _: &dyn Uploads) -> Result<Found> {
    let mut found = Found::default();
    for text in db.all::<ConsentText>(Order::Oldest) {
        let text = text?;
        found.count += 1;
        if consent_text::hash(&text.body) != text.sha256 {
            found.problems.push(format!("consent text {}: its words are not those of its hash", text.id));
        }
    }
    for consent in db.all::<Consent>(Order::Oldest) {
        let consent = consent?;
        found.count += 1;
        let agreed = db.get::<ConsentText>(consent.text_id)?.map(|text| text.sha256);
        if !consent.text_id.is_none() && agreed != Some(consent.sha256) {
            found.problems.push(format!("consent {}: text {} is not what was agreed to", consent.id, consent.text_id));
        }
    }
    Ok(found)
}

/// The hash of every signed record is that of its body, and each version follows the one before.
fn signatures(db: &View, _: &dyn Uploads) -> Result<Found> {
    let mut found = Found::default();
    for record in db.all::<SignedRecord>(Order::Oldest) {
        let record = record?;
        found.count += 1;
        if signed_record::hash(&record.body) != record.sha256 {
            found.problems.push(format!("signed record {}: its body is not that of its hash", record.id));
        }
        let before = signed_record::versions(db, record.encounter)?.into_iter().find(|other| other.n + 1 == record.n);
        if before.map(|before| before.sha256) != record.before || (record.n > 1) != record.before.is_some() {
            found.problems.push(format!("signed record {}: it does not follow the version before", record.id));
        }
    }
    Ok(found)
}

/// Every file that a row names is there, as large as the row says and of its kind.
fn uploads(db: &View, uploads: &dyn Uploads) -> Result<Found> {
    let mut found = Found::default();
    let mut unnamed = uploads.names()?;
    for upload in db.all::<Upload>(Order::Oldest) {
        let upload = upload?;
        found.count += 1;
        unnamed.remove(&upload.name);
        match uploads.size(&upload.name) {
            None => found.problems.push(format!("upload {}: {} is missing", upload.id, upload.name)),
            Some(size) if size != upload.size => {
                found.problems.push(format!("upload {}: {} has {size} bytes, its row says {}", upload.id, upload.name, upload.size));
            }
            Some(_) => found.problems.extend(uploads.fault(&upload).map(|fault| format!("upload {}: {}: {fault}", upload.id, upload.name))),
        }
    }
    if !unnamed.is_empty() {
        found.remark = Some(format!("{} files are named by no row", unnamed.len()));
    }
    Ok(found)
}
