//! Rules about rows that somebody changed behind the journal's back.

use sdkwright_runtime::journal::Settlement;

use super::common::{
    NOW, SuiteResult, UNKNOWN, actions, approved, client, ensure, executed, fail, intent, not_executed, sent, settle,
    submission, to_look_up,
};
use crate::error::StoreError;
use crate::journal::{Journal, by_key};
use crate::store::{Row, RowChange, Store};

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
