//! Changes that wait at the same moment share a transaction. Then each is returned to its caller.
//!
//! A group has no change that finds a row which an earlier one writes, so the result is the same as in sequence. A change that fails in a
//! group is returned undone, and its caller runs it alone: no caller gets the error of another one, or waits longer than [`LOCK`] for a lock
//! of another one. A caller may leave at any time.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::connections::{BorrowedConnection, ConnectionPool, KEPT, within};
use super::rows::{self, Ended};
use crate::error::StoreError;
use crate::store::{Row, RowChange, Select};

/// Least number of waiting changes that a second group is worth. Two small groups cost more than one.
const SECOND: usize = 16;

/// Largest number of changes in a group.
const MOST: usize = 64;

/// Longest wait of a group for a lock, in milliseconds.
const LOCK: i64 = 50;

/// A change on its way into a group and back.
pub(super) struct PendingChange<T, D> {
    pub(super) select: Select,
    pub(super) decide: D,
    /// The rows to write and the result, as long as they may be committed.
    pub(super) decided: Option<(Vec<RowChange>, T)>,
    pub(super) is_committed: bool,
    /// Its connection ended.
    pub(super) has_failed: bool,
}

impl<T, D> PendingChange<T, D> {
    pub(super) fn new(select: Select, decide: D) -> Self {
        Self {
            select,
            decide,
            decided: None,
            is_committed: false,
            has_failed: false,
        }
    }
}

/// The end of a group for one of its changes.
#[derive(Clone, Copy)]
enum GroupEnd<'e> {
    Committed,
    Undone,
    InDoubt,
    /// No connection was available.
    Failed(&'e StoreError),
}

/// A change that waits for its transaction.
trait WaitingChange: Send {
    fn select(&self) -> &Select;

    /// Returns `true` if its caller does not wait any more.
    fn is_left(&self) -> bool;

    fn decide(&mut self, found: &[Row]);

    /// Returns what it decided to write.
    fn changed(&self) -> &[RowChange];

    fn end(&mut self, end: GroupEnd<'_>, has_failed: bool);

    /// Returns the change to its caller.
    fn go_back(self: Box<Self>);
}

struct CallersChange<T, D> {
    change: PendingChange<T, D>,
    error: Option<StoreError>,
    caller: oneshot::Sender<Result<PendingChange<T, D>, StoreError>>,
}

impl<T, D> WaitingChange for CallersChange<T, D>
where
    T: Send,
    D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send,
{
    fn select(&self) -> &Select {
        &self.change.select
    }

    fn is_left(&self) -> bool {
        self.caller.is_closed()
    }

    fn decide(&mut self, found: &[Row]) {
        self.change.decided = Some((self.change.decide)(found));
    }

    fn changed(&self) -> &[RowChange] {
        self.change.decided.as_ref().map_or(&[], |(changed, _)| changed)
    }

    fn end(&mut self, end: GroupEnd<'_>, has_failed: bool) {
        self.change.has_failed = has_failed;
        match end {
            GroupEnd::Committed => self.change.is_committed = true,
            GroupEnd::Undone => self.change.decided = None,
            GroupEnd::InDoubt => {}
            GroupEnd::Failed(error) => self.error = Some(error.for_another()),
        }
    }

    fn go_back(self: Box<Self>) {
        let _ = self.caller.send(self.error.map_or(Ok(self.change), Err));
    }
}

/// Changes that are returned to their callers in any case, also if the runtime ends.
#[derive(Default)]
struct ChangeGroup(Vec<Box<dyn WaitingChange>>);

impl ChangeGroup {
    fn end(&mut self, end: GroupEnd<'_>, has_failed: bool) {
        self.0.iter_mut().for_each(|change| change.end(end, has_failed));
    }
}

impl Drop for ChangeGroup {
    fn drop(&mut self) {
        self.0.drain(..).for_each(WaitingChange::go_back);
    }
}

/// The changes of a store that wait.
#[derive(Default)]
pub(super) struct ChangeQueue(Mutex<WaitingChanges>);

#[derive(Default)]
struct WaitingChanges {
    changes: VecDeque<Box<dyn WaitingChange>>,
    runners: usize,
    is_solo: bool,
}

impl ChangeQueue {
    fn lock(&self) -> MutexGuard<'_, WaitingChanges> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `true` if a runner has nothing to do: no change waits, or so few that another runner runs them.
    fn is_done(&self) -> bool {
        let waiting = self.lock();
        let least = if waiting.runners > 1 { SECOND } else { 1 };
        waiting.changes.len() < least
    }

