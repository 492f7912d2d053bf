//! The suite that every store has to pass: it opens stores of new places, and reports the first rule that one of them breaks.
//!
//! It uses the store through a [`Journal`], as a client does, and needs no server.

mod common;
mod flows;
mod rows;
#[cfg(all(unix, feature = "postgres"))]
mod server;
mod shared;

#[cfg(all(unix, feature = "postgres"))]
pub use server::{PrivatePooler, PrivateServer};

pub use common::{client, intent};

use std::collections::BTreeSet;
use std::future::Future;

use common::{
    BoxError, NOW, SuiteResult, UNKNOWN, about, actions, again, ensure, executed, fail, not_executed, refused, sent,
    settle, state,
};
use flows::{
    a_file_that_nobody_names_goes_when_it_is_old_and_no_other, a_flow_is_purged_before_its_actions,
    a_flow_waits_without_a_process_until_its_signal, no_file_goes_while_a_row_cannot_be_read,
    open_flows_are_complete_and_each_has_one_run, what_a_flow_keeps_is_made_once,
};
use rows::{
    a_broken_row_is_told_and_hides_no_other, a_lease_ends_with_the_retention, an_odd_id_settles_all_the_same,
    only_what_is_to_be_looked_up_is_told_what_was_found, the_approval_stays_until_the_last_call_that_needs_it,
    what_a_row_is_found_by_is_believed_only_as_it_was_written, what_is_written_outlives_its_store,
    what_was_cut_off_is_asked_for_again_and_then_looked_up,
    what_was_found_on_the_server_is_not_sent_under_its_key_again, what_was_found_on_the_server_settles_it,
};
use shared::{
    a_clock_that_was_corrected_is_written_down_and_recognised, two_senders_share_keys_and_subjects_and_never_meet,
    what_is_purged_is_settled_and_old_and_protects_nothing,
};

use sdkwright_runtime::IdempotencyKey;
use sdkwright_runtime::journal::{Intent, Journal as _, JournalRefusal, Seal, Settlement, Verdict};

use crate::error::StoreError;
use crate::journal::Journal;
use crate::store::{State, Store, at_once};

/// A violated rule of the conformance suite.
#[derive(Debug, thiserror::Error)]
#[error("{rule}: {why}")]
pub struct RuleViolation {
    /// The rule.
    pub rule: &'static str,
    /// The observed behaviour.
    pub why: String,
}

impl RuleViolation {
    fn new(rule: &'static str, why: &BoxError) -> Self {
        let why = why.to_string();
        Self { rule, why }
    }
}

/// Checks every rule, each with a new place, such as a file. `open` opens the store of a place: at first an empty one, and later
/// the same one with its rows.
pub async fn check<P, S, F>(place: impl Fn() -> P, open: impl Fn(P) -> F) -> Result<(), RuleViolation>
where
    P: Clone,
    S: Store,
    F: Future<Output = Result<S, StoreError>>,
{
    check_volatile(|| open(place())).await?;
    let place = place();
    let checked = what_is_written_outlives_its_store(|| open(place.clone())).await;
    checked.map_err(|why| RuleViolation::new("what_is_written_outlives_its_store", &why))
}

/// Checks a store that loses its rows with its process, such as [`Memory`](crate::Memory): every rule but that it can be opened
/// again. `fresh` creates an empty store.
pub async fn check_volatile<S, F>(fresh: impl Fn() -> F) -> Result<(), RuleViolation>
where
    S: Store,
    F: Future<Output = Result<S, StoreError>>,
{
    let mut names = BTreeSet::new();
    macro_rules! rules {
        ($($rule:ident),* $(,)?) => {$({
            let checked = async {
                let store = fresh().await?;
                if store.name().is_some_and(|name| !names.insert(name.to_owned())) {
                    return fail("two stores have one name");
                }
                $rule(&Journal::new(store)?).await
            };
            checked.await.map_err(|why| RuleViolation::new(stringify!($rule), &why))?;
        })*};
    }
    rules!(
        an_intent_is_there_before_it_is_sent,
        the_same_key_with_another_request_is_refused,
        two_senders_share_keys_and_subjects_and_never_meet,
        a_second_key_for_the_same_subject_is_refused,
        a_refusal_frees_the_subject_and_a_spent_key_stays_spent,
        what_the_server_did_not_examine_leaves_no_row_and_blocks_nothing,
        two_calls_never_hold_the_same_lease,
        a_dropped_call_leaves_its_intent_open_and_frees_its_lease,
        another_run_waits_for_the_lease_and_a_named_instance_does_not,
        what_was_executed_keeps_its_ids_and_nothing_else,
        what_happened_is_never_taken_back,
        nothing_is_sent_when_the_server_may_have_forgotten_the_key,
        a_clock_that_was_wrong_is_no_leave_to_send,
        a_clock_that_was_corrected_is_written_down_and_recognised,
        the_approval_stays_until_the_last_call_that_needs_it,
        a_recorded_intent_is_new_when_it_is_sent,
        pending_is_complete_and_in_order,
        many_calls_at_once_give_one_leave_each,
        what_was_found_on_the_server_settles_it,
        what_was_found_on_the_server_is_not_sent_under_its_key_again,
        only_what_is_to_be_looked_up_is_told_what_was_found,
        what_was_cut_off_is_asked_for_again_and_then_looked_up,
        a_lease_ends_with_the_retention,
        an_odd_id_settles_all_the_same,
        a_file_that_nobody_names_goes_when_it_is_old_and_no_other,
        no_file_goes_while_a_row_cannot_be_read,
        what_is_purged_is_settled_and_old_and_protects_nothing,
        what_a_row_is_found_by_is_believed_only_as_it_was_written,
        a_broken_row_is_told_and_hides_no_other,
        what_a_flow_keeps_is_made_once,
        a_flow_waits_without_a_process_until_its_signal,
        open_flows_are_complete_and_each_has_one_run,
        a_flow_is_purged_before_its_actions,
    );
    Ok(())
}

