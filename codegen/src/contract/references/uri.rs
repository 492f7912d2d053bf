//! Subset of RFC 3986 for references: percent-decoding, detection of remote addresses, and joining below one folder.

/// Percent-decodes a text; `None` for a broken escape or invalid UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut digit = || {
                rest.next()
                    .and_then(|digit| char::from(digit).to_digit(16))
                    .and_then(|d| u8::try_from(d).ok())
            };
            bytes.push(digit()? << 4 | digit()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

/// Returns true if an address names a scheme or a host.
pub(super) fn is_remote(address: &str) -> bool {
    let scheme = address.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    scheme || address.starts_with("//")
}

/// Resolves an address relative to a file; `None` when it leaves the folder, or might.
pub(super) fn join(from: &str, address: &str) -> Option<String> {
    let address = decode(address.split('?').next().unwrap_or(""))?;
    // A colon ends a scheme or names a drive; only a few systems allow it in a file name.
    if address.starts_with('/') || address.contains(['\\', '\0', ':']) {
        return None;
    }
    let mut pieces: Vec<&str> = from.split('/').collect();
    pieces.pop();
    for piece in address.split('/') {
        match piece {
            "" | "." => {}
            ".." => {
                pieces.pop()?;
            }
            piece => pieces.push(piece),
        }
    }
    if pieces.is_empty() {
        None
    } else {
        Some(pieces.join("/"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_joined_below_the_folder_or_not_at_all() {
        for (from, address, path) in [
            ("", "a.yaml", Some("a.yaml")),
            ("", "./x/a.yaml", Some("x/a.yaml")),
            ("x/a.yaml", "b.yaml", Some("x/b.yaml")),
            ("x/a.yaml", "../b.yaml", Some("b.yaml")),
            ("x/a.yaml", "../../b.yaml", None),
            ("", "../b.yaml", None),
            ("", "/etc/passwd", None),
            ("", "%2e%2e/b.yaml", None),
            ("", "a%20b.yaml", Some("a b.yaml")),
            ("", "..\\b.yaml", None),
            ("", ".", None),
            ("", ":/b.yaml", None),
            ("", "x/c:/b.yaml", None),
        ] {
            assert_eq!(join(from, address).as_deref(), path, "{from} {address}");
        }
    }

    #[test]
    fn a_scheme_or_a_host_is_remote() {
        for (address, remote) in [
            ("https://a.b/c", true),
            ("file:///etc/passwd", true),
            ("//a/b", true),
            ("a.yaml", false),
            ("x/y:z.yaml", false),
        ] {
            assert_eq!(is_remote(address), remote, "{address}");
        }
    }

    #[test]
    fn a_broken_escape_is_no_text() {
        assert_eq!(decode("a%2Fb").as_deref(), Some("a/b"));
        for broken in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }
}
