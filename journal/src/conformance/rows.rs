//! Rules about single rows: the end of an intent, a lease that would never end, rows that somebody changed behind the journal's
//! back, and rows that outlive their process.

use std::future::Future;
use std::time::Duration;

use sdkwright_runtime::journal::{Intent, JournalRefusal, Settlement};

use super::common::{
    NOW, SuiteResult, UNKNOWN, about, actions, again, approved, client, ensure, evidence, executed, fail, intent,
    refused, sent, settle, state, submission, to_look_up,
};
use crate::actions::{Absence, Finding};
use crate::conformance::common::not_executed;
use crate::error::StoreError;
use crate::journal::{Journal, by_key};
use crate::store::{Row, RowChange, State, Store};

/// The server answered that key with a refusal: it does not know there that it happened, and would do it again.
pub(super) async fn what_was_found_on_the_server_is_not_sent_under_its_key_again<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    let ids = vec![("ThingId".to_owned(), "t-9".to_owned())];
    let claim = sent(journal, intent("found", "found", NOW)).await?;
    settle(journal, claim, to_look_up()).await?;
    let told = actions(journal)?
        .reconciled("found", Finding::Executed { ids: ids.clone() })
        .await;
    told?;
    let wanted = JournalRefusal::Executed { ids };
    ensure(&refused(journal, intent("found", "found", NOW + 1)).await?, &wanted)?;
    // A cut-off answer does not prove the action: once the key is refused, the intent must be looked up.
    let claim = sent(journal, intent("cut-off", "cut-off", NOW)).await?;
    settle(journal, claim, Settlement::CutOff { status: 201 }).await?;
    let (claim, _) = again(journal, intent("cut-off", "cut-off", NOW + 1)).await?;
    settle(journal, claim, to_look_up()).await?;
    let code = "STATE".to_owned();
    let wanted = JournalRefusal::Reconcile { code };
    ensure(&refused(journal, intent("cut-off", "cut-off", NOW + 2)).await?, &wanted)
}

/// An answer of success that nobody could read says nothing certain, and the key that it came under may be forgotten.
pub(super) async fn what_was_cut_off_is_asked_for_again_and_then_looked_up<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    let mut cut_off = intent("k", "a", NOW);
    cut_off.find = Some("/things?name=a".to_owned());
    let mut claim = sent(journal, cut_off.clone()).await?;
    for minute in 1..4 {
        settle(journal, claim, Settlement::CutOff { status: 200 }).await?;
        ensure(&state(journal, "k").await?, &Some(State::CutOff))?;
        cut_off.at = NOW + minute * 60;
        (claim, _) = again(journal, cut_off.clone()).await?;
    }
    drop(claim);
    cut_off.at = NOW + 86_400;
    ensure(&refused(journal, cut_off.clone()).await?, &JournalRefusal::Retention)?;
    let rows = actions(journal)?.to_reconcile().await?;
    let [row] = rows.records.as_slice() else {
        return fail(rows);
    };
    ensure(&(row.key.as_str(), row.status), &("k", 200))?;
    ensure(&row.find, &cut_off.find)
}

/// Checks an intent that is still in flight: no finding about it permits the same action under another key.
pub(super) async fn only_what_is_to_be_looked_up_is_told_what_was_found<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let claim = sent(journal, intent("k", "a", NOW)).await?;
    for state in [State::Open, State::CutOff] {
        let looked_up = NOW.into();
        for found in [
            Finding::Nothing(Absence::stated(looked_up)),
            Finding::Executed { ids: Vec::new() },
        ] {
            match actions(journal)?.reconciled("k", found).await {
                Err(StoreError::NotToReconcile(stands)) => ensure(&stands, &state.as_str())?,
                other => return fail(other),
            }
        }
        let cut_off = Settlement::CutOff { status: 201 };
        settle(journal, claim.clone(), cut_off).await?;
    }
    ensure(&state(journal, "k").await?, &Some(State::CutOff))?;
    again(journal, intent("k", "a", NOW + 1)).await.map(drop)
}

