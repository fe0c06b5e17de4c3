//! Names of people. The text is what people wrote; the parts are added only where they are sure.

use serde_json::{Value, json};

use crate::base::fold::simplified;

/// Surnames of two characters, in simplified ones.
const COMPOUND: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "司徒", "东方", "独孤", "南宫", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "宇文", "长孙", "万俟",
    "闻人", "赫连", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "仲孙", "轩辕", "钟离", "鲜于", "闾丘", "司空", "亓官",
    "司寇", "仉督", "子车", "颛孙", "端木", "巫马", "公西", "漆雕", "乐正", "壤驷", "公良", "拓跋", "夹谷", "宰父", "谷梁", "百里", "东郭",
    "南门", "呼延", "羊舌", "微生", "梁丘", "左丘", "东门", "西门", "南荣", "第五", "公羊", "公仪", "公乘", "太史", "仲长", "叔孙", "屈突",
    "尔朱", "纳兰", "完颜", "耶律", "富察", "钮祜", "叶赫", "东里", "胥门", "段干", "贺兰", "达奚", "哥舒", "褚师", "即墨", "相里",
];

/// A `HumanName`; empty where there is no name.
pub fn official(text: &str) -> Value {
    let text = text.trim();
    if text.is_empty() {
        return Value::Null;
    }
    match parts(text) {
        Some((family, given)) => json!({ "use": "official", "text": text, "family": family, "given": [given] }),
        None => json!({ "use": "official", "text": text }),
    }
}

/// Surname and given name of a name of two to four Han characters: one of the compound surnames where something follows it, else the first
/// character. `None` for every other name: there the parts would be a guess.
pub fn parts(text: &str) -> Option<(String, String)> {
    let chars: Vec<char> = text.chars().collect();
    if !(2..=4).contains(&chars.len()) || !chars.iter().copied().all(is_han) {
        return None;
    }
    let two: String = chars.iter().take(2).copied().map(simplified).collect();
    let long = if chars.len() > 2 && COMPOUND.contains(&two.as_str()) { 2 } else { 1 };
    Some((chars[..long].iter().collect(), chars[long..].iter().collect()))
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3007}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_sure_parts_are_told() {
        for (text, family, given) in [
            ("秦白露", "秦", "白露"),
            ("程晚", "程", "晚"),
            ("欧阳白露", "欧阳", "白露"),
            ("歐陽露", "歐陽", "露"),
            ("欧阳", "欧", "阳"),
            ("单于晚", "单于", "晚"),
            ("曾小满", "曾", "小满"),
            ("𠮷小满", "𠮷", "小满"),
        ] {
            assert_eq!(parts(text), Some((family.into(), given.into())), "{text}");
        }
        for text in ["", "露", "买买提·艾力", "Qin Bailu", "秦 白露", "秦白露A", "古丽白露小满", "秦(白露)"] {
            assert_eq!(parts(text), None, "{text}");
        }
        assert_eq!(official(" 买买提·艾力 "), json!({ "use": "official", "text": "买买提·艾力" }));
        assert_eq!(official(" "), Value::Null);
    }

    #[test]
    fn surnames_are_two_characters_each_once() {
        assert!(COMPOUND.iter().all(|surname| surname.chars().count() == 2));
        assert!(COMPOUND.iter().all(|surname| COMPOUND.iter().filter(|other| *other == surname).count() == 1));
    }
}
