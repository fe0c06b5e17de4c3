//! From an archive to a data directory: the newest base before the moment that is wanted, and the segments from there up to it. Whatever is missing
//! or damaged on the way is said, with the moment up to which one can restore instead.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    cover,
    place::{ARCHIVE_DAMAGED, Era, NO_ARCHIVE, Place, SegmentFile},
    segment::{self, Segment},
};
use crate::{
    backup::{
        contents::{Manifest, Summary, cannot_read},
        restore::{self, Builder},
        seal::Keys,
        site::Site,
        unpack::unpack,
    },
    base::{
        error::{Error, Kind, Reason, Result},
        settings::Settings,
        time::{Clock, Time},
    },
    domain::{self, shared::upload::Upload},
    store::{Loaded, Loader, Order, Origin, Store},
};

pub const NOTHING_SO_EARLY: Reason = Reason::new(Kind::Rule, "nothing_so_early", "the archive does not go back so far");
pub const CANNOT_GO_ON: Reason = Reason::new(Kind::Rule, "archive_gap", "the archive has a gap or a damaged segment");
pub const UPLOADS_MISSING: Reason = Reason::new(
    Kind::Rule,
    "uploads_missing",
    "uploads that the clinic names are missing in the archive; --allow-missing-uploads restores without them",
);

/// What is wanted of an archive.
pub struct Wanted {
    /// The moment, or the newest there is.
    pub until: Option<Time>,
    pub is_copy: bool,
    pub allow_missing_uploads: bool,
}

/// What was restored.
pub struct FromArchive {
    pub manifest: Manifest,
    /// The archived era that it was made of, its last commit and when that was made.
    pub from: String,
    pub commit: u64,
    pub time: Option<Time>,
    pub loaded: Loaded,
    /// Names of uploads that are not there.
    pub missing: Vec<String>,
    pub has_new_key: bool,
}

/// Where to begin and where to end.
struct Route {
    era: Era,
    base: PathBuf,
    segments: Vec<SegmentFile>,
    /// The last commit that is wanted.
    limit: u64,
}

/// Makes a clinic of an archive in `dir`. Blocks for as long as that takes.
///
/// Errors: `no_archive`, `nothing_so_early`, `archive_gap`, `uploads_missing`, those of [`restore`](restore::restore).
pub fn restore(root: &Path, keys: impl Fn() -> Result<Keys>, dir: &Path, wanted: &Wanted) -> Result<FromArchive> {
    let place = Place(root.to_owned());
    let site = Site::begin(dir, "restoring")?;
    let (route, keys) = route(&place, &keys, wanted.until)?;
    let base = File::open(&route.base).map_err(|e| cannot_read(&route.base, e))?;
    let mut builder = Builder::at(site.place());
    let (manifest, summary): (Manifest, Summary) = unpack(base, &keys, &mut builder)?;
    let mut loader = builder.into_loader()?;
    let (commit, time) = apply(&mut loader, &route, summary.commit, &keys)?;
    let origin =
        Origin { instance: manifest.instance.clone(), commit, is_copy: wanted.is_copy, parent: Some((route.era.era.clone(), commit)) };
    let loaded = loader.finish(origin, domain::TABLES)?;
    let has_new_key = restore::new_key_where_none(site.place())?;
    let missing = bring_uploads(&place, site.place(), &keys)?;
    if !missing.is_empty() && !wanted.allow_missing_uploads {
        return Err(UPLOADS_MISSING.with(missing.join(", ")));
    }
    restore::examine(site.place())?;
    site.finish()?;
    Ok(FromArchive { manifest, from: route.era.era, commit, time, loaded, missing, has_new_key })
}

