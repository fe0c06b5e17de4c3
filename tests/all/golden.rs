//! How rows lie on disk. bincode does not describe itself, so a field that moves makes every stored row unreadable: the bytes of one row
//! of every table and version are kept in `tests/data/golden.csv`.
//!
//! A sample row is made from its type alone ([`Sample`]). After a change of a
//! struct whose rows are on disk nowhere yet, `GOLDEN=write cargo test golden` writes the file anew; afterwards a new shape is a new version.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use proptest::{collection::vec, prelude::*};
use xuanhu::{
    base::{error::Result, id::AnyId},
    domain::{self, *},
    store::{Facts, Row, Tx, decode_row, encode_row},
};

use crate::kit::sample::Sample;

/// Puts the sample row that begins after a number, and says what it says of itself, and which numbers of 64 bits stand in it.
type Put = fn(&mut Tx, u64) -> Result<(Facts, Vec<u64>)>;

/// A table as tests see it that hold for every row.
pub struct Kept {
    pub name: &'static str,
    version: u8,
    sample: fn() -> Vec<u8>,
    pub put: Put,
    pub delete: fn(&mut Tx, AnyId) -> Result<()>,
    /// Reads any bytes; whether they were a row, and the bytes of that row as it would be written now.
    read: fn(&[u8]) -> Option<Vec<u8>>,
}

fn kept<R: Row>() -> Kept {
    Kept {
        name: R::TABLE.name,
        version: R::TABLE.version,
        sample: || {
            let row = R::deserialize(&mut Sample::after(0)).unwrap_or_else(|e| panic!("{}: no sample row: {e}", R::TABLE.name));
            encode_row(&row).unwrap()
        },
        put: |tx, number| {
            let mut sample = Sample::after(number);
            let row = R::deserialize(&mut sample).unwrap();
            tx.put(&row).map(|()| (Facts::of(&row), sample.numbers))
        },
        delete: |tx, id| tx.delete::<R>(id.of()),
        read: |bytes| decode_row::<R>(bytes).ok().map(|row| encode_row(&row).unwrap()),
    }
}

/// Every row type, one a line.
pub fn tables() -> Vec<Kept> {
    vec![
        kept::<identity::account::Account>(),
        kept::<identity::session::Session>(),
        kept::<identity::sms::Sms>(),
        kept::<identity::captcha::Captcha>(),
        kept::<shared::region::Region>(),
        kept::<directory::hospital::Hospital>(),
        kept::<directory::hospital::Department>(),
        kept::<directory::patient::Patient>(),
        kept::<directory::doctor::Doctor>(),
        kept::<directory::assistant::Assistant>(),
        kept::<directory::follow::Follow>(),
        kept::<notice::Notice>(),
        kept::<notice::Seen>(),
        kept::<shared::upload::Upload>(),
        kept::<money::ledger::LedgerEntry>(),
        kept::<money::ledger::Balance>(),
        kept::<money::payment::Payment>(),
        kept::<money::refund::Refund>(),
        kept::<money::forfeit::KeptDeposit>(),
        kept::<shared::upgrade_step::UpgradeStep>(),
        kept::<shared::version::Version>(),
        kept::<relations::own_export::OwnExport>(),
        kept::<clinic_wide::privacy_request::PrivacyRequest>(),
        kept::<money::payout::Payout>(),
        kept::<free_clinic::clinic_session::ClinicSession>(),
        kept::<free_clinic::registration::Registration>(),
        kept::<shared::dictionary::DiagnosisTerm>(),
        kept::<shared::dictionary::ConsultationReason>(),
        kept::<shared::dictionary::EvaluationQuestion>(),
        kept::<identity::audit::AuditRecord>(),
        kept::<directory::org::Org>(),
        kept::<directory::org::OrgMembership>(),
        kept::<free_clinic::special_event::SpecialEvent>(),
        kept::<notice::news::News>(),
        kept::<notice::news::Banner>(),
        kept::<free_clinic::assistant_binding::AssistantBinding>(),
        kept::<messaging::conversation::Conversation>(),
        kept::<messaging::message::Message>(),
        kept::<messaging::change::Change>(),
        kept::<messaging::conversation::Participant>(),
        kept::<messaging::contact::Contact>(),
        kept::<identity::im_password::ImPassword>(),
        kept::<relations::chat_time::ChatTime>(),
        kept::<consultation::Consultation>(),
        kept::<consultation::evaluation::Evaluation>(),
        kept::<team::Team>(),
        kept::<team::TeamDoctor>(),
        kept::<team::member::TeamMembership>(),
        kept::<team_consult::TeamConsult>(),
        kept::<team_consult::vas::Vas>(),
        kept::<team_consult::withdrawal::Withdrawal>(),
        kept::<money::expense::Expense>(),
        kept::<identity::lockout::Lockout>(),
        kept::<identity::integration::Integration>(),
        kept::<clinic_wide::clinic_face::ClinicFace>(),
        kept::<directory::clinic::Clinic>(),
        kept::<identity::push_token::PushToken>(),
        kept::<directory::member_profile::MemberProfile>(),
        kept::<directory::quick_reply::QuickReply>(),
        kept::<directory::favourite::Favourite>(),
        kept::<consultation::diagnosis::Diagnosis>(),
        kept::<directory::recorded_person::RecordedPerson>(),
        kept::<directory::patient_score::PatientScore>(),
        kept::<identity::idempotency::Kept>(),
        kept::<relations::complaint::Complaint>(),
        kept::<care::consent_text::ConsentText>(),
        kept::<care::consent::Consent>(),
        kept::<care::signed_record::SignedRecord>(),
        kept::<care::signed_record::AwaitedSignature>(),
    ]
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden.csv")
}

