//! The command `sdkwright-journal`: words come in, the text to print and the exit code go out.
//!
//! It has no client, so it sends nothing. Requests, approvals and secrets are never printed. It signs rows that the application
//! cannot use with the present secret, or removes those that certainly did nothing.

mod options;
mod shown;

use std::ffi::OsString;

use sdkwright_runtime::clock::Moment;

use crate::actions::{Absence, Finding};
use crate::entry::{Entry, FoundRows};
use crate::error::StoreError;
use crate::journal::{Journal, by_key};
use crate::sealed::RowOwner;
use crate::store::{Row, RowChange, RowFilter, RowPosition, State, Store, each_page};
use options::{CommandAction, HELP, LOOKED_UP, Options, Statement, StorePlace, now};
use shown::{Seals, ShownRow, Trust, ids_to_name, instant, quoted, under_way};

/// Runs the command with its words, without the name of the program.
///
/// `variable` reads an environment variable.
pub async fn run(words: impl IntoIterator<Item = OsString>, variable: impl Fn(&str) -> Option<String>) -> Output {
    let options = match Options::parse(words) {
        Ok(Some(options)) => options,
        Ok(None) => return Output::done(HELP.to_owned()),
        Err(error) => return Output::failed(2, format!("{error}; see `sdkwright-journal --help`")),
    };
    let seals = match Seals::from_variables(options.secret_env.as_deref(), options.previous.as_deref(), &variable) {
        Ok(seals) => seals,
        Err(why) => return Output::failed(2, why),
    };
    let opened = match StorePlace::named(options.store.clone(), &variable) {
        Ok(place) => place.open().await,
        Err(why) => return Output::failed(2, why),
    };
    let ended = match opened {
        Ok(options::OpenStore::Sqlite(store)) => on(store, &options, seals).await,
        #[cfg(feature = "postgres")]
        Ok(options::OpenStore::Postgres(store)) => on(store, &options, seals).await,
        Err(why) => return Output::failed(1, why),
    };
    ended.unwrap_or_else(|ended| ended)
}

async fn on<S: Store>(store: S, options: &Options, seals: Seals) -> Result<Output, Output> {
    let journal = Journal::new(store)?;
    match &options.action {
        CommandAction::List { all } => list(&journal, options, &seals, *all).await,
        CommandAction::Show { key } => {
            let row = row(&journal, options, key).await?;
            let shown = ShownRow::new(&row, &seals, journal.store.name(), now());
            Ok(if shown.is_usable() {
                Output::done(shown.detail())
            } else {
                Output::unusable(shown.detail(), "the application cannot use this row: see `next`")
            })
        }
        CommandAction::ReSign { key } => {
            let rows = if let Some(key) = key {
                vec![row(&journal, options, key).await?]
            } else {
                let all = rows(&journal, options, every_state(), |row| Some(row.clone())).await?;
                all.into_iter().map(|(_, row)| row).collect()
            };
            re_sign(&journal, &rows, &seals).await
        }
        CommandAction::Remove { key, looked_up } => {
            let row = row(&journal, options, key).await?;
            remove(&journal, row, &seals, *looked_up).await
        }
        CommandAction::Reconcile { key, by, told } => {
            let row = row(&journal, options, key).await?;
            reconcile(&journal, &row, &seals, by, told).await
        }
    }
}

/// Returns what a look at each chosen row of the states gives, oldest first.
async fn rows<S: Store, T: Send + 'static>(
    journal: &Journal<S>,
    options: &Options,
    states: impl IntoIterator<Item = Option<State>>,
    look: impl Fn(&Row) -> Option<T> + Clone + Send + 'static,
) -> Result<Vec<(RowPosition, T)>, StoreError> {
    const LIMIT: u32 = 500;
    let mut seen = Vec::new();
    for state in states {
        let (look, whose) = (look.clone(), options.whose.clone());
        let look = move |rows: &[Row]| {
            let chosen = rows.iter().filter(|row| whose.includes(&row.sender));
            let page: Vec<_> = chosen.filter_map(|row| Some((row.position(), look(row)?))).collect();
            (Vec::new(), page)
        };
        let filter = RowFilter::InState(state);
        let pages = each_page(&*journal.store, filter, RowPosition::first(), LIMIT, look).await?;
        seen.extend(pages.into_iter().flatten());
    }
    seen.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(seen)
}

const UNSETTLED: [Option<State>; 4] = [Some(State::Open), Some(State::CutOff), Some(State::Reconcile), None];

fn every_state() -> impl Iterator<Item = Option<State>> {
    State::ALL.map(Some).into_iter().chain([None])
}

async fn list<S: Store>(journal: &Journal<S>, options: &Options, seals: &Seals, all: bool) -> Result<Output, Output> {
    let (checks, store, now) = (seals.clone(), journal.store.name().map(str::to_owned), now());
    let look = move |row: &Row| {
        let shown = ShownRow::new(row, &checks, store.as_deref(), now);
        let (is_open, is_usable) = (shown.is_open(), shown.is_usable());
        (all || is_open || !is_usable).then(|| (shown.summary(), all || is_open, is_usable))
    };
    // A settled row is checked, too: one that the application cannot use blocks its action.
    let listed = if all || seals.can_verify() {
        rows(journal, options, every_state(), look).await?
    } else {
        rows(journal, options, UNSETTLED, look).await?
    };
    let count = |is_counted: fn(bool, bool) -> bool| {
        let counted = listed
            .iter()
            .filter(|(_, (_, is_open, is_usable))| is_counted(*is_open, *is_usable));
        counted.count()
    };
    let (open, unusable) = (count(|is_open, _| is_open), count(|_, is_usable| !is_usable));
    let kind = if all { "" } else { "open " };
    let noun = if open == 1 { "intent" } else { "intents" };
    let counted = format!("{open} {kind}{noun}\n");
    let lines: Vec<String> = listed
        .into_iter()
        .map(|(_, (text, ..))| text)
        .chain([counted])
        .collect();
    let printed = lines.join("\n");
    Ok(match unusable {
        0 => Output::done(printed),
        1 => Output::unusable(printed, "the application cannot use one of these rows: see its `next`"),
        more => Output::unusable(
            printed,
            &format!("the application cannot use {more} of these rows: see their `next`"),
        ),
    })
}

