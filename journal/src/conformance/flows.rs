//! The rules of flows and of the files of uploads: a value is kept once, each flow has one run at a time, a flow goes before its
//! actions, and a file goes when nobody needs it any more.

use super::common::{NOW, SuiteResult, client, client_of, ensure, executed, fail, intent, sent, settle, state};
use crate::conformance::common::{BoxError, UNKNOWN, to_look_up};
use crate::error::{FlowError, StepError};
use crate::flow::Flow;
use crate::journal::{Journal, by_key};
use crate::keys::random;
use crate::purge::Purged;
use crate::store::{State, Store};
use crate::stored::{SWEEP_AGE, unique_file_name};
use sdkwright_runtime::journal::{Piece, Settlement};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The name of the flow, and the end of its lease.
const NAME: &str = "payout:wd-9001";
const LEASED: i64 = NOW + 60;

fn flow<S: Store>(journal: &Journal<S>, at: i64) -> Result<Flow<S>, StepError> {
    Ok(journal.flow(&client(at)?, NAME))
}

async fn keep<S: Store>(flow: &Flow<S>, value: &str) -> Result<String, FlowError> {
    flow.keep("quote", async || Ok(value.to_owned())).await
}

pub(super) async fn what_a_flow_keeps_is_made_once<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let first = flow(journal, NOW)?;
    ensure(
        &keep(&first, "sentinel9f2, a quote").await?,
        &"sentinel9f2, a quote".to_owned(),
    )?;
    let unreachable = async || fail("it is made again");
    let kept: String = first.keep("quote", unreachable).await?;
    ensure(&kept.as_str(), &"sentinel9f2, a quote")?;
    match first.keep::<u64, _>("quote", async || Ok(1)).await {
        Err(FlowError::Value { .. }) => {}
        other => return fail(other),
    }
    // A value that is made while another run keeps one is not kept.
    let faster = first.keep("approval", async || {
        ensure(&flow(journal, NOW)?.signal("approval", &1).await?, &true)?;
        Ok(2)
    });
    ensure(&faster.await?, &1)?;
    for name in ["", "a b", &"x".repeat(161)] {
        match keep(&journal.flow(&client(NOW)?, name), "a").await {
            Err(FlowError::Name(_)) => {}
            other => return fail(other),
        }
    }
    let select = by_key(&intent("k", "k", NOW).sender, &format!("flow {NAME}"));
    let rows = journal.store.change(select, |rows| (Vec::new(), rows.to_vec())).await?;
    let [row] = rows.as_slice() else { return fail(rows) };
    let is_readable = |bytes: &Vec<u8>| bytes.windows(11).any(|part| part == b"sentinel9f2");
    ensure(&row.evidence.as_ref().map(is_readable), &Some(false))?;
    let other = client_of("client-2", "https://api.example.com", NOW)?;
    ensure(
        &keep(&journal.flow(&other, NAME), "another").await?.as_str(),
        &"another",
    )
}

pub(super) async fn a_flow_waits_without_a_process_until_its_signal<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let not_yet = async || Ok(None);
    match flow(journal, NOW)?.signal("approved", &"user-1".to_owned()).await {
        Err(FlowError::NoFlow) => {}
        other => return fail(other),
    }
    let waiting = flow(journal, NOW)?;
    ensure(&waiting.until::<String, _>("approved", not_yet).await?, &None)?;
    // Another machine, before the lease of the first run would end.
    let elsewhere = flow(&journal.another_run()?, NOW)?;
    ensure(&elsewhere.until::<String, _>("approved", not_yet).await?, &None)?;
    let person = flow(&journal.another_run()?, NOW)?;
    ensure(&person.signal("approved", &"user-1".to_owned()).await?, &true)?;
    ensure(&person.signal("approved", &"user-2".to_owned()).await?, &false)?;
    let approved = Some("user-1".to_owned());
    ensure(&waiting.until("approved", not_yet).await?, &approved)?;
    let found = waiting.until("paid", async || Ok(Some("COMPLETED".to_owned()))).await?;
    ensure(&found.as_deref(), &Some("COMPLETED"))?;
    drop(waiting);
    let later = flow(&journal.another_run()?, LEASED)?;
    ensure(&later.until("approved", not_yet).await?, &approved)?;
    ensure(&later.until("paid", not_yet).await?, &found)
}

