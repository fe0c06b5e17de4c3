//! Numbers of the inbox, whatever is written where.

use std::{path::Path, sync::Arc};

use proptest::prelude::*;

use super::*;
use crate::{
    base::{
        id::{AccountId, Id},
        page::Page,
        settings::Settings,
        time::Clock,
    },
    domain::{
        TABLES,
        messaging::{change, message::*, reading},
    },
    store::Store,
};

/// Member numbers; odd ones are patients.
const MEMBERS: [AccountId; 4] =
    [AccountId::from_number(11), AccountId::from_number(12), AccountId::from_number(13), AccountId::from_number(14)];

fn store(dir: &Path) -> Store {
    Store::open(dir, TABLES, Arc::new(Settings::default()), Arc::new(Clock::stopped_at(Time(1_000_000)))).unwrap()
}

fn side(member: AccountId) -> Side {
    Side::of(if member.number() % 2 == 1 { Role::Patient } else { Role::Doctor })
}

#[derive(Clone, Debug)]
enum Step {
    /// Between two members (or of all, as a group), from one of them or from the clinic, for one side or both.
    Say {
        one: usize,
        other: usize,
        group: bool,
        from: u8,
        only: u8,
    },
    Read {
        one: usize,
        other: usize,
        reader: bool,
    },
    /// A page of their conversation is shown.
    Show {
        one: usize,
        other: usize,
        reader: bool,
        skip: usize,
        limit: usize,
    },
    /// The newest message of theirs is taken back.
    Retract {
        one: usize,
        other: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let pair = || (0..4usize, 0..4usize).prop_filter("two people", |(one, other)| one != other);
    prop_oneof![
        3 => (pair(), any::<bool>(), 0..3u8, 0..4u8).prop_map(|((one, other), group, from, only)| Step::Say { one, other, group, from, only }),
        1 => (pair(), any::<bool>()).prop_map(|((one, other), reader)| Step::Read { one, other, reader }),
        2 => (pair(), any::<bool>(), 0..6usize, 1..4usize)
            .prop_map(|((one, other), reader, skip, limit)| Step::Show { one, other, reader, skip, limit }),
        1 => pair().prop_map(|(one, other)| Step::Retract { one, other }),
    ]
}

fn between(one: usize, other: usize) -> Between {
    Between::Direct(MEMBERS[one], MEMBERS[other])
}

fn perform(db: &mut Tx, step: &Step) -> Result<()> {
    match *step {
        Step::Say { one, other, group, from, only } => {
            let conversation = match group {
                true => open(db, Between::Consult(Id::from_number(7)), &MEMBERS.map(|member| (member, side(member))))?,
                false => {
                    let (a, b) = (MEMBERS[one.min(other)], MEMBERS[one.max(other)]);
                    open(db, between(one, other), &[(a, side(a)), (b, side(b))])?
                }
            };
            let part = |side| Part { side, title: String::new(), text: "…".into() };
            let parts = match only {
                1 => vec![part(Side::Patient)],
                2 => vec![part(Side::Staff)],
                _ => Vec::new(),
            };
            let from = if from == 0 || !parts.is_empty() { Id::NONE } else { MEMBERS[one] };
            post(db, conversation, from, Say { content: "好".into(), parts, ..Say::default() })?;
        }
        Step::Read { one, other, reader } => {
            if let Some(conversation) = find(db, between(one, other))? {
                let member = MEMBERS[if reader { one } else { other }];
                let participant = need_participant(db, conversation.id, ConversationKind::Direct, member)?;
                let last = participant.last_message;
                reading::read_to(db, participant, last)?;
            }
        }
        Step::Show { one, other, reader, skip, limit } => {
            if let Some(conversation) = find(db, between(one, other))? {
                let member = MEMBERS[if reader { one } else { other }];
                let mine = need_participant(db, conversation.id, ConversationKind::Direct, member)?;
                let shown = list(db, conversation.id, mine.side, Page { skip, limit })?.items;
                if let (Some(first), Some(last)) = (shown.first(), shown.last()) {
                    let before = mine.clone();
                    let after = reading::show(db, mine, first.id, last.id)?;
                    // What was shown has been read, and nothing else.
                    for message in list(db, conversation.id, before.side, Page::ALL)?.items.iter().filter(|message| message.from != member)
                    {
                        let seen = shown.iter().any(|one| one.id == message.id);
                        assert_eq!(after.has_read(message.id), seen || before.has_read(message.id));
                    }
                }
            }
        }
        Step::Retract { one, other } => {
            if let Some(conversation) = find(db, between(one, other))?
                && let Some(message) = db.get::<Message>(conversation.last_said)?
            {
                retract(db, message)?;
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn inboxes_have_no_gap_and_unread_is_what_was_not_read(steps in proptest::collection::vec(step(), 1..60)) {
        let dir = tempfile::tempdir().unwrap();
        let store = store(dir.path());
        // All in one job and one each must come to the same.
        let (together, singly) = steps.split_at(steps.len() / 2);
        let job = together.to_vec();
        store.write_blocking(move |db| job.iter().try_for_each(|step| perform(db, step))).unwrap();
        for step in singly {
            let step = step.clone();
            store.write_blocking(move |db| perform(db, &step)).unwrap();
        }
        let view = store.view();
        let messages: Vec<Message> = view.all(Order::Oldest).collect::<Result<_>>().unwrap();
        for member in MEMBERS {
            let seqs: Vec<u64> = messages.iter().flat_map(|message| &message.delivered).filter(|d| d.member == member).map(|d| d.seq).collect();
            prop_assert_eq!(seqs, (1..=newest_in_inbox(&view, member).unwrap()).collect::<Vec<_>>());
            let changes = change::after(&view, member, 0, usize::MAX).unwrap();
            let numbers: Vec<u64> = changes.iter().map(|change| change.number_of(member).unwrap()).collect();
            prop_assert_eq!(numbers, (1..=change::newest(&view, member).unwrap()).collect::<Vec<_>>());
            prop_assert!(changes.is_sorted_by_key(|change| change.id));
            for message in messages.iter().filter(|message| message.retracted_at.is_some() && message.seq_of(member).is_some()) {
                prop_assert_eq!(changes.iter().filter(|change| change.what == change::What::Retracted { message: message.id }).count(), 1);
            }
        }
        for participant in view.all::<Participant>(Order::Oldest) {
            let participant = participant.unwrap();
            let visible = list(&view, participant.conversation_id, participant.side, Page::ALL).unwrap();
            prop_assert_eq!(visible.total, visible.items.len() as u64);
            let expected: Vec<&Message> =
                messages.iter().filter(|m| m.conversation_id == participant.conversation_id && m.is_for(participant.side)).collect();
            prop_assert_eq!(visible.items.iter().collect::<Vec<_>>(), expected.clone());
            prop_assert_eq!(participant.last_message, expected.last().map(|message| message.id).unwrap_or_default());
            let unread = expected.iter().filter(|m| !participant.has_read(m.id) && m.from != participant.member).count();
            prop_assert_eq!(participant.unread as usize, unread);
            // The others were told of everything up to which all has been read, and of no more.
            let told = view.all::<change::Change>(Order::Oldest).filter_map(|change| match change.unwrap().what {
                change::What::Read { member, message } if member == participant.member => Some(message),
                _ => None,
            });
            let told = told.filter(|id| expected.iter().any(|m| m.id == *id)).max().unwrap_or_default();
            prop_assert_eq!(told, participant.read_to);
        }
        prop_assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
    }
}

#[test]
fn a_client_id_names_one_message_of_its_sender() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let long = "长".repeat(64);
    let ids = [format!("{long}一"), format!("{long}二")];
    store
        .write_blocking(move |db| {
            let conversation = open(db, between(0, 1), &[(MEMBERS[0], Side::Patient), (MEMBERS[1], Side::Staff)])?;
            for client_id in &ids {
                post(
                    db,
                    conversation.clone(),
                    MEMBERS[0],
                    Say { client_id: client_id.clone(), content: client_id.clone(), ..Say::default() },
                )?;
            }
            for client_id in &ids {
                assert_eq!(by_client_id(db, MEMBERS[0], client_id)?.unwrap().content, *client_id);
                assert_eq!(by_client_id(db, MEMBERS[1], client_id)?, None);
            }
            assert_eq!(by_client_id(db, MEMBERS[0], "")?, None);
            Ok(())
        })
        .unwrap();
}

#[test]
fn limits_hold_and_leave_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = store(dir.path());
    let say = |content: String, images: usize| {
        store.write_blocking(move |db| {
            let conversation = open(db, Between::System(MEMBERS[0]), &[(MEMBERS[0], Side::Patient)])?;
            post(db, conversation, Id::NONE, Say { content, images: vec!["/files/a".into(); images], ..Say::default() })
        })
    };
    assert!(say("长".repeat(4_001), 0).unwrap_err().is(&TOO_LONG));
    assert_eq!(say(String::new(), 10).unwrap_err().status(), 400);
    assert_eq!(store.view().total::<Conversation>().unwrap() + store.view().total::<Message>().unwrap(), 0);
    assert_eq!(say("长".repeat(4_000), 9).unwrap().delivered, [Delivery { member: MEMBERS[0], seq: 1 }]);
}