/// Taken for ever, or by a clock that stood wrong, by a program that died.
pub(super) async fn a_lease_ends_with_the_retention<S: Store>(journal: &Journal<S>) -> SuiteResult {
    const DAY: i64 = 86_400;
    let other = journal.another_run()?;
    let mut for_ever = intent("for-ever", "a", NOW);
    for_ever.lease = Duration::MAX;
    let ahead = intent("ahead", "b", NOW + 365 * DAY);
    let held = [sent(journal, for_ever).await?, sent(journal, ahead).await?];
    match refused(&other, intent("for-ever", "a", NOW + DAY / 2)).await? {
        JournalRefusal::Leased { .. } => {}
        other => return fail(other),
    }
    let late = refused(&other, intent("for-ever", "a", NOW + DAY)).await?;
    ensure(&late, &JournalRefusal::Retention)?;
    ensure(
        &refused(&other, intent("ahead", "b", NOW)).await?,
        &JournalRefusal::Retention,
    )?;
    // The holder of the earlier lease may still settle it as executed, and as nothing else.
    let [for_ever, ahead] = held;
    settle(journal, ahead, UNKNOWN).await?;
    ensure(&state(journal, "ahead").await?, &Some(State::Reconcile))?;
    settle(journal, for_ever, executed()).await?;
    ensure(&state(journal, "for-ever").await?, &Some(State::Executed))
}

/// Any id of a created resource can be stored, and its approval is removed with the last call that needs it.
pub(super) async fn an_odd_id_settles_all_the_same<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let mut long = String::new();
    while long.len() < 20_000 {
        // Random parts: repeated ones could be compressed until they fit into an index.
        long.push_str(&crate::keys::random()?);
    }
    for (number, id) in ["a\0b", "\0", "", &long, "\u{1F4B8}\u{FFFF}"].into_iter().enumerate() {
        let key = format!("odd-{number}");
        let claim = sent(journal, approved(&key)).await?;
        let ids = vec![("ThingId".to_owned(), id.to_owned())];
        settle(journal, claim, Settlement::Executed { status: 201, ids }).await?;
        let record = actions(journal)?.show(&key).await?;
        let record = record.ok_or("it is gone")?;
        ensure(&(record.state, record.id("ThingId")), &(State::Executed, Some(id)))?;
        let claim = sent(journal, submission(&format!("submit-{number}"), id)).await?;
        settle(journal, claim, executed()).await?;
        let evidence = evidence(journal, &key).await?;
        ensure(&evidence, &None)?;
    }
    Ok(())
}

pub(super) async fn the_approval_stays_until_the_last_call_that_needs_it<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    let mut draft = intent("draft", "a", NOW);
    draft.evidence = Some("{\"hash\":\"h\"}".into());
    draft.later = vec!["submitThing".to_owned(), "confirmThing".to_owned()];
    let of_another = Intent {
        key: "of-another".to_owned(),
        ..draft.clone()
    };
    let claim = sent(journal, draft).await?;
    settle(journal, claim, executed()).await?;
    let claim = sent(journal, of_another).await?;
    let (status, ids) = (201, vec![("ThingId".to_owned(), "t-2".to_owned())]);
    settle(journal, claim, Settlement::Executed { status, ids }).await?;
    for (key, operation, stays) in [
        ("submit", "submitThing", true),
        ("close", "closeThing", true),
        ("confirm", "confirmThing", false),
    ] {
        let operation = operation.to_owned();
        let later = Intent {
            operation,
            ..submission(key, "t-1")
        };
        let claim = sent(journal, later).await?;
        settle(journal, claim, executed()).await?;
        let evidence = evidence(journal, "draft").await?;
        ensure(&evidence.is_some(), &stays)?;
    }
    let evidence = evidence(journal, "of-another").await?;
    ensure(&evidence.is_some(), &true)
}

