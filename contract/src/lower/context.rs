//! State of `lower`: the document, the report, and the types made so far.
//!
//! A type is reserved before it is filled, so that a schema may refer to itself. A construct that cannot be generated
//! becomes `Any`, is reported at its location and counted by its reason.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{
    client_headers::Headers,
    example_kinds::ExampleKinds,
    merge::{Essence, Essences, Merged, SchemaPart},
    places::Places,
    provenance::DocumentedMarks,
};
use crate::limits;
use crate::{
    diag::{Code, Diagnostic, Report},
    document::{Document, Extensions, JsonType, Schema, SchemaId},
    ir::{self, NameHint, Shape, TypeId},
    source::{self, Day, NodeId, Span},
};

/// State of `lower`.
pub(super) struct Context<'d, 'r> {
    pub(super) document: &'d Document,
    pub(super) report: &'r mut Report,
    pub(super) places: Places<'d>,
    pub(super) marks: DocumentedMarks,
    pub(super) arena: TypeArena,
    pub(super) index: SchemaIndex<'d>,
    /// Objects that are sent as `multipart/form-data`: their binary members are files.
    pub(super) multipart: HashSet<SchemaId>,
    /// Contents of parts that consist of parts, by schema and encoding.
    pub(super) within: HashMap<(SchemaId, NodeId), ir::PartContent>,
    /// Types of the parts within a member of an object.
    pub(super) nested: HashMap<(TypeId, String), Option<TypeId>>,
    /// Number of parts in such contents, each time that one is used.
    pub(super) parts_within: usize,
    pub(super) fallbacks: BTreeMap<String, usize>,
    pub(super) problem_codes: Option<TypeId>,
    /// Names of the supported security schemes, in contract order.
    pub(super) schemes: Vec<String>,
    /// True if the root names the header of all keys, so that no operation has its own.
    pub(super) has_key_header: bool,
    /// Methods whose operations take that header (`x-idempotency.on`).
    pub(super) keyed_methods: Vec<crate::ir::Method>,
    /// Headers that the client writes itself.
    pub(super) written: Headers<'d>,
    /// Words of our vocabulary on schemas that had an effect.
    pub(super) taken: RefCell<HashSet<NodeId>>,
    conjunctions: usize,
    pub(super) depth: usize,
    /// Types of files that are filled once no schema is taken apart.
    pub(super) later: Vec<(TypeId, SchemaPart, Vec<String>)>,
}

/// The types made so far, and which schemas they belong to.
#[derive(Default)]
pub(super) struct TypeArena {
    pub(super) types: Vec<ir::Type>,
    /// Types reserved for component schemas.
    pub(super) slots: HashMap<SchemaId, TypeId>,
    /// Types by their `x-newtype` name.
    pub(super) newtypes: BTreeMap<String, TypeId>,
    /// Further places of a newtype, with its type and the shape that the place states.
    pub(super) again: Vec<(Again, TypeId, Shape)>,
    /// Type of each schema, by index.
    became: Vec<Option<TypeId>>,
    /// Types of schemas that were only lowered together with others.
    shared: Vec<(SchemaId, TypeId)>,
    memo: HashMap<Vec<SchemaPart>, TypeId>,
    plain: HashMap<ir::ScalarFormat, TypeId>,
    any: Option<TypeId>,
}

/// Knowledge about all schemas of the document.
pub(super) struct SchemaIndex<'d> {
    /// Names of component schemas.
    pub(super) names: HashMap<SchemaId, &'d str>,
    /// Component schemas that extend a schema in their `allOf`, by that schema.
    pub(super) subtypes: HashMap<SchemaId, Vec<SchemaId>>,
    pub(super) essences: Essences<'d>,
    /// By schema index: true if its value may be `null`.
    pub(super) nulls: OnceCell<Vec<bool>>,
    /// Kinds of values in examples of schemas without `type`.
    pub(super) example_kinds: ExampleKinds,
}

