//! Uploaded files: looked at, freed of what they tell beside picture and sound, and kept under names that cannot be guessed (志愿医生 1.1.4, 1.2.2).
//!
//! What is accepted can be shown: pixels are counted before anything is decoded, the whole picture is decoded once before it is kept, and
//! whatever is wrong is said to whoever can still take another picture.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    picture,
    thumbnails::{Cache, Thumbnail},
};
use crate::{
    base::{
        error::{Error, INTERNAL, Kind, NOT_FOUND, Reason, Result},
        media::{self, Foreign, Media, Shape},
        memory::{self, PICTURES, Share, Taken},
        secret,
        settings::Settings,
    },
    store::{self, DISK_FULL},
};

pub const BAD_UPLOAD: Reason = Reason::new(
    Kind::Unsupported,
    "unsupported_media_type",
    "只能上传 JPEG、PNG、WebP、GIF 图片或 AMR、MP3、M4A、AAC、WAV、OGG、WebM 语音",
);
pub const TOO_MANY_PIXELS: Reason = Reason::new(Kind::TooLarge, "too_many_pixels", "图片像素过多，请缩小后重新上传");

/// Pictures in work at the most, however many cores there are.
const MOST_AT_ONCE: u64 = 4;
/// Uploads, and thumbnails, that wait for it at the same time: what waits for other servers must find room beside them.
const MOST_IN_LINE: u64 = 24;

static UPLOADS: Share = Share::new(MOST_IN_LINE);
static THUMBNAILS: Share = Share::new(MOST_IN_LINE);

pub const TOO_MANY_PICTURES: Reason = Reason::new(Kind::Busy, "server_busy", "正在处理的图片过多，请稍后再试");

pub struct Files {
    dir: PathBuf,
    max_pixels: u64,
    thumbnails: Cache,
    /// Pictures that are held and decoded at the same time: more would only take turns. A place is taken before memory is.
    places: Share,
}

/// A file that may be kept: told what it is, clean, and not too large to be looked at.
pub struct Examined {
    pub media: Media,
    pub bytes: Vec<u8>,
    shape: Option<Shape>,
}

/// A file to be sent.
pub struct Stored {
    pub file: File,
    pub length: u64,
    pub media: Media,
    /// Tells this content from every other one that this address ever had (a strong `ETag`, without quotes).
    pub tag: String,
}

impl Files {
    /// Drafts that a kill left behind go.
    pub fn open(dir: &Path, settings: &Settings) -> Result<Files> {
        let cache = || {
            fs::create_dir_all(dir)?;
            for entry in fs::read_dir(dir)? {
                let entry = entry?;
                if entry.file_name().to_str().is_some_and(|name| name.starts_with('.')) && entry.file_type()?.is_file() {
                    fs::remove_file(entry.path())?;
                }
            }
            Cache::open(dir.join("thumbnails"), settings.uploads.thumbnail_cache)
        };
        let cores = std::thread::available_parallelism().map_or(2, usize::from) as u64;
        Ok(Files {
            dir: dir.to_owned(),
            max_pixels: settings.uploads.max_pixels.into(),
            thumbnails: cache().map_err(|e| INTERNAL.caused_by(e))?,
            places: Share::new(cores.min(MOST_AT_ONCE)),
        })
    }

    /// Looks at a file without decoding it. Takes as long as copying it does.
    ///
    /// Errors: `unsupported_media_type` for anything that is no picture or recording by its content, or not a whole one, saying what it is;
    /// `too_many_pixels`.
    pub fn examine(&self, bytes: &[u8]) -> Result<Examined> {
        let media = Media::sniff(bytes).ok_or_else(|| {
            let Foreign { name, advice } = Foreign::of(bytes);
            BAD_UPLOAD.with(format!("这是{name}，{advice}"))
        })?;
        let (bytes, shape) = media::clean(bytes, media).ok_or_else(|| damaged(media).source("its parts do not fit into each other"))?;
        if let Some(shape) = shape {
            self.count(shape, media)?;
        }
        Ok(Examined { media, bytes, shape })
    }

    /// Counts pixels, and what it takes to decode them.
    fn count(&self, shape: Shape, media: Media) -> Result<()> {
        let told = |n: u64| match n {
            0..10_000 => format!("{n} "),
            10_000..100_000_000 => format!("{} 万", n / 10_000),
            _ => format!("{:.1} 亿", n as f64 / 1e8),
        };
        let (width, height) = shape.upright();
        if shape.pixels() > self.max_pixels {
            let (has, most) = (told(shape.pixels()), told(self.max_pixels));
            return Err(TOO_MANY_PIXELS.with(format!(
                "这张图片是 {width}×{height}，共 {has}像素，最多 {most}像素；可在相册中缩小，或把相机调到较低的分辨率重拍"
            )));
        }
        let cost = picture::plan(shape, media, (1, 1), u64::MAX).cost;
        if !PICTURES.holds(cost) {
            return Err(TOO_MANY_PIXELS.with(format!(
                "这张图片是 {width}×{height}，以它的格式需要 {} MB 内存才能处理，服务器没有这么多；请缩小，或另存为普通（非渐进）的 JPEG",
                cost / memory::MIB
            )));
        }
        Ok(())
    }

