//! The index against brute force, and its life in a directory.

use std::{collections::BTreeSet, fs, path::Path};

use pinyin::ToPinyinMulti;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::base::{fold::fold, id::AnyId, page::Page};

const HERE: Bookmark = Bookmark { store: 7, event: 1 };

fn entry(id: u64, names: &[&str], texts: &[&str], marks: &[Mark]) -> IndexEntry {
    let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    IndexEntry { kind: EntryKind::Term, id: AnyId::from_number(id), names: own(names), texts: own(texts), marks: marks.to_vec() }
}

fn index_of(entries: &[IndexEntry]) -> (TempDir, SearchIndex) {
    let dir = TempDir::new().unwrap();
    let index = SearchIndex::open(dir.path()).unwrap();
    fill(&index, entries, HERE);
    (dir, index)
}

fn fill(index: &SearchIndex, entries: &[IndexEntry], bookmark: Bookmark) {
    let mut writer = index.writer();
    entries.iter().for_each(|entry| writer.put(entry).unwrap());
    writer.commit(bookmark).unwrap();
}

fn query(keyword: &str) -> Query<'_> {
    Query { kind: EntryKind::Term, keyword, marks: Vec::new(), order: HitOrder::Relevance, page: Page::ALL }
}

fn found(index: &SearchIndex, keyword: &str) -> Vec<u64> {
    numbers(&index.search(&query(keyword)).unwrap().items)
}

fn numbers(ids: &[AnyId]) -> Vec<u64> {
    ids.iter().map(|id| id.number()).collect()
}

/// An entry as brute force reads it: its texts folded once, and of each name the readings of each character.
struct Read {
    id: u64,
    texts: Vec<String>,
    heard: Vec<Vec<Vec<String>>>,
}

fn read(entry: &IndexEntry) -> Read {
    let texts = entry.names.iter().chain(&entry.texts).map(|text| fold(text)).filter(|text| !text.is_empty()).collect();
    Read { id: entry.id.number(), texts, heard: entry.names.iter().map(|name| readings(name)).collect() }
}

/// By the library alone: the corpus has no traditional characters, and no readings with marks but ü.
fn readings(name: &str) -> Vec<Vec<String>> {
    let one = |c: char| match c.to_pinyin_multi() {
        Some(all) => all.into_iter().map(|reading| reading.plain().replace('ü', "v")).filter(|reading| reading.len() <= 6).collect(),
        None if c.is_ascii_alphanumeric() => vec![c.to_string()],
        None => Vec::new(),
    };
    let places: Vec<Vec<String>> = fold(name).chars().map(one).filter(|place| !place.is_empty()).collect();
    let chinese = fold(name).chars().any(|c| c.to_pinyin_multi().is_some());
    if chinese { places } else { Vec::new() }
}

/// How well an entry matches, by looking at every text for every word: for one word 4 it is the keyword, 3 it begins with it, 2 it holds it,
/// 1 it sounds so, 0 not at all; for several the sum, and a thousand times more for all of them as they stand.
fn judge(entry: &Read, keyword: &str) -> u32 {
    let keyword = fold(keyword);
    let words: Vec<u32> = keyword.split(' ').filter(|word| !word.is_empty()).map(|word| tier(entry, word)).collect();
    match words.len() {
        _ if words.contains(&0) => 0,
        0 | 1 => words.iter().sum(),
        _ => words.iter().sum::<u32>() + 1_000 * tier(entry, &keyword),
    }
}

fn tier(entry: &Read, keyword: &str) -> u32 {
    let written = entry.texts.iter().map(|text| {
        if text == keyword {
            4
        } else if text.starts_with(keyword) {
            3
        } else {
            2 * u32::from(text.contains(keyword))
        }
    });
    let letters: String = keyword.chars().filter(|c| !matches!(c, ' ' | '\'')).collect();
    let pinyin = letters.chars().all(|c| c.is_ascii_alphanumeric()) && letters.chars().any(|c| c.is_ascii_alphabetic());
    let heard = pinyin && entry.heard.iter().any(|places| sounds_like(places, &letters));
    written.max().unwrap_or(0).max(u32::from(heard))
}

fn sounds_like(places: &[Vec<String>], letters: &str) -> bool {
    (0..places.len()).any(|at| spoken(&places[at..], letters) || begun(&places[at..], letters))
}

