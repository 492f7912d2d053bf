//! Reuses lists from one document to the next on the same thread: reading a small document allocates nothing.
//!
//! Empty lists with capacity go out, used ones come back. They hold only places, lengths and hashes, never text. Lists of large
//! documents must not be kept.

use super::scan::Frame;
use super::tape::{Members, Node};
use std::cell::Cell;
use std::thread::LocalKey;

/// Largest capacity of a kept list: less than 256 KiB in all.
const KEPT: usize = 2048;

type Lists<A, B> = Cell<(Vec<A>, Vec<B>)>;

thread_local! {
    static TAPE: Lists<Node, Members> = const { Cell::new((Vec::new(), Vec::new())) };
    static SCAN: Lists<Frame, (u32, u32)> = const { Cell::new((Vec::new(), Vec::new())) };
}

/// The lists of a tape.
pub(super) fn tape_lists() -> (Vec<Node>, Vec<Members>) {
    take(&TAPE)
}

/// The lists of a scan: frames and names.
pub(super) fn scan_lists() -> (Vec<Frame>, Vec<(u32, u32)>) {
    take(&SCAN)
}

pub(super) fn keep_tape_lists(nodes: Vec<Node>, members: Vec<Members>) {
    keep(&TAPE, nodes, members);
}

pub(super) fn keep_scan_lists(frames: Vec<Frame>, names: Vec<(u32, u32)>) {
    keep(&SCAN, frames, names);
}

fn take<A, B>(spare: &'static LocalKey<Lists<A, B>>) -> (Vec<A>, Vec<B>) {
    // A thread that is ending has none left.
    spare.try_with(Cell::take).unwrap_or_default()
}

fn keep<A, B>(spare: &'static LocalKey<Lists<A, B>>, mut one: Vec<A>, mut other: Vec<B>) {
    if one.capacity() > KEPT || other.capacity() > KEPT {
        return;
    }
    one.clear();
    other.clear();
    let _ = spare.try_with(|spare| spare.set((one, other)));
}

#[cfg(test)]
mod tests {
    use super::{KEPT, keep_scan_lists, scan_lists};

    #[test]
    fn a_list_comes_back_empty_and_a_large_one_not_at_all() {
        keep_scan_lists(Vec::new(), vec![(1, 2); 8]);
        let (_, names) = scan_lists();
        assert!(names.is_empty() && names.capacity() >= 8);
        keep_scan_lists(Vec::new(), vec![(1, 2); KEPT + 1]);
        assert_eq!(scan_lists().1.capacity(), 0);
    }
}
