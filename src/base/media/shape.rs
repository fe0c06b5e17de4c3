//! A picture's measures.

/// A picture's measures, as its file states them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// As it is stored; where the orientation turns it, the picture is as wide as this is high.
    pub width: u32,
    pub height: u32,
    /// 1 to 8, as in EXIF: 1 is upright, 6 and 8 are turned by a quarter.
    pub orientation: u8,
    /// Numbers in all planes together, which is what a decoder has to hold.
    pub samples: u64,
    /// Whether a decoder has to hold the whole picture at once: progressive, interlaced, drawn over each other.
    pub at_once: bool,
}

impl Shape {
    pub fn pixels(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }

    /// Width and height as people see them.
    pub fn upright(self) -> (u32, u32) {
        match self.orientation {
            5..=8 => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }
}
