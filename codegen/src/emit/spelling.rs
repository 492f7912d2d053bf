//! What each schema of the contract is called in Rust, for tools that look at generated code from outside.
//!
//! In: a sealed API with its names. Out: a schema's node and the path of its type as a program that uses the crate says
//! it. Emits nothing.

use super::context::Context;
use super::{About, multipart};
use crate::ir;
use crate::naming::Names;
use crate::source::NodeId;

/// The Rust type of every schema that is one and has a JSON form.
pub fn spellings(api: &ir::Api, names: &Names, about: &About) -> Vec<(NodeId, String)> {
    let context = Context::new(api, names, about);
    let library = about.library();
    let has_json = |schema: &&ir::SchemaType| !multipart::is_form_only(&context, context.resolve(schema.ty));
    let schemas = api.schemas.iter().filter(has_json);
    let spelled = schemas.map(|schema| {
        let held = context
            .ty(schema.ty)
            .to_string()
            .replace("crate ::", &format!("{library} ::"));
        let held = if schema.nullable {
            format!("Option<{held}>")
        } else {
            held
        };
        (schema.node, held)
    });
    spelled.collect()
}
