//! Follow-up calls of a response (`links`), as functions of the operation's marker.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir::{self, LinkValue, PartContent};
use sdkwright_contract::source::Scalar;

use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::tokens::{RustType, ident};
use super::arguments::{Argument, are_swappable, arguments, by_reference, forms, key};
use super::body::sent;
use super::paging::walk;

/// Returns the links of an operation, with their indices.
pub(super) fn of_operation<'c>(
    context: &'c Context<'_>,
    id: ir::OperationId,
) -> impl Iterator<Item = (usize, &'c ir::Link)> {
    let all = context.api.links.iter().enumerate();
    all.filter(move |(_, link)| link.source == id)
}

/// Emits the functions of the links of an operation.
pub(super) fn links(context: &Context<'_>, id: ir::OperationId) -> Option<TokenStream> {
    let functions: Vec<TokenStream> = of_operation(context, id)
        .map(|(at, link)| FollowUp::new(context, link).function(context.names.link(at)))
        .collect();
    let marker = ident(&context.names.operation(id).marker);
    (!functions.is_empty()).then(|| quote!(impl #marker { #(#functions)* }))
}

/// A link while its function is written.
struct FollowUp<'c, 'a> {
    context: &'c Context<'a>,
    link: &'c ir::Link,
    /// Type of the body of the response.
    response: Option<ir::TypeId>,
    /// Arguments of the function.
    own: Vec<TokenStream>,
    uses_response: bool,
    is_optional: bool,
    docs: Vec<String>,
}

impl<'c, 'a> FollowUp<'c, 'a> {
    fn new(context: &'c Context<'a>, link: &'c ir::Link) -> Self {
        let answer = context.api.operation(link.source).responses.get(link.response);
        let mut bodies = answer.into_iter().flat_map(|answer| &answer.bodies);
        let response = bodies.find_map(|body| match body.content {
            PartContent::Json(ty) => Some(ty),
            _ => None,
        });
        Self {
            context,
            link,
            response,
            own: Vec::new(),
            uses_response: false,
            is_optional: false,
            docs: Vec::new(),
        }
    }

    fn function(mut self, name: &str) -> TokenStream {
        let (context, target) = (self.context, self.link.target);
        let (names, operation) = (context.names.operation(target), context.api.operation(target));
        let all = arguments(context, target);
        let mut values: Vec<TokenStream> = all.iter().map(|argument| self.argument(argument)).collect();
        let (handle, module) = self.place();
        if are_swappable(context, &all, forms(context, operation)) {
            let required = ident(&names.required);
            let fields = all.iter().zip(&values).map(|(argument, value)| {
                let name = &argument.name;
                let is_own = *name == value.to_string();
                if is_own { quote!(#name) } else { quote!(#name: #value) }
            });
            values = vec![quote!(#module #required { #(#fields),* })];
        }
        if let Some(intent) = operation.intent {
            let ty = key(intent).0;
            self.own.push(quote!(key: #ty));
            values.insert(0, quote!(key));
        }
        let marker = ident(&names.marker);
        if context.api.approval(operation).is_some() {
            self.own.push(quote!(body: &runtime::Authorized<#module #marker>));
            values.push(quote!(body));
        } else if let Some(form) = forms(context, operation).first() {
            let ty = sent(context, form).ty;
            values.push(self.body(&ty));
        }
        let method = ident(names.method(0));
        let optional = self.optional();
        let call = quote!(#module #handle { client }.#method(#(#values),*) #optional);
        let (mut output, mut call) = (quote!(crate::client::Call<#module #marker>), call);
        if self.is_optional {
            (output, call) = (quote!(Option<#output>), quote!(Some(#call)));
        }
        let response = self.whole().filter(|_| self.uses_response);
        let response = response.map(|ty| quote!(response: #ty,));
        let (name, docs, gate, own) = (ident(name), self.docs(), self.gate(), &self.own);
        quote! {
            #docs
            #gate
            pub fn #name(client: &crate::client::Client, #response #(#own),*) -> #output { #call }
        }
    }

    /// Returns the handle of the target's group, and the path to its module from that of the source.
    fn place(&self) -> (proc_macro2::Ident, TokenStream) {
        let [own, other] = [self.link.source, self.link.target].map(|id| self.context.names.group_of(id));
        let handle = ident(other.map_or("", |group| &group.pascal));
        let module = other.filter(|group| own.map(|own| &own.module) != Some(&group.module));
        let module = module.map(|group| ident(&group.module));
        (
            handle,
            module.map(|module| quote!(super::#module::)).unwrap_or_default(),
        )
    }

    /// Emits the condition that the group of the target is enabled.
    fn gate(&self) -> Option<TokenStream> {
        let [own, other] = [self.link.source, self.link.target].map(|id| self.context.names.group_of(id));
        let feature = &other
            .filter(|group| own.map(|own| &own.module) != Some(&group.module))?
            .feature;
        Some(quote!(#[cfg(feature = #feature)]))
    }

    /// Returns the type of the body of the response as an argument.
    fn whole(&self) -> Option<RustType> {
        self.response.map(|ty| by_reference(self.context, ty, false))
    }

    fn docs(&self) -> TokenStream {
        let (context, link) = (self.context, self.link);
        let mut docs = Docs::ours(format!(
            "Prepares `{}` with values of the response, by the link {}.",
            context.call(link.target),
            docs::code(&link.name)
        ));
        docs.paragraph(link.description.as_deref().map(docs::inline));
        if self.is_optional {
            docs.paragraph(["Returns `None` if the response has no value for it.".to_owned()]);
        }
        docs.paragraph(self.docs.clone());
        docs.tokens()
    }

    /// Returns the value that the link has for a parameter of the target.
    fn value(&self, parameter: &ir::Parameter) -> Option<&'c LinkValue> {
        let all = &self.context.api.operation(self.link.target).parameters;
        let is_it = |at: usize| all.get(at).is_some_and(|one| std::ptr::eq(one, parameter));
        let found = self.link.parameters.iter().find(|(at, _)| is_it(*at));
        found.map(|(_, value)| value)
    }

    /// Emits the value of a required parameter. The caller gives one that the response does not have.
    fn argument(&mut self, argument: &Argument<'_>) -> TokenStream {
        let value = self.value(argument.parameter);
        let emitted = match value {
            Some(LinkValue::Response(pointer)) => self.member(pointer, argument.parameter.ty),
            Some(LinkValue::Constant(scalar)) => Some(constant(scalar)),
            _ => None,
        };
        if let Some((value, is_reference)) = emitted {
            return match (is_reference, argument.ty.is_reference()) {
                (true, false) => quote!(*#value),
                (false, true) => quote!(&#value),
                _ => value,
            };
        }
        let mut name = argument.name.clone();
        if name == "client" || name == "response" {
            name = quote::format_ident!("{name}_value");
        }
        let ty = &argument.ty;
        self.own.push(quote!(#name: #ty));
        if let Some(LinkValue::Given(expression)) = value {
            self.docs.push(format!("- `{name}`: {}", docs::code(expression)));
        }
        quote!(#name)
    }

    fn body(&mut self, ty: &RustType) -> TokenStream {
        if let (
            Some(LinkValue::Response(pointer)),
            [
                ir::BodyForm {
                    content: PartContent::Json(id),
                    ..
                },
            ],
        ) = (
            &self.link.body,
            forms(self.context, self.context.api.operation(self.link.target)),
        ) && *ty == self.context.ty(*id).referenced(false)
            && let Some((value, is_reference)) = self.member(pointer, *id)
        {
            return if is_reference { value } else { quote!(&#value) };
        }
        if let Some(LinkValue::Given(expression)) = &self.link.body {
            self.docs.push(format!("- `body`: {}", docs::code(expression)));
        }
        self.own.push(quote!(body: #ty));
        quote!(body)
    }

    /// Emits the methods of the call that set optional parameters. The caller sets those that the response does not have.
    fn optional(&mut self) -> TokenStream {
        let operation = self.context.api.operation(self.link.target);
        let mut set = TokenStream::new();
        for (index, parameter) in operation.parameters.iter().enumerate() {
            let is_argument = parameter.required || parameter.location == ir::ParameterLocation::Path;
            if is_argument
                || matches!(
                    self.context.shape(parameter.ty),
                    ir::Shape::Object(_) | ir::Shape::Union(_)
                )
            {
                continue;
            }
            let name = self.context.names.parameter(self.link.target, index);
            let method = ident(name);
            let value = match self.value(parameter) {
                Some(LinkValue::Response(pointer)) => {
                    self.member(pointer, parameter.ty).map(|(value, is_reference)| {
                        if is_reference {
                            quote!((#value).clone())
                        } else {
                            quote!(#value.clone())
                        }
                    })
                }
                Some(LinkValue::Constant(scalar)) => Some(constant(scalar).0),
                Some(LinkValue::Given(expression)) => {
                    let name = name.trim_start_matches("r#");
                    self.docs.push(format!("- `.{name}(..)`: {}", docs::code(expression)));
                    None
                }
                None => None,
            };
            set.extend(value.map(|value| quote!(.#method(#value))));
        }
        set
    }

    /// Emits a member of the response; true for a reference. `None` if it has another type in Rust.
    fn member(&mut self, pointer: &ir::Pointer, wanted: ir::TypeId) -> Option<(TokenStream, bool)> {
        let context = self.context;
        let place = walk(context, self.response?, quote!(response), pointer)?;
        let [from, to] = [place.ty, wanted].map(|id| context.api.behind_null(id));
        let is_scalar = match (context.shape(from), context.shape(to)) {
            (ir::Shape::Scalar(from, _), ir::Shape::Scalar(to, _)) => from == to,
            _ => false,
        };
        if from != to && !is_scalar {
            return None;
        }
        self.uses_response = true;
        self.is_optional |= place.optional;
        let value = place.expression;
        Some(if place.optional {
            (quote!(#value?), true)
        } else {
            (value, pointer.is_empty() && self.whole()?.is_reference())
        })
    }
}

/// Emits a constant; true for a reference.
fn constant(scalar: &Scalar) -> (TokenStream, bool) {
    match scalar {
        Scalar::String(text) => (quote!(#text), true),
        Scalar::Bool(value) => (quote!(#value), false),
        Scalar::Number(digits) => {
            let number = digits.parse::<proc_macro2::Literal>().ok();
            (quote!(#number), false)
        }
        Scalar::Null => (quote!(()), false),
    }
}