async fn an_intent_is_there_before_it_is_sent<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let claim = sent(journal, intent("k", "a", NOW)).await?;
    ensure(&state(journal, "k").await?, &Some(State::Open))?;
    settle(journal, claim, UNKNOWN).await?;
    let (_, first_sent) = again(journal, intent("k", "a", NOW + 7)).await?;
    ensure(&first_sent, &NOW)
}

async fn the_same_key_with_another_request_is_refused<S: Store>(journal: &Journal<S>) -> SuiteResult {
    for settlement in [UNKNOWN, executed()] {
        let key = format!("{settlement:?}").replace(' ', "");
        let claim = sent(journal, intent(&key, "a", NOW)).await?;
        settle(journal, claim, settlement).await?;
        let refused = refused(journal, intent(&key, "b", NOW)).await?;
        let operation = "createThing".to_owned();
        ensure(&refused, &JournalRefusal::AnotherRequest { operation })?;
    }
    Ok(())
}

async fn a_second_key_for_the_same_subject_is_refused<S: Store>(journal: &Journal<S>) -> SuiteResult {
    for (name, settlement) in [("open", UNKNOWN), ("executed", executed())] {
        let claim = sent(journal, about(name, name)).await?;
        let taken = JournalRefusal::AnotherKey { key: name.to_owned() };
        ensure(&refused(journal, about("second", name)).await?, &taken)?;
        settle(journal, claim, settlement).await?;
        ensure(&refused(journal, about("second", name)).await?, &taken)?;
        ensure(&state(journal, "second").await?, &None)?;
    }
    sent(journal, about("second", "third")).await.map(drop)
}

async fn a_refusal_frees_the_subject_and_a_spent_key_stays_spent<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let claim = sent(journal, about("first", "s")).await?;
    settle(journal, claim, not_executed(true)).await?;
    let claim = sent(journal, about("second", "s")).await?;
    let other = intent("first", "other", NOW);
    match refused(journal, other).await? {
        JournalRefusal::AnotherRequest { .. } => {}
        other => return fail(other),
    }
    settle(journal, claim, not_executed(false)).await?;
    let mut other = about("second", "s");
    other.sha256 = [9; 32];
    let claim = sent(journal, other).await?;
    settle(journal, claim, not_executed(true)).await?;
    // The same request under its spent key may be sent: the server replays its refusal.
    let claim = sent(journal, about("first", "s")).await?;
    // The key stays spent if the server did not examine that attempt.
    settle(journal, claim, Settlement::NotExamined).await?;
    let key = IdempotencyKey::new("first")?;
    let usable = actions(journal)?.usable_key(key).await?;
    ensure(&usable.as_str(), &"first:2")
}

