//! Lists whose server leads to the next page by a URL, or repeats a page.

use crate::sample::client::{Call, Client};
use crate::sample::server::{SECRET, Server, Step, json};
use sdkwright_runtime::glue::{self, Api, Description, NextPage, Paging, Progress, SignatureRules, SignedValue};
use sdkwright_runtime::signing::{Freshness, PlacedValue, ValuePlace};
use sdkwright_runtime::{Builder, Error, Items, JsonValue, Map};

static SHOP: Api = Api {
    schemes: &[glue::Scheme {
        name: "Signature",
        kind: glue::SchemeKind::Signing,
        setter: None,
    }],
    security: &[&[("Signature", &[])]],
    signing: Some(&SignatureRules {
        signature: glue::SignaturePlace::Query("signature"),
        values: &[
            PlacedValue {
                value: SignedValue::Timestamp,
                place: ValuePlace::Query("timestamp"),
            },
            PlacedValue {
                value: SignedValue::Setting("window"),
                place: ValuePlace::Query("window"),
            },
        ],
        freshness: Freshness::each_way(300),
        message: &[glue::Piece::Value(SignedValue::Query, &[])],
        settings: &[glue::SigningSetting {
            name: "window",
            environment: None,
            required: true,
        }],
        timestamp: glue::TimestampFormat::UnixMillis,
        ..SignatureRules::NONE
    }),
    ..Api::new("Shop", "shop/1")
};

macro_rules! list {
    ($name:ident, $path:literal, $next:expr) => {
        struct $name;

        impl glue::Operation for $name {
            type Output = JsonValue;
            const DESCRIPTION: &'static Description = &Description::new("list", "GET", $path);
        }

        impl glue::Paged for $name {
            type Item = JsonValue;
            const PAGING: Paging = Paging {
                cursor: "offset",
                limit: Some("limit"),
            };
            const ITEMS: &'static str = "/items";
            const NEXT: NextPage = $next;

            fn items(page: JsonValue) -> Vec<JsonValue> {
                let items = page.get("items").and_then(JsonValue::as_array);
                items.unwrap_or_default().to_vec()
            }

            fn next(page: &JsonValue) -> Option<String> {
                page.get("next")?.as_str().map(str::to_owned)
            }

            fn progress(page: &JsonValue) -> Progress {
                Progress {
                    more: page.get("more").and_then(JsonValue::as_bool),
                    items: Self::items(page.clone()).len(),
                    total: page.get("total").map(JsonValue::to_string),
                }
            }
        }
    };
}

list!(ByUrl, "/v2/shops/{id}/books", NextPage::Url);
list!(ByLink, "/v2/shops/{id}/books", NextPage::Link("next"));
list!(ByOffset, "/v2/shops/{id}/books", NextPage::Offset(0));

fn client(url: &str, api: &'static Api) -> Client {
    sdkwright_watch::listen();
    let builder = Builder::new(api).without_journal().base_url(url);
    let builder = match api.signing {
        Some(_) => builder.client_secret(SECRET).signing_setting("window", "5000"),
        None => builder,
    };
    builder.build().unwrap()
}

/// Reads a list to its end or its first error.
async fn read<O: glue::Paged<Item = JsonValue>>(
    server: &Server,
    api: &'static Api,
    limit: Option<&str>,
) -> (Vec<String>, Result<(), Error>) {
    let client = client(&server.url, api);
    let request = glue::request::<O>(&client).path("id", "a:b");
    let request = match limit {
        Some(limit) => request.query("limit", limit),
        None => request,
    };
    let mut items = Call::<O>::new(&client, request).stream();
    let mut read = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(item)) => read.push(item.to_string()),
            Ok(None) => return (read, Ok(())),
            Err(error) => {
                let again = items.try_next().await.unwrap_err();
                assert_eq!(again.to_string(), error.to_string());
                return (read, Err(error));
            }
        }
    }
}

static PLAIN: Api = Api::new("Plain", "plain/1");

