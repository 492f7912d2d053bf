//! In: a `multipart/form-data` body (RFC 7578) and its content type. Out: its parts. Never: a part of another boundary.

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
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

impl Part {
    /// The media type that its first bytes show, or else the one that it is sent as; `application/octet-stream` for a part that is sent as
    /// a type that its first bytes do not have.
    pub(crate) fn content_type(&self) -> &str {
        let shown = SIGNATURES.iter().find(|(_, first)| self.bytes.starts_with(first));
        let sent = self.media.as_deref().and_then(|media| media.split(';').next());
        let sent = sent
            .map(str::trim)
            .filter(|media| !SIGNATURES.iter().any(|(known, _)| media == known));
        shown.map_or(sent.unwrap_or("application/octet-stream"), |(media, _)| media)
    }
}

/// Reads all parts.
pub(crate) fn read(content_type: &str, body: &[u8]) -> Result<Vec<Part>, String> {
    let boundary = parameter(content_type, "boundary").ok_or("the content type has no boundary")?;
    let (first, next) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut at = if body.starts_with(first.as_bytes()) {
        first.len()
    } else {
        find(body, next.as_bytes(), 0).ok_or("the body does not begin with the boundary")? + next.len()
    };
    let mut parts = Vec::new();
    loop {
        let rest = &body[at..];
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        let start = find(rest, b"\r\n", 0).ok_or("a boundary without a line break")? + 2;
        let end = find(rest, next.as_bytes(), start - 2).ok_or("a part without an end")?;
        parts.push(part(rest.get(start..end).ok_or("a part without headers")?)?);
        at += end + next.len();
    }
}

fn part(bytes: &[u8]) -> Result<Part, String> {
    let end = find(bytes, b"\r\n\r\n", 0).ok_or("a part without an empty line after its headers")?;
    let headers = std::str::from_utf8(&bytes[..end]).map_err(|_| "part headers that are not UTF-8")?;
    let header = |wanted: &str| {
        headers.split("\r\n").find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.trim()
                .eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        })
    };
    let disposition = header("content-disposition").ok_or("a part without Content-Disposition")?;
    if !disposition.to_ascii_lowercase().starts_with("form-data") {
        return Err("a part that is not form-data".to_owned());
    }
    Ok(Part {
        name: parameter(&disposition, "name").ok_or("a part without a name")?,
        file_name: parameter(&disposition, "filename"),
        media: header("content-type"),
        bytes: bytes[end + 4..].to_vec(),
    })
}

/// A parameter of a header value, quoted or not.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value.split_once(';')?.1;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (found, left) = if let Some(quoted) = after.strip_prefix('"') {
            let mut escaped = false;
            let end = quoted.find(|letter: char| {
                let ends = letter == '"' && !escaped;
                escaped = letter == '\\' && !escaped;
                ends
            })?;
            let text = quoted[..end].replace("\\\"", "\"").replace("\\\\", "\\");
            (text, quoted[end + 1..].trim_start().trim_start_matches(';'))
        } else {
            let (text, left) = after.split_once(';').unwrap_or((after, ""));
            (text.trim().to_owned(), left)
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(found);
        }
        rest = left;
    }
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes
        .get(from..)?
        .windows(wanted.len())
        .position(|window| window == wanted)
        .map(|at| at + from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_every_byte() {
        let body = b"--x\r\nContent-Disposition: form-data; name=\"a;b\"; filename=\"c\\\"d\"\r\nContent-Type: text/plain\r\n\r\n1\r\n--y\r\n\r\n--x\r\ncontent-disposition: form-data; name=e\r\n\r\n\r\n--x--\r\n";
        let parts = read("multipart/form-data; boundary=\"x\"", body).unwrap();
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
        let part = |media: Option<&str>, bytes: &[u8]| Part {
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
            assert!(read(media, body.as_bytes()).is_err(), "{media} {body}");
        }
    }
}
