//! Base URLs of a client, and the errors of its builder. Secrets in them must never print.
//!
//! The text of a base URL comes in, origin and prefix go out, or the reason why the text is not a base URL. One that is not a server of
//! the contract (a sandbox, a test on this machine) holds for all calls: nothing may be sent to a server of the contract unless the
//! caller sets one for it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::description::Api;
use crate::refusal::Refusal;
use crate::secret::{KeyRingError, SecretError};
use crate::security::CredentialError;
use crate::server::raw_target;
use crate::transport::{Cause, Chain};

/// Returns a URL without credentials, query and fragment, for errors and logs. A text that is neither a URL nor a host may be a
/// misplaced secret and is hidden.
pub(super) fn shown(url: &str) -> String {
    if !url.contains("://") && !url.contains('.') && !url.starts_with("localhost") {
        return "[redacted]".to_owned();
    }
    let (url, hidden) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
    let (scheme, rest) = url.split_at(url.find("://").map_or(0, |at| at + 3));
    match rest.rsplit_once('@') {
        // A password that contains `?` or `#` extends past them.
        _ if hidden.contains('@') => format!("{scheme}[redacted]"),
        Some((_, rest)) => format!("{scheme}[redacted]@{rest}"),
        None => url.to_owned(),
    }
}

/// A base URL, split into its two parts.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    pub(super) origin: String,
    pub(super) prefix: String,
    pub(super) loopback: bool,
}

impl Base {
    /// Returns the whole URL.
    pub(super) fn url(&self) -> String {
        format!("{}{}", self.origin, self.prefix)
    }

    pub(super) fn parse(url: &str) -> Result<Self, &'static str> {
        if url.contains(['#', '?']) {
            return Err("it has a query or a fragment");
        }
        let uri: http::Uri = url.parse().map_err(|_| "it is not a URL (in ASCII)")?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("it must have a scheme and a host, such as `https://api.example.com`");
        };
        if authority.as_str().contains('@') {
            return Err("it contains a user name; do not write credentials in a URL");
        }
        // Only a port may follow the host: libraries disagree on `[::1]example.com`.
        let behind = authority.as_str().strip_prefix(authority.host());
        let port = behind.ok_or("its host or its port is not valid").and_then(port)?;
        let host = host(authority.host()).ok_or(
            "its host is not valid: write a name in ASCII (`xn--...`), an IPv4 address as four decimal numbers, or an IPv6 address in \
             brackets",
        )?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let loopback = bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        let usual = match scheme {
            "https" => 443,
            "http" if loopback => 80,
            "http" => return Err("use `https`: `http` is allowed for this machine only"),
            _ => return Err("its scheme is neither `https` nor `http`"),
        };
        let port = port.filter(|port| *port != usual).map(|port| format!(":{port}"));
        let prefix = raw_target("", uri.path()).map_err(|_| "a segment of its path is `.` or `..`")?;
        let prefix = decoded(&prefix);
        Ok(Self {
            origin: format!("{scheme}://{host}{}", port.unwrap_or_default()),
            prefix: prefix.trim_end_matches('/').to_owned(),
            loopback,
        })
    }
}

/// An absolute URL: its origin, and its target on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    pub(crate) origin: String,
    pub(crate) target: String,
    pub(crate) loopback: bool,
}

impl Location {
    /// Parses a URL by the rules of base URLs. It may have a query.
    pub(crate) fn parse(url: &str) -> Result<Self, &'static str> {
        let base = Base::parse(url.split('?').next().unwrap_or_default())?;
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        let path = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
        Ok(Self {
            origin: base.origin,
            target: target_of_url(path)?,
            loopback: base.loopback,
        })
    }
}

/// Returns the target of a path and query.
pub(super) fn target_of_url(path: &str) -> Result<String, &'static str> {
    let slash = if path.starts_with('/') { "" } else { "/" };
    raw_target("", &[slash, path].concat()).map_err(|_| "its path cannot be sent as it is")
}

/// Reads the port after a host: nothing, or `:` and a 16-bit number.
fn port(text: &str) -> Result<Option<u16>, &'static str> {
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.strip_prefix(':').unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number);
    number.map(Some).ok_or("its host or its port is not valid")
}

