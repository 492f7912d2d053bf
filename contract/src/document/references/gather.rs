//! Reads all files that a contract refers to, and indexes every `$id` and `$anchor`, before anything is parsed.

use super::uri;
use crate::diag::{Code, Diagnostic, Report};
use crate::limits;
use crate::source::{FileId, FileLimits, Node, NodeId, NodeKind, Tree, load_into};
use std::collections::{HashMap, HashSet};

/// Index of files, `$id`s and `$anchor`s.
#[derive(Debug, Default)]
pub(crate) struct ReferenceIndex {
    /// Path of the contract's folder below the folder that may be read; empty if it is that folder.
    inside: String,
    /// File by its path below the folder that may be read; `None`: no such file.
    pub(super) files: HashMap<String, Option<FileId>>,
    /// Files that could not be read: the path for messages and the reason, by the path below the folder that may be read.
    pub(super) unread: HashMap<String, (String, Unread)>,
    /// Path of each file.
    pub(super) paths: HashMap<FileId, String>,
    /// Node of each `$id`, resolved against the `$id` around it, and as written; root of each file by its `$self`.
    pub(super) ids: HashMap<String, NodeId>,
    /// `$anchor` and `$dynamicAnchor`.
    pub(super) anchors: HashMap<(FileId, String), NodeId>,
    /// Nodes with an `$id`: the base of `#` below them.
    pub(super) resources: HashSet<NodeId>,
}

impl ReferenceIndex {
    /// Returns the folder that may be read, for a message.
    pub(super) fn limit(&self) -> &'static str {
        if self.inside.is_empty() {
            "the contract's folder"
        } else {
            "the folder of `root`"
        }
    }

    /// Returns the folder that is so many above the one that may be read, seen from the contract's folder.
    pub(super) fn above(&self, folders: usize) -> String {
        let inside = self.inside.split('/').filter(|piece| !piece.is_empty()).count();
        vec![".."; inside + folders].join("/")
    }

    /// Returns the name of a file in diagnostics. `folder` is that of the contract, with a `/` behind it.
    fn shown(&self, folder: &str, path: &str) -> String {
        let mut pieces: Vec<&str> = folder.split('/').filter(|piece| !piece.is_empty()).collect();
        let from = self.inside.split('/').filter(|piece| !piece.is_empty());
        let common = from
            .clone()
            .zip(path.split('/'))
            .take_while(|(one, other)| one == other);
        let common = common.count();
        for _ in from.skip(common) {
            match pieces.last() {
                Some(&last) if last != ".." => drop(pieces.pop()),
                _ => pieces.push(".."),
            }
        }
        pieces.extend(path.split('/').skip(common));
        let absolute = if folder.starts_with('/') { "/" } else { "" };
        format!("{absolute}{}", pieces.join("/"))
    }
}

/// Reads a file by its path below the folder that may be read, with `/` as separator.
pub type Others<'i> = dyn Fn(&str) -> Result<Vec<u8>, Unread> + 'i;

/// Reason why a file could not be read.
#[derive(Debug, Clone, Default)]
pub struct Unread {
    /// Complete path that was looked for, and the error; empty if nobody knows them.
    pub why: String,
    /// Names of the files in its folder, for a suggestion.
    pub beside: Vec<String>,
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Self {
        Self {
            why: error.to_string(),
            beside: Vec::new(),
        }
    }
}

/// Reads all files that are referred to, directly or not, and that the tree does not have. Reports a file that cannot be read at the
/// reference. `inside` is the path of the contract's folder below the folder that may be read.
pub(crate) fn gather(tree: &mut Tree, others: &Others<'_>, inside: &str, report: &mut Report) -> ReferenceIndex {
    let mut index = ReferenceIndex {
        inside: inside.to_owned(),
        ..ReferenceIndex::default()
    };
    let Some(root) = tree.root().map(|root| root.span().file) else {
        return index;
    };
    let shown = report
        .sources
        .file(root)
        .map(|file| file.name.to_string())
        .unwrap_or_default();
    let (folder, name) = shown
        .rsplit_once('/')
        .map_or((String::new(), shown.as_str()), |(f, n)| (format!("{f}/"), n));
    let path = if inside.is_empty() {
        name.to_owned()
    } else {
        format!("{inside}/{name}")
    };
    index.paths.insert(root, path.clone());
    index.files.insert(path, Some(root));
    for (file, path) in &tree.others {
        index.paths.insert(*file, path.clone());
        index.files.insert(path.clone(), Some(*file));
    }
    let mut scanned = 0;
    while scanned < tree.len() {
        let mut wanted = Vec::new();
        let end = tree.len();
        for at in scanned..end {
            let id = NodeId(u32::try_from(at).unwrap_or(u32::MAX));
            own_address(tree, id, &mut index, report);
            scan(tree, id, &mut index, &mut wanted);
        }
        scanned = end;
        for path in wanted {
            if index.files.contains_key(&path) || index.files.len() > limits::OTHER_FILES {
                continue;
            }
            let shown = index.shown(&folder, &path);
            let loaded = match others(&path) {
                Ok(bytes) => load_into(tree, &shown, &bytes, FileLimits::default(), report),
                Err(unread) => {
                    index.unread.insert(path.clone(), (shown, unread));
                    None
                }
            };
            let file = loaded.map(|root| tree.node(root).span().file);
            if let Some(file) = file {
                index.paths.insert(file, path.clone());
                tree.others.push((file, path.clone()));
            }
            index.files.insert(path, file);
        }
    }
    index
}

