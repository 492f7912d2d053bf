//! Parts of `multipart/form-data` (RFC 7578) and of other bodies of parts (RFC 2046). In: a body. Out: its parts, with every byte. Never: a judgement about them.

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use multer::Multipart;
use std::convert::Infallible;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormPart {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) media: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// First bytes of files, by their media types.
const SIGNATURES: [(&str, &[u8]); 5] = [
    ("application/pdf", b"%PDF"),
    ("image/jpeg", b"\xff\xd8\xff"),
    ("image/png", b"\x89PNG\r\n\x1a\n"),
    ("image/gif", b"GIF8"),
    ("application/zip", b"PK\x03\x04"),
];

impl FormPart {
    /// The media type that its first bytes show, or else its declared one. `application/octet-stream` for a declared type that its first
    /// bytes contradict.
    pub(crate) fn content_type(&self) -> &str {
        let shown = SIGNATURES.iter().find(|(_, first)| self.bytes.starts_with(first));
        let sent = self.media.as_deref().and_then(|media| media.split(';').next());
        let sent = sent
            .map(str::trim)
            .filter(|media| !SIGNATURES.iter().any(|(known, _)| media == known));
        shown.map_or(sent.unwrap_or("application/octet-stream"), |(media, _)| media)
    }
}

/// Reads all parts. The whole body is there, so reading never waits.
pub(crate) fn read_parts(content_type: &str, body: &[u8]) -> Result<Vec<FormPart>, String> {
    read(content_type, body, true)
}

/// Reads all parts of a body in which they need no names.
pub(crate) fn read_positions(content_type: &str, body: &[u8]) -> Result<Vec<FormPart>, String> {
    read(content_type, body, false)
}

fn read(content_type: &str, body: &[u8], is_named: bool) -> Result<Vec<FormPart>, String> {
    // The library reads the parameters of a form alone.
    let (_, parameters) = content_type.split_once(';').unwrap_or_default();
    let boundary = multer::parse_boundary(format!("multipart/form-data;{parameters}"));
    let boundary = boundary.map_err(|error| error.to_string())?;
    let body = Ok::<_, Infallible>(Bytes::copy_from_slice(body));
    let parts = all_parts(Multipart::new(stream::iter([body]), boundary), is_named).now_or_never();
    parts.ok_or("the body has no end")?
}

async fn all_parts(mut multipart: Multipart<'_>, is_named: bool) -> Result<Vec<FormPart>, String> {
    let told = |error: multer::Error| error.to_string();
    let mut parts = Vec::new();
    while let Some(field) = multipart.next_field().await.map_err(told)? {
        let media = field
            .headers()
            .get("content-type")
            .and_then(|media| media.to_str().ok());
        parts.push(FormPart {
            name: match field.name() {
                None if is_named => return Err("a part without a name".to_owned()),
                name => name.unwrap_or_default().to_owned(),
            },
            file_name: field.file_name().map(str::to_owned),
            media: media.map(str::to_owned),
            bytes: field.bytes().await.map_err(told)?.to_vec(),
        });
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_every_byte() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a;b\"; filename=\"c\\\"d\"\r\nContent-Type: text/plain\r\n\r\n1\r\n--y\r\n\r\n--x\r\ncontent-disposition: form-data; name=e\r\n\r\n\r\n--x--\r\n";
        let parts = read_parts("multipart/form-data; boundary=\"x\"", body).unwrap();
        assert_eq!(parts.len(), 2);
        assert_eq!(
            (parts[0].name.as_str(), parts[0].file_name.as_deref()),
            ("a;b", Some("c\"d"))
        );
        assert_eq!(
            (parts[0].media.as_deref(), parts[0].bytes.as_slice()),
            (Some("text/plain"), b"1\r\n--y\r\n".as_slice())
        );
        assert_eq!(
            (parts[1].name.as_str(), parts[1].bytes.as_slice()),
            ("e", b"".as_slice())
        );
    }

    #[test]
    fn the_first_bytes_of_a_file_decide_on_its_type() {
        let part = |media: Option<&str>, bytes: &[u8]| FormPart {
            name: "file".to_owned(),
            file_name: None,
            media: media.map(str::to_owned),
            bytes: bytes.to_vec(),
        };
        for (media, bytes, wanted) in [
            (Some("image/png"), &b"%PDF-1.7"[..], "application/pdf"),
            (Some("image/png"), b"hello", "application/octet-stream"),
            (Some("text/plain; charset=utf-8"), b"hello", "text/plain"),
            (None, b"\xff\xd8\xff\xe0", "image/jpeg"),
            (None, b"", "application/octet-stream"),
        ] {
            assert_eq!(part(media, bytes).content_type(), wanted, "{media:?} {bytes:?}");
        }
    }

    #[test]
    fn what_is_no_multipart_is_refused() {
        for (media, body) in [
            ("multipart/form-data", "--x--"),
            ("multipart/form-data; boundary=x", "--y--"),
            ("multipart/form-data; boundary=x", "--x\r\n\r\nhi"),
        ] {
            assert!(read_parts(media, body.as_bytes()).is_err(), "{media} {body}");
        }
    }
}
