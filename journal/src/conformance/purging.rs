//! Rules about what is removed when it is old.

use std::time::{Duration, UNIX_EPOCH};

use sdkwright_runtime::journal::{Sender, Settlement};

use super::common::{
    Checked, NOW, UNKNOWN, about, client, client_of, ensure, executed, intent, not_executed, sent, settle,
};
use crate::journal::{Journal, by_key};
use crate::purge::Purged;
use crate::store::{Change, Store};

/// More than a page.
const MANY: u64 = 450;

pub(super) async fn what_is_purged_is_settled_and_old_and_protects_nothing<S: Store>(journal: &Journal<S>) -> Checked {
    let told = |error: crate::error::StoreError| error.to_string();
    let refused = Settlement::Unknown {
        refused: Some("STATE".to_owned()),
    };
    let of_another = Sender {
        client_id: Some("client-2".to_owned()),
        base_url: "https://api.example.com".to_owned(),
    };
    for number in 0..MANY {
        let key = format!("old-{number}");
        let claim = sent(journal, intent(&key, &key, NOW)).await?;
        settle(journal, claim, executed()).await?;
    }
    let mut approved = intent("approval", "approval", NOW);
    (approved.evidence, approved.later) = (Some("{}".into()), vec!["submitThing".to_owned()]);
    let mut foreign = intent("old-0", "foreign", NOW);
    foreign.sender = of_another.clone();
    for (intent, settlement) in [
        (intent("open", "open", NOW), UNKNOWN),
        (intent("cut-off", "cut-off", NOW), Settlement::CutOff { status: 200 }),
        (intent("look", "look", NOW), refused),
        (intent("refused", "refused", NOW), not_executed(true)),
        (about("subject", "subject"), executed()),
        (approved, executed()),
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
        (rows.into_iter().map(Change::Write).collect(), ())
    };
    let select = by_key(&intent("damaged", "damaged", NOW).sender, "damaged");
    journal.store.change(select, damages).await.map_err(told)?;

    let at = |at| {
        client(at)
            .map(|client| journal.of(&client))
            .map_err(|error| error.to_string())
    };
    let stay = Purged {
        unsettled: 3,
        subjects: 1,
        approvals: 1,
        broken: 1,
        ..Purged::default()
    };
    let before = UNIX_EPOCH + Duration::from_secs(NOW.unsigned_abs() + 1);
    // Within the retention, the server still remembers the keys.
    let early = at(NOW + 86_399)?.purge(before).await.map_err(told)?;
    let recent = MANY + 1;
    ensure(&early, &Purged { recent, ..stay })?;
    let late = at(NOW + 2 * 86_400)?;
    let removed = MANY + 1;
    ensure(&late.purge(before).await.map_err(told)?, &Purged { removed, ..stay })?;
    ensure(&late.purge(before).await.map_err(told)?, &stay)?;
    for key in ["old-0", "old-449", "refused"] {
        ensure(&late.show(key).await.map_err(told)?.is_some(), &false)?;
    }
    for key in ["open", "cut-off", "look", "subject", "approval", "young"] {
        ensure(&late.show(key).await.map_err(told)?.is_some(), &true)?;
    }
    let other = client_of("client-2", &of_another.base_url, NOW).map_err(|error| error.to_string())?;
    ensure(&journal.of(&other).show("old-0").await.map_err(told)?.is_some(), &true)?;
    // After `finish`, the rows protect nothing and may be removed.
    for key in ["subject", "approval"] {
        late.finish(key).await.map_err(told)?;
    }
    let finished = Purged {
        removed: 2,
        subjects: 0,
        approvals: 0,
        ..stay
    };
    ensure(&late.purge(before).await.map_err(told)?, &finished)?;
    // A removed key may be used again.
    sent(journal, intent("old-0", "another", NOW)).await.map(drop)
}
