//! Rules about a store that is shared, used for long or read with another clock: senders never meet, and only what is
//! old and settled is removed.

use super::common::{
    NOW, SuiteResult, UNKNOWN, about, actions, again, approved, client, client_of, ensure, executed, fail, intent,
    not_executed, refused, sent, settle, state, submission, to_look_up,
};
use crate::journal::{Journal, by_key};
use crate::purge::Purged;
use crate::store::{RowChange, State, Store};
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Intent, Journal as _, JournalRefusal, SendTimes, Sender, Settlement, Verdict};
use std::time::{Duration, UNIX_EPOCH};

pub(super) async fn two_senders_share_keys_and_subjects_and_never_meet<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let senders = [
        ("client-1", "https://api.example.com"),
        ("client-2", "https://api.example.com"),
        ("client-1", "https://other.example.com"),
    ];
    let of_sender = |(client_id, base_url): (&str, &str), mut intent: Intent| {
        intent.sender = Sender {
            client_id: Some(client_id.to_owned()),
            base_url: base_url.to_owned(),
        };
        intent.evidence = Some("{}".into());
        intent.later = vec!["submitThing".to_owned()];
        intent
    };
    let mut claims = Vec::new();
    for (number, sender) in senders.into_iter().enumerate() {
        // A different request under the same key, about the same subject.
        let mut intent = about("k", "s");
        intent.sha256 = [u8::try_from(number).unwrap_or_default(); 32];
        claims.push(sent(journal, of_sender(sender, intent)).await?);
    }
    for ((number, sender), claim) in senders.into_iter().enumerate().zip(claims) {
        let ids = vec![("ThingId".to_owned(), format!("t-{number}"))];
        settle(journal, claim, Settlement::Executed { status: 201, ids }).await?;
        let taken = JournalRefusal::AnotherKey { key: "k".to_owned() };
        ensure(
            &refused(journal, of_sender(sender, about("second", "s"))).await?,
            &taken,
        )?;
        let client = client_of(sender.0, sender.1, NOW)?;
        let shown = journal.actions(&client).ids("k").await?;
        ensure(&shown, &vec![("ThingId".to_owned(), format!("t-{number}"))])?;
        let pending = journal.actions(&client).pending().await?;
        ensure(&pending.records, &Vec::new())?;
    }
    // Using up one sender's approval leaves the equally named approvals of the others.
    for (number, sender) in senders.into_iter().enumerate() {
        let client = client_of(sender.0, sender.1, NOW)?;
        let kept = journal.actions(&client).evidence("k").await?;
        ensure(&kept.is_some(), &true)?;
        if number == 1 {
            let mut later = of_sender(sender, submission("submit", "t-0"));
            later.arguments = (0..3).map(|id| ("thingId".to_owned(), format!("t-{id}"))).collect();
            let claim = sent(journal, later).await?;
            settle(journal, claim, executed()).await?;
            let kept = journal.actions(&client).evidence("k").await?;
            ensure(&kept, &None)?;
        }
        journal.actions(&client).finish("k").await?;
    }
    Ok(())
}

pub(super) async fn a_clock_that_was_corrected_is_written_down_and_recognised<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    const HOUR: i64 = 3600;
    let by = |key: &str, at: i64, offset: Option<i64>| Intent {
        offset,
        ..intent(key, key, at)
    };
    // The clock was five hours ahead, and was corrected in the middle of the call.
    let claim = sent(journal, by("k", NOW + 5 * HOUR, None)).await?;
    let first = Some(Moment::from(NOW + 5 * HOUR).corrected(-5 * HOUR));
    let followed = journal
        .follow(claim.clone().with(SendTimes { first, last: None }))
        .await;
    followed?;
    let record = actions(journal)?.show("k").await?;
    ensure(&record.and_then(|record| record.first_sent), &first)?;
    // The program ends, the clock is set right, and the next run does not know the old offset.
    drop(claim);
    drop(again(journal, by("k", NOW + 22 * HOUR, None)).await?);
    let late = refused(journal, by("k", NOW + 23 * HOUR, None)).await?;
    ensure(&late, &JournalRefusal::Retention)?;
    // A row written with another clock offset than the current one is looked up, whatever its age.
    for (key, then, now, is_again) in [
        ("same", Some(2 * HOUR), Some(2 * HOUR), true),
        ("unconfirmed", Some(2 * HOUR), None, true),
        ("near", None, Some(HOUR), true),
        ("another", Some(0), Some(2 * HOUR), false),
        ("unknown", None, Some(-2 * HOUR), false),
    ] {
        drop(sent(journal, by(key, NOW, then)).await?);
        match journal.begin(by(key, NOW + 1, now)).await {
            Ok(Verdict::Again { .. }) if is_again => {}
            Ok(Verdict::Refused(JournalRefusal::Retention)) if !is_again => {}
            other => return fail((key, other)),
        }
    }
    // In the middle of a call the corrected clock shows that the server may have forgotten the key.
    let claim = sent(journal, by("forgotten", NOW, None)).await?;
    settle(journal, claim, Settlement::Forgotten).await?;
    ensure(&state(journal, "forgotten").await?, &Some(State::Reconcile))
}

