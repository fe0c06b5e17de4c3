//! How uploads are shown: thumbnails of few sizes, upright, in a cache that has an end; parts of files for players; and no picture that costs
//! more memory than there is.

use std::{fs, path::Path};

use image::ImageFormat;

use super::{kept, samples};
use crate::kit::{Answer, TestServer, data_dir, phone, program::Running};

fn sides(answer: &Answer) -> (u32, u32) {
    assert_eq!(answer.status, 200, "{answer}");
    let picture = image::load_from_memory(&answer.bytes).unwrap();
    (picture.width(), picture.height())
}

#[test]
fn thumbnails_stand_upright() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    for orientation in 1..=8 {
        for (mime, bytes) in [
            ("image/jpeg", samples::phone_jpeg(400, 300, orientation)),
            ("image/png", samples::phone_png(400, 300, orientation)),
            ("image/webp", samples::phone_webp(400, 300, orientation)),
        ] {
            let path = kept(&patient, &bytes);
            for (query, size) in
                [("w=100", (120, 90)), ("h=100", (160, 120)), ("w=240&h=240", (240, 180)), ("w=120&h=120&fit=crop", (120, 120))]
            {
                let small = clinic.nobody().get(format_args!("{path}?{query}"));
                assert_eq!((sides(&small), small.header("content-type")), (size, mime), "{query} {orientation}");
                assert!(query.contains("crop") || samples::is_upright(&small.bytes), "{mime} {query} {orientation}");
            }
        }
    }
    let moving = kept(&patient, &samples::phone_gif(200, 150));
    let still = clinic.nobody().get(format_args!("{moving}?w=120"));
    assert_eq!((sides(&still), still.header("content-type")), ((120, 90), "image/png"));
}

#[test]
fn thumbnails_have_few_sizes_and_are_never_larger_than_the_picture() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    let path = kept(&patient, &samples::encoded(&samples::scene(600, 500), ImageFormat::Png));
    let whole = clinic.nobody().get(&path);
    for (query, size) in [
        ("w=1", (120, 100)),
        ("w=121", (240, 200)),
        ("w=481", (600, 500)),
        ("w=1941", (600, 500)),
        ("h=960&w=2000&fit=crop", (500, 500)),
        ("h=100&w=900&fit=crop", (600, 75)),
    ] {
        assert_eq!(sides(&clinic.nobody().get(format_args!("{path}?{query}"))), size, "{query}");
    }
    for w in 1_941..1_981 {
        assert_eq!(clinic.nobody().get(format_args!("{path}?w={w}")).bytes, whole.bytes, "the picture itself");
    }
    for query in ["w=0", "w=2001", "h=-1", "w=a", "w=100&fit=stretch"] {
        clinic.nobody().get(format_args!("{path}?{query}")).refused(400, "invalid_field");
    }
    assert!(fs::read_dir(clinic.dir().join("uploads/thumbnails")).unwrap().count() <= 4);
    clinic.nobody().get("/files/00000000000000000000000000000000.png?w=100").refused(404, "not_found");
}

/// Strips of a long chat, lines, dots, greys, transparency, inks: whatever is accepted has a thumbnail.
#[test]
fn every_shape_and_colour_is_shown() {
    let clinic = TestServer::open();
    let patient = clinic.patient();
    let yuv = [(2, 2), (1, 1), (1, 1)];
    for (bytes, (w, h)) in [
        (samples::flat_jpeg(1, 1, &[(1, 1)], false), (1, 1)),
        (samples::flat_jpeg(1_000, 20_000, &yuv, false), (120, 2_400)),
        (samples::flat_jpeg(20_000, 1_000, &yuv, true), (120, 6)),
        (samples::flat_jpeg(65_535, 1, &[(1, 1)], false), (120, 1)),
        (samples::flat_jpeg(1_001, 999, &[(2, 1), (1, 1), (1, 1)], true), (120, 120)),
        (samples::flat_jpeg(1_000, 1_000, &[(1, 1); 4], false), (120, 120)),
        (samples::flat_png(1_000, 500, 1, false), (120, 60)),
        (samples::flat_png(1_000, 500, 2, false), (120, 60)),
        (samples::flat_png(999, 501, 3, true), (120, 60)),
        (samples::flat_png(999, 501, 4, true), (120, 60)),
        (samples::flat_png(3, 7, 4, true), (3, 7)),
        (samples::moving_webp(300, 150), (120, 60)),
        (samples::LOSSY_WEBP.to_vec(), (1, 1)),
    ] {
        let path = kept(&patient, &bytes);
        assert_eq!(sides(&clinic.nobody().get(format_args!("{path}?w=120"))), (w, h));
    }
    let clear = samples::flat_png(500, 500, 4, false);
    let small = clinic.nobody().get(format_args!("{}?w=120", kept(&patient, &clear))).bytes;
    assert_eq!(image::load_from_memory(&small).unwrap().to_rgba8().get_pixel(5, 5).0, [0x80; 4]);
}

