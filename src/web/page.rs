//! Pages: their parts' addresses get the version, and what their scripts import is announced.
//!
//! A browser finds an `import` only when it has read the file that has it; `modulepreload` links let it fetch the whole tree at once.

use std::collections::BTreeSet;

/// The page `text` with versioned addresses and `modulepreload` links. `read` answers the text of a file (`web/shared/api.js`).
pub fn write(text: &str, version: &str, read: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len() + 2_000);
    let mut scripts = BTreeSet::new();
    // Every second piece stands between quotes.
    let pieces: Vec<&str> = text.split('"').collect();
    for (n, piece) in pieces.iter().copied().enumerate() {
        if n > 0 {
            out.push('"');
        }
        match piece.strip_prefix("/web/").filter(|rest| n % 2 == 1 && read(&format!("web/{rest}")).is_some()) {
            Some(rest) => {
                out.push_str(&address(version, rest));
                // A script that is no module is fetched as it stands: announced as one it would be fetched twice.
                if rest.ends_with(".js") && n >= 2 && pieces[n - 2] == "module" {
                    gather(&format!("web/{rest}"), read, &mut scripts);
                }
            }
            None => out.push_str(piece),
        }
    }
    let links: String = scripts
        .iter()
        .filter_map(|name| name.strip_prefix("web/"))
        .map(|name| format!("<link rel=\"modulepreload\" href=\"{}\">\n", address(version, name)))
        .collect();
    out.replacen("</head>", &format!("{links}</head>"), 1)
}

fn address(version: &str, part: &str) -> String {
    format!("/web/~{version}/{part}")
}

/// The script and everything that it imports, through and through.
fn gather(name: &str, read: &dyn Fn(&str) -> Option<String>, into: &mut BTreeSet<String>) {
    let Some(text) = read(name) else { return };
    if into.insert(name.to_owned()) {
        for import in imports(&text) {
            gather(&resolve(name, &import), read, into);
        }
    }
}

/// Relative addresses in `import … from "./x.js"`, `export … from "./x.js"` and `import "./x.js"`. What `import()` loads later is left out.
fn imports(text: &str) -> Vec<String> {
    let comment = |at: usize| {
        let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_start();
        line.starts_with("//") || line.starts_with('*') || line.starts_with("/*")
    };
    let mut found = Vec::new();
    for start in ["from \"", "import \""] {
        for (at, _) in text.match_indices(start).filter(|(at, _)| !comment(*at)) {
            let path = text[at + start.len()..].split('"').next().unwrap_or_default();
            if path.starts_with('.') && path.ends_with(".js") {
                found.push(path.to_owned());
            }
        }
    }
    found
}

/// `web/patient/app.js` and `../shared/api.js`: `web/shared/api.js`.
fn resolve(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str) -> Option<String> {
        let text = match name {
            "web/a/app.js" => {
                "import {\n  x,\n} from \"../b/one.js\";\n// import \"./gone.js\";\nconst late = () => import(\"./late.js\");"
            }
            "web/b/one.js" => "import \"./two.js\";\nexport { y } from \"./two.js\";",
            "web/b/two.js" => "import { z } from \"./one.js\";",
            "web/a/late.js" => "",
            _ => return None,
        };
        Some(text.to_owned())
    }

    #[test]
    fn a_page_announces_what_its_scripts_import() {
        let page = "<head><script type=\"module\" src=\"/web/a/app.js\"></script></head><a href=\"/web/a/\">/web/a/app.js</a>";
        let written = write(page, "7", &read);
        assert!(written.contains("src=\"/web/~7/a/app.js\""), "{written}");
        let links: Vec<_> =
            written.split("modulepreload\" href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect();
        assert_eq!(links, ["/web/~7/a/app.js", "/web/~7/b/one.js", "/web/~7/b/two.js"]);
        assert!(written.ends_with("<a href=\"/web/a/\">/web/a/app.js</a>"), "{written}");
    }
}