fn page(items: &str, rest: &str) -> Step {
    json(200, "", &format!(r#"{{"items":[{items}]{rest}}}"#))
}

#[tokio::test]
async fn the_query_of_a_url_behind_a_proxy_is_used_on_the_base_url() {
    for url in [
        "https://127.0.0.1:1/base/v2/shops/a:b/books?p=2",
        "http://internal_host:8080/v2/shops/a%3Ab/books/?p=2",
        "https://shop.example/other/prefix/v2/shops/a:b/books?p=2",
        "http://10.0.0.7/shops/a:b/books?p=2",
        "/v2/shops/a:b/books?p=2",
        "//shop.example/v2/shops/a:b/books?p=2#top",
    ] {
        let server = Server::start(vec![page("1", &format!(r#","next":"{url}""#)), page("2", "")]);
        let (items, end) = read::<ByUrl>(&server, &PLAIN, None).await;
        assert!(end.is_ok() && items == ["1", "2"], "{url}: {items:?} {end:?}");
        assert_eq!(server.seen()[1].target, "/base/v2/shops/a%3Ab/books?p=2");
        let link = format!("Link: <{url}>; rel=\"next\"\r\n");
        let server = Server::start(vec![json(200, &link, r#"{"items":[1]}"#), page("2", "")]);
        let (items, _) = read::<ByLink>(&server, &PLAIN, None).await;
        assert_eq!(
            (items.len(), &*server.seen()[1].target),
            (2, "/base/v2/shops/a%3Ab/books?p=2")
        );
    }
}

#[tokio::test]
async fn a_page_with_an_unusable_url_keeps_its_items_and_the_error_stays() {
    for (next, why) in [
        (r#""https://127.0.0.1:1/base/v2/shops/c/books?p=2""#, "another path"),
        (r#""/books?p=2""#, "another path"),
        (r#""javascript:alert(1)?p=2""#, "not valid"),
        (r#""""#, "returned no cursor"),
    ] {
        let server = Server::start(vec![page("1,2", &format!(r#","next":{next}"#))]);
        let (items, end) = read::<ByUrl>(&server, &PLAIN, None).await;
        assert_eq!(items, ["1", "2"], "{next}");
        assert!(end.unwrap_err().to_string().contains(why), "{next}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_url_that_repeats_what_signing_adds_repeats_nothing_of_it() {
    let echo = "timestamp=1&size=2&window=5000&signature=abc&times%74amp=2&p=2";
    let next = format!(r#","next":"/v2/shops/a:b/books?{echo}""#);
    let server = Server::start(vec![page("1", &next), page("2", "")]);
    let (items, _) = read::<ByUrl>(&server, &SHOP, None).await;
    assert_eq!(items, ["1", "2"]);
    let target = server.seen()[1].target.clone();
    let names: Vec<&str> = target
        .split(['?', '&'])
        .skip(1)
        .map(|pair| pair.split('=').next().unwrap())
        .collect();
    assert_eq!(names, ["size", "p", "timestamp", "window", "signature"], "{target}");
}

#[tokio::test]
async fn an_offset_list_ends_where_the_server_repeats_its_last_page() {
    let repeated = |offset: u32| page(r#"{"id":"c"}"#, &format!(r#","offset":{offset}"#));
    let first = || page(r#"{"id":"a"},{"id":"b"}"#, r#","offset":0"#);
    let server = Server::start(vec![first(), repeated(2), repeated(3)]);
    let (items, end) = read::<ByOffset>(&server, &PLAIN, None).await;
    assert!(end.is_ok() && items.len() == 3, "{items:?} {end:?}");
    // A page that is shorter than the requested size is the last one.
    let server = Server::start(vec![repeated(0), repeated(1)]);
    let (items, end) = read::<ByOffset>(&server, &PLAIN, Some("2")).await;
    assert!(end.is_ok() && items.len() == 1, "{items:?} {end:?}");
}

#[tokio::test]
async fn a_repeated_page_with_more_to_come_never_ends_a_list() {
    let first = || page(r#"{"id":"a"},{"id":"b"}"#, "");
    let announces = |rest: &'static str| move || page(r#"{"id":"c"}"#, rest);
    let (more, total) = (announces(r#","more":true"#), announces(r#","total":9"#));
    for steps in [vec![first(), more(), more()], vec![first(), total(), total()]] {
        let server = Server::start(steps);
        let (items, end) = read::<ByOffset>(&server, &PLAIN, None).await;
        assert!(end.unwrap_err().to_string().contains("same page twice"));
        assert!(items.len() <= 3, "{items:?}");
    }
}

struct Names;

impl glue::Operation for Names {
    type Output = Map<Vec<String>>;
    const DESCRIPTION: &'static Description = &Description::new("names", "GET", "/names");
}

impl glue::Paged for Names {
    type Item = String;
    const PAGING: Paging = Paging {
        cursor: "offset",
        limit: None,
    };
    const ITEMS: &'static str = "/items";
    const NEXT: NextPage = NextPage::Offset(0);

    fn items(page: Self::Output) -> Vec<String> {
        page.get("items").cloned().unwrap_or_default()
    }

    fn progress(page: &Self::Output) -> Progress {
        Progress {
            items: Self::items(page.clone()).len(),
            ..Progress::default()
        }
    }
}

fn names(server: &Server, is_lenient: bool, change: fn(glue::Request) -> glue::Request) -> Items<Names> {
    let builder = Builder::new(&PLAIN).without_journal().base_url(&*server.url);
    let client: Client = builder.lenient_lists(is_lenient).build().unwrap();
    Call::<Names>::new(&client, change(glue::request::<Names>(&client))).stream()
}

/// A thousand items with one `null`, and the end of the list.
fn thousand() -> Server {
    let mut items = vec!["\"a\""; 1000];
    items[17] = "null";
    Server::start(vec![page(&items.join(","), ""), page("", "")])
}

#[tokio::test]
async fn one_unexpected_null_ends_a_list_only_if_the_client_is_strict() {
    let server = thousand();
    let error = names(&server, false, |request| request)
        .try_collect()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("/items/17"), "{error}");

    let server = thousand();
    let mut list = names(&server, true, |request| request);
    let mut read = 0;
    while list.try_next().await.unwrap().is_some() {
        read += 1;
    }
    let [one] = list.left_out() else {
        panic!("{:?}", list.left_out());
    };
    assert_eq!((read, &*one.pointer, &one.cursor), (999, "/items/17", &None));
    assert!(one.error.to_string().contains("null"), "{}", one.error);
    // The number of items before the next page is that of the server.
    assert_eq!(server.seen()[1].target, "/base/names?offset=1000");

    // A list that decides about an action is strict, and so is any other fault of a page.
    let server = thousand();
    names(&server, true, glue::Request::fresh)
        .try_collect()
        .await
        .unwrap_err();
    let server = Server::start(vec![page("\"a\"", ",\"more\":1")]);
    names(&server, true, |request| request).try_collect().await.unwrap_err();
}
