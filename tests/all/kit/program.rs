//! The real binary: one command run to its end, or a server that is stopped and killed.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use super::Client;

/// `xuanhu` with these arguments, on this data directory, in an environment without settings of the machine's.
pub fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xuanhu"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("XUANHU_")) {
        command.env_remove(name);
    }
    command.args(arguments).arg("--data-dir").arg(dir).stdin(Stdio::null());
    command
}

/// What a command printed, and its exit code.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

pub fn run(mut command: Command) -> Ended {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

impl Ended {
    /// Failed, with one line that says all of these words.
    #[track_caller]
    pub fn failed_in_one_line(&self, words: &[&str]) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""), "{self:?}");
        assert_eq!(self.err.trim_end().lines().count(), 1, "{self:?}");
        assert!(words.iter().all(|word| self.err.contains(word)), "{words:?} are not all in {self:?}");
    }
}

/// `xuanhu serve` on a port of its own. Killed when it is dropped.
pub struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
    log: PathBuf,
    pub address: String,
    pub client: Client,
    pub admin: Client,
}

impl Running {
    pub fn start(dir: &Path) -> Running {
        Running::start_with(dir, &[])
    }

    /// Answers when the server does. The environment has rates switched off and `settings` on top.
    pub fn start_with(dir: &Path, settings: &[(&str, &str)]) -> Running {
        let name = dir.strip_prefix(env!("CARGO_TARGET_TMPDIR")).unwrap().to_string_lossy().replace('/', "-");
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.log"));
        let mut command = command(dir, &["serve", "--listen", "127.0.0.1:0"]);
        command.env("XUANHU_LIMITS__ENABLED", "false").envs(settings.iter().copied());
        let log_file = fs::OpenOptions::new().create(true).append(true).open(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(log_file).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let Some(address) = line.trim_end().strip_prefix("listening on http://") else {
            let _ = child.kill();
            panic!("the server said {line:?}\n{}", fs::read_to_string(&log).unwrap_or_default());
        };
        let client = Client::new(format!("http://{address}"));
        let admin = client.with_token(fs::read_to_string(dir.join("admin.token")).unwrap().trim());
        let running = Running { child, out, address: address.to_owned(), client, admin, log };
        running.wait_until_ready();
        running
    }

    /// It answers as soon as it listens; until the index has caught up, `/readyz` says so.
    fn wait_until_ready(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while self.client.get("/readyz").status != 200 {
            assert!(Instant::now() < deadline, "it does not get ready: {}", self.log());
            std::thread::yield_now();
        }
    }

    /// Begins to start, and is killed as soon as this file is there.
    pub fn kill_when(dir: &Path, file: &str) {
        let mut command = command(dir, &["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while !dir.join(file).exists() {
            assert!(child.try_wait().unwrap().is_none(), "it ended without making {file}");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has said on standard error, in all its starts on this directory.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Sends a signal, and nothing more.
    #[expect(unsafe_code)]
    pub fn signal(&self, signal: libc::c_int) {
        let id = libc::pid_t::try_from(self.child.id()).unwrap();
        // SAFETY: the process is ours and has not been waited for, so the number is still its own.
        assert_eq!(unsafe { libc::kill(id, signal) }, 0);
    }

    /// Power off, as far as a process can be.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM. Answers how it ended, and what more it had printed.
    pub fn stop(mut self) -> (ExitStatus, String) {
        self.signal(libc::SIGTERM);
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_file(&self.log);
    }
}