    /// Puts a file on disk, synced, and answers its name. Waits for memory and decodes: not for async code or jobs.
    ///
    /// Errors: `unsupported_media_type` for a picture that cannot be decoded; `disk_full`.
    pub fn keep(&self, examined: &Examined) -> Result<String> {
        let Examined { media, bytes, shape } = examined;
        if let Some(shape) = shape {
            let plan = picture::plan(*shape, *media, (1, 1), u64::MAX);
            let _place = self.places.take(1);
            let _memory = PICTURES.take(plan.cost);
            picture::check(bytes, *media, *shape, plan).map_err(|fault| damaged(*media).source(fault))?;
        }
        let name = format!("{}.{}", secret::hex(&secret::random::<16>()), media.extension());
        if let Err(full) = store::need_room(&self.dir, bytes.len() as u64) {
            // What can be made again goes first.
            if !self.thumbnails.clear() {
                return Err(full);
            }
            store::need_room(&self.dir, bytes.len() as u64)?;
        }
        write(&self.dir, &name, bytes).map_err(unwritten)?;
        Ok(name)
    }

    /// A place in the line of those who want to [`keep`](Files::keep). Errors: `server_busy`.
    pub fn upload_line(&self) -> Result<Taken<'static>> {
        line(&UPLOADS)
    }

    /// A place in the line of those who want to [`make_thumbnail`](Files::make_thumbnail). Errors: `server_busy`.
    pub fn thumbnail_line(&self) -> Result<Taken<'static>> {
        line(&THUMBNAILS)
    }

    /// Takes back a file that was kept and is not wanted after all.
    pub fn discard(&self, name: &str) {
        if named(name).is_ok() {
            let _ = fs::remove_file(self.dir.join(name));
        }
    }

    /// A kept file. Errors: `not_found`, also for names that this never gave out.
    pub fn find(&self, name: &str) -> Result<Stored> {
        let media = named(name)?;
        let file = File::open(self.dir.join(name)).map_err(unread)?;
        Stored::of(file, media, name.split('.').next().unwrap_or_default())
    }

    /// A picture brought to a size, where that lies in the cache, or the file itself where that is no larger or no picture.
    /// `None`: it has to be made first.
    pub fn find_thumbnail(&self, name: &str, size: Thumbnail) -> Result<Option<Stored>> {
        let media = named(name)?;
        let cached = size.name(name);
        match self.thumbnails.get(&cached) {
            _ if !media.is_image() => self.find(name).map(Some),
            Some(file) => Stored::of(file, still(media), &cached.replace('.', "-")).map(Some),
            None => Ok(None),
        }
    }

    /// Makes a thumbnail. Waits for memory and decodes: not for async code or jobs.
    ///
    /// A picture of an earlier release may be larger than is accepted now, or broken: then the file itself is answered.
    pub fn make_thumbnail(&self, name: &str, size: Thumbnail) -> Result<Made> {
        let media = named(name)?;
        let original = || self.find(name).map(Made::Stored);
        let _place = self.places.take(1);
        // Somebody may have waited for the same.
        if let Some(stored) = self.find_thumbnail(name, size)? {
            return Ok(Made::Stored(stored));
        }
        let bytes = self.read(name)?;
        let Some((bytes, Some(shape))) = media::clean(&bytes, media) else { return original() };
        let Some((cut, (width, height))) = size.of(shape.upright()) else { return original() };
        // The sides that the whole picture has when the cut has the size that is wanted.
        let least = |full: u32, part: u32, side: u32| u32::try_from(u64::from(full) * u64::from(side) / u64::from(part)).unwrap_or(full);
        let (across, down) = shape.upright();
        let (across, down) = (least(across, cut.width, width), least(down, cut.height, height));
        let least = if shape.upright() == (shape.width, shape.height) { (across, down) } else { (down, across) };
        let plan = picture::plan(shape, media, least, PICTURES.capacity());
        if shape.pixels() > self.max_pixels.max(1) || !PICTURES.holds(plan.cost) {
            return original();
        }
        let _memory = PICTURES.take(plan.cost + bytes.len() as u64);
        let decoded = match picture::decode(&bytes, media, shape, plan) {
            Ok(decoded) => decoded,
            Err(fault) => {
                tracing::warn!(name, error = %fault, "a stored picture cannot be decoded; it is sent as it is");
                return original();
            }
        };
        let (small, media) = decoded.thumbnail(shape, cut, (width, height), media)?;
        let cached = size.name(name);
        self.thumbnails.put(&cached, &small, write).map_err(unwritten)?;
        match self.find_thumbnail(name, size)? {
            Some(stored) => Ok(Made::Stored(stored)),
            None => Ok(Made::Kept { tag: tag(&cached.replace('.', "-"), small.len() as u64), bytes: small, media }),
        }
    }

    /// Frees a kept file of what it tells beside picture and sound, where an earlier release kept it as it came. Answers how long it is now, `None`
    /// where it is gone. What is clean already, or not whole and so no longer to be understood, stays as it is. Not for async code or jobs.
    ///
    /// Errors: `disk_full`.
    pub fn free(&self, name: &str) -> Result<Option<u64>> {
        let media = named(name)?;
        let length = match fs::metadata(self.dir.join(name)) {
            Ok(known) => known.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(INTERNAL.caused_by(error)),
        };
        let _memory = PICTURES.take((2 * length).min(PICTURES.capacity()));
        let bytes = self.read(name)?;
        let Some((clean, _)) = media::clean(&bytes, media).filter(|(clean, _)| *clean != bytes) else { return Ok(Some(length)) };
        store::need_room(&self.dir, clean.len() as u64)?;
        write(&self.dir, name, &clean).map_err(unwritten)?;
        Ok(Some(clean.len() as u64))
    }

    /// How long a kept file is; `None` where it is missing.
    pub fn size(&self, name: &str) -> Option<u64> {
        named(name).ok()?;
        fs::metadata(self.dir.join(name)).ok().filter(fs::Metadata::is_file).map(|file| file.len())
    }

    /// What is wrong with a kept file's content, by what it should be. Reads all of it.
    pub fn fault(&self, name: &str, mime: &str) -> Option<String> {
        let bytes = match self.read(name) {
            Ok(bytes) => bytes,
            Err(error) => return Some(error.chain()),
        };
        match Media::sniff(&bytes) {
            Some(media) if media.mime() != mime => Some(format!("is {}, its row says {mime}", media.mime())),
            Some(media) if media::clean(&bytes, media).is_none() => Some("is not whole".to_owned()),
            Some(_) => None,
            None => Some("is neither a picture nor a recording".to_owned()),
        }
    }

    /// The names of all kept files.
    pub fn names(&self) -> Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&self.dir).map_err(|e| INTERNAL.caused_by(e))? {
            let name = entry.map_err(|e| INTERNAL.caused_by(e))?.file_name();
            names.extend(name.to_str().filter(|name| named(name).is_ok()).map(str::to_owned));
        }
        Ok(names)
    }

    fn read(&self, name: &str) -> Result<Vec<u8>> {
        fs::read(self.dir.join(name)).map_err(unread)
    }
}

