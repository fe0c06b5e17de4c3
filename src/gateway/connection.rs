//! One connection from its login to its end: hears the client, tells it what is new, and carries out its commands one after another.
//!
//! Delivery is by level, not by edge: `sent_to` is the number up to which the client has its member's inbox, `told_to` the same of the changes,
//! and whenever a live event comes the rest is read from the store. So nothing is lost, doubled or out of order, however late this task comes by. The
//! answer to a sent message takes its place in that order, too.

use std::{net::IpAddr, pin::Pin, sync::Arc};

use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, Sleep, sleep, timeout},
};

use super::{
    command::{COMMANDS, CommandAnswer, CommandRun, GatewaySession, SEND, SIGNAL},
    frame::{self, Frame, LOGIN_REQUIRED, MALFORMED, TOO_FAST, UNKNOWN_TYPE},
    heartbeat::heartbeat,
    login::{self, Login},
    pace::{Pace, Sort, Verdict},
    page,
    socket::{End, Heard, Socket},
};
use crate::{
    app::App,
    base::{
        error::{Error, Kind, Result},
        id::AccountId,
    },
    domain::{
        identity::session,
        messaging::{
            change,
            message::{self, Message},
        },
    },
    live::HangUp,
    store::View,
};

/// Messages or changes that are read from the store at a time.
const BATCH: usize = 50;

/// Serves a client until one of the two goes. Answers why.
pub async fn run(socket: &mut Socket, app: Arc<App>, address: IpAddr, mut stopped: watch::Receiver<bool>) -> End {
    let mut pace = Pace::new(app.settings.limits.enabled, Instant::now());
    let window = app.settings.im.login_window.as_std();
    let logged_in = tokio::select! {
        logged_in = timeout(window, log_in(socket, &app, address, &mut pace)) => logged_in.unwrap_or(Err(End::Silent)),
        () = stop(&mut stopped) => Err(End::Stopping),
    };
    let login = match logged_in {
        Ok(login) => login,
        Err(end) => {
            note(&app, None, end);
            return end;
        }
    };
    let (session, member) = (&login.session, login.session.account_id);
    let session_of = GatewaySession { connected: app.live.connect(member, session.id, &app.clock), app: app.clone() };
    let silence = Box::pin(sleep(session_of.app.settings.im.silence_window.as_std()));
    let mut connection = Connection { socket, session_of, sent_to: 0, told_to: 0, pace, silence };
    let served = tokio::select! {
        served = connection.serve(&login) => served,
        () = stop(&mut stopped) => Err(End::Stopping),
    };
    // From here on the member is no longer here.
    drop(connection);
    let end = match served {
        Ok(never) => match never {},
        Err(end) => end,
    };
    note(&app, Some(member), end);
    if matches!(end, End::Silent | End::TooSlow) {
        // For one window it has taken nothing for sure, and how much before that nobody knows.
        let since = app.clock.now().plus(-2 * app.settings.im.silence_window.ms());
        if let Err(error) = app.store.write(move |db| message::wake_again(db, member, since)).await {
            tracing::error!(
                error = error.chain(),
                member = member.number(),
                "who has lost the connection could not be woken for what came last"
            );
        }
    }
    end
}

/// Into the log, and counted.
fn note(app: &App, member: Option<AccountId>, end: End) {
    app.metrics.gateway_closed(end.name());
    match end {
        End::Gone | End::Stopping | End::LoggedOut | End::Replaced => {
            tracing::debug!(member = member.map(AccountId::number), reason = end.name(), "a device has left the gateway")
        }
        // Each connection that failed has said why.
        End::Internal => {}
        _ => tracing::info!(member = member.map(AccountId::number), reason = end.name(), "a device was sent away from the gateway"),
    }
}

async fn stop(stopped: &mut watch::Receiver<bool>) {
    // The channel also ends when the server is dropped.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Nothing but a login is answered before it.
async fn log_in(socket: &mut Socket, app: &App, address: IpAddr, pace: &mut Pace) -> Result<Login, End> {
    loop {
        let text = match socket.hear().await {
            Heard::Text(text) => text,
            Heard::Beat => continue,
            Heard::End(end) => return Err(end),
        };
        let (id, refusal) = match Frame::parse(&text) {
            Ok(frame) if frame.kind == "login" => match login::attempt(app, &frame, address).await {
                Ok(login) => return Ok(login),
                Err(refusal) => (frame.id, refusal),
            },
            Ok(frame) => (frame.id, LOGIN_REQUIRED.err()),
            Err((id, refusal)) if frame::is_login(&text) => (id, refusal),
            Err((id, _)) => (id, LOGIN_REQUIRED.err()),
        };
        socket.feed(frame::error(id.as_deref(), &refusal)).await?;
        socket.flush().await?;
        // A login with a key missing is a mistake of the client's that it may mend.
        if !refusal.is(&MALFORMED) {
            return Err(match refusal.kind() {
                Kind::TooMany => End::TooFast,
                _ if refusal.status() < 500 => End::LoggedOut,
                _ => failed(&refusal),
            });
        }
        if pace.frame(Sort::Other, Instant::now()) == Verdict::Over {
            return Err(End::TooFast);
        }
    }
}

enum Never {}

struct Connection<'a> {
    socket: &'a mut Socket,
    session_of: GatewaySession,
    /// The client has its member's inbox up to this number.
    sent_to: u64,
    /// And its changes up to this one.
    told_to: u64,
    pace: Pace,
    silence: Pin<Box<Sleep>>,
}

