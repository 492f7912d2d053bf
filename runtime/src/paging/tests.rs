//! A list that is requested with an idempotency key, such as a search.

use std::task::{Context, Poll, Waker};

use super::*;
use crate::client::{Builder, Core};
use crate::description::{Api, Description};
use crate::idempotency::{Idempotency, KeyIntent, RefreshKey};
use crate::json::JsonValue;
use crate::testing::{Script, Step};

static API: Api = Api {
    idempotency: Some(&Idempotency {
        header: "once",
        key_length: (1, 255),
        retention: 86_400,
        replayed: None,
        conflict: None,
        in_progress: None,
    }),
    ..Api::new("Test", "test/1")
};

struct Search;

impl Operation for Search {
    type Output = JsonValue;
    const DESCRIPTION: &'static Description = &Description::new("search", "POST", "/search").intent(KeyIntent::Refresh);
}

impl Paged for Search {
    type Item = JsonValue;
    const PAGING: Paging = Paging {
        cursor: "cursor",
        limit: None,
    };

    fn items(page: JsonValue) -> Vec<JsonValue> {
        page.pointer("/item").cloned().into_iter().collect()
    }

    fn next(page: &JsonValue) -> Option<String> {
        page.pointer("/next")?.as_str().map(str::to_owned)
    }
}

fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(ended) => ended,
        Poll::Pending => panic!("a script never waits"),
    }
}

#[test]
fn each_page_of_a_search_has_a_key_of_its_own_and_keeps_it_until_it_came() {
    sdkwright_watch::listen();
    let script = Script::new([
        Step::json(200, r#"{"next":"c1"}"#),
        Step::answer(400, ""),
        Step::json(200, "{}"),
    ]);
    let builder = Builder::new(&API)
        .without_journal()
        .base_url("https://example.com")
        .transport(script.clone());
    let core: Core = builder.build().unwrap();
    let request = Request::new(core.api(), Search::DESCRIPTION).refresh_key(RefreshKey::new("search-1").unwrap());
    let mut pages = Pages::<Search>::new(core.clone(), request);
    assert!(now(pages.try_next()).unwrap().is_some());
    now(pages.try_next()).unwrap_err();
    assert!(now(pages.try_next()).unwrap().is_some());
    let sent = script.sent();
    assert_eq!(sent[0].header("once"), "search-1");
    assert_eq!(sent[1].header("once").len(), 36);
    assert_eq!(sent[1].header("once"), sent[2].header("once"));
}

#[test]
fn a_list_of_nothing_but_empty_pages_ends_with_an_error_and_can_go_on_behind_them() {
    sdkwright_watch::listen();
    let page = |number: usize, item: &str| Step::json(200, format!(r#"{{{item}"next":"c{number}"}}"#));
    let empty = |number| page(number, "");
    let mut steps: Vec<Step> = (0..99).map(empty).collect();
    steps.push(page(99, r#""item":1,"#));
    steps.extend((100..200).map(empty));
    steps.push(Step::json(200, r#"{"item":2}"#));
    let script = Script::new(steps);
    let builder = Builder::new(&API)
        .without_journal()
        .base_url("https://example.com")
        .transport(script.clone());
    let core: Core = builder.build().unwrap();
    let request = || Request::new(core.api(), Search::DESCRIPTION).refresh_key(RefreshKey::new("search-1").unwrap());
    let mut items = Items::<Search>::new(core.clone(), request());
    assert!(now(items.try_next()).unwrap().is_some());
    for _ in 0..2 {
        let error = now(items.try_next()).unwrap_err();
        assert!(
            error.to_string().contains("100 consecutive pages were empty"),
            "{error}"
        );
        assert_eq!(script.sent().len(), 200);
    }
    let cursor = items.cursor().unwrap().to_owned();
    let mut items = Items::<Search>::new(core.clone(), request()).resume(cursor);
    assert!(now(items.try_next()).unwrap().is_some());
    assert!(now(items.try_next()).unwrap().is_none());
}
