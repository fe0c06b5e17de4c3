//! Uploaded files: kept by what they hold, under names that cannot be guessed, with thumbnails made on demand (志愿医生 1.1.4, 1.2.2).

use std::{
    fs::{self, File},
    io::{self, Cursor, Write},
    path::{Path, PathBuf},
};

use image::{DynamicImage, ImageFormat, ImageReader, Limits, imageops::FilterType};

use crate::{
    base::{
        error::{Error, INTERNAL, Kind, NOT_FOUND, Reason, Result},
        media::Media,
        secret,
    },
    store::{self, DISK_FULL},
};

pub const BAD_UPLOAD: Reason =
    Reason::new(Kind::Unsupported, "unsupported_media_type", "只能上传 JPEG、PNG、WebP、GIF 图片或 AMR、MP3、M4A、AAC、WAV、OGG 语音");
pub const BAD_SIZE: Reason = Reason::new(Kind::Malformed, "bad_thumbnail_size", "缩略图的宽和高须在 1 到 2000 之间");

/// The longest side of a thumbnail.
pub const MOST_PIXELS: u32 = 2_000;

pub struct Files {
    dir: PathBuf,
}

/// How a picture is brought to a size: cut to fill it, or whole within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    Crop,
    Contain,
}

/// A size asked for by `?w=&h=&fit=`; one side may be left to the picture's shape.
#[derive(Clone, Copy, Debug)]
pub struct Thumbnail {
    pub width: Option<u32>,
    pub height: Option<u32>,
    pub fit: Fit,
}

impl Files {
    pub fn open(dir: &Path) -> Result<Files> {
        fs::create_dir_all(dir.join("thumbnails")).map_err(|e| INTERNAL.caused_by(e))?;
        Ok(Files { dir: dir.to_owned() })
    }

    /// Puts a file on disk, synced, and answers its name and what it is. Decoding and syncing take long: not for async code or jobs.
    ///
    /// Errors: `unsupported_media_type`, for anything that is not a picture or recording by its content; `disk_full`.
    pub fn keep(&self, bytes: &[u8]) -> Result<(String, Media)> {
        let media = Media::sniff(bytes).ok_or_else(|| BAD_UPLOAD.err())?;
        if media.is_image() {
            // A header alone can lie: what cannot be measured cannot be shown either.
            reader(bytes, media).into_dimensions().map_err(|e| BAD_UPLOAD.caused_by(e))?;
        }
        let name = format!("{}.{}", secret::hex(&secret::random::<16>()), media.extension());
        store::need_room(&self.dir, bytes.len() as u64)?;
        write(&self.dir, &name, bytes).map_err(unwritten)?;
        Ok((name, media))
    }

    /// A kept file. Errors: `not_found`, also for names that this never gave out.
    pub fn read(&self, name: &str) -> Result<(Vec<u8>, Media)> {
        let media = named(name)?;
        let bytes = fs::read(self.dir.join(name)).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => NOT_FOUND.err(),
            _ => INTERNAL.caused_by(e),
        })?;
        Ok((bytes, media))
    }

    /// A picture brought to a size, from the cache where it has been asked for before. Recordings come as they are.
    pub fn thumbnail(&self, name: &str, size: Thumbnail) -> Result<(Vec<u8>, Media)> {
        let media = named(name)?;
        let sides = [size.width, size.height];
        if sides == [None, None] || sides.iter().flatten().any(|side| !(1..=MOST_PIXELS).contains(side)) {
            return Err(BAD_SIZE.err());
        }
        if !media.is_image() {
            return self.read(name);
        }
        let side = |side: Option<u32>| side.map_or_else(|| "auto".into(), |n| n.to_string());
        let cached = format!("{}x{}-{:?}-{name}", side(size.width), side(size.height), size.fit).to_lowercase();
        let thumbnails = self.dir.join("thumbnails");
        // A moving picture is shown by its first frame.
        let out = if media == Media::Gif { Media::Png } else { media };
        if let Ok(bytes) = fs::read(thumbnails.join(&cached)) {
            return Ok((bytes, out));
        }
        let (bytes, _) = self.read(name)?;
        let picture = reader(&bytes, media).decode().map_err(|e| BAD_UPLOAD.caused_by(e))?;
        let picture = fit(&picture, size);
        let mut small = Vec::new();
        // WebP is written without loss, which JPEG sources do not need; only it can carry transparency beside PNG.
        picture.write_to(&mut Cursor::new(&mut small), format(out)).map_err(|e| INTERNAL.caused_by(e))?;
        // On a full disk it is made anew each time.
        if store::need_room(&self.dir, small.len() as u64).is_ok() {
            write(&thumbnails, &cached, &small).map_err(unwritten)?;
        }
        Ok((small, out))
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

fn fit(picture: &DynamicImage, size: Thumbnail) -> DynamicImage {
    let (w, h) = (picture.width().max(1), picture.height().max(1));
    let other = |side: u32, a: u32, b: u32| {
        u32::try_from(u64::from(side) * u64::from(b) / u64::from(a)).unwrap_or(MOST_PIXELS).clamp(1, MOST_PIXELS)
    };
    match (size.width, size.height) {
        (Some(width), Some(height)) if size.fit == Fit::Crop => picture.resize_to_fill(width, height, FilterType::Triangle),
        (Some(width), Some(height)) => picture.resize(width, height, FilterType::Triangle),
        (Some(width), None) => picture.resize_exact(width, other(width, w, h), FilterType::Triangle),
        (None, Some(height)) => picture.resize_exact(other(height, h, w), height, FilterType::Triangle),
        (None, None) => picture.clone(),
    }
}

/// A reader that refuses pictures which would fill the memory when decoded.
fn reader(bytes: &[u8], media: Media) -> ImageReader<Cursor<&[u8]>> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format(media));
    let mut limits = Limits::default();
    limits.max_image_width = Some(20_000);
    limits.max_image_height = Some(20_000);
    limits.max_alloc = Some(256 << 20);
    reader.limits(limits);
    reader
}

fn format(media: Media) -> ImageFormat {
    match media {
        Media::Jpeg => ImageFormat::Jpeg,
        Media::WebP => ImageFormat::WebP,
        Media::Gif => ImageFormat::Gif,
        _ => ImageFormat::Png,
    }
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
