//! Members of a response that repeat what the creation of the resource sent: they reveal the response about another resource.
//!
//! Only certain ones: both operations return the same type, the creation's response repeats the member, and no operation on the
//! resource sends it.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir::{self, ParameterLocation, PartContent, TypeId};

use super::super::context::Context;
use super::created::created;
use super::echoes::{member, models, own, texts};
use crate::emit::bridges;

/// Emits `.stays(..)`; nothing if the path names no resource, or nothing of it stays for certain.
pub(super) fn stays(context: &Context<'_>, operation: &ir::Operation) -> Option<TokenStream> {
    if operation.intent != Some(ir::KeyIntent::Effect) {
        return None;
    }
    let answers: Vec<TypeId> = models(operation).map(|id| context.resolve(id)).collect();
    let returns_same = |other: &ir::Operation| models(other).any(|id| answers.contains(&context.resolve(id)));
    resources(context, operation).find_map(|(argument, name)| {
        let mut creations = context.api.operations().map(|(_, other)| other).filter(|other| {
            let is_other = other.id != operation.id && other.intent == Some(ir::KeyIntent::Effect);
            is_other && returns_same(other) && created(context, other).is_some_and(|id| id.name == name)
        });
        let creation = creations.next()?;
        // Of two operations that create such a resource, the response does not show which one did.
        if creations.next().is_some() {
            return None;
        }
        let pairs = texts(context, creation)
            .map(|path| (path, path))
            .chain(creation.repeats.iter().map(|repeat| (&repeat.sent, &repeat.received)));
        let is_in_both = |received: &[String]| answers.iter().any(|id| member(context, *id, received).is_some());
        let pointers: Vec<String> = pairs
            .filter(|(sent, received)| is_in_both(received) && !is_changed(context, name, sent, received))
            .map(|(_, received)| bridges::pointer(received))
            .collect();
        (!pointers.is_empty()).then(|| quote!(.stays(#argument, &[#(#pointers),*])))
    })
}

/// Returns the arguments of the path that have a nominal type, with its name.
fn resources<'o>(context: &'o Context<'_>, operation: &'o ir::Operation) -> impl Iterator<Item = (&'o str, &'o str)> {
    let in_path = |parameter: &&ir::Parameter| parameter.location == ParameterLocation::Path;
    let parameters = operation.parameters.iter().filter(in_path);
    parameters.filter_map(|parameter| Some((parameter.name.as_str(), own(context, parameter.ty)?)))
}

/// Returns true if an operation on the resource sends the member, and so may change it.
fn is_changed(context: &Context<'_>, name: &str, sent: &[String], received: &[String]) -> bool {
    let mut others = context
        .api
        .operations()
        .filter(|(_, other)| !other.method.is_safe() && resources(context, other).any(|(_, known)| known == name));
    others.any(|(_, other)| {
        let mut forms = other.forms().filter_map(|form| match form.content {
            PartContent::Json(id) => Some(id),
            _ => None,
        });
        forms.any(|id| {
            [sent, received]
                .iter()
                .any(|path| member(context, context.resolve(id), path).is_some())
        })
    })
}
