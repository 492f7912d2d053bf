//! Flows: named steps come in, what is known about them goes out, however often a process dies between two of them. Flows that
//! are not finished come out one after the other, with the lease of this run.
//!
//! A flow is one row of the journal, and its contents are sealed. It knows values of the application and never whether an action
//! happened: the rows of the actions decide that, by the same rules as for a single call.

mod contents;
mod steps;

use crate::entry::{Entry, FoundRows};
use crate::error::{FlowError, StoreError};
use crate::journal::Journal;
use crate::keys::flow_of_row;
use crate::store::{Row, RowFilter, RowPosition, Select, State, Store};
use sdkwright_runtime::client::Core;
use std::collections::VecDeque;
use steps::{Access, Effect};
pub use steps::{Executed, Flow};

/// The flows of one client in a journal ([`Journal::flows`]).
#[derive(Debug)]
pub struct Flows<S> {
    journal: Journal<S>,
    client: Core,
}

impl<S: Store> Journal<S> {
    /// Returns the flows of a client.
    pub fn flows(&self, client: &impl AsRef<Core>) -> Flows<S> {
        Flows {
            journal: self.clone(),
            client: client.as_ref().clone(),
        }
    }
}

impl<S: Store> Flows<S> {
    /// Returns the flows that are not finished, oldest first. Call it at the start of the application, and from time to time: on
    /// any machine that shares the store.
    pub fn open(&self) -> OpenFlows<S> {
        OpenFlows {
            journal: self.journal.clone(),
            client: self.client.clone(),
            after: Some(RowPosition::first()),
            page: VecDeque::new(),
            broken: Vec::new(),
        }
    }
}

/// Pages through flows that are not finished ([`Flows::open`]). It keeps one page of names in memory.
#[derive(Debug)]
pub struct OpenFlows<S> {
    journal: Journal<S>,
    client: Core,
    /// The last row of the page; `None` after the last page.
    after: Option<RowPosition>,
    page: VecDeque<String>,
    broken: Vec<(String, StoreError)>,
}

/// One page of open flows.
#[derive(Debug)]
struct Page {
    names: Vec<String>,
    broken: Vec<(String, StoreError)>,
    last: Option<RowPosition>,
}

impl<S: Store> OpenFlows<S> {
    /// Returns the next flow that no other run holds, with its lease; `None` after the last one. Run its steps, which are the same
    /// as in its first run.
    pub async fn next(&mut self) -> Result<Option<Flow<S>>, StoreError> {
        loop {
            while let Some(name) = self.page.pop_front() {
                let flow = self.journal.flow(&self.client, name);
                match flow.change(Access::Continue, |_| (Effect::Nothing, ())).await {
                    Ok(()) => return Ok(Some(flow)),
                    Err(FlowError::Leased { .. } | FlowError::NoFlow) => {}
                    Err(FlowError::Store(error)) => self.broken.push((flow.name().to_owned(), error)),
                    Err(error) => self
                        .broken
                        .push((flow.name().to_owned(), StoreError::Broken(error.to_string()))),
                }
            }
            let Some(after) = self.after.take() else {
                return Ok(None);
            };
            self.turn(after).await?;
        }
    }

    /// Returns flows that cannot be read or trusted so far, with the reason.
    pub fn broken(&self) -> &[(String, StoreError)] {
        &self.broken
    }

    async fn turn(&mut self, mut after: RowPosition) -> Result<(), StoreError> {
        const LIMIT: u32 = 100;
        let owner = self.journal.owner(&self.client);
        let select = Select::Page {
            filter: RowFilter::InState(Some(State::Flow)),
            after: after.clone(),
            limit: LIMIT,
        };
        let read = move |rows: &[Row]| {
            let found = FoundRows::new(rows, &owner);
            let name = |entry: &Entry| flow_of_row(&entry.key).map(str::to_owned);
            let page = Page {
                names: found.entries.iter().filter_map(name).collect(),
                broken: found.broken.iter().map(crate::entry::BrokenRow::told).collect(),
                last: rows.get(LIMIT as usize - 1).map(Row::position),
            };
            (Vec::new(), page)
        };
        let page = self.journal.store.change(select, read).await?;
        self.page.extend(page.names);
        self.broken.extend(page.broken);
        if let Some(last) = page.last {
            after.advance(last)?;
            self.after = Some(after);
        }
        Ok(())
    }
}
