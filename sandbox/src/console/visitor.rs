//! In: the headers of a request beside the contract's paths, and its form. Out: why it is refused. Never: a page or an action for another
//! site, whether it is open in the same browser or has pointed its name at this machine.

use crate::request::Request;

/// Hosts that name this machine.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];

/// Returns the reason to refuse a request.
pub(crate) fn refusal(request: &Request) -> Option<String> {
    let host = request.header("host").unwrap_or_default();
    // A page of another site can have its own name lead to 127.0.0.1, and its browser then sends that name (DNS rebinding).
    if !LOOPBACK.contains(&name(host)) {
        return Some(format!(
            "This is only shown under {}, not under `{host}`.",
            LOOPBACK.join(", ")
        ));
    }
    if request.method == "GET" {
        return None;
    }
    let is_foreign = |origin: &str| origin != format!("http://{host}");
    let is_cross = |site: &str| site != "same-origin" && site != "none";
    let from_elsewhere =
        request.header("origin").is_some_and(is_foreign) || request.header("sec-fetch-site").is_some_and(is_cross);
    from_elsewhere.then(|| "A page of another site sent this.".to_owned())
}

/// The name of a host without its port.
fn name(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, headers: &[(&str, &str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        refusal(&Request {
            method: method.to_owned(),
            headers: headers.collect(),
            ..Request::default()
        })
        .is_none()
    }

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:8080", "[::1]"] {
            assert!(asked("GET", &[("host", host)]), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "localhost:evil.example",
            "0.0.0.0",
        ] {
            assert!(!asked("GET", &[("host", host)]), "{host}");
        }
        assert!(!asked("GET", &[]));
    }

    #[test]
    fn an_action_comes_from_a_page_of_this_server_or_from_a_program() {
        let host = ("host", "localhost:8080");
        assert!(asked("POST", &[host]));
        assert!(asked(
            "POST",
            &[
                host,
                ("origin", "http://localhost:8080"),
                ("sec-fetch-site", "same-origin")
            ]
        ));
        for other in [
            ("origin", "http://evil.example"),
            ("origin", "http://localhost:8081"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!asked("POST", &[host, other]), "{other:?}");
        }
    }
}
