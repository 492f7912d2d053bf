//! Rust names of everything in an API.
//!
//! In: a sealed API and the names pinned by the user. Out: [`Names`]: valid identifiers of edition 2024, unique in
//! their scope, and independent of the rest of the contract (only members of a reported collision may change). Never
//! prints code, and never numbers names.

mod actions;
mod anonymous;
mod frameworks;
mod groups;
mod idents;
mod names;
mod operations;
mod place;
pub(crate) mod reserved;
mod scope;
mod shorten;
mod standard;
mod steps;
mod summary;
#[cfg(test)]
mod tests;
mod through;
mod turned;
mod types;
mod verbless;
mod verbs;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write as _;

use sdkwright_contract::diag::{Code, Diagnostic};
use sdkwright_contract::{diag, ir};

use crate::limits;
use scope::Resolver;

pub use names::{GroupName, Names, OperationNames};
pub use operations::parameter_key;
pub use scope::{Collision, Contender, NamingFindings, Overrides};
pub use types::value_key;

/// Names everything on this many threads and reports every collision, with names to paste if that is an error.
pub fn assign(api: &ir::Api, overrides: &Overrides, threads: usize, report: &mut diag::Report) -> Names {
    let (names, findings) = find(api, overrides, threads);
    let twins = twins(api);
    for collisions in together(findings.collisions) {
        let is_told = |one: &Contender| twins.contains(one.origin.pointer.as_str());
        if !collisions.iter().flat_map(Collision::all).all(is_told) {
            report.push(told(&collisions));
        }
    }
    for (place, name, origin) in findings.unusable {
        let message = format!("`{name}` cannot be the name of `{place}`");
        let help = "write a Rust identifier in the case that its place requires; keywords and names of the prelude are not allowed";
        report.push(Diagnostic::new(Code::UnusableName, message).at(origin.span).help(help));
    }
    for place in findings.idle {
        let (why, help) = if is_form(api, &place) {
            let help = "remove the entry of `names`; a further media type of a body gets its method by `x-sdk.method`";
            ("is not the place of a method", help)
        } else {
            let help = "remove the entry of `names`, or correct its place or the case of its first letter";
            ("is not in the contract", help)
        };
        let message = format!("`names` sets a name for `{place}`, which {why}");
        report.push(Diagnostic::new(Code::IdleOverride, message).help(help));
    }
    names
}

/// Returns true for the place of a media type in the body of an operation.
fn is_form(api: &ir::Api, place: &str) -> bool {
    let form = place.rsplit_once("/method/").filter(|(_, media)| media.contains('/'));
    let mut bodies = api.operations.iter().filter(|one| one.body.is_some());
    form.is_some_and(|(at, _)| bodies.any(|one| one.origin.pointer == at))
}

/// Returns the places of operations that share their id with another one: that is reported where the id is.
fn twins(api: &ir::Api) -> HashSet<&str> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for operation in &api.operations {
        *count.entry(operation.id.as_str()).or_default() += 1;
    }
    let is_shared = |operation: &&ir::Operation| count.get(operation.id.as_str()).is_some_and(|count| *count > 1);
    let shared = api.operations.iter().filter(is_shared);
    shared.map(|operation| operation.origin.pointer.as_str()).collect()
}

/// Groups collisions of the same places: two operations that want one method also want one marker, and are reported
/// once.
fn together(collisions: Vec<Collision>) -> Vec<Vec<Collision>> {
    let mut out: Vec<Vec<Collision>> = Vec::new();
    let mut places: HashMap<Vec<String>, usize> = HashMap::new();
    for collision in collisions {
        let mut who: Vec<String> = collision.all().map(|one| one.origin.pointer.clone()).collect();
        who.sort();
        // Items without a place are not the same item.
        if who.iter().all(String::is_empty) {
            out.push(vec![collision]);
            continue;
        }
        let at = *places.entry(who).or_insert_with(|| {
            out.push(Vec::new());
            out.len() - 1
        });
        out[at].push(collision);
    }
    out
}

/// Renders collisions of the same places as a diagnostic.
fn told(collisions: &[Collision]) -> Diagnostic {
    let Some(collision) = collisions.first() else {
        return Diagnostic::new(Code::NameCollision, "");
    };
    let mut message = format!(
        "{} parts of the contract would get the same name, the {} `{}`",
        collision.all().count(),
        collision.what,
        collision.name
    );
    for (at, other) in collisions.iter().enumerate().skip(1) {
        let and = if at + 1 == collisions.len() { " and" } else { "," };
        let _ = write!(message, "{and} the {} `{}`", other.what, other.name);
    }
    let place = collision
        .moved
        .first()
        .map(|(who, _)| who.origin.span)
        .unwrap_or_default();
    let mut diagnostic = Diagnostic::new(Code::NameCollision, message).at(place);
    if let Some((who, name)) = collision.moved.first() {
        diagnostic = diagnostic.label(format!("`{}` becomes `{name}`", who.spelling));
    }
    for (who, name) in collision.moved.iter().skip(1).take(limits::COLLISION_SHOWN) {
        diagnostic = diagnostic.also(who.origin.span, format!("`{}` becomes `{name}`", who.spelling));
    }
    if let Some(kept) = &collision.kept {
        diagnostic = diagnostic.also(kept.origin.span, format!("`{}` keeps the name", kept.spelling));
    }
    let rows = collisions
        .iter()
        .flat_map(|collision| &collision.moved)
        .take(limits::OVERRIDES_SHOWN);
    let rows = rows.map(|(who, name)| format!("\n  {}: {name}", sdkwright_contract::text::quote(&who.key)));
    diagnostic.help(format!(
        "set their names in contracts.yaml, or in the file of `--config`:\nnames:{}",
        rows.collect::<String>()
    ))
}

/// Names everything on this many threads and returns the collisions. The names do not depend on the number of threads.
pub fn find(api: &ir::Api, overrides: &Overrides, threads: usize) -> (Names, NamingFindings) {
    let mut resolver = Resolver {
        overrides,
        threads,
        used: BTreeSet::new(),
        findings: NamingFindings::default(),
    };
    let mut names = Names::default();
    types::name(api, &mut resolver, &mut names);
    operations::name(api, &mut resolver, &mut names);
    let Resolver { used, mut findings, .. } = resolver;
    let idle = overrides.0.keys().filter(|place| !used.contains(*place));
    findings.idle = idle.cloned().collect();
    (names, findings)
}
