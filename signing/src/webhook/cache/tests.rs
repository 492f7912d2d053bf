//! Fetched keys under attack: the calls of a source, and the effects of its failures.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::*;
use crate::jwk::KeySet;
use crate::tests::ready;
use crate::webhook::{KeySourceError, KeysFuture};

/// A key of Ed25519 in JSON (RFC 8037, appendix A.2).
const KEY: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

fn set(ids: &[&str]) -> FetchedKeys {
    let keys: Vec<String> = ids.iter().map(|id| format!("{KEY},\"kid\":\"{id}\"}}")).collect();
    let json = format!("{{\"keys\":[{}]}}", keys.join(","));
    FetchedKeys::from_set(KeySet::from_json(json.as_bytes()).unwrap())
}

fn key() -> FetchedKeys {
    let key = crate::Jwk::from_json(format!("{KEY}}}").as_bytes()).unwrap();
    FetchedKeys::from_key(key.public_key().clone())
}

type Respond = Box<dyn Fn(&str) -> Result<FetchedKeys, KeySourceError> + Send + Sync>;

/// A source that counts its calls. Its fetches wait until it opens again.
#[derive(Clone)]
struct Counted(Arc<Inner>);

struct Inner {
    calls: AtomicUsize,
    respond: Mutex<Respond>,
    wakers: Mutex<Option<VecDeque<Waker>>>,
}

impl Counted {
    fn new(respond: impl Fn(&str) -> Result<FetchedKeys, KeySourceError> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Inner {
            calls: AtomicUsize::new(0),
            respond: Mutex::new(Box::new(respond)),
            wakers: Mutex::new(None),
        }))
    }

    fn respond(&self, respond: impl Fn(&str) -> Result<FetchedKeys, KeySourceError> + Send + Sync + 'static) {
        *self.0.respond.lock().unwrap() = Box::new(respond);
    }

    fn calls(&self) -> usize {
        self.0.calls.swap(0, Ordering::Relaxed)
    }

    fn close(&self) {
        *self.0.wakers.lock().unwrap() = Some(VecDeque::new());
    }

    fn open(&self) {
        self.0
            .wakers
            .lock()
            .unwrap()
            .take()
            .into_iter()
            .flatten()
            .for_each(Waker::wake);
    }
}

impl KeySource for Counted {
    fn fetch<'s>(&'s self, id: &'s str) -> KeysFuture<'s> {
        self.0.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            poll_fn(|context| match &mut *self.0.wakers.lock().unwrap() {
                Some(wakers) => {
                    wakers.push_back(context.waker().clone());
                    Poll::Pending
                }
                None => Poll::Ready(()),
            })
            .await;
            (self.0.respond.lock().unwrap())(id)
        })
    }

    fn is_possible(&self, id: &str) -> bool {
        id != "impossible"
    }
}

#[derive(Clone)]
struct Ticking(Arc<AtomicU64>, Instant);

impl Ticking {
    fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1_782_604_800)), Instant::now())
    }

    fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Ticking {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn instant(&self) -> Instant {
        self.1
    }
}

struct Bench {
    source: Counted,
    clock: Ticking,
    cache: KeyCache,
}

impl Bench {
    fn new(respond: impl Fn(&str) -> Result<FetchedKeys, KeySourceError> + Send + Sync + 'static) -> Self {
        let source = Counted::new(respond);
        Self {
            cache: KeyCache::new(source.clone()),
            source,
            clock: Ticking::new(),
        }
    }

    fn keys(&self, id: &str) -> Result<usize, VerifyError> {
        ready(self.cache.keys(id, &self.clock)).map(|keys| keys.len())
    }

    /// A genuine delivery.
    fn genuine(&self, id: &str) -> Result<usize, VerifyError> {
        let keys = self.keys(id)?;
        self.cache.confirm(id);
        Ok(keys)
    }
}

const UNKNOWN: Result<usize, VerifyError> = Err(VerifyError::UnknownKey);
const UNAVAILABLE: Result<usize, VerifyError> = Err(VerifyError::KeysUnavailable);

