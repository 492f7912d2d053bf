//! Independent pieces of work on several threads: their numbers come in, what was made comes out in the order of the
//! numbers. Which thread made what never shows.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, scope};

/// What a thread may use: as much as the first one has, for types that are nested deeply.
const STACK: usize = 8 << 20;

/// Makes every piece, on so many threads.
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
        let others = (1..threads.min(pieces)).map(|_| Builder::new().stack_size(STACK).spawn_scoped(scope, turn));
        // Where no thread can be had, the others do its work.
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
