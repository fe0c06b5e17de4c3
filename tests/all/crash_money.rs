//! Kill -9, fifty times, while people order, pay, write and ask for their money back: nothing that was acknowledged is lost, and nothing
//! happens twice, also when what went unanswered is asked for again.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use xuanhu::{
    base::{settings::Settings, time::Clock},
    domain::{
        self,
        money::{
            ledger::{self, Holder},
            refund::{self, Refund},
        },
    },
    store::{Order as By, Store},
};

use crate::{
    internet_hospital::Caller,
    kit::{Client, data_dir, id_number, phone, program::Running},
};

const KILLS: usize = 50;
const PAIRS: usize = 3;
const FEN: i64 = 2_500;
const REPLIES: [&str; 3] = ["第一次回复", "第二次回复", "第三次回复"];

/// A patient and the doctor whom they consult.
#[derive(Clone)]
struct Pair {
    user: Caller,
    patient: String,
    doctor: Caller,
}

/// What was asked for, and whether the answer came.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    Never,
    Sent,
    Answered,
}

/// One order as its people know it.
struct Story {
    pair: usize,
    id: Value,
    number: Option<String>,
    paid: Asked,
    replies: [Asked; 3],
    refund: Asked,
    finished: Asked,
}

#[test]
fn payments_and_replies_survive_fifty_kills() {
    let dir = data_dir();
    let mut pairs = Vec::new();
    let mut stories: Vec<Story> = Vec::new();
    let mut checked = 0;
    for round in 0..KILLS {
        let server = start(dir.path());
        if pairs.is_empty() {
            pairs = (0..PAIRS as u32).map(|n| pair(&server, n)).collect();
        }
        let now: Vec<Pair> = pairs.iter().map(|pair| pair.at(&server)).collect();
        for story in &mut stories[checked..] {
            settle(&server, &now[story.pair], story);
        }
        checked = stories.len();
        let answers = Arc::new(AtomicUsize::new(0));
        let people: Vec<_> = now
            .iter()
            .enumerate()
            .map(|(n, pair)| {
                let (pair, answers) = (pair.clone(), answers.clone());
                thread::spawn(move || live(n, &pair, round, &answers))
            })
            .collect();
        // In the middle of somebody's step, another one each time.
        let enough = 3 + usize::from(xuanhu::base::secret::random::<1>()[0]) % 40;
        while answers.load(Ordering::Relaxed) < enough {
            assert!(people.iter().any(|person| !person.is_finished()), "everybody has given up");
            thread::yield_now();
        }
        server.kill();
        people.into_iter().for_each(|person| stories.extend(person.join().unwrap()));
    }
    let server = start(dir.path());
    let now: Vec<Pair> = pairs.iter().map(|pair| pair.at(&server)).collect();
    for story in &mut stories {
        settle(&server, &now[story.pair], story);
    }
    assert!(server.stop().0.success());
    balance(dir.path(), &stories);
}

fn start(dir: &Path) -> Running {
    Running::start_with(dir, &[("XUANHU_SCHEDULER__TICK", "50ms")])
}

/// Brought in by the administration and through the documented doors.
fn pair(server: &Running, n: u32) -> Pair {
    let open_id = json!({ "openId": format!("open-{n}") });
    server.client.post("/api/user/signup", open_id.clone()).ok();
    let user = caller(&server.client, &server.client.post("/api/user/signin", open_id).ok());
    let form = json!({ "userId": user.id, "phone": phone(n), "certificateNo": id_number(n), "name": format!("就诊人{n}") });
    let patient = user.post("/api/patient/create", form).ok()["id"].as_str().unwrap().to_owned();
    let form = json!({
        "phone": phone(100 + n), "password": "secret-word", "real_name": format!("医生{n}"), "departments": "内科",
        "doctor_sn": format!("S{n}"), "image_and_text_open": true, "image_and_text_price": FEN,
    });
    server.admin.post("/admin/doctors", form).created();
    let signed_in = server.client.post("/api/doctor/signin", json!({ "doctorSn": format!("S{n}"), "password": "secret-word" })).ok();
    Pair { user, patient, doctor: caller(&server.client, &signed_in) }
}

