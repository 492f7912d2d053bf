//! Finishing what was interrupted: the same key and the same bytes, as long as the server remembers the key.

mod send;

use crate::entry::{BrokenRow, Entry};
use crate::error::StoreError;
use crate::journal::{Journal, Lease, Record, by_key, decided};
use crate::store::{Row, RowFilter, RowPosition, State, Store, each_page};
use crate::stored;
use sdkwright_runtime::client::Core;
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::{Error, ErrorKind};
use send::{RowResult, TakenRow};
use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

pub use send::{Reconcile, ResendError, Resumed};

/// Period of settled rows that `resume` reports, in seconds: twice the day for which servers remember a key.
const LATELY: i64 = 2 * 86_400;

/// Events while rows are processed.
enum WalkEvent {
    /// The next row, and the lease that it would be sent under.
    Taken(RowPosition, TakenRow, Box<Lease>),
    /// The result for the row of this number; for a sent row also its origin, and whether the origin was reached.
    Ended(usize, Option<(String, OriginReach)>, RowResult),
    Failed(StoreError),
}

/// Result of the first walk over the rows.
struct WalkResult {
    seen: BTreeSet<RowPosition>,
    /// Results, in the order of the rows.
    told: Vec<RowResult>,
    /// Why the journal failed, if it did.
    failed: Option<StoreError>,
}

impl<S: Store> Journal<S> {
    /// Finishes every open intent of this client with its key and its stored bytes, whatever the program's code says now.
    ///
    /// Intents are begun in the order in which they were written down, and a few are under way at once
    /// ([`concurrency`](Self::concurrency)). What the server may have forgotten is never sent: it moves to `reconcile`. Where three calls
    /// in a row did not reach their server, nothing more is sent to it: what is left is told under `not_tried`. Intents of another
    /// base URL or client id are refused. Safe to call at any time and from many machines at once.
    ///
    /// Where the journal fails after something was done, that is told all the same, with the reason under `failed`.
    pub async fn resume(&self, client: &impl AsRef<Core>) -> Result<Resumed, StoreError> {
        let core = client.as_ref();
        let walked = self.walk(core).await;
        let is_nothing = walked.told.is_empty();
        let mut resumed = Resumed::default();
        for told in walked.told {
            resumed.add(told);
        }
        let ended = match walked.failed {
            Some(error) => Err(error),
            None => self.look_around(core, walked.seen, &mut resumed).await,
        };
        match ended {
            Err(error) if is_nothing => return Err(error),
            ended => resumed.failed = ended.err(),
        }
        if let Err(error) = self.sweep().await {
            tracing::warn!(%error, "spooled uploads without a row could not be removed");
        }
        Ok(resumed)
    }

    /// Finishes the run after the last sending.
    async fn look_around(
        &self,
        core: &Core,
        seen: BTreeSet<RowPosition>,
        resumed: &mut Resumed,
    ) -> Result<(), StoreError> {
        self.list(core, seen, resumed).await?;
        self.check(core, resumed).await?;
        self.sign_anew(core).await
    }

    /// Takes one row after the other, and sends up to so many at once. If the journal fails, what is under way ends first.
    async fn walk(&self, core: &Core) -> WalkResult {
        let (mut seen, mut told, mut origins) = (BTreeSet::new(), BTreeMap::new(), Origins::default());
        let (mut after, mut failed) = (RowPosition::first(), None);
        let mut going = Together::new();
        going.add(self.next(core, after.clone(), BTreeSet::new()));
        let (mut is_taking, mut is_over, mut sending) = (true, false, 0);
        while let Some(event) = going.next().await {
            match event {
                WalkEvent::Taken(place, taken, lease) => {
                    is_taking = false;
                    let is_end = matches!(taken, TakenRow::Nothing);
                    let advanced = if is_end { Ok(()) } else { after.advance(place.clone()) };
                    if let Err(error) = advanced {
                        failed = failed.or(Some(error));
                        continue;
                    }
                    let number = seen.len();
                    match taken {
                        TakenRow::Nothing => is_over = true,
                        TakenRow::RowResult(one) => drop(told.insert(number, one)),
                        TakenRow::Forgotten(entry) => {
                            going.add(
                                async move { WalkEvent::Ended(number, None, self.stand(core, &entry, None).await) },
                            );
                        }
                        TakenRow::Send(entry, first_sent) => {
                            sending += 1;
                            going.add(self.finish(core, number, entry, first_sent, *lease));
                        }
                    }
                    if !is_over {
                        seen.insert(place);
                    }
                }
                WalkEvent::Ended(number, reach, stands) => {
                    if let Some((origin, reach)) = reach {
                        sending -= 1;
                        origins.learn(&origin, reach);
                    }
                    told.insert(number, stands);
                }
                WalkEvent::Failed(error) => {
                    is_taking = false;
                    failed = failed.or(Some(error));
                }
            }
            if !is_taking && !is_over && failed.is_none() && sending < self.concurrency {
                is_taking = true;
                going.add(self.next(core, after.clone(), origins.down().clone()));
            }
        }
        WalkResult {
            seen,
            told: told.into_values().collect(),
            failed,
        }
    }

