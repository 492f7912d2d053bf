//! Text of an answer: its bytes and its `Content-Type` come in, the text goes out. A charset that this does not know is an error,
//! because another one would change the text.

use crate::json::DecodeError;
use crate::media::media_parameter;

/// Charsets that are refused by their name; the name of any other is text of the server, which no error may show.
const KNOWN: &[&str] = &[
    "Big5",
    "EUC-JP",
    "EUC-KR",
    "GB18030",
    "GBK",
    "ISO-2022-JP",
    "ISO-8859-15",
    "ISO-8859-2",
    "KOI8-R",
    "Shift_JIS",
    "UTF-32",
    "windows-1250",
    "windows-1251",
    "windows-1252",
];

/// Decodes a text: UTF-8, which is the default, ISO-8859-1 or UTF-16. Bytes that are invalid in the charset are an error.
pub(super) fn decode(bytes: &[u8], content_type: &str) -> Result<String, DecodeError> {
    let label = media_parameter(content_type, "charset")
        .unwrap_or("utf-8")
        .to_ascii_lowercase();
    match label.as_str() {
        "" | "utf-8" | "utf8" | "us-ascii" | "ascii" => std::str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|_| DecodeError::unexpected("text in the charset UTF-8", "bytes that are invalid in it")),
        // Its bytes are the first 256 code points.
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" => Ok(bytes.iter().copied().map(char::from).collect()),
        "utf-16" | "utf-16be" | "utf-16le" => utf16(bytes, &label)
            .ok_or_else(|| DecodeError::unexpected("text in the charset UTF-16", "bytes that are invalid in it")),
        _ => {
            let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(&label));
            let found = known.copied().unwrap_or("a charset that is not supported");
            Err(DecodeError::unexpected("text in UTF-8, UTF-16 or ISO-8859-1", found))
        }
    }
}

/// Decodes UTF-16: in the order that its mark or its name says, else the high byte first (RFC 2781).
fn utf16(bytes: &[u8], label: &str) -> Option<String> {
    let (bytes, low_first) = match bytes {
        [0xff, 0xfe, rest @ ..] => (rest, true),
        [0xfe, 0xff, rest @ ..] => (rest, false),
        _ => (bytes, label.ends_with("le")),
    };
    let pairs = bytes.chunks(2).map(|pair| match pair {
        [first, second] if low_first => Some(u16::from_le_bytes([*first, *second])),
        [first, second] => Some(u16::from_be_bytes([*first, *second])),
        _ => None,
    });
    String::from_utf16(&pairs.collect::<Option<Vec<u16>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_decoded_by_its_charset_or_refused_with_the_name_of_it() {
        for (content_type, bytes) in [
            ("text/plain", "Grüße".as_bytes()),
            ("text/plain; charset=\"UTF-8\"", "Grüße".as_bytes()),
            ("text/plain; a=b; charset=ISO-8859-1", b"Gr\xfc\xdfe"),
            ("text/plain;charset=utf-16", b"\0G\0r\0\xfc\0\xdf\0e"),
            ("text/plain;charset=utf-16", b"\xff\xfeG\0r\0\xfc\0\xdf\0e\0"),
            ("text/plain;charset=UTF-16LE", b"G\0r\0\xfc\0\xdf\0e\0"),
        ] {
            assert_eq!(decode(bytes, content_type).as_deref(), Ok("Grüße"), "{content_type}");
        }
        for (content_type, bytes, named) in [
            ("text/plain;charset=shift_jis", &b"x"[..], "Shift_JIS"),
            ("text/plain;charset=sentinel9f2", b"x", "not supported"),
            ("text/plain;charset=utf-16", b"\0Gx", "UTF-16"),
            ("text/plain", b"Gr\xfc\xdfe", "UTF-8"),
        ] {
            let error = decode(bytes, content_type).unwrap_err().to_string();
            assert!(error.contains(named) && !error.contains("sentinel9f2"), "{error}");
        }
    }
}
