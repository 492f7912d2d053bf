//! Lists by their source of the next page, and servers that lead them astray.

use super::*;
use crate::scheme::{Scheme, SchemeKind};
use crate::security::Credential;

static SHOP: Api = Api {
    schemes: &[Scheme {
        name: "Key",
        kind: SchemeKind::QueryKey("api key"),
        setter: Some("auth::key"),
    }],
    security: &[&[("Key", &[])]],
    ..Api::new("Test", "test/1")
};

/// Defines lists: name, method and path, place of the cursor, source of the next page.
macro_rules! lists {
    ($($name:ident $method:literal $path:literal $cursor:literal $next:expr;)*) => { $(
        struct $name;

        impl Operation for $name {
            type Output = JsonValue;
            const DESCRIPTION: &'static Description = &Description::new("list", $method, $path);
        }

        impl Paged for $name {
            type Item = JsonValue;
            const PAGING: Paging = Paging { cursor: $cursor, limit: None };
            const ITEMS: &'static str = "/items";
            const NEXT: NextPage = $next;

            fn items(page: JsonValue) -> Vec<JsonValue> {
                page.get("items").and_then(JsonValue::as_array).unwrap_or_default().to_vec()
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
    )* };
}

lists! {
    ByHeader "GET" "/shops/{id}/books" "after" NextPage::Header("X-After");
    ByLink "GET" "/shops/{id}/books" "" NextPage::Link("next");
    ByFixed "GET" "/shops/{id}/books?kind=all" "" NextPage::Link("next");
    ByUrl "GET" "/shops/{id}/books" "" NextPage::Url;
    ByOffset "GET" "/shops/{id}/books" "skip" NextPage::Offset(0);
    ByPage "GET" "/shops/{id}/books" "page" NextPage::Page(1);
    InBody "POST" "/shops/{id}/books" "/paging/cursor" NextPage::Value;
    OffsetInBody "POST" "/shops/{id}/books" "/options/offset" NextPage::Offset(0);
}

/// The requests of a list, with their bodies, and its end.
#[derive(Debug, PartialEq)]
struct Walk {
    sent: Vec<String>,
    end: Result<usize, String>,
}

fn request_of<O: Paged>(core: &Core) -> Request {
    Request::new(core.api(), O::DESCRIPTION).path("id", "a:b")
}

fn walk<O: Paged>(steps: impl IntoIterator<Item = Step>, change: impl FnOnce(Request) -> Request) -> Walk {
    sdkwright_watch::listen();
    let script = Script::new(steps);
    let core: Core = Builder::new(&SHOP)
        .without_journal()
        .base_url("https://example.com/v1")
        .credential(Credential::api_key("Key", "sentinel9f2-k"))
        .transport(script.clone())
        .build()
        .unwrap();
    let request = change(request_of::<O>(&core));
    let end = now(Items::<O>::new(core, request).try_collect());
    let sent = script.sent().into_iter().map(|sent| {
        let target = sent.uri.path_and_query().unwrap().as_str();
        assert_eq!(target.matches("sentinel9f2-k").count(), 1);
        let target = target
            .replace("/v1/shops/a%3Ab/books", "")
            .replace("api%20key=sentinel9f2-k", "");
        let target = target.trim_end_matches(['?', '&']);
        let body = std::str::from_utf8(&sent.body).unwrap();
        format!("{target} {body}").trim().to_owned()
    });
    Walk {
        sent: sent.collect(),
        end: end.map(|items| items.len()).map_err(|error| error.to_string()),
    }
}

fn page(items: usize, rest: &str) -> Step {
    let items: Vec<String> = (0..items).map(|item| item.to_string()).collect();
    Step::json(200, format!(r#"{{"items":[{}]{rest}}}"#, items.join(",")))
}

fn complete(sent: &[&str], items: usize) -> Walk {
    Walk {
        sent: sent.iter().map(|&sent| sent.to_owned()).collect(),
        end: Ok(items),
    }
}

fn fails(walk: &Walk, why: &str, requests: usize) {
    let error = walk.end.as_ref().unwrap_err();
    assert!(error.contains(why), "{why}: {error}");
    assert_eq!(walk.sent.len(), requests, "{why}");
}

#[test]
fn a_header_has_the_cursor_until_it_is_absent_or_empty() {
    let steps = [page(2, "").header("X-After", "a b"), page(1, "")];
    assert_eq!(walk::<ByHeader>(steps, |one| one), complete(&["", "?after=a%20b"], 3));
    let steps = [page(2, "").header("X-After", "b"), page(1, "").header("X-After", "")];
    assert_eq!(walk::<ByHeader>(steps, |one| one), complete(&["", "?after=b"], 3));
    let steps = [page(2, r#","more":false"#).header("X-After", "b")];
    assert_eq!(walk::<ByHeader>(steps, |one| one), complete(&[""], 2));
    fails(
        &walk::<ByHeader>([page(2, r#","more":true"#)], |one| one),
        "returned no cursor",
        1,
    );
    let twice = page(2, "").header("X-After", "b").header("X-After", "c");
    fails(&walk::<ByHeader>([twice], |one| one), "several cursors", 1);
    let endless = || page(1, "").header("X-After", "b");
    fails(
        &walk::<ByHeader>([endless(), endless()], |one| one),
        "same cursor twice",
        2,
    );
}

#[test]
fn a_link_gives_its_query_alone_in_every_form_of_its_url() {
    for url in [
        "https://example.com/v1/shops/a%3Ab/books?page=2&x=%20y",
        "https://EXAMPLE.com:443/v1/shops/a:b/books/?page=2&x=%20y#top",
        "//example.com/v1/shops/a%3ab/books?page=2&x=%20y",
        "/v1/shops/a:b/books?page=2&x=%20y",
        "books?page=2&x= y&api+key=1&api%20key=sentinel9f2-echo",
        "?page=2&&x=%20y&api%20key=sentinel9f2-echo",
    ] {
        let steps = [
            page(1, "").header("Link", &format!("<{url}>; rel=\"next\"")),
            page(1, ""),
        ];
        let walked = walk::<ByLink>(steps, |one| one.query("limit", "1"));
        let more = if url.contains("api+key") { "&api+key=1" } else { "" };
        assert_eq!(
            walked,
            complete(&["?limit=1", &format!("?page=2&x=%20y{more}")], 2),
            "{url}"
        );
    }
    let steps = [page(1, "").header("Link", "<?kind=all&page=2>; rel=next"), page(1, "")];
    assert_eq!(
        walk::<ByFixed>(steps, |one| one),
        complete(&["?kind=all", "?kind=all&page=2"], 2)
    );
}

#[test]
fn a_url_to_another_place_is_an_error_and_no_request() {
    for (url, why) in [
        ("https:example.com/v1/shops/a:b/books?page=2", "not valid"),
        ("https://example.com?page=2", "another path"),
        ("papers?page=2", "another path"),
        ("/v1/shops/a:b/books/x?page=2", "another path"),
        ("../a:b/books?page=2", "not valid"),
        ("/v1/shops/x/%2e%2e/a:b/books?page=2", "not valid"),
        ("https://example.com/v1/shops/a:b/books", "has no query"),
    ] {
        let in_body = page(1, &format!(r#","next":"{url}""#));
        fails(&walk::<ByUrl>([in_body], |one| one), why, 1);
        let in_link = page(1, "").header("Link", &format!("<{url}>; rel=next"));
        fails(&walk::<ByLink>([in_link], |one| one), why, 1);
    }
}

#[test]
fn links_that_repeat_or_contradict_each_other_are_an_error() {
    let next = |target: &str| format!("<{target}>; rel=next");
    let two = page(1, "")
        .header("Link", &next("?page=2"))
        .header("Link", &next("?page=3"));
    fails(&walk::<ByLink>([two], |one| one), "several links", 1);
    let cut = page(1, "").header("Link", "<?page=2>; rel=\"next");
    fails(&walk::<ByLink>([cut], |one| one), "not valid", 1);
    let endless = || page(1, "").header("Link", &next("?page=2"));
    fails(
        &walk::<ByLink>([endless(), endless()], |one| one),
        "same cursor twice",
        2,
    );
}

#[test]
fn an_offset_grows_by_the_items_that_arrived() {
    let steps = [page(2, ""), page(3, ""), page(0, "")];
    assert_eq!(
        walk::<ByOffset>(steps, |one| one),
        complete(&["", "?skip=2", "?skip=5"], 5)
    );
    let steps = [page(2, r#","total":5"#), page(3, r#","total":5"#)];
    assert_eq!(walk::<ByOffset>(steps, |one| one), complete(&["", "?skip=2"], 5));
    let steps = [page(2, r#","more":true"#), page(3, r#","more":false,"x":1"#)];
    assert_eq!(
        walk::<ByOffset>(steps, |one| one.query("skip", "40")),
        complete(&["?skip=40", "?skip=42"], 5)
    );
    let steps = [page(2, ""), page(0, "")];
    let walked = walk::<OffsetInBody>(steps, |one| one.json(&Map::from_iter([("q".to_owned(), 1.5)])));
    assert_eq!(
        walked,
        complete(&[r#"{"q":1.5}"#, r#"{"q":1.5,"options":{"offset":2}}"#], 2)
    );
}

#[test]
fn pages_are_counted_until_the_last_or_an_empty_one() {
    let steps = [page(2, ""), page(1, ""), page(0, "")];
    assert_eq!(
        walk::<ByPage>(steps, |one| one),
        complete(&["", "?page=2", "?page=3"], 3)
    );
    let steps = [page(2, r#","total":2"#), page(1, r#","total":2"#)];
    assert_eq!(walk::<ByPage>(steps, |one| one), complete(&["", "?page=2"], 3));
    let steps = [page(2, r#","total":7"#)];
    assert_eq!(
        walk::<ByPage>(steps, |one| one.query("page", "7")),
        complete(&["?page=7"], 2)
    );
}

#[test]
fn a_count_that_cannot_be_right_never_cuts_a_list_off() {
    // The total is that of the page, or is not counted.
    let steps = [
        page(2, r#","total":0"#),
        page(1, r#","total":0"#),
        page(0, r#","total":0"#),
    ];
    assert_eq!(
        walk::<ByOffset>(steps, |one| one),
        complete(&["", "?skip=2", "?skip=3"], 3)
    );
    let steps = [page(2, r#","total":-1"#), page(0, r#","total":-1"#)];
    assert_eq!(walk::<ByOffset>(steps, |one| one), complete(&["", "?skip=2"], 2));
    let steps = [page(2, r#","total":9"#), page(0, r#","total":9"#)];
    fails(&walk::<ByOffset>(steps, |one| one), "the page is empty", 2);
    fails(
        &walk::<ByPage>([page(0, r#","more":true"#)], |one| one),
        "the page is empty",
        1,
    );
    // The server does not know the parameter.
    fails(
        &walk::<ByPage>([page(2, ""), page(2, "")], |one| one),
        "same page twice",
        2,
    );
    fails(
        &walk::<ByPage>([page(2, "")], |one| one.query("page", "x")),
        "not a number",
        1,
    );
    let most = u64::MAX.to_string();
    fails(
        &walk::<ByPage>([page(2, "")], |one| one.query("page", &most)),
        "not a number",
        1,
    );
}

#[test]
fn a_cursor_in_the_body_keeps_the_rest_of_it() {
    let next = || page(1, r#","next":"5""#);
    let walked = walk::<InBody>([next(), page(1, "")], |one| one);
    assert_eq!(walked, complete(&["", r#"{"paging":{"cursor":"5"}}"#], 2));
    let body = JsonValue::from_str(r#"{"z":1.10,"paging":{"size":2,"cursor":null},"a":"b"}"#).unwrap();
    let walked = walk::<InBody>([next(), page(1, "")], |one| one.json(&body));
    let sent = [
        r#"{"z":1.10,"paging":{"size":2,"cursor":null},"a":"b"}"#,
        r#"{"z":1.10,"paging":{"size":2,"cursor":"5"},"a":"b"}"#,
    ];
    assert_eq!(walked, complete(&sent, 2));
    let flat = JsonValue::from_str(r#"{"paging":1}"#).unwrap();
    fails(
        &walk::<InBody>([next()], |one| one.json(&flat)),
        "no place for a cursor",
        1,
    );
}

#[test]
fn a_list_is_resumed_from_the_query_of_a_url_or_a_count() {
    sdkwright_watch::listen();
    let core = |script: &Script| -> Core {
        let builder = Builder::new(&API).without_journal().base_url("https://example.com");
        builder.transport(script.clone()).build().unwrap()
    };
    let script = Script::new([page(1, "").header("Link", "<?page=2&size=1>; rel=next"), page(1, "")]);
    let mut pages = Pages::<ByLink>::new(core(&script), request_of::<ByLink>(&core(&script)));
    assert!(now(pages.try_next()).unwrap().is_some());
    assert_eq!(pages.cursor(), Some("page=2&size=1"));
    let request = request_of::<ByLink>(&core(&script));
    let mut resumed = Pages::<ByLink>::new(core(&script), request).resume(pages.cursor().unwrap());
    assert!(now(resumed.try_next()).unwrap().is_some() && resumed.is_over());
    assert_eq!(script.sent()[1].uri.query(), Some("page=2&size=1"));
    let script = Script::new([page(1, ""), page(0, "")]);
    let request = request_of::<ByPage>(&core(&script));
    let mut resumed = Pages::<ByPage>::new(core(&script), request).resume("3");
    assert!(now(resumed.try_next()).unwrap().is_some());
    assert_eq!(
        (resumed.cursor(), script.sent()[0].uri.query()),
        (Some("4"), Some("page=3"))
    );
}
