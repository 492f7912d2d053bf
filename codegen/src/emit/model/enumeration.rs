//! An enumeration of literals to an open enum: a table, and a variant for values that the contract does not name.

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;
use sdkwright_contract::ir::Literals;

use super::super::bridges::{bridges, json, to_param};
use super::super::context::Context;
use super::super::docs::{self, Docs};
use super::super::tokens::ident;
use super::problems;
use crate::emit::members::bounds;

pub(super) fn definition(context: &Context<'_>, id: ir::TypeId, name: &str, shape: &ir::EnumShape) -> Vec<TokenStream> {
    let mut docs = context.docs_of_type(id);
    // If the whole enumeration is unconfirmed, its documentation says so.
    let is_documented = context.api.ty(id).text.provenance == ir::Provenance::Silent;
    if is_documented
        && shape
            .lifecycle
            .as_ref()
            .is_some_and(|lifecycle| lifecycle.is_unconfirmed)
    {
        docs.paragraph([format!(
            "The states are confirmed. How one follows another is {}.",
            context.badge(ir::AssumptionKind::Schema)
        )]);
    }
    if let Some(lifecycle) = shape.lifecycle.as_ref().filter(|_| context.about.documented) {
        explain_lifecycle(context, shape, lifecycle, &mut docs);
    }
    problems::common(context, id, &mut docs);
    let docs = docs.tokens();
    let ty = ident(name);
    let literals = shape.literals();
    if matches!(literals, Literals::Mixed | Literals::Truth) {
        let values = docs::codes(shape.values.iter().map(|value| value.value.text()));
        let values = format!(" One of {values}.");
        let plain = if literals == Literals::Truth {
            quote!(bool)
        } else {
            quote!(runtime::JsonValue)
        };
        return vec![quote! { #docs #[doc = ""] #[doc = #values] pub type #ty = #plain; }];
    }
    let variants: Vec<_> = (0..shape.values.len())
        .map(|index| ident(context.names.variant(id, index)))
        .collect();
    let members = shape.values.iter().zip(&variants).map(|(value, variant)| {
        let literal = docs::code(value.value.text());
        let mut docs = context.docs(&value.text, String::new);
        docs.lead(&literal);
        problems::explain(context, shape, value, &mut docs);
        let docs = docs.tokens();
        quote!(#docs #variant,)
    });
    let held = if literals == Literals::Text {
        quote!(String)
    } else {
        quote!(i64)
    };
    let other = other(shape);
    let other_docs = if shape.allows_others {
        let mut text = "Any other value, which the contract allows.".to_owned();
        text.extend(bounds(&shape.limits, false).map(|limits| format!(" {limits}")));
        Docs::ours(text).tokens()
    } else {
        quote!(/** A value that this version of the contract does not declare. */)
    };
    let mut items = vec![quote! {
        #docs
        #[derive(Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #ty {
            #(#members)*
            #other_docs
            #other(#held),
        }
    }];
    items.extend(if literals == Literals::Text {
        of_text(context, id, name, shape, &variants)
    } else {
        of_numbers(context, id, name, shape, &variants)
    });
    items.extend(
        shape
            .lifecycle
            .as_ref()
            .map(|lifecycle| lifecycle_methods(context, id, name, shape, lifecycle)),
    );
    items.extend(shape.problems.as_ref().map(|_| problems::methods(name, literals)));
    items.push(bridges(context, id, name, true));
    items
}

/// Returns the name of the variant for values that are not listed.
fn other(shape: &ir::EnumShape) -> proc_macro2::Ident {
    ident(if shape.allows_others { "Other" } else { "Unknown" })
}

/// Emits the constant by which a variant for other values is no unknown one.
fn others(shape: &ir::EnumShape) -> Option<TokenStream> {
    let others = quote!(
        const ALLOWS_OTHERS: bool = true;
    );
    shape.allows_others.then_some(others)
}

fn of_text(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::EnumShape,
    variants: &[proc_macro2::Ident],
) -> Vec<TokenStream> {
    let (ty, other, others) = (ident(name), other(shape), others(shape));
    let rows = shape.values.iter().zip(variants).map(|(value, variant)| {
        let text = value.value.text();
        quote!((#text, Self::#variant))
    });
    let secret = context
        .api
        .ty(id)
        .sensitive
        .then(|| quote!(const SECRET: Option<&'static str> = Some(#name);));
    let mut items = vec![
        quote! {
            impl #ty {
                /// Returns the value as in the contract.
                #[inline]
                pub fn as_str(&self) -> &str { glue::enum_text(self) }
            }
        },
        quote!(glue::is_text!(#ty);),
        quote! {
            impl glue::Enum for #ty {
                const TABLE: &'static [(&'static str, Self)] = &[#(#rows),*];
                const UNKNOWN: fn(String) -> Self = Self::#other;
                #others
                #secret
                #[inline]
                fn unknown_text(&self) -> Option<&str> {
                    if let Self::#other(text) = self { Some(text) } else { None }
                }
            }
        },
    ];
    if context.api.ty(id).directions.request || shape.problems.is_some() {
        items.push(quote! {
            impl From<&str> for #ty {
                #[inline]
                fn from(text: &str) -> Self { glue::enum_from(text) }
            }
        });
    }
    // A name from the contract is part of the API and printed.
    if context.api.ty(id).name.name().is_some() && !context.api.ty(id).sensitive {
        items.push(quote! {
            impl std::fmt::Display for #ty {
                #[inline]
                fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result { f.write_str(self.as_str()) }
            }
        });
    }
    if context.is_parameter(id) {
        items.push(to_param(&ty, &quote!(std::borrow::Cow::Borrowed(self.as_str()))));
    }
    items
}

fn of_numbers(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::EnumShape,
    variants: &[proc_macro2::Ident],
) -> Vec<TokenStream> {
    let (ty, other, others) = (ident(name), other(shape), others(shape));
    let rows = shape.values.iter().zip(variants).map(|(value, variant)| {
        let number = proc_macro2::Literal::i64_unsuffixed(value.value.text().parse().unwrap_or_default());
        quote!((#number, Self::#variant))
    });
    let written = if context.api.ty(id).sensitive {
        quote!(w.hidden(&self.value()))
    } else {
        quote!(glue::write_int_enum(self, w))
    };
    let is_parameter = context.is_parameter(id);
    let param = is_parameter.then(|| to_param(&ty, &quote!(std::borrow::Cow::Owned(self.value().to_string()))));
    vec![
        quote! {
            impl #ty {
                /// Returns the value as in the contract.
                pub fn value(&self) -> i64 { glue::enum_int(self) }
            }
        },
        quote! {
            impl glue::IntEnum for #ty {
                const TABLE: &'static [(i64, Self)] = &[#(#rows),*];
                const UNKNOWN: fn(i64) -> Self = Self::#other;
                #others

                #[inline]
                fn unknown_value(&self) -> Option<i64> {
                    if let Self::#other(value) = self { Some(*value) } else { None }
                }
            }
        },
        quote!(#param),
        json(&ty, &quote!(glue::read_int_enum(v)), &quote!(#written;)),
    ]
}

// States of a resource (`x-lifecycle`) to predicates on them.

fn lifecycle_methods(
    context: &Context<'_>,
    id: ir::TypeId,
    name: &str,
    shape: &ir::EnumShape,
    lifecycle: &ir::Lifecycle,
) -> TokenStream {
    let ty = ident(name);
    let question = |states: &[String]| {
        let variants = shape
            .values
            .iter()
            .enumerate()
            .filter(|(_, value)| states.iter().any(|state| state == value.value.text()));
        let variants: Vec<_> = variants
            .map(|(index, _)| ident(context.names.variant(id, index)))
            .collect();
        if variants.is_empty() {
            quote!(false)
        } else {
            quote!(matches!(self, #(Self::#variants)|*))
        }
    };
    let (done, terminal) = (question(&lifecycle.done), question(&lifecycle.terminal));
    let needs_action = question(&lifecycle.needs_action);
    quote! {
        impl #ty {
            /// Returns `true` once the request has completed. The status may still change.
            pub fn is_done(&self) -> bool { #done }

            /// Returns `true` for a final status.
            pub fn is_terminal(&self) -> bool { #terminal }

            /// Returns `true` while the caller must act.
            pub fn needs_action(&self) -> bool { #needs_action }
        }
    }
}

// The states of a lifecycle in the documentation of a status: a picture as text, and the transitions that calls cause.

/// Adds the picture of the states, and a list of the calls that change them, with links.
fn explain_lifecycle(context: &Context<'_>, shape: &ir::EnumShape, lifecycle: &ir::Lifecycle, docs: &mut Docs) {
    let rows = state_rows(context, shape, lifecycle);
    if lifecycle.transitions.is_empty() || rows.is_empty() {
        return;
    }
    let columns = rows.iter().map(|row| row.state.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = rows.iter().map(|row| row.print(columns)).collect();
    docs.paragraph(["States, with the cause of each transition:".to_owned()]);
    docs.markdown(&format!("```text\n{}\n```", lines.join("\n")));
    let calls = transition_calls(context, lifecycle);
    if !calls.is_empty() {
        docs.paragraph(["Transitions that a call causes:".to_owned()]);
        docs.paragraph(calls);
    }
}

/// A line of the picture: a state or a transition to it, and a note.
struct PictureLine {
    state: String,
    note: String,
}

impl PictureLine {
    fn print(&self, columns: usize) -> String {
        let pad = " ".repeat(columns - self.state.chars().count());
        format!("{}{pad}   {}", self.state, self.note).trim_end().to_owned()
    }
}

/// Lists each state with its transitions, the initial one first. A final state is only a target.
fn state_rows(context: &Context<'_>, shape: &ir::EnumShape, lifecycle: &ir::Lifecycle) -> Vec<PictureLine> {
    let is_initial = |state: &str| lifecycle.initial.as_deref() == Some(state);
    let mut states: Vec<&str> = shape.values.iter().map(|value| value.value.text()).collect();
    states.sort_by_key(|state| !is_initial(state));
    let mut rows = Vec::new();
    for state in states {
        let mut steps: Vec<(&str, Vec<String>)> = Vec::new();
        for step in lifecycle.transitions.iter().filter(|step| step.from == state) {
            let cause = transition_cause(context, &step.by);
            match steps.iter_mut().find(|(to, _)| *to == step.to) {
                Some((_, causes)) => causes.push(cause),
                None => steps.push((&step.to, vec![cause])),
            }
        }
        let is_target = lifecycle.transitions.iter().any(|step| step.to == state);
        if steps.is_empty() && is_target {
            continue;
        }
        rows.push(PictureLine {
            state: docs::one_line(state),
            note: notes(lifecycle, state),
        });
        let last = steps.len().saturating_sub(1);
        for (at, (to, causes)) in steps.into_iter().enumerate() {
            let branch = if at == last { "└─▶" } else { "├─▶" };
            let end = if lifecycle.terminal.iter().any(|one| one == to) {
                " (final)"
            } else {
                ""
            };
            rows.push(PictureLine {
                state: format!(" {branch} {}{end}", docs::one_line(to)),
                note: format!("by {}", causes.join(", ")),
            });
        }
    }
    rows
}

fn notes(lifecycle: &ir::Lifecycle, state: &str) -> String {
    let is_in = |list: &[String]| list.iter().any(|one| one == state);
    let notes = [
        (lifecycle.initial.as_deref() == Some(state), "initial"),
        (is_in(&lifecycle.done), "done"),
        (is_in(&lifecycle.terminal), "final"),
        (is_in(&lifecycle.needs_action), "needs action"),
    ];
    let notes = notes.into_iter().filter_map(|(is_so, word)| is_so.then_some(word));
    docs::listed(notes)
}

/// Names the cause of a transition: a method, the owner of the API, or another party.
fn transition_cause(context: &Context<'_>, by: &str) -> String {
    let owner = context.api.settings.owner.as_ref();
    match (owner.filter(|owner| owner.party == by), operation(context, by)) {
        (Some(owner), _) => docs::one_line(&owner.name),
        (None, Some(id)) => context.call(id),
        (None, None) => docs::one_line(by),
    }
}

fn operation(context: &Context<'_>, by: &str) -> Option<ir::OperationId> {
    let mut operations = context.api.operations();
    let (id, _) = operations.find(|(_, operation)| operation.id == by)?;
    Some(id)
}

/// Lists the calls that cause transitions, each with a link to its method.
fn transition_calls(context: &Context<'_>, lifecycle: &ir::Lifecycle) -> Vec<String> {
    let mut calls: Vec<(&str, Vec<String>)> = Vec::new();
    for step in &lifecycle.transitions {
        let text = format!("{} to {}", docs::code(&step.from), docs::code(&step.to));
        match calls.iter_mut().find(|(by, _)| *by == step.by) {
            Some((_, steps)) => steps.push(text),
            None => calls.push((&step.by, vec![text])),
        }
    }
    let line = |(by, steps): (&str, Vec<String>)| {
        let id = operation(context, by)?;
        let path = docs::first_method(context.names, id)?;
        Some(format!("- [`{}`]({path}): {}", context.call(id), steps.join(", ")))
    };
    calls.into_iter().filter_map(line).collect()
}
