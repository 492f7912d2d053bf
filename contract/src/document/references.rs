//! Resolution of `$ref` to a node of this file or of one below the contract's folder.
//!
//! `gather` reads the other files before anything is parsed, through the callback of the caller; `References` then only
//! looks up. Never requests a remote file or one outside of the contract's folder. Each lookup follows one reference,
//! so that every node keeps its own location.

mod gather;
mod uri;

pub use gather::{Others, Unread};
pub(crate) use gather::{ReferenceIndex, gather};

use crate::diag::{Code, Diagnostic, Report};
use crate::limits;
use crate::source::{FileId, Node, NodeId, NodeKind, Tree};
use std::collections::{HashMap, HashSet};

/// Resolves references, each distinct text once.
#[derive(Debug)]
pub(crate) struct References<'t> {
    tree: &'t Tree,
    index: &'t ReferenceIndex,
    known: HashMap<(FileId, &'t str), Option<NodeId>>,
}

/// Returns the report of a reference.
fn fault(reference: Node<'_>, code: Code, message: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(code, message).at(reference.span()))
}

/// Adds advice to the report of a reference without a target, unless it has some.
fn advised(report: Diagnostic) -> Diagnostic {
    if report.code == Code::DanglingReference && report.help.is_empty() {
        return report.help("correct the reference, or add its target");
    }
    report
}

impl<'t> References<'t> {
    pub(crate) fn new(tree: &'t Tree, index: &'t ReferenceIndex) -> Self {
        Self {
            tree,
            index,
            known: HashMap::new(),
        }
    }

    /// Returns the node that a reference names. `None`: names nothing, which is reported.
    pub(super) fn resolve(&mut self, reference: Node<'t>, report: &mut Report) -> Option<Node<'t>> {
        let Some(text) = reference.as_str() else {
            report.push(Diagnostic::new(Code::BadReference, "a `$ref` must be a string").at(reference.span()));
            return None;
        };
        let file = reference.document();
        if self.index.resources.is_empty()
            && let Some(known) = self.known.get(&(file, text))
        {
            if known.is_none() {
                // Report it at every place; the reason is the same.
                let _ = self.find(reference, text).map_err(|why| report.push(advised(*why)));
            }
            return known.map(|id| self.tree.node(id));
        }
        let found = self
            .find(reference, text)
            .map_err(|why| report.push(advised(*why)))
            .ok();
        self.known.insert((file, text), found.map(Node::id));
        found
    }

    /// Returns every distinct same-file reference that was resolved; true if it names a node.
    pub(super) fn followed(&self) -> impl Iterator<Item = (&'t str, bool)> {
        let local = self.known.iter().filter(|((_, text), _)| text.starts_with('#'));
        local.map(|((_, text), found)| (*text, found.is_some()))
    }

    /// Returns the root of the contract.
    pub(super) fn root(&self) -> Option<Node<'t>> {
        self.tree.root()
    }

    /// Returns true if one reference text can name two nodes in one file (`$id`).
    pub(super) fn has_resources(&self) -> bool {
        !self.index.resources.is_empty()
    }