#[test]
fn forged_ids_cause_one_fetch_of_a_set_and_no_other_before_the_pause_ends() {
    let bench = Bench::new(|_| Ok(set(&["a"])));
    assert_eq!(bench.genuine("a"), Ok(1));
    assert_eq!(bench.source.calls(), 1);
    assert_eq!(bench.keys("forged"), UNKNOWN);
    // Any of these could be a new key, so its delivery comes again.
    for number in 0..100 {
        assert_eq!(bench.keys(&format!("forged-{number}")), UNAVAILABLE);
    }
    assert_eq!(bench.source.calls(), 1);
    // Genuine deliveries by a known key do not end the pause of forged ones.
    assert_eq!(bench.genuine("a"), Ok(1));
    assert_eq!(bench.keys("forged"), UNKNOWN);
    assert_eq!(bench.keys("forged-0"), UNAVAILABLE);
    assert_eq!(bench.source.calls(), 0);
    bench.clock.pass(60);
    assert_eq!(bench.keys("forged"), UNKNOWN);
    assert_eq!(bench.source.calls(), 1);
}

#[test]
fn forged_ids_cause_one_fetch_of_single_keys_and_the_others_may_be_repeated() {
    let bench = Bench::new(|id| Ok(if id == "a" { key() } else { FetchedKeys::unknown() }));
    assert_eq!(bench.genuine("a"), Ok(1));
    assert_eq!(bench.keys("forged"), UNKNOWN);
    assert_eq!(bench.keys("forged"), UNKNOWN);
    for number in 0..100 {
        assert_eq!(bench.keys(&format!("forged-{number}")), UNAVAILABLE);
    }
    assert_eq!(bench.source.calls(), 2);
    assert_eq!(bench.genuine("a"), Ok(1));
}

#[test]
fn a_key_of_a_rotation_is_fetched_once_and_its_delivery_ends_the_pause() {
    let bench = Bench::new(|_| Ok(set(&["a"])));
    assert_eq!(bench.genuine("a"), Ok(1));
    bench.source.respond(|_| Ok(set(&["a", "b"])));
    for _ in 0..10 {
        assert_eq!(bench.genuine("b"), Ok(1));
    }
    assert_eq!(bench.source.calls(), 2);
    bench.source.respond(|_| Ok(set(&["b", "c"])));
    assert_eq!(bench.genuine("c"), Ok(1));
    // The set of the API counts: the old key is gone.
    assert_eq!(bench.keys("a"), Err(VerifyError::UnknownKey));
}

#[test]
fn another_delivery_continues_the_fetch_of_a_dropped_one() {
    let bench = Bench::new(|_| Ok(set(&["a"])));
    bench.source.close();
    let mut context = Context::from_waker(Waker::noop());
    let mut first = Box::pin(bench.cache.keys("a", &bench.clock));
    assert!(first.as_mut().poll(&mut context).is_pending());
    let mut second = Box::pin(bench.cache.keys("a", &bench.clock));
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop(first);
    bench.source.open();
    assert_eq!(ready(second).map(|keys| keys.len()), Ok(1));
    assert_eq!(bench.source.calls(), 1);
}

#[test]
fn forged_deliveries_that_are_dropped_delay_no_genuine_one() {
    let bench = Bench::new(|_| Ok(set(&["a"])));
    let mut context = Context::from_waker(Waker::noop());
    let mut drop_one = || {
        bench.source.close();
        let mut forged = Box::pin(bench.cache.keys("forged", &bench.clock));
        assert!(forged.as_mut().poll(&mut context).is_pending());
        drop(forged);
        bench.source.open();
    };
    drop_one();
    assert_eq!(bench.genuine("a"), Ok(1));
    // One that nobody continued is too old.
    bench.clock.pass(60);
    drop_one();
    bench.clock.pass(10);
    bench.source.respond(|_| Ok(set(&["b"])));
    assert_eq!(bench.genuine("b"), Ok(1));
    assert_eq!(bench.source.calls(), 3);
}

