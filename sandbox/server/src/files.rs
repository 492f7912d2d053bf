//! In: the tree of a contract whose references lead into other files. Out: one tree: schemas of other files are components, and other nodes are
//! in the places of their references. Never: a file outside of a folder, or more than limits allow.

use crate::encode::percent_decode;
use crate::error::Error;
use crate::json;
use crate::origin::{Defect, Source};
use crate::source::{read_text, tree};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Limit of the files.
const FILES: usize = 1_000;
/// Limit of the nodes that other files add; references that repeat others multiply them.
const NODES: usize = 1_000_000;
/// Limit of nodes inside each other.
const DEPTH: usize = 256;

/// A node of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct FileNode {
    file: PathBuf,
    pointer: String,
}

/// The meaning of the place of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
enum NodeRole {
    Schema,
    /// Names with schemas.
    Schemas,
    /// A list of schemas.
    Alternatives,
    Other,
    /// A value, in which nothing is a reference.
    Data,
}

impl NodeRole {
    /// Returns the place of a member.
    fn inside(self, name: &str) -> Self {
        match (self, name) {
            (Self::Data, _)
            | (Self::Schema | Self::Other, "example" | "enum" | "const" | "default" | "value" | "dataValue") => {
                Self::Data
            }
            (Self::Schemas, _)
            | (_, "schema" | "itemSchema")
            | (
                Self::Schema,
                "items"
                | "additionalProperties"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties"
                | "contentSchema",
            ) => Self::Schema,
            (_, "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" | "schemas") => {
                Self::Schemas
            }
            (_, "allOf" | "oneOf" | "anyOf" | "prefixItems") => Self::Alternatives,
            _ => Self::Other,
        }
    }
}

/// A node as a reference.
enum FileReference {
    /// It is none, or one inside of the contract's own file.
    Not,
    /// It leads to nothing readable.
    Lost,
    To(FileNode),
}

/// All files of a contract.
struct ContractFiles {
    folder: PathBuf,
    contract: PathBuf,
    read: BTreeMap<PathBuf, (Value, Source)>,
    /// Names of components.
    names: BTreeMap<FileNode, String>,
    schemas: Map<String, Value>,
    /// Components whose references are not followed yet.
    named: Vec<(String, FileNode)>,
    left: usize,
    /// The targets around the present node.
    open: Vec<FileNode>,
    /// References that lead to nothing readable, with their places.
    lost: BTreeSet<String>,
}

/// The result of the join.
pub(crate) struct JoinedContract {
    pub(crate) origin: Source,
    /// The references that lead to nothing readable.
    pub(crate) unchecked: Vec<String>,
}

/// Returns `true` if a reference may lead into another file.
fn leads_out(root: &Value) -> bool {
    let mut references = json::nodes(root).filter_map(|node| node.get("$ref")?.as_str());
    references.any(|reference| !reference.starts_with('#'))
}

/// Joins the files that references of a contract lead to, from a folder. A schema without its reference allows any value.
pub(crate) fn join(root: &mut Value, contract: &Path, origin: Source, folder: &Path) -> Result<JoinedContract, Error> {
    if !leads_out(root) {
        let unchecked = Vec::new();
        return Ok(JoinedContract { origin, unchecked });
    }
    let real = |path: &Path| {
        path.canonicalize().map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })
    };
    let contract = real(contract)?;
    let mut files = ContractFiles {
        folder: real(folder)?,
        read: BTreeMap::from([(contract.clone(), (root.clone(), origin))]),
        names: BTreeMap::new(),
        schemas: Map::new(),
        named: Vec::new(),
        left: NODES,
        open: Vec::new(),
        lost: BTreeSet::new(),
        contract: contract.clone(),
    };
    // A component that only leads to a schema of another file gives it its name.
    for (name, schema) in json::members(root.pointer("/components/schemas")) {
        files.schemas.insert(name.clone(), Value::Null);
        match files.target(schema, &contract)? {
            FileReference::To(target) if target.file != contract => {
                files.names.entry(target).or_insert_with(|| name.clone());
            }
            _ => {}
        }
    }
    let named: Vec<_> = files.names.clone().into_iter().collect();
    for (target, name) in named {
        if let Some(node) = root.pointer_mut(&format!("/components/schemas/{}", json::token(&name))) {
            *node = files.at(&target);
            files.walk(node, &target.file, NodeRole::Schema, 0)?;
        }
    }
    files.walk(root, &contract, NodeRole::Other, 0)?;
    while let Some((name, target)) = files.named.pop() {
        let mut schema = files.at(&target);
        files.walk(&mut schema, &target.file, NodeRole::Schema, 0)?;
        files.schemas.insert(name, schema);
    }
    files.schemas.retain(|_, schema| !schema.is_null());
    if !files.schemas.is_empty() {
        let known = ["components", "schemas"].iter().try_fold(root, |node, name| {
            Some(node.as_object_mut()?.entry(*name).or_insert_with(|| Map::new().into()))
        });
        if let Some(known) = known.and_then(Value::as_object_mut) {
            known.append(&mut files.schemas);
        }
    }
    let origin = files.read.remove(&contract).map(|(_, origin)| origin);
    Ok(JoinedContract {
        origin: origin.unwrap_or_default(),
        unchecked: files.lost.into_iter().collect(),
    })
}

