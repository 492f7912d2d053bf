//! Choice of the media type that a response is read as.

use super::super::context::Context;
use super::super::tokens::RustType;
use sdkwright_contract::ir::{self, EventContent, Framing, PartContent, PartItem};

/// Kind of a response body.
#[derive(Clone, PartialEq)]
pub(super) enum ResponseContent {
    Nothing,
    Json(ir::TypeId),
    Text,
    Bytes,
    Items(Framing, ir::TypeId),
}

impl ResponseContent {
    fn of(content: &PartContent) -> Self {
        match content {
            PartContent::Json(id) | PartContent::Form(id) => Self::Json(*id),
            PartContent::Text => Self::Text,
            PartContent::Binary | PartContent::Multipart(..) => Self::Bytes,
            PartContent::Items(framing, id) => Self::Items(*framing, *id),
        }
    }

    pub(super) fn ty(&self, context: &Context<'_>) -> RustType {
        match self {
            Self::Nothing => RustType::unit(),
            Self::Json(id) => context.ty(*id),
            Self::Text => RustType::Glue("Text"),
            Self::Bytes => RustType::Glue("Binary"),
            Self::Items(framing, id) => {
                let item = match framing {
                    Framing::Parts(PartItem::Text) => RustType::Glue("Text"),
                    Framing::Parts(PartItem::Bytes) => RustType::Glue("Binary"),
                    _ => context.ty(*id),
                };
                let events = |parameters| RustType::Runtime("Events", parameters);
                match framing {
                    Framing::Lines => RustType::Runtime("Lines", vec![item]),
                    Framing::Parts(PartItem::Json) => RustType::Runtime("Parts", vec![item]),
                    Framing::Parts(_) => RustType::Runtime("Parts", vec![item, RustType::Glue("PartPlain")]),
                    Framing::Events(EventContent::Data) => events(vec![item]),
                    Framing::Events(EventContent::Plain) => {
                        events(vec![RustType::std("String"), RustType::Glue("EventText")])
                    }
                    Framing::Events(EventContent::Whole) => events(vec![item, RustType::Glue("EventObject")]),
                    Framing::Events(EventContent::WholeJson) => events(vec![item, RustType::Glue("EventObjectJson")]),
                    Framing::Events(EventContent::WholeMixed) => events(vec![item, RustType::Glue("EventObjectMixed")]),
                }
            }
        }
    }
}

/// Returns the kind and media type that a response is read as: JSON if declared, else the first.
pub(super) fn chosen(answer: &ir::Response) -> (ResponseContent, String) {
    let json = answer
        .bodies
        .iter()
        .find(|body| matches!(body.content, PartContent::Json(_)));
    match json.or(answer.bodies.first()) {
        Some(body) => (ResponseContent::of(&body.content), asked(&body.media_type).to_owned()),
        None => (ResponseContent::Nothing, String::new()),
    }
}

/// Returns the other kinds and media types of a response with types like the chosen one: other JSON, or other items. A
/// range of media types is none of them.
pub(super) fn further(context: &Context<'_>, answer: &ir::Response) -> Vec<(ResponseContent, String)> {
    let (first, media) = chosen(answer);
    let mut types = vec![first.ty(context)];
    let mut known = vec![media];
    let mut further = Vec::new();
    for body in &answer.bodies {
        let (kind, media) = (ResponseContent::of(&body.content), asked(&body.media_type).to_owned());
        let is_alike = matches!(
            (&first, &kind),
            (ResponseContent::Json(_), ResponseContent::Json(_))
                | (ResponseContent::Items(..), ResponseContent::Items(..))
        );
        let ty = kind.ty(context);
        if is_alike && !media.contains('*') && !types.contains(&ty) && !known.contains(&media) {
            types.push(ty);
            known.push(media.clone());
            further.push((kind, media));
        }
    }
    further
}

/// Returns the media type as `Accept` has it: as the contract names it, with its parameters, if a header can say them.
pub(super) fn asked(media_type: &str) -> &str {
    let is_sayable = media_type.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_sayable {
        media_type.trim()
    } else {
        ir::essence(media_type)
    }
}
