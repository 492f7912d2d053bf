//! Checks if a value may fit two alternatives of a schema: `oneOf` refuses it, and `anyOf` does not.

use sdkwright_contract::source::Node;

use super::walk::Both;
use crate::shape::{Kinds, Shape};

/// Most alternatives of which each two are compared.
const COMPARED: usize = 32;

/// Returns true if a value may fit two of the alternatives, which nothing tells apart.
pub(super) fn overlaps<'t>(both: &mut Both<'_, '_, 't>, at: usize, alternatives: &[Vec<Node<'t>>]) -> bool {
    let shape = if at == 0 { both.base } else { both.revision };
    if shape.discriminator.is_some() {
        return false;
    }
    let forms = alternatives.iter().take(COMPARED);
    let forms: Vec<_> = forms.map(|alternative| both.walk.form(at, alternative)).collect();
    let pairs = forms.iter().enumerate();
    let mut pairs = pairs.flat_map(|(at, one)| forms.iter().skip(at + 1).map(move |other| (one, other)));
    pairs.any(|(one, other)| !are_apart(both, at, one, other))
}

/// Returns true if no value fits two schemas: by their kinds, their values, or a member that both demand.
fn are_apart<'t>(both: &mut Both<'_, '_, 't>, at: usize, one: &Shape<'t>, other: &Shape<'t>) -> bool {
    let common = one.kinds.and(other.kinds);
    let have_no_value = |one: &Shape<'_>, other: &Shape<'_>| match (&one.values, &other.values) {
        (Some(values), Some(others)) => !values
            .iter()
            .any(|value| others.iter().any(|other| other.text == value.text)),
        _ => false,
    };
    if common == Kinds::NONE || (have_no_value(one, other) && !common.has(Kinds::NULL)) {
        return true;
    }
    if common != Kinds::OBJECT {
        return false;
    }
    // A closed object has no member that another one demands beside it.
    let lacks = |closed: &Shape<'_>, other: &Shape<'_>| {
        let names = || closed.members.iter().map(|member| member.name);
        closed.is_of_named_members() && other.required.keys().any(|name| !names().any(|known| known == *name))
    };
    if lacks(one, other) || lacks(other, one) {
        return true;
    }
    one.members.iter().any(|member| {
        let known = other.members.iter().find(|known| known.name == member.name);
        let known =
            known.filter(|_| one.required.contains_key(member.name) || other.required.contains_key(member.name));
        known.is_some_and(|known| {
            let forms = (both.walk.form(at, &member.schemas), both.walk.form(at, &known.schemas));
            let common = forms.0.kinds.and(forms.1.kinds);
            common == Kinds::NONE || (have_no_value(&forms.0, &forms.1) && !common.has(Kinds::NULL))
        })
    })
}
