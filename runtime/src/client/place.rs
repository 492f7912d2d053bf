//! The server of a call: base URL, servers of the contract and caller's servers come in, origin and prefix go out.
//!
//! A base URL that is no server of the contract (a sandbox, a test on this machine) holds for all calls: nothing may be sent to
//! a server of the contract unless the caller sets one for it.

use super::ConfigError;
use super::builder::{Base, shown};
use crate::description::Api;
use crate::refusal::Refusal;

/// The base URLs of operations with servers of their own; a server without one is never called.
pub(super) struct Places(Vec<(&'static str, Result<Base, &'static str>)>);

impl Places {
    /// Finds the base URL of each server, and checks the caller's settings: server of the contract, URL.
    pub(super) fn of(api: &'static Api, base: &Base, given: &[(String, String)]) -> Result<Self, ConfigError> {
        let own = |server: &str| api.operation_servers.iter().find(|known| **known == server);
        if let Some((server, _)) = given.iter().find(|(server, _)| own(server).is_none()) {
            return Err(ConfigError::NoServer(server.clone()));
        }
        let url = format!("{}{}", base.origin, base.prefix);
        let is_listed = |server: &&str| {
            let listed = Base::parse(server).map(|listed| format!("{}{}", listed.origin, listed.prefix));
            listed.is_ok_and(|listed| listed == url)
        };
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

#[cfg(test)]
mod tests {
    use super::*;

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

    fn places(api: &'static Api, base: &str, given: &[(&str, &str)]) -> Result<Places, ConfigError> {
        let given: Vec<_> = given
            .iter()
            .map(|(server, url)| ((*server).to_owned(), (*url).to_owned()))
            .collect();
        Places::of(api, &Base::parse(base).unwrap(), &given)
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
