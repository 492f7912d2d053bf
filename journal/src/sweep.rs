//! Removing spooled files that no row names: a folder and the rows of its store come in, files that are old and named by none go.
//!
//! Nothing goes while a row cannot be read.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::time::SystemTime;

use sdkwright_runtime::journal::offload;

use crate::error::StoreError;
use crate::journal::Journal;
use crate::store::{Row, RowPosition, Select, Store};
use crate::stored;

impl<S: Store> Journal<S> {
    /// Removes spooled files that no intent names and that are older than a day: their transaction was rolled back, or their
    /// program died. Gives how many. [`resume`](Self::resume) does it, too.
    ///
    /// Files of other stores in the same folder are left alone, and so is everything while a row cannot be read.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        const LIMIT: u32 = 50;
        let (Some(spool), Some(name)) = (&self.spool, self.store.name()) else {
            return Ok(0);
        };
        // Files are listed before rows: the row that names an old file has been committed by now.
        let (looked, of) = (spool.clone(), name.to_owned());
        let mut left = offload(move || looked.old(&of, SystemTime::now())).await??;
        let mut after = RowPosition::first();
        while !left.is_empty() {
            let select = Select::Kept {
                after: after.clone(),
                limit: LIMIT,
            };
            let (named, last) = self
                .store
                .change(select, |rows| {
                    let named = |row: &Row| stored::files(&row.key, row.request.as_deref());
                    let named: Result<Vec<_>, StoreError> = rows.iter().map(named).collect();
                    (Vec::new(), (named, rows.get(LIMIT as usize - 1).map(Row::position)))
                })
                .await?;
            // Compares the random file names, because the folder's path may be spelled differently.
            let named: BTreeSet<_> = named?
                .iter()
                .flatten()
                .filter_map(|path| path.file_name().map(OsStr::to_owned))
                .collect();
            left.retain(|path| path.file_name().is_none_or(|name| !named.contains(name)));
            match last {
                Some(last) => after.advance(last)?,
                None => break,
            }
        }
        let count = left.len();
        self.forget(left).await;
        Ok(count)
    }
}
