//! Members of an object as fields: type, presence, and the form in which a constructor takes them.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::Presence;

use super::context::Context;
use super::docs;
use super::docs::Docs;
use super::positions::{PassingMode, Position, Positions};
use super::tokens::{RustType, field_value, ident, prefixed};

/// A member that became a field.
#[allow(clippy::struct_excessive_bools)] // each is a word of OpenAPI, or follows from one
pub(crate) struct RustField<'a> {
    pub(crate) member: &'a ir::Member,
    pub(crate) name: Ident,
    /// Type of the value, without option or box.
    pub(crate) value: RustType,
    pub(crate) presence: Presence,
    /// True if the containing object redacts it.
    pub(crate) sensitive: bool,
    /// True if it is filled from an authorized body: readable, not writable.
    pub(crate) sealed: bool,
    /// True if only what is sent must have it: the constructor takes it, although the type has it optional.
    pub(crate) asked_when_sent: bool,
    /// True if requests leave it out: the server alone gives it.
    pub(crate) left_out: bool,
    /// Value that constructors fill in.
    pub(crate) constant: Option<TokenStream>,
}

/// Returns the fields of an object type, without the evidence member of an authorized body and the key that the client writes.
pub(crate) fn fields<'a>(context: &Context<'a>, id: ir::TypeId, shape: &'a ir::ObjectShape) -> Vec<RustField<'a>> {
    let hidden = context.api.ty(id).sensitive;
    let members = shape.members.iter().enumerate();
    let is_evidence = |member: &ir::Member| matches!(member.payload_hash, Some(ir::PayloadHash::Approves { .. }));
    let kept = members.filter(|(_, member)| !is_evidence(member) && !member.is_key);
    kept.map(|(index, member)| {
        let presence = match member.presence {
            Presence::Required if member.bound.is_some() => Presence::Optional,
            stated => stated,
        };
        let sealed = matches!(member.payload_hash, Some(ir::PayloadHash::Of(_)));
        let asked_when_sent = shape.requires_sent(member);
        let constant = { member.constant.as_ref() }
            .filter(|_| presence == Presence::Required || asked_when_sent)
            .or_else(|| context.optional_tags.get(&(context.resolve(id), index)));
        RustField {
            member,
            name: ident(context.names.member(id, index)),
            value: context.ty(member.ty),
            presence,
            sensitive: hidden || member.sensitive || context.is_sensitive(member.ty),
            sealed,
            asked_when_sent,
            left_out: member.read_only && context.api.ty(id).directions.request,
            constant: constant.and_then(|literal| constant_value(context, member.ty, literal)),
        }
    })
    .collect()
}

impl RustField<'_> {
    /// Returns the type of the field.
    pub(crate) fn ty(&self) -> RustType {
        let value = self.value.clone();
        let value = if self.member.boxed { value.boxed() } else { value };
        match self.presence {
            Presence::Required => value,
            Presence::RequiredNullable | Presence::Optional => value.option(),
            Presence::OptionalNullable => RustType::Runtime("Maybe", vec![value]),
        }
    }

    /// Returns the type of the constructor parameter: without a box.
    pub(crate) fn plain(&self) -> RustType {
        let value = self.value.clone();
        if self.argument_is_nullable() {
            value.option()
        } else {
            value
        }
    }

    /// Returns true if the constructor takes an option of it: `None` is null.
    pub(crate) fn argument_is_nullable(&self) -> bool {
        matches!(self.presence, Presence::RequiredNullable | Presence::OptionalNullable)
    }

    /// Returns true if the constructor takes it.
    pub(crate) fn is_argument(&self) -> bool {
        (self.asked_when_sent || matches!(self.presence, Presence::Required | Presence::RequiredNullable))
            && self.constant.is_none()
            && !self.sealed
    }

    /// Returns it as one argument of the constructor.
    pub(crate) fn position(&self, context: &Context<'_>) -> Position {
        Position::new(
            context,
            self.member.ty,
            self.value.clone(),
            !self.argument_is_nullable(),
        )
    }

    /// Returns true if it has a setter.
    pub(crate) fn is_setter(&self) -> bool {
        matches!(self.presence, Presence::Optional | Presence::OptionalNullable)
            && !self.member.read_only
            && !self.asked_when_sent
            && !self.sealed
    }

    /// Returns its documentation.
    pub(crate) fn docs(&self, context: &Context<'_>) -> Docs {
        let member = self.member;
        let mut docs = context.docs_of(ir::AssumptionKind::Schema, &member.text, &member.name, || {
            fallback(context, member)
        });
        if let Some(default) = &member.default {
            docs.paragraph([format!("Default: {}.", docs::code(default))]);
        }
        if let Some(limits) = limits(context, member.ty) {
            docs.paragraph([limits]);
        }
        if self.asked_when_sent {
            docs.paragraph(["Required in requests; a response may omit it.".to_owned()]);
        }
        if self.left_out {
            docs.paragraph(["Set by the server; requests leave it out.".to_owned()]);
        }
        if self.constant.is_some() && self.is_setter() {
            docs.paragraph([
                "Filled in by the constructor, because it tells the variants of a union apart.".to_owned(),
            ]);
        }
        if member.bound.is_some() {
            docs.paragraph(["Filled in by the client when left out; checked before anything is signed.".to_owned()]);
        }
        docs
    }
}