pub(super) async fn what_was_found_on_the_server_settles_it<S: Store>(journal: &Journal<S>) -> SuiteResult {
    for (key, found) in [
        ("there", Some(vec![("ThingId".to_owned(), "t-9".to_owned())])),
        ("not-there", None),
    ] {
        let claim = sent(journal, about(key, key)).await?;
        settle(journal, claim, to_look_up()).await?;
        ensure(&state(journal, key).await?, &Some(State::Reconcile))?;
        let code = "STATE".to_owned();
        ensure(
            &refused(journal, about(key, key)).await?,
            &JournalRefusal::Reconcile { code },
        )?;
        let is_there = found.is_some();
        // A copy can act until twice the signature's validity (300 s) and a minute after it was stamped.
        let until = NOW + 660;
        let at = |now: i64| client(now).map(|client| journal.actions(&client));
        let late = at(until + 60)?;
        let record = late.show(key).await?;
        ensure(&record.and_then(|record| record.acts_until), &Some(until))?;
        // A lookup that was too early is refused even if it is reported late, and so is one in the future.
        for (told, looked_up) in [(until - 1, until), (until + 60, until - 1)] {
            let early = at(told)?;
            let looked_up = looked_up.into();
            match early
                .reconciled(key, Finding::Nothing(Absence::stated(looked_up)))
                .await
            {
                Err(StoreError::UnderWay { until: told }) => ensure(&told, &until)?,
                other => return fail(other),
            }
            ensure(&state(journal, key).await?, &Some(State::Reconcile))?;
        }
        let looked_up = until.into();
        let found = found.map_or(Finding::Nothing(Absence::stated(looked_up)), |ids| Finding::Executed {
            ids,
        });
        late.reconciled(key, found).await?;
        let wanted = if is_there { State::Executed } else { State::Refused };
        ensure(&state(journal, key).await?, &Some(wanted))?;
        let open = actions(journal)?.to_reconcile().await?;
        ensure(&open.records, &Vec::new())?;
    }
    Ok(())
}

/// Writes a row otherwise than the journal would.
async fn changed<S: Store>(journal: &Journal<S>, key: &str, change: fn(&mut Row)) -> SuiteResult {
    let select = by_key(&intent(key, key, NOW).sender, key);
    let changes = move |rows: &[Row]| {
        let mut rows = rows.to_vec();
        rows.iter_mut().for_each(change);
        (rows.into_iter().map(RowChange::Write).collect(), ())
    };
    Ok(journal.store.change(select, changes).await?)
}

/// Ids stand apart from the row that they belong to in some stores: a later call must not let go the approval of another row.
pub(super) async fn what_a_row_is_found_by_is_believed_only_as_it_was_written<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    for (number, change) in [
        (|row| row.made = vec!["t-2".to_owned()]) as fn(&mut Row),
        |row| row.made.push("t-2".to_owned()),
        |row| row.made.clear(),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("draft-{number}");
        let claim = sent(journal, approved(&key)).await?;
        settle(journal, claim, executed()).await?;
        let actions = actions(journal)?;
        let evidence = actions.evidence(&key).await?;
        ensure(&evidence.is_some(), &true)?;
        changed(journal, &key, change).await?;
        let claim = sent(journal, submission(&format!("submit-{number}"), "t-2")).await?;
        settle(journal, claim, executed()).await?;
        match actions.evidence(&key).await {
            Err(StoreError::Unverified(of)) => ensure(&of, &key)?,
            other => return fail(other),
        }
    }
    Ok(())
}

