//! Who is told what, without a socket.

use std::sync::Arc;

use serde_json::Value;

use super::{
    call::NewCall,
    call_room::{CallMedia, CallStep},
    *,
};

fn m(number: u64) -> AccountId {
    AccountId::from_number(number)
}

const CALL: CallId = CallId::from_number(7);

struct Scene {
    live: Arc<Live>,
    clock: Arc<Clock>,
}

impl Scene {
    fn new() -> Scene {
        Scene { live: Arc::new(Live::new(0, Span::seconds(10))), clock: Arc::new(Clock::stopped_at(Time(1_000))) }
    }

    fn connect(&self, member: u64) -> Connected {
        self.live.connect(m(member), SessionId::from_number(member * 100), &self.clock)
    }

    fn call(&self, creator: &Connected, others: &[u64]) -> CallRoom {
        let new = NewCall {
            id: CALL,
            media: CallMedia::Audio,
            creator: creator.line.member,
            creator_name: "甲".into(),
            others: others.iter().copied().map(m).collect(),
            rings_until: self.clock.now().plus(60_000),
        };
        self.live.call(new, Some(&creator.line)).unwrap()
    }
}

/// The frames in a box, by type and by what tells them apart.
fn letters(device: &Connected) -> Vec<String> {
    let brief = |letter: &Bytes| {
        let frame: Value = serde_json::from_slice(letter).unwrap();
        let states = frame["members"].as_array().into_iter().flatten();
        let states = states.map(|m| m["state"].as_str().map_or(m["online"].to_string(), str::to_owned)).collect::<Vec<_>>().join(",");
        let more = ["kind", "state"].into_iter().find_map(|key| frame[key].as_str()).unwrap_or_default();
        [frame["type"].as_str().unwrap(), frame["reason"].as_str().unwrap_or(&states), more].join(" ").trim_end().to_owned()
    };
    device.line.take().letters.iter().map(brief).collect()
}

#[test]
fn the_ninth_device_takes_the_place_of_the_first() {
    let scene = Scene::new();
    let devices: Vec<_> = (0..9).map(|_| scene.connect(1)).collect();
    let ends: Vec<_> = devices.iter().map(|device| device.line.take().hang_up).collect();
    assert_eq!((ends[0], ends[1..].iter().all(Option::is_none)), (Some(HangUp::OneDeviceTooMany), true));
    drop(devices);
    assert!(scene.live.nobody());
}

#[test]
fn presence_is_of_the_member_not_of_the_device() {
    let scene = Scene::new();
    let watcher = scene.connect(1);
    let states = scene.live.watch(&watcher.line, vec![m(2), m(3)], scene.clock.now());
    assert!(states.iter().all(|state| !state.online && state.last_seen.is_none()), "{states:?}");
    let (first, second) = (scene.connect(2), scene.connect(2));
    assert_eq!(letters(&watcher), ["presence true"]);
    scene.clock.advance(5);
    drop(first);
    assert_eq!(letters(&watcher), [""; 0]);
    drop(second);
    assert_eq!(letters(&watcher), ["presence false"]);
    let states = scene.live.watch(&watcher.line, vec![m(2)], scene.clock.now());
    assert_eq!(states[0].last_seen, Some(Time(1_005)));
    scene.live.watch(&watcher.line, vec![], scene.clock.now());
    drop(scene.connect(2));
    assert_eq!(letters(&watcher), [""; 0]);
    drop(watcher);
    assert!(scene.live.hub().watchers.is_empty() && scene.live.hub().watched.is_empty() && scene.live.hub().sessions.is_empty());
}

#[test]
fn a_session_ends_on_its_own_devices_alone() {
    let scene = Scene::new();
    let (mine, other) = (
        scene.live.connect(m(1), SessionId::from_number(5), &scene.clock),
        scene.live.connect(m(1), SessionId::from_number(6), &scene.clock),
    );
    scene.live.end_session(SessionId::from_number(5));
    assert_eq!((mine.line.take().hang_up, other.line.take().hang_up), (Some(HangUp::SessionEnded), None));
}

#[test]
fn devices_stop_ringing_when_one_of_them_answers() {
    let scene = Scene::new();
    let (caller, callers_other, phone, tablet) = (scene.connect(1), scene.connect(1), scene.connect(2), scene.connect(2));
    scene.call(&caller, &[2]);
    assert_eq!((letters(&caller), letters(&callers_other)), (vec![], vec!["call joined,ringing".to_owned()]));
    assert_eq!(
        (letters(&phone), letters(&tablet)),
        (vec!["call_invite joined,ringing".to_owned()], vec!["call_invite joined,ringing".to_owned()])
    );
    scene.live.step(&phone.line, CALL, CallStep::Join).unwrap();
    assert_eq!((letters(&phone), letters(&tablet)), (vec![], vec!["call joined,joined".to_owned()]));
    scene.live.signal(&caller.line, CALL, m(2), "offer", &Value::Null).unwrap();
    assert_eq!((letters(&phone), letters(&tablet)), (vec!["call_signal  offer".to_owned()], vec![]));
    scene.live.step(&phone.line, CALL, CallStep::Leave).unwrap();
    let told = ["call joined,joined", "call_state  joined", "call joined,left", "call_state  left", "call_end left"];
    assert_eq!((letters(&caller), letters(&callers_other)), (told.map(str::to_owned).to_vec(), told.map(str::to_owned).to_vec()));
    assert_eq!(letters(&tablet), ["call joined,left"]);
    assert_eq!(scene.live.calls(), 0);
}

