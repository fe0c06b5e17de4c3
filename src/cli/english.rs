//! What an operator reads on the terminal is English. Most of what can go wrong is said in Chinese, to the clinic's people; here are the words for
//! what a command may meet of it, by its slug.

use crate::base::error::Error;

#[rustfmt::skip]
const WORDS: &[(&str, &str)] = &[
    ("bad_rows",             "some rows are bad, so nothing was imported"),
    ("bad_table",            "the table cannot be read; it should be CSV with a header row of the columns that `export` writes"),
    ("bad_token",            "the server does not accept this admin.token; was it made anew while the server ran?"),
    ("body_too_large",       "that is more than the server takes; see limits.body_bytes"),
    ("disk_full",            "the disk is full, nothing was saved"),
    ("index_behind",         "the search index cannot be written; look at the directory index/ and the log"),
    ("index_building",       "the search index is being built; try again in a moment"),
    ("internal",             "something that should not happen did; the log says more"),
    ("invalid_field",        "a value is not what it should be"),
    ("last_administrator",   "that is the last administrator"),
    ("masked_value",         "what has stars in it is masked; write the whole text, or leave it as it was exported"),
    ("missing_field",        "something is missing"),
    ("not_found",            "there is no such thing"),
    ("nothing_to_uncover",   "nothing of this table can be uncovered; export it without --full"),
    ("phone_registered",     "the phone has an account already"),
    ("server_busy",          "the server is busy; try again in a moment"),
    ("store_failed",         "the store does not save at present; look at the disk and the log"),
    ("unknown_kind",         "there is no such table; there are hospitals, departments, doctors, diagnosis-terms and regions; registrations, consultations and payments are only exported"),
    ("unsupported_media_type", "the server does not take files of that kind"),
    ("upload_too_large",     "the file is larger than the server takes; see limits.upload_bytes"),
    ("username_taken",       "the name is taken"),
];

/// The error's message, in English.
pub fn message(error: &Error) -> String {
    let message = error.message();
    match is_english(&message) {
        true => message,
        false => of_slug(error.slug()),
    }
}

/// The words for a slug; where there are none, its own.
pub fn of_slug(slug: &str) -> String {
    WORDS.iter().find(|(known, _)| *known == slug).map_or_else(|| slug.replace('_', " "), |(_, words)| (*words).to_owned())
}

/// Names and paths may hold any letters; a sentence for the clinic's people has Chinese punctuation, or nothing but Chinese.
pub fn is_english(text: &str) -> bool {
    let chinese = |c: char| matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}');
    !text.split([':', '(']).next().unwrap_or_default().contains(chinese)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::identity::account, store};

    #[test]
    fn the_terminal_is_english() {
        assert_eq!(message(&account::USERNAME_TAKEN.err()), "the name is taken");
        assert_eq!(message(&store::DISK_FULL.caused_by("no space")), "the disk is full, nothing was saved");
        assert_eq!(message(&account::NOT_REGISTERED.with("19900000000")), "not registered");
        assert_eq!(message(&store::ALREADY_RUNNING.with("/srv/悬壶")), store::ALREADY_RUNNING.with("/srv/悬壶").message());
    }
}