#[test]
fn a_dropped_delivery_does_not_end_the_renewal_of_a_known_key() {
    let bench = Bench::new(|_| Ok(set(&["a"])));
    assert_eq!(bench.genuine("a"), Ok(1));
    bench.clock.pass(3600);
    bench.source.respond(|_| Ok(set(&["b"])));
    bench.source.close();
    let mut forged = Box::pin(bench.cache.keys("a", &bench.clock));
    assert!(
        forged
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
            .is_pending()
    );
    drop(forged);
    bench.source.open();
    // The API has removed the key.
    assert_eq!(bench.keys("a"), UNKNOWN);
    assert_eq!(bench.source.calls(), 2);
}

#[test]
fn a_failing_source_keeps_the_keys_for_a_day_and_is_called_once_a_minute() {
    let bench = Bench::new(|_| Ok(set(&["a"])));
    assert_eq!(bench.genuine("a"), Ok(1));
    bench.source.respond(|_| Err("no network".into()));
    bench.clock.pass(3599);
    assert_eq!(bench.genuine("a"), Ok(1));
    assert_eq!(bench.source.calls(), 1);
    bench.clock.pass(1);
    for _ in 0..10 {
        assert_eq!(bench.genuine("a"), Ok(1));
    }
    assert_eq!(bench.source.calls(), 1);
    // Nothing is known about another key.
    assert_eq!(bench.keys("b"), UNAVAILABLE);
    bench.clock.pass(23 * 3600);
    assert_eq!(bench.keys("a"), UNAVAILABLE);
    bench.source.calls();
    assert_eq!(bench.keys("a"), UNAVAILABLE);
    assert_eq!(bench.source.calls(), 0);
    bench.source.respond(|_| Ok(set(&["a"])));
    bench.clock.pass(60);
    assert_eq!(bench.genuine("a"), Ok(1));
}

#[test]
fn forged_ids_do_not_delay_the_refresh_of_a_known_key() {
    let bench = Bench::new(|id| Ok(if id == "a" { key() } else { FetchedKeys::unknown() }));
    assert_eq!(bench.genuine("a"), Ok(1));
    bench.clock.pass(3600);
    assert_eq!(bench.keys("forged"), UNKNOWN);
    bench.source.calls();
    assert_eq!(bench.genuine("a"), Ok(1));
    assert_eq!(bench.source.calls(), 1);
    // A revoked key.
    bench.source.respond(|_| Ok(FetchedKeys::unknown()));
    bench.clock.pass(3600);
    assert_eq!(bench.genuine("a"), UNKNOWN);
}

#[test]
fn the_life_of_a_source_has_limits() {
    for (life, until) in [(0, 60), (600, 600), (1 << 40, 86400)] {
        let bench = Bench::new(move |_| Ok(set(&["a"]).with_life(Duration::from_secs(life))));
        assert_eq!(bench.genuine("a"), Ok(1));
        bench.clock.pass(until - 1);
        assert_eq!(bench.genuine("a"), Ok(1));
        assert_eq!(bench.source.calls(), 1, "{life}");
        bench.clock.pass(1);
        assert_eq!(bench.genuine("a"), Ok(1));
        assert_eq!(bench.source.calls(), 1, "{life}");
    }
}

#[test]
fn memory_does_not_grow_with_ids() {
    let bench = Bench::new(|_| Ok(key()));
    assert_eq!(bench.genuine("genuine"), Ok(1));
    for number in 0..10_000 {
        bench.clock.pass(60);
        assert_eq!(bench.keys(&format!("forged-{number}")), Ok(1));
        assert!(bench.cache.shared.lock().value.kept.len() <= 2);
    }
    for number in 0..100 {
        assert_eq!(
            bench.genuine(&format!("genuine-{number}")),
            if number == 0 { UNAVAILABLE } else { Ok(1) }
        );
        bench.clock.pass(60);
        assert!(bench.cache.shared.lock().value.kept.len() <= MOST);
    }
    bench.source.calls();
    assert_eq!(bench.keys(&"x".repeat(LONGEST_ID + 1)), UNKNOWN);
    assert_eq!(bench.keys("impossible"), UNKNOWN);
    assert_eq!(bench.source.calls(), 0);
}
