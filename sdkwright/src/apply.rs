//! Makes a folder equal to a tree: only changed files are written, each atomically, the manifest last.

use std::io;

use sdkwright_codegen::output::{BESIDE, MANIFEST, OutputTree, Plan};

use crate::disk::FileSystem;

/// Applies a plan. The caller must refuse foreign files before.
pub(crate) fn apply(tree: &OutputTree, plan: &Plan, files: &mut impl FileSystem) -> io::Result<()> {
    // Temporary files of a killed run are removed first: the same names are written again.
    let (left, orphans): (Vec<&String>, Vec<&String>) = plan.remove.iter().partition(|path| path.ends_with(BESIDE));
    for path in left {
        files.remove(path)?;
    }
    let changed: Vec<(&str, &[u8])> = plan
        .create
        .iter()
        .chain(&plan.update)
        .filter_map(|path| Some((path.as_str(), tree.get(path)?)))
        .collect();
    files.replace(&changed)?;
    for path in orphans {
        files.remove(path)?;
    }
    if plan.manifest {
        files.replace(&[(MANIFEST, tree.manifest().text().as_bytes())])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io;

    use sdkwright_codegen::output::{MANIFEST, OutputTree, Plan, header};

    use super::{FileSystem, apply};

    fn plan(tree: &OutputTree, disk: &BTreeMap<String, Vec<u8>>) -> Plan {
        sdkwright_codegen::output::plan(tree, disk, &[])
    }

    /// A folder in memory that fails at the n-th step.
    struct Mortal {
        files: BTreeMap<String, Vec<u8>>,
        steps_left: usize,
        /// True if the failing write leaves half a file.
        torn: bool,
    }

    impl Mortal {
        fn step(&mut self) -> io::Result<()> {
            self.steps_left = self
                .steps_left
                .checked_sub(1)
                .ok_or_else(|| io::Error::other("killed"))?;
            Ok(())
        }
    }

    impl FileSystem for Mortal {
        fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
            if self.torn && self.steps_left == 0 {
                self.files.insert(path.to_owned(), bytes[..bytes.len() / 2].to_vec());
            }
            self.step()?;
            self.files.insert(path.to_owned(), bytes.to_vec());
            Ok(())
        }

        fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
            self.step()?;
            let bytes = self
                .files
                .remove(from)
                .ok_or_else(|| io::Error::other("no such file"))?;
            self.files.insert(to.to_owned(), bytes);
            Ok(())
        }

        fn remove(&mut self, path: &str) -> io::Result<()> {
            self.step()?;
            self.files
                .remove(path)
                .map(drop)
                .ok_or_else(|| io::Error::other("no such file"))
        }
    }

    fn tree(files: &[(&str, &str)]) -> OutputTree {
        let mut tree = OutputTree::new();
        for (path, text) in files {
            tree.insert(path, format!("// {}\n{text}", header("contract.yaml")))
                .unwrap();
        }
        tree
    }

    fn written(tree: &OutputTree) -> BTreeMap<String, Vec<u8>> {
        let mut disk = Mortal {
            files: BTreeMap::new(),
            steps_left: usize::MAX,
            torn: false,
        };
        apply(tree, &plan(tree, &disk.files), &mut disk).unwrap();
        disk.files
    }

    #[test]
    fn a_run_killed_at_any_step_is_out_of_date_and_the_next_run_completes_it() {
        let old = written(&tree(&[
            ("same", "0"),
            ("changed", "1"),
            ("src/also", "2"),
            ("orphan", "3"),
        ]));
        let new = tree(&[
            ("same", "0"),
            ("changed", "9"),
            ("src/also", "8"),
            ("src/new", "7"),
            ("z", "6"),
        ]);
        let mut kills = 0;
        for torn in [false, true] {
            for steps_left in 0.. {
                let mut disk = Mortal {
                    files: old.clone(),
                    steps_left,
                    torn,
                };
                let outcome = apply(&new, &plan(&new, &disk.files), &mut disk);
                if outcome.is_ok() {
                    break;
                }
                kills += 1;
                let left = plan(&new, &disk.files);
                assert!(!left.is_empty(), "killed at {steps_left}: --check must say so");
                assert!(
                    left.strangers.is_empty() || torn,
                    "killed at {steps_left}: {:?}",
                    left.strangers
                );
                for (path, bytes) in disk.files.iter().filter(|(path, _)| !path.ends_with(super::BESIDE)) {
                    let whole = old.get(path) == Some(bytes) || new.get(path) == Some(bytes);
                    assert!(
                        whole || *path == MANIFEST,
                        "killed at {steps_left}: {path} is neither old nor new"
                    );
                }
                disk.steps_left = usize::MAX;
                apply(&new, &left, &mut disk).unwrap();
                assert_eq!(disk.files, written(&new), "killed at {steps_left}");
            }
        }
        // Four files and the manifest are written and renamed, one is removed: eleven steps, twice.
        assert_eq!(kills, 22);
    }

    #[test]
    fn a_run_killed_before_its_manifest_is_completed_by_a_run_for_another_contract_text() {
        let half = tree(&[("a", "1"), ("b", "2")]);
        let mut disk = Mortal {
            files: BTreeMap::new(),
            steps_left: 3,
            torn: false,
        };
        assert!(apply(&half, &plan(&half, &disk.files), &mut disk).is_err());
        let other = tree(&[("c", "3")]);
        disk.steps_left = usize::MAX;
        let steps = plan(&other, &disk.files);
        assert!(steps.strangers.is_empty());
        apply(&other, &steps, &mut disk).unwrap();
        assert_eq!(disk.files, written(&other));
    }

    #[test]
    fn nothing_is_touched_when_nothing_changed() {
        let tree = tree(&[("a", "1")]);
        let mut disk = Mortal {
            files: written(&tree),
            steps_left: 0,
            torn: false,
        };
        apply(&tree, &plan(&tree, &disk.files.clone()), &mut disk).unwrap();
    }
}