/// A place of a newtype.
pub(super) struct Again {
    pub(super) id: TypeId,
    pub(super) sensitive: bool,
    /// Words of its own name, if its type turns out to differ.
    pub(super) words: Vec<String>,
    pub(super) origin: ir::Origin,
}

impl<'d, 'r> Context<'d, 'r> {
    pub(super) fn new(document: &'d Document, report: &'r mut Report, operations: HashMap<NodeId, String>) -> Self {
        let files = { report.sources.files().iter() }.map(|file| Arc::clone(&file.name));
        let files = files.collect();
        Self {
            places: Places::new(&document.tree, operations, files),
            marks: DocumentedMarks::new(document),
            document,
            report,
            arena: TypeArena {
                types: Vec::with_capacity(document.schemas.len()),
                ..TypeArena::default()
            },
            index: SchemaIndex {
                names: { document.components.schemas.iter() }
                    .map(|(name, id)| (*id, name.as_str()))
                    .collect(),
                subtypes: subtypes(document),
                essences: Essences::new(document),
                nulls: OnceCell::new(),
                example_kinds: super::example_kinds::beyond_keywords(document),
            },
            multipart: HashSet::new(),
            within: HashMap::new(),
            nested: HashMap::new(),
            parts_within: 0,
            fallbacks: BTreeMap::new(),
            problem_codes: None,
            schemes: Vec::new(),
            has_key_header: false,
            keyed_methods: Vec::new(),
            written: Headers::new(document),
            taken: RefCell::default(),
            conjunctions: 0,
            depth: 0,
            later: Vec::new(),
        }
    }

    /// Reports a construct that is not generated, and counts it by reason.
    pub(super) fn unsupported(&mut self, span: Span, reason: &str, detail: &str, help: &str) {
        *self.fallbacks.entry(reason.to_owned()).or_default() += 1;
        let message = if detail.is_empty() {
            reason.to_owned()
        } else {
            format!("{reason}: {detail}")
        };
        self.report.fault(Code::Unsupported, span, message, help);
    }

    /// Reports a diagnostic at a node.
    pub(super) fn fault(&mut self, code: Code, node: NodeId, message: impl Into<String>, help: &str) {
        let span = self.document.node(node).span();
        self.report.fault(code, span, message, help);
    }

    /// Adds a type without a name.
    pub(super) fn anonymous(&mut self, shape: Shape, span: Span) -> TypeId {
        let pointer = String::new();
        self.add(ir::Type::new(NameHint::Anonymous, shape, ir::Origin { pointer, span }))
    }

    /// Adds a type.
    pub(super) fn add(&mut self, ty: ir::Type) -> TypeId {
        let id = TypeId(u32::try_from(self.arena.types.len()).unwrap_or(u32::MAX));
        self.arena.types.push(ty);
        id
    }

    /// Returns the type of any JSON value.
    pub(super) fn any(&mut self) -> TypeId {
        if let Some(any) = self.arena.any {
            return any;
        }
        let any = self.anonymous(Shape::Any, Span::NOWHERE);
        self.arena.any = Some(any);
        any
    }

    /// Returns the type of a scalar without bounds.
    pub(super) fn plain(&mut self, format: ir::ScalarFormat) -> TypeId {
        if let Some(id) = self.arena.plain.get(&format) {
            return *id;
        }
        let id = self.anonymous(Shape::Scalar(format, ir::Constraints::default()), Span::NOWHERE);
        self.arena.plain.insert(format, id);
        id
    }

    /// Returns the JSON text of a node.
    pub(super) fn json(&self, node: NodeId) -> String {
        source::to_json(self.document.node(node))
    }

    /// Follows references, and schemas that add nothing to one; `None` if no schema constrains the value.
    pub(super) fn resolve(&self, id: SchemaId) -> Option<SchemaId> {
        let mut at = id;
        // A chain of distinct references is at most as long as the schemas.
        for _ in 0..=self.document.schemas.len() {
            match self.index.essences.essence_of(at) {
                Essence::Nothing => return None,
                Essence::Own => return Some(at),
                // A component keeps its name wherever it is referenced.
                Essence::Is(next) if self.arena.slots.contains_key(&next) => return Some(next),
                Essence::Is(next) => at = next,
            }
        }
        None
    }

