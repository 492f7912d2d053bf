//! An object to a struct: fields in contract order, a constructor for the required members, one setter per optional
//! member.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::Presence;

use super::super::bridges::{self, bridges};
use super::super::context::Context;
use super::super::docs::Docs;
use super::super::members::{RequiredMembers, RustField, fields, required_members, required_name, setter_name};
use super::super::positions::takes_into;
use super::super::tokens::{RustType, boxed, ident, prefixed};
use super::super::{docs, sentences};

pub(super) fn definition(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::ObjectShape,
) -> Vec<TokenStream> {
    let fields = fields(context, id, shape);
    let reach = context.api.ty(id).directions;
    let rest = Rest::new(context, id, shape);
    let ty = ident(name);
    let docs = context.docs_of_type(id).tokens();
    let members = fields.iter().map(|field| {
        let (docs, name, ty) = (field.docs(context), &field.name, field.ty());
        if field.sealed {
            let docs = docs.comment();
            quote!(#docs #name: #ty,)
        } else {
            let docs = docs.tokens();
            quote!(#docs pub #name: #ty,)
        }
    });
    let beside = rest.field();
    let mut items = vec![quote! {
        #docs
        #[derive(Clone, PartialEq)]
        pub struct #ty { #(#members)* #beside }
    }];
    let sealed = fields.iter().any(|field| field.sealed);
    let mut methods = Vec::new();
    // The server creates what a client only reads.
    if context.about.server && !reach.request && !sealed {
        let mut own = Vec::new();
        items.extend(
            constructor(context, name, &fields, &rest, &mut own)
                .iter()
                .map(server_only),
        );
        items.push(quote!(#[cfg(feature = "server")] impl #ty { #(#own)* }));
    }
    if reach.request && !sealed {
        items.extend(constructor(context, name, &fields, &rest, &mut methods));
    } else if sealed {
        items.extend(sealed_constructor(context, id, name, &fields, &rest, &mut methods));
    }
    if reach.request {
        methods.extend(
            fields
                .iter()
                .filter(|field| field.is_setter())
                .map(|field| setter(context, field, &fields)),
        );
    }
    methods.extend(fields.iter().filter(|field| field.sealed).map(|field| {
        let (docs, name, ty) = (field.docs(context).tokens(), &field.name, field.ty());
        quote!(#docs pub fn #name(&self) -> &#ty { &self.#name })
    }));
    methods.extend(rest.methods(reach.request));
    if !methods.is_empty() {
        items.push(quote!(impl #ty { #(#methods)* }));
    }
    items.push(json(name, &fields, &rest));
    items.push(bridges(context, id, name, true));
    items
}

/// Gates the `Default` of a type that only the server creates. A struct of required members has no gate.
fn server_only(item: &TokenStream) -> TokenStream {
    let is_impl = item.to_string().starts_with("impl ");
    let gate = is_impl.then(|| quote!(#[cfg(feature = "server")]));
    quote!(#gate #item)
}

fn constructor(
    context: &Context<'_>,
    name: &str,
    fields: &[RustField<'_>],
    rest: &Rest<'_>,
    methods: &mut Vec<TokenStream>,
) -> Vec<TokenStream> {
    let asked = required_members(context, fields);
    let values = fields.iter().map(|field| asked.made(context, field));
    let empty = rest.empty();
    let body = quote!(Self { #(#values)* #empty });
    let ty = ident(name);
    if asked.fields.is_empty() {
        methods
            .push(quote!(/** Creates the value without optional members. */ #[inline] pub fn new() -> Self { #body }));
        return vec![quote!(impl Default for #ty { fn default() -> Self { Self::new() } })];
    }
    let parameters = asked.declared(context, name);
    let docs = constructor_docs(context, name, &asked).tokens();
    methods.push(quote!(#docs #[inline] pub fn new(#(#parameters),*) -> Self { #body }));
    required_struct(context, name, &asked)
}

/// Returns the documentation of the constructor; for named members with a list of them.
fn constructor_docs(context: &Context<'_>, name: &str, asked: &RequiredMembers<'_, '_>) -> Docs {
    let mut docs = Docs::ours("Creates the value with its required members.");
    if asked.are_named() && context.about.documented {
        let required = required_name(context, name);
        docs.paragraph([format!("`required` has these fields ([`{required}`]):")]);
        docs.paragraph(asked.fields.iter().map(|field| {
            let (name, ty) = (field.name.to_string(), docs::code(&field.plain().to_string()));
            format!("- `{}`: {ty}", name.trim_start_matches("r#"))
        }));
    }
    docs
}

/// Emits the struct of required members, if two of them could be swapped.
fn required_struct(context: &Context<'_>, name: &str, asked: &RequiredMembers<'_, '_>) -> Vec<TokenStream> {
    if !asked.are_named() {
        return Vec::new();
    }
    let required = required_name(context, name);
    let members = asked.fields.iter().map(|field| {
        let (docs, name, ty) = (field.docs(context).comment(), &field.name, field.plain());
        quote!(#docs pub #name: #ty,)
    });
    let docs = Docs::ours(format!(
        "The required members of [`{name}`] as named fields, since arguments of one type could be swapped."
    ))
    .tokens();
    vec![quote! { #docs pub struct #required { #(#members)* } }]
}

/// Emits the constructor behind `of` of a later body: the evidence, then the other required members.
fn sealed_constructor(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    fields: &[RustField<'_>],
    beside: &Rest<'_>,
    methods: &mut Vec<TokenStream>,
) -> Vec<TokenStream> {
    let unused = context.is_always_there(id).then(|| quote!(#[allow(dead_code)]));
    let parameters = fields.iter().filter(|field| field.sealed).take(1).map(|field| {
        let (name, value) = (&field.name, &field.value);
        quote!(#name: #value)
    });
    let asked = required_members(context, fields);
    let others = asked.declared(context, name);
    let values = fields.iter().map(|field| {
        let name = &field.name;
        match (field.sealed, field.presence) {
            (false, _) => asked.made(context, field),
            (true, Presence::Required) => quote!(#name,),
            (true, Presence::Optional | Presence::RequiredNullable) => quote!(#name: Some(#name),),
            (true, Presence::OptionalNullable) => quote!(#name: runtime::Maybe::Value(#name),),
        }
    });
    let empty = beside.empty();
    methods.push(quote! {
        #unused
        pub(crate) fn with_evidence(#(#parameters,)* #(#others),*) -> Self { Self { #(#values)* #empty } }
    });
    required_struct(context, name, &asked)
}

fn setter(context: &Context<'_>, field: &RustField<'_>, all: &[RustField<'_>]) -> TokenStream {
    let (name, value) = (&field.name, &field.value);
    let method = setter_name(field, all);
    let said = |line: String| {
        let mut docs = Docs::ours(line);
        docs.deprecated(sentences::deprecated_attribute(&field.member.text))
            .tokens()
    };
    let docs = said(format!("Sets [`{name}`](Self::{name})."));
    // Generic code is compiled where it is used; the rest is not worth compiling before that either.
    let (parameter, given, inline) = if takes_into(context, field.member.ty) {
        (quote!(impl Into<#value>), quote!(#name.into()), None)
    } else {
        (quote!(#value), quote!(#name), Some(quote!(#[inline])))
    };
    let given = boxed(field.member.boxed, given);
    if field.presence == Presence::OptionalNullable {
        // Not `with_a_null`: that may be the setter of a member `aNull`.
        let null = prefixed("clear_", method.to_string().trim_start_matches("with_"));
        let docs_null = said(format!("Sets [`{name}`](Self::{name}) to null."));
        return quote! {
            #docs
            #inline
            pub fn #method(mut self, #name: #parameter) -> Self { self.#name = runtime::Maybe::Value(#given); self }
            #docs_null
            #[inline]
            pub fn #null(mut self) -> Self { self.#name = runtime::Maybe::Null; self }
        };
    }
    quote! {
        #docs
        #inline
        pub fn #method(mut self, #name: #parameter) -> Self { self.#name = Some(#given); self }
    }
}

/// Emits reading and writing: as a table of names if each member is read and written like any other, else as code.
fn json(name: &str, fields: &[RustField<'_>], rest: &Rest<'_>) -> TokenStream {
    let ty = ident(name);
    let is_plain = |field: &RustField<'_>| field.presence != Presence::RequiredNullable && !field.sensitive;
    if rest.is_plain() && fields.iter().all(is_plain) {
        let are_all_sent = !fields.iter().any(|field| field.left_out);
        let rows = fields.iter().map(|field| {
            let (name, wire) = (&field.name, &field.member.name);
            let put = match (are_all_sent, field.left_out) {
                (true, _) => None,
                (false, true) => Some(quote!(put_read_only)),
                (false, false) => Some(quote!(put)),
            };
            quote!(#name: #wire #put,)
        });
        return quote!(glue::object!(#ty { #(#rows)* }););
    }
    let (read_rest, write_rest) = (rest.emit_read(), rest.emit_write());
    let reads = fields.iter().map(|field| {
        let (name, wire) = (&field.name, &field.member.name);
        if field.presence == Presence::RequiredNullable {
            quote!(#name: v.nullable(#wire),)
        } else {
            quote!(#name: v.get(#wire),)
        }
    });
    let writes = fields.iter().map(|field| {
        let (name, wire) = (&field.name, &field.member.name);
        let write = match (field.presence, field.sensitive) {
            (Presence::RequiredNullable, true) => quote!(sensitive_nullable(#wire, &self.#name)),
            (Presence::RequiredNullable, false) => quote!(nullable(#wire, &self.#name)),
            (_, true) => quote!(sensitive(#wire, &self.#name)),
            (_, false) => quote!(put(#wire, &self.#name)),
        };
        if field.left_out {
            quote!(.read_only(|w| w.#write))
        } else {
            quote!(.#write)
        }
    });
    let read = quote!(Self { #(#reads)* #read_rest });
    bridges::json(&ty, &read, &quote!(w.begin(#name) #(#writes)* #write_rest;))
}

// Additional members of an object: a typed map if the contract gives them a type, else their raw JSON. None is ever
// dropped.

/// The field for additional members.
struct Rest<'a> {
    name: Ident,
    /// Type of the values, and whether they are sensitive.
    typed: Option<(RustType, bool)>,
    /// Names of the declared members.
    known: Vec<&'a str>,
    /// True if some names must never be sent.
    warned: bool,
}

impl<'a> Rest<'a> {
    pub(super) fn new(context: &Context<'_>, id: ir::TypeId, shape: &'a ir::ObjectShape) -> Self {
        let known = shape.members.iter().map(|member| member.name.as_str()).collect();
        if let ir::Additional::Typed(values) = shape.additional {
            return Self {
                name: ident(context.names.additional(id, shape)),
                typed: Some((
                    context.ty(values),
                    context.api.ty(id).sensitive || context.is_sensitive(values),
                )),
                known,
                warned: false,
            };
        }
        // No member has this name (`naming::reserved`).
        Self {
            name: ident("extra"),
            typed: None,
            known,
            warned: !context.api.settings.never_sent.is_empty(),
        }
    }

    /// Returns true if it holds JSON of any kind.
    pub(super) fn is_plain(&self) -> bool {
        self.typed.is_none()
    }

    /// Emits the field.
    pub(super) fn field(&self) -> TokenStream {
        let name = &self.name;
        let Some((ty, _)) = &self.typed else {
            return quote!(#name: runtime::Extra);
        };
        quote! {
            /// Members that the contract does not declare by name, of the type that it declares for them.
            pub #name: runtime::Map<#ty>
        }
    }

    /// Emits an empty value.
    pub(super) fn empty(&self) -> TokenStream {
        let name = &self.name;
        if self.typed.is_some() {
            quote!(#name: runtime::Map::new())
        } else {
            quote!(#name: runtime::Extra::default())
        }
    }

    /// Emits the getter and, if the type is sent, the methods that add to it.
    pub(super) fn methods(&self, sent: bool) -> Vec<TokenStream> {
        let name = &self.name;
        let with = prefixed("with_", &name.to_string());
        if let Some((ty, _)) = &self.typed {
            let with = sent.then(|| {
                quote! {
                    /// Sets the members that the contract does not declare. A name that the type declares makes the request fail before it is sent.
                    pub fn #with(mut self, #name: runtime::Map<#ty>) -> Self { self.#name = #name; self }
                }
            });
            return with.into_iter().collect();
        }
        let look = quote! {
            /// Members that the contract does not declare, as received.
            #[inline]
            pub fn #name(&self) -> &runtime::Extra { &self.#name }
        };
        let (warned, warns) = if self.warned {
            (
                Some(quote!(glue::warn_forbidden_member(name, crate::api::NEVER_SENT);)),
                Some(quote!(#[doc = " Logs a warning for a name in [`NEVER_SENT`](crate::api::NEVER_SENT)."])),
            )
        } else {
            (None, None)
        };
        let add = quote! {
            /// Adds a member that the contract does not declare. A name that the type declares makes the request fail before it is sent.
            #warns
            pub fn #with(mut self, name: &str, value: impl Into<runtime::JsonValue>) -> Self {
                #warned
                self.#name.insert(name, value);
                self
            }
        };
        std::iter::once(look).chain(sent.then_some(add)).collect()
    }

    /// Emits the reading of the field, after all others.
    fn emit_read(&self) -> TokenStream {
        let name = &self.name;
        if self.typed.is_some() {
            quote!(#name: v.rest_as())
        } else {
            quote!(#name: v.rest())
        }
    }

    /// Emits the call that writes it, after all others, and ends the object.
    fn emit_write(&self) -> TokenStream {
        let (name, known) = (&self.name, &self.known);
        match &self.typed {
            Some((_, true)) => quote!(.sensitive_rest_as(&[#(#known),*], &self.#name)),
            Some((_, false)) => quote!(.rest_as(&[#(#known),*], &self.#name)),
            None => quote!(.rest(&self.#name)),
        }
    }
}
