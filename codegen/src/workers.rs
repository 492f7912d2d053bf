//! Runs independent pieces of work on several threads: takes their indices, returns the results in the order of the
//! indices. The result does not depend on the schedule.

use crate::limits;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, scope};

/// Runs every piece on this many threads.
pub(crate) fn map<T: Send>(threads: usize, pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let turn = || {
        let mut made = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces {
                return made;
            }
            made.push((piece, work(piece)));
        }
    };
    let mut made = scope(|scope| {
        let others =
            (1..threads.min(pieces)).map(|_| Builder::new().stack_size(limits::STACK).spawn_scoped(scope, turn));
        // If a thread cannot be spawned, the others do its work.
        let others: Vec<_> = others.map_while(Result::ok).collect();
        let mut made = turn();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(piece, _)| *piece);
    made.into_iter().map(|(_, made)| made).collect()
}

/// Works on slices of the items on this many threads, each large enough to be worth a thread.
pub(crate) fn map_slices<I: Sync, T: Send>(threads: usize, items: &[I], work: impl Fn(&[I]) -> T + Sync) -> Vec<T> {
    let slices: Vec<_> = items.chunks(limits::FILES_OF_A_PIECE).collect();
    map(threads, slices.len(), |at| work(slices[at]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn everything_is_made_once_and_in_order() {
        for threads in 0..5 {
            for pieces in [0, 1, 3, 100] {
                let wanted: Vec<usize> = (0..pieces).map(|piece| piece * 2).collect();
                assert_eq!(super::map(threads, pieces, |piece| piece * 2), wanted);
            }
        }
    }
}