/// Returns the `$self` of a root of OpenAPI 3.2, without a fragment.
fn self_of(root: Node<'_>) -> Option<&str> {
    let version = root.get("openapi").and_then(Node::as_str)?;
    let text = root.get("$self").filter(|_| version.starts_with("3.2"))?.as_str()?;
    text.split('#').next().filter(|text| !text.is_empty())
}

/// Returns the address of a file without `$self`, or the address that a relative `$self` is resolved against.
pub(super) fn file_address(path: &str) -> String {
    format!("file:///{path}")
}

/// Adds the `$self` of a root to the index. Reports a fragment, and an address that two files have.
fn own_address(tree: &Tree, id: NodeId, index: &mut ReferenceIndex, report: &mut Report) {
    let root = tree.node(id);
    let file = root.document();
    if tree.root_of(file).map(Node::id) != Some(id) {
        return;
    }
    let (Some(own), Some(node)) = (self_of(root), root.get("$self")) else {
        return;
    };
    let path = index.paths.get(&file).map_or("", String::as_str);
    let Some(address) = uri::resolve(&file_address(path), own) else {
        return;
    };
    let message = if node.as_str() != Some(own) {
        "`$self` has a fragment, which is ignored: it is the address of the document".to_owned()
    } else if *index.ids.entry(address).or_insert(id) != id {
        format!("two files have the address `{own}`, so references to it are ambiguous")
    } else {
        return;
    };
    let fault = Diagnostic::new(Code::BadReference, message).at(node.span());
    report.push(fault.help("write a unique address without a fragment"));
}

/// Returns the absolute address that relative ones at a node are resolved against: its own `$id`, the nearest around it, or
/// the `$self` of the file at this path.
pub(super) fn base(at: Option<Node<'_>>, path: &str) -> Option<String> {
    let (mut ids, mut base) = (Vec::new(), None);
    let mut next = at;
    while let Some(node) = next {
        let id = node.get("$id").and_then(Node::as_str);
        ids.extend(id.filter(|id| !id.starts_with('#')));
        if ids.last().is_some_and(|id| uri::is_remote(id)) {
            break;
        }
        next = node.parent();
        if let Some(own) = next.is_none().then(|| self_of(node)).flatten() {
            base = uri::resolve(&file_address(path), own);
        }
    }
    let mut base = match base {
        Some(base) => base,
        None => { ids.pop().filter(|id| uri::is_remote(id))? }
            .trim_end_matches('#')
            .to_owned(),
    };
    while let Some(id) = ids.pop() {
        base = uri::resolve(&base, id.trim_end_matches('#'))?;
    }
    Some(base)
}

/// Returns an address in the folder of the `$self` of a file as the path next to the file; any other address as it is.
pub(super) fn local<'a>(at: Node<'_>, path: &str, address: &'a str) -> &'a str {
    let own = || self_of(std::iter::successors(Some(at), |node| node.parent()).last()?);
    let base = uri::is_remote(address).then(own).flatten();
    let base = base.and_then(|own| uri::resolve(&file_address(path), own));
    let folder = base.as_deref().and_then(|base| base.get(..=base.rfind('/')?));
    folder
        .and_then(|folder| address.strip_prefix(folder))
        .unwrap_or(address)
}

fn scan(tree: &Tree, id: NodeId, index: &mut ReferenceIndex, wanted: &mut Vec<String>) {
    let node = tree.node(id);
    if node.kind() != NodeKind::Map {
        return;
    }
    let file = node.document();
    let path = index.paths.get(&file).map_or("", String::as_str);
    for member in node.members() {
        if !member.key.starts_with('$') {
            continue;
        }
        let Some(text) = member.value.as_str() else { continue };
        match member.key {
            "$ref" if !text.starts_with('#') => {
                let address = text.split('#').next().unwrap_or("");
                wanted.extend(uri::join(path, local(node, path, address)));
            }
            "$id"
                if !text.starts_with('#')
                    && (text.contains(['/', ':', '.']) || base(node.parent(), path).is_some()) =>
            {
                for address in base(Some(node), path)
                    .into_iter()
                    .chain([text.trim_end_matches('#').to_owned()])
                {
                    index.ids.entry(address).or_insert(id);
                }
                index.resources.insert(id);
            }
            "$anchor" | "$dynamicAnchor" => {
                index.anchors.entry((file, text.to_owned())).or_insert(id);
            }
            _ => {}
        }
    }
}