fn fallback(context: &Context<'_>, member: &ir::Member) -> String {
    let ty = context.api.ty(member.ty);
    let first = ty
        .text
        .description
        .as_deref()
        .and_then(|text| text.lines().find(|line| !line.trim().is_empty()));
    let said = ty
        .text
        .title
        .as_deref()
        .or(first)
        .filter(|line| line.ends_with('.') || line.ends_with('!'));
    said.map(docs::inline).unwrap_or_default()
}

/// Emits the value of a member that has only one.
fn constant_value(context: &Context<'_>, id: ir::TypeId, literal: &ir::Scalar) -> Option<TokenStream> {
    match (context.shape(id), literal) {
        (ir::Shape::Enum(shape), literal) if !shape.is_open() => match literal {
            ir::Scalar::Bool(value) => Some(quote!(#value)),
            ir::Scalar::String(text) => Some(quote!(runtime::JsonValue::from(#text))),
            ir::Scalar::Null | ir::Scalar::Number(_) => None,
        },
        (ir::Shape::Enum(shape), _) => {
            let index = shape.values.iter().position(|value| value.value == *literal)?;
            let resolved = context.resolve(id);
            let (ty, variant) = (context.ty(id), ident(context.names.variant(resolved, index)));
            Some(quote!(#ty::#variant))
        }
        (ir::Shape::Scalar(ir::ScalarFormat::Text, _), ir::Scalar::String(text)) => {
            let ty = context.ty(id);
            Some(quote!(<#ty>::from(#text)))
        }
        _ => None,
    }
}

/// Returns the name of the struct of required values, used if arguments of the same type could be swapped.
pub(crate) fn required_name(context: &Context<'_>, name: &str) -> Ident {
    ident(&context.free_name(format!("{name}Required"), "Members"))
}

/// Required members of a constructor.
pub(crate) struct RequiredMembers<'f, 'a> {
    pub(crate) fields: Vec<&'f RustField<'a>>,
    positions: Positions,
}

/// Returns the required members, and whether they are passed in a struct.
pub(crate) fn required_members<'f, 'a>(context: &Context<'a>, fields: &'f [RustField<'a>]) -> RequiredMembers<'f, 'a> {
    let fields: Vec<&RustField<'_>> = fields.iter().filter(|field| field.is_argument()).collect();
    let position = |field: &&RustField<'_>| field.position(context);
    let positions = Positions(fields.iter().map(position).collect());
    RequiredMembers { fields, positions }
}

impl RequiredMembers<'_, '_> {
    /// Returns true if they are passed in a struct with named fields.
    pub(crate) fn are_named(&self) -> bool {
        self.positions.are_swappable()
    }

    /// Returns the form in which a positional member is passed.
    pub(crate) fn mode(&self, context: &Context<'_>, field: &RustField<'_>) -> PassingMode {
        self.positions.mode(&field.position(context))
    }

    /// Emits the parameters of a constructor of the type of that name.
    pub(crate) fn declared(&self, context: &Context<'_>, name: &str) -> Vec<TokenStream> {
        if self.are_named() {
            let required = required_name(context, name);
            return vec![quote!(required: #required)];
        }
        let one = |field: &&RustField<'_>| self.mode(context, field).declared(&field.name, &field.plain());
        self.fields.iter().map(one).collect()
    }

    /// Emits a field of the value that the constructor makes.
    pub(crate) fn made(&self, context: &Context<'_>, field: &RustField<'_>) -> TokenStream {
        let name = &field.name;
        match (&field.constant, field.presence) {
            (Some(value), Presence::Optional) => quote!(#name: Some(#value),),
            (Some(value), Presence::OptionalNullable) => quote!(#name: runtime::Maybe::Value(#value),),
            (Some(value), _) => quote!(#name: #value,),
            (None, _) if field.is_argument() => field_value(name, &self.given(context, field)),
            (None, Presence::OptionalNullable) => quote!(#name: runtime::Maybe::Absent,),
            (None, _) => quote!(#name: None,),
        }
    }

    /// Emits the value of a field, from these parameters.
    fn given(&self, context: &Context<'_>, field: &RustField<'_>) -> TokenStream {
        let name = &field.name;
        let given = if self.are_named() {
            quote!(required.#name)
        } else {
            self.mode(context, field).value(name)
        };
        let given = match (field.member.boxed, field.argument_is_nullable()) {
            (true, false) => quote!(Box::new(#given)),
            (true, true) => quote!(#given.map(Box::new)),
            (false, _) => given,
        };
        match field.presence {
            Presence::Optional => quote!(Some(#given)),
            Presence::OptionalNullable => quote!(#given.map_or(runtime::Maybe::Null, runtime::Maybe::Value)),
            Presence::Required | Presence::RequiredNullable => given,
        }
    }
}

/// Returns `with_` and the member's name.
pub(crate) fn setter_name(field: &RustField<'_>, all: &[RustField<'_>]) -> Ident {
    let name = &field.name;
    let method = prefixed("with_", &name.to_string());
    if !name.to_string().ends_with('_') {
        return method;
    }
    // `a` and `a_` are two members, and `extra` is a generated method.
    let same = |other: &&RustField<'_>| prefixed("with_", &other.name.to_string()) == method;
    if method == "with_extra" || all.iter().filter(same).count() > 1 {
        prefixed("with_member_", &name.to_string())
    } else {
        method
    }
}

// Bounds of a value in words, for documentation.

/// Describes the bounds of a plain value.
pub(crate) fn limits(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
    let limits = match (&context.api.ty(id).shape, context.names.ty(id)) {
        (ir::Shape::Scalar(_, limits), None) => limits,
        (ir::Shape::Array(array), None) => &array.limits,
        _ => return None,
    };
    bounds(limits, matches!(context.api.ty(id).shape, ir::Shape::Array(_)))
}

/// Describes the bounds of a value, also of one whose type has a name.
pub(crate) fn limits_of_argument(context: &Context<'_>, id: ir::TypeId) -> Option<String> {
    match context.shape(id) {
        ir::Shape::Newtype(_, limits) => bounds(limits, false),
        _ => limits(context, id),
    }
}

/// Describes bounds in words.
pub(crate) fn bounds(limits: &ir::Constraints, items: bool) -> Option<String> {
    let mut said = Vec::new();
    let unit = |size: u64| match (items, size) {
        (true, 1) => "item",
        (true, _) => "items",
        (false, 1) => "character",
        (false, _) => "characters",
    };
    match (limits.min_size.filter(|least| *least > 0), limits.max_size) {
        (Some(least), Some(most)) if least == most => said.push(format!("exactly {least} {}", unit(least))),
        (Some(least), Some(most)) => said.push(format!("{least} to {most} {}", unit(most))),
        (Some(least), None) => said.push(format!("at least {least} {}", unit(least))),
        (None, Some(most)) => said.push(format!("at most {most} {}", unit(most))),
        (None, None) => {}
    }
    let bound = |bound: &Option<(String, bool)>, open: &str, closed: &str| {
        bound
            .as_ref()
            .map(|(value, excluded)| format!("{} {}", if *excluded { open } else { closed }, docs::code(value)))
    };
    said.extend(bound(&limits.minimum, "above", "from"));
    said.extend(bound(&limits.maximum, "below", "up to"));
    said.extend(
        limits
            .multiple_of
            .as_ref()
            .map(|step| format!("in steps of {}", docs::code(step))),
    );
    said.extend(
        limits
            .pattern
            .as_ref()
            .map(|pattern| format!("pattern {}", docs::code(pattern))),
    );
    said.extend(limits.unique.then(|| "no duplicates".to_owned()));
    (!said.is_empty()).then(|| format!("Limits: {}.", said.join(", ")))
}
