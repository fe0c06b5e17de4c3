//! Pictures and recordings made for tests: small files of every kind, with everything personal that phones put into them.

use std::io::Cursor;

use flate2::{Compression, Crc, write::ZlibEncoder};
use image::{ImageFormat, Rgb, RgbImage};

/// Stands in every place where a phone tells more than the picture: no file that comes back may hold it.
pub const SECRET: &[u8] = b"31.2304N 121.4737E Phone-of-Ding";

/// Red above, blue below, a white corner at the upper left: turned in any way it is told from every other.
pub fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| match (x * 4 < width && y * 4 < height, y * 2 < height) {
        (true, _) => Rgb([255, 255, 255]),
        (_, true) => Rgb([220, 20, 20]),
        (_, false) => Rgb([20, 20, 220]),
    })
}

/// What an upright scene shows in its four corners: white, red, blue, blue.
pub fn is_upright(bytes: &[u8]) -> bool {
    let picture = image::load_from_memory(bytes).unwrap().to_rgb8();
    let (right, bottom) = (picture.width() - 1, picture.height() - 1);
    let at = |x: u32, y: u32| {
        let [red, green, blue] = picture.get_pixel(x, y).0;
        match (red > 128, green > 128, blue > 128) {
            (true, true, true) => 'w',
            (true, ..) => 'r',
            (.., true) => 'b',
            _ => '?',
        }
    };
    [at(0, 0), at(right, 0), at(0, bottom), at(right, bottom)] == ['w', 'r', 'b', 'b']
}

/// The scene as a camera stores it that was held so that this orientation makes it upright again.
pub fn turned(width: u32, height: u32, orientation: u8) -> RgbImage {
    let upright = scene(width, height);
    use image::imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};
    match orientation {
        1 => upright,
        2 => flip_horizontal(&upright),
        3 => rotate180(&upright),
        4 => flip_vertical(&upright),
        5 => flip_horizontal(&rotate90(&upright)),
        6 => rotate270(&upright),
        7 => flip_horizontal(&rotate270(&upright)),
        _ => rotate90(&upright),
    }
}

pub fn encoded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// A TIFF structure with an orientation and the secret as the camera's name, in either byte order.
pub fn exif(orientation: u8, little: bool) -> Vec<u8> {
    let (two, four) =
        (|n: u16| if little { n.to_le_bytes() } else { n.to_be_bytes() }, |n: u32| if little { n.to_le_bytes() } else { n.to_be_bytes() });
    let length = u32::try_from(SECRET.len()).unwrap();
    [
        if little { b"II".as_slice() } else { b"MM" },
        &two(42),
        &four(8),
        &two(2),
        // Make: text at offset 38.
        &two(0x010F),
        &two(2),
        &four(length),
        &four(38),
        &two(0x0112),
        &two(3),
        &four(1),
        &two(orientation.into()),
        &two(0),
        &four(0),
        SECRET,
    ]
    .concat()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    [&[0xFF, marker], u16::try_from(body.len() + 2).unwrap().to_be_bytes().as_slice(), body].concat()
}

/// A JPEG as a phone makes it: EXIF, XMP, IPTC, a maker's segment, a comment, a colour profile, and a film behind the end.
pub fn phone_jpeg(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = encoded(&turned(width, height, orientation), ImageFormat::Jpeg);
    let with = |name: &[u8]| [name, SECRET].concat();
    [
        &plain[..2],
        &segment(0xE1, &[b"Exif\0\0".as_slice(), &exif(orientation, orientation.is_multiple_of(2))].concat()),
        &segment(0xE1, &with(b"http://ns.adobe.com/xap/1.0/\0")),
        &segment(0xED, &with(b"Photoshop 3.0\0")),
        &segment(0xE2, &with(b"MPF\0")),
        &segment(0xE2, b"ICC_PROFILE\0\x01\x01a profile of colours"),
        &segment(0xE4, &with(b"maker")),
        &segment(0xFE, SECRET),
        &plain[2..],
        b"\0\0\0\x18ftypmp42",
        SECRET,
    ]
    .concat()
}

