//! The thread of a SQLite journal, and its file: changes that wait at the same moment are one transaction, with a savepoint for
//! each.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::rows;
use crate::error::StoreError;
use crate::store::{Row, RowChange, Select};

/// Largest number of changes in a transaction: it bounds the time in which other processes wait for the file.
const MOST: usize = 128;

/// Largest number of pages that the file gives back at once: more than a step of a purge releases.
const PAGES: u32 = 256;

/// A change that waits for its transaction.
pub(super) trait WaitingChange: Send {
    /// Returns `true` if it writes nothing, so that it needs no lock of the file.
    fn is_read_only(&self) -> bool;

    /// Applies it, and keeps its result. Returns `false` if it failed.
    fn apply(&mut self, connection: &Connection) -> bool;

    /// Replaces its result, unless it is an error.
    fn fail(&mut self, error: &StoreError);

    /// Returns `true` if it released content that the log still contains.
    fn has_released(&self) -> bool;

    /// Returns `true` if it removed rows.
    fn has_removed(&self) -> bool;

    /// Sends its result.
    fn answer(self: Box<Self>);
}

/// A change of a store. Its place in the queue ends with it.
pub(super) struct StoreChange<T, D> {
    select: Select,
    decide: D,
    answer: oneshot::Sender<Result<T, StoreError>>,
    _turn: OwnedSemaphorePermit,
    done: Option<Result<T, StoreError>>,
    has_released: bool,
    has_removed: bool,
}

impl<T, D> StoreChange<T, D>
where
    T: Send,
    D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send,
{
    pub(super) fn new(
        select: Select,
        decide: D,
        answer: oneshot::Sender<Result<T, StoreError>>,
        turn: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            select,
            decide,
            answer,
            _turn: turn,
            done: None,
            has_released: false,
            has_removed: false,
        }
    }

    fn change(&mut self, connection: &Connection) -> Result<T, StoreError> {
        let found = rows::find(connection, &self.select)?;
        let (changed, decided) = (self.decide)(&found);
        if self.is_read_only() {
            return Ok(decided);
        }
        for change in &changed {
            rows::apply(connection, change).map_err(|error| match found[..] {
                [] => StoreError::Unsent(Box::new(error)),
                _ => error,
            })?;
        }
        self.has_removed = changed.iter().any(|change| matches!(change, RowChange::Remove(_)));
        let releases = |change: &RowChange| matches!(change, RowChange::Write(row) if row.request.is_none());
        self.has_released = self.has_removed || changed.iter().any(releases);
        Ok(decided)
    }
}

impl<T, D> WaitingChange for StoreChange<T, D>
where
    T: Send,
    D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send,
{
    fn is_read_only(&self) -> bool {
        matches!(&self.select, Select::Page { filter, .. } if filter.is_read_only())
    }

    fn apply(&mut self, connection: &Connection) -> bool {
        (self.has_released, self.has_removed) = (false, false);
        let done = self.change(connection);
        self.done.insert(done).is_ok()
    }

    fn fail(&mut self, error: &StoreError) {
        if !matches!(self.done, Some(Err(_))) {
            self.done = Some(Err(error.for_another()));
        }
    }

    fn has_released(&self) -> bool {
        self.has_released && matches!(self.done, Some(Ok(_)))
    }

    fn has_removed(&self) -> bool {
        self.has_removed
    }

    fn answer(self: Box<Self>) {
        if let Some(done) = self.done {
            let _ = self.answer.send(done);
        }
    }
}

/// Applies changes until no more can come.
///
/// A change that released content is answered after the log is emptied: an application may exit as soon as its last action is settled. The
/// others are answered at the commit, and one more group may commit before the log is emptied: so callers that alternate between both
/// kinds of changes come into step, and share the emptying, too.
pub(super) fn run(mut connection: Connection, file: Option<&DatabaseFile>, waiting: &Receiver<Box<dyn WaitingChange>>) {
    // An earlier run may have ended before it emptied the log.
    let mut holds_on = true;
    let (mut group, mut kept) = (Vec::new(), Vec::new());
    let (mut expected, mut patience) = (0, Duration::ZERO);
    loop {
        if kept.is_empty() && group.is_empty() {
            group.extend(waiting.recv());
        }
        gather(&mut group, waiting, expected, patience);
        if kept.is_empty() && group.is_empty() {
            return;
        }
        let began = Instant::now();
        apply(&mut connection, file, &mut group);
        let (released, mut answered): (Vec<_>, Vec<_>) = group.drain(..).partition(|change| change.has_released());
        group.extend(waiting.try_iter().take(MOST));
        if released.iter().any(|change| change.has_removed()) {
            // What it cannot give back now, it gives back after the next removal.
            let _ = shrink(&connection);
        }
        holds_on |= !released.is_empty();
        let is_alone = answered.is_empty() && group.is_empty();
        let is_late = !kept.is_empty();
        kept.extend(released);
        if kept.is_empty() || is_late || is_alone {
            holds_on = holds_on && !empties_log(&connection);
            answered.append(&mut kept);
        }
        (expected, patience) = (group.len() + answered.len(), began.elapsed() / 4);
        answered.into_iter().for_each(WaitingChange::answer);
    }
}

