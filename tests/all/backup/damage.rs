//! Damaged backups: cut anywhere, with any bit flipped, they are refused in one line, and nothing is left where they were to be restored.

use std::{fs, path::Path};

use xuanhu::backup::{Keys, verify};

use super::{filled, good, text, xuanhu};
use crate::kit::{data_dir, empty_dir};

fn small(dir: &Path, file: &Path) -> Vec<u8> {
    filled(dir, 3);
    good(dir, &["backup", text(file)]);
    fs::read(file).unwrap()
}

#[test]
fn a_backup_that_was_cut_is_none() {
    let (dir, place) = (data_dir(), empty_dir());
    let file = place.path().join("whole");
    let whole = small(dir.path(), &file);
    let cut = place.path().join("cut");
    let places = (0..100).chain((100..whole.len()).step_by(397)).chain(whole.len() - 60..whole.len());
    for end in places {
        fs::write(&cut, &whole[..end]).unwrap();
        let read = verify::read_through(&cut, &Keys::default());
        assert!(read.is_err(), "cut at {end} of {}", whole.len());
    }
    let new = place.path().join("new");
    for end in [0, 10, whole.len() / 2, whole.len() - 1] {
        fs::write(&cut, &whole[..end]).unwrap();
        xuanhu(dir.path(), &["verify", text(&cut)]).failed_in_one_line(&["backup", text(&cut)]);
        xuanhu(&new, &["restore", text(&cut), "--promote"]).failed_in_one_line(&["backup"]);
        assert!(!new.exists() && !place.path().join("new.restoring").exists());
    }
    fs::write(&cut, [&whole[..], b"more"].concat()).unwrap();
    xuanhu(dir.path(), &["verify", text(&cut)]).failed_in_one_line(&["damaged"]);
    fs::write(&cut, "a letter to the tax office").unwrap();
    xuanhu(dir.path(), &["verify", text(&cut)]).failed_in_one_line(&[text(&cut)]);
}

#[test]
fn a_backup_with_a_flipped_bit_is_refused_or_says_the_same() {
    let (dir, place) = (data_dir(), empty_dir());
    let file = place.path().join("whole");
    let whole = small(dir.path(), &file);
    let expected = verify::read_through(&file, &Keys::default()).unwrap();
    let flipped = place.path().join("flipped");
    let bits = whole.len() * 8;
    let mut refused = 0;
    let places: Vec<usize> = (0..200).chain((200..bits).step_by(bits / 300)).chain(bits - 100..bits).collect();
    for bit in &places {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&flipped, bytes).unwrap();
        match verify::read_through(&flipped, &Keys::default()) {
            Err(_) => refused += 1,
            Ok(read) => assert_eq!(read, expected, "bit {bit}"),
        }
    }
    assert!(refused * 100 > places.len() * 95, "{refused} of {}", places.len());
}

#[test]
fn an_encrypted_backup_that_was_cut_is_none() {
    let (dir, place) = (data_dir(), empty_dir());
    filled(dir.path(), 3);
    let at = |name: &str| place.path().join(name);
    let public = good(dir.path(), &["backup-key", text(&at("key"))]);
    let mut sealed = crate::kit::program::command(dir.path(), &["backup", text(&at("whole"))]);
    sealed.env("XUANHU_BACKUP__RECIPIENTS", public.trim().strip_prefix("public key  ").unwrap());
    assert!(sealed.output().unwrap().status.success());
    let (whole, keys) = (fs::read(at("whole")).unwrap(), Keys::read(Some(&at("key")), None).unwrap());
    verify::read_through(&at("whole"), &keys).unwrap();
    for end in (0..300).chain((300..whole.len()).step_by(501)).chain(whole.len() - 50..whole.len()) {
        fs::write(at("cut"), &whole[..end]).unwrap();
        assert!(verify::read_through(&at("cut"), &keys).is_err(), "cut at {end}");
    }
}
