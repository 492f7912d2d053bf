//! Refuses a name that occurs twice in one object, and indexes the names of large objects.

use super::{OpenContainer, Scan, ScanFailed};
use crate::error::DecodeErrorKind;
use crate::tape::{Index, Without};

impl Scan<'_> {
    /// Compares a name with the earlier names of its object.
    pub(super) fn compare_name(&mut self, at: usize) -> Result<(), ScanFailed> {
        let (name, escaped) = self.name;
        let text = self.tape.name_text(name, escaped);
        let same = |&(hash, twin): &(u32, u32)| hash == name.hash && self.tape.name(twin) == text;
        if self.names[self.frame.names..].iter().any(same) {
            return Err(self.fail(at, DecodeErrorKind::Duplicate, ""));
        }
        Ok(())
    }

    /// Indexes the members of a large object, which finds duplicate names.
    pub(super) fn index(&mut self, frame: OpenContainer) -> Result<(), ScanFailed> {
        let mut slots = std::mem::take(&mut self.tape.slots);
        let tape = &self.tape;
        let same = |one: u32, other: u32| {
            let (hash, wanted) = (tape.nodes[one as usize].name.hash, tape.nodes[other as usize].name.hash);
            hash == wanted && tape.name(one) == tape.name(other)
        };
        let built = Index::build(&mut slots, &tape.left, &self.names[frame.names..], same);
        self.tape.slots = slots;
        match built {
            Ok(index) => {
                self.tape.members[frame.object as usize].index = index;
                Ok(())
            }
            Err(Without::Crowded) => self.compare_names(frame),
            Err(Without::Memory) => {
                let at = self.tape.nodes[frame.node as usize].start as usize;
                Err(self.too_much(at))
            }
            Err(Without::Twice(node)) => Err(self.twice(node)),
        }
    }

    /// Compares all names of a large object by sorting, so that no choice of names makes it slow.
    fn compare_names(&mut self, frame: OpenContainer) -> Result<(), ScanFailed> {
        let tape = &self.tape;
        let names = &mut self.names[frame.names..];
        names.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tape.name(a.1).cmp(tape.name(b.1))));
        let twin = names
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0 && tape.name(pair[0].1) == tape.name(pair[1].1))
            .map(|pair| pair[0].1.max(pair[1].1))
            .min();
        twin.map_or(Ok(()), |node| Err(self.twice(node)))
    }

    /// Stores the fault of a duplicate name.
    fn twice(&mut self, node: u32) -> ScanFailed {
        let node = &self.tape.nodes[node as usize];
        self.name = (node.name, node.name_escaped);
        let at = node.name.start as usize - 1;
        self.fail(at, DecodeErrorKind::Duplicate, "")
    }
}