/// Returns the normalized host: lower case, without a trailing dot; IPv6 addresses as in RFC 5952, IPv4 addresses as four
/// decimal numbers.
fn host(text: &str) -> Option<String> {
    if let Some(inner) = text.strip_prefix('[') {
        let address: Ipv6Addr = inner.strip_suffix(']')?.parse().ok()?;
        return Some(match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => format!("[{address}]"),
        });
    }
    let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
    let is_label = |label: &str| {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        !label.is_empty() && label.bytes().all(is_plain)
    };
    if !name.split('.').all(is_label) {
        return None;
    }
    // URL libraries read every host that ends with a number as an address, even `127.1`, `0x7f.1` and `2130706433`.
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_hex = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_number = last.bytes().all(|byte| byte.is_ascii_digit()) || last.strip_prefix("0x").is_some_and(is_hex);
    if is_number {
        return name.parse::<Ipv4Addr>().ok().map(|address| address.to_string());
    }
    Some(name)
}

/// Normalizes the percent-encoding of a path (RFC 3986, section 6.2.2): decodes unreserved characters, and writes the remaining
/// hexadecimal digits in upper case.
fn decoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut pieces = path.split('%');
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let byte = piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match byte {
            Some(byte) if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                out.push(char::from(byte));
                out.push_str(&piece[2..]);
            }
            Some(_) => {
                out.push('%');
                out.push_str(&piece[..2].to_ascii_uppercase());
                out.push_str(&piece[2..]);
            }
            None => {
                out.push('%');
                out.push_str(piece);
            }
        }
    }
    out
}

/// Suggests a prefix to replace one that repeats the start of the contract's paths or of its servers. Returns `None` if nothing
/// is repeated, or if the prefix is that of a server of the contract.
///
/// `paths` is the text that all paths of the contract start with, `servers` the prefixes of its servers.
pub(super) fn unrepeated(prefix: &str, paths: &str, servers: &[String]) -> Option<String> {
    if servers.iter().any(|server| server == prefix) {
        return None;
    }
    let ends = |run: &str| prefix.strip_suffix(run).filter(|_| !run.is_empty()).map(str::to_owned);
    // The longest run of segments first: `/partner/v1` before `/partner`.
    let runs = paths.match_indices('/').skip(1).map(|(at, _)| &paths[..at]);
    let mut runs: Vec<&str> = runs.chain([paths]).collect();
    runs.reverse();
    let of_paths = runs.into_iter().find_map(ends);
    of_paths.or_else(|| {
        servers
            .iter()
            .find_map(|server| ends(&format!("{server}{server}")).map(|rest| rest + server))
    })
}

/// The addresses that a client sends requests to.
pub(super) struct Addresses {
    pub(super) base: Base,
    /// Prefixes that may repeat the beginning of paths: those of the contract's servers.
    pub(super) servers: Vec<String>,
    pub(super) overrides: ServerOverrides,
}

impl Addresses {
    /// Returns `true` if the client, or one of its operations with a server of its own, sends requests to this origin and
    /// target.
    pub(super) fn includes(&self, origin: &str, target: &str) -> bool {
        let is_behind = |prefix: &str| {
            let rest = target.strip_prefix(prefix);
            rest.is_some_and(|rest| prefix.is_empty() || rest.is_empty() || rest.starts_with(['/', '?']))
        };
        let mut all = [&self.base].into_iter().chain(self.overrides.all());
        all.any(|base| base.origin == origin && is_behind(&base.prefix))
    }

    /// Returns origin and prefix of an operation, which may have another server than the client.
    pub(super) fn of_operation(&self, server: Option<&str>) -> Result<(&str, &str), Refusal> {
        let own = match server {
            Some(server) => self.overrides.of_operation(server)?,
            None => None,
        };
        Ok(own.unwrap_or((&self.base.origin, &self.base.prefix)))
    }

    /// Refuses a path that starts with the end of the base URL: the text would occur twice in the target.
    pub(super) fn check_path(&self, path: &str) -> Result<(), Refusal> {
        let Base { origin, prefix, .. } = &self.base;
        if prefix.is_empty() {
            return Ok(());
        }
        let literal = path.split('{').next().unwrap_or_default().trim_end_matches('/');
        match unrepeated(prefix, literal, &self.servers) {
            Some(prefix) => Err(Refusal::Repeated {
                write: format!("{origin}{prefix}"),
            }),
            None => Ok(()),
        }
    }
}

/// The base URLs of operations with servers of their own; a server without one is never called.
pub(super) struct ServerOverrides(Vec<(&'static str, Result<Base, &'static str>)>);

