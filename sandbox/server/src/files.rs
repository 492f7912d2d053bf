//! In: the tree of a contract whose references lead into other files. Out: one tree: schemas of other files are components, and other nodes are
//! in the places of their references. Never: a file outside of a folder, or more than limits allow.

use crate::encode::percent_decode;
use crate::error::Error;
use crate::json;
use crate::origin::{Origin, Wrong};
use crate::source::{read_text, tree};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Limit of the files.
const FILES: usize = 1_000;
/// Limit of the nodes that other files add; references that repeat others multiply them.
const NODES: usize = 1_000_000;
/// Limit of nodes inside each other.
const DEPTH: usize = 256;

/// A node of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Target {
    file: PathBuf,
    pointer: String,
}

/// The meaning of the place of a node.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Schema,
    /// Names with schemas.
    Schemas,
    /// A list of schemas.
    Alternatives,
    Other,
    /// A value, in which nothing is a reference.
    Data,
}

impl Place {
    /// Returns the place of a member.
    fn inside(self, name: &str) -> Self {
        match (self, name) {
            (Self::Data, _) | (Self::Schema | Self::Other, "example" | "enum" | "const" | "default" | "value") => {
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

/// The files that were read.
struct Files {
    folder: PathBuf,
    contract: PathBuf,
    read: BTreeMap<PathBuf, (Value, Origin)>,
    /// Names of components.
    names: BTreeMap<Target, String>,
    schemas: Map<String, Value>,
    left: usize,
    /// References that are being followed.
    open: Vec<Target>,
}

/// Joins the files that references of a contract lead to, from a folder.
pub(crate) fn join(root: &mut Value, contract: &Path, origin: Origin, folder: &Path) -> Result<Origin, Error> {
    let real = |path: &Path| {
        path.canonicalize().map_err(|source| Error::Read {
            path: path.to_owned(),
            source,
        })
    };
    let contract = real(contract)?;
    let mut files = Files {
        folder: real(folder)?,
        read: BTreeMap::from([(contract.clone(), (root.clone(), origin))]),
        names: BTreeMap::new(),
        schemas: Map::new(),
        left: NODES,
        open: Vec::new(),
        contract: contract.clone(),
    };
    // A component that only leads to a schema of another file gives it its name.
    for (name, schema) in json::members(root.pointer("/components/schemas")) {
        files.schemas.insert(name.clone(), Value::Null);
        if let Some(target) = files.foreign(schema, &contract)? {
            files.names.entry(target).or_insert_with(|| name.clone());
        }
    }
    let named: Vec<_> = files.names.clone().into_iter().collect();
    for (target, name) in named {
        if let Some(node) = root.pointer_mut(&format!("/components/schemas/{}", json::token(&name))) {
            *node = files.at(node, &contract, &target)?.clone();
            files.walk(node, &target.file, Place::Schema, 0)?;
        }
    }
    files.walk(root, &contract, Place::Other, 0)?;
    files.schemas.retain(|_, schema| !schema.is_null());
    if !files.schemas.is_empty() {
        let known = ["components", "schemas"].iter().try_fold(root, |node, name| {
            Some(node.as_object_mut()?.entry(*name).or_insert_with(|| Map::new().into()))
        });
        if let Some(known) = known.and_then(Value::as_object_mut) {
            known.append(&mut files.schemas);
        }
    }
    Ok(files
        .read
        .remove(&contract)
        .map(|(_, origin)| origin)
        .unwrap_or_default())
}

impl Files {
    /// Follows the references of a node of a file.
    fn walk(&mut self, node: &mut Value, file: &Path, place: Place, depth: usize) -> Result<(), Error> {
        let limit = |what: String| Error::Contract(format!("{}: {what}", file.display()));
        self.left = self
            .left
            .checked_sub(usize::from(file != self.contract))
            .ok_or_else(|| limit(format!("references into other files add more than {NODES} nodes")))?;
        if depth > DEPTH {
            return Err(limit(format!("nodes are nested more than {DEPTH} levels deep")));
        }
        let reference = Some(&*node).filter(|_| !matches!(place, Place::Data | Place::Schemas));
        if let Some(target) = reference.map(|node| self.target(node, file)).transpose()?.flatten() {
            if target.file == self.contract {
                node["$ref"] = format!("#{}", target.pointer).into();
            } else if place == Place::Schema {
                node["$ref"] = format!(
                    "#/components/schemas/{}",
                    json::token(&self.name(node, file, &target, depth)?)
                )
                .into();
            } else {
                return self.replace(node, file, &target, depth);
            }
        }
        match node {
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::Object(_) if name == "mapping" && place == Place::Other => {
                            self.map(member, file, depth)?;
                        }
                        Value::Object(_) | Value::Array(_) => self.walk(member, file, place.inside(name), depth + 1)?,
                        _ => {}
                    }
                }
            }
            Value::Array(items) => {
                let inner = if place == Place::Alternatives {
                    Place::Schema
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

    /// Writes the names of components into the mapping of a discriminator.
    fn map(&mut self, mapping: &mut Value, file: &Path, depth: usize) -> Result<(), Error> {
        for (_, to) in mapping.as_object_mut().into_iter().flatten() {
            let mut node = serde_json::json!({ "$ref": to });
            let is_reference = to.as_str().is_some_and(|to| to.contains(['#', '/', '.']));
            if is_reference && self.target(&node, file)?.is_some() {
                self.walk(&mut node, file, Place::Schema, depth + 1)?;
                *to = node["$ref"].take();
            }
        }
        Ok(())
    }

    /// Puts the target of a reference into its place, with the members next to the reference that the target does not have.
    fn replace(&mut self, node: &mut Value, file: &Path, target: &Target, depth: usize) -> Result<(), Error> {
        if self.open.contains(target) {
            return Err(self.wrong(node, file, "it leads to itself"));
        }
        let mut found = self.at(node, file, target)?.clone();
        self.open.push(target.clone());
        self.walk(&mut found, &target.file, Place::Other, depth + 1)?;
        self.open.pop();
        if let (Value::Object(members), Value::Object(found)) = (&mut *node, &mut found) {
            members.remove("$ref");
            for (name, mut member) in std::mem::take(members) {
                self.walk(&mut member, file, Place::Other, depth + 1)?;
                found.entry(name).or_insert(member);
            }
        }
        *node = found;
        Ok(())
    }

    /// Returns the name of the component of a schema.
    fn name(&mut self, node: &Value, file: &Path, target: &Target, depth: usize) -> Result<String, Error> {
        if let Some(name) = self.names.get(target) {
            return Ok(name.clone());
        }
        let mut schema = self.at(node, file, target)?.clone();
        let stem = target.file.file_stem().unwrap_or_default().to_string_lossy();
        let plain = json::tokens(&target.pointer)
            .pop()
            .unwrap_or_else(|| stem.clone().into_owned());
        let numbered = (2..).map(|number| format!("{plain}{number}"));
        let of_file = Some(format!("{stem}{plain}")).filter(|_| plain != stem);
        let mut all = [plain.clone()].into_iter().chain(of_file).chain(numbered);
        let name = all.find(|name| !self.schemas.contains_key(name)).unwrap_or_default();
        self.schemas.insert(name.clone(), Value::Null);
        self.names.insert(target.clone(), name.clone());
        self.walk(&mut schema, &target.file, Place::Schema, depth + 1)?;
        self.schemas.insert(name.clone(), schema);
        Ok(name)
    }

    /// Returns the target of a reference that leads out of the contract's own file, or is in another one.
    fn foreign(&mut self, node: &Value, file: &Path) -> Result<Option<Target>, Error> {
        Ok(self.target(node, file)?.filter(|target| target.file != self.contract))
    }

    /// Returns the target of a reference; `None` for a node that is none, and for one inside of the contract's own file.
    fn target(&mut self, node: &Value, file: &Path) -> Result<Option<Target>, Error> {
        let Some(text) = node.get("$ref").and_then(Value::as_str) else {
            return Ok(None);
        };
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        if address.is_empty() && file == self.contract {
            return Ok(None);
        }
        if address.contains("://") {
            return Err(self.wrong(node, file, "the sandbox reads files only"));
        }
        let decoded =
            |text: &str| percent_decode(text, false).ok_or_else(|| self.wrong(node, file, "an escape is not complete"));
        let (address, pointer) = (decoded(address)?, decoded(fragment)?);
        let path = if address.is_empty() {
            file.to_owned()
        } else {
            let path = file.parent().unwrap_or(Path::new("")).join(&address);
            let real = path.canonicalize();
            real.map_err(|source| self.wrong(node, file, &format!("cannot read {}: {source}", path.display())))?
        };
        self.read(node, file, &path)?;
        Ok(Some(Target { file: path, pointer }))
    }

    /// Reads a file that a reference names.
    fn read(&mut self, node: &Value, file: &Path, path: &Path) -> Result<(), Error> {
        if self.read.contains_key(path) {
            return Ok(());
        }
        let shown = path.display();
        let why = if !path.starts_with(&self.folder) {
            format!(
                "{shown} is not below {}; `--root` or `root` in contracts.yaml names another folder",
                self.folder.display()
            )
        } else if !path.is_file() {
            format!("{shown} is not a regular file")
        } else if self.read.len() > FILES {
            format!("the contract has more than {FILES} files")
        } else {
            let text = read_text(path)?;
            let origin = Origin::new(&text, Some(path));
            self.read.insert(path.to_owned(), (tree(&text, &origin)?, origin));
            return Ok(());
        };
        Err(self.wrong(node, file, &why))
    }

    /// Returns the node of a target.
    fn at(&self, node: &Value, file: &Path, target: &Target) -> Result<&Value, Error> {
        let found = self
            .read
            .get(&target.file)
            .and_then(|(root, _)| root.pointer(&target.pointer));
        let why = || format!("{} has no node `{}`", target.file.display(), target.pointer);
        found.ok_or_else(|| self.wrong(node, file, &why()))
    }

    /// Returns the error of a reference of a file.
    fn wrong(&self, node: &Value, file: &Path, why: &str) -> Error {
        match self.read.get(file) {
            Some((root, origin)) => origin.error(root, &[Wrong::new(node, why).at("$ref")]),
            None => Error::Contract(why.to_owned()),
        }
    }
}
