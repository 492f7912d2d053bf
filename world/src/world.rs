//! The world of one history: its time, its network, its server, its store, and the processes that live in it.
//!
//! A [`World`] is what one run of a service sees: a transport, a clock, a source of random bytes, and a store. It must not read
//! the clock or the random numbers of the system.

use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::BytesMut;
use sdkwright_journal::{Memory, Row, RowChange, Select, Store, StoreError};
use sdkwright_runtime::clock::{NonceError, NonceSource};
use sdkwright_runtime::description::Api;
use sdkwright_runtime::transport::{Body, Incoming, SendError, SendFuture, SleepFuture};
use sdkwright_runtime::{Clock, Transport};

use crate::message::WireRequest;
use crate::network::Arrival;
use crate::state::{BEGIN, WorldEvent, WorldState};

/// The world as one process sees it: its transport, its clock, its random bytes. Clones are the same process.
#[derive(Clone)]
pub struct World {
    pub(crate) state: Arc<Mutex<WorldState>>,
    pub(crate) process: usize,
    pub(crate) life: u32,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("process", &self.process)
            .finish_non_exhaustive()
    }
}

impl World {
    pub(crate) fn state(&self) -> MutexGuard<'_, WorldState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of this process, from 0.
    pub fn process(&self) -> usize {
        self.process
    }

    /// Returns the number of earlier runs of this process.
    pub fn life(&self) -> u32 {
        self.life
    }

    /// Returns which of `versions` of the service's code runs, from 0, so that a check covers an upgrade and its return.
    pub fn version(&self, versions: usize) -> usize {
        let version = self.state().choose(versions);
        self.note(format_args!("its code has version {version}"));
        version
    }

    /// Returns the id of the resource that the server created or changed under a key. It takes the place of the API's support if the
    /// contract has no lookup.
    pub fn id_from_support(&self, key: &str) -> Option<String> {
        let state = self.state();
        let effect = state.bank.ledger.iter().find(|effect| effect.key == key);
        effect.map(|effect| effect.resource.clone())
    }

    /// Waits in the time of this world.
    pub async fn wait(&self, duration: Duration) {
        self.until(duration).await;
    }

    /// Adds a line to the timeline that a failure prints.
    pub fn note(&self, text: impl std::fmt::Display) {
        let process = self.process;
        self.state().note(|| format!("process {process}: {text}"));
    }

    fn until(&self, duration: Duration) -> Until {
        let at = self
            .state()
            .now
            .saturating_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
        Until {
            world: self.clone(),
            at,
            is_planned: false,
        }
    }

    /// Returns the response of the check's own handler.
    fn handled(&self, message: &WireRequest) -> Option<http::Response<Incoming>> {
        let handler = self.state().shared.handler?;
        handler(&message.to_http()?).map(|response| response.map(Incoming::from_bytes))
    }

    fn deliver(&self, request: http::Request<Body>, is_fresh: bool) -> SendFuture<'static> {
        let (parts, mut body) = request.into_parts();
        let mut bytes = BytesMut::new();
        while let Some(block) = body.next_block() {
            match block {
                Ok(block) => bytes.extend_from_slice(&block),
                Err(error) => return Box::pin(async move { Err(SendError::NotSent(error.into())) }),
            }
        }
        let query = parts.uri.query().unwrap_or_default().split('&');
        let query = query.filter_map(|pair| pair.split_once('='));
        let message = WireRequest {
            process: self.process,
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            target: parts
                .uri
                .path_and_query()
                .map_or("/", |target| target.as_str())
                .to_owned(),
            query: query.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            headers: parts.headers,
            body: bytes.freeze(),
        };
        let world = self.clone();
        Box::pin(async move {
            if let Some(response) = world.handled(&message) {
                return Ok(response);
            }
            let planned = world.state().plan(message, is_fresh);
            let Some((at, planned)) = planned else {
                return pending().await;
            };
            let wait = Until {
                world: world.clone(),
                at,
                is_planned: false,
            };
            wait.await;
            let result = match planned {
                Arrival::Ready(result) => result,
                Arrival::Later(later) => Ok(world.state().shaped(&later)),
            };
            result.map(crate::network::WireResponse::into_http)
        })
    }
}

/// Ends at an instant of the world.
struct Until {
    world: World,
    at: u64,
    is_planned: bool,
}

impl Future for Until {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let (process, life, at) = (self.world.process, self.world.life, self.at);
        let mut state = self.world.state();
        if state.now >= at {
            return Poll::Ready(());
        }
        if !self.is_planned {
            state.at(at, WorldEvent::Wake { process, life });
            drop(state);
            self.is_planned = true;
        }
        Poll::Pending
    }
}