/// A JPEG of one grey or colour, of any size, in few bytes. `sampling` has a component's factors each.
pub fn flat_jpeg(width: u16, height: u16, sampling: &[(u8, u8)], progressive: bool) -> Vec<u8> {
    let most = sampling.iter().fold((1, 1), |most: (u8, u8), one| (most.0.max(one.0), most.1.max(one.1)));
    let components = u8::try_from(sampling.len()).unwrap();
    let frame: Vec<u8> = (1..).zip(sampling).flat_map(|(n, (across, down))| [n, across << 4 | down, 0]).collect();
    let [h1, h0] = height.to_be_bytes();
    let [w1, w0] = width.to_be_bytes();
    // Two codes of one bit would leave none for what T.81 forbids: all ones. One code each: zero, of category 0, of the end of a block.
    let table = |class: u8, symbol: u8| segment(0xC4, &[&[class << 4], [1; 1].as_slice(), &[0; 15], &[symbol]].concat());
    let scan = |selected: &[u8], from: u8, to: u8, bits: u64| {
        let chosen: Vec<u8> = selected.iter().flat_map(|n| [*n, 0]).collect();
        let head = [&[u8::try_from(selected.len()).unwrap()], chosen.as_slice(), &[from, to, 0]].concat();
        [segment(0xDA, &head), vec![0; usize::try_from(bits.div_ceil(8)).unwrap()]].concat()
    };
    let mcus = u64::from(width.div_ceil(8 * u16::from(most.0))) * u64::from(height.div_ceil(8 * u16::from(most.1)));
    let blocks: u64 = sampling.iter().map(|(across, down)| mcus * u64::from(across * down)).sum();
    let all: Vec<u8> = (1..=components).collect();
    let mut bytes = [
        b"\xFF\xD8".to_vec(),
        segment(0xDB, &[&[0], [1; 64].as_slice()].concat()),
        segment(if progressive { 0xC2 } else { 0xC0 }, &[&[8, h1, h0, w1, w0, components], frame.as_slice()].concat()),
        table(0, 0),
        table(1, 0),
    ]
    .concat();
    match progressive {
        false => bytes.extend(scan(&all, 0, 63, blocks * 2)),
        true => {
            bytes.extend(scan(&all, 0, 0, blocks));
            for n in &all {
                // A component by itself has no padding blocks, but the end of the data counts as zeros.
                bytes.extend(scan(&[*n], 1, 63, blocks));
            }
        }
    }
    bytes.extend(b"\xFF\xD9");
    bytes
}

pub fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    [&u32::try_from(data.len()).unwrap().to_be_bytes(), kind.as_slice(), data, &crc.sum().to_be_bytes()].concat()
}

/// A PNG of one colour, of any size, in few bytes.
pub fn flat_png(width: u32, height: u32, channels: u8, interlaced: bool) -> Vec<u8> {
    let color = [0, 0, 4, 2, 6][usize::from(channels)];
    let head = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, color, 0, 0, interlaced.into()]].concat();
    let mut data = ZlibEncoder::new(Vec::new(), Compression::fast());
    let row = |width: u32| [vec![0], vec![0x80; width as usize * usize::from(channels)]].concat();
    let mut rows = |width: u32, height: u32| {
        let row = row(width);
        (0..if width > 0 { height } else { 0 }).for_each(|_| std::io::Write::write_all(&mut data, &row).unwrap());
    };
    match interlaced {
        false => rows(width, height),
        true => {
            for (x, y, across, down) in [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)] {
                rows(width.saturating_sub(x).div_ceil(across), height.saturating_sub(y).div_ceil(down));
            }
        }
    }
    let data = data.finish().unwrap();
    [b"\x89PNG\r\n\x1a\n".to_vec(), png_chunk(b"IHDR", &head), png_chunk(b"IDAT", &data), png_chunk(b"IEND", b"")].concat()
}

/// A PNG with the secret in texts, EXIF, a time, a private chunk and behind the end.
pub fn phone_png(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let plain = encoded(&turned(width, height, orientation), ImageFormat::Png);
    let text = |name: &[u8]| [name, b"\0", SECRET].concat();
    let (head, rest) = plain.split_at(33);
    [
        head,
        &png_chunk(b"tEXt", &text(b"Comment")),
        &png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0".as_slice(), SECRET].concat()),
        &png_chunk(b"eXIf", &exif(orientation, true)),
        &png_chunk(b"tIME", &[7, 234, 3, 2, 9, 0, 0]),
        &png_chunk(b"prIv", SECRET),
        rest,
        SECRET,
    ]
    .concat()
}

pub fn riff(form: &[u8; 4], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let body: Vec<u8> = chunks
        .iter()
        .flat_map(|(kind, data)| {
            [kind.as_slice(), &u32::try_from(data.len()).unwrap().to_le_bytes(), data, &[0][..data.len() % 2]].concat()
        })
        .collect();
    [b"RIFF", u32::try_from(body.len() + 4).unwrap().to_le_bytes().as_slice(), form, &body].concat()
}

