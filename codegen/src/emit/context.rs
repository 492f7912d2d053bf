//! Shared context of all emitters: Rust types, resolved aliases, documentation of nodes.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use proc_macro2::TokenStream;
use quote::quote;
use sdkwright_contract::ir;

use super::docs::{self, Docs};
use super::sentences;
use super::sentences::CommonProblems;
use super::tokens::RustType;
use super::usage::{Gates, Tags, TypeRole, Usage, optional_tags};
use crate::naming::Names;

/// Facts about a generated crate that its code and docs state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The package's name.
    pub package: String,
    /// The package's version.
    pub version: String,
    /// SHA-256 of the contract's content, lower-case hex.
    pub contract_sha256: String,
    /// The crate has a module `custom` of its user.
    pub custom: bool,
    /// The code has its documentation: false for readers of its items alone.
    pub documented: bool,
    /// The crate has the server's side of the contract.
    pub server: bool,
}

impl About {
    /// Returns the crate's name in Rust code.
    pub fn library(&self) -> String {
        self.package.replace('-', "_")
    }
}

/// An operation that returns each type of a page; `None` if others disagree with it on the place of the items.
pub(crate) type PageTypes = HashMap<ir::TypeId, Option<ir::OperationId>>;

/// The sets of forms of failures that operations declare.
#[derive(Default)]
pub(crate) struct FailureSets {
    /// By operation: the place of its set. `None` for a safe operation, and one that declares no failure.
    pub(crate) of_operation: Vec<Option<usize>>,
    /// An operation with each set.
    pub(crate) operations: Vec<ir::OperationId>,
}

/// Lines of an example: hidden ones, visible ones, hidden ones.
pub(crate) type ExampleLines = (Vec<String>, Vec<String>, Vec<String>);