impl Transport for World {
    fn send(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.deliver(request, false)
    }

    fn send_fresh(&self, request: http::Request<Body>) -> SendFuture<'_> {
        self.deliver(request, true)
    }

    fn sleep(&self, duration: Duration) -> SleepFuture<'_> {
        Box::pin(self.until(duration))
    }

    fn serves(&self, api: &'static Api) {
        let _ = self.state().shared.api.set(api);
    }
}

impl Clock for World {
    fn now(&self) -> SystemTime {
        let state = self.state();
        let seconds = BEGIN + state.now / 1000;
        let ahead = state.processes[self.process].ahead;
        UNIX_EPOCH + Duration::from_secs(seconds.saturating_add_signed(ahead))
    }

    fn instant(&self) -> Instant {
        let state = self.state();
        state.began + Duration::from_millis(state.now)
    }
}

impl NonceSource for World {
    fn fill(&self, into: &mut [u8]) -> Result<(), NonceError> {
        let mut state = self.state();
        let process = &mut state.processes[self.process];
        let start = u64::try_from(self.process).unwrap_or_default() << 48 | u64::from(process.life) << 32;
        for chunk in into.chunks_mut(8) {
            process.random += 1;
            let bytes = crate::choice::Random(start + process.random).next().to_be_bytes();
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
        Ok(())
    }
}

/// How a commit ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commit {
    Done,
    /// An error, and nothing is written.
    Lost,
    /// An error, and all is written.
    Unknown,
    DiesBefore,
    DiesAfter,
}

const COMMITS: [Commit; 5] = [
    Commit::Done,
    Commit::Lost,
    Commit::Unknown,
    Commit::DiesBefore,
    Commit::DiesAfter,
];

/// A store in the world: rows in memory, whose commits can be lost, unknown, or cut by the end of the process. Give it to a journal.
#[derive(Debug, Clone)]
pub struct WorldStore {
    world: World,
    memory: Memory,
}

impl World {
    /// Returns the store that all processes share, for a journal.
    pub fn store(&self) -> WorldStore {
        let memory = self.state().kept.memory.clone();
        WorldStore {
            world: self.clone(),
            memory,
        }
    }
}

impl Store for WorldStore {
    async fn change<T, D>(&self, select: Select, decide: D) -> Result<T, StoreError>
    where
        T: Send + 'static,
        D: Fn(&[Row]) -> (Vec<RowChange>, T) + Send + 'static,
    {
        let world = self.world.clone();
        let changed = self.memory.change(select, move |rows| {
            let (changes, decided) = decide(rows);
            if changes.is_empty() {
                return (changes, (Commit::Done, decided));
            }
            let mut state = world.state();
            let commit = COMMITS[state.choose(COMMITS.len()).min(COMMITS.len() - 1)];
            let is_written = !matches!(commit, Commit::Lost | Commit::DiesBefore);
            state.note(|| {
                let rows = changes.iter().map(|change| match change {
                    RowChange::Write(row) => format!("{} is {}", row.key, row.state),
                    RowChange::Remove(row) => format!("{} is removed", row.key),
                });
                let fate = if commit == Commit::Done {
                    String::new()
                } else {
                    format!(" (commit: {commit:?})")
                };
                format!(
                    "  journal of process {}: {}{fate}",
                    world.process,
                    rows.collect::<Vec<_>>().join(", ")
                )
            });
            if matches!(commit, Commit::DiesBefore | Commit::DiesAfter) {
                state.die(world.process);
            }
            if !is_written {
                return (Vec::new(), (commit, decided));
            }
            state.kept.write(&changes);
            if let Some(table) = state.shared.table() {
                for change in &changes {
                    if let RowChange::Write(row) = change
                        && let Some(wrong) = state.bank.judge(&table, row)
                    {
                        state.wrong(wrong);
                    }
                }
            }
            (changes, (commit, decided))
        });
        let (commit, decided) = changed.await?;
        if self.world.state().shared.processes > 1 {
            self.world.wait(std::time::Duration::from_millis(1)).await;
        }
        match commit {
            Commit::Done => Ok(decided),
            Commit::Lost => Err(StoreError::Unsent(Box::new(StoreError::Database(
                "no connection".to_owned(),
            )))),
            Commit::Unknown => Err(StoreError::Database(
                "the connection broke during the commit".to_owned(),
            )),
            Commit::DiesBefore | Commit::DiesAfter => pending().await,
        }
    }

    fn name(&self) -> Option<&str> {
        self.memory.name()
    }
}
