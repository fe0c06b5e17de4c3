//! Where settings come from: flags, the environment, `xuanhu.toml`, the defaults, the first of them winning.
//!
//! Gathers text only. What the text means is `value` and `sections`; here a key must merely exist.

use super::keys::{self, Key};
use crate::base::clean;
use std::collections::BTreeMap;
use std::path::Path;
use std::{fmt, fs, io};
use toml::Value;

pub const FILE: &str = "xuanhu.toml";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Environment,
    File,
    Default,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::File => FILE,
            Origin::Default => "default",
        }
    }
}

/// One complaint, on one line.
#[derive(Debug)]
pub struct Problem {
    pub key: String,
    pub line: String,
    pub unknown: bool,
}

/// What was said about one key by whoever won. An empty text is the same as nothing.
#[derive(Clone, Debug)]
pub struct Given {
    pub key: &'static Key,
    pub text: String,
    /// It was an array, which only lists may be.
    pub list: bool,
    /// It was a table of texts, which few may be.
    pub table: bool,
    pub origin: Origin,
}

impl Given {
    pub fn is_set(&self) -> bool {
        !self.text.is_empty()
    }

    /// As it may be shown to anybody.
    pub fn shown(&self) -> &str {
        if self.key.secret && self.is_set() { "***" } else { &self.text }
    }

    /// The complaint about this value.
    pub fn problem(&self, should: impl fmt::Display) -> Problem {
        Problem { key: self.key.name.to_owned(), line: format!("{self} {should}"), unknown: false }
    }
}

/// `key = "value" (origin)`, on one line whatever the value holds.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} = {:?} ", self.key.name, self.shown())?;
        match self.origin {
            Origin::Environment => write!(f, "(environment {})", self.key.variable()),
            other => write!(f, "({})", other.name()),
        }
    }
}

pub type Gathered = BTreeMap<&'static str, Given>;

pub fn defaults() -> Gathered {
    let given = |key: &'static Key| Given {
        key,
        text: key.default.unwrap_or_default().to_owned(),
        list: false,
        table: false,
        origin: Origin::Default,
    };
    keys::KEYS.iter().map(|key| (key.name, given(key))).collect()
}

