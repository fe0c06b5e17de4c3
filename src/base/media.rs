#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    Jpeg,
    Png,
    WebP,
    Gif,
    Amr,
    Mp3,
    M4a,
    Aac,
    Wav,
    Ogg,
}
impl Media {
    pub fn sniff(_: &[u8]) -> Option<Media> {
        None
    }
    pub fn extension(self) -> &'static str {
        ""
    }
    pub fn mime(self) -> &'static str {
        ""
    }
    pub fn from_extension(_: &str) -> Option<Media> {
        None
    }
    pub fn is_image(self) -> bool {
        false
    }
}
