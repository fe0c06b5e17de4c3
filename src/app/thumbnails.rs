//! Thumbnails: which ones there are, and the directory that keeps those that were asked for, up to a size, the longest unused ones going first.
//! They can always be made again, so the store and uploads never lack room because of them.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
    time::SystemTime,
};

use super::picture::Cut;
use crate::{
    base::error::{Result, invalid},
    store,
};

/// The sides that thumbnails are made with. What is asked for becomes the nearest that is not smaller, so that nobody can have a thousand sizes
/// of one picture made.
const SIDES: [u32; 4] = [120, 240, 480, 960];
/// The longest side that may be asked for.
pub const MOST_SIDE: u32 = 2_000;
/// Free bytes, beside the store's own reserve, below which no thumbnail is kept.
const SPARE: u64 = 64 << 20;

/// How a picture is brought to a size: cut to fill it, or whole within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Crop,
    Contain,
}

/// A size asked for by `?w=&h=&fit=`; one side may be left to the picture's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    width: Option<u32>,
    height: Option<u32>,
    fit: Fit,
}

impl Thumbnail {
    /// Errors: `invalid_field` for sides that are not within 1 and 2000.
    pub fn new(width: Option<u32>, height: Option<u32>, fit: Fit) -> Result<Thumbnail> {
        let side = |name: &str, side: Option<u32>| match side {
            Some(side) if !(1..=MOST_SIDE).contains(&side) => Err(invalid(name, format!("应在 1 到 {MOST_SIDE} 之间"))),
            Some(side) => Ok(Some(SIDES.into_iter().find(|made| *made >= side).unwrap_or(SIDES[SIDES.len() - 1]))),
            None => Ok(None),
        };
        let (width, height) = (side("w", width)?, side("h", height)?);
        // With one side there is nothing to cut.
        let fit = if width.is_some() && height.is_some() { fit } else { Fit::Contain };
        Ok(Thumbnail { width, height, fit })
    }

    /// Where it lies in the cache, for the picture of this name.
    pub(super) fn name(self, of: &str) -> String {
        let side = |side: Option<u32>| side.map_or_else(|| "auto".into(), |n| n.to_string());
        let fit = if self.fit == Fit::Crop { "crop" } else { "contain" };
        format!("{}x{}-{fit}-{of}", side(self.width), side(self.height))
    }

    /// What is cut from a picture with these sides, and the sides that it gets. Never more than there is: `None` where it is the picture itself.
    pub(super) fn of(self, (width, height): (u32, u32)) -> Option<(Cut, (u32, u32))> {
        // `a * b / c`, at least a pixel, at most `most`.
        let part = |a: u32, b: u32, c: u32, most: u32| {
            let exact = (u64::from(a) * u64::from(b) + u64::from(c) / 2) / u64::from(c);
            u32::try_from(exact).unwrap_or(most).clamp(1, most)
        };
        let whole = Cut { left: 0, top: 0, width, height };
        let by_width = |side: u32| (side, part(height, side, width, height));
        let by_height = |side: u32| (part(width, side, height, width), side);
        let (cut, size) = match (self.width, self.height) {
            (Some(w), Some(h)) if self.fit == Fit::Crop => {
                // The largest part of that shape.
                let (across, down) = match u64::from(width) * u64::from(h) >= u64::from(height) * u64::from(w) {
                    true => (part(height, w, h, width), height),
                    false => (width, part(width, h, w, height)),
                };
                let cut = Cut { left: (width - across) / 2, top: (height - down) / 2, width: across, height: down };
                (cut, if across > w { (w, h) } else { (across, down) })
            }
            (Some(w), Some(h)) if u64::from(width) * u64::from(h) >= u64::from(height) * u64::from(w) => (whole, by_width(w)),
            (_, Some(h)) => (whole, by_height(h)),
            (Some(w), None) => (whole, by_width(w)),
            (None, None) => return None,
        };
        (size.0 < width || size.1 < height).then_some((cut, size)).filter(|(cut, _)| size.0 <= cut.width && size.1 <= cut.height)
    }
}

/// The directory, and what lies in it.
pub(super) struct Cache {
    dir: PathBuf,
    /// Bytes of all together.
    most: u64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    files: HashMap<String, Entry>,
    /// Names by when they were last used, the longest unused first.
    by_use: BTreeMap<u64, String>,
    uses: u64,
    bytes: u64,
}

struct Entry {
    bytes: u64,
    last_use: u64,
}