/// The row of a key. The key may belong to several clients, of which one has to be chosen.
async fn row<S: Store>(journal: &Journal<S>, options: &Options, key: &str) -> Result<Row, Output> {
    let wanted = key.to_owned();
    let of_key = move |row: &Row| (row.key == wanted).then(|| row.clone());
    let mut found = rows(journal, options, every_state(), of_key).await?;
    match found.len() {
        0 => Err(unknown(journal, options, key).await?),
        1 => Ok(found.remove(0).1),
        _ => {
            let senders = found.iter().map(|(_, row)| shown::sender(&row.sender));
            let senders: Vec<String> = senders.collect();
            let why = format!(
                "several clients use the key {}: {}; select one with `--client-id` or `--base-url`",
                quoted(key),
                senders.join(", ")
            );
            Err(Output::failed(2, why))
        }
    }
}

async fn unknown<S: Store>(journal: &Journal<S>, options: &Options, key: &str) -> Result<Output, Output> {
    const MOST: usize = 20;
    let open = rows(journal, options, UNSETTLED, |row| Some(row.key.clone())).await?;
    let rest = match open.len().saturating_sub(MOST) {
        _ if open.is_empty() => "it has no open intents (`list --all` shows settled ones)".to_owned(),
        0 => "its open intents are:".to_owned(),
        more => format!("its open intents are these and {more} more, see `list`:"),
    };
    let keys = open.iter().take(MOST).map(|(_, key)| format!("\n  {key}"));
    let why = format!("the journal has no key {}; {rest}", quoted(key));
    let why = keys.fold(why, |why, key| why + &key);
    Ok(Output::failed(3, why))
}

async fn reconcile<S: Store>(
    journal: &Journal<S>,
    row: &Row,
    seals: &Seals,
    by: &str,
    told: &Statement,
) -> Result<Output, Output> {
    if row.state != State::Reconcile.as_str() {
        return Err(elsewhere(&row.key, &row.state));
    }
    let seal = seals.signer(row).map_err(|why| Output::failed(1, why))?;
    let finding = match told {
        Statement::Found(ids) => Finding::Executed {
            ids: ids_to_name(ids, shown::created(row).as_deref()).map_err(|why| Output::failed(2, why))?,
        },
        Statement::Nothing { looked_up: Some(at) } if *at > now().at => {
            return Err(Output::failed(2, "`--looked-up` is in the future"));
        }
        Statement::Nothing { looked_up } => {
            let at = Moment::from(looked_up.unwrap_or(now().at - LOOKED_UP));
            Finding::Nothing(Absence::stated(at))
        }
    };
    let owner = RowOwner::new(row.sender.clone(), seal, journal.store.name());
    let recorded = journal.record_finding(owner, now(), &row.key, finding, Some(by.to_owned()));
    match recorded.await {
        Ok(()) => {
            let ends = match told {
                Statement::Found(_) => "executed: the application continues with its ids",
                Statement::Nothing { .. } => "refused: it did not happen, and may be made with another key",
            };
            Ok(Output::done(format!("{} is {ends}\n", row.key)))
        }
        Err(StoreError::UnderWay { until }) => Err(Output::failed(1, shown::under_way(until))),
        Err(StoreError::NotToReconcile(state)) => Err(elsewhere(&row.key, state)),
        Err(error) => Err(error.into()),
    }
}

fn elsewhere(key: &str, state: &str) -> Output {
    let key = quoted(key);
    Output::failed(
        1,
        format!(
            "the intent is {state}: only an intent in the state `reconcile` accepts a finding; see `sdkwright-journal show {key}`"
        ),
    )
}

/// The result of the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Text for the standard output.
    pub printed: String,
    /// Text for the standard error output; empty if there is none.
    pub complaint: String,
    /// 0: done; 1: the journal is unreadable, or rejects the finding; 2: wrong options; 3: unknown key; 4: an unusable row.
    pub code: u8,
}

impl Output {
    fn done(printed: String) -> Self {
        Self {
            printed,
            complaint: String::new(),
            code: 0,
        }
    }

    /// Rows are there that the application cannot use.
    fn unusable(printed: String, why: &str) -> Self {
        let mut ended = Self::failed(4, why);
        ended.printed = printed;
        ended
    }

    fn failed(code: u8, why: impl std::fmt::Display) -> Self {
        Self {
            printed: String::new(),
            complaint: format!("error: {why}\n"),
            code,
        }
    }
}

impl From<StoreError> for Output {
    fn from(error: StoreError) -> Self {
        Self::failed(1, error)
    }
}

/// Seconds in which a copy of a request with an unreadable row can act.
const DAY: i64 = 86_400;

/// Signs rows of the previous secret with the present one. A row in the lease of a call is left, because the call still writes it.
async fn re_sign<S: Store>(journal: &Journal<S>, rows: &[Row], seals: &Seals) -> Result<Output, Output> {
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
/// A row that nobody can verify proves nothing itself: a lookup has to.
async fn remove<S: Store>(
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
