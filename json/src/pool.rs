//! Reuses lists from one document to the next on the same thread: reading a small document allocates nothing.
//!
//! Empty lists with capacity go out, used ones come back. They hold only places, lengths and hashes, never text. Lists of large
//! documents must not be kept.

use std::cell::Cell;
use std::thread::LocalKey;

/// Largest capacity of a kept list: less than 256 KiB in all.
const KEPT: usize = 2048;

/// Two kept lists of a thread.
pub(super) type Pool<A, B> = Cell<(Vec<A>, Vec<B>)>;

/// Creates a pool without lists.
pub(super) const fn empty<A, B>() -> Pool<A, B> {
    Cell::new((Vec::new(), Vec::new()))
}

/// Takes the lists of this thread, or new ones.
pub(super) fn take<A, B>(spare: &'static LocalKey<Pool<A, B>>) -> (Vec<A>, Vec<B>) {
    // A thread that is ending has none left.
    spare.try_with(Cell::take).unwrap_or_default()
}

/// Gives lists back, unless one of them is large.
pub(super) fn keep<A, B>(spare: &'static LocalKey<Pool<A, B>>, mut one: Vec<A>, mut other: Vec<B>) {
    if one.capacity() > KEPT || other.capacity() > KEPT {
        return;
    }
    one.clear();
    other.clear();
    let _ = spare.try_with(|spare| spare.set((one, other)));
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Pool, empty, keep, take};

    thread_local! {
        static LISTS: Pool<u8, u32> = const { empty() };
    }

    #[test]
    fn a_list_comes_back_empty_and_a_large_one_not_at_all() {
        keep(&LISTS, Vec::new(), vec![1; 8]);
        let (_, names) = take(&LISTS);
        assert!(names.is_empty() && names.capacity() >= 8);
        keep(&LISTS, Vec::new(), vec![1; KEPT + 1]);
        assert_eq!(take(&LISTS).1.capacity(), 0);
    }
}