/// The sealed API with its names.
pub(crate) struct Context<'a> {
    pub(crate) api: &'a ir::Api,
    pub(crate) names: &'a Names,
    pub(crate) about: &'a About,
    pub(crate) gates: Gates,
    /// Names of models.
    models: HashSet<&'a str>,
    usage: Usage<'a>,
    /// The security requirements that most operations have, as the whole API states them.
    pub(crate) security: &'a [ir::Requirement],
    /// Some call moves money, or can.
    pub(crate) moves_money: bool,
    /// Some type is a status with a lifecycle.
    pub(crate) has_lifecycles: bool,
    /// Bodies that carry evidence for the hash of an operation before theirs.
    pub(crate) later_bodies: Vec<(ir::TypeId, &'a ir::ObjectShape)>,
    /// Problem codes that operations have in common.
    pub(crate) common_problems: CommonProblems<'a>,
    /// Tags of variants that are optional in the contract.
    pub(crate) optional_tags: Tags,
    /// Cached forms of failures.
    pub(crate) failures: OnceLock<FailureSets>,
    /// Cached types of pages.
    pub(crate) pages: OnceLock<PageTypes>,
    /// Cached example of each operation's first method.
    pub(crate) examples: Vec<OnceLock<Option<ExampleLines>>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(api: &'a ir::Api, names: &'a Names, about: &'a About) -> Self {
        let models = api.types().filter_map(|(id, _)| names.ty(id)).collect();
        Self {
            api,
            names,
            about,
            gates: Gates::new(api, names),
            models,
            usage: Usage::from_api(api, about.server),
            security: usual_security(api),
            moves_money: api
                .operations
                .iter()
                .any(|one| one.effect >= Some(ir::EffectKind::CanMoveMoney)),
            has_lifecycles: api
                .types()
                .any(|(_, ty)| matches!(&ty.shape, ir::Shape::Enum(shape) if shape.lifecycle.is_some())),
            later_bodies: api
                .types()
                .filter_map(|(id, ty)| Some((id, later_body(&ty.shape)?)))
                .collect(),
            common_problems: CommonProblems::new(api),
            optional_tags: optional_tags(api),
            failures: OnceLock::new(),
            pages: OnceLock::new(),
            examples: api.operations().map(|_| OnceLock::new()).collect(),
        }
    }

    /// Returns the type behind aliases.
    pub(crate) fn resolve(&self, id: ir::TypeId) -> ir::TypeId {
        self.api.behind(id)
    }

    /// Returns the operations of a group, in contract order.
    pub(crate) fn operations_of(&self, group: usize) -> impl Iterator<Item = (ir::OperationId, &'a ir::Operation)> {
        let names = self.names;
        let all = self.api.operations();
        all.filter(move |(id, _)| names.operation(*id).group == group)
    }

    /// Returns the accessor of an operation's group and its first method.
    pub(crate) fn call(&self, id: ir::OperationId) -> String {
        let names = self.names.operation(id);
        let group = &self.names.groups()[names.group].snake;
        format!("{group}().{}", names.method(0).trim_start_matches("r#"))
    }

    /// Returns the shape behind aliases.
    pub(crate) fn shape(&self, id: ir::TypeId) -> &'a ir::Shape {
        &self.api.ty(self.resolve(id)).shape
    }

    /// Emits the type of a field or variable that holds a value.
    pub(crate) fn ty(&self, id: ir::TypeId) -> RustType {
        match self.names.ty(id) {
            Some(name) => RustType::Model(name.to_owned()),
            None => self.structure(id),
        }
    }

    /// Emits the structure of the type without its own name.
    pub(crate) fn structure(&self, id: ir::TypeId) -> RustType {
        match &self.api.ty(id).shape {
            ir::Shape::Scalar(format, _) | ir::Shape::Newtype(format, _) => scalar(*format),
            ir::Shape::Array(array) => self.ty(array.items).list(),
            ir::Shape::Map(values, _) => RustType::Runtime("Map", vec![self.ty(*values)]),
            ir::Shape::Nullable(inner) => self.ty(*inner).option(),
            ir::Shape::Alias(other) => self.ty(*other),
            ir::Shape::Tuple(positions) => RustType::Tuple(positions.iter().map(|id| self.ty(*id)).collect()),
            ir::Shape::Enum(shape) if shape.literals() == ir::Literals::Truth => RustType::std("bool"),
            _ => RustType::runtime("JsonValue"),
        }
    }

    /// Returns true if a value of this type must be redacted. A nominal type that redacts itself does not count, also
    /// inside of lists, maps and tuples.
    pub(crate) fn is_sensitive(&self, id: ir::TypeId) -> bool {
        self.is_marked(id, false)
    }

    /// Returns true if the holder must redact a value because the type's own code would show it.
    pub(crate) fn is_shown_by_itself(&self, id: ir::TypeId) -> bool {
        self.is_marked(id, true)
    }

    /// Returns true if a sensitive mark exists that no inner type redacts. `inside`: the type of the value itself does
    /// not count either.
    fn is_marked(&self, id: ir::TypeId, inside: bool) -> bool {
        let mut open = vec![(id, inside)];
        let mut seen = HashSet::new();
        while let Some((id, inside)) = open.pop() {
            if !seen.insert((id, inside)) {
                continue;
            }
            let ty = self.api.ty(id);
            if ty.sensitive && !(inside && hides_itself(&ty.shape)) {
                return true;
            }
            match &ty.shape {
                ir::Shape::Array(array) => open.push((array.items, true)),
                ir::Shape::Map(values, _) => open.push((*values, true)),
                ir::Shape::Nullable(inner) | ir::Shape::Alias(inner) => open.push((*inner, inside)),
                ir::Shape::Tuple(positions) => open.extend(positions.iter().map(|id| (*id, true))),
                _ => {}
            }
        }
        false
    }

    /// Returns the documentation of a node: its text, then its provenance.
    pub(crate) fn docs(&self, text: &ir::Documentation, fallback: impl FnOnce() -> String) -> Docs {
        self.docs_of(ir::AssumptionKind::Schema, text, "", fallback)
    }

    /// Returns the contract's text on something of this name. A title that repeats the name is left out.
    /// `kind`: the section of assumptions that lists it.
    pub(crate) fn docs_of(
        &self,
        kind: ir::AssumptionKind,
        text: &ir::Documentation,
        name: &str,
        fallback: impl FnOnce() -> String,
    ) -> Docs {
        if self.about.documented {
            return self.written(kind, text, name, fallback);
        }
        let mut docs = Docs::default();
        docs.deprecated(super::sentences::deprecated_attribute(text));
        docs
    }

    /// Returns the contract's text as [`Self::docs_of`] does, also for readers of items alone.
    pub(crate) fn written(
        &self,
        kind: ir::AssumptionKind,
        text: &ir::Documentation,
        name: &str,
        fallback: impl FnOnce() -> String,
    ) -> Docs {
        let mut docs = Docs::default();
        docs.deprecated(super::sentences::deprecated_attribute(text));
        let title = text.title.as_ref().filter(|title| !repeats(title, name));
        match (title, &text.description) {
            (Some(title), Some(description)) => {
                docs.paragraph([docs::inline(title)]);
                if !sentences::is_same(title, description) {
                    docs.linked(description, &|target| docs::method_item(self.api, self.names, target));
                }
            }
            (Some(title), None) => {
                docs.paragraph([docs::inline(title)]);
            }
            (None, Some(description)) => {
                docs.linked(description, &|target| docs::method_item(self.api, self.names, target));
            }
            (None, None) => {}
        }
        if docs.is_empty() {
            let fallback = fallback();
            docs.paragraph((!fallback.is_empty()).then_some(fallback));
        }
        docs.paragraph(super::sentences::deprecated_line(text));
        docs.paragraph(self.provenance(text.provenance, kind));
        docs
    }

    /// Returns the documentation of a type.
    pub(crate) fn docs_of_type(&self, id: ir::TypeId) -> Docs {
        let ty = self.api.ty(id);
        let documented = self.documented_members(id);
        let mut text = ty.text.clone();
        if !documented.is_empty() {
            text.provenance = ir::Provenance::Silent;
        }
        let kind = ir::AssumptionKind::Schema;
        let mut docs = self.docs_of(kind, &text, self.names.ty(id).unwrap_or_default(), || {
            match ty.name.name() {
                // A sentence that only repeats the name of the type says nothing.
                name @ Some(_) if self.names.ty(id) == name => String::new(),
                Some(name) => format!("Schema {} of the contract.", docs::code(name)),
                _ if ty.origin.pointer.is_empty() => "The schema of a file.".to_owned(),
                _ => format!("Inline schema at {}.", docs::code(&ty.origin.pointer)),
            }
        });
        if let Some(places) = self.api.shared.get(&id) {
            docs.wrapped(&format!("The contract has this schema in {} places.", places.len()));
        }
        if !documented.is_empty() {
            let name = if ty.text.provenance == ir::Provenance::NameOnly {
                "the name and "
            } else {
                ""
            };
            docs.wrapped(&format!(
                "Confirmed: {name}{}. All else is {}.",
                documented.join(", "),
                self.badge(ir::AssumptionKind::Schema)
            ));
        }
        let never_sent = &self.api.settings.never_sent;
        if self.usage.bodies.contains(&id) && !never_sent.is_empty() {
            let is_assumption = |one: &ir::Assumption| one.place == "/x-sdk/neverSent";
            let badge = if self.api.assumptions.iter().any(is_assumption) {
                self.badge_if_marked(ir::AssumptionKind::Word)
            } else {
                String::new()
            };
            docs.wrapped(&format!("Never send {}{badge}.", docs::codes(never_sent)));
        }
        docs
    }

    /// Returns the confirmed members, as code, of a type whose rest is unconfirmed.
    fn documented_members(&self, id: ir::TypeId) -> Vec<String> {
        let ty = self.api.ty(id);
        let ir::Shape::Object(shape) = &ty.shape else {
            return Vec::new();
        };
        if ty.text.provenance == ir::Provenance::Silent {
            return Vec::new();
        }
        let documented = shape.members.iter().filter(|member| member.documented);
        documented.map(|member| docs::code(&member.name)).collect()
    }

    /// Returns the badge of a node that the owner's documentation does not confirm.
    pub(crate) fn provenance(&self, provenance: ir::Provenance, kind: ir::AssumptionKind) -> Option<String> {
        match provenance {
            ir::Provenance::Silent => None,
            ir::Provenance::Unconfirmed | ir::Provenance::NameOnly => Some(self.badge(kind)),
        }
    }

    /// Returns the badge of an assumption: a link to its section in the list of assumptions.
    pub(crate) fn badge(&self, kind: ir::AssumptionKind) -> String {
        let assumptions = &self.api.assumptions;
        if assumptions.is_empty() {
            return "unconfirmed".to_owned();
        }
        let section = if assumptions.iter().any(|one| one.kind == kind) {
            format!("#{}", kind.title().to_lowercase().replace(' ', "-"))
        } else {
            String::new()
        };
        format!("[unconfirmed](crate::assumptions{section})")
    }

    /// Returns the badge after a space if the contract marks what is confirmed, and nothing else.
    pub(crate) fn badge_if_marked(&self, kind: ir::AssumptionKind) -> String {
        if self.api.assumptions.iter().any(|one| one.kind == kind) {
            format!(" ({})", self.badge(kind))
        } else {
            String::new()
        }
    }

    /// Returns the owner of the API for prose.
    pub(crate) fn owner(&self) -> String {
        let owner = self.api.settings.owner.as_ref().map(|owner| docs::inline(&owner.name));
        owner.unwrap_or_else(|| "the API's owner".to_owned())
    }

    /// Returns true if the type exists with every choice of features, so that a group's functions on it may be unused.
    pub(crate) fn is_always_there(&self, id: ir::TypeId) -> bool {
        self.names
            .file(id)
            .is_some_and(|file| self.gates.of_file(file).is_none())
    }

    /// Returns true if this type has its own definition, on which traits can be implemented.
    pub(crate) fn is_nominal(&self, id: ir::TypeId) -> bool {
        match &self.api.ty(id).shape {
            ir::Shape::Object(_) | ir::Shape::Newtype(..) | ir::Shape::Union(_) => true,
            ir::Shape::Enum(shape) => shape.is_open(),
            _ => false,
        }
    }

    /// Returns true if a value of the type can be text in a target, a header, a form or a part.
    pub(crate) fn is_parameter(&self, id: ir::TypeId) -> bool {
        self.usage.parameters.contains(&id)
    }

    /// Returns true for the root type of a document: one with a name in the contract, or one that an operation sends or
    /// returns.
    pub(crate) fn is_entry(&self, id: ir::TypeId) -> bool {
        self.api.ty(id).name.name().is_some() || self.usage.entries.contains(&id)
    }

    /// Returns its use by operations, as a whole or in a list.
    pub(crate) fn role(&self, id: ir::TypeId) -> Option<TypeRole> {
        self.usage.roles.get(&id).copied()
    }

    /// Returns true if a member or variant boxes the type.
    pub(crate) fn is_boxed(&self, id: ir::TypeId) -> bool {
        self.usage.boxed.contains(&id)
    }

    /// Returns true if it is only constructed from an authorized body.
    pub(crate) fn is_sealed(&self, id: ir::TypeId) -> bool {
        later_body(self.shape(id)).is_some()
    }

    /// Returns true if a model has this name.
    pub(crate) fn is_model(&self, name: &str) -> bool {
        self.models.contains(name)
    }

    /// Returns true if this type is only sent as parts, never as JSON.
    pub(crate) fn is_form_only(&self, id: ir::TypeId) -> bool {
        let id = self.resolve(id);
        self.usage.forms.contains_key(&id) && !self.usage.json.contains(&id)
    }

    /// Returns the parts of a type that is sent as parts, once per encoding that operations use.
    pub(crate) fn parts(&self, id: ir::TypeId) -> Option<&[&'a [ir::Part]]> {
        self.usage.forms.get(&self.resolve(id)).map(Vec::as_slice)
    }

    /// Returns a name for a helper type that no model has.
    pub(crate) fn free_name(&self, wanted: String, suffix: &str) -> String {
        let mut name = wanted;
        while self.is_model(&name) {
            name.push_str(suffix);
        }
        name
    }
}

