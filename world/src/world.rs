//! The world of one history: its time, its network, its server, and the processes that live in it.
//!
//! A [`World`] is what one run of a service sees: a transport, a clock, a source of random bytes, and a store. It must not read
//! the clock or the random numbers of the system.

use crate::bank::{Bank, Message, Reply};
use crate::check::Handler;
use crate::choice::Choices;
use crate::grammar::{Fate, Shape, fates};
use crate::network::Planned;
use crate::oracle::Wrong;
use crate::store::Kept;
use crate::table::Table;
use bytes::BytesMut;
use sdkwright_runtime::clock::{NonceError, NonceSource};
use sdkwright_runtime::description::Api;
use sdkwright_runtime::testing::Sample;
use sdkwright_runtime::transport::{Body, Incoming, SendError, SendFuture, SleepFuture};
use sdkwright_runtime::{Clock, Transport};
use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The first instant of each history, in seconds since 1970.
pub(crate) const BEGIN: u64 = 1_782_640_080;
pub(crate) const MINUTE: u64 = 60_000;

/// What all histories of a check share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) samples: &'static [Sample],
    /// The operation that each process executes once.
    pub(crate) pays: &'static str,
    pub(crate) processes: usize,
    handler: Option<Handler>,
    api: OnceLock<&'static Api>,
    fates: Mutex<BTreeMap<&'static str, Arc<Vec<Fate>>>>,
}

impl Shared {
    pub(crate) fn new(
        samples: &'static [Sample],
        pays: &'static str,
        processes: usize,
        handler: Option<Handler>,
    ) -> Self {
        Self {
            samples,
            pays,
            processes,
            handler,
            api: OnceLock::new(),
            fates: Mutex::default(),
        }
    }

    pub(crate) fn table(&self) -> Option<Table> {
        let api = self.api.get()?;
        Some(Table {
            api,
            samples: self.samples,
        })
    }

    pub(crate) fn fates(&self, table: &Table, sample: &Sample) -> Arc<Vec<Fate>> {
        let mut all = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        let operation = sample.operation;
        let made = || Arc::new(fates(table, operation, self.processes > 1));
        all.entry(operation.id).or_insert_with(made).clone()
    }
}

/// What happens at an instant.
pub(crate) enum Event {
    Wake { process: usize, life: u32 },
    Restart(usize),
    Arrive(Box<Message>),
}

/// One process of the service.
#[derive(Debug, Default)]
pub(crate) struct Process {
    pub(crate) life: u32,
    pub(crate) is_awake: bool,
    pub(crate) is_dying: bool,
    /// Seconds that its clock is ahead.
    pub(crate) ahead: i64,
    /// The last response on its connection.
    pub(crate) last_reply: Option<Reply>,
    random: u64,
}

/// A request that was sent.
pub(crate) struct Sent {
    pub(crate) process: usize,
    pub(crate) operation: &'static str,
    pub(crate) key: String,
    pub(crate) id: String,
}

pub(crate) struct State {
    pub(crate) shared: Arc<Shared>,
    pub(crate) choices: Choices,
    /// Milliseconds since the begin.
    pub(crate) now: u64,
    began: Instant,
    pub(crate) events: BTreeMap<(u64, u64), Event>,
    number: u64,
    pub(crate) bank: Bank,
    pub(crate) sent: Vec<Sent>,
    pub(crate) kept: Kept,
    pub(crate) processes: Vec<Process>,
    /// Runs that ended without a result so far.
    pub(crate) ends: u32,
    pub(crate) timeline: Option<Vec<String>>,
    pub(crate) wrong: Option<Wrong>,
    /// The server cannot be reached until then.
    pub(crate) down_until: u64,
    /// A form that the server may repeat for the next request of that operation: `true` once it was chosen.
    pub(crate) habit: Option<(&'static str, bool, Shape, bool)>,
    /// The operations with a response that is half a lie.
    pub(crate) lied: Vec<&'static str>,
}

impl State {
    pub(crate) fn new(shared: Arc<Shared>, choices: Choices, is_recorded: bool) -> Self {
        let processes = (0..shared.processes).map(|_| Process::default()).collect();
        Self {
            shared,
            choices,
            now: 0,
            began: Instant::now(),
            events: BTreeMap::new(),
            number: 0,
            bank: Bank::default(),
            sent: Vec::new(),
            kept: Kept::default(),
            processes,
            ends: 0,
            timeline: is_recorded.then(Vec::new),
            wrong: None,
            down_until: 0,
            habit: None,
            lied: Vec::new(),
        }
    }