fn caller(client: &Client, signed_in: &Value) -> Caller {
    let text = |key: &str| signed_in[key].as_str().unwrap().to_owned();
    Caller { id: text("userId"), client: client.with_token(text("token")) }
}

impl Pair {
    /// The same people at the server's address of now.
    fn at(&self, server: &Running) -> Pair {
        let moved = |caller: &Caller| {
            let mut caller = caller.clone();
            caller.client.base.clone_from(&server.client.base);
            caller
        };
        Pair { user: moved(&self.user), patient: self.patient.clone(), doctor: moved(&self.doctor) }
    }
}

/// Consultation after consultation, until nobody answers any more.
fn live(n: usize, pair: &Pair, round: usize, answers: &AtomicUsize) -> Vec<Story> {
    let mut stories = Vec::new();
    let step = |caller: &Client, path: &str, body: Value| -> Option<Value> {
        let answer = caller.request("POST", path).json(body).try_send().ok()?.ok();
        answers.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    };
    for turn in round.. {
        let form = json!({ "content": format!("头痛{round}-{turn}"), "patientId": pair.patient, "doctorId": pair.doctor.id, "consultationReason": "在线复诊", "images": [] });
        let Some(order) = step(&pair.user, "/consultation/create", form) else { break };
        stories.push(Story {
            pair: n,
            id: order["id"].clone(),
            number: None,
            paid: Asked::Never,
            replies: [Asked::Never; 3],
            refund: Asked::Never,
            finished: Asked::Never,
        });
        let story = stories.last_mut().expect("just pushed");
        let Some(payment) = step(&pair.user, "/consultation/payment/create", json!({ "consultationId": order["id"] })) else { break };
        let number = payment["outTradeNo"].as_str().unwrap().to_owned();
        let pay = format!("/payment/demo/{number}/pay");
        story.number = Some(number);
        story.paid = Asked::Sent;
        if step(&pair.user.without_token(), &pay, json!({})).is_none() {
            break;
        }
        story.paid = Asked::Answered;
        if turn % 3 == 0 {
            story.refund = Asked::Sent;
            if step(&pair.user, "/consultation/update", json!({ "consultationId": order["id"], "status": "06" })).is_none() {
                break;
            }
            story.refund = Asked::Answered;
            continue;
        }
        let shown = step(&pair.doctor, "/consultation/list", json!({ "consultationId": order["id"] }));
        let Some(chat) = shown.map(|list| list["items"][0]["chatId"].clone()) else { break };
        let mut all_said = true;
        for (reply, said) in REPLIES.iter().zip(&mut story.replies) {
            *said = Asked::Sent;
            let form = json!({ "chatId": chat, "type": "01", "text": reply, "direction": "doctor->user", "consultationId": order["id"] });
            if step(&pair.doctor, "/api/consultation/chat/message/create", form).is_none() {
                all_said = false;
                break;
            }
            *said = Asked::Answered;
        }
        if !all_said {
            break;
        }
        story.finished = Asked::Sent;
        if step(&pair.doctor, "/consultation/update", json!({ "consultationId": order["id"], "status": "07" })).is_none() {
            break;
        }
        story.finished = Asked::Answered;
    }
    stories
}

