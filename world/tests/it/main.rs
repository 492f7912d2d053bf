//! The payout of the guide in the simulated world.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod payer;
mod payout;

use payer::{Run, check, pay, pay_by_flow, pay_to_a_new_account, pay_with_two_versions};
use sdkwright_world::{Belief, Error, Seed, World, Wrong};
use std::sync::Mutex;

#[test]
fn a_good_world_pays_once() {
    sdkwright_watch::listen();
    let timeline = check().replay(Seed::default(), pay).unwrap();
    let sent = timeline.iter().filter(|line| line.contains("the server gets POST"));
    assert_eq!(sent.count(), 2, "{timeline:#?}");
}

#[test]
fn a_seed_leads_to_the_same_timeline_each_time() {
    for seed in ["2=3", "2=9,7=3", "3=2,4=1,6=12", "1=4,5=2"] {
        let seed: Seed = seed.parse().unwrap();
        let check = check().processes(2);
        let ran = [(); 2].map(|()| check.replay(seed.clone(), pay_to_a_new_account));
        let [one, other] = ran.map(|ran| ran.unwrap_or_else(|failure| failure.timeline));
        assert_eq!(one, other, "{seed}");
    }
}

/// A service that takes each failure for a refusal.
async fn careless(world: World) -> Result<Belief, Error> {
    match pay(world).await {
        Err(_) => Ok(Belief::NotExecuted),
        paid => paid,
    }
}

#[test]
fn a_service_that_takes_each_failure_for_a_refusal_is_found_with_a_seed_that_replays_it() {
    let failure = check().deviations(1).exhaustive(careless).unwrap_err();
    assert!(matches!(failure.wrong, Wrong::Executed(_)), "{failure}");
    let again = check().replay(failure.seed.clone(), careless).unwrap_err();
    assert_eq!(again.timeline, failure.timeline);
    assert!(
        failure.to_string().contains(&format!("seed {}", failure.seed)),
        "{failure}"
    );
}

#[test]
fn a_flow_pays_once() {
    let searched = check().deviations(1).exhaustive(pay_by_flow).unwrap();
    assert!(searched.histories > 500, "{searched}");
    check().random(1, 500, pay_by_flow).unwrap();
}

/// Pays by a flow whose name is another one in each run.
async fn pay_by_a_flow_of_the_run(world: World) -> Result<Belief, Error> {
    let run = Run::start(&world, "payer", "wd-9001".to_owned()).await?;
    run.pay_by(["payout:run-1", "payout:run-2"][world.version(2)]).await
}

#[test]
fn a_flow_with_another_name_in_each_run_is_found() {
    let failure = check().exhaustive(pay_by_a_flow_of_the_run).unwrap_err();
    assert!(
        matches!(failure.wrong, Wrong::Twice { .. } | Wrong::Stuck { .. }),
        "{failure}"
    );
}

#[test]
fn two_versions_of_the_code_pay_once() {
    check().deviations(1).exhaustive(pay_with_two_versions).unwrap();
    check().random(1, 500, pay_with_two_versions).unwrap();
}

/// Pays under other keys in the newer version of the code.
async fn pay_under_other_keys(world: World) -> Result<Belief, Error> {
    let payout = ["wd-9001", "payout-9001"][world.version(2)];
    let run = Run::start(&world, "payer", payout.to_owned()).await?;
    run.pay_to("account-1").await
}

#[test]
fn a_version_with_other_keys_is_found() {
    let failure = check().exhaustive(pay_under_other_keys).unwrap_err();
    assert!(matches!(failure.wrong, Wrong::Twice { .. }), "{failure}");
}

#[test]
fn a_service_that_never_ends_well_is_stuck() {
    let failure = check().replay(Seed::default(), async |_| Err("no".into())).unwrap_err();
    assert!(matches!(failure.wrong, Wrong::Stuck { .. }), "{failure}");
    // Nothing failed before its first run, so there is no second one.
    assert_eq!(
        failure.timeline.iter().filter(|line| line.contains("starts")).count(),
        1
    );
}

#[test]
fn a_service_that_decides_by_chance_is_reported() {
    let calls = Mutex::new(0);
    let by_chance = |_| {
        *calls.lock().unwrap() += 1;
        let is_first = *calls.lock().unwrap() == 1;
        async move {
            Ok(if is_first {
                Belief::Executed
            } else {
                Belief::NotExecuted
            })
        }
    };
    let failure = check().threads(1).deviations(1).exhaustive(by_chance).unwrap_err();
    assert!(
        failure.to_string().contains("random numbers of the system"),
        "{failure}"
    );
}

#[test]
fn a_handler_responds_in_place_of_the_server() {
    let check = check().handler(|request| {
        let is_submission = request.uri().path().ends_with("/submission");
        let mut refused = http::Response::new(bytes::Bytes::from_static(b"a page"));
        *refused.status_mut() = http::StatusCode::BAD_GATEWAY;
        is_submission.then_some(refused)
    });
    let failure = check.replay(Seed::default(), pay).unwrap_err();
    assert!(matches!(failure.wrong, Wrong::Stuck { .. }), "{failure}");
}
