//! Scripts as they go out: without the comments that stand on lines of their own. They explain the source to whoever changes it; on a phone's
//! first visit they would be a tenth of all bytes. Lines keep their numbers, so that a fault's place is that of the source.

/// The script without its lines of comment. Comments behind code stay, and so does what is in a template: no line of one begins like a
/// comment (a test looks).
pub fn without_comments(script: &str) -> String {
    let mut lean = String::with_capacity(script.len());
    let mut inside = false;
    for line in script.split_inclusive('\n') {
        let text = line.trim();
        let begins = text.starts_with("/*");
        if inside || begins || text.starts_with("//") {
            inside = (inside || begins) && !text.ends_with("*/");
            lean.push('\n');
        } else {
            lean.push_str(line);
        }
    }
    lean
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn lines_of_comment_become_empty() {
        let script = "// What it is.\nconst a = 1; // one\n/** Says\n * more. */\n  /* here */\nconst b = \"//\";\n";
        assert_eq!(without_comments(script), "\nconst a = 1; // one\n\n\n\nconst b = \"//\";\n");
    }
}
