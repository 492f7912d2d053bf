//! What everything is called in Rust.
//!
//! In: a sealed API and the names a person pinned. Out: [`Names`], where every answer is a valid identifier of edition
//! 2024, unique in its scope, and the same whatever else the contract has (only members of a reported collision may
//! ever change). Must never print code, and never number anything.

mod apart;
mod idents;
mod operations;
mod reserved;
mod scope;
#[cfg(test)]
mod tests;
mod types;
mod words;

use std::fmt::Write as _;

use crate::{
    diag::{self, Code, Diagnostic},
    ir::{self, OperationId, TypeId},
};

pub use scope::{Collision, Contender};

/// Names that a person pinned: what stands in the contract, by its place, to what it is called in Rust.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides(std::collections::BTreeMap<String, String>);

impl Overrides {
    /// From pairs of place (as a collision prints it) and Rust name.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// The names of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationNames {
    /// Pascal: the type that stands for the operation.
    pub marker: String,
    /// Pascal: the struct of required arguments, if it takes one.
    pub required: String,
    /// Pascal: the enum of its answers, if it needs one.
    pub answer: String,
    /// Pascal: the enum of what its failures carry, if it needs one.
    pub failure: String,
    /// Index into [`Names::groups`].
    pub group: usize,
    /// Snake, one per body form; exactly one for an operation without a body.
    pub methods: Vec<String>,
    /// Snake, one per alias.
    pub aliases: Vec<String>,
    /// Snake: the method that makes a draft, for a body that carries an approval.
    pub draft: Option<String>,
    /// Snake, one per parameter.
    pub parameters: Vec<String>,
}

impl OperationNames {
    /// The method that sends the body form of that index.
    pub fn method(&self, form: usize) -> &str {
        self.methods
            .get(form)
            .or(self.methods.first())
            .map_or("", String::as_str)
    }
}

/// The names of one group of operations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupName {
    /// Accessor of the client, and the file.
    pub snake: String,
    /// The handle.
    pub pascal: String,
    /// The Cargo feature, kebab.
    pub feature: String,
    /// As the contract spells it.
    pub spelling: String,
    /// Index into [`ir::Draft::groups`], where the contract describes the group.
    pub tag: Option<usize>,
}

/// The names of one type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TypeNames {
    ident: Option<String>,
    file: Option<String>,
    /// Members of an object and, after them, what stands beside them; variants of an enum or a union.
    parts: Vec<String>,
}

/// All names. An index that the API does not have is answered with an empty name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    types: Vec<TypeNames>,
    operations: Vec<OperationNames>,
    groups: Vec<GroupName>,
    events: Vec<String>,
    resources: Vec<String>,
    schemes: Vec<String>,
    servers: Vec<String>,
    /// By name in lower case.
    headers: std::collections::BTreeMap<String, String>,
    nothing: OperationNames,
}

impl Names {
    /// Pascal, for every type that generated code mentions by name.
    pub fn ty(&self, id: TypeId) -> Option<&str> {
        self.types.get(id.0 as usize)?.ident.as_deref()
    }

    /// Snake: the module of the top-level schema (or of the operation) in which a named type stands.
    pub fn file(&self, id: TypeId) -> Option<&str> {
        self.types.get(id.0 as usize)?.file.as_deref()
    }

    /// Snake: the field of an object's member.
    pub fn member(&self, id: TypeId, index: usize) -> &str {
        self.part(id, index)
    }

    /// Snake: the field of what stands beside an object's members, where the contract gives that a type.
    pub fn additional(&self, id: TypeId, object: &ir::ObjectShape) -> &str {
        self.part(id, object.members.len())
    }

    /// Pascal: the variant of an enum's value or a union's possibility.
    pub fn variant(&self, id: TypeId, index: usize) -> &str {
        self.part(id, index)
    }

    fn part(&self, id: TypeId, index: usize) -> &str {
        self.types
            .get(id.0 as usize)
            .and_then(|names| names.parts.get(index))
            .map_or("", String::as_str)
    }

    /// The names of an operation.
    pub fn operation(&self, id: OperationId) -> &OperationNames {
        self.operations.get(id.0 as usize).unwrap_or(&self.nothing)
    }

    /// Snake: an argument or a chained method.
    pub fn parameter(&self, id: OperationId, index: usize) -> &str {
        self.operation(id).parameters.get(index).map_or("", String::as_str)
    }

    /// The groups in the order in which the contract first uses them.
    pub fn groups(&self) -> &[GroupName] {
        &self.groups
    }

    /// The group of an operation.
    pub fn group_of(&self, id: OperationId) -> Option<&GroupName> {
        self.groups.get(self.operation(id).group)
    }

    /// Pascal: the variant of a webhook event.
    pub fn event(&self, index: usize) -> &str {
        self.events.get(index).map_or("", String::as_str)
    }

    /// Pascal: the variant of a webhook's resource.
    pub fn resource(&self, index: usize) -> &str {
        self.resources.get(index).map_or("", String::as_str)
    }