/// One row that somebody changed, or that no version of this crate wrote, must not keep anybody from the rest.
pub(super) async fn a_broken_row_is_told_and_hides_no_other<S: Store>(journal: &Journal<S>) -> SuiteResult {
    for (state, settlement) in [
        ("open", UNKNOWN),
        ("cut-off", Settlement::CutOff { status: 200 }),
        ("executed", executed()),
        ("refused", not_executed(true)),
        ("reconcile", to_look_up()),
    ] {
        for number in 1..=3 {
            let key = format!("{state}-{number}");
            let claim = sent(journal, intent(&key, &key, NOW + number)).await?;
            settle(journal, claim, settlement.clone()).await?;
        }
        changed(journal, &format!("{state}-2"), |row| {
            "what no version writes".clone_into(&mut row.head);
        })
        .await?;
    }
    // An unknown state, so that no list by state contains the row.
    drop(sent(journal, intent("nowhere", "nowhere", NOW)).await?);
    changed(journal, "nowhere", |row| "pending".clone_into(&mut row.state)).await?;

    let keys = |broken: Vec<(String, StoreError)>| {
        let unverified = broken
            .into_iter()
            .filter(|(_, why)| matches!(why, StoreError::Unverified(_)));
        unverified.map(|(key, _)| key).collect::<Vec<String>>()
    };
    let actions = actions(journal)?;
    for (listed, there, broken) in [
        (
            actions.pending().await?,
            ["open-1", "open-3", "cut-off-1", "cut-off-3"].as_slice(),
            ["open-2", "cut-off-2"].as_slice(),
        ),
        (
            actions.to_reconcile().await?,
            &["reconcile-1", "reconcile-3"],
            &["reconcile-2"],
        ),
    ] {
        let seen: Vec<&str> = listed.records.iter().map(|record| &*record.key).collect();
        ensure(&seen.as_slice(), &there)?;
        ensure(
            &keys(listed.broken)
                .iter()
                .map(|key| &**key)
                .collect::<Vec<&str>>()
                .as_slice(),
            &broken,
        )?;
    }
    let all = [
        "cut-off-2",
        "executed-2",
        "nowhere",
        "open-2",
        "reconcile-2",
        "refused-2",
    ];
    let sorted = |broken| {
        let mut keys = keys(broken);
        keys.sort_unstable();
        keys
    };
    ensure(&sorted(actions.verify().await?), &all.map(str::to_owned).to_vec())?;
    let client = client(NOW)?;
    let resumed = journal.resume(&client).await?;
    ensure(&sorted(resumed.broken), &all.map(str::to_owned).to_vec())?;
    ensure(&(resumed.open.len(), resumed.reconcile.len()), &(4, 2))
}

/// The first store stays open until the second one has been read, as after a crash: closing it must not be what writes the rows.
pub(super) async fn what_is_written_outlives_its_store<S, F>(open: impl Fn() -> F) -> SuiteResult
where
    S: Store,
    F: Future<Output = Result<S, StoreError>>,
{
    let first = Journal::new(open().await?)?;
    let claim = sent(&first, about("begun", "s")).await?;
    ensure(&first.record(intent("recorded", "b", NOW)).await?, &Ok(()))?;
    let settled = sent(&first, intent("settled", "c", NOW)).await?;
    settle(&first, settled, executed()).await?;
    let second = Journal::new(open().await?)?;
    ensure(&state(&second, "begun").await?, &Some(State::Open))?;
    ensure(&state(&second, "recorded").await?, &Some(State::Open))?;
    ensure(&state(&second, "settled").await?, &Some(State::Executed))?;
    let leased = JournalRefusal::Leased { until: NOW + 60 };
    ensure(&refused(&second, about("begun", "s")).await?, &leased)?;
    let taken = JournalRefusal::AnotherKey {
        key: "begun".to_owned(),
    };
    ensure(&refused(&second, about("other", "s")).await?, &taken)?;
    settle(&first, claim, UNKNOWN).await?;
    drop((first, second));
    let mut later = about("begun", "s");
    later.at += 61;
    let third = Journal::new(open().await?)?;
    let (_, first_sent) = again(&third, later).await?;
    ensure(&first_sent, &NOW)
}
