//! Pictures made smaller: decoded no larger than they are needed, so that a phone's photo of fifty megapixels costs a few megabytes and not
//! two hundred. JPEG is scaled while it is read, PNG is read row by row; what can only be decoded as a whole is, if there is memory for it.

use std::{
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
    imageops::FilterType,
    metadata::Orientation,
};

use super::shrink::Shrinker;
use crate::base::{
    error::{INTERNAL, Result},
    media::{Media, Shape},
};

/// What goes wrong inside of a decoder; only logs print it.
pub(super) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A colour profile that is longer is not worth carrying along with a thumbnail.
const MOST_PROFILE: usize = 8 << 10;
/// Buffers that every decoder has.
const BESIDE: u64 = 4 << 20;

/// A picture as large as it was asked for, or somewhat larger; not turned yet.
pub(super) struct Decoded {
    picture: DynamicImage,
    profile: Option<Vec<u8>>,
}

/// A part of a picture: where it begins, and its sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

/// How a picture is decoded so that it has at least these sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// JPEG: eighths of the full size.
    eighths: u32,
    /// PNG: pixels that become one, on each side.
    factor: u32,
    /// Bytes that the decoder needs at once, at the most.
    pub cost: u64,
}

/// The plan that needs no more than `most` bytes where there is one: rather a picture that is a little small than none. Otherwise the one that
/// needs the least.
pub(super) fn plan(shape: Shape, media: Media, least: (u32, u32), most: u64) -> Plan {
    let pixels = shape.pixels();
    match media {
        Media::Jpeg => {
            let plan = |eighths: u32| {
                let part = |numbers: u64| numbers * u64::from(eighths * eighths) / 64;
                // All coefficients of a progressive picture, two bytes each; then the planes, and the pixels made of them.
                let coefficients = if shape.at_once { shape.samples * 2 } else { 0 };
                Plan { eighths, factor: 1, cost: BESIDE + coefficients + part(shape.samples) + part(pixels * 4) }
            };
            let reaches = |eighths: u32| {
                let side = |full: u32| (u64::from(full) * u64::from(eighths)).div_ceil(8);
                side(shape.width) >= u64::from(least.0) && side(shape.height) >= u64::from(least.1)
            };
            let wanted = [1, 2, 4, 8].into_iter().find(|eighths| reaches(*eighths)).unwrap_or(8);
            let affordable = [8, 4, 2, 1].into_iter().filter(|eighths| *eighths <= wanted).map(plan).find(|plan| plan.cost <= most);
            affordable.unwrap_or(plan(1))
        }
        Media::Png => {
            let factor = (shape.width / least.0.max(1)).min(shape.height / least.1.max(1)).max(1);
            let small = pixels / u64::from(factor * factor) * 4 + u64::from(shape.width) * 40;
            let whole = if shape.at_once { pixels * 4 } else { 0 };
            Plan { eighths: 8, factor, cost: BESIDE + whole + small }
        }
        // An index and four bytes a pixel.
        Media::Gif => Plan { eighths: 8, factor: 1, cost: BESIDE + shape.samples * 5 },
        // Half a colour plane each beside the pixels; without loss, moving or transparent: the frame, the canvas and a copy.
        _ => Plan { eighths: 8, factor: 1, cost: BESIDE + shape.samples / 3 * if shape.at_once { 9 } else { 5 } },
    }
}

/// Decodes the whole of a picture and keeps what the plan says.
pub(super) fn decode(bytes: &[u8], media: Media, shape: Shape, plan: Plan) -> Result<Decoded, Fault> {
    caught(|| match media {
        Media::Jpeg => jpeg(bytes, shape, plan),
        Media::Png => png(bytes, plan),
        _ => other(bytes, media, plan),
    })
}

/// Decodes the whole of a picture and keeps nothing.
pub(super) fn check(bytes: &[u8], media: Media, shape: Shape, plan: Plan) -> Result<(), Fault> {
    if media != Media::Png || shape.at_once {
        return decode(bytes, media, shape, plan).map(drop);
    }
    caught(|| {
        let mut reader = png_reader(bytes, plan)?;
        while reader.next_row()?.is_some() {}
        Ok(())
    })
}