/// A WebP in the extended form, with EXIF, XMP and an unknown chunk.
pub fn phone_webp(width: u32, height: u32, orientation: u8) -> Vec<u8> {
    let stored = turned(width, height, orientation);
    let plain = encoded(&stored, ImageFormat::WebP);
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let head = [vec![0x0C, 0, 0, 0], side(stored.width()), side(stored.height())].concat();
    let picture = &plain[20..20 + u32::from_le_bytes(plain[16..20].try_into().unwrap()) as usize];
    riff(b"WEBP", &[(b"VP8X", &head), (b"VP8L", picture), (b"EXIF", &exif(orientation, false)), (b"XMP ", SECRET), (b"what", SECRET)])
}

/// The smallest WebP with losses: one pixel.
pub const LOSSY_WEBP: &[u8] = b"RIFF\x22\0\0\0WEBPVP8 \x16\0\0\0\x30\x01\0\x9D\x01\x2A\x01\0\x01\0\x0E\xC0\xFE\x25\xA4\0\x03\x70\0\0\0\0";

/// A WebP of two frames.
pub fn moving_webp(width: u32, height: u32) -> Vec<u8> {
    let side = |side: u32| (side - 1).to_le_bytes()[..3].to_vec();
    let frame = |orientation: u8| {
        let plain = encoded(&turned(width, height, orientation), ImageFormat::WebP);
        let picture =
            riff(b"WEBP", &[(b"VP8L", &plain[20..20 + u32::from_le_bytes(plain[16..20].try_into().unwrap()) as usize]), (b"what", SECRET)]);
        [vec![0; 6], side(width), side(height), vec![100, 0, 0, 0], picture[12..].to_vec()].concat()
    };
    let head = [vec![0x02, 0, 0, 0], side(width), side(height)].concat();
    riff(b"WEBP", &[(b"VP8X", &head), (b"ANIM", &[255, 255, 255, 255, 0, 0]), (b"ANMF", &frame(1)), (b"ANMF", &frame(3))])
}

/// A GIF of two frames, with a comment, a text, XMP, and something behind the end.
pub fn phone_gif(width: u16, height: u16) -> Vec<u8> {
    let blocks =
        |data: &[u8]| [data.chunks(255).flat_map(|part| [&[part.len() as u8], part].concat()).collect::<Vec<_>>(), vec![0]].concat();
    let frame = |color: u16| {
        let mut bytes = Vec::new();
        let mut pixels = vec![color as u8; usize::from(width) * usize::from(height)];
        let mut encoder = gif_frame(width, height, &mut pixels);
        bytes.append(&mut encoder);
        bytes
    };
    let [w0, w1] = width.to_le_bytes();
    let [h0, h1] = height.to_le_bytes();
    [
        b"GIF89a".to_vec(),
        vec![w0, w1, h0, h1, 0x80, 0, 0, 220, 20, 20, 20, 20, 220],
        [b"\x21\xFF\x0BNETSCAPE2.0".to_vec(), blocks(b"\x01\0\0")].concat(),
        [b"\x21\xFE".to_vec(), blocks(SECRET)].concat(),
        [b"\x21\xFF\x0BXMP DataXMP".to_vec(), blocks(SECRET)].concat(),
        [b"\x21\x01\x0C\0\0\0\0\0\0\0\0\0\0\0\0".to_vec(), blocks(SECRET)].concat(),
        b"\x21\xF9\x04\0\x0A\0\0\0".to_vec(),
        frame(0),
        frame(1),
        b"\x3B".to_vec(),
        SECRET.to_vec(),
    ]
    .concat()
}

/// A frame whose data is not compressed: nine bits a pixel, the table cleared before it would grow.
fn gif_frame(width: u16, height: u16, pixels: &mut [u8]) -> Vec<u8> {
    let (mut bits, mut count, mut data) = (0u32, 0, Vec::new());
    let mut put = |code: u32| {
        bits |= code << count;
        count += 9;
        while count >= 8 {
            data.push(bits as u8);
            bits >>= 8;
            count -= 8;
        }
    };
    for part in pixels.chunks(200) {
        put(256);
        part.iter().for_each(|pixel| put(u32::from(*pixel)));
    }
    put(257);
    put(0);
    let [w0, w1] = width.to_le_bytes();
    let [h0, h1] = height.to_le_bytes();
    let blocks: Vec<u8> = data.chunks(255).flat_map(|part| [&[part.len() as u8], part].concat()).collect();
    [vec![0x2C, 0, 0, 0, 0, w0, w1, h0, h1, 0, 8], blocks, vec![0]].concat()
}

pub fn mp4_box(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes(), kind.as_slice(), body].concat()
}

