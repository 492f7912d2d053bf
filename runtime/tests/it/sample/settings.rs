//! Clients that cannot be built say what to set.

use sdkwright_runtime::glue::{self, Api, Description};
use sdkwright_runtime::{Builder, ConfigError, JsonValue};

use crate::sample::api::API;
use crate::sample::client::{Call, Client};
use crate::sample::server::{Server, json};

fn from(variables: &[(&str, &str)]) -> Result<Client, ConfigError> {
    Client::builder()
        .from_variables(|name| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        })
        .without_journal()
        .build()
}

#[test]
fn the_environment_is_enough_and_what_is_missing_is_named() {
    let all = [
        ("BOOKSHOP_URL", "https://x.example"),
        ("BOOKSHOP_ID", "c"),
        ("BOOKSHOP_SECRET", "sentinel9f2-very-secret"),
    ];
    let client = from(&all).unwrap();
    assert_eq!(client.client_id(), Some("c"));
    assert!(!format!("{client:?}").contains("sentinel9f2-very-secret"));
    for (index, (name, _)) in all.iter().enumerate() {
        let mut some = all.to_vec();
        some.remove(index);
        let error = from(&some).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
        let mut empty = all;
        empty[index].1 = "";
        assert!(from(&empty).unwrap_err().to_string().contains(name));
    }
}

#[test]
fn all_settings_that_are_missing_are_named_at_once_with_their_variables_and_where_they_come_from() {
    let error = from(&[]).unwrap_err();
    let ConfigError::Missing(missing) = &error else {
        panic!("{error}");
    };
    let variables: Vec<_> = missing.iter().filter_map(|one| one.variable).collect();
    assert_eq!(variables, ["BOOKSHOP_URL", "BOOKSHOP_ID", "BOOKSHOP_SECRET"]);
    assert_eq!(
        error.to_string(),
        "settings are missing: base URL (the contract names https://api.bookshop.example; environment variable BOOKSHOP_URL with `from_env`, or \
         `base_url`), client id (comes with an account of Bookshop API; environment variable BOOKSHOP_ID with `from_env`, or \
         `client_id`), client secret (comes with an account of Bookshop API; environment variable BOOKSHOP_SECRET with \
         `from_env`, or `client_secret`)"
    );
    assert_eq!(
        format!("{error:?}"),
        "settings are missing: base URL (the contract names https://api.bookshop.example), client id (comes with an account of \
         Bookshop API), client secret (comes with an account of Bookshop API)\nnext: set BOOKSHOP_URL, BOOKSHOP_ID, \
         BOOKSHOP_SECRET and call `from_env`, or call `base_url`, `client_id`, `client_secret` of the builder"
    );
}

#[test]
fn a_variable_that_is_not_set_changes_nothing_and_one_that_is_set_replaces_what_was_given_before() {
    let read = |name: &str| (name == "BOOKSHOP_ID").then(|| "later".to_owned());
    let builder = Client::builder()
        .base_url("https://x.example")
        .client_id("earlier")
        .client_secret("sentinel9f2-s");
    let client = builder.from_variables(read).without_journal().build().unwrap();
    assert_eq!(client.client_id(), Some("later"));
}

#[test]
fn a_base_url_without_tls_or_with_credentials_is_refused() {
    for url in [
        "http://x.example",
        "https://u:sentinel9f2@x.example",
        "x.example",
        "https://x.example/?a=b",
    ] {
        let error = Client::builder()
            .without_journal()
            .base_url(url)
            .client_id("c")
            .client_secret("sentinel9f2-s")
            .build()
            .unwrap_err();
        assert!(matches!(error, ConfigError::BaseUrl { .. }), "{error}");
        let printed = format!("{error:?}");
        let next = "\nnext: correct the environment variable BOOKSHOP_URL, if the client is built with `from_env`, or `base_url`";
        assert!(printed.ends_with(next) && !printed.contains("sentinel9f2"), "{printed}");
    }
}

#[test]
fn a_builder_prints_no_secret() {
    let builder = Client::builder()
        .without_journal()
        .client_secret("sentinel9f2-very-secret")
        .default_header("X-Key", "sentinel9f2-other-secret");
    let text = format!("{builder:?}");
    assert!(
        !text.contains("sentinel9f2-very-secret") && !text.contains("sentinel9f2-other-secret"),
        "{text}"
    );
    let error = Client::builder()
        .without_journal()
        .base_url("https://x")
        .client_id("a b")
        .client_secret("sentinel9f2-s")
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("the client id"));
}

#[test]
fn a_default_header_cannot_take_the_place_of_one_that_the_client_writes() {
    for name in [
        "once-key",
        "Shop-Signature",
        "shop-time",
        "Trace-Id",
        "Content-Length",
        "host",
        "Accept-Encoding",
    ] {
        let built = Client::builder()
            .without_journal()
            .base_url("https://x.example")
            .client_id("c")
            .client_secret("sentinel9f2-s")
            .default_header(name, "1")
            .build();
        let error = built.unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("itself"), "{error}");
    }
}

#[test]
fn what_stands_in_a_base_url_and_should_not_is_not_printed() {
    for url in [
        "https://user:sentinel9f2-very-secret@x.example/a",
        "https://x.example/?token=sentinel9f2-very-secret",
        "https://x.example/#sentinel9f2-very-secret",
        "http://sentinel9f2-very-secret@x.example",
        "sentinel9f2-very-secret@x.example",
    ] {
        let builder = Client::builder()
            .without_journal()
            .base_url(url)
            .client_id("c")
            .client_secret("sentinel9f2-s");
        let printed = format!("{builder:?}");
        assert!(!printed.contains("sentinel9f2-very-secret"), "{printed}");
        let error = builder.build().unwrap_err();
        let printed = format!("{error} {error:?}");
        assert!(
            printed.contains("x.example") && !printed.contains("sentinel9f2-very-secret"),
            "{printed}"
        );
    }
}

struct Ping;

impl glue::Operation for Ping {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("ping", "GET", "/v2/ping");
}

#[tokio::test]
async fn a_base_url_that_repeats_the_paths_is_used_if_a_gateway_removes_it() {
    // All paths of the contract repeat the base URL, or only that of one operation does.
    static ALL: Api = Api {
        paths: "/v2",
        ..Api::new("Bookshop", "bookshop/1")
    };
    static SOME: Api = Api::new("Bookshop", "bookshop/1");
    let server = Server::start(vec![json(200, "", "{}"), json(200, "", "{}")]);
    let url = server.url.replace("/base", "/gateway/v2");
    let builder = |api| -> Builder<Client> { Builder::new(api).without_journal().base_url(&*url) };
    let ping = async |client: Client| Call::<Ping>::new(&client, glue::request::<Ping>(&client)).await;
    let error = builder(&ALL).build().unwrap_err().to_string();
    assert!(error.contains("`.allow_repeated_path()`"), "{error}");
    let error = ping(builder(&SOME).build().unwrap()).await.unwrap_err();
    assert!(error.to_string().contains("`.allow_repeated_path()`"), "{error}");
    for api in [&ALL, &SOME] {
        ping(builder(api).allow_repeated_path().build().unwrap()).await.unwrap();
    }
    let targets: Vec<String> = server.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/gateway/v2/v2/ping"; 2]);
}
