//! What can a type's Rust type do beyond `Clone` and `PartialEq`? Equality is total without binary floats; hashing and
//! order are for scalars, enumerations and newtypes.

use super::edges;
use crate::{
    diag::Report,
    ir::{self, Draft, ScalarFormat, Shape, Traits},
};

pub(super) fn run(draft: &mut Draft, _report: &mut Report) {
    for ty in &mut draft.types {
        ty.traits = start(&ty.shape);
    }
    // What holds a float has no total equality, and so on to all that hold it.
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); draft.types.len()];
    for (index, ty) in draft.types.iter().enumerate() {
        ty.shape.visit(&mut |id| users[id.0 as usize].push(index));
    }
    let mut open: Vec<usize> = (0..draft.types.len())
        .filter(|index| !draft.types[*index].traits.eq)
        .collect();
    while let Some(index) = open.pop() {
        for user in &users[index] {
            if draft.types[*user].traits.eq {
                draft.types[*user].traits = Traits::default();
                open.push(*user);
            }
        }
    }
    for id in edges::ids(draft) {
        let index = id.0 as usize;
        if let Shape::Alias(_) = draft.types[index].shape
            && let Some(end) = ir::behind(&draft.types, id)
        {
            draft.types[index].traits = draft.types[end.0 as usize].traits;
        }
    }
}

fn start(shape: &Shape) -> Traits {
    const ALL: Traits = Traits {
        eq: true,
        hash: true,
        ord: true,
    };
    const EQ: Traits = Traits {
        eq: true,
        hash: false,
        ord: false,
    };
    match shape {
        Shape::Scalar(format, _) | Shape::Newtype(format, _) => match format {
            ScalarFormat::Binary => Traits::default(),
            ScalarFormat::Float | ScalarFormat::Number | ScalarFormat::Decimal => EQ,
            ScalarFormat::Base64 => Traits { ord: false, ..ALL },
            _ => ALL,
        },
        Shape::Enum(_) => Traits { ord: false, ..ALL },
        Shape::Null => ALL,
        _ => EQ,
    }
}
