//! A directory of backups. Its files are told by their names, `xuanhu-<instance>-<UTC time>.backup`; files of other names, and of other clinics, are
//! nobody's business here and never touched.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
};

use super::{contents::cannot_read, seal};
use crate::base::{
    error::Result,
    time::{SECOND, Time, Zone},
};

const END: &str = ".backup";

/// A backup that lies on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    pub name: String,
    pub instance: String,
    pub created: Time,
    pub bytes: u64,
    pub encrypted: bool,
}

/// The name of a clinic's backup that is made now.
pub fn name(instance: &str, now: Time) -> String {
    let stamp: String = now.rfc3339().chars().take("2026-11-30T05:00:00".len()).filter(|c| *c != '-' && *c != ':').collect();
    format!("xuanhu-{instance}-{stamp}Z{END}")
}

/// A name that nothing in the directory has.
pub fn free_name(dir: &Path, instance: &str, now: Time) -> String {
    let later = (0..).map(|seconds| name(instance, now.plus(seconds * SECOND)));
    let mut free = later.filter(|name| !dir.join(name).exists() && !dir.join(format!("{name}.partial")).exists());
    free.next().unwrap_or_else(|| name(instance, now))
}

/// Whose backup has this name, and of when.
fn parsed(name: &str) -> Option<(&str, Time)> {
    let (instance, stamp) = name.strip_prefix("xuanhu-")?.strip_suffix(END)?.split_once('-')?;
    if !stamp.is_ascii() || stamp.len() != "20261130T050000Z".len() || instance.is_empty() {
        return None;
    }
    let time = format!("{}-{}-{}:{}:{}", &stamp[..4], &stamp[4..6], &stamp[6..11], &stamp[11..13], &stamp[13..]);
    let time: jiff::Timestamp = time.parse().ok()?;
    Some((instance, Time(time.as_millisecond())))
}

/// The backups of a directory, the newest first; of one clinic, or of all. A directory that is not there has none.
pub fn all(dir: &Path, instance: Option<&str>) -> Result<Vec<Shelved>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(|e| cannot_read(dir, e))?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|e| cannot_read(dir, e))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let Some((of, created)) = parsed(&name) else { continue };
        let Ok(about) = entry.metadata() else { continue };
        if about.is_file() && instance.is_none_or(|instance| instance == of) {
            let instance = of.to_owned();
            found.push(Shelved { created, bytes: about.len(), encrypted: is_sealed(&entry.path()), instance, name });
        }
    }
    found.sort_by(|a, b| (b.created, &b.name).cmp(&(a.created, &a.name)));
    Ok(found)
}

/// The path of a backup of that name, where it is one and lies there.
pub fn find(dir: &Path, name: &str) -> Option<PathBuf> {
    let path = dir.join(name);
    (parsed(name).is_some() && !name.contains('/') && path.is_file()).then_some(path)
}

fn is_sealed(path: &Path) -> bool {
    let mut begin = [0; 32];
    File::open(path).and_then(|mut file| file.read(&mut begin)).is_ok_and(|read| seal::is_sealed(&begin[..read]))
}

/// Those that go: all but the `keep` newest and the newest of each of the last twelve months in the clinic's zone. `all` begins with the newest.
pub fn superfluous<'a>(all: &'a [Shelved], keep: usize, zone: &Zone) -> Vec<&'a Shelved> {
    const MONTHS: usize = 12;
    let mut months = BTreeSet::new();
    let mut going = Vec::new();
    for (place, one) in all.iter().enumerate() {
        let date = zone.civil(one.created).date();
        let is_first_of_month = months.len() < MONTHS && months.insert((date.year(), date.month()));
        if place >= keep && !is_first_of_month {
            going.push(one);
        }
    }
    going
}

/// Drafts that a kill left behind.
pub fn sweep(dir: &Path, instance: &str) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let whole = name.to_str().and_then(|name| name.strip_suffix(".partial"));
        if whole.and_then(parsed).is_some_and(|(of, _)| of == instance) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time::{DAY, HOUR};

    fn at(time: Time) -> Shelved {
        Shelved { name: name("a", time), instance: "a".into(), created: time, bytes: 1, encrypted: false }
    }

    #[test]
    fn names_tell_clinic_and_time() {
        let time = Time(1_764_478_800_000);
        let text = name("0123456789abcdef", time);
        assert_eq!(text, "xuanhu-0123456789abcdef-20251130T050000Z.backup");
        assert_eq!(parsed(&text), Some(("0123456789abcdef", time)));
        for other in [
            "xuanhu-a-20251130T050000Z.backup.partial",
            "xuanhu-a-2025.backup",
            "a-20251130T050000Z.backup",
            "xuanhu--20251130T050000Z.backup",
            "xuanhu-a-20251399T050000Z.backup",
            "xuanhu-a-悬壶悬壶悬.backup",
        ] {
            assert_eq!(parsed(other), None, "{other}");
        }
    }

    #[test]
    fn the_newest_stay_and_one_of_each_month() {
        let zone = Zone(jiff::tz::TimeZone::get("Asia/Shanghai").unwrap());
        let now = Time(1_764_478_800_000); // 30 November 2025, 13:00
        let all: Vec<_> = (0..800).map(|days| at(now.plus(-days * DAY))).collect();
        let going = superfluous(&all, 14, &zone);
        let staying: Vec<_> = all.iter().filter(|one| !going.contains(one)).collect();
        assert_eq!(staying.len(), 14 + 11);
        let dates: Vec<_> = staying[14..].iter().map(|one| zone.date(one.created)).collect();
        assert_eq!((dates[0].as_str(), dates[10].as_str()), ("2025-10-31", "2024-12-31"));
        // The month is the clinic's: 31 October, 17:00 UTC, is November there.
        let edge = [at(now), at(Time(1_761_930_000_000)), at(Time(1_761_930_000_000 - 2 * HOUR))];
        assert_eq!(superfluous(&edge, 1, &zone), [&edge[1]]);
    }
}