impl Connection<'_> {
    async fn serve(&mut self, login: &Login) -> Result<Never, End> {
        self.welcome(login).await?;
        loop {
            self.flush().await?;
            tokio::select! {
                () = self.session_of.connected.line.wait() => self.tell().await?,
                heard = self.socket.hear() => {
                    let window = self.session_of.app.settings.im.silence_window.as_std();
                    self.silence.as_mut().reset(Instant::now() + window);
                    // What has rung before goes out before any answer.
                    self.tell().await?;
                    match heard {
                        Heard::Text(text) => self.obey(&text).await?,
                        Heard::Beat => if self.pace.frame(Sort::Other, Instant::now()) == Verdict::Over { return Err(End::TooFast) },
                        Heard::End(end) => return Err(end),
                    }
                }
                () = self.silence.as_mut() => return Err(End::Silent),
            }
        }
    }

    /// The first answer, and what the client has missed.
    async fn welcome(&mut self, login: &Login) -> Result<(), End> {
        // From here on live events come for this connection, so what is read now is either old or will be rung for.
        let (id, session, app) = (login.id.as_deref(), &login.session, self.session_of.app.clone());
        let (member, session_id) = (session.account_id, session.id);
        let known = read(&app, move |db| {
            let newest = (message::newest_in_inbox(db, member)?, change::newest(db, member)?);
            Ok(session::find(db, session_id)?.map(|_| newest))
        });
        let Some((seq, change)) = known.await.map_err(|error| failed(&error))? else { return Err(End::LoggedOut) };
        let era = app.store.era();
        let beyond = |number: Option<u64>, newest| number.is_some_and(|number| number > newest);
        // Numbers of another copy of the clinic say nothing here: all that there is follows.
        let reset =
            login.era.as_deref().is_some_and(|known| known != era) || beyond(login.after, seq) || beyond(login.changes_after, change);
        let begin = |number: Option<u64>, newest| number.map_or(newest, |number| if reset { 0 } else { number });
        (self.sent_to, self.told_to) = (begin(login.after, seq), begin(login.changes_after, change));
        let mut members = json!({
            "member_id": session.account_id, "role": session.role.name(), "seq": seq, "change": change, "era": era,
            "heartbeat": heartbeat(&app), "time": app.clock.now().0,
        });
        if reset {
            members["reset"] = true.into();
        }
        self.feed(frame::answer("welcome", id, members)).await?;
        self.deliver(None).await?;
        self.tell_changes().await?;
        for invitation in self.session_of.app.live.invitations(session.account_id) {
            self.feed(text(&invitation)).await?;
        }
        Ok(())
    }

    /// What lies in the letter box.
    async fn tell(&mut self) -> Result<(), End> {
        let post = self.session_of.connected.line.take();
        if let Some(reason) = post.hang_up {
            return Err(ended(reason));
        }
        // First the message, then that it was taken back.
        if post.inbox || post.changes {
            self.deliver(None).await?;
        }
        if post.changes {
            self.tell_changes().await?;
        }
        for letter in post.letters {
            self.feed(text(&letter)).await?;
        }
        Ok(())
    }

    /// Sends what the inbox has beyond `sent_to`, up to but without `before`.
    async fn deliver(&mut self, before: Option<u64>) -> Result<(), End> {
        let member = self.session_of.member();
        loop {
            let sent_to = self.sent_to;
            let page =
                read(&self.session_of.app, move |db| page::messages(db, member, sent_to, BATCH)).await.map_err(|error| failed(&error))?;
            for (seq, message) in page.items {
                if before.is_some_and(|before| seq >= before) {
                    return Ok(());
                }
                self.feed(page::message_frame(&message)).await?;
                self.sent_to = seq;
            }
            if !page.more {
                return Ok(());
            }
        }
    }

    /// Sends the changes beyond `told_to`.
    async fn tell_changes(&mut self) -> Result<(), End> {
        let member = self.session_of.member();
        loop {
            let told_to = self.told_to;
            let page =
                read(&self.session_of.app, move |db| page::changes(db, member, told_to, BATCH)).await.map_err(|error| failed(&error))?;
            for (number, frame) in page.items {
                self.feed(frame).await?;
                self.told_to = number;
            }
            if !page.more {
                return Ok(());
            }
        }
    }

    /// A client keeps the numbers that it reads: none goes out that a kill could take back.
    async fn on_disk(&mut self) -> Result<(), End> {
        self.session_of.app.store.on_disk().await.map_err(|error| failed(&error))
    }

    /// Carries out a frame and answers it.
    async fn obey(&mut self, text: &str) -> Result<(), End> {
        let frame = Frame::parse(text);
        if let Ok(frame) = &frame {
            match self.sent_before(frame) {
                Ok(Some(message)) => {
                    self.on_disk().await?;
                    return self.acknowledge(frame.id.as_deref(), &message).await;
                }
                Ok(None) => {}
                Err(error) => return self.refuse(frame.id.as_deref(), &error).await,
            }
        }
        let sort = if frame.as_ref().is_ok_and(|frame| frame.kind == SIGNAL) { Sort::Signal } else { Sort::Other };
        let verdict = self.pace.frame(sort, Instant::now());
        if verdict == Verdict::Over {
            return Err(End::TooFast);
        }
        let frame = match frame {
            Ok(frame) => frame,
            Err((id, refusal)) => return self.refuse(id.as_deref(), &refusal).await,
        };
        let id = frame.id.clone();
        let id = id.as_deref();
        if verdict == Verdict::TooFast {
            return self.refuse(id, &TOO_FAST.err()).await;
        }
        match carry_out(&self.session_of, frame).await {
            Ok(CommandAnswer::Frame(kind, members)) => self.feed(frame::answer(kind, id, members)).await,
            Ok(CommandAnswer::Whole(text)) => self.feed(text).await,
            Ok(CommandAnswer::Sent(message)) => self.acknowledge(id, &message).await,
            Err(refusal) => self.refuse(id, &refusal).await,
        }
    }

    /// The message that was sent under the id of this frame already. To answer it again costs the client nothing of its pace: whoever comes back
    /// after a bad line sends again what may have arrived.
    fn sent_before(&self, frame: &Frame) -> Result<Option<Message>> {
        match &frame.id {
            Some(id) if frame.kind == SEND => message::by_client_id(&self.session_of.app.store.view(), self.session_of.member(), id),
            _ => Ok(None),
        }
    }

    /// What came before the message goes out first; the message itself is known to whoever sent it.
    async fn acknowledge(&mut self, id: Option<&str>, message: &Message) -> Result<(), End> {
        let seq = message.seq_of(self.session_of.member());
        if let Some(seq) = seq {
            self.deliver(Some(seq)).await?;
            self.sent_to = self.sent_to.max(seq);
        }
        let members = json!({
            "message_id": message.id, "conversation_id": message.conversation_id, "seq": seq, "created": message.created_at.0,
        });
        self.feed(frame::answer("ack", id, members)).await
    }

    async fn refuse(&mut self, id: Option<&str>, refusal: &Error) -> Result<(), End> {
        if refusal.status() >= 500 {
            tracing::error!(error = refusal.chain(), "a frame of the gateway failed");
        }
        self.feed(frame::error(id, refusal)).await
    }

    /// Writes a text, unless the line is hung up on meanwhile: a client that takes nothing would keep it for ever.
    async fn feed(&mut self, text: String) -> Result<(), End> {
        let line = self.session_of.connected.line.clone();
        tokio::select! {
            biased;
            fed = self.socket.feed(text) => fed,
            reason = line.hung_up() => Err(ended(reason)),
        }
    }

    /// Likewise for what is still unwritten.
    async fn flush(&mut self) -> Result<(), End> {
        let line = self.session_of.connected.line.clone();
        tokio::select! {
            biased;
            flushed = self.socket.flush() => flushed,
            reason = line.hung_up() => Err(ended(reason)),
        }
    }
}