impl ContractFiles {
    /// Follows the references of a node of a file.
    fn walk(&mut self, node: &mut Value, file: &Path, place: NodeRole, depth: usize) -> Result<(), Error> {
        let limit = |what: String| Error::Contract(format!("{}: {what}", file.display()));
        self.left = self
            .left
            .checked_sub(usize::from(file != self.contract))
            .ok_or_else(|| limit(format!("references into other files add more than {NODES} nodes")))?;
        if depth > DEPTH {
            return Err(limit(format!("nodes are nested more than {DEPTH} levels deep")));
        }
        let reference = match place {
            NodeRole::Data | NodeRole::Schemas => FileReference::Not,
            _ => self.target(node, file)?,
        };
        match reference {
            FileReference::Not => {}
            FileReference::Lost => drop(node.as_object_mut().and_then(|members| members.remove("$ref"))),
            FileReference::To(target) if target.file == self.contract => {
                node["$ref"] = format!("#{}", target.pointer).into();
            }
            FileReference::To(target) if place == NodeRole::Schema => {
                let name = self.name(&target);
                node["$ref"] = format!("#/components/schemas/{}", json::token(&name)).into();
            }
            FileReference::To(target) => return self.replace(node, file, &target, depth),
        }
        match node {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::Object(targets) if name == "mapping" && place == NodeRole::Other => {
                            for to in targets.values_mut() {
                                self.map(to, file, depth)?;
                            }
                        }
                        Value::String(_) if name == "defaultMapping" && place == NodeRole::Other => {
                            self.map(member, file, depth)?;
                        }
                        Value::Object(_) | Value::Array(_) => self.walk(member, file, place.inside(name), depth + 1)?,
                        _ => {}
                    }
                }
            }
            Value::Array(items) => {
                let inner = if place == NodeRole::Alternatives {
                    NodeRole::Schema
                } else {
                    place
                };
                for item in items {
                    self.walk(item, file, inner, depth + 1)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Writes the name of the component into a target of a discriminator.
    fn map(&mut self, to: &mut Value, file: &Path, depth: usize) -> Result<(), Error> {
        let mut node = serde_json::json!({ "$ref": to });
        let is_reference = to.as_str().is_some_and(|to| to.contains(['#', '/', '.']));
        if is_reference && matches!(self.target(&node, file)?, FileReference::To(_)) {
            self.walk(&mut node, file, NodeRole::Schema, depth + 1)?;
            *to = node["$ref"].take();
        }
        Ok(())
    }

    /// Puts the target of a reference into its place, with the members next to the reference that the target does not have.
    fn replace(&mut self, node: &mut Value, file: &Path, target: &FileNode, depth: usize) -> Result<(), Error> {
        if self.open.contains(target) {
            return Err(Error::Contract(self.wrong(node, file, "it leads to itself")));
        }
        let mut found = self.at(target);
        self.open.push(target.clone());
        self.walk(&mut found, &target.file, NodeRole::Other, depth + 1)?;
        self.open.pop();
        if let (Value::Object(members), Value::Object(found)) = (&mut *node, &mut found) {
            members.remove("$ref");
            for (name, mut member) in std::mem::take(members) {
                self.walk(&mut member, file, NodeRole::Other, depth + 1)?;
                found.entry(name).or_insert(member);
            }
        }
        *node = found;
        Ok(())
    }

    /// Returns the name of the component of a schema.
    fn name(&mut self, target: &FileNode) -> String {
        if let Some(name) = self.names.get(target) {
            return name.clone();
        }
        let stem = target.file.file_stem().unwrap_or_default().to_string_lossy();
        let plain = json::tokens(&target.pointer)
            .pop()
            .unwrap_or_else(|| stem.clone().into_owned());
        let numbered = (2..).map(|number| format!("{plain}{number}"));
        let of_file = (plain != stem).then(|| format!("{stem}{plain}"));
        let mut all = [plain.clone()].into_iter().chain(of_file).chain(numbered);
        let name = all.find(|name| !self.schemas.contains_key(name)).unwrap_or_default();
        self.schemas.insert(name.clone(), Value::Null);
        self.names.insert(target.clone(), name.clone());
        self.named.push((name.clone(), target.clone()));
        name
    }

    /// Returns the target of a reference, and reads its file.
    fn target(&mut self, node: &Value, file: &Path) -> Result<FileReference, Error> {
        let Some(text) = node.get("$ref").and_then(Value::as_str) else {
            return Ok(FileReference::Not);
        };
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        if address.is_empty() && file == self.contract {
            return Ok(FileReference::Not);
        }
        let decoded = |text| percent_decode(text, false).ok_or_else(|| "an escape is not complete".to_owned());
        let path = decoded(address).and_then(|address| self.path(file, &address));
        let (path, pointer) = match path.and_then(|path| Ok((path, decoded(fragment)?))) {
            Ok(found) => found,
            Err(why) => return Ok(self.lost(node, file, &why)),
        };
        if !self.read.contains_key(&path) {
            if self.read.len() > FILES {
                return Err(Error::Contract(format!("the contract has more than {FILES} files")));
            }
            let text = read_text(&path)?;
            let origin = Source::new(&text, Some(&path));
            self.read.insert(path.clone(), (tree(&text, &origin)?, origin));
        }
        if self.read[&path].0.pointer(&pointer).is_none() {
            let why = format!("{} has no node `{pointer}`", path.display());
            return Ok(self.lost(node, file, &why));
        }
        Ok(FileReference::To(FileNode { file: path, pointer }))
    }

    /// Returns the `$self` of a file of OpenAPI 3.2, without a fragment.
    fn own_address(&self, file: &Path) -> Option<&str> {
        let (root, _) = self.read.get(file)?;
        let is_32 = root.get("openapi").and_then(Value::as_str)?.starts_with("3.2");
        let own = root.get("$self").and_then(Value::as_str).filter(|_| is_32)?;
        own.split('#').next().filter(|own| !own.is_empty())
    }

    /// Returns the path of a readable file, or why there is none.
    fn path(&self, file: &Path, address: &str) -> Result<PathBuf, String> {
        if address.is_empty() {
            return Ok(file.to_owned());
        }
        let own = self.own_address(file).unwrap_or_default();
        let folder = own.rfind('/').map_or("", |at| &own[..=at]);
        let is_absolute = address.contains("://");
        let whole = if is_absolute {
            address.to_owned()
        } else {
            format!("{folder}{address}")
        };
        let mut known = self.read.keys();
        if let Some(other) = known.find(|other| self.own_address(other) == Some(&whole)) {
            return Ok(other.clone());
        }
        // An address in the folder of the `$self` is the file of that name.
        let beside = address
            .strip_prefix(folder)
            .filter(|_| is_absolute && !folder.is_empty());
        let address = beside.unwrap_or(address);
        if address.contains("://") {
            return Err("the sandbox reads files only".to_owned());
        }
        let path = file.parent().unwrap_or(Path::new("")).join(address);
        let real = path.canonicalize();
        let real = real.map_err(|source| format!("cannot read {}: {source}", path.display()))?;
        let shown = real.display();
        if !real.starts_with(&self.folder) {
            let folder = self.folder.display();
            let advice = "`--root` or `root` in contracts.yaml names another folder";
            return Err(format!("{shown} is not below {folder}; {advice}"));
        }
        if real.is_file() {
            Ok(real)
        } else {
            Err(format!("{shown} is not a regular file"))
        }
    }

    /// Notes a reference that leads to nothing readable.
    fn lost(&mut self, node: &Value, file: &Path, why: &str) -> FileReference {
        let lost = self.wrong(node, file, why);
        self.lost.insert(lost);
        FileReference::Lost
    }

    /// Returns the node of a target.
    fn at(&self, target: &FileNode) -> Value {
        let root = self.read.get(&target.file).map(|(root, _)| root);
        let found = root.and_then(|root| root.pointer(&target.pointer));
        found.cloned().unwrap_or_default()
    }

    /// Returns the place of a reference of a file, and what is wrong with it.
    fn wrong(&self, node: &Value, file: &Path, why: &str) -> String {
        let read = self.read.get(file);
        let error = read.map(|(root, origin)| origin.error(root, &[Defect::new(node, why).at("$ref")]));
        match error {
            Some(Error::Contract(text)) => text,
            _ => why.to_owned(),
        }
    }
}
