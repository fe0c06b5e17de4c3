//! The log: on standard error or in a file a day (`log.dir`), as text or JSON lines (`log.format`), from `log.level` up.

use std::{
    io::{self, Write},
    sync::Arc,
};

use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    registry,
    util::SubscriberInitExt,
};

use crate::base::{
    day_log::DayLog,
    error::{Kind, Reason, Result},
    settings::{LogFormat, LogLevel, Settings},
    time::Clock,
};

const NO_LOG: Reason = Reason::new(Kind::Internal, "log_unusable", "the log cannot be written; look at log.dir");

/// Begins to log. Once per process. Errors: `log_unusable`.
pub fn begin(settings: &Settings) -> Result<()> {
    let log = &settings.log;
    let level = match log.level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    };
    // Libraries write of each frame and each timer: their warnings are enough.
    let filter = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level).with_default(level.min(LevelFilter::WARN));
    let days = match &log.dir {
        Some(dir) => {
            let clock = Arc::new(Clock::system(settings.clock.offset.ms()));
            let opened = DayLog::open(dir, log.keep, settings.clinic.zone.clone(), clock);
            Some(opened.map_err(|e| NO_LOG.with(format!("{}: {e}", dir.display())))?)
        }
        None => None,
    };
    let lines = fmt::layer().with_writer(move || Out(days.clone())).with_target(false);
    let lines = match log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    registry().with(lines.with_filter(filter)).init();
    Ok(())
}

/// Where a line goes.
struct Out(Option<Arc<DayLog>>);

impl Write for Out {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        match &self.0 {
            Some(days) => days.write(line).map(|()| line.len()),
            None => io::stderr().write(line),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.0.is_none() { io::stderr().flush() } else { Ok(()) }
    }
}
