//! Operations: parameters, bodies, responses, and extensions on their behaviour.

use std::collections::HashMap;

use super::context::{Again, Context};
use super::controllers;
use super::extension::{StatedPaging, vendor_name};
use crate::diag::Code;
use crate::document::{Extensions, PathItem};
use crate::source::{Node, Span};
use crate::{document, ir, recognise::keys};

/// Returns the id of an operation: as stated, or made from method and path.
pub(super) fn id(item: &PathItem, operation: &document::Operation) -> String {
    if let Some(id) = &operation.id {
        return id.clone();
    }
    of_place(operation, &item.path)
}

/// Returns the id that is made from method and path, without the extension of JSON; `None` for another id.
pub(super) fn without_extension(item: &PathItem, operation: &document::Operation) -> Option<String> {
    let path = item.path.strip_suffix(".json").filter(|_| operation.id.is_none())?;
    Some(of_place(operation, path))
}

fn of_place(operation: &document::Operation, path: &str) -> String {
    let mut id = operation.method.token().to_ascii_lowercase();
    for piece in pieces(path) {
        let (by, text) = match &piece {
            ir::PathPiece::Literal(text) => ("", text),
            ir::PathPiece::Parameter(name) => (" by ", name),
        };
        id.push_str(by);
        id.push(' ');
        id.push_str(text);
    }
    let words: Vec<&str> = id
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("_")
}

/// Returns the part of a stated id before what a framework appended: path and method (`list_models_v1_models_get`), or the method
/// and a number (`listModelsUsingGET_1`).
pub(super) fn own_part<'d>(item: &PathItem, operation: &'d document::Operation) -> Option<&'d str> {
    let id = operation.id.as_deref()?;
    let own = before_path(id, item, operation).or_else(|| before_method(id, operation));
    own.or_else(|| endpoint(id))
}

/// Returns the class without its namespace and suffix of an id that a framework writes: `ShopFeaturesOrdersCancelOrderEndpoint`.
fn endpoint(id: &str) -> Option<&str> {
    let name = id.strip_suffix("Endpoint")?;
    let is_camel =
        name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let starts = name
        .char_indices()
        .filter(|(_, c)| c.is_ascii_uppercase())
        .map(|(at, _)| at);
    let word = |at: &usize| {
        let rest = &name[*at..];
        let end = rest[1..]
            .find(|c: char| c.is_ascii_uppercase())
            .map_or(rest.len(), |end| end + 1);
        rest[..end].to_ascii_lowercase()
    };
    let at = starts.rev().find(|at| controllers::VERBS.contains(&word(at).as_str()));
    (is_camel && at.is_some_and(|at| at > 0)).then(|| &name[at.unwrap_or_default()..])
}

/// Returns what an operation does, of an id with a controller of a framework.
fn action(item: &PathItem, operation: &document::Operation) -> Option<String> {
    let id = own_part(item, operation).or(operation.id.as_deref())?;
    controllers::parts(id, &item.path).map(|parts| parts.action.to_owned())
}

fn before_method<'d>(id: &'d str, operation: &document::Operation) -> Option<&'d str> {
    let whole = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let whole = if whole.len() == id.len() {
        id
    } else {
        whole.strip_suffix('_')?
    };
    let own = whole.strip_suffix(operation.method.token())?.strip_suffix("Using")?;
    (!own.is_empty()).then_some(own)
}

/// Returns the part before the path, which may lack its first segments or follow others (`list_users_api_v1_users_get` of `/users`).
fn before_path<'d>(id: &'d str, item: &PathItem, operation: &document::Operation) -> Option<&'d str> {
    let starts = item.path.match_indices('/').map(|(at, _)| &item.path[at..]);
    let is_literal = |path: &&str| {
        path.split('/')
            .any(|segment| !segment.is_empty() && !segment.starts_with('{'))
    };
    let begins_with_verb = |own: &str| {
        let first = own.split('_').next().unwrap_or_default();
        controllers::VERBS.contains(&first)
    };
    let mut own = starts.filter(is_literal).find_map(|path| {
        let own = before_text(id, path, operation)?;
        (path.len() == item.path.len() || begins_with_verb(own)).then_some(own)
    })?;
    // A prefix of the application is not in this path.
    while let Some((before, last)) = own.rsplit_once('_') {
        let version = last.strip_prefix('v').filter(|number| !number.is_empty());
        let is_version = version.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
        if !begins_with_verb(before) || !(last == "api" || is_version) {
            break;
        }
        own = before.trim_end_matches('_');
    }
    Some(own)
}