/// An MP4 of one track of sound or film, with a place and a title.
pub fn mp4(brand: &[u8; 4], handler: &[u8; 4]) -> Vec<u8> {
    let handler = mp4_box(b"hdlr", &[[0; 8].as_slice(), handler, &[0; 13]].concat());
    let times = [[0; 4].as_slice(), &SECRET[..8], &[0; 12]].concat();
    let track = mp4_box(b"trak", &[mp4_box(b"tkhd", &times), mp4_box(b"mdia", &[mp4_box(b"mdhd", &times), handler].concat())].concat());
    let place = mp4_box(b"udta", &mp4_box(b"\xA9xyz", &[b"\0\x12\x15\xC7".as_slice(), SECRET].concat()));
    [
        mp4_box(b"ftyp", &[brand.as_slice(), &[0; 4], brand].concat()),
        mp4_box(b"moov", &[mp4_box(b"mvhd", &times), track, place, mp4_box(b"meta", SECRET)].concat()),
        mp4_box(b"uuid", SECRET),
        mp4_box(b"what", SECRET),
        mp4_box(b"mdat", b"the sound itself"),
    ]
    .concat()
}

/// An Ogg recording of Opus: two packets of heads, one of sound.
pub fn ogg() -> Vec<u8> {
    let page = |sequence: u32, flags: u8, packet: &[u8]| {
        let lengths: Vec<u8> = std::iter::repeat_n(255, packet.len() / 255).chain([(packet.len() % 255) as u8]).collect();
        let mut page =
            [b"OggS\0".as_slice(), &[flags], &[0; 8], b"abcd", &sequence.to_le_bytes(), &[0; 4], &[lengths.len() as u8], &lengths, packet]
                .concat();
        let sum = ogg_sum(&page);
        page[22..26].copy_from_slice(&sum.to_le_bytes());
        page
    };
    let head = b"OpusHead\x01\x01\0\0\x80\xBB\0\0\0\0\0";
    let comment = [b"LOCATION=".as_slice(), &SECRET.repeat(12)].concat();
    let tags = [b"OpusTags\x04\0\0\0ding\x01\0\0\0".as_slice(), &u32::try_from(comment.len()).unwrap().to_le_bytes(), &comment].concat();
    [page(0, 2, head), page(1, 0, &tags), page(2, 4, b"the sound itself")].concat()
}

/// The checksum of a page whose own is zero.
pub fn ogg_sum(page: &[u8]) -> u32 {
    page.iter().fold(0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte) << 24, |sum: u32, _| if sum >> 31 == 1 { sum << 1 ^ 0x04C1_1DB7 } else { sum << 1 })
    })
}

fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    [id, &(u64::try_from(body.len()).unwrap() | 1 << 56).to_be_bytes(), body].concat()
}

/// A WebM as a browser records it: a segment and a cluster of unknown length. Type 1 is film, 2 is sound.
pub fn webm(kind: u8) -> Vec<u8> {
    let head = element(b"\x1A\x45\xDF\xA3", &element(b"\x42\x82", b"webm"));
    let info = element(
        b"\x15\x49\xA9\x66",
        &[element(b"\x4D\x80", SECRET), element(b"\x7B\xA9", SECRET), element(b"\x2A\xD7\xB1", b"\x0F\x42\x40")].concat(),
    );
    let track = element(
        b"\xAE",
        &[element(b"\xD7", &[1]), element(b"\x83", &[kind]), element(b"\x53\x6E", SECRET), element(b"\x86", b"A_OPUS")].concat(),
    );
    let tags = element(b"\x12\x54\xC3\x67", SECRET);
    let segment =
        [b"\x18\x53\x80\x67\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF".as_slice(), &info, &element(b"\x16\x54\xAE\x6B", &track), &tags].concat();
    [head, segment, b"\x1F\x43\xB6\x75\xFF".to_vec(), element(b"\xA3", b"the sound itself")].concat()
}

/// An MP3 between an ID3 tag in front, and Lyrics3, APE and ID3v1 behind.
pub fn mp3() -> Vec<u8> {
    let mut frame = b"\xFF\xFB\x90\x00".to_vec();
    frame.resize(417, 0x55);
    let length = u8::try_from(SECRET.len()).unwrap();
    let lyrics = [b"LYRICSBEGIN".as_slice(), SECRET].concat();
    let ape = [SECRET, b"APETAGEX\xD0\x07\0\0", &u32::from(length + 32).to_le_bytes(), &[0; 16]].concat();
    let mut id3v1 = [b"TAG".as_slice(), SECRET].concat();
    id3v1.resize(128, 0);
    let tag = [b"ID3\x04\0\0\0\0\0".as_slice(), &[length], SECRET].concat();
    [tag, frame.repeat(3), lyrics.clone(), format!("{:06}LYRICS200", lyrics.len()).into_bytes(), ape, id3v1].concat()
}
