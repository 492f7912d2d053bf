//! The tree against what lies on a disk: what to create, update and remove, and who does not belong there.
//!
//! Pure: the listing is an argument. A file is ours if the manifest on the disk names it or if it carries our mark (a run
//! that was killed before its manifest leaves such files); every other file that the tree does not name is a stranger.

use std::collections::BTreeMap;

use super::{MANIFEST, MARK, Manifest, OutputTree};

/// The suffix of a file that is being written beside the one it will replace.
pub const BESIDE: &str = ".being-written";

/// What has to happen for a folder to equal the tree. Paths are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Files that are missing.
    pub create: Vec<String>,
    /// Files that are ours and differ.
    pub update: Vec<String>,
    /// Files that are ours and no longer wanted.
    pub remove: Vec<String>,
    /// Files that are not ours: in the way, or beside.
    pub strangers: Vec<String>,
    /// The manifest is missing or differs; it is written last.
    pub manifest: bool,
}

impl Plan {
    /// Is the folder exactly the tree?
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Compares the tree with all files of a folder (path to bytes).
pub fn plan(tree: &OutputTree, disk: &BTreeMap<String, Vec<u8>>) -> Plan {
    let listed = disk
        .get(MANIFEST)
        .map(|bytes| Manifest::read(&String::from_utf8_lossy(bytes)))
        .unwrap_or_default();
    let ours = |path: &str, bytes: &[u8]| is_ours(&listed, path, bytes);
    let mut plan = Plan::default();
    for (path, bytes) in tree.files() {
        match disk.get(path) {
            None => plan.create.push(path.to_owned()),
            Some(there) if there == bytes => {}
            Some(there) if ours(path, there) => plan.update.push(path.to_owned()),
            Some(_) => plan.strangers.push(path.to_owned()),
        }
    }
    for (path, bytes) in disk {
        if path == MANIFEST || tree.get(path).is_some() {
            continue;
        }
        let list = if ours(path, bytes) {
            &mut plan.remove
        } else {
            &mut plan.strangers
        };
        list.push(path.clone());
    }
    plan.strangers.sort();
    plan.manifest = disk
        .get(MANIFEST)
        .is_none_or(|there| there != tree.manifest().text().as_bytes());
    plan
}

/// How many bytes of a file tell whether it is ours.
pub const HEAD: usize = 200;

/// Is the file ours, by the manifest on the disk, by its name or by its first bytes?
pub fn is_ours(manifest: &Manifest, path: &str, bytes: &[u8]) -> bool {
    manifest.owns(path) || path.ends_with(BESIDE) || is_marked(bytes)
}

/// Does the file say in its first lines that we made it?
fn is_marked(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    head.windows(MARK.len()).any(|window| window == MARK.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{MANIFEST, OutputTree, plan};

    fn tree(files: &[(&str, &str)]) -> OutputTree {
        let mut tree = OutputTree::new();
        for (path, text) in files {
            tree.insert(path, *text).unwrap();
        }
        tree
    }

    fn disk(tree: &OutputTree) -> BTreeMap<String, Vec<u8>> {
        let files = tree.files().map(|(path, bytes)| (path.to_owned(), bytes.to_vec()));
        files
            .chain([(MANIFEST.to_owned(), tree.manifest().text().into_bytes())])
            .collect()
    }

    #[test]
    fn nothing_is_planned_for_a_folder_that_is_the_tree() {
        let tree = tree(&[("a", "1"), ("b/c", "2")]);
        assert!(plan(&tree, &disk(&tree)).is_empty());
    }

    #[test]
    fn a_changed_file_is_updated_a_missing_one_created_and_an_orphan_removed() {
        let old = disk(&tree(&[("changed", "1"), ("orphan", "2")]));
        let plan = plan(&tree(&[("changed", "9"), ("missing", "3")]), &old);
        assert_eq!(
            (plan.create, plan.update, plan.remove),
            (vec!["missing".into()], vec!["changed".into()], vec!["orphan".into()])
        );
        assert!(plan.strangers.is_empty() && plan.manifest);
    }

    #[test]
    fn a_file_of_somebody_else_is_a_stranger_in_the_way_or_beside() {
        let mut there = disk(&tree(&[("a", "1")]));
        there.insert("b".into(), b"mine".to_vec());
        there.insert("c".into(), b"mine too".to_vec());
        let plan = plan(&tree(&[("a", "1"), ("b", "2")]), &there);
        assert_eq!(plan.strangers, ["b", "c"]);
    }

    #[test]
    fn what_a_killed_run_left_is_ours_by_its_mark() {
        let left = format!("// {}", super::super::header("contract.yaml"));
        let there = BTreeMap::from([
            ("a".to_owned(), left.clone().into_bytes()),
            ("b".to_owned(), left.into_bytes()),
        ]);
        let plan = plan(&tree(&[("a", "new")]), &there);
        assert_eq!(
            (plan.update, plan.remove, plan.strangers),
            (vec!["a".into()], vec!["b".into()], vec![])
        );
    }
}