fn before_text<'d>(id: &'d str, path: &str, operation: &document::Operation) -> Option<&'d str> {
    let letters = path.chars().rev().filter(char::is_ascii_alphanumeric);
    let appended = operation.method.token().chars().rev().chain(letters);
    let mut letters = id.char_indices().rev().filter(|(_, c)| c.is_alphanumeric());
    let mut start = id.len();
    for expected in appended {
        let (at, found) = letters.next()?;
        if !found.eq_ignore_ascii_case(&expected) {
            return None;
        }
        start = at;
    }
    let own = id.get(..start)?.strip_suffix('_')?.trim_end_matches('_');
    // A word before every path (`api_books_post`) names no operation.
    (!own.is_empty() && own != "api").then_some(own)
}

/// Splits a path template. A brace that is never closed is literal.
pub(super) fn pieces(path: &str) -> Vec<ir::PathPiece> {
    let mut pieces = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        if !before.is_empty() {
            pieces.push(ir::PathPiece::Literal(before.to_owned()));
        }
        pieces.push(ir::PathPiece::Parameter(name.to_owned()));
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(ir::PathPiece::Literal(rest.to_owned()));
    }
    pieces
}

impl<'d> Context<'d, '_> {
    /// Lowers all operations in contract order.
    pub(super) fn operations(&mut self) -> Vec<ir::Operation> {
        let document = self.document;
        let style = self.paging_style(&document.extensions);
        let mut operations = Vec::new();
        for item in &document.paths {
            for operation in &item.operations {
                operations.push(self.operation(item, operation, style.as_ref()));
            }
        }
        set_keys(&mut operations);
        set_effects(&mut operations);
        operations
    }

    fn operation(
        &mut self,
        item: &PathItem,
        operation: &'d document::Operation,
        style: Option<&StatedPaging>,
    ) -> ir::Operation {
        let document = self.document;
        let pieces = pieces(&item.path);
        let words = self.sdk_place(&operation.extensions);
        let vendor = |names: &[&str]| vendor_name(document.node(operation.node), names);
        let group = words
            .group
            .or_else(|| vendor(&["x-speakeasy-group", "x-fern-sdk-group-name"]));
        let name = words
            .method
            .or_else(|| vendor(&["x-speakeasy-name-override", "x-fern-sdk-method-name"]));
        let key = keys::header_of(operation, |it| self.written.schemas_of(it)).filter(|_| !self.has_key_header);
        let parameters = self.parameters(operation, key);
        let effect = self.effect(&operation.extensions);
        let intent = self.intent(&operation.extensions).or_else(|| {
            (key.is_some() || self.keyed_methods.contains(&operation.method)).then(|| keys::intent(effect))
        });
        let body = operation
            .body
            .as_ref()
            .filter(|body| !body.content.is_empty())
            .map(|body| ir::RequestBody {
                required: body.required,
                forms: self.body_forms(operation.method, &body.content),
                text: described(body.description.as_ref()),
            });
        let responses = operation
            .responses
            .iter()
            .map(|response| self.answer(response))
            .collect();
        let servers = operation.servers.as_ref().or(item.servers.as_ref());
        let servers = servers.map(|servers| self.servers_of(servers)).unwrap_or_default();
        self.check_scenarios(&operation.extensions);
        let described = operation.description.clone().or_else(|| item.description.clone());
        for _ in &operation.left_out {
            let reason = "a required part of a request that is not sent".to_owned();
            *self.fallbacks.entry(reason).or_default() += 1;
        }
        let left_out = operation.left_out.iter().cloned();
        let description: Vec<String> = described.into_iter().chain(left_out).collect();
        ir::Operation {
            id: id(item, operation),
            id_given: operation.id.is_some(),
            called: self.places.operation(operation.node).to_owned(),
            action: action(item, operation),
            key: String::new(),
            method: operation.method,
            path: item.path.clone(),
            path_is_unconfirmed: self.marks.of_top(document.node(item.node)) == ir::Provenance::Unconfirmed,
            group,
            name,
            aliases: words.aliases,
            parameters,
            body,
            responses,
            problems: self.problems(&operation.extensions),
            rules: self.server_rules(&operation.extensions),
            intent,
            declared_key: key.map(|key| self.declared_key(key)),
            effect,
            subject: self.subject(&operation.extensions, &pieces),
            existing: self.existing(operation),
            repeats: self.repeats(&operation.extensions),
            bound: Vec::new(),
            pagination: self.pagination(&operation.extensions, style),
            security: self.security_of(operation),
            text: ir::Documentation {
                title: operation.summary.clone().or_else(|| item.summary.clone()),
                description: (!description.is_empty()).then(|| description.join("\n\n")),
                deprecated: operation.deprecated,
                sunset: self.sunset(operation.deprecated, &operation.extensions),
                provenance: self.marks.of_top(document.node(operation.node)),
            },
            tags: document.group_tags(&operation.tags),
            pieces,
            servers,
            origin: self.places.origin(operation.node),
        }
    }

    /// Lowers the parameters, without the idempotency key and the headers that the client writes itself. (`contract` has
    /// matched them with the path.)
    fn parameters(&mut self, operation: &document::Operation, key: Option<&document::Parameter>) -> Vec<ir::Parameter> {
        let mut parameters = Vec::new();
        for parameter in &operation.parameters {
            let is_key = key.is_some_and(|key| std::ptr::eq(key, parameter));
            if !is_key && !self.written.write(parameter, operation, self.report) {
                parameters.push(self.parameter(parameter, operation));
            }
        }
        parameters
    }

    fn parameter(&mut self, parameter: &document::Parameter, operation: &document::Operation) -> ir::Parameter {
        let document = self.document;
        let node = document.node(parameter.node);
        let mut ty = match parameter.schema {
            Some(schema) => self.core(schema),
            None => self.plain(ir::ScalarFormat::Text),
        };
        if let Some(word) = parameter.extensions.get("x-newtype") {
            ty = self.parameter_newtype(word, ty, parameter);
        }
        self.check_whole_query(parameter, ty);
        let schema = parameter.schema.map(|schema| document.schema(schema));
        let own_example = parameter.examples.iter().find_map(|example| example.value);
        let example = own_example.or_else(|| schema?.examples.first().copied().or(schema?.default));
        let sensitive = self.flag(parameter.extensions.get("x-sensitive"))
            || parameter.schema.is_some_and(|schema| self.is_sensitive_here(&[schema]));
        let own = parameter.description.clone();
        let described = own.or_else(|| schema?.description.as_deref().map(str::to_owned));
        ir::Parameter {
            name: parameter.name.clone(),
            location: parameter.location,
            required: parameter.required,
            ty,
            style: parameter.style,
            explode: parameter.explode,
            allow_reserved: parameter.allow_reserved,
            fields: super::body::fields(&parameter.encoding),
            sensitive,
            text: ir::Documentation {
                title: None,
                description: described,
                deprecated: parameter.deprecated,
                sunset: self.sunset(parameter.deprecated, &parameter.extensions),
                provenance: self.marks.of_part(node, document.node(operation.node)),
            },
            example: example.map(|node| self.json(node)),
            default: schema.and_then(|schema| schema.default).map(|node| self.json(node)),
            origin: self.places.origin(parameter.node),
        }
    }

    /// Applies `x-newtype` beside the schema of a parameter.
    fn parameter_newtype(
        &mut self,
        word: crate::source::NodeId,
        ty: ir::TypeId,
        parameter: &document::Parameter,
    ) -> ir::TypeId {
        let name = self.document.node(word).as_str().unwrap_or_default().to_owned();
        let shape = self.arena.types[ty.0 as usize].shape.clone();
        let known = self.arena.newtypes.get(&name).copied();
        if known == ir::behind(&self.arena.types, ty) {
            return ty;
        }
        if let Some(known) = known.filter(|_| matches!(shape, ir::Shape::Scalar(..) | ir::Shape::Enum(_))) {
            let origin = self.places.origin(parameter.node);
            let id = self.anonymous(ir::Shape::Alias(known), origin.span);
            let place = Again {
                id,
                sensitive: false,
                words: vec![parameter.name.clone()],
                origin,
            };
            self.another_place(place, known, shape);
            return id;
        }
        let ir::Shape::Scalar(format, limits) = shape else {
            self.fault(
                Code::BadExtension,
                word,
                "`x-newtype` is on a schema that is not a scalar",
                "remove it, or make the schema a scalar",
            );
            return ty;
        };
        let (hint, shape) = (ir::NameHint::Pinned(name.clone()), ir::Shape::Newtype(format, limits));
        let id = self.add(ir::Type {
            text: described(parameter.description.as_ref()),
            ..ir::Type::new(hint, shape, self.places.origin(parameter.node))
        });
        self.arena.newtypes.insert(name, id);
        id
    }

    fn answer(&mut self, response: &'d document::Response) -> ir::Response {
        let mut headers = Vec::new();
        for header in &response.headers {
            let ty = match header.schema {
                Some(schema) => self.core(schema),
                None => self.plain(ir::ScalarFormat::Text),
            };
            let text = ir::Documentation {
                deprecated: header.deprecated,
                sunset: self.sunset(header.deprecated, &header.extensions),
                ..described(header.description.as_ref())
            };
            headers.push(ir::Header {
                name: header.name.clone(),
                ty,
                required: header.required,
                explode: header.explode,
                json: header.style == ir::ParameterStyle::Json,
                text,
                origin: self.places.origin(header.node),
            });
        }
        let bodies = response.content.iter().map(|form| self.answer_body(form)).collect();
        ir::Response {
            status: response.status,
            bodies,
            headers,
            text: described(response.description.as_ref()),
        }
    }

    /// Returns the enum type that carries the registry.
    pub(super) fn find_registry(&mut self) -> Option<ir::TypeId> {
        let mut found = None;
        for index in 0..self.arena.types.len() {
            let ty = &self.arena.types[index];
            let ir::Shape::Enum(ir::EnumShape { problems: Some(_), .. }) = &ty.shape else {
                continue;
            };
            let span = ty.origin.span;
            if found.is_some() {
                let diagnostic =
                    crate::diag::Diagnostic::new(Code::RegistryGap, "a second registry of problem codes").at(span);
                self.report
                    .push(diagnostic.help("keep one `x-problem-registry`, on the enum of all codes"));
                continue;
            }
            found = u32::try_from(index).ok().map(ir::TypeId);
        }
        found
    }
}