/// Adds all changes that wait to a group. For a part of the time of the last group it also waits for callers that it answered, who may
/// be about to return: without them the groups stay small. A caller alone never waits.
fn gather(
    group: &mut Vec<Box<dyn WaitingChange>>,
    waiting: &Receiver<Box<dyn WaitingChange>>,
    expected: usize,
    patience: Duration,
) {
    let began = Instant::now();
    while group.len() < MOST {
        let rest = patience.saturating_sub(began.elapsed());
        let wait = if group.len() < expected { rest } else { Duration::ZERO };
        match waiting.recv_timeout(wait) {
            Ok(change) => group.push(change),
            Err(_) => return,
        }
    }
}

/// Applies a group: each change keeps its result, and all are durable or have an error.
fn apply(connection: &mut Connection, file: Option<&DatabaseFile>, group: &mut [Box<dyn WaitingChange>]) {
    if let Err(error) = file.map_or(Ok(()), DatabaseFile::check) {
        return group.iter_mut().for_each(|change| change.fail(&error));
    }
    let (reads, mut writes): (Vec<_>, Vec<_>) = group.iter_mut().partition(|change| change.is_read_only());
    for read in reads {
        read.apply(connection);
    }
    match transact(connection, &mut writes) {
        // Nothing was committed, so each change decides again, alone.
        Ok(false) if writes.len() > 1 => {
            for write in writes {
                if let Err(error) = transact(connection, &mut [&mut *write]) {
                    write.fail(&error);
                }
            }
        }
        Ok(_) => {}
        // After a failed commit the result is unknown: a recovery may still read it from the log.
        Err(error) => writes.iter_mut().for_each(|write| write.fail(&error)),
    }
}

/// Applies changes in one transaction. Returns `false` if one of them ended it, as a full disk does: nothing is written then.
fn transact(connection: &mut Connection, changes: &mut [&mut Box<dyn WaitingChange>]) -> Result<bool, StoreError> {
    if changes.is_empty() {
        return Ok(true);
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let does = |text: &str| transaction.prepare_cached(text)?.execute([]);
    for change in changes {
        does("SAVEPOINT change")?;
        let is_applied = change.apply(&transaction);
        if transaction.is_autocommit() {
            return Ok(false);
        }
        if !is_applied {
            does("ROLLBACK TO change")?;
        }
        does("RELEASE change")?;
    }
    transaction.commit()?;
    Ok(true)
}

/// Gives free pages of the file back, in a short transaction. Other files than those that this crate made keep them for new rows.
fn shrink(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare_cached(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
    let mut pages = statement.query([])?;
    while pages.next()?.is_some() {}
    Ok(())
}

/// Empties the log, which still contains released pages, unless it is being read at this moment. Does not wait, and the
/// next question tries again.
fn empties_log(connection: &Connection) -> bool {
    let checkpoint = || {
        connection.busy_timeout(Duration::ZERO)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0))
    };
    let is_busy = checkpoint();
    let restored = connection.busy_timeout(PATIENCE);
    restored.is_ok() && matches!(is_busy, Ok(0))
}

/// Longest wait for another process that holds the file.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The file that was opened. Another one in its place, or none, is noticed before the next row is written, and so before the next
/// action is sent. SQLite itself would go on with a file that nobody can find any more. On Windows an open file cannot be deleted.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    pub(super) path: PathBuf,
    file: (u64, u64),
}

impl DatabaseFile {
    /// Returns the place of an open file; `None` for a database in memory.
    pub(super) fn from_connection(connection: &Connection) -> Option<Self> {
        let path = PathBuf::from(connection.path().filter(|path| !path.is_empty())?);
        let file = identity(&path)?;
        Some(Self { path, file })
    }

    pub(super) fn check(&self) -> Result<(), StoreError> {
        if identity(&self.path) == Some(self.file) {
            return Ok(());
        }
        Err(StoreError::Replaced(self.path.clone()))
    }
}

/// Returns device and number of a file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let data = std::fs::metadata(path).ok()?;
    Some((data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<(u64, u64)> {
    None
}
