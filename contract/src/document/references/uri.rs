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

/// Resolves an address against an absolute one (RFC 3986, section 5.2); `None` against one without a host.
pub(super) fn resolve(base: &str, address: &str) -> Option<String> {
    if address.split_once(':').is_some() && is_remote(address) {
        return Some(address.to_owned());
    }
    let (scheme, rest) = base.split_once("://")?;
    if address.starts_with("//") {
        return Some(format!("{scheme}:{address}"));
    }
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let folder = path.rfind('/').map_or("", |end| &path[..end]);
    let whole = if address.starts_with('/') {
        address.to_owned()
    } else {
        format!("{folder}/{address}")
    };
    let mut pieces: Vec<&str> = Vec::new();
    for piece in whole.split('/').skip(1) {
        match piece {
            "." => {}
            ".." => drop(pieces.pop()),
            piece => pieces.push(piece),
        }
    }
    Some(format!("{scheme}://{host}/{}", pieces.join("/")))
}

/// Returns how many folders above the first of a file's an address leads; `None` if it leads to none above.
pub(super) fn above(from: &str, address: &str) -> Option<usize> {
    let address = decode(address.split('?').next().unwrap_or(""))?;
    let mut depth = from.split('/').count() - 1;
    let mut above = 0;
    for piece in address.split('/') {
        match piece {
            "" | "." => {}
            ".." if depth == 0 => above += 1,
            ".." => depth -= 1,
            _ => depth += 1,
        }
    }
    let is_relative = !address.starts_with('/') && !address.contains(['\\', '\0', ':']);
    (is_relative && above > 0).then_some(above)
}

/// Returns the command that fetches a remote document into a folder, and the name of the file; `None` where no command
/// does. A name that `is_taken` is told apart by the host.
pub(super) fn fetch(address: &str, is_taken: impl Fn(&str) -> bool) -> Option<(String, String)> {
    let whole = match address.strip_prefix("//") {
        Some(rest) => format!("https://{rest}"),
        None => address.to_owned(),
    };
    let (scheme, rest) = whole.split_once("://")?;
    let is_http = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    if !is_http || rest.is_empty() || whole.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let path = rest.split('?').next().unwrap_or_default();
    let (host, path) = path.split_once('/').unwrap_or((path, ""));
    let plain = |text: &str| -> String {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '-'
            }
        };
        let text: String = text.chars().map(plain).collect();
        text.trim_start_matches(['-', '.']).to_owned()
    };
    let mut name = plain(path.rsplit('/').next().unwrap_or_default());
    if name.is_empty() {
        name = plain(host);
    } else if is_taken(&name) {
        name = plain(&format!("{host}-{name}"));
    }
    let url = whole.replace('\'', "%27");
    Some((format!("curl --fail --location --output {name} '{url}'"), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_above_that_an_address_leads_to_are_counted() {
        for (from, address, folders) in [
            ("a.yaml", "../common/b.yaml", Some(1)),
            ("a.yaml", "x/../../../b.yaml", Some(2)),
            ("x/a.yaml", "../b.yaml", None),
            ("x/a.yaml", "../../b.yaml", Some(1)),
            ("a.yaml", "%2e%2e/b.yaml", Some(1)),
            ("a.yaml", "/etc/passwd", None),
            ("a.yaml", "..\\b.yaml", None),
        ] {
            assert_eq!(above(from, address), folders, "{from} {address}");
        }
    }

    #[test]
    fn a_remote_document_is_fetched_by_a_command_that_a_shell_can_run() {
        let taken = |name: &str| name == "api.yaml";
        for (address, url, name) in [
            (
                "https://a.example/x/money.yaml",
                "https://a.example/x/money.yaml",
                "money.yaml",
            ),
            ("//a.example/money.yaml", "https://a.example/money.yaml", "money.yaml"),
            (
                "http://a.example/api.yaml?b=c&d",
                "http://a.example/api.yaml?b=c&d",
                "a.example-api.yaml",
            ),
            ("https://a.example", "https://a.example", "a.example"),
            ("https://a.example/$(rm)'x", "https://a.example/$(rm)%27x", "rm--x"),
            ("https://a.example/-o", "https://a.example/-o", "o"),
        ] {
            let wanted = format!("curl --fail --location --output {name} '{url}'");
            assert_eq!(fetch(address, taken), Some((wanted, name.to_owned())), "{address}");
        }
        for address in ["file:///etc/passwd", "urn:a:b", "https://", "https://a b/c"] {
            assert_eq!(fetch(address, taken), None, "{address}");
        }
    }

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
    fn an_address_is_resolved_against_an_absolute_one() {
        for (base, address, whole) in [
            ("https://a.b/c/d", "e", Some("https://a.b/c/e")),
            ("https://a.b/c/d?x/y#z", "../e.json", Some("https://a.b/e.json")),
            ("https://a.b", "e", Some("https://a.b/e")),
            ("https://a.b/c/d", "/e", Some("https://a.b/e")),
            ("https://a.b/c/d", "//e/f", Some("https://e/f")),
            ("https://a.b/c/d", "urn:e", Some("urn:e")),
            ("https://a.b/c/", "./../../e", Some("https://a.b/e")),
            ("urn:a:b", "e", None),
        ] {
            assert_eq!(resolve(base, address).as_deref(), whole, "{base} {address}");
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
