//! Callers at once, callers that end early, and decisions that depend on the others.

use super::*;
use crate::tests::ready;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake};

/// Counts its wakes.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Uses a value that is there, and otherwise creates it.
fn decide(value: &mut Option<u8>, is_in_flight: bool) -> Step<u8, ()> {
    match *value {
        Some(value) => Step::Use(value),
        None if is_in_flight => Step::Wait,
        None => Step::Renew(()),
    }
}

#[test]
fn one_caller_renews_and_the_others_wait_for_it() {
    let shared = SingleFlight::<Option<u8>>::default();
    let Turn::Renew(flight, ()) = ready(shared.turn(decide)) else {
        panic!("nobody else renews it");
    };
    let woken: Arc<Woken> = Arc::default();
    let waker = woken.clone().into();
    let mut context = Context::from_waker(&waker);
    let mut others: Vec<_> = (0..3).map(|_| Box::pin(shared.turn(decide))).collect();
    for other in &mut others {
        assert!(other.as_mut().poll(&mut context).is_pending());
        assert!(other.as_mut().poll(&mut context).is_pending());
    }
    flight.lock().value = Some(7);
    assert_eq!(woken.0.load(Ordering::Relaxed), 0);
    drop(flight);
    // One task has one waker, however often it polls.
    assert_eq!(woken.0.load(Ordering::Relaxed), 1);
    for mut other in others {
        assert!(matches!(other.as_mut().poll(&mut context), Poll::Ready(Turn::Use(7))));
    }
}

#[test]
fn a_caller_that_ends_early_leaves_the_duty_to_another() {
    let shared = SingleFlight::<Option<u8>>::default();
    let first = ready(shared.turn(decide));
    // A decision that renews in any case waits, too.
    let mut second = pin!(shared.turn(|_, _| Step::<u8, ()>::Renew(())));
    let mut context = Context::from_waker(Waker::noop());
    assert!(second.as_mut().poll(&mut context).is_pending());
    drop(first);
    assert!(matches!(
        second.as_mut().poll(&mut context),
        Poll::Ready(Turn::Renew(..))
    ));
}
