//! What somebody looks for in a list: a piece of text, whatever its capitals.

/// The text of a search box. An empty one is found everywhere.
#[derive(Clone, Debug, Default)]
pub struct Needle(String);

impl Needle {
    pub fn new(text: &str) -> Needle {
        Needle(text.trim().to_lowercase())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is this text, and not a part of it alone; an empty one is nothing.
    pub fn equals(&self, text: &str) -> bool {
        !self.is_empty() && text.to_lowercase() == self.0
    }

    /// Whether it stands in one of these.
    pub fn is_in(&self, texts: &[&str]) -> bool {
        self.is_empty() || texts.iter().any(|text| text.to_lowercase().contains(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_and_spaces_around_it_do_not_matter() {
        let needle = Needle::new(" iCd ");
        assert!(needle.is_in(&["", "ICD-10"]));
        assert!(!needle.is_in(&["IC", "D-10"]));
        assert!(!needle.is_in(&[]));
        assert!(needle.equals("icd") && !needle.equals("ICD-10") && !Needle::new(" ").equals(""));
        assert!(Needle::new("  ").is_in(&[]));
    }
}
