//! Contents of bodies: JSON, forms, parts, items.

use super::{
    node::TypeId,
    shape::{Constraints, Shape},
};
use crate::source::Origin;

/// One media type of a request body.
#[derive(Debug, Clone, PartialEq)]
pub struct BodyForm {
    /// The media type as written.
    pub media_type: String,
    /// `x-sdk.method` of the media type.
    pub name: Option<String>,
    /// Content to send.
    pub content: PartContent,
    /// The type of a text: a scalar or an enum. `None`: any text.
    pub text: Option<Shape>,
    /// Fields of a form with their own serialization.
    pub fields: Vec<FieldEncoding>,
    /// Examples as JSON text.
    pub examples: Vec<String>,
    /// Location in the contract.
    pub origin: Origin,
}

/// OpenAPI `style`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum ParameterStyle {
    Simple,
    Label,
    Matrix,
    Form,
    SpaceDelimited,
    PipeDelimited,
    TabDelimited,
    DeepObject,
    /// Form without percent-encoding (OpenAPI 3.2).
    Cookie,
    /** `content`: JSON text */
    Json,
}

/// Serialization of a field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldEncoding {
    /// The member.
    pub name: String,
    /// OpenAPI `style`, or JSON text.
    pub style: ParameterStyle,
    /// OpenAPI `explode`.
    pub explode: bool,
    /// OpenAPI `allowReserved`.
    pub allow_reserved: bool,
}

/// Content of a body or a part.
#[derive(Debug, Clone, PartialEq)]
pub enum PartContent {
    /// JSON of that type.
    Json(TypeId),
    /// `application/x-www-form-urlencoded` of that object type.
    Form(TypeId),
    /// A body of parts; the object type names it, the parts are its members.
    Multipart(TypeId, Vec<Part>),
    /// Raw bytes.
    Binary,
    /// Text.
    Text,
    /// A sequence of items of that type.
    Items(Framing, TypeId),
}

impl PartContent {
    /// Returns the content, and those of the parts within it.
    pub fn with_inner(&self) -> Vec<&Self> {
        let mut all = vec![self];
        if let Self::Multipart(_, parts) = self {
            all.extend(parts.iter().flat_map(|part| part.content.with_inner()));
        }
        all
    }

    /// Returns the types of its values.
    pub fn types(&self) -> Vec<TypeId> {
        match self {
            Self::Json(ty) | Self::Form(ty) | Self::Items(_, ty) => vec![*ty],
            Self::Multipart(ty, parts) => {
                let inner = parts
                    .iter()
                    .flat_map(|part| part.content.types().into_iter().chain([part.ty]));
                inner.chain([*ty]).collect()
            }
            Self::Binary | Self::Text => Vec::new(),
        }
    }
}

/// Framing of items in a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Framing {
    /// Server-sent events.
    Events(EventContent),
    /// A record of JSON per line, or a JSON text sequence (RFC 7464).
    Lines,
    /// Parts of a multipart body.
    Parts(PartItem),
}

/// Content of all parts of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartItem {
    /// JSON of that type.
    Json,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
}

/// Part of an event that the contract describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventContent {
    /// Its data, which is JSON.
    Data,
    /// Its data, which is text.
    Plain,
    /// All its fields; the data is text.
    Whole,
    /// All its fields; the data is JSON.
    WholeJson,
    /// All its fields; the data is JSON or text, as the type says.
    WholeMixed,
}

/// One part of a multipart body.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each follows from a word of OpenAPI
pub struct Part {
    /// Name of the part and of the member; empty for further parts.
    pub name: String,
    /// The number of parts before it, if parts have positions and no names; of a repeated part, before the first.
    pub position: Option<usize>,
    /// True if it describes all parts of other names, by `additionalProperties`.
    pub further: bool,
    /// True if required.
    pub required: bool,
    /// True if several parts may have that name.
    pub repeated: bool,
    /// A file, text, JSON, or parts within the part.
    pub content: PartContent,
    /// Type of one value, if it is not a file.
    pub ty: TypeId,
    /// `encoding.contentType`, if stated.
    pub content_type: Option<String>,
    /// `encoding.style` and `explode`, if they produce something else than one part, or one for each item.
    pub style: Option<(ParameterStyle, bool)>,
    /// Headers of the part in the contract.
    pub headers: Vec<String>,
    /// True if redacted.
    pub sensitive: bool,
    /// Bounds of the value.
    pub limits: Constraints,
}
