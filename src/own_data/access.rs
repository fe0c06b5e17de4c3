//! Who has looked, as a table for spreadsheets.

use crate::{
    base::{cell::defused, error::Result, time::Time},
    domain::{
        directory::patient::Patient,
        relations::access_report::{self, words},
    },
    store::View,
};

/// UTF-8 with its mark: without it spreadsheets take the file for the country's old encoding.
pub fn csv(db: &View, patients: &[Patient], until: Time) -> Result<String> {
    let mut text = String::from("\u{feff}时间,就诊人,身份,姓名,内容,理由或用途\r\n");
    for line in access_report::of(db, patients, (Time(0), until))? {
        let patient = patients.iter().find(|patient| patient.id == line.patient).map_or("", |patient| patient.name.as_str());
        let at = db.settings.clinic.zone.date_time(line.at);
        let cells = [at.as_str(), patient, words::role(line.role), &words::who(&line), &words::what(&line), &words::why(&line)];
        let cells = cells.map(|cell| format!("\"{}\"", defused(cell).replace('"', "\"\"")));
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    Ok(text)
}