#[test]
fn the_cache_has_an_end() {
    let mut clinic = TestServer::with(&[("uploads.thumbnail_cache", "100KiB")]);
    let patient = clinic.patient();
    let noise =
        image::RgbImage::from_fn(300, 300, |x, y| image::Rgb([((x * 7919) ^ (y * 104_729)) as u8, (x * y) as u8, (x * 31 + y * 17) as u8]));
    let path = kept(&patient, &samples::encoded(&noise, ImageFormat::Png));
    let queries: Vec<String> =
        ["w", "h"].iter().flat_map(|side| [120, 240].map(|n| format!("{side}={n}"))).chain(["w=240&h=120&fit=crop".into()]).collect();
    let bytes = |clinic: &TestServer| -> u64 {
        let files = fs::read_dir(clinic.dir().join("uploads/thumbnails")).unwrap();
        files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
    };
    let mut made = 0;
    for query in queries.iter().cycle().take(20) {
        made += clinic.nobody().get(format_args!("{path}?{query}")).bytes.len() as u64;
        assert!(bytes(&clinic) <= 100 << 10, "{} bytes", bytes(&clinic));
    }
    assert!(made > 300 << 10, "{made}");
    clinic.restart_with(&[("uploads.thumbnail_cache", "10KiB")]);
    assert!(bytes(&clinic) <= 10 << 10, "{} bytes", bytes(&clinic));
    // What has no room is made all the same.
    assert_eq!(sides(&clinic.nobody().get(format_args!("{path}?w=240"))), (240, 240));
}

#[test]
fn players_get_parts() {
    let clinic = TestServer::open();
    let sound = samples::riff(b"WAVE", &[(b"fmt ", &[0; 16]), (b"data", &(0..200_000u32).map(|n| (n / 7) as u8).collect::<Vec<_>>())]);
    let path = kept(&clinic.patient(), &sound);
    let ask = |headers: &[(&str, &str)]| {
        let request = clinic.nobody().request("GET", &path);
        headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send()
    };
    let whole = ask(&[]);
    assert_eq!((whole.status, &whole.bytes, whole.header("accept-ranges")), (200, &sound, "bytes"));
    let etag = whole.header("etag");
    assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 30, "{etag}");
    assert!(whole.header("cache-control").contains("immutable") && whole.header("content-length") == sound.len().to_string());
    let length = sound.len();
    for (range, from, to) in
        [("bytes=0-1", 0, 2), ("bytes=100000-", 100_000, length), ("bytes=-10", length - 10, length), ("bytes=70000-70001", 70_000, 70_002)]
    {
        let part = ask(&[("Range", range)]);
        assert_eq!((part.status, part.bytes.as_slice()), (206, &sound[from..to]), "{range}");
        assert_eq!(part.header("content-range"), format!("bytes {from}-{}/{length}", to - 1));
        assert_eq!((part.header("etag"), part.header("content-type")), (etag, "audio/wav"));
    }
    for range in ["bytes=0-1,4-5", "bytes=5-2", "lines=0-1", "bytes=x-"] {
        assert_eq!(ask(&[("Range", range)]).bytes, sound, "{range}");
    }
    let beyond = format!("bytes={length}-");
    let refused = ask(&[("Range", &beyond)]);
    refused.refused(416, "range_not_satisfiable");
    assert_eq!(refused.header("content-range"), format!("bytes */{length}"));
    let unchanged = ask(&[("If-None-Match", etag), ("Range", "bytes=0-1")]);
    assert_eq!((unchanged.status, unchanged.bytes.len(), unchanged.header("etag")), (304, 0, etag));
    assert!(unchanged.header("cache-control").contains("immutable"));
    assert_eq!(ask(&[("If-Range", etag), ("Range", "bytes=0-1")]).status, 206);
    assert_eq!(ask(&[("If-Range", "\"another\""), ("Range", "bytes=0-1")]).bytes, sound);

    let head = clinic.nobody().request("HEAD", &path).header("Range", "bytes=0-1").send();
    assert_eq!((head.status, head.bytes.len(), head.header("content-length")), (200, 0, length.to_string().as_str()));
    assert_eq!((head.header("etag"), head.header("accept-ranges")), (etag, "bytes"));
}

#[test]
fn a_thumbnail_has_a_tag_of_its_own() {
    let clinic = TestServer::open();
    let path = kept(&clinic.patient(), &samples::phone_jpeg(400, 300, 6));
    let get = |query: &str| clinic.nobody().get(format_args!("{path}{query}"));
    let (first, again) = (get("?w=120"), get("?w=100"));
    assert_eq!((first.header("etag"), &first.bytes), (again.header("etag"), &again.bytes));
    assert!(first.header("etag") != get("").header("etag") && first.header("etag") != get("?w=240").header("etag"));
    let unchanged = clinic.nobody().request("GET", format_args!("{path}?w=120")).header("If-None-Match", first.header("etag")).send();
    assert_eq!(unchanged.status, 304);
    let part = clinic.nobody().request("GET", format_args!("{path}?h=120")).header("Range", "bytes=0-9").send();
    assert_eq!((part.status, part.bytes.len()), (206, 10));
}