#[test]
fn a_lost_device_has_a_while_to_come_back() {
    let scene = Scene::new();
    let (caller, one, other) = (scene.connect(1), scene.connect(2), scene.connect(2));
    scene.call(&caller, &[2, 3]);
    scene.live.step(&one.line, CALL, CallStep::Join).unwrap();
    letters(&caller);
    letters(&other);
    drop(one);
    assert_eq!(letters(&caller), ["call joined,away,ringing", "call_state  away"]);
    assert_eq!(letters(&other), ["call joined,away,ringing"], "an idle device keeps nobody in the call");
    assert!(scene.live.signal(&caller.line, CALL, m(2), "offer", &Value::Null).is_err());
    scene.live.expire_calls(scene.clock.now().plus(9_999));
    let again = scene.connect(2);
    scene.live.step(&again.line, CALL, CallStep::Join).unwrap();
    assert_eq!(letters(&caller), ["call joined,joined,ringing", "call_state  joined"]);
    scene.live.signal(&caller.line, CALL, m(2), "offer", &Value::Null).unwrap();
    assert_eq!((letters(&again), letters(&other)), (vec!["call_signal  offer".to_owned()], vec!["call joined,joined,ringing".to_owned()]));
    drop((again, other));
    letters(&caller);
    scene.live.expire_calls(scene.clock.now().plus(10_000));
    assert_eq!(letters(&caller), ["call joined,left,ringing", "call_state  left"]);
    let late = scene.connect(3);
    assert_eq!(scene.live.invitations(m(3)).len(), 1, "who comes while it rings is invited");
    scene.live.expire_calls(scene.clock.now().plus(59_999));
    assert_eq!(letters(&caller), [""; 0]);
    scene.live.expire_calls(scene.clock.now().plus(60_000));
    assert_eq!(letters(&caller), ["call joined,left,missed", "call_state  missed", "call_end missed"]);
    assert_eq!(letters(&late), ["call joined,left,missed"]);
    assert!(scene.live.step(&late.line, CALL, CallStep::Join).is_err());
}

/// A phone in a tunnel rings on when it comes out, and has left when it does not.
#[test]
fn who_rings_may_lose_the_connection_for_a_moment() {
    let scene = Scene::new();
    let (caller, phone) = (scene.connect(1), scene.connect(2));
    scene.call(&caller, &[2]);
    drop(phone);
    assert_eq!(letters(&caller), [""; 0]);
    scene.clock.advance(9_000);
    let phone = scene.connect(2);
    assert_eq!(scene.live.invitations(m(2)).len(), 1);
    scene.live.expire_calls(scene.clock.now().plus(5_000));
    assert_eq!(letters(&caller), [""; 0]);
    drop(phone);
    scene.live.expire_calls(scene.clock.now().plus(10_000));
    assert_eq!(letters(&caller), ["call joined,left", "call_state  left", "call_end left"]);
}

#[test]
fn a_call_moves_from_one_device_to_another() {
    let scene = Scene::new();
    let (caller, phone, tablet) = (scene.connect(1), scene.connect(2), scene.connect(2));
    scene.call(&caller, &[2]);
    scene.live.step(&phone.line, CALL, CallStep::Join).unwrap();
    for device in [&caller, &phone, &tablet] {
        letters(device);
    }
    scene.live.step(&tablet.line, CALL, CallStep::Join).unwrap();
    assert_eq!(letters(&caller), ["call joined,joined", "call_state  joined"], "who has to speak to another device is told");
    assert_eq!(letters(&phone), ["call joined,joined", "call_end left"]);
    scene.live.signal(&caller.line, CALL, m(2), "offer", &Value::Null).unwrap();
    assert_eq!((letters(&phone), letters(&tablet)), (vec![], vec!["call_signal  offer".to_owned()]));
    assert!(scene.live.signal(&phone.line, CALL, m(1), "answer", &Value::Null).is_err());
    drop(phone);
    assert_eq!(letters(&caller), [""; 0], "the device that gave it up is missed by nobody");
}

#[test]
fn a_ban_parts_two_and_leaves_the_others() {
    let scene = Scene::new();
    let (caller, two, three) = (scene.connect(1), scene.connect(2), scene.connect(3));
    scene.call(&caller, &[2, 3]);
    scene.live.step(&two.line, CALL, CallStep::Join).unwrap();
    scene.live.step(&three.line, CALL, CallStep::Join).unwrap();
    letters(&caller);
    letters(&three);
    scene.live.part(m(1), m(2));
    assert_eq!(letters(&caller), ["call joined,left,joined", "call_state  left"]);
    assert_eq!(letters(&three), ["call joined,left,joined", "call_state  left"]);
    scene.live.part(m(1), m(2));
    assert_eq!(letters(&caller), [""; 0]);
    scene.live.part(m(3), m(1));
    assert_eq!(letters(&caller), ["call joined,left,left", "call_state  left", "call_end left"], "who bans the caller goes");
    assert_eq!(scene.live.calls(), 0);
}
