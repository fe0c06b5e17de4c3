//! What people and attackers upload (志愿医生 1.2.2): what is taken, what is left of it, what is refused and with which words.

pub mod samples;
mod showing;

use std::fs;

use image::ImageFormat;
use serde_json::Value;

use crate::kit::{Answer, Client, TestServer};
use samples::SECRET;

pub fn upload(who: &Client, bytes: &[u8]) -> Answer {
    who.request("POST", "/imgupload").multipart(&[], &[("file", "IMG_0001.JPG", bytes)]).send()
}

/// The path of an upload that is accepted.
#[track_caller]
pub fn kept(who: &Client, bytes: &[u8]) -> String {
    let url = upload(who, bytes).ok()["url"].as_str().unwrap().to_owned();
    format!("/files/{}", url.split_once("/files/").unwrap().1)
}

fn tells(bytes: &[u8]) -> bool {
    // A part is enough: somebody's phone, somebody's street.
    SECRET.chunks(8).any(|part| bytes.windows(part.len()).any(|window| window == part))
}

/// Refused in the words that its owner needs.
#[track_caller]
fn refused(who: &Client, bytes: &[u8], status: u16, slug: &str, words: &[&str]) {
    let answer = upload(who, bytes);
    answer.refused(status, slug);
    let message = answer.json["error_message"].as_str().unwrap();
    assert!(words.iter().all(|word| message.contains(word)), "{message} does not say {words:?}");
}

#[test]
fn pictures_tell_nothing_but_what_they_show() {
    let server = TestServer::open();
    let patient = server.patient();
    for orientation in 1..=8 {
        for (kind, bytes) in [
            ("jpg", samples::phone_jpeg(120, 64, orientation)),
            ("png", samples::phone_png(120, 64, orientation)),
            ("webp", samples::phone_webp(120, 64, orientation)),
        ] {
            assert!(tells(&bytes));
            let path = kept(&patient, &bytes);
            assert!(path.ends_with(&format!(".{kind}")), "{path}");
            let file = server.nobody().get(&path).bytes;
            assert!(!tells(&file), "{kind} {orientation}: {}", file.escape_ascii());
            // Not a pixel is another, and whoever shows it knows which way is up.
            let stored = image::load_from_memory(&file).unwrap().to_rgb8();
            assert_eq!(stored, image::load_from_memory(&bytes).unwrap().to_rgb8(), "{kind} {orientation}");
            assert_eq!(orientation_of(&file), orientation, "{kind}");
        }
    }
    let path = kept(&patient, &samples::phone_gif(200, 100));
    let file = server.nobody().get(&path).bytes;
    assert!(!tells(&file) && file.ends_with(b";"), "{}", file.escape_ascii());
    assert!(file.windows(11).any(|window| window == b"NETSCAPE2.0"), "it still moves");
    assert_eq!(image::load_from_memory(&file).unwrap().to_rgb8().get_pixel(0, 0).0, [220, 20, 20]);
}

/// As a browser reads it: the first EXIF that is there.
fn orientation_of(bytes: &[u8]) -> u8 {
    use image::ImageDecoder;
    let mut decoder = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap().into_decoder().unwrap();
    decoder.orientation().unwrap().to_exif()
}

/// Colours stay: the profile of a JPEG is no secret.
#[test]
fn colours_stay() {
    let server = TestServer::open();
    let path = kept(&server.patient(), &samples::phone_jpeg(60, 40, 1));
    let file = server.nobody().get(path).bytes;
    assert!(file.windows(11).any(|window| window == b"ICC_PROFILE"));
    assert!(file.windows(4).any(|window| window == b"JFIF"));
}

