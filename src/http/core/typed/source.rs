//! Where forms are read from.

use jiff::civil::Date;

use crate::http::core::{context::Cx, request::Request};

/// The names of a field: the document's, then others that are accepted.
pub type Names = &'static [&'static str];

/// Where a form is read from: fields of query and body, path, headers and files.
pub struct Source<'a> {
    pub cx: &'a Cx,
    pub request: &'a Request,
}

impl Source<'_> {
    /// Today in the clinic's zone.
    pub fn today(&self) -> Date {
        self.cx.app.settings.clinic.zone.today(self.cx.app.clock.now())
    }

    /// The name under which a field came: one that has a value before one that is merely named, else the document's.
    pub fn name(&self, names: Names) -> &'static str {
        let filled = names.iter().find(|name| self.request.has(name));
        filled.or_else(|| names.iter().find(|name| self.request.names(name))).or(names.first()).copied().unwrap_or_default()
    }
}
