//! Places of parts: a media type, or the encoding of a part that consists of parts.

use crate::{
    document::{Encodings, MediaType, SchemaId},
    source::{NodeId, Span},
};

/// A body of parts, or a part that consists of parts.
pub(super) struct PartsPlace<'d> {
    /// The media type or the encoding.
    pub(super) node: NodeId,
    pub(super) span: Span,
    pub(super) schema: Option<SchemaId>,
    pub(super) item_schema: Option<SchemaId>,
    pub(super) encodings: &'d Encodings,
}

impl<'d> PartsPlace<'d> {
    pub(super) fn from_form(form: &'d MediaType) -> Self {
        Self {
            node: form.node,
            span: form.name_span,
            schema: form.schema,
            item_schema: form.item_schema,
            encodings: &form.encodings,
        }
    }
}