#[test]
fn recordings_tell_nothing_but_what_they_say() {
    let server = TestServer::open();
    let patient = server.patient();
    let wav = samples::riff(
        b"WAVE",
        &[
            (b"LIST", SECRET),
            (b"fmt ", &[1, 0, 1, 0, 64, 31, 0, 0, 64, 31, 0, 0, 1, 0, 8, 0]),
            (b"data", b"the sound itself"),
            (b"id3 ", SECRET),
        ],
    );
    for (kind, mime, bytes) in [
        ("m4a", "audio/mp4", samples::mp4(b"M4A ", b"soun")),
        ("m4a", "audio/mp4", samples::mp4(b"isom", b"soun")),
        ("ogg", "audio/ogg", samples::ogg()),
        ("webm", "audio/webm", samples::webm(2)),
        ("wav", "audio/wav", wav),
        ("mp3", "audio/mpeg", samples::mp3()),
        ("amr", "audio/amr", b"#!AMR\n\x0C\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec()),
    ] {
        let path = kept(&patient, &bytes);
        let file = server.nobody().get(&path);
        assert!(path.ends_with(kind) && file.header("content-type") == mime, "{path}");
        assert!(!tells(&file.bytes), "{kind}: {}", file.bytes.escape_ascii());
        let sound = b"the sound itself";
        if bytes.windows(sound.len()).any(|window| window == sound) {
            assert!(file.bytes.windows(sound.len()).any(|window| window == sound), "{kind} has lost its sound");
        }
        // Whatever size is asked for: there is nothing to make smaller.
        assert_eq!(server.nobody().get(format_args!("{path}?w=100")).bytes, file.bytes);
    }
    let ogg = server.nobody().get(kept(&patient, &samples::ogg())).bytes;
    assert_eq!(ogg.len(), samples::ogg().len(), "nothing moves");
    let second = 28 + 19;
    let mut page = ogg[second..ogg.len() - 28 - 16].to_vec();
    let sum: [u8; 4] = page[22..26].try_into().unwrap();
    page[22..26].fill(0);
    assert_eq!(u32::from_le_bytes(sum), samples::ogg_sum(&page), "the checksum of the page is right");
    assert_eq!(samples::mp4(b"M4A ", b"soun").len(), server.nobody().get(kept(&patient, &samples::mp4(b"M4A ", b"soun"))).bytes.len());
}

#[test]
fn what_is_refused_is_called_by_its_name() {
    let server = TestServer::open();
    let patient = server.patient();
    let silk = b"\x02#!SILK_V3\x0C\0".to_vec();
    for (bytes, words) in [
        (samples::mp4_box(b"ftyp", b"heic\0\0\0\0heicmif1"), ["HEIC", "兼容性最佳"]),
        (samples::mp4(b"3gp4", b"soun"), ["3GP", "M4A"]),
        (samples::mp4(b"isom", b"vide"), ["视频", "截图"]),
        (samples::mp4(b"mp42", b"vide"), ["视频", "截图"]),
        (samples::mp4(b"qt  ", b"vide"), ["MOV 视频", "截图"]),
        (samples::webm(1), ["视频", "截图"]),
        (silk, ["SILK", "M4A"]),
        (b"%PDF-1.7\n%\xE2\xE3".to_vec(), ["PDF", "拍照"]),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), ["SVG", "PNG"]),
        (b"II*\0\x08\0\0\0".to_vec(), ["TIFF", "JPEG"]),
        (b"PK\x03\x04\x14\0\0\0".to_vec(), ["ZIP", "解压"]),
        ("姓名,电话\n".as_bytes().to_vec(), ["文本", "直接填写"]),
        (b"\x01\x02\x03".to_vec(), ["无法识别", "照片"]),
        (samples::phone_jpeg(64, 64, 1)[..300].to_vec(), ["不完整", "重新"]),
        (samples::phone_png(64, 64, 1)[..300].to_vec(), ["不完整", "重新"]),
        (samples::ogg()[..60].to_vec(), ["录音", "重新"]),
    ] {
        refused(&patient, &bytes, 415, "unsupported_media_type", &words);
    }
    assert_eq!(fs::read_dir(server.dir().join("uploads")).unwrap().count(), 1, "only the thumbnails' directory");
}