    async fn next(&self, core: &Core, after: RowPosition, down: BTreeSet<String>) -> WalkEvent {
        let lease = match self.lease(self.owner(core), Vec::new()) {
            Ok(lease) => lease,
            Err(error) => return WalkEvent::Failed(error),
        };
        match self.take(core, after, down, &lease).await {
            Ok((place, taken)) => WalkEvent::Taken(place, taken, Box::new(lease)),
            Err(error) => WalkEvent::Failed(error),
        }
    }

    /// Sends a row that was taken.
    async fn finish(
        &self,
        core: &Core,
        number: usize,
        entry: Box<Entry>,
        first_sent: Option<Moment>,
        lease: Lease,
    ) -> WalkEvent {
        let ended = self.send(core, &entry, first_sent, lease).await;
        let reach = match &ended {
            Ok(_) => OriginReach::Reached,
            Err(ResendError::Call(error)) => {
                let status = error.status().map(|status| status.as_u16());
                OriginReach::of(error.kind(), status, core.may_repeat())
            }
            Err(_) => OriginReach::Unsaid,
        };
        let error = match ended {
            Ok(_) | Err(ResendError::Refused(_) | ResendError::NotExecuted) => Ok(None),
            Err(ResendError::Call(error)) => Ok(Some(error)),
            // If the whole store has failed, the next read reports it.
            Err(ResendError::Store(error)) => Err(error),
        };
        let stands = match error {
            Ok(error) => self.stand(core, &entry, error).await,
            Err(broken) => RowResult::Broken(entry.key.clone(), broken),
        };
        let origin = stored::origin(&entry).unwrap_or_default();
        WalkEvent::Ended(number, Some((origin, reach)), stands)
    }

    /// Reads the present state of a row that was sent.
    async fn stand(&self, core: &Core, entry: &Entry, error: Option<Error>) -> RowResult {
        let (owner, wanted) = (self.owner(core), entry.key.clone());
        let select = by_key(&owner.sender, &entry.key);
        let row = self
            .change(owner, select, move |found| (Vec::new(), found.entry(&wanted)))
            .await;
        let row = match row.and_then(|row| row?.ok_or(StoreError::NoKey)) {
            Ok(row) => row,
            Err(broken) => return RowResult::Broken(entry.key.clone(), broken),
        };
        let now = core.moment();
        match (row.state, error) {
            (State::Executed, _) => RowResult::Done(Record::new(&row, now)),
            (State::Refused, _) => RowResult::Refused(Record::new(&row, now)),
            (State::Reconcile, _) => RowResult::Reconcile(Reconcile::new(&row, now)),
            // Our own lease has ended, so a running lease belongs to another holder, who took the row over.
            (State::Open | State::CutOff, Some(error)) if row.leased_until <= now.at => RowResult::Open(row.key, error),
            _ => RowResult::Leased(row.key, row.leased_until),
        }
    }

