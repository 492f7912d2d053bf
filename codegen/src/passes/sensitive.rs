//! What must never be shown, because it stands inside of something that must not? A type without a name of its own belongs
//! to where it stands: the mark goes down to it. What a person named says for itself.

use super::edges;
use crate::{
    diag::Report,
    ir::{Draft, NameHint, TypeId},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    let mut inside: Vec<TypeId> = edges::ids(draft)
        .filter(|id| draft.types[id.0 as usize].sensitive)
        .collect();
    let mut seen = vec![false; draft.types.len()];
    while let Some(id) = inside.pop() {
        if std::mem::replace(&mut seen[id.0 as usize], true) {
            continue;
        }
        let mut next = Vec::new();
        draft.types[id.0 as usize].shape.visit(&mut |id| next.push(id));
        for id in next {
            let ty = &mut draft.types[id.0 as usize];
            match ty.name {
                NameHint::Given(_) | NameHint::Pinned(_) => {}
                NameHint::Derived(_) => {
                    ty.sensitive = true;
                    inside.push(id);
                }
                // A plain type is one for all places; what it holds may be of this place alone.
                NameHint::Anonymous => inside.push(id),
            }
        }
    }
}