fn line(share: &'static Share) -> Result<Taken<'static>> {
    let mut place = share.begin();
    match place.grow(1) {
        true => Ok(place),
        false => Err(TOO_MANY_PICTURES.err().retry_in(1)),
    }
}

/// A thumbnail that was just made.
pub enum Made {
    Stored(Stored),
    /// The cache has no room.
    Kept {
        bytes: Vec<u8>,
        media: Media,
        tag: String,
    },
}

impl Stored {
    fn of(file: File, media: Media, name: &str) -> Result<Stored> {
        let length = file.metadata().map_err(|e| INTERNAL.caused_by(e))?.len();
        Ok(Stored { file, length, media, tag: tag(name, length) })
    }
}

/// A name is never given to other content; where a later release makes a thumbnail otherwise, or frees an older file of more, its length differs.
fn tag(name: &str, length: u64) -> String {
    format!("{name}-{length:x}")
}

/// A moving picture is shown by its first frame.
fn still(media: Media) -> Media {
    if media == Media::Gif { Media::Png } else { media }
}

fn damaged(media: Media) -> Error {
    match media.is_image() {
        true => BAD_UPLOAD.with("这张图片不完整、已损坏，或是少见的编码；请重新拍照或截屏后上传"),
        false => BAD_UPLOAD.with("这段录音不完整、已损坏，或是少见的编码；请重新录制后上传"),
    }
}

fn unread(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::NotFound => NOT_FOUND.err(),
        _ => INTERNAL.caused_by(error),
    }
}

fn unwritten(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DISK_FULL.caused_by(error),
        _ => INTERNAL.caused_by(error),
    }
}

/// Names are 32 hex digits and an extension, so that no path can be smuggled in.
fn named(name: &str) -> Result<Media> {
    let (stem, extension) = name.split_once('.').ok_or_else(|| NOT_FOUND.err())?;
    let ours = stem.len() == 32 && stem.bytes().all(|b| b.is_ascii_hexdigit());
    Media::from_extension(extension).filter(|_| ours).ok_or_else(|| NOT_FOUND.err())
}

/// Written beside, synced, renamed, and the directory synced: after a power cut the file is whole or not there.
fn write(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let draft = dir.join(format!(".{name}.{}", secret::hex(&secret::random::<4>())));
    let written = File::create(&draft).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(&draft, dir.join(name))) {
        let _ = fs::remove_file(&draft);
        return Err(error);
    }
    File::open(dir)?.sync_all()
}