impl Cache {
    /// Looks through the directory once. What an earlier release called otherwise, and drafts that a kill left, go.
    pub fn open(dir: PathBuf, most: u64) -> io::Result<Cache> {
        fs::create_dir_all(&dir)?;
        let mut found = Vec::new();
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            let name = entry.file_name().into_string().unwrap_or_default();
            let about = entry.metadata()?;
            match is_ours(&name) && about.is_file() {
                true => found.push((about.modified().unwrap_or(SystemTime::UNIX_EPOCH), name, about.len())),
                false => drop(fs::remove_file(entry.path())),
            }
        }
        found.sort();
        let cache = Cache { dir, most, kept: Mutex::default() };
        found.into_iter().for_each(|(_, name, bytes)| cache.kept().note(name, bytes));
        cache.evict(0);
        Ok(cache)
    }

    /// A thumbnail that is there.
    pub fn get(&self, name: &str) -> Option<File> {
        let file = File::open(self.dir.join(name)).ok()?;
        self.kept().touch(name);
        Some(file)
    }

    /// Keeps one, if there is room for it on the disk; others make room for it here. On a full disk it is made anew each time.
    pub fn put(&self, name: &str, bytes: &[u8], write: impl FnOnce(&Path, &str, &[u8]) -> io::Result<()>) -> io::Result<()> {
        let length = bytes.len() as u64;
        if length > self.most || store::need_room(&self.dir, length + SPARE).is_err() {
            return Ok(());
        }
        self.evict(length);
        write(&self.dir, name, bytes)?;
        self.kept().note(name.to_owned(), length);
        self.evict(0);
        Ok(())
    }

    /// Gives all the room back. Whether there was any.
    pub fn clear(&self) -> bool {
        let had = self.kept().bytes > 0;
        self.evict(self.most);
        had
    }

    /// Lets go of the longest unused until `coming` bytes fit.
    fn evict(&self, coming: u64) {
        let mut kept = self.kept();
        while kept.bytes + coming > self.most {
            let Some(name) = kept.drop_oldest() else { return };
            // Whoever is reading it reads on.
            let _ = fs::remove_file(self.dir.join(name));
        }
    }

    /// A panic while the lock is held leaves a count that the next start corrects.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Kept {
    fn note(&mut self, name: String, bytes: u64) {
        self.forget(&name);
        self.uses += 1;
        self.bytes += bytes;
        self.by_use.insert(self.uses, name.clone());
        self.files.insert(name, Entry { bytes, last_use: self.uses });
    }

    fn touch(&mut self, name: &str) {
        let Some(entry) = self.files.get_mut(name) else { return };
        self.uses += 1;
        if let Some(name) = self.by_use.remove(&entry.last_use) {
            self.by_use.insert(self.uses, name);
        }
        entry.last_use = self.uses;
    }

    fn forget(&mut self, name: &str) {
        if let Some(entry) = self.files.remove(name) {
            self.by_use.remove(&entry.last_use);
            self.bytes -= entry.bytes;
        }
    }

    fn drop_oldest(&mut self) -> Option<String> {
        let name = self.by_use.first_key_value()?.1.clone();
        self.forget(&name);
        Some(name)
    }
}

/// `240x240-crop-` and the name of an upload.
fn is_ours(name: &str) -> bool {
    let side = |text: &str| text == "auto" || SIDES.iter().any(|side| side.to_string() == text);
    let mut parts = name.splitn(3, '-');
    let (Some(sides), Some(fit), Some(_)) = (parts.next(), parts.next(), parts.next()) else { return false };
    matches!(fit, "crop" | "contain") && sides.split_once('x').is_some_and(|(width, height)| side(width) && side(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(width: u32, height: u32, w: Option<u32>, h: Option<u32>, fit: Fit) -> Option<(u32, u32)> {
        Thumbnail::new(w, h, fit).expect("good sides").of((width, height)).map(|(cut, size)| {
            assert!(cut.left + cut.width <= width && cut.top + cut.height <= height && size.0 <= cut.width && size.1 <= cut.height);
            size
        })
    }

    #[test]
    fn sizes_are_few_and_never_larger_than_the_picture() {
        use Fit::{Contain, Crop};
        assert_eq!(of(4000, 3000, Some(100), None, Contain), Some((120, 90)));
        assert_eq!(of(4000, 3000, Some(121), None, Contain), Some((240, 180)));
        assert_eq!(of(4000, 3000, Some(1941), None, Contain), Some((960, 720)));
        assert_eq!(of(3000, 4000, Some(240), Some(240), Contain), Some((180, 240)));
        assert_eq!(of(3000, 4000, Some(240), Some(240), Crop), Some((240, 240)));
        assert_eq!(of(3000, 4000, Some(240), Some(120), Crop), Some((240, 120)));
        assert_eq!(of(100, 300, Some(240), Some(240), Crop), Some((100, 100)));
        assert_eq!(of(100, 300, Some(240), None, Crop), None);
        assert_eq!(of(100, 300, None, Some(240), Contain), Some((80, 240)));
        assert_eq!(of(120, 90, Some(120), None, Contain), None);
        assert_eq!(of(240, 240, Some(240), Some(240), Crop), None);
        assert_eq!(of(1, 1, Some(8), Some(4), Crop), None);
        assert_eq!(of(65_535, 1, Some(120), None, Contain), Some((120, 1)));
        assert_eq!(of(1, 65_535, Some(120), Some(120), Crop), Some((1, 1)));
        assert!(Thumbnail::new(Some(0), None, Crop).is_err() && Thumbnail::new(None, Some(2_001), Crop).is_err());
    }

    #[test]
    fn the_longest_unused_goes_first_and_a_restart_remembers() {
        let dir = std::env::temp_dir().join(format!("thumbnails-{}", std::process::id()));
        let write = |dir: &Path, name: &str, bytes: &[u8]| fs::write(dir.join(name), bytes);
        let name = |n: u32| format!("120xauto-contain-{n}.jpg");
        let cache = Cache::open(dir.clone(), 100).expect("a directory");
        for n in 1..=3 {
            cache.put(&name(n), &[0; 30], write).expect("room");
        }
        assert!(cache.get(&name(1)).is_some());
        cache.put(&name(4), &[0; 30], write).expect("room");
        assert!(cache.get(&name(2)).is_none() && cache.get(&name(1)).is_some() && cache.get(&name(4)).is_some());
        cache.put(&name(5), &[0; 101], write).expect("too large is passed over");
        fs::write(dir.join("1950xauto-contain-1.jpg"), [0; 50]).expect("a file of an earlier release");
        let again = Cache::open(dir.clone(), 60).expect("a directory");
        assert_eq!((again.kept().bytes, fs::read_dir(&dir).expect("it").count()), (60, 2));
        assert!(again.clear() && !again.clear());
        fs::remove_dir_all(dir).expect("empty");
    }
}
