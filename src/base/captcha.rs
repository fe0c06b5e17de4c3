//! Draws a captcha: a few bent letters with noise around them.
//!
//! It keeps scripts out that do not try hard; a trained reader gets through, so counting failures and forgetting a captcha after one answer is
//! left to others. No crate does this for a given text without a second version of `image` or a font library, and a font of our own is small.

use std::{f32::consts::TAU, io::Cursor};

use image::{ImageFormat, Rgb, RgbImage};

/// Without those that look like another once bent: 0 O Q D, 1 I L, 2 Z, 5 S, 8 B, 6 G, U V.
const ALPHABET: &[u8; 20] = b"ACEFHJKMNPRTUWXY3479";
const LETTERS: usize = 4;

const WIDTH: u32 = 120;
const HEIGHT: u32 = 44;
/// Left free on either side.
const MARGIN: f32 = 5.0;
/// Pixels per square of a glyph, where the text is short enough.
const SCALE: f32 = 4.4;

/// A new text from random bytes: eight are plenty.
pub fn text(random: &[u8]) -> String {
    let mut number = random.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    let size = ALPHABET.len() as u64;
    let mut letter = || {
        let index = number % size;
        number /= size;
        char::from(ALPHABET[index as usize])
    };
    (0..LETTERS).map(|_| letter()).collect()
}

/// The PNG, 120 by 44, for a text of letters and digits in any case: four are drawn large, up to eight fit. The same seed draws the same picture.
pub fn picture(text: &str, seed: u64) -> Vec<u8> {
    let mut dice = Dice(seed);
    let paper = [dice.between(228.0, 250.0), dice.between(228.0, 250.0), dice.between(228.0, 250.0)];
    let mut canvas = Canvas { image: RgbImage::from_pixel(WIDTH, HEIGHT, Rgb(paper.map(|tone| tone as u8))) };
    for _ in 0..4 {
        let ink = [dice.between(150.0, 215.0), dice.between(150.0, 215.0), dice.between(150.0, 215.0)];
        canvas.curve(&mut dice, ink, 1.4);
    }
    let cell = (WIDTH as f32 - 2.0 * MARGIN) / text.chars().count().max(1) as f32;
    for (index, letter) in text.chars().enumerate() {
        canvas.letter(&mut dice, glyph(letter), MARGIN + cell * (index as f32 + 0.5), cell);
    }
    // In front of the letters, and so thin that no stroke disappears.
    for _ in 0..2 {
        let ink = dark(&mut dice);
        canvas.curve(&mut dice, ink, 0.7);
    }
    for _ in 0..90 {
        let (x, y) = (dice.between(0.0, WIDTH as f32), dice.between(0.0, HEIGHT as f32));
        let ink = dark(&mut dice);
        canvas.blend(x as i32, y as i32, ink, 0.6);
    }
    let mut png = Cursor::new(Vec::new());
    canvas.image.write_to(&mut png, ImageFormat::Png).expect("a small picture can be written to memory");
    png.into_inner()
}

/// A dark colour: two channels low, one of any strength, so that letters differ in colour and never in contrast.
fn dark(dice: &mut Dice) -> [f32; 3] {
    let mut ink = [dice.between(0.0, 70.0), dice.between(0.0, 70.0), dice.between(0.0, 70.0)];
    ink[dice.next() as usize % 3] = dice.between(60.0, 150.0);
    ink
}

struct Canvas {
    image: RgbImage,
}

