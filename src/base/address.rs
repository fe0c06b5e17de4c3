//! Addresses that people give: of mail boxes, of pictures and recordings, of pages.

use super::clean;

pub const EMAIL: &str = "应为邮箱地址，如 name@example.com";
pub const PICTURE: &str = "应为上传接口返回的地址，或 http、https 开头的网址";
pub const PAGE: &str = "应为 http、https 开头的网址，或站内以 / 开头的路径";

/// Where our own uploads are read.
pub const UPLOADS: &str = "/files/";

/// A mail address: one `@`, and a dot in what follows it. Whether mail arrives is not known here. `None` where it is none.
pub fn email(text: &str) -> Option<String> {
    let text = clean::plain(text);
    let (name, domain) = text.split_once('@')?;
    let labels = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "@,;:<>()[]\\\"'".contains(c));
    (labels && plain(name) && plain(domain)).then(|| text.clone())
}

/// The address of a picture or a recording: an upload of ours (`/files/…`) or one on the web. A browser would run `javascript:`, and `data:`
/// or a path of the sender's own phone shows nothing to others.
pub fn picture(text: &str) -> Option<String> {
    let text = clean::line(text);
    let upload = text.strip_prefix(UPLOADS).is_some_and(|name| !name.is_empty() && !name.contains("..") && is_path(name));
    (upload || is_web(&text)).then_some(text)
}

/// The address of a page: on the web, or a path of this site or of the client's own pages.
pub fn page(text: &str) -> Option<String> {
    let text = clean::line(text);
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let inside = !text.starts_with("//") && !path.contains(':') && !text.is_empty() && is_path(&text);
    (inside || is_web(&text)).then_some(text)
}

fn is_web(text: &str) -> bool {
    let scheme =
        ["https://", "http://"].into_iter().find(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
    let rest = scheme.map_or("", |scheme| &text[scheme.len()..]);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && is_path(rest)
}

/// Nothing that ends an attribute or an address.
fn is_path(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"'`\\".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses() {
        for (typed, kept) in
            [("a@b.cn", "a@b.cn"), (" ａ．ｂ＠ｃ．ｏｒｇ\u{200b}", "a.b@c.org"), ("李+x@医院.example", "李+x@医院.example")]
        {
            assert_eq!(email(typed).as_deref(), Some(kept), "{typed}");
        }
        for typed in ["", "not-mail", "a@b", "@b.cn", "a@", "a@b.", "a@.b", "a@@b.cn", "a b@c.cn", "a@b.cn,c@d.cn", "<a@b.cn>"] {
            assert_eq!(email(typed), None, "{typed}");
        }
    }

    #[test]
    fn pictures_are_uploads_or_on_the_web() {
        for typed in ["/files/0123.jpg", "https://example.com/a.png?x=1", "HTTP://example.com", "https://图.example/头像.png"] {
            assert_eq!(picture(&format!(" {typed}\u{200b}\n")).as_deref(), Some(typed));
        }
        for typed in [
            "",
            "javascript:alert(1)",
            "java\u{0}script:alert(1)",
            "JavaScript://example.com/%0aalert(1)",
            "data:image/png;base64,AAAA",
            "file:///etc/passwd",
            "wxfile://tmp/1.jpg",
            "//example.com/a.png",
            "/files/",
            "/files/../secret.key",
            "/other/a.png",
            "a.png",
            "5",
            "https://",
            "https:///a.png",
            "https://example.com/\"onload=1",
            "https://example.com/a b",
        ] {
            assert_eq!(picture(typed), None, "{typed}");
        }
    }

    #[test]
    fn pages_are_here_or_on_the_web() {
        for typed in ["https://example.com/", "/project/1002", "pages/news/detail?id=7", "pages/x?back=a:b"] {
            assert_eq!(page(typed).as_deref(), Some(typed));
        }
        for typed in ["", "javascript:alert(1)", "\u{1}javascript:alert(1)", "data:text/html,x", "//example.com", "vbscript:x"] {
            assert_eq!(page(typed), None, "{typed}");
        }
    }
}
