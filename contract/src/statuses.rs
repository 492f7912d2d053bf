//! Names of HTTP statuses (RFC 9110, section 15).
//!
//! In: a name in the contract. Out: the words of what it is, if it begins with a status: no type is named by a number.

/// Returns the words of a name that begins with a status: `403` is `forbidden error`, `404 Missing` is `Missing`. `None` for
/// another name.
pub fn words(name: &str) -> Option<String> {
    let (status, rest) = name.split_at_checked(3).filter(|(status, _)| status.is_ascii())?;
    let is_range = status[1..].eq_ignore_ascii_case("xx");
    let is_status = matches!(status.as_bytes()[0], b'1'..=b'5')
        && (is_range || status.bytes().all(|byte| byte.is_ascii_digit()))
        && !rest.starts_with(|c: char| c.is_ascii_digit());
    let own = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    match own.chars().next() {
        _ if !is_status => None,
        Some(first) => first.is_alphabetic().then(|| own.to_owned()),
        None => reason(&status.to_ascii_lowercase()),
    }
}

/// Returns the words of a status without more; `None` for one that names nothing.
fn reason(status: &str) -> Option<String> {
    let reason = match status {
        "200" => "ok",
        "201" => "created",
        "202" => "accepted",
        "204" => "no content",
        "206" => "partial",
        "2xx" => "success",
        "400" => "bad request",
        "401" => "unauthorized",
        "402" => "payment required",
        "403" => "forbidden",
        "404" => "not found",
        "405" => "method not allowed",
        "406" => "not acceptable",
        "408" => "request timeout",
        "409" => "conflict",
        "410" => "gone",
        "412" => "precondition failed",
        "413" => "content too large",
        "415" => "unsupported media type",
        "422" => "unprocessable content",
        "423" => "locked",
        "424" => "failed dependency",
        "428" => "precondition required",
        "429" => "too many requests",
        "500" => "internal server",
        "501" => "not implemented",
        "502" => "bad gateway",
        "503" => "service unavailable",
        "504" => "gateway timeout",
        _ if status.starts_with('4') => "client",
        _ if status.starts_with('5') => "server",
        _ => return None,
    };
    let class = if status.starts_with(['4', '5']) {
        "error"
    } else {
        "response"
    };
    Some(format!("{reason} {class}"))
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn a_status_is_what_it_means() {
        for (name, expected) in [
            ("403", Some("forbidden error")),
            ("499", Some("client error")),
            ("5XX", Some("server error")),
            ("200", Some("ok response")),
            ("204", Some("no content response")),
            ("360", None),
            ("404NotFound", Some("NotFound")),
            ("409-conflict", Some("conflict")),
            ("4031", None),
            ("403.1", None),
            ("999", None),
            ("Error403", None),
            ("40", None),
            ("名", None),
        ] {
            assert_eq!(words(name).as_deref(), expected, "{name}");
        }
    }
}