/// A decoder that panics has met a picture that is none.
fn caught<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the decoder panicked".into()))
}

fn jpeg(bytes: &[u8], shape: Shape, plan: Plan) -> Result<Decoded, Fault> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    // It takes the least scale that reaches one of the sides.
    let side = |full: u32| u16::try_from((u64::from(full) * u64::from(plan.eighths)).div_ceil(8)).unwrap_or(u16::MAX);
    let (width, height) = decoder.scale(side(shape.width), side(shape.height))?;
    let (width, height) = (u32::from(width), u32::from(height));
    let pixels = decoder.decode()?;
    let profile = decoder.icc_profile();
    let kind = decoder.info().ok_or("no frame")?.pixel_format;
    let unlike = || Fault::from("there are fewer pixels than there should be");
    let picture = match kind {
        jpeg_decoder::PixelFormat::L8 => DynamicImage::ImageLuma8(image::GrayImage::from_raw(width, height, pixels).ok_or_else(unlike)?),
        jpeg_decoder::PixelFormat::RGB24 => DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, pixels).ok_or_else(unlike)?),
        jpeg_decoder::PixelFormat::CMYK32 => {
            // Inks that are inverted, as Adobe writes them and everybody reads them.
            let ink = |ink: u8, black: u8| (u16::from(ink) * u16::from(black) / 255) as u8;
            let colors = pixels.chunks_exact(4).flat_map(|p| [ink(p[0], p[3]), ink(p[1], p[3]), ink(p[2], p[3])]).collect();
            return Ok(Decoded { picture: RgbImage::from_raw(width, height, colors).ok_or_else(unlike)?.into(), profile: None });
        }
        jpeg_decoder::PixelFormat::L16 => return Err("lossless JPEG, which no browser shows".into()),
    };
    Ok(Decoded { picture, profile })
}

fn png_reader(bytes: &[u8], plan: Plan) -> Result<png::Reader<Cursor<&[u8]>>, Fault> {
    let limits = png::Limits { bytes: usize::try_from(plan.cost).unwrap_or(usize::MAX) };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    Ok(decoder.read_info()?)
}

fn png(bytes: &[u8], plan: Plan) -> Result<Decoded, Fault> {
    let mut reader = png_reader(bytes, plan)?;
    let profile = reader.info().icc_profile.as_ref().map(|profile| profile.to_vec());
    let (width, height) = (reader.info().width, reader.info().height);
    let channels = reader.output_color_type().0.samples();
    let mut shrinker = Shrinker::new(width, height, plan.factor);
    if reader.info().interlaced {
        let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
        reader.next_frame(&mut pixels)?;
        pixels.chunks_exact(width as usize * channels).for_each(|row| shrinker.row(row, channels));
    } else {
        while let Some(row) = reader.next_row()? {
            shrinker.row(row.data(), channels);
        }
    }
    Ok(Decoded { picture: shrinker.picture().ok_or("there are fewer rows than there should be")?, profile })
}

fn other(bytes: &[u8], media: Media, plan: Plan) -> Result<Decoded, Fault> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), if media == Media::Gif { ImageFormat::Gif } else { ImageFormat::WebP });
    let mut limits = Limits::default();
    limits.max_alloc = Some(plan.cost);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let profile = decoder.icc_profile()?;
    Ok(Decoded { picture: DynamicImage::from_decoder(decoder)?, profile })
}