impl ServerOverrides {
    /// Finds the base URL of each server, and checks the caller's settings: server of the contract, URL.
    pub(super) fn new(api: &'static Api, base: &Base, given: &[(String, String)]) -> Result<Self, ConfigError> {
        let own = |server: &str| api.operation_servers.iter().find(|known| **known == server);
        if let Some((server, _)) = given.iter().find(|(server, _)| own(server).is_none()) {
            return Err(ConfigError::NoServer(server.clone()));
        }
        let url = base.url();
        let is_listed = |server: &&str| Base::parse(server).is_ok_and(|listed| listed.url() == url);
        let follows = !base.loopback && api.servers.iter().any(is_listed);
        let mut places = Vec::new();
        for &server in api.operation_servers {
            // If two are for the same server, the later one counts.
            if let Some((_, url)) = given.iter().rev().find(|(known, _)| known == server) {
                let place = Base::parse(url).map_err(|why| ConfigError::BaseUrl {
                    url: shown(url),
                    why,
                    variable: None,
                })?;
                places.push((server, Ok(place)));
            } else if follows {
                let is_path = server.starts_with('/');
                let url = if is_path {
                    format!("{}{server}", base.origin)
                } else {
                    server.to_owned()
                };
                places.push((server, Base::parse(&url)));
            }
        }
        Ok(Self(places))
    }

    /// Returns the base URLs of all operations with a server of their own.
    pub(super) fn all(&self) -> impl Iterator<Item = &Base> {
        self.0.iter().filter_map(|(_, place)| place.as_ref().ok())
    }

    /// Returns origin and prefix of an operation with a server of its own; `None` for those of the client.
    pub(super) fn of_operation(&self, server: &str) -> Result<Option<(&str, &str)>, Refusal> {
        match self.0.iter().find(|(known, _)| *known == server) {
            Some((_, Ok(place))) => Ok(Some((&place.origin, &place.prefix))),
            Some((url, Err(why))) => Err(Refusal::Server { url, why }),
            None => Ok(None),
        }
    }
}

/// The reason why a client cannot be built. Names the setting to change, and never shows a secret.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Settings are missing: all of them, in the order in which they are used.
    #[error("{}", all(.0))]
    Missing(Vec<MissingSetting>),
    /// The base URL cannot be used.
    #[error("the base URL `{url}` is refused: {why}")]
    BaseUrl {
        /// The URL as given, without credentials, query and fragment.
        url: String,
        /// The reason.
        why: &'static str,
        /// The environment variable that `from_env` reads; `None` for the server of a single operation.
        variable: Option<&'static str>,
    },
    /// The path of the base URL ends with the text that all paths of the contract start with, or repeats the path of a server
    /// of the contract.
    #[error(
        "the base URL `{url}` is refused: its path repeats the beginning of the contract's paths; write `{write}`, or call \
         `.allow_repeated_path()` if a gateway removes it"
    )]
    Repeated {
        /// The URL as given.
        url: String,
        /// The URL to use instead.
        write: String,
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The client secret cannot be decoded into a key.
    #[error("the client secret is refused: {why}")]
    Secret {
        /// The reason.
        why: SecretError,
        /// The environment variable that `from_env` reads.
        variable: Option<&'static str>,
    },
    /// The source of the client secret failed.
    #[error("the client secret cannot be read: {}", Chain(&**.0))]
    Source(Cause),
    /// The client id or a default header contains bytes that HTTP does not allow.
    #[error("{0} cannot be written as a header")]
    Header(String),
    /// No operation of the contract has this server.
    #[error("no operation of the contract has the server `{0}`")]
    NoServer(String),
    /// The signer does not fit the contract.
    #[error("the signer is refused: {0}")]
    Signer(String),
    /// A journal of a client with a signer has no secret for its rows.
    #[error("a client with a signer has no secret that seals the rows of its journal: call `.journal_secret(..)`")]
    JournalSecret,
    /// A setting of the signature is missing or invalid.
    #[error("the signing setting `{name}` is refused: {why}")]
    SigningSetting {
        /// Name of the setting.
        name: String,
        /// The reason.
        why: String,
    },
    /// A credential does not fit its security scheme.
    #[error("the credential of `{scheme}` is refused: {why}")]
    Credential {
        /// Name of the security scheme.
        scheme: String,
        /// The reason.
        why: CredentialError,
    },
    /// A default header would replace one that the client writes.
    #[error("the default header `{0}` is refused: the client sets it itself")]
    OwnHeader(String),
    /// The HTTP client could not be created.
    #[error("no HTTP client: {}", Chain(&**.0))]
    Transport(Cause),
}

impl ConfigError {
    /// Returns the error of a secret that was read from this variable.
    pub(in crate::client) fn of_secret(error: KeyRingError, variable: Option<&'static str>) -> Self {
        match error {
            KeyRingError::Secret(why) => Self::Secret { why, variable },
            KeyRingError::Source(cause) => Self::Source(cause),
        }
    }
}