    /// Snake: the function that makes the credential of a security scheme.
    pub fn scheme(&self, index: usize) -> &str {
        self.schemes.get(index).map_or("", String::as_str)
    }

    /// Snake: the function of a header of answers, by its name in lower case.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Snake: the function of a server, by its place among [`ir::Draft::choices`].
    pub fn server(&self, index: usize) -> &str {
        self.servers.get(index).map_or("", String::as_str)
    }
}

/// Everything `assign` found out beside the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// Names that several wanted.
    pub collisions: Vec<Collision>,
    /// Pinned texts that are no identifier there: place, text, where the contract says it.
    pub unusable: Vec<(String, String, ir::Origin)>,
    /// Overrides whose place does not exist.
    pub idle: Vec<String>,
}

/// Names everything, and reports what had to give way: with the names to paste where that is an error.
pub fn assign(api: &ir::Api, overrides: &Overrides, report: &mut diag::Report) -> Names {
    let (names, findings) = find(api, overrides);
    for collisions in together(findings.collisions) {
        report.push(told(&collisions));
    }
    for (place, name, origin) in findings.unusable {
        let message = format!("`{name}` cannot be the name of `{place}`");
        let help = "write a Rust identifier in the case of its place, no keyword and no name of the prelude";
        report.push(Diagnostic::new(Code::UnusableName, message).at(origin.span).help(help));
    }
    for place in findings.idle {
        let message = format!("a name is set for `{place}`, which the contract does not have");
        report.push(Diagnostic::new(Code::IdleOverride, message).help("remove the override, or correct its place"));
    }
    names
}

/// Collisions of the same things: two operations that want one method want one marker, too, and are told once.
fn together(collisions: Vec<Collision>) -> Vec<Vec<Collision>> {
    let mut out: Vec<Vec<Collision>> = Vec::new();
    let mut places: std::collections::HashMap<Vec<String>, usize> = std::collections::HashMap::new();
    for collision in collisions {
        let mut who: Vec<String> = collision.all().map(|one| one.origin.pointer.clone()).collect();
        who.sort();
        // What stands nowhere is not the same as something else that stands nowhere.
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

/// Collisions of the same things as a diagnostic.
fn told(collisions: &[Collision]) -> Diagnostic {
    let Some(collision) = collisions.first() else {
        return Diagnostic::new(Code::NameCollision, "");
    };
    let mut message = format!(
        "{} things want to be the {} `{}`",
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
    for (who, name) in collision.moved.iter().skip(1).take(4) {
        diagnostic = diagnostic.also(who.origin.span, format!("`{}` becomes `{name}`", who.spelling));
    }
    if let Some(kept) = &collision.kept {
        diagnostic = diagnostic.also(kept.origin.span, format!("`{}` keeps the name", kept.spelling));
    }
    let rows = collisions.iter().flat_map(|collision| &collision.moved).take(20);
    let rows = rows.map(|(who, name)| format!("\n  {}: {name}", crate::source::quote(&who.key)));
    diagnostic.help(format!(
        "name them in the list of contracts, or in the file of `--config`:\nnames:{}",
        rows.collect::<String>()
    ))
}

/// Names everything, and says what had to give way.
pub fn find(api: &ir::Api, overrides: &Overrides) -> (Names, Findings) {
    let mut desk = Desk {
        overrides,
        used: std::collections::BTreeSet::new(),
        findings: Findings::default(),
    };
    let mut names = Names::default();
    types::name(api, &mut desk, &mut names);
    operations::name(api, &mut desk, &mut names);
    let Desk { used, mut findings, .. } = desk;
    findings.idle = overrides
        .0
        .keys()
        .filter(|place| !used.contains(*place))
        .cloned()
        .collect();
    (names, findings)
}

/// Where claims are handed in.
struct Desk<'a> {
    overrides: &'a Overrides,
    used: std::collections::BTreeSet<String>,
    findings: Findings,
}

impl Desk<'_> {
    /// Applies the overrides to the claims of a scope and settles it.
    fn settle(&mut self, rules: &reserved::Rules, mut claims: Vec<scope::Claim>) -> Vec<String> {
        for claim in &mut claims {
            if let Some(name) = self.overrides.0.get(&claim.key) {
                self.used.insert(claim.key.clone());
                self.pin(rules, claim, name);
            }
        }
        scope::settle(rules, &mut claims, &mut self.findings.collisions)
    }

    /// Makes a claim one on exactly this identifier, if it is one.
    fn pin(&mut self, rules: &reserved::Rules, claim: &mut scope::Claim, name: &str) {
        if rules.accepts(name) {
            *claim = scope::Claim {
                wishes: vec![scope::Wish::Exact(name.to_owned())],
                strength: scope::Strength::Pinned,
                ..claim.clone()
            };
            name.clone_into(&mut claim.spelling);
        } else {
            self.findings
                .unusable
                .push((claim.key.clone(), name.to_owned(), claim.origin.clone()));
        }
    }
}