#[test]
fn what_cannot_be_shown_is_refused_when_it_comes() {
    let server = TestServer::open();
    let patient = server.patient();
    // The head is right, the data is not.
    let mut png = samples::flat_png(64, 64, 3, false);
    let middle = png.len() / 2;
    png[middle] ^= 0x55;
    refused(&patient, &png, 415, "unsupported_media_type", &["重新拍照"]);
    let webp = samples::phone_webp(64, 64, 1);
    let cut = samples::riff(b"WEBP", &[(b"VP8L", &webp[38 + 8..38 + 20])]);
    refused(&patient, &cut, 415, "unsupported_media_type", &["重新拍照"]);
    // Arithmetic coding and lossless JPEG, which no browser shows.
    for frame in [0xC9, 0xC3] {
        let mut jpeg = samples::flat_jpeg(64, 64, &[(1, 1)], false);
        let at = jpeg.windows(2).position(|window| window == [0xFF, 0xC0]).unwrap();
        jpeg[at + 1] = frame;
        refused(&patient, &jpeg, 415, "unsupported_media_type", &["少见的编码"]);
    }
    // Thousands of scans over the same picture keep a decoder busy for minutes.
    let whole = samples::flat_jpeg(4_000, 4_000, &[(1, 1)], true);
    let at = whole.windows(2).rposition(|window| window == [0xFF, 0xDA]).unwrap();
    let scan = &whole[at..whole.len() - 2];
    let many = [&whole[..at], scan[..12].repeat(100).as_slice(), scan, b"\xFF\xD9"].concat();
    refused(&patient, &many, 415, "unsupported_media_type", &["重新拍照"]);
}

#[test]
fn pixels_are_counted_before_anything_is_decoded() {
    let server = TestServer::open();
    let patient = server.patient();
    let phone = samples::flat_jpeg(12_000, 9_000, &[(2, 2), (1, 1), (1, 1)], true);
    refused(&patient, &phone, 413, "too_many_pixels", &["12000×9000", "1.1 亿像素", "最多 5000 万像素", "缩小"]);
    refused(&patient, &samples::flat_png(9_000, 9_000, 3, false), 413, "too_many_pixels", &["9000×9000", "8100 万像素"]);
    let mut gif = samples::phone_gif(8, 8);
    gif[6..10].copy_from_slice(&[0xFF; 4]);
    refused(&patient, &gif, 413, "too_many_pixels", &["65535×65535"]);
    // A small screen on which a huge frame is drawn.
    let mut gif = samples::phone_gif(8, 8);
    let frame = gif.windows(3).position(|window| window == [0x2C, 0, 0]).unwrap();
    gif[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
    let answer = upload(&patient, &gif);
    assert!([413, 415].contains(&answer.status), "{answer}");
    let server = TestServer::with(&[("uploads.max_pixels", "10000")]);
    let patient = server.patient();
    kept(&patient, &samples::encoded(&samples::scene(100, 100), ImageFormat::Png));
    let larger = samples::encoded(&samples::scene(101, 100), ImageFormat::Png);
    refused(&patient, &larger, 413, "too_many_pixels", &["101×100", "最多 1 万像素"]);
}

#[test]
fn sizes_are_said_as_they_are() {
    let server = TestServer::open();
    let patient = server.patient();
    let jpeg = samples::phone_jpeg(64, 64, 1);
    let padded = |length: usize| [jpeg.as_slice(), &vec![0; length - jpeg.len()]].concat();
    kept(&patient, &padded(10 << 20));
    for length in [(10 << 20) + 1, 12 << 20] {
        refused(&patient, &padded(length), 413, "upload_too_large", &["最多 10 MB"]);
    }
    let server = TestServer::with(&[("limits.upload_bytes", "1536KiB")]);
    refused(&server.patient(), &padded(2 << 20), 413, "upload_too_large", &["最多 1.5 MB"]);
}

#[test]
fn a_person_uploads_so_much_a_day() {
    let server = TestServer::with(&[
        ("limits.enabled", "true"),
        ("limits.requests_per_second", "100000"),
        ("limits.login_per_minute", "1000"),
        ("limits.upload_bytes_per_day", "256KiB"),
    ]);
    let (patient, other) = (server.patient(), server.patient());
    let small = samples::phone_jpeg(64, 64, 1);
    // A small file counts as 64 KiB.
    let paths: Vec<_> = (0..4).map(|_| kept(&patient, &small)).collect();
    let files = || fs::read_dir(server.dir().join("uploads")).unwrap().count();
    let before = files();
    let refusal = upload(&patient, &small);
    refusal.refused(429, "upload_quota");
    assert!(refusal.json["error_message"].as_str().unwrap().contains("最多 256 KB"), "{refusal}");
    assert_eq!(refusal.header("retry-after"), "86400");
    assert_eq!(files(), before, "a refused upload left a file behind");
    kept(&other, &small);
    server.nobody().get(&paths[0]);
    server.advance("24h");
    kept(&patient.clone().signed_in_again(&server), &small);
}

/// Whoever sends many at once gets no more than whoever sends them one by one.
#[test]
fn the_day_holds_for_uploads_at_the_same_time() {
    let server = TestServer::with(&[
        ("limits.enabled", "true"),
        ("limits.requests_per_second", "100000"),
        ("limits.login_per_minute", "1000"),
        ("limits.upload_bytes_per_day", "256KiB"),
    ]);
    let patient = server.patient();
    let small = samples::phone_jpeg(64, 64, 1);
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..12).map(|_| scope.spawn(|| upload(&patient, &small))).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 4);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.slug() == Some("upload_quota")));
    assert_eq!(fs::read_dir(server.dir().join("uploads")).unwrap().count(), 4 + 1);
}