/// Returns true if the definition of a marked type redacts it. An alias of a plain type has no code of its own.
fn hides_itself(shape: &ir::Shape) -> bool {
    match shape {
        ir::Shape::Object(_) | ir::Shape::Union(_) | ir::Shape::Newtype(..) => true,
        ir::Shape::Enum(shape) => matches!(shape.literals(), ir::Literals::Text | ir::Literals::Whole),
        _ => false,
    }
}

/// Returns an object with a member for the hash of an operation before.
fn later_body(shape: &ir::Shape) -> Option<&ir::ObjectShape> {
    let of_body = |member: &ir::Member| matches!(member.payload_hash, Some(ir::PayloadHash::Of(_)));
    match shape {
        ir::Shape::Object(object) if object.members.iter().any(of_body) => Some(object),
        _ => None,
    }
}

/// Returns the security requirements of most operations; of several that are as frequent, the first in the contract.
fn usual_security(api: &ir::Api) -> &[ir::Requirement] {
    let mut counts: HashMap<&[ir::Requirement], usize> = HashMap::new();
    for operation in &api.operations {
        *counts.entry(&operation.security).or_default() += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    let mut all = api.operations.iter().map(|operation| operation.security.as_slice());
    all.find(|security| counts.get(security) == Some(&most)).unwrap_or(&[])
}

/// Emits the Rust type of a scalar.
pub(crate) fn scalar(format: ir::ScalarFormat) -> RustType {
    match format {
        ir::ScalarFormat::Bool => RustType::std("bool"),
        ir::ScalarFormat::I32 => RustType::std("i32"),
        ir::ScalarFormat::I64 => RustType::std("i64"),
        ir::ScalarFormat::U64 => RustType::std("u64"),
        ir::ScalarFormat::Float => RustType::runtime("Float"),
        ir::ScalarFormat::Integer => RustType::runtime("Integer"),
        ir::ScalarFormat::Number => RustType::runtime("Number"),
        ir::ScalarFormat::Text | ir::ScalarFormat::Binary => RustType::std("String"),
        ir::ScalarFormat::Decimal => RustType::runtime("Decimal"),
        ir::ScalarFormat::Timestamp => RustType::runtime("Timestamp"),
        ir::ScalarFormat::Date => RustType::runtime("Date"),
        ir::ScalarFormat::Base64 => RustType::runtime("Base64"),
    }
}

/// Returns the file name of a module; non-ASCII letters are spelled out, because some file systems and a plain `mod`
/// reject them.
pub(crate) fn file_stem(module: &str) -> String {
    use std::fmt::Write as _;
    module.chars().fold(String::new(), |mut stem, c| {
        let _ = if c.is_ascii() {
            write!(stem, "{c}")
        } else {
            write!(stem, "u{:x}", u32::from(c))
        };
        stem
    })
}

/// Emits the `path` attribute of a module whose file does not follow from its name.
pub(crate) fn file_attribute(folder: &str, module: &str) -> Option<TokenStream> {
    let path = format!("{folder}/{}.rs", file_stem(module));
    (!module.is_ascii()).then(|| quote!(#[path = #path]))
}

/// Returns true for a title of the same letters and digits as a name.
fn repeats(title: &str, name: &str) -> bool {
    let letters = |text: &'_ str| -> Vec<char> {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    !name.is_empty() && title.len() < 2 * name.len() + 8 && letters(title) == letters(name)
}

#[cfg(test)]
mod tests {
    use super::file_attribute;

    #[test]
    fn a_module_beyond_ascii_says_where_its_file_is() {
        assert!(file_attribute("models", "order").is_none());
        let path = file_attribute("models", "größe").map(|tokens| tokens.to_string());
        assert_eq!(path.as_deref(), Some("# [path = \"models/gruf6udfe.rs\"]"));
    }
}
