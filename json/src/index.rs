//! The index of an object with many members, which finds a member by its name.
//!
//! Hashes and nodes of names go in, slots on the tape come out, or the first member with a duplicate name. It is a hash table
//! with room for twice the number of names. It gives up on names that were chosen to collide, because it must never cost more
//! than a fixed number of steps for each name.

use crate::memory::growth;
use std::cell::Cell;

/// The content of a slot without a node.
const FREE: u32 = u32::MAX;

/// Least number of members for which an object gets an index.
pub(super) const MANY: u32 = 16;
/// Largest average number of taken slots that are probed for a name.
const STEPS: usize = 8;

/// The reason why there is no index.
pub(super) enum Without {
    /// Too many names collide.
    Crowded,
    /// The memory limit is reached.
    Memory,
    /// This node is a member with a duplicate name.
    Twice(u32),
}

/// The first slot of an object and the number of its slots: a power of two, or zero.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Index {
    start: u32,
    size: u32,
}

impl Index {
    /// Lists the members of an object, given as hash and node in document order. `same` compares hash and
    /// name of two nodes.
    // There are at most four slots for each name, and a name takes at least four bytes of a document whose length fits.
    #[allow(clippy::cast_possible_truncation)]
    pub(super) fn build(
        slots: &mut Vec<u32>,
        left: &Cell<usize>,
        names: &[(u32, u32)],
        same: impl Fn(u32, u32) -> bool,
    ) -> Result<Index, Without> {
        let (start, size) = (slots.len(), (names.len() * 2).next_power_of_two());
        let room = slots.capacity() - start;
        if room < size {
            let more = growth::<u32>(slots.capacity(), slots.capacity(), size, left);
            if more == 0 {
                return Err(Without::Memory);
            }
            slots.reserve_exact(room + more);
        }
        slots.resize(start + size, FREE);
        let filled = fill(&mut slots[start..], names, same);
        if filled.is_err() {
            slots.truncate(start);
        }
        filled.map(|()| Index {
            start: start as u32,
            size: size as u32,
        })
    }

    #[inline]
    pub(super) fn is_there(self) -> bool {
        self.size != 0
    }

    /// Returns the first node among those of this hash that `is_named` accepts. Only for an index that was built.
    #[inline]
    pub(super) fn find(self, slots: &[u32], hash: u32, is_named: impl Fn(u32) -> bool) -> Option<u32> {
        let (start, size) = (self.start as usize, self.size as usize);
        let slots = &slots[start..start + size];
        let mut at = hash as usize & (size - 1);
        // Half of the slots are free, so that the loop ends.
        while slots[at] != FREE {
            if is_named(slots[at]) {
                return Some(slots[at]);
            }
            at = (at + 1) & (size - 1);
        }
        None
    }
}

/// Puts each node into the first free slot from the place of its hash on.
fn fill(slots: &mut [u32], names: &[(u32, u32)], same: impl Fn(u32, u32) -> bool) -> Result<(), Without> {
    let last = slots.len() - 1;
    let mut steps = names.len() * STEPS;
    for &(hash, node) in names {
        let mut at = hash as usize & last;
        while slots[at] != FREE {
            if same(slots[at], node) {
                return Err(Without::Twice(node));
            }
            at = (at + 1) & last;
            steps = steps.checked_sub(1).ok_or(Without::Crowded)?;
        }
        slots[at] = node;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::codec::from_slice;
    use crate::document::{JsonValue, Object};
    use crate::limits::Limits;
    use crate::read::Value;
    use crate::scan;

    fn document(names: &[String]) -> Vec<u8> {
        let members: Vec<String> = names
            .iter()
            .zip(0..)
            .map(|(name, at)| format!("\"{name}\":{at}"))
            .collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    }

    /// Checks that every name is found, no other name is found, and a duplicate of the last name is refused.
    fn check(mut names: Vec<String>) {
        let text = document(&names);
        let tape = scan::scan(&text, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
        for (name, at) in names.iter().zip(0..) {
            let found = tape.root().peek(name).and_then(Value::number_text);
            assert_eq!(found, Some(at.to_string().as_str()), "{name}");
            assert!(tape.root().peek(&format!("{name}?")).is_none());
        }
        drop(tape);
        for twice in [names[0].clone(), names[names.len() - 1].clone()] {
            names.push(twice.clone());
            let error = from_slice::<JsonValue>(&document(&names)).map(|_| ()).unwrap_err();
            assert_eq!(error.pointer(), format!("/{twice}"));
            names.pop();
        }
    }

    #[test]
    fn every_member_of_an_object_of_any_size_is_found_and_none_twice() {
        for count in [1, 2, 15, 16, 17, 18, 63, 64, 65, 300] {
            check((0..count).map(|at| format!("n{at}")).collect());
        }
    }

    #[test]
    fn names_that_were_chosen_to_meet_are_told_apart_all_the_same() {
        check((0..300).map(|at| format!("the head {at:04} the tail")).collect());
    }

    #[test]
    fn an_object_in_an_object_has_an_index_of_its_own() {
        let inner = (0..20)
            .map(|at| format!("\"b{at}\":{at}"))
            .collect::<Vec<_>>()
            .join(",");
        let outer = (0..20)
            .map(|at| format!("\"a{at}\":{{{inner}}}"))
            .collect::<Vec<_>>()
            .join(",");
        let read = from_slice::<Object>(format!("{{{outer}}}").as_bytes()).unwrap_or_default();
        assert_eq!(read.len(), 20);
        assert!(
            read.values()
                .all(|value| value.get("b19").is_some() && value.get("a1").is_none())
        );
    }
}
