//! A picture made smaller while its rows come in: each square of pixels becomes their mean, and only one row of squares is in memory.

use image::{DynamicImage, RgbImage, RgbaImage};

pub(super) struct Shrinker {
    width: u32,
    height: u32,
    factor: u32,
    /// Sums of a row of squares: red, green and blue weighed by their opacity, the opacity, how many.
    sums: Vec<[u64; 5]>,
    rows: u32,
    /// Four bytes a pixel.
    done: Vec<u8>,
}

impl Shrinker {
    /// `factor` pixels become one, on each side.
    pub fn new(width: u32, height: u32, factor: u32) -> Shrinker {
        let across = width.div_ceil(factor) as usize;
        Shrinker {
            width,
            height,
            factor,
            sums: vec![[0; 5]; across],
            rows: 0,
            done: Vec::with_capacity(across * height.div_ceil(factor) as usize * 4),
        }
    }

    /// The next row, of eight bits a number: grey, grey and opacity, colours, or colours and opacity.
    pub fn row(&mut self, row: &[u8], channels: usize) {
        for (x, pixel) in row.chunks_exact(channels).enumerate() {
            let [red, green, blue, opacity] = match *pixel {
                [grey] => [grey, grey, grey, 255],
                [grey, opacity] => [grey, grey, grey, opacity],
                [red, green, blue] => [red, green, blue, 255],
                [red, green, blue, opacity, ..] => [red, green, blue, opacity],
                [] => continue,
            };
            let Some(sums) = self.sums.get_mut(x / self.factor as usize) else { continue };
            for (sum, color) in sums.iter_mut().zip([red, green, blue]) {
                *sum += u64::from(color) * u64::from(opacity);
            }
            sums[3] += u64::from(opacity);
            sums[4] += 1;
        }
        self.rows += 1;
        if self.rows.is_multiple_of(self.factor) || self.rows == self.height {
            for sums in &mut self.sums {
                let mean = |sum: u64, of: u64| (sum + of / 2).checked_div(of).unwrap_or(0) as u8;
                self.done.extend([mean(sums[0], sums[3]), mean(sums[1], sums[3]), mean(sums[2], sums[3]), mean(sums[3], sums[4])]);
                *sums = [0; 5];
            }
        }
    }

    /// `None` where rows are missing.
    pub fn picture(self) -> Option<DynamicImage> {
        (self.rows == self.height).then(|| of_pixels(self.width.div_ceil(self.factor), self.height.div_ceil(self.factor), self.done))?
    }
}

/// An opaque picture, or one with transparency, of these pixels.
fn of_pixels(width: u32, height: u32, pixels: Vec<u8>) -> Option<DynamicImage> {
    match pixels.chunks_exact(4).all(|pixel| pixel[3] == 255) {
        true => {
            let opaque = pixels.chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
            RgbImage::from_raw(width, height, opaque).map(DynamicImage::ImageRgb8)
        }
        false => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgba8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_become_their_mean() {
        let mut shrinker = Shrinker::new(3, 3, 2);
        for row in [[0, 10, 9], [20, 30, 11], [4, 6, 255]] {
            shrinker.row(&row, 1);
        }
        let picture = shrinker.picture().expect("all rows are there").to_luma8();
        assert_eq!((picture.dimensions(), picture.into_raw()), ((2, 2), vec![15, 10, 5, 255]));
        let mut cut = Shrinker::new(3, 3, 2);
        cut.row(&[1, 2, 3], 1);
        assert!(cut.picture().is_none());
    }

    #[test]
    fn what_cannot_be_seen_has_no_colour() {
        let mut shrinker = Shrinker::new(2, 1, 2);
        shrinker.row(&[200, 100, 50, 255, 0, 0, 0, 0], 4);
        assert_eq!(shrinker.picture().expect("all rows are there").to_rgba8().into_raw(), [200, 100, 50, 128]);
    }
}
