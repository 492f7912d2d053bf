//! A base URL: its text comes in, origin and prefix go out, or why it is none. What stands in it as a secret is never shown.

use std::net::IpAddr;

/// A URL without what must not be printed: credentials, query, fragment.
pub(in crate::client) fn shown(url: &str) -> String {
    let (url, hidden) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + 3));
    match rest.rsplit_once('@') {
        // A password with `?` or `#` in it ends behind them.
        _ if hidden.contains('@') => format!("{scheme}[redacted]"),
        Some((_, rest)) => format!("{scheme}[redacted]@{rest}"),
        None => url.to_owned(),
    }
}

/// A base URL in its two parts.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::client) struct Base {
    pub(in crate::client) origin: String,
    pub(in crate::client) prefix: String,
    pub(in crate::client) loopback: bool,
}

impl Base {
    pub(in crate::client) fn parse(url: &str) -> Result<Self, &'static str> {
        if url.contains(['#', '?']) {
            return Err("it has a query or a fragment");
        }
        let uri: http::Uri = url.parse().map_err(|_| "it is no URL (in ASCII)")?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("it needs a scheme and a host, such as `https://api.example.com`");
        };
        if authority.as_str().contains('@') {
            return Err("it has a user name: credentials do not belong into a URL");
        }
        // Behind the host there is a port or nothing: `[::1]example.com` is read in different ways.
        let port = authority.as_str().strip_prefix(authority.host());
        let is_port = |text: &str| {
            let digits = text.strip_prefix(':').unwrap_or_default();
            digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
        };
        if !port.is_some_and(|text| text.is_empty() || is_port(text)) {
            return Err("its host or its port is none");
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let loopback =
            host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        match scheme {
            "https" => {}
            "http" if loopback => {}
            "http" => return Err("use `https`: `http` is for this machine alone"),
            _ => return Err("its scheme is neither `https` nor `http`"),
        }
        let prefix = crate::request::target::raw("", uri.path()).map_err(|_| "a segment of its path is `.` or `..`")?;
        Ok(Self {
            origin: format!("{scheme}://{authority}"),
            prefix: prefix.trim_end_matches('/').to_owned(),
            loopback,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_https_or_this_machine() {
        let parsed = |url| Base::parse(url).map(|base| (base.origin, base.prefix, base.loopback));
        let good = |origin: &str, prefix: &str, loopback| Ok((origin.to_owned(), prefix.to_owned(), loopback));
        assert_eq!(
            parsed("https://api.example.com"),
            good("https://api.example.com", "", false)
        );
        assert_eq!(
            parsed("https://api.example.com/"),
            good("https://api.example.com", "", false)
        );
        assert_eq!(
            parsed("https://api.example.com:8443/a/b/"),
            good("https://api.example.com:8443", "/a/b", false)
        );
        assert_eq!(parsed("http://localhost:1/x"), good("http://localhost:1", "/x", true));
        assert_eq!(parsed("http://127.0.0.9"), good("http://127.0.0.9", "", true));
        assert_eq!(parsed("http://[::1]:80"), good("http://[::1]:80", "", true));
        for wrong in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[::1]example.com",
            "http://[::1].example.com",
            "http://[::1]:80x",
            "http://0x7f.1",
            "https://example.com:",
            "https://example.com:99999",
            "ftp://localhost",
            "https://user:pass@example.com",
            "https://example.com/?a",
            "https://example.com#a",
            "https://example.com/a/../b",
            "example.com",
            "/a",
            "",
        ] {
            assert!(Base::parse(wrong).is_err(), "{wrong}");
        }
    }
}