    /// Decides: 0 is the good one. Once the world is well again, all is good.
    pub(crate) fn choose(&mut self, n: usize) -> usize {
        if self.is_well() {
            return 0;
        }
        self.choices.choose(u32::try_from(n).unwrap_or(u32::MAX)) as usize
    }

    /// Returns `true` once no further fault happens.
    pub(crate) fn is_well(&self) -> bool {
        self.ends >= 3 * u32::try_from(self.shared.processes).unwrap_or(1)
    }

    pub(crate) fn note(&mut self, text: impl FnOnce() -> String) {
        let now = self.now;
        if let Some(timeline) = &mut self.timeline {
            let (seconds, rest) = (now / 1000, now % 1000);
            timeline.push(format!("{seconds:>7}.{rest:03} {}", text()));
        }
    }

    pub(crate) fn at(&mut self, at: u64, event: Event) {
        self.number += 1;
        self.events.insert((at, self.number), event);
    }

    /// Ends a process at its present await.
    pub(crate) fn die(&mut self, process: usize) {
        self.processes[process].is_dying = true;
        self.note(|| format!("process {process} dies"));
    }

    pub(crate) fn wrong(&mut self, wrong: Wrong) {
        if self.wrong.is_none() {
            self.note(|| format!("WRONG: {wrong}"));
            self.wrong = Some(wrong);
        }
    }

    /// Executes a request, and compares the ledger.
    pub(crate) fn arrive(&mut self, message: &Message) -> Reply {
        let Some(table) = self.shared.table() else {
            return crate::bank::nothing();
        };
        let before = self.bank.ledger.len();
        let seconds = i64::try_from(BEGIN + self.now / 1000).unwrap_or(i64::MAX);
        let reply = match Bank::expired(&table, message, seconds) {
            Some(refused) => refused,
            None => self.bank.execute(&table, message, self.now),
        };
        let (method, path) = (&message.method, &message.path);
        self.note(|| format!("  the server gets {method} {path}: {}", reply.status));
        if self.bank.ledger.len() > before
            && let Some(wrong) = self.bank.twice(self.shared.pays, self.shared.processes)
        {
            self.wrong(wrong);
        }
        reply
    }
}

/// The world as one process sees it: its transport, its clock, its random bytes. Clones are the same process.
#[derive(Clone)]
pub struct World {
    pub(crate) state: Arc<Mutex<State>>,
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
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
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

    /// Returns the store that all processes share, for a journal.
    pub fn store(&self) -> crate::store::WorldStore {
        crate::store::WorldStore::new(self.clone())
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
    fn handled(&self, message: &Message) -> Option<http::Response<Incoming>> {
        let handler = self.state().shared.handler?;
        let mut request = http::Request::new(message.body.clone());
        *request.method_mut() = message.method.parse().ok()?;
        *request.uri_mut() = message.path.parse().ok()?;
        *request.headers_mut() = message.headers.clone();
        handler(&request).map(|response| response.map(Incoming::from_bytes))
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
        let message = Message {
            process: self.process,
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
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
                Planned::Ready(result) => result,
                Planned::Later(later) => Ok(world.state().shaped(&later)),
            };
            result.map(crate::network::Response::into_http)
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
            state.at(at, Event::Wake { process, life });
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
