//! QR codes (ISO/IEC 18004), as SVG and as PNG.
//!
//! What stands in one is the caller's business; texts go in as UTF-8, which every phone's scanner reads.

use std::{fmt::Write, io::Cursor};

use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, EcLevel, QrCode};

use super::error::{INTERNAL, Kind, Reason, Result};

pub const TOO_LONG: Reason = Reason::new(Kind::TooLarge, "qr_too_long", "内容过长，无法生成二维码");

/// Light modules around the code (clause 9.1 asks for four).
const QUIET: usize = 4;
/// Pixels a module of the PNG.
const SCALE: u32 = 6;

/// The modules of a code, row by row; dark ones are true.
pub struct Qr {
    width: usize,
    dark: Vec<bool>,
}

impl Qr {
    /// A quarter of it (level M: 15 %) may be scratched. Errors: `qr_too_long`, beyond some 2300 bytes.
    pub fn of(text: &str) -> Result<Qr> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|e| TOO_LONG.caused_by(e.to_string()))?;
        Ok(Qr { width: code.width(), dark: code.to_colors().into_iter().map(|color| color == Color::Dark).collect() })
    }

    /// One unit a module; dark runs as one path.
    pub fn svg(&self) -> String {
        let size = self.width + 2 * QUIET;
        let mut path = String::new();
        for (y, row) in self.dark.chunks(self.width).enumerate() {
            let mut x = 0;
            while x < row.len() {
                let run = row[x..].iter().take_while(|dark| **dark).count();
                if run > 0 {
                    let _ = write!(path, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += run.max(1);
            }
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" width=\"{0}\" height=\"{0}\" shape-rendering=\"crispEdges\">\
             <path fill=\"#fff\" d=\"M0 0h{size}v{size}h-{size}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>",
            size * SCALE as usize,
        )
    }

    pub fn png(&self) -> Result<Vec<u8>> {
        let side = (self.width + 2 * QUIET) as u32 * SCALE;
        let picture = GrayImage::from_fn(side, side, |x, y| Luma([if self.is_dark(x / SCALE, y / SCALE) { 0 } else { 255 }]));
        let mut png = Cursor::new(Vec::new());
        picture.write_to(&mut png, ImageFormat::Png).map_err(|e| INTERNAL.caused_by(e))?;
        Ok(png.into_inner())
    }

    fn is_dark(&self, x: u32, y: u32) -> bool {
        let inside = |at: u32| (at as usize).checked_sub(QUIET).filter(|at| *at < self.width);
        matches!((inside(x), inside(y)), (Some(x), Some(y)) if self.dark[y * self.width + x])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(picture: &GrayImage) -> String {
        let size = (picture.width() as usize, picture.height() as usize);
        let mut found = rqrr::PreparedImage::prepare_from_greyscale(size.0, size.1, |x, y| picture.get_pixel(x as u32, y as u32).0[0]);
        let grids = found.detect_grids();
        assert_eq!(grids.len(), 1);
        grids[0].decode().unwrap().1
    }

    #[test]
    fn the_picture_says_the_text() {
        for text in ["7", "团队名称：甲\n邀请码：1.2.3.x", &"长".repeat(300)] {
            let png = image::load_from_memory(&Qr::of(text).unwrap().png().unwrap()).unwrap().into_luma8();
            assert_eq!(decoded(&png), *text);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(Qr::of(&"x".repeat(2_331)).is_ok());
        assert!(Qr::of(&"x".repeat(2_332)).err().unwrap().is(&TOO_LONG));
    }
}