fn spoken(places: &[Vec<String>], letters: &str) -> bool {
    letters.is_empty()
        || places.first().is_some_and(|place| {
            place.iter().any(|reading| {
                reading.starts_with(letters) || letters.strip_prefix(reading.as_str()).is_some_and(|rest| spoken(&places[1..], rest))
            })
        })
}

fn begun(places: &[Vec<String>], letters: &str) -> bool {
    let Some(letter) = letters.get(..1) else { return true };
    places.first().is_some_and(|place| place.iter().any(|reading| reading.starts_with(letter)) && begun(&places[1..], &letters[1..]))
}

/// What brute force finds, best first, then newest.
fn expected(entries: &[Read], keyword: &str) -> Vec<u64> {
    let mut hits: Vec<(u32, u64)> = entries.iter().map(|entry| (judge(entry, keyword), entry.id)).filter(|(tier, _)| *tier > 0).collect();
    hits.sort_unstable_by(|a, b| b.cmp(a));
    hits.into_iter().map(|(_, id)| id).collect()
}

/// Names as a dictionary and a hospital list have them, the same on every run.
fn corpus() -> Vec<IndexEntry> {
    const SITES: [&str; 12] = ["头", "胸", "腹", "膝关节", "髋关节", "腰椎", "颈椎", "肝", "肺", "肾", "胃", "甲状腺"];
    const TROUBLES: [&str; 12] = ["痛", "炎", "肿瘤", "结节", "损伤", "骨折", "囊肿", "出血", "功能障碍", "感染", "综合征", "节炎"];
    const TAILS: [&str; 14] =
        ["", "Ⅱ型", "2型", "（急性）", " HP阳性", "术后", "，未特指", "A1b", "伴发热", "hpv", "1", "22", "（慢性）关节", "疼"];
    let mut entries = Vec::new();
    for (i, (site, trouble)) in SITES.iter().flat_map(|s| TROUBLES.iter().map(move |t| (s, t))).enumerate() {
        for (j, tail) in TAILS.iter().enumerate() {
            let code = format!("{}{:02}.{}", char::from(b'A' + (i % 26) as u8), i % 100, j);
            let other = format!("{trouble}见于{site}");
            entries.push(entry(1_000 + entries.len() as u64, &[&format!("{site}{trouble}{tail}"), trouble], &[&code, &other], &[]));
        }
    }
    entries
}