/// The order is as its people know it; what went unanswered has happened once or not at all. Then they ask again for what went unanswered.
fn settle(server: &Running, pair: &Pair, story: &mut Story) {
    let shown = || pair.user.post("/consultation/list", json!({ "consultationId": story.id })).ok()["items"][0].clone();
    let status = || shown()["status"].as_str().unwrap().to_owned();
    let before = status();
    let may_be: &[&str] = match story {
        Story { paid: Asked::Never, .. } => &["01"],
        Story { paid: Asked::Sent, .. } => &["01", "03"],
        Story { refund: Asked::Sent, .. } => &["03", "06", "09"],
        Story { refund: Asked::Answered, .. } => &["06", "09"],
        Story { finished: Asked::Sent, .. } => &["04", "07"],
        Story { finished: Asked::Answered, .. } => &["07"],
        Story { replies: [Asked::Never, ..], .. } => &["03"],
        Story { replies: [Asked::Sent, ..], .. } => &["03", "04"],
        _ => &["04"],
    };
    assert!(may_be.contains(&before.as_str()), "{} is in {before}, which is none of {may_be:?}", story.id);
    if let Some(number) = &story.number {
        let again = pair.user.post("/consultation/payment/query", json!({ "outTradeNo": number })).ok();
        assert_eq!((&again["outTradeNo"], &again["totalFee"]), (&json!(number), &json!(FEN)));
        // Whoever got no answer pays again; whoever got one does so by mistake. It is paid once.
        server.client.post(format_args!("/payment/demo/{number}/pay"), json!({})).ok();
        story.paid = Asked::Answered;
    }
    if story.refund != Asked::Never {
        if status() == "03" {
            pair.user.post("/consultation/update", json!({ "consultationId": story.id, "status": "06" })).ok();
        }
        story.refund = Asked::Answered;
        let deadline = Instant::now() + Duration::from_secs(30);
        while status() != "09" {
            assert!(Instant::now() < deadline, "the money of {} does not go back", story.id);
            thread::yield_now();
        }
    }
    let messages = pair.user.post("/consultation/chatmessage", json!({ "consultationId": story.id })).ok();
    let texts: Vec<String> = messages.as_array().unwrap().iter().map(Value::to_string).collect();
    let times = |text: &str| texts.iter().filter(|said| said.contains(text)).count();
    let paid = usize::from(story.paid == Asked::Answered);
    assert_eq!((times("您提交的病历信息已经发送给医生"), times("温馨提示"), times("头痛")), (paid, paid, paid), "{}: {texts:?}", story.id);
    for (reply, said) in REPLIES.iter().zip(&mut story.replies) {
        let expected = match said {
            Asked::Never => 0..=0,
            Asked::Sent => 0..=1,
            Asked::Answered => 1..=1,
        };
        assert!(expected.contains(&times(reply)), "{}: {reply} stands {} times: {texts:?}", story.id, times(reply));
        // What is there now must be there at the end.
        *said = if times(reply) == 1 { Asked::Answered } else { Asked::Never };
    }
    assert_eq!(times("因不能面诊患者"), usize::from(times(REPLIES[0]) == 1), "{}: {texts:?}", story.id);
    if status() == "07" {
        story.finished = Asked::Answered;
    } else if story.finished == Asked::Sent {
        story.finished = Asked::Never;
    }
}

/// Rows, indexes, counters and the ledger agree, and every fen is where the stories say.
fn balance(dir: &Path, stories: &[Story]) {
    let store = Store::open(&dir.join("store"), domain::TABLES, Arc::new(Settings::default()), Arc::new(Clock::system(0))).unwrap();
    assert_eq!(store.check(true).unwrap().problems, Vec::<String>::new());
    let view = store.view();
    assert_eq!(ledger::audit(&view).unwrap(), Vec::<String>::new());
    let count = |such: &dyn Fn(&Story) -> bool| stories.iter().filter(|story| such(story)).count();
    let (paid, back) = (count(&|story| story.paid == Asked::Answered), count(&|story| story.refund == Asked::Answered));
    let finished = count(&|story| story.finished == Asked::Answered);
    assert!(paid > KILLS && back > KILLS / 5 && finished > KILLS / 5, "too little happened: {paid} paid, {back} back, {finished} finished");
    assert_eq!(ledger::balance(&view, Holder::Outside).unwrap().0, -FEN * (paid - back) as i64);
    assert_eq!(ledger::balance(&view, Holder::Income).unwrap().0, FEN * finished as i64);
    let refunds: Vec<Refund> = view.all(By::Oldest).collect::<Result<_, _>>().unwrap();
    assert!(refunds.iter().all(|refund| refund.status == refund::RefundStatus::Done && refund.amount.0 == FEN));
    assert_eq!(refunds.len(), back, "one refund for each that was asked for");
}
