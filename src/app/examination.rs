//! Looking at everything that a clinic has, one area after another; what is wrong is named and nothing is changed.

use std::collections::BTreeSet;

use super::{
    App,
    files::Files,
    finding::{Finding, ROWS_UNREADABLE},
    ways_back::with_ways_back,
};
use crate::{
    backup::{Seal, Source, shelf},
    base::{
        error::{Error, Result},
        time::SECOND,
    },
    domain::{
        TABLES,
        clinic_wide::{
            catalogue,
            soundness::{self, Found, Uploads},
        },
        shared::upload::Upload,
    },
    store::View,
};

/// Entries of the search index that are looked for where not all are.
const SAMPLE: usize = 500;

impl App {
    /// Looks at everything. With `deep` the search index is held against all rows, and every upload is read. Blocks, for as long as that takes;
    /// each area is looked at as a job of the writer, so that nothing changes under its eyes.
    pub fn examine(&self, deep: bool) -> Result<Vec<Finding>> {
        let settings = &self.settings;
        self.examine_all(deep)
            .map_err(|error| with_ways_back(error, &self.dir, settings.backup.dir.as_deref(), settings.archive.dir.as_deref()))
    }

    fn examine_all(&self, deep: bool) -> Result<Vec<Finding>> {
        let mut all = self.examine_store()?;
        all.push(self.examine_area("references", |db| soundness::references(db, TABLES))?);
        for area in soundness::AREAS {
            let (files, examine) = (self.files.clone(), area.examine);
            all.push(self.examine_area(area.name, move |db| examine(db, &Shelf { files: &files, deep }))?);
        }
        all.push(self.examine_index(deep)?);
        Ok(all)
    }

    fn examine_area(&self, area: &'static str, examine: impl FnOnce(&View) -> Result<Found> + Send + 'static) -> Result<Finding> {
        let begun = self.clock.tick();
        let Found { count, problems, remark } = self.store.look(examine)?;
        Ok(Finding { area, count, seconds: self.seconds_since(begun), remark, problems })
    }

    fn seconds_since(&self, begun: crate::base::time::Tick) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "for people")]
        let seconds = self.clock.tick().since(begun) as f64 / SECOND as f64;
        seconds
    }

    fn examine_store(&self) -> Result<Vec<Finding>> {
        let begun = self.clock.tick();
        let report = self.store.check(true)?;
        let seconds = self.seconds_since(begun);
        let rows = Finding {
            area: "rows",

            count: report.rows.values().sum(),
            seconds,
            remark: Some(format!("in {} tables", report.rows.values().filter(|rows| **rows > 0).count())),
            problems: report.problems,
        };
        let beside = |area, count| Finding { area, count, seconds: 0.0, remark: None, problems: Vec::new() };
        Ok(vec![rows, beside("indexes", report.entries), beside("counters", report.counters), beside("long rows", report.continuations)])
    }

    /// A missing index is no problem: it is built anew.
    fn examine_index(&self, deep: bool) -> Result<Finding> {
        let begun = self.clock.tick();
        let (mut problems, mut remark, mut count) = (Vec::new(), None, 0);
        let was_there = self.index.bookmark().is_some();
        // All that was told so far; whoever else feeds it is as welcome.
        let told = self.store.last_change_on_disk();
        while self.index.bookmark().is_none_or(|bookmark| bookmark.event < told) && self.feed_index()?.is_some() {}
        if !was_there {
            remark = Some("was built anew".to_owned());
        }
        let entries = self
            .store
            .look(|db| catalogue::entries(db).map(|entry| entry.map(|entry| (entry.kind, entry.id))).collect::<Result<Vec<_>>>())?;
        let every = if deep { 1 } else { entries.len().div_ceil(SAMPLE).max(1) };
        for (kind, id) in entries.iter().step_by(every) {
            count += 1;
            if !self.index.holds(*kind, *id)? {
                problems.push(format!("{kind:?} {id} is not in the search index; `xuanhu reindex` builds it anew"));
            }
        }
        if self.index.len() != entries.len() as u64 {
            problems.push(format!(
                "the search index has {} entries, there should be {}; `xuanhu reindex` builds it anew",
                self.index.len(),
                entries.len()
            ));
        }
        Ok(Finding { area: "search", count, seconds: self.seconds_since(begun), remark, problems })
    }

    /// A backup before something is changed by hand. Answers where it lies.
    pub fn backup_first(&self) -> Result<String> {
        let shelf = self.dir.join("backups");
        std::fs::create_dir_all(&shelf).map_err(|e| super::directory::unusable(&shelf, e))?;
        let path = shelf.join(shelf::free_name(&shelf, self.store.instance(), self.clock.now()));
        let (store, dir, settings) = (&self.store, self.dir.as_path(), &*self.settings);
        let source = Source { store, dir, settings, now: self.clock.now(), without_secrets: false };
        source.write_file(&path, &Seal::of(&self.settings.backup)?, false)?;
        Ok(path.display().to_string())
    }

    /// Refuses to repair a store of which rows cannot be read. Errors: `rows_unreadable`.
    pub fn may_be_repaired(&self) -> Result<()> {
        let report = self.store.check(false)?;
        let refused = |first: &String| -> Error { ROWS_UNREADABLE.with(first.clone()) };
        report.problems.first().map_or(Ok(()), |first| Err(refused(first)))
    }
}

struct Shelf<'a> {
    files: &'a Files,
    deep: bool,
}

impl Uploads for Shelf<'_> {
    fn size(&self, name: &str) -> Option<u64> {
        self.files.size(name)
    }

    fn fault(&self, upload: &Upload) -> Option<String> {
        if self.deep { self.files.fault(&upload.name, &upload.mime) } else { None }
    }

    fn names(&self) -> Result<BTreeSet<String>> {
        self.files.names()
    }
}
