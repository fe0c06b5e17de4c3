//! Reads the sections' fields from the gathered text: each text once, every mistake noted.

use super::{
    source::{Gathered, Given, Origin, Problem},
    value::{Count, PEM, Pem, Period, Url, Value, Verifiers, Window},
};
use crate::base::{span::Span, years::Years};
use std::path::{Path, PathBuf};

/// Hands out each gathered text once and collects what is wrong with it, so that an operator sees all mistakes together.
pub(super) struct Reader<'a> {
    pub gathered: Gathered,
    pub dir: &'a Path,
    pub problems: Vec<Problem>,
}

impl Reader<'_> {
    fn take(&mut self, name: &str) -> Given {
        self.gathered.remove(name).expect("every field has one row in the table of keys")
    }

    /// A setting with a default, which stands in for a bad value until the problems are reported.
    pub(super) fn value<T: Value>(&mut self, name: &str) -> T {
        let given = self.take(name);
        self.parse(&given).unwrap_or_else(|| {
            let default = given.key.default.expect("a setting that must have a value has a default");
            T::parse(default).expect("defaults are good values")
        })
    }

    pub(super) fn optional<T: Value>(&mut self, name: &str) -> Option<T> {
        let given = self.take(name);
        given.is_set().then(|| self.parse(&given)).flatten()
    }

    /// A setting that had another name, which is still read.
    pub(super) fn optional_named_before<T: Value>(&mut self, name: &str, before: &str) -> Option<T> {
        let (now, then) = (self.optional(name), self.optional(before));
        now.or(then)
    }

    fn parse<T: Value>(&mut self, given: &Given) -> Option<T> {
        let parsed = T::parse(&given.text).filter(|_| (T::LIST || !given.list) && (T::TABLE || !given.table));
        if parsed.is_none() {
            self.problems.push(given.problem(format_args!("should be {}", T::SHOULD)));
        }
        parsed
    }

    pub(super) fn period(&mut self, name: &str) -> Span {
        self.value::<Period>(name).0
    }

    pub(super) fn window(&mut self, name: &str) -> Span {
        self.value::<Window>(name).0
    }

    /// At least `least`, which the law asks for.
    pub(super) fn years(&mut self, name: &str, least: Years) -> Years {
        let given = self.gathered.get(name).cloned();
        let years = self.value::<Years>(name);
        if let Some(given) = given.filter(|_| years < least) {
            self.problems.push(given.problem(format_args!("should be at least {least}, as the law asks")));
        }
        years
    }

    pub(super) fn count(&mut self, name: &str) -> u32 {
        self.value::<Count>(name).0
    }

    pub(super) fn url(&mut self, name: &str) -> Option<String> {
        self.optional::<Url>(name).map(|url| url.0)
    }

    /// A relative path is relative to where it was written: in the file to the file's directory, else to the working directory.
    pub(super) fn path(&mut self, name: &str) -> Option<PathBuf> {
        let base = self.base(name);
        Some(base.join(self.optional::<String>(name)?))
    }

    /// The same for files by name, whose content may also stand there itself.
    pub(super) fn pems(&mut self, name: &str) -> Vec<(String, Pem)> {
        let base = self.base(name);
        let given = self.optional::<Verifiers>(name).map_or_else(Vec::new, |given| given.0);
        let pem = |text: String| if text.starts_with(PEM) { Pem::Here(text) } else { Pem::File(base.join(text)) };
        given.into_iter().map(|(serial, text)| (serial, pem(text))).collect()
    }

    fn base(&self, name: &str) -> PathBuf {
        let in_file = self.gathered.get(name).is_some_and(|given| given.origin == Origin::File);
        if in_file { self.dir.to_owned() } else { PathBuf::new() }
    }
}