/// Sets the effect of safe operations that state none to "no effect", if other operations state theirs.
fn set_effects(operations: &mut [ir::Operation]) {
    if operations.iter().any(|operation| operation.effect.is_some()) {
        for operation in operations.iter_mut().filter(|operation| operation.method.is_safe()) {
            operation.effect.get_or_insert(ir::EffectKind::None);
        }
    }
}

/// Gives every operation its unique key.
fn set_keys(operations: &mut [ir::Operation]) {
    let mut times: HashMap<String, usize> = HashMap::new();
    for operation in operations.iter() {
        *times.entry(operation.id.clone()).or_default() += 1;
    }
    for operation in operations {
        let mut key = operation.id.clone();
        if times.get(&key) > Some(&1) {
            key = format!("{} {}", operation.method.token(), operation.path);
            while times.contains_key(&key) {
                key.push(' ');
            }
        }
        operation.key = key;
    }
}

/// Returns a text that is only a description.
fn described(description: Option<&String>) -> ir::Documentation {
    ir::Documentation {
        description: description.cloned(),
        ..ir::Documentation::default()
    }
}

/// Returns the span of an operation's extension, for the rules.
pub(super) fn extension_span(document: &document::Document, extensions: &Extensions, name: &str) -> Option<Span> {
    extensions.get(name).map(|node| document.node(node).span())
}