/// One moment of the store, which is on disk.
async fn read<T: Send + 'static>(app: &App, reader: impl Fn(&View) -> Result<T> + Send + 'static) -> Result<T> {
    match app.store.read(&reader).await? {
        Some(read) => read,
        None => app.store.write(move |db| reader(db)).await,
    }
}

async fn carry_out(session_of: &GatewaySession, frame: Frame) -> Result<CommandAnswer> {
    let command = COMMANDS.iter().find(|command| command.name == frame.kind).ok_or_else(|| UNKNOWN_TYPE.err())?;
    match command.run {
        CommandRun::Now(run) => {
            let answer = run(session_of, &frame);
            session_of.app.store.on_disk().await.and(answer)
        }
        CommandRun::Read(run) => {
            let member = session_of.member();
            read(&session_of.app, move |db| run(member, db, &frame)).await
        }
        CommandRun::Write(run) => {
            let member = session_of.member();
            session_of.app.store.write(move |db| run(member, db, &frame)).await?.answer(session_of)
        }
    }
}

/// the application writes JSON, which is text.
fn text(letter: &[u8]) -> String {
    String::from_utf8_lossy(letter).into_owned()
}

fn ended(reason: HangUp) -> End {
    match reason {
        HangUp::SessionEnded => End::LoggedOut,
        HangUp::OneDeviceTooMany => End::Replaced,
        HangUp::TooSlow => End::TooSlow,
    }
}

fn failed(error: &Error) -> End {
    tracing::error!(error = error.chain(), "a connection of the gateway failed");
    End::Internal
}