    /// Puts what is open and was not seen where it belongs: rows of others, and rows that another transaction held, which a
    /// store passes over.
    async fn list(
        &self,
        core: &Core,
        mut seen: BTreeSet<RowPosition>,
        resumed: &mut Resumed,
    ) -> Result<(), StoreError> {
        // In the order of the state transitions, so that a row that changes meanwhile is not missed.
        for state in [State::Open, State::CutOff] {
            let waits = |entry: &Entry| (entry.to_place(), entry.leased_until);
            let scanned = self
                .scan(self.owner(core), Some(state), RowPosition::first(), waits)
                .await?;
            for (place, until) in scanned.seen {
                if seen.insert(place.clone()) {
                    resumed.leased.push((place.key, until));
                }
            }
            for broken in scanned.broken {
                if seen.insert(broken.place.clone()) {
                    resumed.broken.push(broken.told());
                }
            }
            for other in scanned.others {
                if seen.insert(other.clone()) {
                    resumed.of_others.push((other.sender(), other.key));
                }
            }
        }
        Ok(())
    }

    /// Names all that is to be looked up, whoever put it there. Looks at what was settled lately, too: a word that somebody put
    /// there would be believed by who asks for it next.
    async fn check(&self, core: &Core, resumed: &mut Resumed) -> Result<(), StoreError> {
        let now = core.moment();
        let look = move |entry: &Entry| Reconcile::new(entry, now);
        let scanned = self
            .scan(self.owner(core), Some(State::Reconcile), RowPosition::first(), look)
            .await?;
        resumed.reconcile = scanned.seen;
        resumed.broken.extend(scanned.broken.iter().map(BrokenRow::told));
        let lately = RowPosition::at(now.at.saturating_sub(LATELY));
        for (state, after) in [
            (Some(State::Executed), lately.clone()),
            (Some(State::Refused), lately),
            (None, RowPosition::first()),
        ] {
            let scanned = self.scan(self.owner(core), state, after, |_| ()).await?;
            resumed.broken.extend(scanned.broken.iter().map(BrokenRow::told));
        }
        Ok(())
    }

    /// Signs with the current secret what was signed with the one before, which may be gone soon.
    async fn sign_anew(&self, core: &Core) -> Result<(), StoreError> {
        const LIMIT: u32 = 100;
        let owner = self.owner(core);
        for name in owner.seal.earlier() {
            let filter = RowFilter::SealedBy {
                sender: owner.sender.clone(),
                name: name.to_owned(),
            };
            let owner = owner.clone();
            let sign = move |rows: &[Row]| decided(owner.clone(), |found| (found.entries.clone(), ()))(rows);
            let pages = each_page(&*self.store, filter, RowPosition::first(), LIMIT, sign).await?;
            pages.into_iter().collect::<Result<(), _>>()?;
        }
        Ok(())
    }
}

/// Number of consecutive calls without a connection after which nothing more is sent to an origin.
const IN_A_ROW: u32 = 3;

/// The conclusion about an origin from the end of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OriginReach {
    Reached,
    NotReached,
    /// Nothing: the request itself was refused here, or what is in between answers, and may be repeated.
    Unsaid,
}

impl OriginReach {
    /// Classifies a failed call; `may_repeat`: the client's budget allows one more attempt.
    fn of(kind: ErrorKind, status: Option<u16>, may_repeat: bool) -> Self {
        let is_silent = kind == ErrorKind::NoAnswer || matches!(status, Some(502..=504));
        match kind {
            ErrorKind::Refused => Self::Unsaid,
            ErrorKind::NotSent => Self::NotReached,
            _ if is_silent && may_repeat => Self::Unsaid,
            _ if is_silent => Self::NotReached,
            _ => Self::Reached,
        }
    }
}

/// Number of consecutive calls that did not reach each origin, and the origins that count as down.
#[derive(Debug, Default)]
struct Origins {
    in_a_row: BTreeMap<String, u32>,
    down: BTreeSet<String>,
}

impl Origins {
    fn learn(&mut self, origin: &str, reach: OriginReach) {
        match reach {
            OriginReach::Unsaid => {}
            OriginReach::Reached => {
                self.in_a_row.remove(origin);
            }
            OriginReach::NotReached => {
                let count = self.in_a_row.entry(origin.to_owned()).or_default();
                *count += 1;
                if *count >= IN_A_ROW {
                    self.down.insert(origin.to_owned());
                }
            }
        }
    }