    /// Returns the first changes of one sender. Nothing is done for a caller that left.
    fn next(&self) -> ChangeGroup {
        let mut waiting = self.lock();
        let (mut group, mut others) = (ChangeGroup::default(), VecDeque::new());
        for change in std::mem::take(&mut waiting.changes) {
            let is_next = match (group.0.first().map(|first| first.select()), change.select()) {
                (Some(Select::About { sender: first, .. }), Select::About { sender, .. }) => first == sender,
                (first, _) => first.is_none(),
            };
            if is_next && group.0.len() < MOST {
                if !change.is_left() {
                    group.0.push(change);
                }
            } else {
                others.push_back(change);
            }
        }
        waiting.changes = others;
        group
    }
}

/// The turn of a caller that runs its change itself, because no other one has any. No caller waits for its end.
pub(super) struct SoloTurn(Arc<ChangeQueue>);

impl SoloTurn {
    /// Takes the turn; `None` if others have changes.
    pub(super) fn take(queue: &Arc<ChangeQueue>) -> Option<Self> {
        let mut waiting = queue.lock();
        let is_free = waiting.runners == 0 && !waiting.is_solo;
        waiting.is_solo |= is_free;
        is_free.then(|| Self(Arc::clone(queue)))
    }
}

impl Drop for SoloTurn {
    fn drop(&mut self) {
        self.0.lock().is_solo = false;
    }
}

/// Runs a change in a group with others that wait, and returns it.
pub(super) async fn change<T, D>(
    queue: &Arc<ChangeQueue>,
    connections: &Arc<ConnectionPool>,
    change: PendingChange<T, D>,
) -> Result<PendingChange<T, D>, StoreError>
where
    T: Send + 'static,
    D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
{
    let (caller, returned) = oneshot::channel();
    let runner = {
        let mut waiting = queue.lock();
        waiting.changes.push_back(Box::new(CallersChange {
            change,
            error: None,
            caller,
        }));
        let is_needed = waiting.runners == 0 || waiting.runners == 1 && waiting.changes.len() >= SECOND;
        waiting.runners += usize::from(is_needed);
        is_needed.then(|| GroupRunner(Arc::clone(queue)))
    };
    if let Some(runner) = runner {
        tokio::spawn(run(runner, Arc::clone(connections)));
    }
    let ended = |_| StoreError::Database("the change was lost".into());
    returned.await.map_err(ended)?
}

/// Runs groups until nothing waits. After the last runner, changes that still wait are returned: its runtime may have ended.
struct GroupRunner(Arc<ChangeQueue>);

impl Drop for GroupRunner {
    fn drop(&mut self) {
        let mut waiting = self.0.lock();
        waiting.runners -= 1;
        let mut left = ChangeGroup::default();
        if waiting.runners == 0 {
            left.0.extend(waiting.changes.drain(..));
        }
        drop(waiting);
    }
}

async fn run(runner: GroupRunner, connections: Arc<ConnectionPool>) {
    let (mut expected, mut patience) = (1, Duration::ZERO);
    loop {
        // For a part of the time of the last group it waits for callers that it answered, who may be about to return: without them the
        // groups stay small. A caller alone never waits.
        let began = Instant::now();
        tokio::task::yield_now().await;
        while runner.0.lock().changes.len() < expected && began.elapsed() < patience {
            tokio::task::yield_now().await;
        }
        if runner.0.is_done() {
            return;
        }
        let taken = connections.take().await;
        let mut group = runner.0.next();
        let began = Instant::now();
        expected = group.0.len();
        match taken {
            Ok(taken) if group.0.is_empty() => taken.give_back(),
            Ok(taken) => {
                let mut later = transact(taken, &mut group).await;
                let mut waiting = runner.0.lock();
                later
                    .0
                    .drain(..)
                    .rev()
                    .for_each(|change| waiting.changes.push_front(change));
            }
            Err(error) => group.end(GroupEnd::Failed(&error), true),
        }
        patience = if expected > 1 {
            began.elapsed() / 4
        } else {
            Duration::ZERO
        };
    }
}

/// Runs a group, and returns the changes that have to wait for it.
async fn transact(taken: BorrowedConnection<'_>, group: &mut ChangeGroup) -> ChangeGroup {
    let session = taken.session();
    let found = {
        let about = group.0.iter().map(|change| change.select()).collect();
        let find = async {
            let begun = async { tokio::join!(rows::begin(session, Some(LOCK)), rows::find_about(&session, &about)) };
            let (begun, found) = begun.await;
            begun.and(found)
        };
        within(taken.first_limit(), find).await
    };
    let found = match found {
        Ok(found) => found,
        Err(error) => {
            group.end(GroupEnd::Undone, leave(taken, &error).await);
            return ChangeGroup::default();
        }
    };
    let later = decide(group, &found);
    let changed: Vec<&RowChange> = group.0.iter().flat_map(|change| change.changed()).collect();
    let ended = async { Ok(rows::commit(session, &found, changed).await) };
    // Other changes wait for the end of a group, which waits for no lock.
    let (end, error) = match within(KEPT, ended).await {
        Ok(Ended::Committed) => {
            taken.give_back();
            group.end(GroupEnd::Committed, false);
            return later;
        }
        Ok(Ended::Outrun) => (GroupEnd::Undone, StoreError::Busy),
        Ok(Ended::Failed(error)) => (GroupEnd::Undone, error),
        Ok(Ended::InDoubt(error)) | Err(error) => (GroupEnd::InDoubt, error),
    };
    group.end(end, leave(taken, &error).await);
    later
}

/// Leaves a connection after an error, and returns `true` if it ended.
async fn leave(taken: BorrowedConnection<'_>, error: &StoreError) -> bool {
    let has_failed = matches!(error, StoreError::Unavailable(_));
    if has_failed {
        taken.give_up();
    } else {
        taken.roll_back().await;
    }
    has_failed
}

/// Decides each change of a group, and returns those that have to wait, because they find what an earlier one writes.
fn decide(group: &mut ChangeGroup, found: &[Row]) -> ChangeGroup {
    let (mut now, mut later) = (ChangeGroup::default(), ChangeGroup::default());
    for mut change in group.0.drain(..) {
        let select = change.select();
        let found: Vec<Row> = found.iter().filter(|row| select.is_about(row)).cloned().collect();
        let mut changed = now.0.iter().flat_map(|earlier| earlier.changed()).map(RowChange::row);
        let has_to_wait = changed.any(|row| select.is_about(row) || found.iter().any(|found| found.has_name_of(row)));
        if has_to_wait {
            later.0.push(change);
        } else {
            change.decide(&found);
            now.0.push(change);
        }
    }
    std::mem::swap(group, &mut now);
    later
}