/// The secret may have been wrong: its row would be unreadable after the correction.
async fn what_the_server_did_not_examine_leaves_no_row_and_blocks_nothing<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    let mistyped = || Intent {
        seal: Seal::from_secrets([b"sentinel9f2, a mistyped secret".as_slice()]),
        ..about("k", "s")
    };
    let claim = sent(journal, mistyped()).await?;
    let broken = JournalRefusal::Broken { key: "k".to_owned() };
    ensure(&refused(journal, about("k", "s")).await?, &broken)?;
    settle(journal, claim.clone(), Settlement::NotExamined).await?;
    ensure(&state(journal, "k").await?, &None)?;
    // The commit of the removal was not confirmed, so it is repeated.
    settle(journal, claim, Settlement::NotExamined).await?;
    let claim = sent(journal, about("other", "s")).await?;
    settle(journal, claim, Settlement::NotExamined).await?;
    let claim = sent(journal, about("k", "s")).await?;
    settle(journal, claim, UNKNOWN).await?;
    // An intent that was recorded before its call stays next to what its transaction wrote.
    let recorded = journal.record(intent("recorded", "a", NOW)).await;
    ensure(&recorded?, &Ok(()))?;
    let first = sent(journal, intent("recorded", "a", NOW)).await?;
    settle(journal, first, Settlement::NotExamined).await?;
    ensure(&state(journal, "recorded").await?, &Some(State::Refused))?;
    // A row that may have acted stays, whoever wrote it.
    let (claim, _) = again(journal, about("k", "s")).await?;
    settle(journal, claim.clone(), executed()).await?;
    settle(journal, claim, Settlement::NotExamined).await?;
    ensure(&state(journal, "k").await?, &Some(State::Executed))
}

async fn two_calls_never_hold_the_same_lease<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let claim = sent(journal, intent("k", "a", NOW)).await?;
    let leased = JournalRefusal::Leased { until: NOW + 60 };
    ensure(&refused(journal, intent("k", "a", NOW + 59)).await?, &leased)?;
    drop(again(journal, intent("k", "a", NOW + 60)).await?);
    drop(claim);
    Ok(())
}

async fn a_dropped_call_leaves_its_intent_open_and_frees_its_lease<S: Store>(journal: &Journal<S>) -> SuiteResult {
    drop(sent(journal, intent("k", "a", NOW)).await?);
    ensure(&state(journal, "k").await?, &Some(State::Open))?;
    again(journal, intent("k", "a", NOW + 1)).await.map(drop)
}

async fn another_run_waits_for_the_lease_and_a_named_instance_does_not<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let ours = journal.clone().instance("one");
    drop(sent(&ours, intent("k", "a", NOW)).await?);
    let later = |name: &str| Ok::<_, StoreError>(journal.another_run()?.instance(name));
    let leased = JournalRefusal::Leased { until: NOW + 60 };
    ensure(&refused(&later("two")?, intent("k", "a", NOW + 1)).await?, &leased)?;
    ensure(
        &refused(&journal.another_run()?, intent("k", "a", NOW + 1)).await?,
        &leased,
    )?;
    drop(again(&later("one")?, intent("k", "a", NOW + 1)).await?);
    drop(again(&later("two")?, intent("k", "a", NOW + 61)).await?);
    Ok(())
}

async fn what_was_executed_keeps_its_ids_and_nothing_else<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let mut with_evidence = intent("k", "a", NOW);
    with_evidence.evidence = Some("{}".into());
    with_evidence.find = Some("/things?name=a".to_owned());
    let claim = sent(journal, with_evidence.clone()).await?;
    let shown = actions(journal)?.show("k").await?;
    ensure(&shown.and_then(|record| record.find), &with_evidence.find)?;
    settle(journal, claim, executed()).await?;
    let record = actions(journal)?.show("k").await?;
    let record = record.ok_or("it is gone")?;
    ensure(&record.state, &State::Executed)?;
    ensure(&record.id("ThingId"), &Some("t-1"))?;
    ensure(&record.status, &201)?;
    ensure(&record.find, &None)?;
    let evidence = actions(journal)?.evidence("k").await?;
    ensure(&evidence, &None)?;
    // A server that forgot the key would execute it again, so it is not sent only to read the answer.
    let ids = vec![("ThingId".to_owned(), "t-1".to_owned())];
    ensure(
        &refused(journal, with_evidence).await?,
        &JournalRefusal::Executed { ids },
    )?;
    // An answer without ids can only be read again under its key.
    let claim = sent(journal, intent("bare", "b", NOW)).await?;
    let bare = || Settlement::Executed {
        status: 204,
        ids: Vec::new(),
    };
    settle(journal, claim, bare()).await?;
    let (claim, _) = again(journal, intent("bare", "b", NOW + 1)).await?;
    settle(journal, claim, UNKNOWN).await?;
    ensure(&state(journal, "bare").await?, &Some(State::Executed))
}

async fn what_happened_is_never_taken_back<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let late = sent(journal, intent("k", "a", NOW)).await?;
    let (claim, _) = again(journal, intent("k", "a", NOW + 60)).await?;
    settle(journal, late, not_executed(true)).await?;
    ensure(&state(journal, "k").await?, &Some(State::Open))?;
    settle(journal, claim, Settlement::CutOff { status: 201 }).await?;
    let (claim, _) = again(journal, intent("k", "a", NOW + 61)).await?;
    settle(journal, claim.clone(), not_executed(false)).await?;
    ensure(&state(journal, "k").await?, &Some(State::CutOff))?;
    settle(journal, claim.clone(), executed()).await?;
    settle(journal, claim, not_executed(true)).await?;
    ensure(&state(journal, "k").await?, &Some(State::Executed))
}