/// Writes the text and the next step: `main` prints the error that it returns with `Debug`.
impl std::fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Self::Missing(missing) = self {
            return what_to_set(missing, f);
        }
        write!(f, "{self}")?;
        let (setter, variable) = match self {
            Self::BaseUrl { variable, .. } | Self::Repeated { variable, .. } => ("base_url", variable),
            Self::Secret { variable, .. } => ("client_secret", variable),
            _ => return Ok(()),
        };
        match variable {
            Some(variable) => write!(
                f,
                "\nnext: correct the environment variable {variable}, if the client is built with `from_env`, or `{setter}`"
            ),
            None => Ok(()),
        }
    }
}

/// A setting without which no client can be built.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MissingSetting {
    /// Name of the setting, for people.
    pub what: &'static str,
    /// The place to get its value from.
    pub source: String,
    /// The builder method that sets it.
    pub setter: &'static str,
    /// The environment variable that `from_env` reads.
    pub variable: Option<&'static str>,
}

impl std::fmt::Display for MissingSetting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({}; ", self.what, self.source)?;
        if let Some(name) = self.variable {
            write!(f, "environment variable {name} with `from_env`, or ")?;
        }
        write!(f, "`{}`)", self.setter)
    }
}

fn all(missing: &[MissingSetting]) -> String {
    let named: Vec<String> = missing.iter().map(ToString::to_string).collect();
    format!("settings are missing: {}", named.join(", "))
}