/// Pages of other sites: a cache must not mix up what they may read and what they may not.
#[test]
fn caches_tell_sites_apart() {
    let clinic = TestServer::with(&[("http.cors_origins", "https://pages.example.com")]);
    let path = kept(&clinic.patient(), &samples::phone_jpeg(40, 30, 1));
    assert_eq!(clinic.nobody().get(&path).header("vary"), "origin");
    let theirs = clinic.nobody().request("GET", &path).header("Origin", "https://pages.example.com").send();
    assert!(theirs.header("access-control-expose-headers").contains("etag"));
}

/// A picture that an earlier release took and this one would not: the browser shows it is.
#[test]
fn what_was_taken_before_is_shown_as_it_is() {
    let clinic = TestServer::open();
    let name = "0123456789abcdef0123456789abcdef.jpg";
    let huge = samples::flat_jpeg(12_000, 9_000, &[(2, 2), (1, 1), (1, 1)], true);
    fs::write(clinic.dir().join("uploads").join(name), &huge).unwrap();
    let answer = clinic.nobody().get(format_args!("/files/{name}?w=120"));
    assert_eq!((answer.status, answer.bytes), (200, huge));
}

/// The most memory that a process ever had, in MiB.
fn most_memory(process: u32) -> u64 {
    let status = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
}

/// An operator with less memory takes smaller pictures, and those who send larger ones read why.
#[test]
fn a_small_budget_says_so() {
    let dir = data_dir();
    let server = Running::start_with(dir.path(), &[("XUANHU_LIMITS__WORK_MEMORY", "24MiB"), ("XUANHU_LIMITS__UPLOAD_BYTES", "2MiB")]);
    let progressive = samples::flat_jpeg(4_000, 3_000, &[(1, 1); 3], true);
    let answer = super::upload(&server.admin, &progressive);
    answer.refused(413, "too_many_pixels");
    let message = answer.json["error_message"].as_str().unwrap();
    assert!(["4000×3000", "MB 内存", "非渐进"].iter().all(|word| message.contains(word)), "{message}");
    let path = kept(&server.admin, &samples::flat_jpeg(4_000, 3_000, &[(1, 1); 3], false));
    assert_eq!(sides(&server.client.get(format_args!("{path}?w=240"))), (240, 180));
    // One body of the largest size is received, however little there is.
    let large = [samples::phone_jpeg(64, 64, 1), vec![0; 2 << 20]].concat();
    kept(&server.admin, &large[..2 << 20]);
}

/// Four anonymous thumbnails at once of the largest pictures there can be, uploads, and people who sign in meanwhile.
#[test]
fn the_largest_pictures_fit_into_a_small_machine() {
    let dir = data_dir();
    let server = Running::start(dir.path());
    let (number, nobody) = (phone(7), server.client.clone());
    nobody.post("/phone/verifycode", serde_json::json!({ "phone": number })).ok();
    let outbox = server.admin.get(format_args!("/admin/outbox?phone={number}")).ok();
    let form = serde_json::json!({ "phono": number, "pwd": "secret-of-it", "type": 1, "verify_code": outbox["items"][0]["code"] });
    let patient = nobody.with_token(nobody.post("/register", form).ok()["token"].as_str().unwrap());
    let pictures = [
        samples::flat_jpeg(8_160, 6_120, &[(2, 2), (1, 1), (1, 1)], true),
        samples::flat_jpeg(8_160, 6_120, &[(2, 2), (1, 1), (1, 1)], false),
        samples::flat_png(4_000, 4_000, 4, false),
        samples::flat_png(3_000, 3_000, 4, true),
    ];
    let paths: Vec<String> = std::thread::scope(|scope| {
        let tries: Vec<_> = pictures.iter().map(|picture| scope.spawn(|| kept(&patient, picture))).collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    std::thread::scope(|scope| {
        for path in &paths {
            for query in ["w=120", "h=480"] {
                let nobody = &nobody;
                scope.spawn(move || assert_eq!(nobody.get(format_args!("{path}?{query}")).status, 200));
            }
        }
        for _ in 0..8 {
            scope.spawn(|| nobody.post("/login", serde_json::json!({ "phono": number, "pwd": "secret-of-it", "type": 1 })).ok());
        }
    });
    let most = most_memory(server.id());
    // Decoded as they are, one of them alone would take more.
    assert!(most < 330, "{most} MiB");
}