impl Canvas {
    /// Draws a glyph around `middle`, turned, slanted, waved and shifted at random. Every pixel asks back where it lies in the glyph, so that
    /// nothing tears.
    fn letter(&mut self, dice: &mut Dice, glyph: &Glyph, middle: f32, cell: f32) {
        let scale = SCALE.min(cell / 5.6) * dice.between(0.92, 1.06);
        let (sin, cos) = dice.between(-0.30, 0.30).sin_cos();
        let slant = dice.between(-0.22, 0.22);
        let (wave, phase) = (dice.between(0.15, 0.35), dice.between(0.0, TAU));
        let x0 = middle + dice.between(-0.05, 0.05) * cell;
        let room = (HEIGHT as f32 - 8.5 * scale).max(0.0) / 2.0;
        let y0 = HEIGHT as f32 / 2.0 + dice.between(-room, room);
        let ink = dark(dice);
        let reach = (scale * 6.0) as i32;
        for y in y0 as i32 - reach..=y0 as i32 + reach {
            for x in x0 as i32 - reach..=x0 as i32 + reach {
                // Nine samples a pixel smooth the edge.
                let mut hits = 0.0;
                for step in 0..9 {
                    let dx = (x as f32 + (step % 3) as f32 / 3.0 + 0.167 - x0) / scale;
                    let dy = (y as f32 + (step / 3) as f32 / 3.0 + 0.167 - y0) / scale;
                    let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
                    let u = u + v * slant + wave * (v * 0.9 + phase).sin();
                    hits += f32::from(u8::from(is_ink(glyph, u + 2.5, v + 3.5)));
                }
                self.blend(x, y, ink, hits / 9.0);
            }
        }
    }

    /// A wave from edge to edge.
    fn curve(&mut self, dice: &mut Dice, ink: [f32; 3], width: f32) {
        let (from, to) = (dice.between(4.0, HEIGHT as f32 - 4.0), dice.between(4.0, HEIGHT as f32 - 4.0));
        let (height, turns, phase) = (dice.between(2.0, 8.0), dice.between(0.5, 1.6), dice.between(0.0, TAU));
        for x in 0..WIDTH as i32 {
            let along = x as f32 / WIDTH as f32;
            let middle = from + (to - from) * along + height * (along * turns * TAU + phase).sin();
            for y in (middle - 2.0) as i32..=(middle + 3.0) as i32 {
                let distance = (y as f32 + 0.5 - middle).abs();
                self.blend(x, y, ink, (width / 2.0 + 0.5 - distance).clamp(0.0, 1.0) * 0.8);
            }
        }
    }

    fn blend(&mut self, x: i32, y: i32, ink: [f32; 3], share: f32) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if let Some(pixel) = self.image.get_pixel_mut_checked(x, y) {
            for (tone, ink) in pixel.0.iter_mut().zip(ink) {
                *tone = (f32::from(*tone) * (1.0 - share) + ink * share) as u8;
            }
        }
    }
}

/// Whether there is ink at a point of the glyph. The squares are mixed before that is decided, which rounds their corners and joins those that
/// only touch.
fn is_ink(glyph: &Glyph, u: f32, v: f32) -> bool {
    let square = |column: f32, row: f32| {
        let inside = (0.0..5.0).contains(&column) && (0.0..7.0).contains(&row);
        if inside && glyph[row as usize] >> (4 - column as usize) & 1 == 1 { 1.0 } else { 0.0 }
    };
    let (u, v) = (u - 0.5, v - 0.5);
    let (column, row) = (u.floor(), v.floor());
    let (right, down) = (u - column, v - row);
    let above = square(column, row) * (1.0 - right) + square(column + 1.0, row) * right;
    let below = square(column, row + 1.0) * (1.0 - right) + square(column + 1.0, row + 1.0) * right;
    above * (1.0 - down) + below * down > 0.42
}

/// SplitMix64: enough for noise. What must not be guessed, the text, is not its work.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        number ^ (number >> 31)
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }
}

/// Seven rows of five squares, the leftmost in the highest of five bits.
type Glyph = [u8; 7];

fn glyph(letter: char) -> &'static Glyph {
    match letter.to_ascii_uppercase() {
        digit @ '0'..='9' => &DIGITS[digit as usize - '0' as usize],
        letter @ 'A'..='Z' => &CAPITALS[letter as usize - 'A' as usize],
        _ => &UNKNOWN,
    }
}

