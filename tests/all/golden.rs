//! How rows lie on disk. bincode does not describe itself, so a field that moves makes every stored row unreadable: the bytes of one row
//! of every table and version are kept in `tests/data/golden.csv`.
//!
//! A sample row is made from its type alone, by a deserializer that answers every question with the next number. After a change of a
//! struct whose rows are on disk nowhere yet, `GOLDEN=write cargo test golden` writes the file anew; afterwards a new shape is a new version.

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use proptest::{collection::vec, prelude::*};
use serde::{
    Deserializer,
    de::{
        DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, VariantAccess, Visitor,
        value::{Error, U32Deserializer},
    },
};
use xuanhu::{
    domain::{self, *},
    store::{Row, decode_row, encode_row},
};

/// A table as this test sees it.
struct Kept {
    name: &'static str,
    version: u8,
    sample: fn() -> Vec<u8>,
    /// Reads any bytes; whether they were a row, and the bytes of that row as it would be written now.
    read: fn(&[u8]) -> Option<Vec<u8>>,
}

fn kept<R: Row>() -> Kept {
    Kept {
        name: R::TABLE.name,
        version: R::TABLE.version,
        sample: || {
            let row = R::deserialize(&mut Sample(0)).unwrap_or_else(|e| panic!("{}: no sample row: {e}", R::TABLE.name));
            encode_row(&row).unwrap()
        },
        read: |bytes| decode_row::<R>(bytes).ok().map(|row| encode_row(&row).unwrap()),
    }
}

/// Every row type, one a line.
fn tables() -> Vec<Kept> {
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
        kept::<directory::clinic::Clinic>(),
        kept::<identity::push_token::PushToken>(),
        kept::<directory::member_profile::MemberProfile>(),
        kept::<directory::quick_reply::QuickReply>(),
        kept::<directory::favourite::Favourite>(),
        kept::<consultation::diagnosis::Diagnosis>(),
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

/// Answers every question of a type with the next number: texts and lists are never empty, options are there, enums take turns.
struct Sample(u64);

impl Sample {
    fn next(&mut self) -> u64 {
        self.0 += 1;
        self.0
    }
}

macro_rules! numbers {
    ($($ask:ident $answer:ident $kind:ty),*) => {
        $(fn $ask<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            // Large enough to need several bytes where the type has them, small enough for every date and time.
            visitor.$answer((self.next() * 37 % 120) as $kind)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Sample {
    type Error = Error;

    numbers!(deserialize_u8 visit_u8 u8, deserialize_i8 visit_i8 i8, deserialize_u16 visit_u16 u16, deserialize_i16 visit_i16 i16);
    numbers!(deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64);

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u32(self.next() as u32 * 1_001)
    }

    fn deserialize_i32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i32(-(self.next() as i32) * 1_001)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_u64(self.next() * 1_000_003)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.next() as i64 * 1_000_000_007)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let odd = self.next() % 2 == 1;
        visitor.visit_bool(odd)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_char('字')
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_string(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_string(format!("样{}", self.next()))
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_byte_buf(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_byte_buf(vec![self.next() as u8; 3])
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Several(self, 2))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Several(self, length))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, length: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Several(self, length))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(Several(self, 2))
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &'static str, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Several(self, fields.len()))
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, variants: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        let variant = (self.next() % variants.len() as u64) as u32;
        visitor.visit_enum(Variant(self, variant))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("rows have no names on disk"))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("bincode cannot read a type that asks what is there"))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// So many elements or entries.
struct Several<'a>(&'a mut Sample, usize);

impl<'de> SeqAccess<'de> for Several<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        match self.1.checked_sub(1) {
            None => Ok(None),
            Some(left) => {
                self.1 = left;
                seed.deserialize(&mut *self.0).map(Some)
            }
        }
    }
}

impl<'de> MapAccess<'de> for Several<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.0)
    }
}

struct Variant<'a>(&'a mut Sample, u32);

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Error;
    type Variant = Variant<'a>;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Variant<'a>), Error> {
        let number: U32Deserializer<Error> = self.1.into_deserializer();
        Ok((seed.deserialize(number)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Several(self.0, length))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(Several(self.0, fields.len()))
    }
}
