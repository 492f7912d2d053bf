//! Members that a declared body always has, with their JSON types: the runtime takes no other body for the declared one.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use sdkwright_contract::ir;
use sdkwright_contract::source::escape;

use super::context::Context;
use crate::limits;

/// A member that a body always has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Promised {
    /// Its JSON Pointer; empty for the whole body.
    pub(super) at: String,
    /// The variant of `glue::MemberKind`.
    kind: &'static str,
    is_nullable: bool,
}

impl Promised {
    /// Returns a member with an id.
    pub(super) fn id(at: String) -> Self {
        Self {
            at,
            kind: "Id",
            is_nullable: false,
        }
    }

    /// Emits `glue::Member::new(..)`.
    pub(super) fn tokens(&self) -> TokenStream {
        let (at, kind) = (&self.at, format_ident!("{}", self.kind));
        let constructor = format_ident!("{}", if self.is_nullable { "nullable" } else { "new" });
        quote!(glue::Member::#constructor(#at, glue::MemberKind::#kind))
    }
}

/// Returns the members that a received value of a type always has; of a union, those of all its variants. An object or array
/// without such members is one all the same.
pub(super) fn promised(context: &Context<'_>, id: ir::TypeId) -> Vec<Promised> {
    let mut all = of_type(context, id, limits::ID_DEPTH);
    let (kind, is_nullable) = kind(context, id, limits::ID_DEPTH);
    if all.is_empty() && !is_nullable && kind != "Any" {
        all.push(Promised {
            at: String::new(),
            kind,
            is_nullable,
        });
    }
    all
}

fn of_type(context: &Context<'_>, id: ir::TypeId, depth: usize) -> Vec<Promised> {
    let ir::Shape::Union(union) = context.shape(id) else {
        let mut all = Vec::new();
        walk(context, id, "", limits::ID_DEPTH, &mut all);
        return all;
    };
    let Some(depth) = depth.checked_sub(1) else {
        return Vec::new();
    };
    let mut variants = union.variants.iter().map(|variant| of_type(context, variant.ty, depth));
    let mut all = variants.next().unwrap_or_default();
    for other in variants {
        all.retain(|member| other.contains(member));
    }
    all
}

fn walk(context: &Context<'_>, id: ir::TypeId, at: &str, depth: usize, found: &mut Vec<Promised>) {
    let ir::Shape::Object(object) = context.shape(id) else {
        return;
    };
    for member in object.members.iter().filter(|member| !member.write_only) {
        let may_be_null = match member.presence {
            ir::Presence::Required => false,
            ir::Presence::RequiredNullable => true,
            ir::Presence::Optional | ir::Presence::OptionalNullable => continue,
        };
        let at = format!("{at}/{}", escape(&member.name));
        let (kind, is_nullable) = kind(context, member.ty, limits::ID_DEPTH);
        let is_nullable = is_nullable || may_be_null;
        found.push(Promised {
            at: at.clone(),
            kind,
            is_nullable,
        });
        if let (false, Some(depth)) = (is_nullable, depth.checked_sub(1)) {
            walk(context, member.ty, &at, depth, found);
        }
    }
}

/// Returns the variant of `glue::MemberKind` for the values of a type, and whether they can be null.
fn kind(context: &Context<'_>, id: ir::TypeId, depth: usize) -> (&'static str, bool) {
    // A union can be a variant of itself.
    let Some(depth) = depth.checked_sub(1) else {
        return ("Any", true);
    };
    let kind = match context.shape(id) {
        ir::Shape::Nullable(inner) => return (self::kind(context, *inner, depth).0, true),
        ir::Shape::Any | ir::Shape::Null => return ("Any", true),
        ir::Shape::Union(union) => {
            let kinds = union
                .variants
                .iter()
                .map(|variant| self::kind(context, variant.ty, depth));
            let common = kinds.reduce(|one, other| {
                let kind = if one.0 == other.0 { one.0 } else { "Any" };
                (kind, one.1 || other.1)
            });
            return common.unwrap_or(("Any", false));
        }
        ir::Shape::Newtype(ir::ScalarFormat::Text, _) => "Id",
        ir::Shape::Scalar(format, _) | ir::Shape::Newtype(format, _) => match format {
            ir::ScalarFormat::Bool => "Boolean",
            ir::ScalarFormat::I32 | ir::ScalarFormat::I64 | ir::ScalarFormat::U64 | ir::ScalarFormat::Integer => {
                "Integer"
            }
            ir::ScalarFormat::Float | ir::ScalarFormat::Number => "Number",
            ir::ScalarFormat::Decimal => "Decimal",
            ir::ScalarFormat::Text
            | ir::ScalarFormat::Timestamp
            | ir::ScalarFormat::Date
            | ir::ScalarFormat::Base64
            | ir::ScalarFormat::Binary => "Text",
        },
        ir::Shape::Enum(shape) => match shape.literals() {
            ir::Literals::Text => "Text",
            ir::Literals::Whole => "Integer",
            ir::Literals::Truth => "Boolean",
            ir::Literals::Mixed => "Any",
        },
        ir::Shape::Object(_) | ir::Shape::Map(..) => "Object",
        ir::Shape::Array(_) | ir::Shape::Tuple(_) => "Array",
        ir::Shape::Alias(inner) => return self::kind(context, *inner, depth),
    };
    (kind, false)
}