impl Decoded {
    /// Upright, cut and brought to this size, in the kind that `media` has for it: still, and with its transparency. `full` is the picture
    /// before it was made smaller, by whose pixels `cut` counts.
    pub fn thumbnail(self, full: Shape, cut: Cut, size: (u32, u32), media: Media) -> Result<(Vec<u8>, Media)> {
        let Decoded { mut picture, profile } = self;
        picture.apply_orientation(Orientation::from_exif(full.orientation).unwrap_or(Orientation::NoTransforms));
        // The cut counts in pixels of the full size.
        let (across, down) =
            (f64::from(picture.width()) / f64::from(full.upright().0), f64::from(picture.height()) / f64::from(full.upright().1));
        let scaled = |n: u32, by: f64| (f64::from(n) * by).round() as u32;
        let (left, top) = (scaled(cut.left, across).min(picture.width() - 1), scaled(cut.top, down).min(picture.height() - 1));
        let width = scaled(cut.width, across).clamp(1, picture.width() - left);
        let height = scaled(cut.height, down).clamp(1, picture.height() - top);
        let small = picture.crop_imm(left, top, width, height).resize_exact(size.0, size.1, FilterType::Triangle);
        encode(&small, media, profile.filter(|profile| profile.len() <= MOST_PROFILE))
    }
}

/// A moving picture is shown by its first frame.
fn encode(picture: &DynamicImage, media: Media, profile: Option<Vec<u8>>) -> Result<(Vec<u8>, Media)> {
    let mut bytes = Vec::new();
    let (width, height) = (picture.width(), picture.height());
    let out = match media {
        Media::Jpeg | Media::WebP => media,
        _ => Media::Png,
    };
    let picture = match picture.color().has_alpha() {
        true => DynamicImage::ImageRgba8(picture.to_rgba8()),
        false => DynamicImage::ImageRgb8(picture.to_rgb8()),
    };
    let color = if picture.color().has_alpha() { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
    let mut jpeg = JpegEncoder::new_with_quality(&mut bytes, 85);
    let written = match out {
        Media::Jpeg => {
            profile.map(|profile| jpeg.set_icc_profile(profile));
            jpeg.write_image(picture.as_bytes(), width, height, color)
        }
        Media::WebP => {
            let mut webp = WebPEncoder::new_lossless(&mut bytes);
            profile.map(|profile| webp.set_icc_profile(profile));
            webp.write_image(picture.as_bytes(), width, height, color)
        }
        _ => {
            let mut png = PngEncoder::new(&mut bytes);
            profile.map(|profile| png.set_icc_profile(profile));
            png.write_image(picture.as_bytes(), width, height, color)
        }
    };
    written.map_err(|e| INTERNAL.caused_by(e))?;
    Ok((bytes, out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::memory::MIB;

    /// What `limits.work_memory` leaves for pictures unless somebody says otherwise.
    const SHARE: u64 = 152 * MIB;

    fn cost(media: Media, samples_per_two_pixels: u64, at_once: bool) -> u64 {
        let pixels = 8_160 * 6_120;
        let shape = Shape { width: 8_160, height: 6_120, orientation: 6, samples: pixels * samples_per_two_pixels / 2, at_once };
        [(1, 1), (960, 720), (480, 480)].into_iter().map(|least| plan(shape, media, least, SHARE).cost).max().expect("three")
    }

    #[test]
    fn what_phones_take_fits_into_the_share() {
        // Colours at half the resolution, at once and row by row.
        assert!(cost(Media::Jpeg, 3, false) < 32 * MIB);
        assert!(cost(Media::Jpeg, 3, true) < SHARE);
        assert!(cost(Media::Png, 8, false) < 16 * MIB);
        assert!(cost(Media::Jpeg, 6, true) > SHARE, "a progressive one with all its colours does not");
    }

    #[test]
    fn rather_a_little_small_than_not_at_all() {
        let strip = Shape { width: 1_900, height: 26_000, orientation: 1, samples: 1_900 * 26_000 * 3, at_once: false };
        let wanted = plan(strip, Media::Jpeg, (960, 13_136), u64::MAX);
        let had = plan(strip, Media::Jpeg, (960, 13_136), 100 * MIB);
        assert_eq!((wanted.eighths, had.eighths), (8, 4));
        assert!(had.cost <= 100 * MIB);
    }
}