/// More than two pages.
const MANY: usize = 250;

pub(super) async fn open_flows_are_complete_and_each_has_one_run<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let mut names = BTreeSet::new();
    for number in 0..MANY {
        let name = format!("flow-{number}");
        let at = NOW + i64::try_from(number / 50)?;
        let flow = journal.flow(&client(at)?, &name);
        keep(&flow, "a").await?;
        if number % 50 == 0 {
            flow.finish().await?;
        } else {
            names.insert(name);
        }
    }
    keep(
        &journal.flow(&client_of("client-2", "https://api.example.com", NOW)?, "foreign"),
        "a",
    )
    .await?;
    let other = journal.another_run()?;
    let mut none = other.flows(&client(NOW + 5)?).open();
    ensure(&none.next().await?.map(|flow| flow.name().to_owned()), &None)?;
    // Both begin when the leases of the first runs end, and share the flows.
    let later = client(LEASED + 5)?;
    let (mut one, mut two) = (journal.flows(&later).open(), other.flows(&later).open());
    let mut seen = Vec::new();
    loop {
        let flows = [one.next().await?, two.next().await?];
        if flows.iter().all(Option::is_none) {
            break;
        }
        seen.extend(flows.into_iter().flatten());
    }
    let all: BTreeSet<String> = seen.iter().map(|flow| flow.name().to_owned()).collect();
    ensure(&seen.len(), &names.len())?;
    ensure(&all, &names)?;
    let broken = [one.broken().len(), two.broken().len()];
    ensure(&broken, &[0, 0])
}

pub(super) async fn a_flow_is_purged_before_its_actions<S: Store>(journal: &Journal<S>) -> SuiteResult {
    const DAY: i64 = 86_400;
    let before = |at: i64| UNIX_EPOCH + Duration::from_secs(at.unsigned_abs());
    keep(&flow(journal, NOW)?, "a").await?;
    for key in [
        format!("{NAME}:submit"),
        format!("{NAME}:submit:2"),
        "other:submit".to_owned(),
    ] {
        let claim = sent(journal, intent(&key, &key, NOW)).await?;
        settle(journal, claim, executed()).await?;
    }
    let (late, of_flow) = (
        journal.actions(&client(NOW + 9 * DAY)?),
        Purged {
            flows: 3,
            ..Purged::default()
        },
    );
    let purged = late.purge(before(NOW + 8 * DAY)).await?;
    ensure(&purged, &Purged { removed: 1, ..of_flow })?;
    ensure(&late.purge(before(NOW + 8 * DAY)).await?, &of_flow)?;
    flow(journal, NOW + 8 * DAY)?.finish().await?;
    ensure(&keep(&flow(journal, NOW + 8 * DAY)?, "b").await?.as_str(), &"a")?;
    let kept = Purged {
        flows: 2,
        recent: 1,
        ..Purged::default()
    };
    ensure(&late.purge(before(NOW + 8 * DAY)).await?, &kept)?;
    let gone = Purged {
        flows: 2,
        removed: 1,
        ..Purged::default()
    };
    ensure(&late.purge(before(NOW + 8 * DAY + 1)).await?, &gone)?;
    ensure(
        &state(journal, &format!("{NAME}:submit")).await?,
        &Some(State::Executed),
    )?;
    let gone = Purged {
        removed: 2,
        ..Purged::default()
    };
    ensure(&late.purge(before(NOW + 8 * DAY + 1)).await?, &gone)
}

/// A folder that goes with the test.
struct TestFolder(PathBuf);

impl TestFolder {
    fn new() -> Result<Self, BoxError> {
        let name = format!("sdkwright-journal-spool-{}", random()?);
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }

    /// Makes a file of that age.
    fn put(&self, name: &str, age: Duration) -> Result<PathBuf, BoxError> {
        let path = self.0.join(name);
        let file = File::create(&path)?;
        let made = SystemTime::now().checked_sub(age).ok_or("no such moment")?;
        file.set_modified(made)?;
        Ok(path)
    }

    fn names(&self) -> Result<BTreeSet<String>, BoxError> {
        let files = fs::read_dir(&self.0)?;
        Ok(files
            .filter_map(|file| file.ok()?.file_name().into_string().ok())
            .collect())
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const MINUTE: Duration = Duration::from_secs(60);

fn about(path: &Path, key: &str) -> sdkwright_runtime::journal::Intent {
    let mut intent = intent(key, key, NOW);
    let (path, length, sha256) = (path.to_path_buf(), 0, [0; 32]);
    intent.body = vec![Piece::File { path, length, sha256 }];
    intent
}

pub(super) async fn a_file_that_nobody_names_goes_when_it_is_old_and_no_other<S: Store>(
    journal: &Journal<S>,
) -> SuiteResult {
    let folder = TestFolder::new()?;
    let missing = journal.clone().spool(folder.0.join("missing"));
    ensure(&missing.sweep().await?, &0)?;
    let journal = journal.clone().spool(&folder.0);
    let Some(store) = journal.store.name() else {
        return fail("the store has no name: nothing of it is ever swept");
    };
    let new = || unique_file_name(Some(store));
    let (old, young) = (SWEEP_AGE + MINUTE, SWEEP_AGE.saturating_sub(MINUTE));
    // Files named by rows that are open, to reconcile and cut off. There are more rows than one page holds.
    let mut stays = BTreeSet::new();
    for (key, word) in [
        ("a", UNKNOWN),
        ("m", to_look_up()),
        ("z", Settlement::CutOff { status: 201 }),
    ] {
        let name = new()?;
        let path = folder.put(&name, old)?;
        // The same folder, spelled differently.
        let path = path.parent().unwrap_or(&path).join(".").join(&name);
        let claim = sent(&journal, about(&path, key)).await?;
        settle(&journal, claim, word).await?;
        stays.insert(name);
    }
    for number in 0..120 {
        let key = format!("between-{number}");
        drop(sent(&journal, intent(&key, &key, NOW)).await?);
    }
    // Files of a program that has not committed yet, of another store, and of unknown origin.
    for (name, age) in [
        (new()?, young),
        (format!("{}.new", new()?), young),
        (unique_file_name(Some("another"))?, old),
        (format!("{store}x-a"), old),
        ("a file of the partner".to_owned(), old),
    ] {
        folder.put(&name, age)?;
        stays.insert(name);
    }
    let goes = [new()?, format!("{}.new", new()?)];
    for name in &goes {
        folder.put(name, old)?;
    }
    ensure(&journal.sweep().await?, &goes.len())?;
    ensure(&folder.names()?, &stays)?;
    ensure(&journal.sweep().await?, &0)
}

pub(super) async fn no_file_goes_while_a_row_cannot_be_read<S: Store>(journal: &Journal<S>) -> SuiteResult {
    let folder = TestFolder::new()?;
    let journal = journal.clone().spool(&folder.0);
    let name = unique_file_name(journal.store.name())?;
    folder.put(&name, SWEEP_AGE + MINUTE)?;
    drop(sent(&journal, intent("k", "k", NOW)).await?);
    let breaks = |rows: &[crate::store::Row]| {
        let mut rows = rows.to_vec();
        for row in &mut rows {
            row.request = Some(b"what no version writes".to_vec());
        }
        (rows.into_iter().map(crate::store::RowChange::Write).collect(), ())
    };
    let select = by_key(&intent("k", "k", NOW).sender, "k");
    let broken = journal.store.change(select, breaks).await;
    broken?;
    ensure(&journal.sweep().await.is_err(), &true)?;
    ensure(&folder.names()?, &BTreeSet::from([name]))
}