    /// Origins to which nothing more is sent.
    fn down(&self) -> &BTreeSet<String> {
        &self.down
    }
}

/// A few futures: each wake polls all of them.
struct Together<'f, T>(Vec<Pin<Box<dyn Future<Output = T> + Send + 'f>>>);

impl<'f, T> Together<'f, T> {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn add(&mut self, future: impl Future<Output = T> + Send + 'f) {
        self.0.push(Box::pin(future));
    }

    /// The output of the next one that is ready; nothing once all are.
    async fn next(&mut self) -> Option<T> {
        if self.0.is_empty() {
            return None;
        }
        let (place, output) = poll_fn(|context| {
            let mut futures = self.0.iter_mut().enumerate();
            let ready = futures.find_map(|(place, future)| match future.as_mut().poll(context) {
                Poll::Ready(output) => Some((place, output)),
                Poll::Pending => None,
            });
            ready.map_or(Poll::Pending, Poll::Ready)
        })
        .await;
        drop(self.0.remove(place));
        Some(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(ends: &[(&str, OriginReach)]) -> Vec<String> {
        let mut origins = Origins::default();
        for (origin, reach) in ends {
            origins.learn(origin, *reach);
        }
        origins.down().iter().cloned().collect()
    }

    #[test]
    fn three_calls_in_a_row_that_did_not_reach_an_origin_are_enough_and_two_are_not() {
        use OriginReach::{NotReached, Reached, Unsaid};
        let not = ("a", NotReached);
        assert!(learned(&[not, not]).is_empty());
        assert_eq!(learned(&[not, not, not]), ["a"]);
        assert!(learned(&[not, not, ("a", Reached), not, not]).is_empty());
        assert_eq!(learned(&[not, ("a", Unsaid), not, ("a", Unsaid), not]), ["a"]);
        // The success of a call that was already under way does not clear the finding.
        assert_eq!(learned(&[not, not, not, ("a", Reached)]), ["a"]);
    }

    #[test]
    fn an_origin_that_is_down_says_nothing_about_another() {
        use OriginReach::{NotReached, Reached};
        let (a, b) = (("a", NotReached), ("b", NotReached));
        assert!(learned(&[a, b, a, b]).is_empty());
        assert_eq!(learned(&[a, ("b", Reached), a, ("b", Reached), a, b]), ["a"]);
    }

    #[test]
    fn only_what_never_left_or_what_the_budget_does_not_repeat_says_that_nobody_is_there() {
        for (kind, status, with_budget, without) in [
            (ErrorKind::Refused, None, OriginReach::Unsaid, OriginReach::Unsaid),
            (
                ErrorKind::NotSent,
                None,
                OriginReach::NotReached,
                OriginReach::NotReached,
            ),
            (ErrorKind::NoAnswer, None, OriginReach::Unsaid, OriginReach::NotReached),
            (
                ErrorKind::Status,
                Some(502),
                OriginReach::Unsaid,
                OriginReach::NotReached,
            ),
            (
                ErrorKind::Problem,
                Some(503),
                OriginReach::Unsaid,
                OriginReach::NotReached,
            ),
            (
                ErrorKind::Status,
                Some(504),
                OriginReach::Unsaid,
                OriginReach::NotReached,
            ),
            (ErrorKind::Status, Some(501), OriginReach::Reached, OriginReach::Reached),
            (
                ErrorKind::Problem,
                Some(505),
                OriginReach::Reached,
                OriginReach::Reached,
            ),
            (
                ErrorKind::Problem,
                Some(409),
                OriginReach::Reached,
                OriginReach::Reached,
            ),
            (
                ErrorKind::Unreadable,
                Some(200),
                OriginReach::Reached,
                OriginReach::Reached,
            ),
            (ErrorKind::CutOff, Some(201), OriginReach::Reached, OriginReach::Reached),
            (
                ErrorKind::TooLarge,
                Some(200),
                OriginReach::Reached,
                OriginReach::Reached,
            ),
        ] {
            assert_eq!(OriginReach::of(kind, status, true), with_budget, "{kind:?} {status:?}");
            assert_eq!(OriginReach::of(kind, status, false), without, "{kind:?} {status:?}");
        }
    }
}
