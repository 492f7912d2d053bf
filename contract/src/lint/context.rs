//! All that rules share: named values of a contract with the words of their names, and findings.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diag::{Code, Diagnostic, Report};
use crate::document::Document;
use crate::ir::{Api, Documentation, Member, Operation, Shape, TypeId};
use crate::source::{Origin, Span};
use crate::words::Words;

/// A contract with its named values.
pub(super) struct Context<'a> {
    pub(super) document: &'a Document,
    pub(super) api: &'a Api,
    /// Members of objects and parameters, each once for each object and operation that has it.
    pub(super) fields: Vec<Field<'a>>,
    /// Texts of the examples of schemas, by the place of the schema.
    examples: HashMap<Span, Vec<&'a str>>,
    /// Objects, lists and unions that contain a type.
    parents: HashMap<TypeId, Vec<TypeId>>,
}

/// A member of an object that is sent or received, or a parameter.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) words: Vec<String>,
    /// Its type behind aliases and `null`.
    pub(super) ty: TypeId,
    pub(super) text: &'a Documentation,
    pub(super) origin: &'a Origin,
    /// The object; `None` for a parameter.
    pub(super) owner: Option<TypeId>,
    /// `Debug` and logs hide its value.
    pub(super) sensitive: bool,
}

impl<'a> Context<'a> {
    pub(super) fn new(document: &'a Document, api: &'a Api) -> Self {
        let mut fields = Vec::new();
        let mut parents: HashMap<TypeId, Vec<TypeId>> = HashMap::new();
        for (id, ty) in api.types() {
            ty.shape
                .visit(&mut |below| parents.entry(api.behind_null(below)).or_default().push(id));
            if !ty.directions.request && !ty.directions.response {
                continue;
            }
            if let Shape::Object(object) = &ty.shape {
                let of = |member: &'a Member| Field {
                    name: &member.name,
                    words: words(&member.name),
                    ty: api.behind_null(member.ty),
                    text: &member.text,
                    origin: &member.origin,
                    owner: Some(id),
                    sensitive: member.sensitive || ty.sensitive || api.ty(member.ty).sensitive,
                };
                fields.extend(object.members.iter().map(of));
            }
        }
        let parameters = api.operations().flat_map(|(_, operation)| &operation.parameters);
        fields.extend(parameters.map(|parameter| Field {
            name: &parameter.name,
            words: words(&parameter.name),
            ty: api.behind_null(parameter.ty),
            text: &parameter.text,
            origin: &parameter.origin,
            owner: None,
            sensitive: parameter.sensitive || api.ty(parameter.ty).sensitive,
        }));
        let mut examples: HashMap<Span, Vec<&str>> = HashMap::new();
        for schema in &document.schemas {
            let texts = schema.examples.iter().filter_map(|node| document.node(*node).as_str());
            let texts: Vec<&str> = texts.collect();
            if !texts.is_empty() {
                examples.insert(schema.span, texts);
            }
        }
        Self {
            document,
            api,
            fields,
            examples,
            parents,
        }
    }

    /// Returns the texts of the examples of a value.
    pub(super) fn examples(&self, field: &Field<'_>) -> &[&'a str] {
        let ty = self.api.ty(field.ty).origin.span;
        let found = self.examples.get(&field.origin.span).or_else(|| self.examples.get(&ty));
        found.map_or(&[], Vec::as_slice)
    }

    /// Returns the shape behind aliases and `null`.
    pub(super) fn shape(&self, id: TypeId) -> &'a Shape {
        &self.api.ty(self.api.behind_null(id)).shape
    }

    /// Returns the members of an object; of another type, none.
    pub(super) fn members(&self, id: TypeId) -> &'a [Member] {
        match self.shape(id) {
            Shape::Object(object) => &object.members,
            _ => &[],
        }
    }

    /// Returns the types that contain this type at any depth.
    pub(super) fn above(&self, id: TypeId) -> Vec<TypeId> {
        let (mut seen, mut open) = (HashSet::from([id]), vec![id]);
        let mut above = Vec::new();
        while let Some(at) = open.pop() {
            for parent in self.parents.get(&at).into_iter().flatten() {
                if seen.insert(*parent) {
                    above.push(*parent);
                    open.push(*parent);
                }
            }
        }
        above
    }

    /// Returns the place of a section of the contract, such as `paths`; for findings about all of it.
    pub(super) fn section(&self, pointer: &str) -> Origin {
        let root = self.document.tree.root();
        let node = root.and_then(|root| root.at(pointer));
        node.map_or_else(
            || Origin {
                pointer: pointer.to_owned(),
                span: Span::NOWHERE,
            },
            |node| Origin {
                pointer: pointer.to_owned(),
                span: node.name_span(),
            },
        )
    }
}