// Finds words of our vocabulary that have no effect.

/// Words of a schema, with the kind of schema on which each has an effect; none for a word that counts on every schema.
const WORDS: &[(&str, Option<&str>)] = &[
    ("x-bound", Some("a member of an object")),
    ("x-enum-descriptions", Some("an enum with as many values")),
    ("x-enum-varnames", Some("an enum with as many values")),
    ("x-enumNames", Some("an enum with as many values")),
    ("x-lifecycle", Some("an enum")),
    ("x-newtype", Some("a scalar with its own type (`x-newtype`)")),
    ("x-payload-hash", Some("a member of an object")),
    ("x-problem-registry", Some("an enum")),
    ("x-rules", None),
    ("x-sdk", Some("an enum")),
    (
        "x-sensitive",
        Some("a member of an object, or a schema with its own type (`x-newtype`)"),
    ),
    (
        "x-sunset",
        Some("a member of an object, or a schema with its own type (`x-newtype`)"),
    ),
];

impl Context<'_, '_> {
    /// Reports words of schemas that had no effect.
    pub(super) fn words_without_effect(&mut self) {
        let document = self.document;
        let taken = std::mem::take(&mut *self.taken.borrow_mut());
        for schema in &document.schemas {
            for extension in &schema.extensions.0 {
                let Some((word, Some(belongs))) = WORDS.iter().find(|(word, _)| *word == extension.name) else {
                    continue;
                };
                let is_false = document.node(extension.node).as_bool() == Some(false);
                let is_unread = word.starts_with("x-enum") && is_of_values(document.node(extension.node));
                if taken.contains(&extension.node) || is_false || is_unread {
                    continue;
                }
                let message = format!("`{word}` has no effect here");
                let help = format!("write it on {belongs}, or on the target of the reference");
                self.report
                    .fault(Code::BadExtension, extension.name_span, message, help);
            }
        }
    }
}

/// Returns true for words on the values of an enum, one for each: if they have no effect, the schema itself is not read, such as
/// that of an XML document.
fn is_of_values(words: Node<'_>) -> bool {
    let values = words.parent().and_then(|schema| schema.get("enum"));
    values.is_some_and(|values| words.is_seq() && values.items().count() == words.items().count())
}

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::document::ledger::{ObjectKind, Rule};

    #[test]
    fn every_word_of_a_schema_is_looked_after() {
        let rows = ObjectKind::Schema.rows().iter();
        let read = rows.filter(|row| row.rule == Rule::Read).map(|row| row.keyword);
        let mut ours: Vec<&str> = read.filter(|word| word.starts_with("x-")).collect();
        ours.sort_unstable();
        assert_eq!(ours, WORDS.iter().map(|(word, _)| *word).collect::<Vec<_>>());
    }
}