/// Finds the era in which the moment lies, its base, and what follows.
fn route(place: &Place, keys: &impl Fn() -> Result<Keys>, until: Option<Time>) -> Result<(Route, Keys)> {
    let newest = place.newest()?.ok_or_else(|| NO_ARCHIVE.with(place.0.display().to_string()))?;
    let (mut next, mut most) = (Some(newest.era), u64::MAX);
    while let Some(name) = next {
        let era = place.era(&name)?.ok_or_else(|| ARCHIVE_DAMAGED.with(format!("era.json of {name} is missing")))?;
        let keys = cover::keys_of(keys()?, &place.folder(&name))?;
        let mut segments = place.segments(&name)?;
        segments.retain(|one| one.first <= most);
        let limit = match until {
            None => most,
            Some(until) => last_before(&segments, until, &keys)?.unwrap_or(0).min(most),
        };
        let bases = place.bases(&name)?;
        // Of a moment before the first segment a base may still be good: nothing was committed between.
        let quiet = |commit: u64| {
            until.is_some_and(|until| limit == 0 && segments.first().is_none_or(|one| one.first > commit) && created(&era) <= until)
        };
        if let Some((commit, base)) = bases.iter().rev().find(|(commit, _)| *commit <= limit || quiet(*commit)) {
            segments.retain(|one| one.last > *commit && one.first <= limit);
            return Ok((Route { era, base: base.clone(), segments, limit: limit.max(*commit) }, keys));
        }
        most = era.parent_commit.unwrap_or(0);
        next = era.parent;
    }
    Err(NOTHING_SO_EARLY.with(place.0.display().to_string()))
}

fn created(era: &Era) -> Time {
    era.created.parse::<jiff::Timestamp>().map_or(Time(i64::MAX), |time| Time(time.as_millisecond()))
}

/// The last commit that was made at that moment or before.
fn last_before(segments: &[SegmentFile], until: Time, keys: &Keys) -> Result<Option<u64>> {
    for one in segments.iter().rev() {
        // One that cannot be read is met again where it is needed.
        let Ok(head) = open(one).and_then(|file| segment::read_head(file, keys)) else { continue };
        if head.first_time > until.0 {
            continue;
        }
        if head.last_time <= until.0 {
            return Ok(Some(head.last));
        }
        let read = read(one, keys)?;
        return Ok(read.entries.iter().rev().find(|entry| entry.time <= until).map(|entry| entry.number));
    }
    Ok(None)
}

/// Applies what follows the base. Answers the last commit, and when it was made.
fn apply(loader: &mut Loader, route: &Route, base: u64, keys: &Keys) -> Result<(u64, Option<Time>)> {
    let (mut last, mut time, mut after) = (base, None, None::<String>);
    for one in &route.segments {
        let instead = match time {
            Some(Time(ms)) => format!("restore to --until {} instead", Time(ms).rfc3339()),
            None => "restore an earlier moment instead".to_owned(),
        };
        let stopped = |why: String| -> Error { CANNOT_GO_ON.with(format!("{}: {why}; {instead}", one.path.display())) };
        if one.first > last + 1 {
            return Err(stopped(format!("commits {} to {} are missing", last + 1, one.first - 1)));
        }
        let read = read(one, keys).map_err(|e| stopped(e.message()))?;
        let goes_on = match (&after, &read.head.before) {
            (Some(after), Some(before)) => after == before,
            // The first that is read, or where the chain began anew with nothing missing.
            _ => true,
        };
        if !goes_on || read.head.era != route.era.era {
            return Err(stopped("it does not go on where the one before ends".to_owned()));
        }
        let begin = last;
        for entry in read.entries.iter().filter(|entry| entry.number > begin && entry.number <= route.limit) {
            if !entry.chunk.is_empty() {
                loader.apply(&entry.chunk).map_err(|e| stopped(e.message()))?;
            }
            (last, time) = (entry.number, Some(entry.time));
        }
        after = Some(read.after);
    }
    Ok((last, time))
}

fn open(one: &SegmentFile) -> Result<File> {
    File::open(&one.path).map_err(|e| cannot_read(&one.path, e))
}

fn read(one: &SegmentFile, keys: &Keys) -> Result<Segment> {
    segment::read(open(one)?, keys)
}