#[test]
fn finds_what_brute_force_finds() {
    let entries = corpus();
    assert!(entries.len() > 2_000);
    let (_dir, index) = index_of(&entries);
    let read: Vec<Read> = entries.iter().map(read).collect();
    let mut keywords: BTreeSet<String> = BTreeSet::new();
    for (i, one) in entries.iter().enumerate().step_by(7) {
        for text in one.names.iter().chain(&one.texts) {
            let chars: Vec<char> = text.chars().collect();
            let (from, long) = (i % chars.len(), 1 + i % 6);
            keywords.insert(chars[from..chars.len().min(from + long)].iter().collect());
        }
        // Each time other readings.
        let places = readings(&one.names[0]);
        let heard: String = places.iter().enumerate().map(|(at, place)| place[(i + at) % place.len()].as_str()).collect();
        keywords.insert(heard.chars().take(1 + i % 12).collect());
        keywords.insert(places.iter().enumerate().map(|(at, place)| &place[(i + at) % place.len()][..1]).take(1 + i % 8).collect());
        if let Some((from, to)) = one.names[0].chars().next().zip(one.texts[1].chars().last()) {
            keywords.insert(format!("{to} {from}"));
            keywords.insert(format!("{from}　{}", heard.get(..2).unwrap_or("a")));
        }
    }
    let own = [
        "t",
        "tt",
        "toutong",
        "TouT",
        "outong",
        "xgj",
        "2xing",
        "hp",
        "HP",
        "ｈｐ",
        "a1B",
        "不存在",
        "痛痛",
        "关节炎",
        "炎伴",
        "zz",
        "头痛头",
        "2",
        "（",
        "痛A00",
        "头痛 A00",
        "头 痛",
        "tou tong",
        "tong tou",
        "头痛 HP阳性",
        "hp yangxing",
        "xingzheng",
        "zonghezheng",
        "zonghezhengx",
        "gugongneng",
        "xiguanjie",
        "qiguanjie",
        "ggnzaxy",
        "jyswtz",
        "A00.1",
        "a00．1",
        "頭痛",
        "脅",
        "膝關節 囊腫",
    ];
    keywords.extend(own.map(str::to_owned));
    assert!(keywords.len() > 300, "{}", keywords.len());
    for keyword in keywords.iter().filter(|keyword| !fold(keyword).is_empty()) {
        let found = index.search(&query(keyword)).unwrap();
        assert_eq!(numbers(&found.items), expected(&read, keyword), "{keyword}");
        assert_eq!(found.total, found.items.len() as u64, "{keyword}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// Few letters and short texts: everything that can touch across the ends of two texts does.
    #[test]
    fn texts_do_not_run_into_each_other(rows in prop::collection::vec(prop::collection::vec("[ab头痛曾2 ]{0,5}", 1..5), 1..12), keywords in prop::collection::vec("[ab头痛曾]{1,6}|[ab头痛曾 ]{1,6}|(t|to|tou|tong|ceng|zeng|c|z|2|a){1,6}", 30)) {
        let entries: Vec<IndexEntry> = rows.iter().zip(1..).map(|(texts, id)| IndexEntry {
            kind: EntryKind::Term, id: AnyId::from_number(id), names: texts[..1 + texts.len() / 2].to_vec(), texts: texts[1 + texts.len() / 2..].to_vec(), marks: Vec::new(),
        }).collect();
        let (_dir, index) = index_of(&entries);
        let read: Vec<Read> = entries.iter().map(read).collect();
        for keyword in keywords.iter().map(String::as_str).chain(["t", "tt", "ttou", "tongt", "att", "outo", "tzct", "zengtoutong", "toutouzen", "ttttt"]).filter(|keyword| !fold(keyword).is_empty()) {
            prop_assert_eq!(found(&index, keyword), expected(&read, keyword), "{:?} in {:?}", keyword, rows);
        }
    }

    #[test]
    fn any_text_is_a_keyword(keyword in "\\PC{0,300}") {
        let (_dir, index) = index_of(&[entry(1, &[&keyword], &[], &[]), entry(2, &["头痛"], &[], &[])]);
        let folded = fold(&keyword);
        // What is longer than a keyword may be is found by its beginning.
        prop_assert!(found(&index, &keyword).contains(&1) || folded.is_empty());
    }
}

#[test]
fn a_name_is_found_however_it_is_written_and_read() {
    let names = ["曾国强", "單雄", "仇小满", "查青", "解缪", "翟覃", "朴区", "阿依古丽·买买提", "乾隆醫院"];
    let entries: Vec<IndexEntry> = names.iter().zip(1..).map(|(name, id)| entry(id, &[name], &[], &[])).collect();
    let (_dir, index) = index_of(&entries);
    for (keyword, ids) in [
        ("zengguoqiang", vec![1]),
        ("cengguoqiang", vec![1]),
        ("zgq", vec![1]),
        ("cgq", vec![1]),
        ("zeng guo qiang", vec![1]),
        ("qiang zeng", vec![1]),
        ("曾國強", vec![1]),
        ("曾 强", vec![1]),
        ("shanxiong", vec![2]),
        ("danxiong", vec![2]),
        ("单雄", vec![2]),
        ("sx", vec![2]),
        ("qiuxiaoman", vec![3]),
        ("zhaqing", vec![4]),
        ("xiemiao", vec![5]),
        ("jiemou", vec![5]),
        ("zhaiqin", vec![6]),
        ("ditan", vec![6]),
        ("piaoou", vec![7]),
        ("puqu", vec![7]),
        ("阿依古丽买买提", vec![8]),
        ("阿依古丽•买买提", vec![8]),
        ("古丽・买", vec![8]),
        ("丽．买", vec![8]),
        ("丽.买", vec![8]),
        ("gulimaimaiti", vec![8]),
        ("agmt", vec![]),
        ("qianlong", vec![9]),
        ("ganlong", vec![9]),
        ("医院", vec![9]),
        ("干隆", vec![9]),
    ] {
        assert_eq!(found(&index, keyword), ids, "{keyword}");
    }
}

#[test]
fn operators_are_plain_characters() {
    let (_dir, index) = index_of(&[entry(1, &["头痛"], &["a AND b"], &[]), entry(2, &["他说\"痛\""], &["😀"], &[])]);
    let cases: [(&str, &[u64]); 19] = [
        ("\"", &[2]),
        ("\"痛\"", &[2]),
        ("AND", &[1]),
        ("and b", &[1]),
        ("头痛 OR 他说", &[]),
        ("说 痛", &[2]),
        ("痛 说 \"", &[2]),
        ("b a", &[1]),
        ("b 痛", &[1]),
        ("b 说", &[]),
        ("*", &[]),
        ("头*", &[]),
        ("name:头痛", &[]),
        ("-头痛", &[]),
        ("\\", &[]),
        ("😀", &[2]),
        ("\u{2}头痛\u{3}", &[1]),
        ("\u{2}头", &[1]),
        ("  ", &[2, 1]),
    ];
    for (keyword, ids) in cases {
        assert_eq!(found(&index, keyword), ids, "{keyword}");
    }
    assert_eq!(found(&index, &"痛".repeat(100_000)), [0; 0]);
}

#[test]
fn pages_are_stable_and_complete_in_every_order() {
    let mut entries = corpus();
    entries.truncate(700);
    let (_dir, index) = index_of(&entries);
    // Another commit, another segment: pages must not depend on where an entry lies.
    fill(&index, &entries[100..200], HERE);
    for order in [HitOrder::Relevance, HitOrder::Newest, HitOrder::Name] {
        let whole = index.search(&Query { order, ..query("炎") }).unwrap();
        let mut paged: Vec<AnyId> = Vec::new();
        for skip in (0..).step_by(7) {
            let part = index.search(&Query { order, page: Page { skip, limit: 7 }, ..query("炎") }).unwrap();
            assert_eq!(part.total, whole.total);
            paged.extend(&part.items);
            if part.items.is_empty() {
                break;
            }
        }
        assert_eq!(paged, whole.items);
        let row = |id: &u64| &entries[usize::try_from(*id - 1_000).unwrap()];
        let judged = |id: &u64| judge(&read(row(id)), "炎");
        let mut sorted = numbers(&whole.items);
        match order {
            HitOrder::Relevance => sorted = expected(&entries.iter().map(read).collect::<Vec<_>>(), "炎"),
            HitOrder::Newest => sorted.sort_unstable_by(|a, b| b.cmp(a)),
            HitOrder::Name => sorted.sort_by_key(|id| (u32::MAX - judged(id), row(id).names[0].clone(), u64::MAX - id)),
        }
        assert_eq!(numbers(&whole.items), sorted, "{order:?}");
    }
    let beyond = index.search(&Query { page: Page { skip: usize::MAX, limit: usize::MAX }, ..query("炎") }).unwrap();
    assert!(beyond.items.is_empty() && beyond.total > 0);
    let none = index.search(&Query { page: Page { skip: 0, limit: 0 }, ..query("炎") }).unwrap();
    assert_eq!((none.items.len(), none.total), (0, beyond.total));
}

#[test]
fn marks_and_kinds_part_what_is_found() {
    let open = || Mark::flag("open");
    let at = |hospital: u64| Mark::of("hospital", hospital);
    let doctor = IndexEntry { kind: EntryKind::Doctor, ..entry(2, &["头痛"], &[], &[at(1), open()]) };
    let entries =
        [entry(1, &["头痛"], &[], &[at(1), open()]), doctor, entry(3, &["头痛"], &[], &[at(11)]), entry(4, &["头痛"], &[], &[at(1)])];
    let (_dir, index) = index_of(&entries);
    for (marks, ids) in
        [(vec![], vec![4, 3, 1]), (vec![at(1)], vec![4, 1]), (vec![open(), at(1)], vec![1]), (vec![at(2)], vec![]), (vec![at(11)], vec![3])]
    {
        let found = index.search(&Query { marks, ..query("头") }).unwrap();
        assert_eq!((found.total, numbers(&found.items)), (ids.len() as u64, ids));
    }
}

#[test]
fn a_change_replaces_and_a_deletion_removes() {
    let (_dir, index) = index_of(&[entry(1, &["头痛"], &[], &[]), entry(11, &["头痛"], &[], &[])]);
    fill(&index, &[entry(1, &["胃痛"], &[], &[])], HERE);
    assert_eq!((found(&index, "头"), found(&index, "痛")), (vec![11], vec![11, 1]));
    let mut writer = index.writer();
    writer.remove(EntryKind::Doctor, AnyId::from_number(1)).unwrap(); // another kind
    writer.remove(EntryKind::Term, AnyId::from_number(11)).unwrap();
    writer.commit(HERE).unwrap();
    assert_eq!(found(&index, "痛"), [1]);
}

#[test]
fn what_is_not_committed_never_happened() {
    let (_dir, index) = index_of(&[entry(1, &["头痛"], &[], &[])]);
    let mut writer = index.writer();
    writer.clear().unwrap();
    writer.put(&entry(2, &["头痛"], &[], &[])).unwrap();
    assert_eq!(found(&index, "头痛"), [1], "until the commit searches see what was");
    drop(writer);
    fill(&index, &[entry(3, &["头痛"], &[], &[])], HERE);
    assert_eq!(found(&index, "头痛"), [3, 1]);
    let mut writer = index.writer();
    writer.clear().unwrap();
    writer.put(&entry(4, &["头痛"], &[], &[])).unwrap();
    writer.commit(HERE).unwrap();
    assert_eq!(found(&index, "头痛"), [4]);
}

#[test]
fn an_index_is_opened_where_it_was_left() {
    let (dir, index) = index_of(&[entry(1, &["头痛"], &[], &[])]);
    let later = Bookmark { store: 7, event: 40 };
    fill(&index, &[entry(2, &["头痛"], &[], &[])], later);
    drop(index);
    let again = SearchIndex::open(dir.path()).unwrap();
    assert_eq!((again.bookmark(), found(&again, "头痛")), (Some(later), vec![2, 1]));
}

#[test]
fn what_cannot_be_read_becomes_empty_and_says_so() {
    let overwrite = |name: &str, text: &'static str| {
        let name = name.to_owned();
        move |dir: &Path| fs::write(dir.join(&name), text).unwrap()
    };
    let older = |dir: &Path| {
        let meta = fs::read_to_string(dir.join("meta.json")).unwrap();
        assert!(meta.contains(r#"{\"version\":2,"#), "{meta}");
        fs::write(dir.join("meta.json"), meta.replace(r#"{\"version\":2,"#, r#"{\"version\":1,"#)).unwrap();
    };
    let segments_gone = |dir: &Path| {
        for file in fs::read_dir(dir)
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|e| e == "idx" || e == "term"))
        {
            fs::remove_file(file).unwrap();
        }
    };
    let damages: [&dyn Fn(&Path); 4] = [&overwrite("meta.json", "{}"), &overwrite("meta.json", ""), &older, &segments_gone];
    for damage in damages {
        let (dir, index) = index_of(&[entry(1, &["头痛"], &[], &[])]);
        drop(index);
        damage(dir.path());
        let index = SearchIndex::open(dir.path()).unwrap();
        assert_eq!(index.bookmark(), None);
        assert!(index.search(&query("头痛")).unwrap_err().is(&INDEX_BUILDING));
        let mut writer = index.writer();
        writer.clear().unwrap();
        writer.put(&entry(2, &["头痛"], &[], &[])).unwrap();
        writer.commit(HERE).unwrap();
        assert_eq!(found(&index, "头痛"), [2]);
    }
}

/// An operator may delete the directory of a running server.
#[test]
fn an_index_whose_directory_is_gone_can_be_built_again() {
    let (dir, index) = index_of(&[entry(1, &["头痛"], &[], &[])]);
    fs::remove_dir_all(dir.path()).unwrap();
    let mut writer = index.writer();
    let failed = writer.put(&entry(2, &["头痛"], &[], &[])).and_then(|()| writer.commit(HERE));
    assert!(failed.is_err());
    assert_eq!(index.bookmark(), None);
    let mut writer = index.writer();
    writer.clear().unwrap();
    writer.put(&entry(3, &["头痛"], &[], &[])).unwrap();
    writer.commit(HERE).unwrap();
    assert_eq!(found(&index, "头痛"), [3]);
}