/// Writes the missing settings, and what to set.
fn what_to_set(missing: &[MissingSetting], f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let join = |texts: Vec<String>| texts.join(", ");
    let named = missing
        .iter()
        .map(|setting| format!("{} ({})", setting.what, setting.source));
    write!(f, "settings are missing: {}\nnext: ", join(named.collect()))?;
    let variables: Vec<String> = missing
        .iter()
        .filter_map(|setting| setting.variable)
        .map(str::to_owned)
        .collect();
    if !variables.is_empty() {
        write!(f, "set {} and call `from_env`, or ", join(variables))?;
    }
    let setters = missing.iter().map(|setting| format!("`{}`", setting.setter));
    write!(f, "call {} of the builder", join(setters.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_not_shown() {
        for (url, said) in [
            ("https://api.example.com/v1", "https://api.example.com/v1"),
            ("api.example.com", "api.example.com"),
            ("localhost:8080", "localhost:8080"),
            (
                "https://me:sentinel9f2@api.example.com",
                "https://[redacted]@api.example.com",
            ),
            ("https://api.example.com?key=sentinel9f2", "https://api.example.com"),
            ("sentinel9f2", "[redacted]"),
            ("c2VudGluZWw5ZjI/Kys=", "[redacted]"),
        ] {
            assert_eq!(shown(url), said);
        }
    }

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
        assert_eq!(parsed("http://[::1]:80"), good("http://[::1]", "", true));
        for wrong in [
            "http://example.com",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[::1]example.com",
            "http://[::1].example.com",
            "http://[::1]:80x",
            "http://0x7f.1",
            "https://0x0a.1",
            "https://10.1",
            "https://167772161",
            "https://010.0.0.1",
            "https://10.0.0.256",
            "https://.example.com",
            "https://example..com",
            "https://example.com..",
            "https://%61pi.example.com",
            "https://b\u{fc}cher.example",
            "https://[fe80::1%25eth0]",
            "https://[::1",
            "https://example.com/a/%2E%2e/b",
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

    #[test]
    fn every_spelling_of_a_base_url_is_the_same_sender() {
        let one = |url: &str| Base::parse(url).map(|base| format!("{}{}", base.origin, base.prefix));
        for (spelling, normal) in [
            ("HTTPS://API.Example.com:443", "https://api.example.com"),
            ("https://api.example.com.", "https://api.example.com"),
            ("https://API.example.COM.:0443/", "https://api.example.com"),
            ("https://api.example.com:08443//", "https://api.example.com:8443"),
            ("https://api.example.com:80", "https://api.example.com:80"),
            ("http://LOCALHOST:80/", "http://localhost"),
            ("http://localhost.:443", "http://localhost:443"),
            ("https://XN--BCHER-KVA.example", "https://xn--bcher-kva.example"),
            ("https://[2001:DB8:0:0:0:0:0:1]:443/v1/", "https://[2001:db8::1]/v1"),
            ("https://[::FFFF:10.0.0.1]", "https://10.0.0.1"),
            ("http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080"),
            (
                "https://example.com/%7Ev%31/a%2fb%C3%bc",
                "https://example.com/~v1/a%2Fb%C3%BC",
            ),
        ] {
            assert_eq!(one(spelling).as_deref(), Ok(normal), "{spelling}");
            assert_eq!(one(normal).as_deref(), Ok(normal), "the normal form of {spelling}");
        }
    }

    #[test]
    fn a_prefix_that_is_written_twice_is_seen_and_one_of_another_place_is_not() {
        let told = |prefix, paths, servers: &[&str]| {
            let servers: Vec<String> = servers.iter().map(|server| (*server).to_owned()).collect();
            unrepeated(prefix, paths, &servers)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(told("/partner/v1", "/partner/v1", &[""]), some(""));
        assert_eq!(told("/gate/partner/v1", "/partner/v1", &[""]), some("/gate"));
        assert_eq!(told("/partner", "/partner/v1", &[""]), some(""));
        assert_eq!(told("/v1", "/v1/customers", &[""]), some(""));
        assert_eq!(told("/v1/v1", "", &["/v1"]), some("/v1"));
        assert_eq!(told("/gate/v1/v1", "", &["/v1"]), some("/gate/v1"));
        for (prefix, paths, servers) in [
            ("", "/partner/v1", &[""][..]),
            ("/gate", "/partner/v1", &[""]),
            ("/v1", "/partner/v1", &[""]),
            ("/xpartner/v12", "/partner/v1", &[""]),
            ("/v1", "", &["/v1"]),
            ("/gate/v1", "", &["/v1"]),
            // The contract says so itself.
            ("/v1", "/v1", &["/v1"]),
            ("/v1/v1", "", &["/v1/v1", "/v1"]),
            ("", "", &[]),
        ] {
            assert_eq!(told(prefix, paths, servers), None, "{prefix} {paths}");
        }
    }

    const FILES: &str = "https://files.example.com/v3";

    const fn api(servers: &'static [&'static str]) -> Api {
        Api {
            servers,
            operation_servers: &[FILES, "/v2", "http://plain.example.com"],
            ..Api::new("Test", "test/1")
        }
    }

    static NAMED: Api = api(&["https://example.com/v1/"]);
    static UNNAMED: Api = api(&[]);

    fn places(api: &'static Api, base: &str, given: &[(&str, &str)]) -> Result<ServerOverrides, ConfigError> {
        let given: Vec<_> = given
            .iter()
            .map(|(server, url)| ((*server).to_owned(), (*url).to_owned()))
            .collect();
        ServerOverrides::new(api, &Base::parse(base).unwrap(), &given)
    }

    #[test]
    fn an_operation_goes_to_its_own_server_from_a_base_url_of_the_contract() {
        let places = places(&NAMED, "https://example.com/v1", &[]).unwrap();
        assert_eq!(
            places.of_operation(FILES),
            Ok(Some(("https://files.example.com", "/v3")))
        );
        assert_eq!(places.of_operation("/v2"), Ok(Some(("https://example.com", "/v2"))));
        let refused = places.of_operation("http://plain.example.com").unwrap_err().to_string();
        assert!(refused.contains("use `https`"), "{refused}");
    }

    #[test]
    fn from_any_other_base_url_it_goes_there() {
        for (api, base) in [
            (&NAMED, "https://sandbox.example.com/v1"),
            (&NAMED, "https://example.com"),
            (&NAMED, "http://localhost:1"),
            (&UNNAMED, "https://elsewhere.example"),
        ] {
            let places = places(api, base, &[]).unwrap();
            assert_eq!(places.of_operation(FILES), Ok(None), "{base}");
            assert_eq!(places.of_operation("/v2"), Ok(None), "{base}");
        }
    }

    #[test]
    fn a_place_that_is_given_counts_before_all_else() {
        let given = [(FILES, "https://example.net"), (FILES, "http://localhost:2/f")];
        let places_of = |base| places(&NAMED, base, &given).unwrap();
        for base in ["http://localhost:1", "https://example.com/v1"] {
            assert_eq!(
                places_of(base).of_operation(FILES),
                Ok(Some(("http://localhost:2", "/f")))
            );
        }
        for (server, url, told) in [
            (
                "https://file.example.com",
                "https://example.net",
                "no operation of the contract has the server",
            ),
            (
                FILES,
                "http://example.net",
                "the base URL `http://example.net` is refused",
            ),
        ] {
            let error = places(&NAMED, "https://example.com", &[(server, url)]).err().unwrap();
            assert!(error.to_string().contains(told), "{error}");
        }
    }
}
