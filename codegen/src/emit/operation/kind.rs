//! Choice of the media type that a response is read as.

use proc_macro2::TokenStream;
use quote::quote;

use super::super::context::Context;
use crate::ir::{self, EventForm, Framing, PartContent};

/// Kind of a response body.
#[derive(Clone, PartialEq)]
pub(super) enum Kind {
    Nothing,
    Json(ir::TypeId),
    Text,
    Bytes,
    Items(Framing, ir::TypeId),
}

impl Kind {
    fn of(content: &PartContent) -> Self {
        match content {
            PartContent::Json(id) | PartContent::Form(id) => Self::Json(*id),
            PartContent::Text => Self::Text,
            PartContent::Binary | PartContent::Multipart(..) => Self::Bytes,
            PartContent::Items(framing, id) => Self::Items(*framing, *id),
        }
    }

    pub(super) fn ty(&self, context: &Context<'_>) -> TokenStream {
        match self {
            Self::Nothing => quote!(()),
            Self::Json(id) => context.ty(*id),
            Self::Text => quote!(glue::Text),
            Self::Bytes => quote!(glue::Binary),
            Self::Items(framing, id) => {
                let item = context.ty(*id);
                match framing {
                    Framing::Lines => quote!(runtime::Lines<#item>),
                    Framing::Events(EventForm::Data) => quote!(runtime::Events<#item>),
                    Framing::Events(EventForm::Plain) => quote!(runtime::Events<String, glue::EventText>),
                    Framing::Events(EventForm::Whole) => quote!(runtime::Events<#item, glue::EventObject>),
                    Framing::Events(EventForm::WholeJson) => quote!(runtime::Events<#item, glue::EventObjectJson>),
                }
            }
        }
    }
}

/// Returns the kind and media type that a response is read as: JSON if declared, else the first.
pub(super) fn chosen(answer: &ir::Answer) -> (Kind, String) {
    let json = answer
        .bodies
        .iter()
        .find(|body| matches!(body.content, PartContent::Json(_)));
    match json.or(answer.bodies.first()) {
        Some(body) => (Kind::of(&body.content), ir::essence(&body.media_type).to_owned()),
        None => (Kind::Nothing, String::new()),
    }
}