/// Every key with the text that won, and what was said about keys that do not exist.
pub fn gather(dir: &Path, flags: &[(&'static str, String)], env: impl IntoIterator<Item = (String, String)>) -> (Gathered, Vec<Problem>) {
    let mut gathered = defaults();
    let mut problems = Vec::new();
    match read_file(&dir.join(FILE)) {
        Ok(table) => flatten("", table, &mut gathered, &mut problems),
        Err(problem) => problems.push(problem),
    }
    environment(env, &mut gathered, &mut problems);
    for (name, text) in flags {
        match keys::find(name) {
            Some(key) => put(&mut gathered, key, text, false, Origin::Flag),
            None => problems.push(unknown(name, "flag", keys::nearest(name).name)),
        }
    }
    (gathered, problems)
}

/// What the environment says. Only names with a section in them (`XUANHU_SECTION__KEY`) are ours to judge: orchestrators put variables of their
/// own under any prefix (`XUANHU_PORT=tcp://…` for a service called xuanhu). An empty value is none, because templates pass variables that
/// nobody filled in.
fn environment(env: impl IntoIterator<Item = (String, String)>, gathered: &mut Gathered, problems: &mut Vec<Problem>) {
    let ours = |name: &str| name.strip_prefix(keys::PREFIX).is_some_and(|rest| rest.contains("__"));
    let given: Vec<_> = env.into_iter().filter(|(name, text)| ours(name) && !text.trim().is_empty()).collect();
    for (name, text) in &given {
        let known = |name: &str| keys::KEYS.iter().find(|key| key.variable() == name);
        if let Some(key) = known(name) {
            put(gathered, key, text, false, Origin::Environment);
            continue;
        }
        let Some(key) = name.strip_suffix(IN_A_FILE).and_then(known) else {
            let meant = name.trim_start_matches(keys::PREFIX).to_ascii_lowercase().replace("__", ".");
            problems.push(unknown(name, "environment", &keys::nearest(&meant).variable()));
            continue;
        };
        let problem = |line: String| Problem { key: key.name.to_owned(), line, unknown: false };
        if given.iter().any(|(other, _)| *other == key.variable()) {
            problems.push(problem(format!("{name} and {} are both given (environment); keep one of them", key.variable())));
            continue;
        }
        match fs::read_to_string(text) {
            Ok(content) => put(gathered, key, &content, false, Origin::Environment),
            Err(error) => problems.push(problem(format!("{name} (environment): {text} cannot be read: {error}"))),
        }
    }
}

/// At the end of a variable's name: its value is the name of a file that holds the setting. So secrets stay out of the environment.
const IN_A_FILE: &str = "_FILE";

/// Variables that are passed over and look like a setting with an underscore too few.
pub fn nearly(env: impl IntoIterator<Item = (String, String)>) -> Vec<String> {
    let bare = |name: &str| name.replace('_', "");
    let mistyped = |name: &str| {
        let key = keys::KEYS.iter().find(|key| bare(&key.variable()) == bare(name))?;
        Some(format!("{name} (environment) is not a setting and is passed over; did you mean {}?", key.variable()))
    };
    env.into_iter()
        .filter(|(name, _)| name.starts_with(keys::PREFIX) && !name.contains("__"))
        .filter_map(|(name, _)| mistyped(&name))
        .collect()
}

/// Marks that nobody sees come along when a key or an address is copied from a web page; what has control characters is refused later. An
/// empty text where there is a default is nothing said: the default holds.
fn put(gathered: &mut Gathered, key: &'static Key, text: &str, list: bool, origin: Origin) {
    let text = if text.trim().contains(char::is_control) { text.trim().to_owned() } else { clean::line(text) };
    if !text.is_empty() || key.default.is_none() {
        gathered.insert(key.name, Given { key, text, list, table: false, origin });
    }
}

/// The value is left out: under a mistyped name it may well be a secret.
fn unknown(name: &str, origin: &str, meant: &str) -> Problem {
    let line = format!("{} ({origin}) is not a setting; did you mean {meant}?", name.escape_debug());
    Problem { key: name.to_owned(), line, unknown: true }
}

/// An absent file is an empty one.
fn read_file(path: &Path) -> Result<toml::Table, Problem> {
    let problem = |line: String| Problem { key: FILE.to_owned(), line, unknown: false };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(toml::Table::new()),
        Err(error) => return Err(problem(format!("{} cannot be read: {error}", path.display()))),
    };
    text.parse().map_err(|error: toml::de::Error| {
        // Not the error's own `Display`: that quotes the line, and the line may hold a secret.
        let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
        problem(format!("{} line {line} is not well written: {}", path.display(), error.message().replace('\n', ", ")))
    })
}

/// Names of nested tables become dotted names. A section with nothing in it has no name to complain about but its own.
fn flatten(section: &str, table: toml::Table, gathered: &mut Gathered, problems: &mut Vec<Problem>) {
    for (name, value) in table {
        let name = if section.is_empty() { name } else { format!("{section}.{name}") };
        match (keys::find(&name), value) {
            (Some(key), value) => {
                let (list, table) = (matches!(value, Value::Array(_)), matches!(value, Value::Table(_)));
                put(gathered, key, &plain(value), list, Origin::File);
                if let Some(given) = gathered.get_mut(key.name) {
                    given.table = table;
                }
            }
            (None, Value::Table(inner)) if !inner.is_empty() => flatten(&name, inner, gathered, problems),
            (None, Value::Table(_)) if keys::is_section(&name) => {}
            (None, _) => problems.push(unknown(&name, FILE, keys::nearest(&name).name)),
        }
    }
}

/// The value as it would be written in the environment. A table of anything but texts becomes text that no setting accepts.
fn plain(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Datetime(date) => date.to_string(),
        Value::Array(items) => items.into_iter().map(plain).collect::<Vec<_>>().join(","),
        Value::Table(items) if items.values().all(|item| item.as_str().is_some_and(|text| !text.contains(','))) => {
            items.into_iter().map(|(name, item)| format!("{name}={}", plain(item))).collect::<Vec<_>>().join(",")
        }
        Value::Table(_) => "{}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (Gathered, Vec<Problem>) {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), text).unwrap();
        gather(dir.path(), &[], [])
    }

    #[test]
    fn toml_values_of_all_kinds() {
        let (gathered, problems) = file(concat!(
            "\u{feff}limits.body_bytes = 1000\nhttp.always_200 = true\n[payment.wechat]\nmch_id = 1900000001\n[push]\n[clinic]\nname = '仁心'\n",
            "[sms]\nresend_gap = 1.5\ncode_ttl = [\"5m\"]\n"
        ));
        assert!(problems.is_empty(), "{problems:?}");
        let text = |name: &str| gathered[name].text.as_str();
        assert_eq!((text("limits.body_bytes"), text("http.always_200")), ("1000", "true"));
        assert_eq!((text("payment.wechat.mch_id"), text("clinic.name")), ("1900000001", "仁心"));
        assert!(gathered["sms.code_ttl"].list && text("sms.resend_gap") == "1.5");
        assert_eq!(gathered["sms.provider"].origin, Origin::Default);
    }

    #[test]
    fn unknown_names_in_the_file() {
        let (_, problems) =
            file("shout = 1\n[http]\nlisen = 'x'\n[htp]\nlisten = 'x'\n[nothing]\n[clinic.name]\nfull = 'x'\n[[log]]\nlevel = 'info'\n");
        let lines: Vec<_> = problems.iter().map(|problem| problem.line.as_str()).collect();
        assert!(lines.contains(&"http.lisen (xuanhu.toml) is not a setting; did you mean http.listen?"), "{lines:?}");
        assert!(lines.contains(&"htp.listen (xuanhu.toml) is not a setting; did you mean http.listen?"), "{lines:?}");
        for name in ["shout", "nothing", "log"] {
            assert!(problems.iter().any(|problem| problem.key == name && problem.unknown), "{name}");
        }
        assert_eq!(lines.len(), 5, "{lines:?}");
    }

    #[test]
    fn a_broken_file_is_one_line_without_its_content() {
        let (_, problems) = file("[im]\n\nkey = 'hush\n");
        let line = &problems[0].line;
        assert!(line.contains("xuanhu.toml line 3 ") && !line.contains("hush") && !line.contains('\n'), "{line}");
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join(FILE)).unwrap();
        assert!(gather(dir.path(), &[], []).1[0].line.contains("cannot be read"));
    }

    #[test]
    fn the_environment() {
        let env = |name: &str| [(name.to_owned(), "x".to_owned())];
        let nowhere = Path::new("/nonexistent");
        for fine in ["XUANHU_DATA_DIR", "XUANHU_DEMO", "HOME", "XUANHUX", "XUANHU_HTTP__LISTEN", "XUANHU_PAYMENT__WECHAT__MCH_ID"] {
            assert!(gather(nowhere, &[], env(fine)).1.is_empty(), "{fine}");
        }
        for orchestrator in ["XUANHU_PORT", "XUANHU_SERVICE_HOST", "XUANHU_SERVICE_PORT_HTTP", "XUANHU_PORT_8080_TCP_ADDR"] {
            assert!(gather(nowhere, &[], env(orchestrator)).1.is_empty() && nearly(env(orchestrator)).is_empty(), "{orchestrator}");
        }
        let meant = nearly(env("XUANHU_HTTP_LISTEN"));
        assert_eq!(meant, ["XUANHU_HTTP_LISTEN (environment) is not a setting and is passed over; did you mean XUANHU_HTTP__LISTEN?"]);
        for wrong in ["XUANHU_http__listen", "XUANHU_HTTP__LISEN", "XUANHU_HTTP__LISTE_FILE"] {
            let problems = gather(nowhere, &[], env(wrong)).1;
            assert_eq!(problems[0].line, format!("{wrong} (environment) is not a setting; did you mean XUANHU_HTTP__LISTEN?"));
        }
        assert_eq!(gather(nowhere, &[("http.lisen", "x".to_owned())], []).1.len(), 1);
    }

    #[test]
    fn an_empty_variable_is_none() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(FILE), "[clinic]\nname = '仁心'\n").unwrap();
        for name in ["XUANHU_CLINIC__NAME", "XUANHU_CLINIC__NAME_FILE", "XUANHU_CLINIC__NMAE", "XUANHU_LOG__LEVEL"] {
            let (gathered, problems) = gather(dir.path(), &[], [(name.to_owned(), " ".to_owned())]);
            assert!(problems.is_empty(), "{name}: {problems:?}");
            assert_eq!((gathered["clinic.name"].text.as_str(), gathered["log.level"].text.as_str()), ("仁心", "info"), "{name}");
        }
    }

    #[test]
    fn a_variable_may_name_a_file() {
        let dir = tempfile::tempdir().unwrap();
        let secret = dir.path().join("secret");
        fs::write(&secret, "hush\n").unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let file = pair("XUANHU_IM__KEY_FILE", secret.to_str().unwrap());
        let (gathered, problems) = gather(dir.path(), &[], [file.clone()]);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!((gathered["im.key"].text.as_str(), gathered["im.key"].shown()), ("hush", "***"));
        let (_, problems) = gather(dir.path(), &[], [file, pair("XUANHU_IM__KEY", "other")]);
        assert!(problems[0].line.starts_with("XUANHU_IM__KEY_FILE and XUANHU_IM__KEY are both given"), "{problems:?}");
        let (_, problems) = gather(dir.path(), &[], [pair("XUANHU_IM__KEY_FILE", "/nonexistent")]);
        assert!(problems[0].line.starts_with("XUANHU_IM__KEY_FILE (environment): /nonexistent cannot be read"), "{problems:?}");
    }
}
