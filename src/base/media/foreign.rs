//! What a file is that we do not take, and what its owner can do: "unsupported" helps nobody who holds a phone in the hand.

use super::mp4;

/// A kind of file that is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Foreign {
    /// As people call it.
    pub name: &'static str,
    pub advice: &'static str,
}

const HEIC: Foreign = Foreign {
    name: "HEIC/HEIF 图片",
    advice: "请在手机“设置—相机—格式”中选“兼容性最佳”后重拍，或在相册中另存为 JPEG 再上传",
};
const TO_JPEG: &str = "请截屏或另存为 JPEG、PNG 后上传";
const VIDEO: &str = "暂不支持视频，请上传截图或语音";
const TO_M4A: &str = "请用手机录音机重新录制，或转换为 M4A、MP3 后上传";
const AS_PICTURE: &str = "请把需要的页面拍照或截屏，以图片上传";
const NO_MEDIA: &str = "请选择照片或录音文件";

/// The beginning of a file, at an offset, and what it is.
#[rustfmt::skip]
const MAGICS: &[(usize, &[u8], &str, &str)] = &[
    (0,   b"#!SILK_V3",              "SILK 语音（微信、QQ 录音）", TO_M4A),
    (1,   b"#!SILK_V3",              "SILK 语音（微信、QQ 录音）", TO_M4A),
    (0,   b"fLaC",                   "FLAC 音频",        TO_M4A),
    (0,   b"caff",                   "CAF 音频",         TO_M4A),
    (0,   b"FORM",                   "AIFF 音频",        TO_M4A),
    (0,   b"#!SPEEX",                "Speex 语音",       TO_M4A),
    (0,   b"MThd",                   "MIDI 音乐",        NO_MEDIA),
    (0,   b"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "WMA/WMV 音视频", TO_M4A),
    (0,   b"BM",                     "BMP 图片",         TO_JPEG),
    (0,   b"II*\0",                  "TIFF 或 RAW 图片", TO_JPEG),
    (0,   b"MM\0*",                  "TIFF 或 RAW 图片", TO_JPEG),
    (0,   b"II+\0",                  "TIFF 图片",        TO_JPEG),
    (0,   b"\xFF\x0A",               "JPEG XL 图片",     TO_JPEG),
    (0,   b"\0\0\0\x0CJXL ",         "JPEG XL 图片",     TO_JPEG),
    (0,   b"\0\0\0\x0CjP  ",         "JPEG 2000 图片",   TO_JPEG),
    (0,   b"\xFF\x4F\xFF\x51",       "JPEG 2000 图片",   TO_JPEG),
    (0,   b"8BPS",                   "Photoshop 文件",   TO_JPEG),
    (0,   b"\0\0\x01\0",             "图标文件",         TO_JPEG),
    (128, b"DICM",                   "DICOM 影像",       "请在看片软件中导出为 JPEG，或把胶片拍照上传"),
    (0,   b"%PDF-",                  "PDF 文档",         AS_PICTURE),
    (0,   b"\xD0\xCF\x11\xE0",       "Office 文档",      AS_PICTURE),
    (0,   b"{\\rtf",                 "RTF 文档",         AS_PICTURE),
    (0,   b"Rar!\x1A\x07",           "RAR 压缩包",       "请解压后逐个上传其中的图片"),
    (0,   b"7z\xBC\xAF\x27\x1C",     "7z 压缩包",        "请解压后逐个上传其中的图片"),
    (0,   b"\x1F\x8B",               "gzip 压缩包",      "请解压后逐个上传其中的图片"),
    (0,   b"FLV\x01",                "FLV 视频",         VIDEO),
    (0,   b"\0\0\x01\xBA",           "MPEG 视频",        VIDEO),
    (0,   b"\0\0\x01\xB3",           "MPEG 视频",        VIDEO),
    (0,   b"\x7FELF",                "程序文件",         NO_MEDIA),
    (0,   b"MZ",                     "程序文件",         NO_MEDIA),
];

/// Major brands of ISO media that are no recording, by their beginning (MP4 registration authority).
#[rustfmt::skip]
const BRANDS: &[(&[u8], Foreign)] = &[
    (b"hei",  HEIC), (b"hev",  HEIC), (b"mif1", HEIC), (b"msf1", HEIC),
    (b"avi",  Foreign { name: "AVIF 图片",      advice: TO_JPEG }),
    (b"crx",  Foreign { name: "CR3 RAW 图片",   advice: TO_JPEG }),
    (b"3g",   Foreign { name: "3GP 录音或视频", advice: TO_M4A }),
    (b"qt",   Foreign { name: "MOV 视频",       advice: VIDEO }),
];

impl Foreign {
    /// What a file is that [`Media::sniff`](super::Media::sniff) does not know.
    pub fn of(bytes: &[u8]) -> Foreign {
        let at = |start: usize, magic: &[u8]| bytes.get(start..).is_some_and(|rest| rest.starts_with(magic));
        let be = |name, advice| Foreign { name, advice };
        if let Some((.., name, advice)) = MAGICS.iter().find(|(start, magic, ..)| at(*start, magic)) {
            return be(name, advice);
        }
        match bytes {
            _ if at(4, b"ftyp") => match BRANDS.iter().find(|(brand, _)| at(8, brand)) {
                Some((_, foreign)) => *foreign,
                None if mp4::tracks(bytes) == mp4::Tracks::Sound => be("不常见的 MP4 录音", TO_M4A),
                None => be("MP4 视频", VIDEO),
            },
            _ if at(4, b"moov") || at(4, b"mdat") => be("MOV 视频", VIDEO),
            _ if at(0, b"\x1A\x45\xDF\xA3") => be("WebM/MKV 视频", VIDEO),
            _ if at(0, b"RIFF") && at(8, b"AVI ") => be("AVI 视频", VIDEO),
            _ if at(0, b"PK\x03\x04") || at(0, b"PK\x05\x06") => match at(30, b"[Content_Types].xml") {
                true => be("Office 文档", AS_PICTURE),
                false => be("ZIP 压缩包或文档", "请解压后逐个上传其中的图片"),
            },
            // 188 bytes a packet.
            _ if at(0, b"G") && at(188, b"G") && at(376, b"G") => be("MPEG-TS 视频", VIDEO),
            _ => Foreign::text(bytes).unwrap_or(be("无法识别的文件", NO_MEDIA)),
        }
    }

    fn text(bytes: &[u8]) -> Option<Foreign> {
        let begin: Vec<u8> = bytes.iter().take(512).copied().collect();
        let text = begin.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&begin).trim_ascii_start().to_ascii_lowercase();
        let holds = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
        let printable = !text.is_empty() && begin.iter().all(|byte| *byte >= b' ' || byte.is_ascii_whitespace());
        Some(match text.first()? {
            b'<' if holds(b"<svg") => Foreign { name: "SVG 图片", advice: TO_JPEG },
            b'<' if printable => Foreign { name: "网页文件", advice: "请截屏后以图片上传" },
            _ if printable => Foreign { name: "文本文件", advice: "文字请直接填写" },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_as_people_call_it() {
        let padded = |start: usize, magic: &[u8]| [vec![0; start], magic.to_vec()].concat();
        let files: [(Vec<u8>, &str); 16] = [
            (b"\0\0\0\x18ftypheic\0\0\0\0".to_vec(), "HEIC"),
            (b"\0\0\0\x18ftypmif1\0\0\0\0".to_vec(), "HEIC"),
            (b"\0\0\0\x18ftyp3gp4\0\0\0\0".to_vec(), "3GP"),
            (b"\0\0\0\x18ftypqt  \0\0\0\0".to_vec(), "MOV"),
            (b"\0\0\0\x18ftypavif\0\0\0\0".to_vec(), "AVIF"),
            (b"\0\0\0\x18ftypavc1\0\0\0\0".to_vec(), "视频"),
            (b"\x02#!SILK_V3\x0C".to_vec(), "SILK"),
            (b"#!SILK_V3\x0C".to_vec(), "SILK"),
            (b"%PDF-1.7".to_vec(), "PDF"),
            (padded(128, b"DICM"), "DICOM"),
            (b"RIFF\x24\0\0\0AVI LIST".to_vec(), "AVI"),
            (b"\x1A\x45\xDF\xA3\x93\x42\x82\x88matroska".to_vec(), "MKV"),
            (b"PK\x03\x04\x14\0".to_vec(), "ZIP"),
            (b"<?xml version='1.0'?>\n<svg xmlns='x'/>".to_vec(), "SVG"),
            ("病历：头痛三天".as_bytes().to_vec(), "文本"),
            (vec![0x80, 0x01, 0x02], "无法识别"),
        ];
        for (bytes, name) in files {
            let foreign = Foreign::of(&bytes);
            assert!(foreign.name.contains(name) && !foreign.advice.is_empty(), "{foreign:?} is not {name}");
        }
        Foreign::of(b"");
    }
}