/// Returns the words of a name, in lower case.
pub(super) fn words(name: &str) -> Vec<String> {
    Words::new(name).each().map(str::to_owned).collect()
}

/// Returns true if one of the words is one of these.
pub(super) fn has(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

/// Returns the last word.
pub(super) fn last(words: &[String]) -> &str {
    words.last().map_or("", String::as_str)
}

/// Returns method and path of an operation.
pub(super) fn call(operation: &Operation) -> String {
    format!("{} {}", operation.method.token(), operation.path)
}

/// Returns the first names in backticks, with the number of places of each, and the number of names left out.
pub(super) fn listed(names: &BTreeMap<&str, usize>) -> String {
    let mut most: Vec<(&str, usize)> = names.iter().map(|(name, count)| (*name, *count)).collect();
    most.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
    let shown: Vec<String> = most
        .iter()
        .take(crate::limits::LISTED)
        .map(|(name, count)| match count {
            1 => format!("`{name}`"),
            _ => format!("`{name}` ({count} places)"),
        })
        .collect();
    match most.len().saturating_sub(shown.len()) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A finding that the owner of the contract allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The lint.
    pub code: Code,
    /// JSON Pointer of the place; with `/**` at its end, everything below that place.
    pub at: String,
    /// The owner's reason.
    pub reason: String,
}

impl Allowed {
    fn allows(&self, finding: &LintFinding) -> bool {
        let place = finding.pointer.as_str();
        self.code == finding.diagnostic.code
            && match self.at.strip_suffix("/**") {
                Some(above) => place.strip_prefix(above).is_some_and(|rest| rest.starts_with('/')),
                None => self.at == place,
            }
    }
}

/// A finding of a rule.
#[derive(Debug)]
pub(super) struct LintFinding {
    pointer: String,
    diagnostic: Diagnostic,
}

impl LintFinding {
    /// Returns a finding at a place, with its reason and its correction.
    pub(super) fn new(code: Code, origin: &Origin, message: String, reason: &str, fix: &str) -> Self {
        Self {
            pointer: origin.pointer.clone(),
            diagnostic: Diagnostic::new(code, message)
                .at(origin.span)
                .label(&origin.pointer)
                .note(reason)
                .help(fix),
        }
    }

    /// Returns a finding of an earlier stage.
    pub(super) fn at_pointer(pointer: String, diagnostic: Diagnostic) -> Self {
        Self { pointer, diagnostic }
    }

    /// Adds a further location.
    #[must_use]
    pub(super) fn also(mut self, origin: &Origin, text: &str) -> Self {
        self.diagnostic = self.diagnostic.also(origin.span, text);
        self
    }
}

/// Returns the report of all findings that are not allowed, and of allowances without a finding.
pub(super) fn report(found: Vec<LintFinding>, allowed: &[Allowed], reading: &Report) -> Report {
    let mut report = Report::new(reading.levels().clone());
    report.sources = reading.sources.clone();
    let mut met = vec![false; allowed.len()];
    for finding in found {
        let mut is_allowed = false;
        for (allowance, met) in allowed.iter().zip(&mut met) {
            if allowance.allows(&finding) {
                (is_allowed, *met) = (true, true);
            }
        }
        if !is_allowed {
            report.push(finding.diagnostic);
        }
    }
    for (allowance, _) in allowed.iter().zip(met).filter(|(_, met)| !met) {
        let message = format!(
            "`allow` lists {} at {}, but there is no such finding",
            allowance.code, allowance.at
        );
        let diagnostic = Diagnostic::new(Code::IdleAllowance, message)
            .note(format!("reason of the entry: {}", allowance.reason))
            .help("remove the entry, or correct its pointer");
        report.push(diagnostic);
    }
    report
}