async fn nothing_is_sent_when_the_server_may_have_forgotten_the_key<S: Store>(journal: &Journal<S>) -> SuiteResult {
    const HOUR: i64 = 3600;
    let bare = Settlement::Executed {
        status: 204,
        ids: Vec::new(),
    };
    for (name, settlement) in [("open", UNKNOWN), ("executed", bare)] {
        let claim = sent(journal, intent(name, name, NOW)).await?;
        settle(journal, claim, settlement).await?;
        drop(again(journal, intent(name, name, NOW + 23 * HOUR - 1)).await?);
    }
    let refusal = refused(journal, intent("open", "open", NOW + 23 * HOUR)).await?;
    // The last lease was dropped with its claim.
    ensure(&refusal, &JournalRefusal::Retention)?;
    ensure(&state(journal, "open").await?, &Some(State::Reconcile))?;
    ensure(
        &refused(journal, intent("open", "open", NOW)).await?,
        &JournalRefusal::Retention,
    )?;
    let ids = Vec::new();
    let refusal = refused(journal, intent("executed", "executed", NOW + 23 * HOUR)).await?;
    ensure(&refusal, &JournalRefusal::Executed { ids })
}

async fn a_clock_that_was_wrong_is_no_leave_to_send<S: Store>(journal: &Journal<S>) -> SuiteResult {
    drop(sent(journal, intent("k", "a", NOW)).await?);
    ensure(
        &refused(journal, intent("k", "a", NOW - 3601)).await?,
        &JournalRefusal::Retention,
    )
}

async fn a_recorded_intent_is_new_when_it_is_sent<S: Store>(journal: &Journal<S>) -> SuiteResult {
    ensure(&journal.record(about("k", "s")).await?, &Ok(()))?;
    ensure(&journal.record(about("k", "s")).await?, &Ok(()))?;
    let key = "k".to_owned();
    ensure(
        &journal.record(about("second", "s")).await?,
        &Err(JournalRefusal::AnotherKey { key }),
    )?;
    ensure(&state(journal, "k").await?, &Some(State::Open))?;
    let mut later = about("k", "s");
    later.at += 82_799;
    sent(journal, later).await?;
    // A row as old as the retention may be one that was put back.
    ensure(&journal.record(about("old", "old")).await?, &Ok(()))?;
    let mut late = about("old", "old");
    late.at += 82_800;
    ensure(&refused(journal, late).await?, &JournalRefusal::Retention)?;
    ensure(&state(journal, "old").await?, &Some(State::Reconcile))
}

async fn pending_is_complete_and_in_order<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let mut wanted = Vec::new();
    for number in 0..700_i64 {
        let key = format!("k-{:03}", (number * 37) % 700);
        wanted.push((NOW + number / 2, key.clone()));
        let draft = journal.record(intent(&key, &key, NOW + number / 2)).await;
        ensure(&draft?, &Ok(()))?;
    }
    wanted.sort();
    let pending = actions(journal)?.pending().await?;
    let seen: Vec<(i64, String)> = pending.records.into_iter().map(|one| (one.recorded, one.key)).collect();
    ensure(&seen, &wanted)
}

async fn many_calls_at_once_give_one_leave_each<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let mut calls = Vec::new();
    for number in 0..40 {
        let (key, journal) = (format!("k-{}", number % 4), journal.clone());
        calls.push(async move { journal.begin(intent(&key, "a", NOW)).await });
    }
    let mut claims = Vec::new();
    for verdict in at_once(calls).await {
        match verdict {
            Ok(Verdict::Send(claim)) => claims.push(claim),
            Ok(Verdict::Refused(JournalRefusal::Leased { .. })) => {}
            other => return fail(other),
        }
    }
    ensure(&claims.len(), &4)?;
    let mut calls = Vec::new();
    for number in 0..20 {
        let journal = journal.clone();
        calls.push(async move { journal.begin(about(&format!("s-{number}"), "one")).await });
    }
    let mut leave = 0;
    let verdicts = at_once(calls).await;
    for verdict in &verdicts {
        match verdict {
            Ok(Verdict::Send(_)) => leave += 1,
            Ok(Verdict::Refused(JournalRefusal::AnotherKey { .. })) => {}
            other => return fail(other),
        }
    }
    ensure(&leave, &1)
}
