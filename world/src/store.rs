//! The store of the world: rows in memory, whose commits can be lost, unknown, or cut by the end of the process.

use crate::world::World;
use sdkwright_journal::{Memory, Row, RowChange, Select, Store, StoreError};
use std::future::pending;

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

/// A store in the world. Give it to a journal.
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
