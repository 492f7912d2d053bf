//! Healing of rows that the application cannot use: the commands sign a row with the present secret, or remove it.
//!
//! The command removes only a row that certainly did nothing. A row that nobody can verify proves nothing itself: a lookup has to.

use super::ended::Output;
use super::options::now;
use super::shown::{Seals, ShownRow, Trust, instant, quoted, under_way};

use crate::entry::{Entry, FoundRows};
use crate::error::StoreError;
use crate::journal::{Journal, by_key};
use crate::owner::RowOwner;
use crate::store::{Row, RowChange, State, Store};

/// Seconds in which a copy of a request with an unreadable row can act.
const DAY: i64 = 86_400;

/// Signs rows of the previous secret with the present one. A row in the lease of a call is left, because the call still writes it.
pub(super) async fn re_sign<S: Store>(journal: &Journal<S>, rows: &[Row], seals: &Seals) -> Result<Output, Output> {
    let (mut signed, mut left) = (0, Vec::new());
    for row in rows {
        let key = quoted(&row.key);
        match seals.trust(row, journal.store.name()) {
            Trust::Verified => {}
            Trust::Previous if row.leased_until > now().at => {
                let until = instant(row.leased_until);
                left.push(format!(
                    "{key}: a call may be sending it until {until}: run this again then"
                ));
            }
            Trust::Previous => {
                sign_row(journal, row, seals).await?;
                signed += 1;
            }
            Trust::NotChecked | Trust::NotSigned | Trust::OtherSecret | Trust::Changed => {
                left.push(format!(
                    "{key}: neither secret signed it as it is: see `sdkwright-journal show {key}`"
                ));
            }
        }
    }
    let noun = if signed == 1 { "row is" } else { "rows are" };
    let printed = format!("{signed} {noun} now signed with the secret of `--secret-env`\n");
    Ok(match left.as_slice() {
        [] => Output::done(printed),
        left => Output::unusable(printed, &left.join("\nerror: ")),
    })
}

/// Signs a row with the present secret: `change` signs each entry that it writes, so the entry is written back unchanged.
async fn sign_row<S: Store>(journal: &Journal<S>, row: &Row, seals: &Seals) -> Result<(), Output> {
    let seal = seals.signer(row).map_err(|why| Output::failed(1, why))?;
    let owner = RowOwner::new(row.sender.clone(), seal, journal.store.name());
    let (select, key) = (by_key(&row.sender, &row.key), row.key.clone());
    let unchanged = move |found: &FoundRows| match found.entry(&key) {
        Ok(entry) => (entry.into_iter().collect(), Ok(())),
        Err(error) => (Vec::new(), Err(error)),
    };
    Ok(journal.change(owner, select, unchanged).await??)
}

/// Removes a row that did nothing: its state shows it and it verifies, or a lookup after its last possible effect found nothing.
pub(super) async fn remove<S: Store>(
    journal: &Journal<S>,
    row: Row,
    seals: &Seals,
    looked_up: Option<i64>,
) -> Result<Output, Output> {
    let key = quoted(&row.key);
    let failed = |why: String| Err(Output::failed(1, why));
    let entry = Entry::from_row(&row);
    let state = entry.as_ref().ok().map(|entry| entry.state);
    let did_nothing = entry
        .as_ref()
        .is_ok_and(|entry| entry.state == State::Refused && !entry.head.spent);
    let trust = seals.trust(&row, journal.store.name());
    match (trust, state, looked_up) {
        (Trust::NotChecked, ..) => {
            return failed(
                "the row is signed: pass the variables of the secrets with `--secret-env` and `--previous-secret-env`"
                    .to_owned(),
            );
        }
        (_, Some(State::Executed), _) => {
            return failed(
                "the row says that the action was executed: it stays, because it prevents a second one".to_owned(),
            );
        }
        _ if seals.is_usable(trust) => {
            if !did_nothing {
                let next = ShownRow::new(&row, seals, journal.store.name(), now()).next_step();
                return failed(format!(
                    "the application can use this row, which may protect something; next: {next}"
                ));
            }
        }
        (_, _, None) => {
            return failed(format!(
                "nobody can verify this row, so it proves nothing: look the action up on the server, and then write `sdkwright-journal remove {key} --nothing` if it is not there"
            ));
        }
        (_, _, Some(at)) => {
            if at > now().at {
                return Err(Output::failed(2, "`--looked-up` is in the future"));
            }
            let acts = entry.as_ref().map_or_else(
                |_| row.recorded.saturating_add(DAY),
                |entry| entry.acts_until(now()).unwrap_or(row.recorded.saturating_add(DAY)),
            );
            let until = acts.max(row.leased_until);
            if at < until {
                return failed(under_way(until));
            }
        }
    }
    let select = by_key(&row.sender, &row.key);
    let removed = journal.store.change(select, move |rows| {
        // A call may have changed it since.
        let found = rows.iter().find(|found| **found == row).cloned();
        let is_there = found.is_some();
        (found.into_iter().map(RowChange::Remove).collect(), is_there)
    });
    if !removed.await? {
        return Err(StoreError::Busy.into());
    }
    Ok(Output::done(format!(
        "{key} is removed: the next call with this key is a new action\n"
    )))
}