    /// Returns the node that a reference names; reports nothing.
    pub(crate) fn look(&self, reference: Node<'t>) -> Option<Node<'t>> {
        self.find(reference, reference.as_str()?).ok()
    }

    /// Returns a node and the targets of its chain of references.
    pub(crate) fn chain(&self, node: Node<'t>) -> Vec<Node<'t>> {
        let mut chain = vec![node];
        let mut seen = HashSet::from([node.id()]);
        let mut at = node;
        while let Some(next) = at.get("$ref").and_then(|reference| self.look(reference)) {
            if !seen.insert(next.id()) {
                break;
            }
            chain.push(next);
            at = next;
        }
        chain
    }

    /// Finds the node that a reference names, by the first of these stages that decides:
    ///
    /// 1. The text is an `$id` as it is.
    /// 2. The text is split at `#`, and its fragment is decoded. An incomplete escape is refused.
    /// 3. Without an address, the fragment is of this file.
    /// 4. An address that is an `$id` or a `$self` means that schema or file, and its fragment is below it.
    /// 5. A remote address is refused, except one in the folder of the file's `$self`.
    /// 6. Any other address is the path of a file, which must have been read.
    fn find(&self, reference: Node<'t>, text: &str) -> Result<Node<'t>, Box<Diagnostic>> {
        let file = reference.document();
        if let Some(id) = self.index.ids.get(text) {
            return Ok(self.tree.node(*id));
        }
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let incomplete = || format!("`{text}` has an incomplete percent-escape");
        let fragment = uri::decode(fragment).ok_or_else(|| fault(reference, Code::BadReference, incomplete()))?;
        let dangling = |place: &str| {
            let message = format!("`{text}` has no target in {place}");
            fault(reference, Code::DanglingReference, message)
        };
        if address.is_empty() {
            let target = self.within(self.tree.root_of(file), Some(reference), file, &fragment);
            return target.ok_or_else(|| self.explained(*dangling("this file"), reference, &fragment));
        }
        if let Some(id) = self.identified(reference, address) {
            let resource = self.tree.node(id);
            let target = self.within(Some(resource), None, resource.document(), &fragment);
            return target.ok_or_else(|| dangling("this file"));
        }
        let from = self.index.paths.get(&file).map_or("", String::as_str);
        let address = gather::local(reference, from, address);
        if uri::is_remote(address) {
            return Err(Box::new(self.remote(reference, text, address)));
        }
        let path = uri::join(from, address).ok_or_else(|| self.outside(reference, text, from, address))?;
        let read = self.index.files.get(&path).copied().flatten();
        let other = read.ok_or_else(|| self.missing(reference, &path))?;
        self.within(self.tree.root_of(other), None, other, &fragment)
            .ok_or_else(|| dangling(&format!("`{path}`")))
    }

    /// Adds to the report of a fragment without a target the overlay that removed it, or similar names.
    fn explained(&self, dangling: Diagnostic, reference: Node<'t>, fragment: &str) -> Box<Diagnostic> {
        let file = reference.document();
        let is_contract = self.tree.root().is_some_and(|root| root.document() == file);
        match self.tree.removed_at(fragment) {
            Some(by) if is_contract => {
                let removed = dangling.at(by).label("removed here");
                Box::new(removed.also(reference.span(), "referred to here"))
            }
            _ => Self::suggest(dangling, self.tree.root_of(file), fragment),
        }
    }

    /// Reports a path that leaves the folder which may be read, and the `root` that allows it.
    fn outside(&self, reference: Node<'t>, text: &str, from: &str, address: &str) -> Box<Diagnostic> {
        let message = format!("`{text}` is not a path below {}", self.index.limit());
        let outside = fault(reference, Code::OutsideReference, message);
        let Some(folders) = uri::above(from, address) else {
            return outside;
        };
        let folder = self.index.above(folders);
        Box::new(outside.help(format!(
            "to allow files there, write `root: {folder}` (relative to the contract's folder) in contracts.yaml or the file of --config, or pass that folder with --root"
        )))
    }

    /// Reports a file that could not be read, and files with a similar name next to it.
    fn missing(&self, reference: Node<'t>, path: &str) -> Box<Diagnostic> {
        let Some((shown, unread)) = self.index.unread.get(path) else {
            let limit = limits::OTHER_FILES;
            let message =
                format!("the file `{path}` has errors, or is more than the {limit} files that a contract may have");
            return fault(reference, Code::MissingFile, message);
        };
        let missing = fault(
            reference,
            Code::MissingFile,
            format!("the file `{shown}` cannot be read"),
        );
        let name = shown.rsplit('/').next().unwrap_or_default();
        let missing = missing.did_you_mean(name, unread.beside.iter().map(String::as_str));
        if unread.why.is_empty() {
            return Box::new(missing);
        }
        Box::new(missing.note(unread.why.clone()))
    }

    /// Returns the schema whose `$id`, or the root whose `$self`, an address is: as written, or resolved against those around
    /// the reference.
    fn identified(&self, reference: Node<'t>, address: &str) -> Option<NodeId> {
        let resolved = || {
            let is_relative = !self.index.ids.is_empty() && !uri::is_remote(address);
            let path = self.index.paths.get(&reference.document()).map_or("", String::as_str);
            let base = is_relative.then(|| gather::base(reference.parent(), path))?;
            let base = base.unwrap_or_else(|| gather::file_address(path));
            self.index.ids.get(&uri::resolve(&base, address)?)
        };
        resolved().or_else(|| self.index.ids.get(address)).copied()
    }

    /// Reports an address in the network, and the command that fetches it.
    fn remote(&self, reference: Node<'t>, text: &str, address: &str) -> Diagnostic {
        let file = self.index.paths.get(&reference.document()).map_or("", String::as_str);
        let remote = Diagnostic::new(
            Code::RemoteReference,
            format!("`{text}` is not below {}", self.index.limit()),
        )
        .at(reference.span())
        .note("nothing is downloaded, so that the same files always give the same output");
        let is_taken = |name: &str| uri::join(file, name).is_some_and(|path| self.index.files.contains_key(&path));
        let Some((command, name)) = uri::fetch(address, is_taken) else {
            return remote.help("save the document next to the contract and refer to the file");
        };
        let beside = file.rsplit('/').next().unwrap_or_default();
        let fragment = text.get(address.len()..).unwrap_or_default();
        remote
            .help(format!("in the folder of `{beside}`, fetch it: {command}"))
            .help(format!("then write `$ref: '{name}{fragment}'`"))
    }

    /// Returns the node at a fragment: an anchor of the file, else a JSON Pointer. From a reference, the pointer is tried first
    /// below the `$id` around it.
    fn within(&self, root: Option<Node<'t>>, from: Option<Node<'t>>, file: FileId, fragment: &str) -> Option<Node<'t>> {
        let root = root?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let anchor = self.index.anchors.get(&(file, fragment.to_owned()))?;
            return Some(self.tree.node(*anchor));
        }
        // Below an `$id`, `#` means that schema, but many authors mean the file: both are tried.
        let mut above = from.and_then(Node::parent);
        while let Some(node) = above {
            if self.index.resources.contains(&node.id()) {
                if let Some(found) = node.at(fragment) {
                    return Some(found);
                }
                break;
            }
            above = node.parent();
        }
        root.at(fragment)
    }

    /// Adds the names next to the last one of a JSON Pointer that are similar to it.
    fn suggest(dangling: Diagnostic, root: Option<Node<'t>>, fragment: &str) -> Box<Diagnostic> {
        let Some((parent, name)) = fragment.rsplit_once('/') else {
            return Box::new(dangling);
        };
        let parent = root.and_then(|root| root.at(parent));
        let map = parent.filter(|node| node.kind() == NodeKind::Map);
        let names: Vec<&str> = map.map(|node| node.keys_and_hidden().collect()).unwrap_or_default();
        Box::new(dangling.did_you_mean(name, names))
    }
}
