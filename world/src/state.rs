//! The state of one history: its time, its events, its server, the rows of all processes with their backup, and the processes that live in it.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Waker};
use std::time::{Duration, Instant, UNIX_EPOCH};

use bytes::Bytes;
use sdkwright_journal::{Memory, Row, RowChange, RowFilter, RowPosition, Select, Store as _};
use sdkwright_runtime::description::Api;
use sdkwright_runtime::testing::Sample;

use crate::bank::{Bank, BankReply, Served, WorldServer};
use crate::choice::Choices;
use crate::grammar::{Fate, ReplyForm, fates};
use crate::message::WireRequest;
use crate::oracle::Wrong;
use crate::table::Table;

/// Responds to requests in place of the server of the contract: `None` leaves a request to that.
pub type Handler = fn(&http::Request<Bytes>) -> Option<http::Response<Bytes>>;

/// Creates the server of a history, with its first state.
pub type NewServer = fn() -> Box<dyn WorldServer>;

/// The first instant of each history, in seconds since 1970.
pub(crate) const BEGIN: u64 = 1_782_640_080;
pub(crate) const MINUTE: u64 = 60_000;

/// Calls of a store after which a server can die: of nonces, of a new key, of a stored response.
const CALLS: usize = 3;

/// What all histories of a check share.
#[derive(Debug)]
pub(crate) struct SharedWorld {
    pub(crate) samples: &'static [Sample],
    /// The operation that each process executes once.
    pub(crate) pays: &'static str,
    pub(crate) processes: usize,
    pub(crate) handler: Option<Handler>,
    pub(crate) server: Option<NewServer>,
    pub(crate) api: OnceLock<&'static Api>,
    fates: Mutex<BTreeMap<&'static str, Arc<Vec<Fate>>>>,
}

impl SharedWorld {
    pub(crate) fn new(
        samples: &'static [Sample],
        pays: &'static str,
        processes: usize,
        handler: Option<Handler>,
        server: Option<NewServer>,
    ) -> Self {
        Self {
            samples,
            pays,
            processes,
            handler,
            server,
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
pub(crate) enum WorldEvent {
    Wake { process: usize, life: u32 },
    Restart(usize),
    Arrive(Box<WireRequest>),
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
    pub(crate) last_reply: Option<BankReply>,
    pub(crate) random: u64,
}

/// A request that was sent.
pub(crate) struct SentIntent {
    pub(crate) process: usize,
    pub(crate) operation: &'static str,
    pub(crate) key: String,
    pub(crate) id: String,
}

pub(crate) struct WorldState {
    pub(crate) shared: Arc<SharedWorld>,
    pub(crate) choices: Choices,
    /// Milliseconds since the begin.
    pub(crate) now: u64,
    pub(crate) began: Instant,
    pub(crate) events: BTreeMap<(u64, u64), WorldEvent>,
    number: u64,
    pub(crate) bank: Bank,
    /// The server of the check, in place of the bank.
    pub(crate) server: Option<Box<dyn WorldServer>>,
    pub(crate) sent: Vec<SentIntent>,
    pub(crate) kept: BackedUpRows,
    pub(crate) processes: Vec<Process>,
    /// Runs that ended without a result so far.
    pub(crate) ends: u32,
    pub(crate) timeline: Option<Vec<String>>,
    pub(crate) wrong: Option<Wrong>,
    /// The server cannot be reached until then.
    pub(crate) down_until: u64,
    /// A form that the server may repeat for the next request of that operation: `true` once it was chosen.
    pub(crate) habit: Option<(&'static str, bool, ReplyForm, bool)>,
    /// The operations with a response that is half a lie.
    pub(crate) lied: Vec<&'static str>,
}

impl WorldState {
    pub(crate) fn new(shared: Arc<SharedWorld>, choices: Choices, is_recorded: bool) -> Self {
        let processes = (0..shared.processes).map(|_| Process::default()).collect();
        Self {
            server: shared.server.map(|new| new()),
            shared,
            choices,
            now: 0,
            began: Instant::now(),
            events: BTreeMap::new(),
            number: 0,
            bank: Bank::default(),
            sent: Vec::new(),
            kept: BackedUpRows::default(),
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

    pub(crate) fn at(&mut self, at: u64, event: WorldEvent) {
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
    pub(crate) fn arrive(&mut self, message: &WireRequest) -> BankReply {
        let Some(table) = self.shared.table() else {
            return crate::bank::nothing();
        };
        let before = self.bank.ledger.len();
        let seconds = i64::try_from(BEGIN + self.now / 1000).unwrap_or(i64::MAX);
        let reply = match self.served(message) {
            Some(served) => self.bank.record(&table, message, served),
            None => match Bank::expired(&table, message, seconds) {
                Some(refused) => refused,
                None => self.bank.execute(&table, message, self.now),
            },
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

    /// Lets the server of the check execute a request; `None` without one.
    fn served(&mut self, message: &WireRequest) -> Option<Served> {
        let request = message.to_http()?;
        self.server.as_ref()?;
        let dies = self.choose(CALLS + 1);
        if dies > 0 {
            self.note(|| format!("  the server dies after call {dies} of its store, and starts again"));
        }
        let now = UNIX_EPOCH + Duration::from_secs(BEGIN) + Duration::from_millis(self.now);
        Some(self.server.as_mut()?.serve(request, now, dies))
    }
}

/// Rows by their names.
type Rows = BTreeMap<[String; 3], Row>;

fn name(row: &Row) -> [String; 3] {
    let client_id = row.sender.client_id.clone().unwrap_or_default();
    [row.sender.base_url.clone(), client_id, row.key.clone()]
}

/// The rows of the world, and a backup of them from the commit that wrote the newest one. A backup that lacks a row is not restored: no
/// journal can know an action that it never saw.
#[derive(Debug, Default)]
pub(crate) struct BackedUpRows {
    pub(crate) memory: Memory,
    rows: Rows,
    backup: Rows,
}

impl BackedUpRows {
    /// Brings the rows of the backup back. Rows in memory change at once.
    pub(crate) fn restore(&mut self) {
        let changes: Vec<RowChange> = self.backup.values().cloned().map(RowChange::Write).collect();
        self.rows.clone_from(&self.backup);
        let select = Select::Page {
            filter: RowFilter::WithRequest,
            after: RowPosition::first(),
            limit: 0,
        };
        let change = pin!(self.memory.change(select, move |_| (changes.clone(), ())));
        let _ = change.poll(&mut Context::from_waker(Waker::noop()));
    }

    pub(crate) fn write(&mut self, changes: &[RowChange]) {
        let known = self.rows.len();
        for change in changes {
            match change {
                RowChange::Write(row) => drop(self.rows.insert(name(row), row.clone())),
                RowChange::Remove(row) => drop(self.rows.remove(&name(row))),
            }
        }
        if self.rows.len() != known {
            self.backup.clone_from(&self.rows);
        }
    }
}