/// An empty frame.
const UNKNOWN: Glyph = [0x1F, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1F];

const DIGITS: [Glyph; 10] = [
    [0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E],
    [0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E],
    [0x0E, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1F],
    [0x0E, 0x11, 0x01, 0x06, 0x01, 0x11, 0x0E],
    [0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02],
    [0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E],
    [0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E],
    [0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08],
    [0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E],
    [0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C],
];

const CAPITALS: [Glyph; 26] = [
    [0x04, 0x0A, 0x11, 0x11, 0x1F, 0x11, 0x11],
    [0x1E, 0x11, 0x11, 0x1E, 0x11, 0x11, 0x1E],
    [0x0E, 0x11, 0x10, 0x10, 0x10, 0x11, 0x0E],
    [0x1E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1E],
    [0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x1F],
    [0x1F, 0x10, 0x10, 0x1E, 0x10, 0x10, 0x10],
    [0x0E, 0x11, 0x10, 0x17, 0x11, 0x11, 0x0F],
    [0x11, 0x11, 0x11, 0x1F, 0x11, 0x11, 0x11],
    [0x0E, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0E],
    [0x07, 0x02, 0x02, 0x02, 0x02, 0x12, 0x0C],
    [0x11, 0x12, 0x14, 0x18, 0x14, 0x12, 0x11],
    [0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1F],
    [0x11, 0x1B, 0x15, 0x15, 0x11, 0x11, 0x11],
    [0x11, 0x19, 0x19, 0x15, 0x13, 0x13, 0x11],
    [0x0E, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E],
    [0x1E, 0x11, 0x11, 0x1E, 0x10, 0x10, 0x10],
    [0x0E, 0x11, 0x11, 0x11, 0x15, 0x12, 0x0D],
    [0x1E, 0x11, 0x11, 0x1E, 0x14, 0x12, 0x11],
    [0x0F, 0x10, 0x10, 0x0E, 0x01, 0x01, 0x1E],
    [0x1F, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04],
    [0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0E],
    [0x11, 0x11, 0x11, 0x11, 0x0A, 0x0A, 0x04],
    [0x11, 0x11, 0x11, 0x15, 0x15, 0x1B, 0x11],
    [0x11, 0x11, 0x0A, 0x04, 0x0A, 0x11, 0x11],
    [0x11, 0x11, 0x0A, 0x04, 0x04, 0x04, 0x04],
    [0x1F, 0x01, 0x02, 0x04, 0x08, 0x10, 0x1F],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_four_plain_letters() {
        let texts: Vec<_> = (0..2000u64).map(|seed| text(&Dice(seed).next().to_be_bytes())).collect();
        assert!(texts.iter().all(|text| text.len() == 4 && text.bytes().all(|letter| ALPHABET.contains(&letter))));
        assert!(ALPHABET.iter().all(|letter| texts.iter().any(|text| text.as_bytes()[0] == *letter)));
        assert_eq!(text(&[]).len(), 4);
    }

    #[test]
    fn a_picture_can_be_decoded_and_follows_its_seed() {
        for text in ["", "A", "K7MP", "abcdefgh", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "验证"] {
            let decoded = image::load_from_memory_with_format(&picture(text, 1), ImageFormat::Png).unwrap();
            assert_eq!((decoded.width(), decoded.height()), (WIDTH, HEIGHT));
        }
        assert_eq!(picture("K7MP", 1), picture("K7MP", 1));
        assert_ne!(picture("K7MP", 1), picture("K7MP", 2));
        assert_ne!(picture("K7MP", 1), picture("K7MX", 1));
    }

    #[test]
    fn every_glyph_is_its_own() {
        let all: Vec<_> = DIGITS.iter().chain(&CAPITALS).chain([&UNKNOWN]).collect();
        assert!(all.iter().enumerate().all(|(index, glyph)| glyph.iter().all(|row| *row < 32) && !all[..index].contains(glyph)));
    }
}
