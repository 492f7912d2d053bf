//! Ids in the responses and paths of operations.

use sdkwright_contract::ir;
use sdkwright_contract::ir::PathPiece;
use sdkwright_contract::source::escape;

use super::super::context::Context;
use crate::limits;

/// An id in a response.
#[derive(Clone)]
pub(super) struct ResponseId {
    /// Name of its type.
    pub(super) name: String,
    pub(super) pointer: String,
}

pub(super) fn ids(context: &Context<'_>, id: ir::TypeId) -> Vec<ResponseId> {
    let mut found = Vec::new();
    walk(context, id, "", limits::ID_DEPTH, &mut found);
    found
}

/// Collects ids: nominal opaque texts that are not sensitive. Ids in lists are skipped; they do not identify the
/// action.
fn walk(context: &Context<'_>, id: ir::TypeId, at: &str, depth: usize, found: &mut Vec<ResponseId>) {
    let ir::Shape::Object(object) = context.shape(context.resolve(id)) else {
        return;
    };
    for member in &object.members {
        let pointer = format!("{at}/{}", escape(&member.name));
        let ty = context.resolve(member.ty);
        match context.shape(ty) {
            shape @ ir::Shape::Newtype(_, limits)
                if shape.is_id()
                    && limits.pattern.is_none()
                    && !member.sensitive
                    && !context.is_sensitive(member.ty) =>
            {
                let Some(name) = context.names.ty(ty) else { continue };
                found.push(ResponseId {
                    name: name.to_owned(),
                    pointer,
                });
            }
            ir::Shape::Object(_) if depth > 0 => {
                walk(context, ty, &pointer, depth - 1, found);
            }
            _ => {}
        }
    }
}

/// Returns the type of the argument that ends a path.
pub(super) fn last_argument<'a>(context: &Context<'a>, read: &ir::Operation) -> Option<&'a str> {
    let PathPiece::Parameter(name) = read.pieces.last()? else {
        return None;
    };
    let argument = in_path(read).find(|known| known.name == *name)?;
    context.names.ty(context.resolve(argument.ty))
}

pub(super) fn in_path(read: &ir::Operation) -> impl Iterator<Item = &ir::Parameter> {
    let parameters = read.parameters.iter();
    parameters.filter(|known| known.location == ir::ParameterLocation::Path)
}
