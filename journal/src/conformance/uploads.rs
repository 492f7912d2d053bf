//! Rules about the files of uploads: whose they are, and when nobody needs them any more.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sdkwright_runtime::journal::{Piece, Settlement};

use super::common::{BoxError, NOW, SuiteResult, UNKNOWN, ensure, fail, intent, sent, settle, to_look_up};
use crate::journal::{Journal, by_key};
use crate::keys::random;
use crate::spool::{AGE, new_name};
use crate::store::Store;

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
    let new = || new_name(Some(store));
    let (old, young) = (AGE + MINUTE, AGE.saturating_sub(MINUTE));
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
        (new_name(Some("another"))?, old),
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
    let name = new_name(journal.store.name())?;
    folder.put(&name, AGE + MINUTE)?;
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