/// Uploads that came after the base. Answers the names of those that are nowhere.
fn bring_uploads(place: &Place, site: &Path, keys: &Keys) -> Result<Vec<String>> {
    let (from, to) = (place.uploads(), site.join("uploads"));
    fs::create_dir_all(&to).map_err(|e| cannot_read(&to, e))?;
    let named: Vec<Upload> = {
        let store = Store::open_small(&site.join("store"), domain::TABLES, Arc::new(Settings::default()), Arc::new(Clock::system(0)))?;
        store.view().all::<Upload>(Order::Oldest).collect::<Result<_>>()?
    };
    let mut missing = BTreeSet::new();
    for upload in named {
        let target = to.join(&upload.name);
        if fs::metadata(&target).is_ok_and(|there| there.len() == upload.size) || upload.name.contains('/') {
            continue;
        }
        let source = from.join(&upload.name);
        match File::open(&source) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !target.exists() {
                    missing.insert(upload.name);
                }
            }
            Err(error) => return Err(cannot_read(&source, error)),
            Ok(file) => restore::write(&target, &mut keys.open(file)?)?,
        }
    }
    Ok(missing.into_iter().collect())
}

/// A follower: a copy for looking that keeps applying what arrives.
pub struct Follower {
    place: Place,
    era: String,
    keys: Keys,
    loader: Loader,
    /// The last commit that was applied, and when it was made.
    pub last: u64,
    pub time: Option<Time>,
    site: PathBuf,
}

impl Follower {
    /// Goes on from what was just restored in `dir`.
    pub fn begin(root: &Path, keys: Keys, dir: &Path, restored: &FromArchive) -> Result<Follower> {
        let place = Place(root.to_owned());
        let keys = cover::keys_of(keys, &place.folder(&restored.from))?;
        let loader = Loader::go_on(&dir.join("store"))?;
        let (era, last, time) = (restored.from.clone(), restored.commit, restored.time);
        Ok(Follower { place, era, keys, loader, last, time, site: dir.to_owned() })
    }

    /// Applies what has arrived. Answers how many commits that were.
    ///
    /// Errors: `archive_gap`, also where the clinic has gone on in another era.
    pub fn catch_up(&mut self) -> Result<u64> {
        let newest = self.place.newest()?.ok_or_else(|| NO_ARCHIVE.with(self.place.0.display().to_string()))?;
        let mut applied = 0;
        let begin = self.last;
        for one in self.place.segments(&self.era)?.iter().filter(|one| one.last > begin) {
            if one.first > self.last + 1 {
                return Err(CANNOT_GO_ON.with(format!("commits {} to {} are missing; follow anew", self.last + 1, one.first - 1)));
            }
            // Merged, and gone, a moment ago.
            if !one.path.exists() {
                break;
            }
            let read = read(one, &self.keys)?;
            self.bring()?;
            let begin = self.last;
            for entry in read.entries.iter().filter(|entry| entry.number > begin) {
                self.loader.apply_live(&entry.chunk, entry.number + 1, domain::TABLES)?;
                (self.last, self.time) = (entry.number, Some(entry.time));
                applied += 1;
            }
            self.loader.settle()?;
        }
        match applied == 0 && newest.era != self.era {
            true => Err(CANNOT_GO_ON.with(format!("the clinic goes on in era {}; follow anew", newest.era))),
            false => Ok(applied),
        }
    }

    /// Uploads that are not here yet.
    fn bring(&self) -> Result<()> {
        let (from, to) = (self.place.uploads(), self.site.join("uploads"));
        for entry in fs::read_dir(&from).into_iter().flatten().flatten() {
            let Ok(name) = entry.file_name().into_string() else { continue };
            let target = to.join(&name);
            if name.ends_with(".partial") || target.exists() {
                continue;
            }
            let file = File::open(entry.path()).map_err(|e| cannot_read(&entry.path(), e))?;
            restore::write(&target, &mut self.keys.open(file)? as &mut dyn Read)?;
        }
        Ok(())
    }
}