/// More than a page.
const MANY: u64 = 450;

pub(super) async fn what_is_purged_is_settled_and_old_and_protects_nothing<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    let of_another = Sender {
        client_id: Some("client-2".to_owned()),
        base_url: "https://api.example.com".to_owned(),
    };
    for number in 0..MANY {
        let key = format!("old-{number}");
        let claim = sent(journal, intent(&key, &key, NOW)).await?;
        settle(journal, claim, executed()).await?;
    }
    let mut foreign = intent("old-0", "foreign", NOW);
    foreign.sender = of_another.clone();
    for (intent, settlement) in [
        (intent("open", "open", NOW), UNKNOWN),
        (intent("cut-off", "cut-off", NOW), Settlement::CutOff { status: 200 }),
        (intent("look", "look", NOW), to_look_up()),
        (intent("refused", "refused", NOW), not_executed(true)),
        (about("subject", "subject"), executed()),
        (approved("approval"), executed()),
        (intent("damaged", "damaged", NOW), executed()),
        (intent("young", "young", NOW + 1), executed()),
        (foreign, executed()),
    ] {
        let claim = sent(journal, intent).await?;
        settle(journal, claim, settlement).await?;
    }
    let damages = |rows: &[crate::store::Row]| {
        let mut rows = rows.to_vec();
        for row in &mut rows {
            row.head.push(' ');
        }
        (rows.into_iter().map(RowChange::Write).collect(), ())
    };
    let select = by_key(&intent("damaged", "damaged", NOW).sender, "damaged");
    journal.store.change(select, damages).await?;

    let at = |at| client(at).map(|client| journal.actions(&client));
    let stay = Purged {
        unsettled: 3,
        subjects: 1,
        approvals: 1,
        broken: 1,
        ..Purged::default()
    };
    let before = UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs() + 1);
    // Within the retention, the server still remembers the keys.
    let early = at(NOW + 86_399)?.purge(before).await?;
    let recent = MANY + 1;
    ensure(&early, &Purged { recent, ..stay })?;
    let late = at(NOW + 2 * 86_400)?;
    let removed = MANY + 1;
    ensure(&late.purge(before).await?, &Purged { removed, ..stay })?;
    ensure(&late.purge(before).await?, &stay)?;
    for key in ["old-0", "old-449", "refused"] {
        ensure(&late.show(key).await?.is_some(), &false)?;
    }
    for key in ["open", "cut-off", "look", "subject", "approval", "young"] {
        ensure(&late.show(key).await?.is_some(), &true)?;
    }
    let other = client_of("client-2", &of_another.base_url, NOW)?;
    ensure(&journal.actions(&other).show("old-0").await?.is_some(), &true)?;
    // After `finish`, the rows protect nothing and may be removed.
    for key in ["subject", "approval"] {
        late.finish(key).await?;
    }
    let finished = Purged {
        removed: 2,
        subjects: 0,
        approvals: 0,
        ..stay
    };
    ensure(&late.purge(before).await?, &finished)?;
    // A removed key may be used again.
    sent(journal, intent("old-0", "another", NOW)).await.map(drop)
}
