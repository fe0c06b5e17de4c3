//! `xuanhu.toml` without its secrets, for a backup that can be handed on: lines with one are taken out, and what cannot be without it is commented
//! out, so that the settings still start a server.

use toml::{Spanned, de::DeTable, de::DeValue};

use crate::base::{
    error::{INTERNAL, Result},
    settings::KEYS,
};

/// Begins a line in the place of a secret. The server that reads such settings says which are missing.
pub const LEFT_OUT: &str = "# left out of the backup, to be set again: ";

/// What does not start without the secret.
#[rustfmt::skip]
const PARTNERS: &[(&str, &[&str])] = &[
    ("sms.aliyun.access_key_secret", &["sms.provider", "sms.aliyun.access_key_id"]),
    ("sms.tencent.secret_key",       &["sms.provider", "sms.tencent.secret_id"]),
    ("payment.wechat.api_v3_key",    &["payment.provider"]),
    ("wechat.secret",                &["wechat.app_id", "wechat.require_code"]),
    ("wechat.official.secret",       &["wechat.official.app_id"]),
    ("im.key",                       &["im.sdk_app_id"]),
];

/// A setting in the text: its name, and the bytes from its key to the end of its value.
type Place = (String, usize, usize);

pub fn of(text: &str) -> Result<String> {
    let table = DeTable::parse(text).map_err(|e| INTERNAL.caused_by(e))?;
    let mut places = Vec::new();
    find(table.get_ref(), "", &mut places);
    let has = |name: &str| places.iter().any(|(known, ..)| is_below(known, name));
    let secrets: Vec<_> = KEYS.iter().filter(|key| key.secret && has(key.name)).map(|key| key.name).collect();
    let partners: Vec<_> = PARTNERS.iter().filter(|(secret, _)| secrets.contains(secret)).flat_map(|(_, with)| *with).collect();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let line_of = |at: usize| text[..at].matches('\n').count();
    for (name, from, to) in &places {
        let is_secret = secrets.iter().any(|secret| is_below(name, secret));
        let is_partner = partners.iter().any(|partner| is_below(name, partner));
        for (number, line) in lines.iter_mut().enumerate().take(line_of(*to) + 1).skip(line_of(*from)) {
            if is_secret {
                // All of the line: an inline table may have it in its middle.
                *line = if number == line_of(*from) { format!("{LEFT_OUT}{name}") } else { String::new() };
            } else if is_partner && !line.starts_with('#') {
                *line = format!("# {line}");
            }
        }
    }
    Ok(lines.join("\n") + "\n")
}

fn is_below(name: &str, key: &str) -> bool {
    name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn find(table: &DeTable<'_>, above: &str, places: &mut Vec<Place>) {
    for (key, value) in table.iter() {
        let name = if above.is_empty() { key.get_ref().to_string() } else { format!("{above}.{}", key.get_ref()) };
        match value.get_ref() {
            DeValue::Table(below) => find(below, &name, places),
            _ => places.push((name, key.span().start, Spanned::span(value).end)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::settings::Settings;

    #[test]
    fn secrets_go_and_the_rest_still_starts() {
        let text = "[clinic]\nname = '仁心'\n[payment]\nprovider = \"wechat\" # ours\nwechat.api_v3_key = 'hush-1'\n[sms]\nprovider = 'aliyun'\n\
                    aliyun = { access_key_id = 'a', access_key_secret = 'hush-2' }\n[im]\nsdk_app_id = 1400000001\nkey = '''\nhush-3\n'''\n";
        let safe = of(text).unwrap();
        assert!(!safe.contains("hush") && safe.contains("name = '仁心'"), "{safe}");
        for left in ["payment.wechat.api_v3_key", "sms.aliyun.access_key_secret", "im.key"] {
            assert!(safe.contains(&format!("{LEFT_OUT}{left}")), "{left}: {safe}");
        }
        let dir = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        std::fs::write(dir.path().join("xuanhu.toml"), &safe).unwrap();
        let settings = Settings::load(dir.path(), &[], []).unwrap();
        assert_eq!(settings.clinic.name, "仁心");
        assert_eq!(settings.text("sms.provider"), "outbox");
    }
}