    /// Returns the type of a schema without `null`.
    pub(super) fn core(&mut self, id: SchemaId) -> TypeId {
        self.conjunction(&[SchemaPart::new(id)], Vec::new())
    }

    /// Adds the sensitivity of the referring place to a type.
    pub(super) fn marked(&mut self, ty: TypeId, ids: &[SchemaId]) -> TypeId {
        if !self.is_sensitive_here(ids) || self.arena.types[ty.0 as usize].sensitive {
            return ty;
        }
        let span = self.arena.types[ty.0 as usize].origin.span;
        let marked = self.anonymous(Shape::Alias(ty), span);
        self.arena.types[marked.0 as usize].sensitive = true;
        marked
    }

    /// Returns the type of a schema with `null`.
    pub(super) fn value(&mut self, id: SchemaId) -> TypeId {
        let core = self.core(id);
        self.placed(core, &[id])
    }

    /// Adds the sensitivity and the `null` of the schemas that describe a place.
    pub(super) fn placed(&mut self, core: TypeId, ids: &[SchemaId]) -> TypeId {
        let core = self.marked(core, ids);
        match ids.first() {
            Some(first) if self.are_nullable(ids) => {
                self.anonymous(Shape::Nullable(core), self.document.schema(*first).span)
            }
            _ => core,
        }
    }

    /// Records the type of a schema; the first one is kept.
    fn becomes(&mut self, id: SchemaId, ty: TypeId) {
        let index = id.0 as usize;
        if self.arena.became.len() <= index {
            self.arena.became.resize(index + 1, None);
        }
        self.arena.became[index].get_or_insert(ty);
    }

    /// Returns the type of each schema; for those only lowered together with others, that common type.
    pub(super) fn schema_types(&mut self) -> Vec<ir::SchemaType> {
        for (id, ty) in std::mem::take(&mut self.arena.shared) {
            self.becomes(id, ty);
        }
        let all = (0u32..).map(SchemaId).zip(&self.arena.became);
        all.filter_map(|(id, ty)| {
            Some(ir::SchemaType {
                node: self.document.schema(id).node,
                ty: (*ty)?,
                nullable: self.is_nullable(id),
            })
        })
        .collect()
    }

    /// Returns the type of schemas that hold together, without `null`. `words` name it if there are several.
    pub(super) fn conjunction(&mut self, parts: &[SchemaPart], words: Vec<String>) -> TypeId {
        let ty = self.of_parts(parts, words);
        match parts {
            [one] => self.becomes(one.id, ty),
            // One of several declarations of a member has no type of its own: the member has.
            several => self
                .arena
                .shared
                .extend(several.iter().filter(|part| !part.bare).map(|part| (part.id, ty))),
        }
        ty
    }

