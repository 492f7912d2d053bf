//! Rules about rows that somebody changed behind the journal's back.

use super::{Checked, NOW, ensure, executed, fail, intent, of, sent, settle};
use crate::error::StoreError;
use crate::journal::{Journal, by_key};
use crate::store::{Change, Row, Store};

/// Writes a row otherwise than the journal would.
async fn changed<S: Store>(journal: &Journal<S>, key: &str, change: fn(&mut Row)) -> Checked {
    let select = by_key(&intent(key, key, NOW).sender, key);
    let changes = move |rows: &[Row]| {
        let mut rows = rows.to_vec();
        rows.iter_mut().for_each(change);
        (rows.into_iter().map(Change::Write).collect(), ())
    };
    let written = journal.store.change(select, changes).await;
    written.map_err(|error| error.to_string())
}

/// Ids stand apart from the row that they belong to in some stores: a later call must not let go the approval of another row.
pub(super) async fn what_a_row_is_found_by_is_believed_only_as_it_was_written<S: Store>(
    journal: &Journal<S>,
) -> Checked {
    for (number, change) in [
        (|row| row.made = vec!["t-2".to_owned()]) as fn(&mut Row),
        |row| row.made.push("t-2".to_owned()),
        |row| row.made.clear(),
    ]
    .into_iter()
    .enumerate()
    {
        let key = format!("draft-{number}");
        let mut draft = intent(&key, &key, NOW);
        (draft.evidence, draft.later) = (Some("{}".into()), vec!["submitThing".to_owned()]);
        let ticket = sent(journal, draft).await?;
        settle(journal, ticket, executed()).await?;
        let actions = of(journal)?;
        let evidence = actions.evidence(&key).await.map_err(|error| error.to_string())?;
        ensure(&evidence.is_some(), &true)?;
        changed(journal, &key, change).await?;
        let submission = format!("submit-{number}");
        let mut later = intent(&submission, &submission, NOW);
        "submitThing".clone_into(&mut later.operation);
        later.arguments = vec![("thingId".to_owned(), "t-2".to_owned())];
        let ticket = sent(journal, later).await?;
        settle(journal, ticket, executed()).await?;
        match actions.evidence(&key).await {
            Err(StoreError::Unverified(of)) => ensure(&of, &key)?,
            other => return fail(other),
        }
    }
    Ok(())
}
