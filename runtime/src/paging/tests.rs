//! A list that is requested with an idempotency key, such as a search.

mod styles;

use std::pin::pin;
use std::str::FromStr as _;
use std::task::Waker;

use futures_util::{StreamExt as _, TryStreamExt as _};

use super::*;
use crate::client::{Builder, Core};
use crate::description::{Api, Description};
use crate::idempotency::{Idempotency, KeyIntent, RefreshKey};
use crate::json::{JsonValue, Map};
use crate::testing::{Script, Step};
use crate::transport::{Body, SendFuture, SleepFuture, Transport, breathe};

static API: Api = Api {
    idempotency: Some(&Idempotency {
        header: Some("once"),
        key_length: (1, 255),
        retention: crate::idempotency::Retention::Seconds(86_400),
        replayed: None,
        conflict: None,
        in_progress: None,
        ..Idempotency::NONE
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
    const ITEMS: &'static str = "/item";

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

/// A transport that is pending once before each response.
struct Slow(Script);

impl Transport for Slow {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        let sent = self.0.send(request);
        Box::pin(async move {
            breathe().await;
            sent.await
        })
    }

    fn sleep(&self, duration: std::time::Duration) -> SleepFuture<'_> {
        self.0.sleep(duration)
    }

    fn limit(&self, duration: std::time::Duration) -> SleepFuture<'_> {
        self.0.limit(duration)
    }
}

fn items(transport: impl Transport) -> Items<Search> {
    let builder = Builder::new(&API)
        .without_journal()
        .base_url("https://example.com")
        .transport(transport);
    let core: Core = builder.build().unwrap();
    let request = Request::new(core.api(), Search::DESCRIPTION).refresh_key(RefreshKey::new("search-1").unwrap());
    Items::new(core, request)
}

fn page(item: usize, next: &str) -> Step {
    Step::json(200, format!(r#"{{"item":{item}{next}}}"#))
}

fn three() -> Script {
    Script::new([page(1, r#","next":"c1""#), page(2, r#","next":"c2""#), page(3, "")])
}

/// Polls a future to its end, however often it is pending.
fn at_last<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(ended) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return ended;
        }
    }
}

fn is_pending(future: impl Future) -> bool {
    let polled = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
    polled.is_pending()
}

#[test]
fn futures_that_are_dropped_half_way_lose_no_page_and_request_none_twice() {
    sdkwright_watch::listen();
    let script = three();
    let mut items = items(Slow(script.clone()));
    assert!(is_pending(items.try_next()));
    assert_eq!(script.sent().len(), 1);
    let first = at_last(items.next()).unwrap().unwrap();
    assert!(is_pending(items.next()));
    let second = at_last(items.try_next()).unwrap().unwrap();
    assert!(is_pending(items.try_next()));
    assert_eq!(items.cursor(), Some("c2"));
    let third = at_last(items.try_next()).unwrap().unwrap();
    assert_eq!([first, second, third].map(|item| item.to_string()), ["1", "2", "3"]);
    assert!(at_last(items.next()).is_none() && at_last(items.next()).is_none());
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn a_dropped_list_continues_from_its_cursor() {
    sdkwright_watch::listen();
    let mut dropped = items(three());
    for _ in 0..2 {
        assert!(now(dropped.next()).is_some());
    }
    let cursor = dropped.cursor().unwrap().to_owned();
    drop(dropped);
    let script = Script::new([page(3, "")]);
    let rest = now(items(script.clone()).resume(cursor).try_collect()).unwrap();
    assert_eq!(rest.len(), 1);
    assert!(script.sent()[0].uri.query().unwrap().contains("cursor=c2"));
}

#[test]
fn a_list_is_a_stream_that_continues_after_an_error_and_stays_at_its_end() {
    fn can_move<T: Send + Unpin>(_: &T) {}
    sdkwright_watch::listen();
    let twice = now(items(three())
        .take(2)
        .map_ok(|item| item.to_string())
        .try_collect::<Vec<_>>());
    assert_eq!(twice.unwrap(), ["1", "2"]);
    let script = Script::new([page(1, r#","next":"c1""#), Step::answer(400, ""), page(2, "")]);
    let mut items = items(script.clone());
    can_move(&items);
    can_move(&items.pages);
    let seen: Vec<Option<bool>> = (0..5).map(|_| now(items.next()).map(|item| item.is_ok())).collect();
    assert_eq!(seen, [Some(true), Some(false), Some(true), None, None]);
    assert_eq!(script.sent().len(), 3);
}