/// Bytes by table name and version.
fn golden() -> BTreeMap<(String, u8), Vec<u8>> {
    let text = fs::read_to_string(file()).unwrap_or_default();
    let rows = text.lines().skip(1).map(|line| {
        let [name, version, hex] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let bytes = (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
        ((name.to_owned(), version.parse().unwrap()), bytes)
    });
    rows.collect()
}

#[test]
fn rows_lie_on_disk_as_they_always_did() {
    let mut golden = golden();
    if env::var("GOLDEN").is_ok_and(|word| word == "write") {
        golden.extend(tables().into_iter().map(|table| ((table.name.to_owned(), table.version), (table.sample)())));
        let line = |((name, version), bytes): (&(String, u8), &Vec<u8>)| {
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("{name},{version},{hex}\n")
        };
        fs::create_dir_all(file().parent().unwrap()).unwrap();
        fs::write(file(), format!("table,version,bytes\n{}", golden.iter().map(line).collect::<String>())).unwrap();
        return;
    }
    for table in tables() {
        let name = table.name;
        let known = golden.get(&(name.to_owned(), table.version)).unwrap_or_else(|| {
            panic!("{name} version {} is not in {}: write it with GOLDEN=write", table.version, file().display());
        });
        assert_eq!(
            (table.sample)(),
            *known,
            "{name}: rows on disk look otherwise; freeze the old struct and give the new one a new version"
        );
        assert_eq!((table.read)(known).as_ref(), Some(known), "{name} does not read its own rows");
        for version in 1..table.version {
            let old = golden.get(&(name.to_owned(), version)).unwrap_or_else(|| panic!("{name} lost its version {version}"));
            assert!((table.read)(old).is_some(), "{name} does not read rows of version {version}");
        }
    }
}

#[test]
fn every_table_is_looked_at() {
    let mut mine: Vec<_> = tables().iter().map(|table| (table.name, table.version)).collect();
    let mut all: Vec<_> = domain::TABLES.iter().map(|info| (info.table.name, info.table.version)).collect();
    mine.sort_unstable();
    all.sort_unstable();
    assert_eq!(mine, all, "name the row type of every table in tables()");
    let mut codes: Vec<_> = domain::TABLES.iter().map(|info| info.table.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), all.len(), "two tables share a code");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_bytes_are_refused_and_nothing_more(noise in vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        for table in tables() {
            let sample = (table.sample)();
            (table.read)(&noise);
            (table.read)(&[&[0, table.version], noise.as_slice()].concat());
            let mut bent = sample.clone();
            bent[at.index(sample.len())] = byte;
            (table.read)(&bent);
            prop_assert_eq!((table.read)(&sample[..cut.index(sample.len())]), None, "a cut row was read");
            prop_assert_eq!((table.read)(&[sample.as_slice(), &[byte]].concat()), None, "a byte too many was overlooked");
            let other = [&[0, table.version + 1], &sample[2..]].concat();
            prop_assert_eq!((table.read)(&other), None, "a row of a later version was read");
        }
    }
}

/// A length of many gigabytes in a few bytes must not be believed.
#[test]
fn lengths_are_not_believed() {
    for table in tables() {
        for fill in [0xfc, 0xfd, 0xfe, 0xff] {
            assert_eq!((table.read)(&[[0, table.version].as_slice(), &[fill; 64]].concat()), None, "{}", table.name);
        }
    }
}