    /// Returns the type of a value that all parts describe: that of an only component, one that the same parts gave before, or a new
    /// one, filled below the limits. `words` name a new type.
    fn of_parts(&mut self, parts: &[SchemaPart], words: Vec<String>) -> TypeId {
        let essential = self.essential(parts);
        if let Some(slot) = self.only_component(&essential) {
            return slot;
        }
        match essential.as_slice() {
            [] => return self.any(),
            [one] if !one.bare => {
                if let Some(slot) = self.arena.slots.get(&one.id) {
                    return *slot;
                }
            }
            _ => {}
        }
        let mut key = essential.clone();
        key.sort_unstable();
        if let Some(id) = self.arena.memo.get(&key) {
            return *id;
        }
        if let [one] = essential.as_slice()
            && let Some(format) = plain_scalar(self.document.schema(one.id))
        {
            return self.plain(format);
        }
        let span = essential
            .first()
            .map(|part| self.document.schema(part.id).span)
            .unwrap_or_default();
        let id = self.anonymous(Shape::Any, span);
        self.arena.memo.insert(key, id);
        self.conjunctions += usize::from(essential.len() > 1);
        if self.conjunctions > limits::CONJUNCTIONS + self.document.schemas.len() {
            let help = "combine fewer schemas by `allOf` and next to `oneOf` or `anyOf`, or write the intended combinations as components";
            self.unsupported(span, "schemas are combined with each other in too many ways", "", help);
            return id;
        }
        if self.depth >= limits::SCHEMA_DEPTH || essential.len() > limits::CONJUNCTION_PARTS {
            let help = "move the inner schema to a separate component";
            self.unsupported(span, "schemas are nested or combined too deeply", "", help);
            return id;
        }
        match essential.as_slice() {
            [one] if self.depth >= limits::SCHEMA_DEPTH / 2 && self.is_whole_file(*one) => {
                self.later.push((id, *one, words));
            }
            _ => self.fill_below(id, &essential, words),
        }
        id
    }

    /// Returns the parts that constrain a value, each once, behind their references.
    pub(super) fn essential(&self, parts: &[SchemaPart]) -> Vec<SchemaPart> {
        let mut essential: Vec<SchemaPart> = Vec::with_capacity(parts.len());
        for part in parts {
            let own = self.arena.slots.contains_key(&part.id).then_some(part.id);
            let Some(id) = own.or_else(|| self.resolve(part.id)) else {
                continue;
            };
            let part = SchemaPart { id, bare: part.bare };
            if !essential.contains(&part) {
                essential.push(part);
            }
        }
        essential
    }

    /// Returns the type of the only component among several parts, if the others say no more than its kind.
    pub(super) fn only_component(&self, parts: &[SchemaPart]) -> Option<TypeId> {
        let component = |part: &&SchemaPart| self.arena.slots.contains_key(&part.id);
        let only = *parts.iter().find(component).filter(|_| parts.len() > 1)?;
        let own = Merged::new(self.document, &[SchemaPart::new(only.id)]);
        let kinds = own.kinds();
        let is_idle = |part: &SchemaPart| {
            let said = Merged::new(self.document, &[*part]);
            said.is_kind_alone() && (said.types.is_empty() || kinds.iter().all(|kind| said.types.contains(kind)))
        };
        let others = parts.iter().filter(|part| **part != only);
        let is_whole = !only.bare || own.groups.is_empty();
        (is_whole && !kinds.is_empty() && others.into_iter().all(is_idle))
            .then(|| self.arena.slots.get(&only.id).copied())?
    }

    /// Runs `work` one level deeper; beyond the limit the result is `Any`.
    pub(super) fn deeper(&mut self, span: Span, work: impl FnOnce(&mut Self) -> Shape) -> Shape {
        if self.depth >= limits::SCHEMA_DEPTH {
            let help = "move the inner schema to a separate component";
            self.unsupported(span, "schemas are nested or combined too deeply", "", help);
            return Shape::Any;
        }
        self.depth += 1;
        let shape = work(self);
        self.depth -= 1;
        shape
    }

    /// Fills a component's reserved type.
    pub(super) fn component(&mut self, id: SchemaId, slot: TypeId) {
        self.becomes(id, slot);
        self.arena.types[slot.0 as usize].sensitive = self.is_sensitive_here(&[id]);
        let parts = match self.resolve(id) {
            None => return,
            Some(target) if target != id && self.arena.slots.get(&target) != Some(&slot) => {
                let target = self.core(target);
                let document = self.document;
                let own = self.text(&[document.schema(id)]);
                let ty = &mut self.arena.types[slot.0 as usize];
                ty.shape = Shape::Alias(target);
                ty.text = ir::Documentation {
                    provenance: ty.text.provenance,
                    ..own
                };
                return;
            }
            Some(own) => [SchemaPart::new(own)],
        };
        self.fill_below(slot, &parts, Vec::new());
        if parts[0].id != id {
            let document = self.document;
            let own = self.text(&[document.schema(id)]);
            let ty = &mut self.arena.types[slot.0 as usize];
            ty.text.title = own.title.or(ty.text.title.take());
            ty.text.description = own.description.or(ty.text.description.take());
            ty.text.deprecated |= own.deprecated;
            ty.origin = self.places.origin(document.schema(id).node);
        }
        if let Some(rules) = self.rules_in_words(&self.document.schema(id).extensions) {
            self.arena.types[slot.0 as usize].text.add(&rules);
        }
    }

