//! Clients that cannot be built say what to set.

use sdk_runtime::{Builder, ConfigError};

use crate::api::API;
use crate::client::Client;

fn from(variables: &[(&str, &str)]) -> Result<Client, ConfigError> {
    Builder::from_variables(&API, |name| {
        variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    })
    .build()
}

#[test]
fn the_environment_is_enough_and_what_is_missing_is_named() {
    let all = [
        ("BOOKSHOP_URL", "https://x.example"),
        ("BOOKSHOP_ID", "c"),
        ("BOOKSHOP_SECRET", "very-secret"),
    ];
    let client = from(&all).unwrap();
    assert_eq!(client.client_id(), Some("c"));
    assert!(!format!("{client:?}").contains("very-secret"));
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
fn a_base_url_without_tls_or_with_credentials_is_refused() {
    for url in [
        "http://x.example",
        "https://u:p@x.example",
        "x.example",
        "https://x.example/?a=b",
    ] {
        let error = Client::builder()
            .base_url(url)
            .client_id("c")
            .client_secret("s")
            .build()
            .unwrap_err();
        assert!(matches!(error, ConfigError::BaseUrl { .. }), "{error}");
    }
}

#[test]
fn a_builder_prints_no_secret() {
    let builder = Client::builder()
        .client_secret("very-secret")
        .default_header("X-Key", "other-secret");
    let text = format!("{builder:?}");
    assert!(
        !text.contains("very-secret") && !text.contains("other-secret"),
        "{text}"
    );
    let error = Client::builder()
        .base_url("https://x")
        .client_id("a b")
        .client_secret("s")
        .build()
        .unwrap_err();
    assert!(error.to_string().contains("the client id"));
}