#[test]
fn administrators_upload_too() {
    let server = TestServer::open();
    let picture = samples::phone_jpeg(64, 64, 1);
    kept(&server.admin(), &picture);
    server.admin().post("/admin/administrators", serde_json::json!({ "username": "desk", "password": "secret-desk" })).created();
    let token: Value = server.nobody().post("/admin/login", serde_json::json!({ "username": "desk", "password": "secret-desk" })).ok();
    let path = kept(&server.nobody().with_token(token["token"].as_str().unwrap()), &picture);
    assert_eq!(server.nobody().get(path).status, 200);
}

/// What an earlier release kept as it came is freed of it at the next start, once.
#[test]
fn older_uploads_are_freed_of_what_they_tell() {
    use xuanhu::domain::shared::{
        upgrade_step::{CLEAN_UPLOADS, UpgradeStep},
        upload,
    };
    let mut server = TestServer::open();
    let patient = server.patient();
    let photos: Vec<_> = (0..25).map(|_| samples::phone_jpeg(60, 40, 6)).collect();
    let paths: Vec<_> = photos.iter().map(|photo| kept(&patient, photo)).collect();
    let done = |server: &TestServer| {
        server.app().store.view().get::<UpgradeStep>(CLEAN_UPLOADS).unwrap().is_some_and(|step| step.done_at.is_some())
    };
    let wait = |server: &TestServer| {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !done(server) {
            assert!(std::time::Instant::now() < deadline, "the uploads are not cleaned");
            std::thread::yield_now();
        }
    };
    wait(&server);
    let file = |server: &TestServer, path: &str| server.dir().join("uploads").join(path.strip_prefix("/files/").unwrap());
    for (path, photo) in paths.iter().zip(&photos) {
        fs::write(file(&server, path), photo).unwrap();
    }
    // One is gone, one was cut short: they stop nothing.
    fs::remove_file(file(&server, &paths[0])).unwrap();
    fs::write(file(&server, &paths[1]), &photos[1][..200]).unwrap();
    server.app().store.write_blocking(|db| db.delete::<UpgradeStep>(CLEAN_UPLOADS)).unwrap();
    server.restart();
    wait(&server);
    for path in &paths[2..] {
        let bytes = server.nobody().get(path).bytes;
        assert!(!tells(&bytes), "{}", bytes.escape_ascii());
        assert_eq!(orientation_of(&bytes), 6, "which way is up stays");
        let row = upload::by_name(&server.app().store.view(), path.strip_prefix("/files/").unwrap()).unwrap().unwrap();
        assert_eq!((row.size, row.owner), (bytes.len() as u64, xuanhu::base::id::AccountId::from_number(patient.id)));
    }
    assert_eq!(fs::read(file(&server, &paths[1])).unwrap(), &photos[1][..200], "what cannot be understood stays as it is");
    // Once: what lies there later is not looked at again.
    fs::write(file(&server, &paths[2]), &photos[2]).unwrap();
    server.restart();
    assert!(done(&server) && tells(&fs::read(file(&server, &paths[2])).unwrap()));
}