    /// Returns title, description and deprecation of a schema.
    pub(super) fn text(&self, here: &[&Schema]) -> ir::Documentation {
        let first = |get: fn(&Schema) -> Option<&str>| here.iter().find_map(|schema| get(schema)).map(str::to_owned);
        let ends = here
            .iter()
            .filter_map(|schema| self.sunset(schema.deprecated, &schema.extensions));
        ir::Documentation {
            title: first(|schema| schema.title.as_deref()),
            description: first(|schema| schema.description.as_deref()),
            deprecated: here.iter().any(|schema| schema.deprecated),
            sunset: ends.min(),
            provenance: ir::Provenance::Silent,
        }
    }

    /// Returns the day until which a deprecated node works.
    pub(super) fn sunset(&self, is_deprecated: bool, words: &Extensions) -> Option<Day> {
        let node = words.get("x-sunset")?;
        self.taken.borrow_mut().insert(node);
        let day = self.document.node(node).text().and_then(Day::parse);
        day.filter(|_| is_deprecated)
    }

    /// Merges the keywords of schemas, and reports contradictions.
    pub(super) fn merged(&mut self, parts: &[SchemaPart]) -> Merged<'d> {
        let merged = Merged::new(self.document, parts);
        if let Some(conflict) = &merged.conflict {
            let diagnostic = Diagnostic::new(Code::Contradiction, conflict.message.clone())
                .at(conflict.second)
                .also(conflict.first, "the other part is here")
                .help("change one of the two, or remove it from the `allOf`");
            let reason = "parts of a schema contradict each other".to_owned();
            *self.fallbacks.entry(reason).or_default() += 1;
            self.report.push(diagnostic);
        }
        merged
    }

    /// Returns the key that a parameter declares.
    pub(super) fn declared_key(&self, parameter: &crate::document::Parameter) -> ir::DeclaredKey {
        let schemas = self.written.schemas_of(parameter);
        crate::recognise::keys::declared_key(parameter, &schemas, self.places.origin(parameter.node))
    }
}

/// Returns the components that extend a schema in their `allOf`, by that schema.
fn subtypes(document: &Document) -> HashMap<SchemaId, Vec<SchemaId>> {
    let mut subtypes: HashMap<SchemaId, Vec<SchemaId>> = HashMap::new();
    for (_, id) in &document.components.schemas {
        for part in &document.schema(*id).all_of {
            if let Some(reference) = document.schema(*part).reference {
                subtypes.entry(reference.target).or_default().push(*id);
            }
        }
    }
    subtypes
}

/// Returns the format of a schema that is only a scalar.
fn plain_scalar(schema: &Schema) -> Option<ir::ScalarFormat> {
    let bare = schema.reference.is_none()
        && schema.all_of.is_empty()
        && schema.any_of.is_empty()
        && schema.one_of.is_empty()
        && schema.enumeration.is_none()
        && schema.constant.is_none()
        && schema.format.is_none()
        && *schema.limits() == crate::document::Constraints::default()
        && schema.rare().content_encoding.is_none()
        && schema.extensions.get("x-newtype").is_none()
        && schema.extensions.get("x-sensitive").is_none();
    match schema.types.only().filter(|_| bare)? {
        JsonType::String => Some(ir::ScalarFormat::Text),
        JsonType::Boolean => Some(ir::ScalarFormat::Bool),
        _ => None,
    }
}
