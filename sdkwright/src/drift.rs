//! Differences as a unified diff, and their causes: an edit by hand, another contract, or another version of the generator;
//! and the command that applies them.
//!
//! In: the files of the folder with their manifest, the new files, and the part of the contract that each was made from. Out:
//! causes, each with its files. Every sentence follows from digests; what they do not tell is not said.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt::Write as _;

use sdkwright_codegen::output::{MANIFEST, MadeFrom, Manifest, OutputPlan, OutputTree, Sources};

use crate::surface::{ItemChange, ItemStep, Surface, compare};

/// A cause of differences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DriftCause {
    /// Sentence on what happened, without a full stop.
    pub(crate) text: String,
    /// Files that differ because of it, sorted.
    pub(crate) files: Vec<String>,
}

/// Says why the files of a plan differ from those on the disk.
pub(crate) fn explain(
    tree: &OutputTree,
    plan: &OutputPlan,
    disk: &BTreeMap<String, Vec<u8>>,
    sources: &Sources,
) -> Vec<DriftCause> {
    let read = |bytes: &Vec<u8>| Manifest::parse(&String::from_utf8_lossy(bytes));
    let written = disk.get(MANIFEST).map(read).unwrap_or_default();
    let differing = [&plan.create, &plan.update, &plan.remove].into_iter().flatten();
    let (by_hand, rest): (Vec<&String>, Vec<&String>) = differing.partition(|path| match disk.get(*path) {
        Some(bytes) => written.owns(path) && !written.is_as_written(path, bytes),
        None => written.owns(path),
    });
    let mut causes = Vec::new();
    let (edited, deleted) = by_hand.into_iter().partition(|path| disk.contains_key(*path));
    add(&mut causes, "edited by hand since the generator wrote it", edited);
    add(&mut causes, "deleted since the generator wrote it", deleted);
    let (Some(old), Some(new)) = (&written.made_from, tree.made_from()) else {
        add(&mut causes, "the manifest does not state its sources", rest);
        return causes;
    };
    let mut rest: BTreeSet<String> = rest.into_iter().cloned().collect();
    if old.contract != new.contract {
        let text = format!("made from another contract, `{}`", old.contract);
        causes.push(cause(text, std::mem::take(&mut rest)));
        return causes;
    }
    let changed = changed_parts(old, new);
    let items = items(tree, disk, &written);
    let mut of_part = by_part(&rest, &changed, sources);
    for (part, _) in &changed {
        let files = of_part.remove(part.as_str()).unwrap_or_default();
        rest.retain(|file| !files.contains(file));
        if !files.is_empty() {
            causes.push(cause(told(part, old, new, &items, sources), files));
        }
    }
    let text = if old.settings == new.settings {
        "made by another version of the generator"
    } else {
        "made with other settings, or by another version of the generator"
    };
    add(&mut causes, text, rest.iter().collect());
    causes
}

fn add(causes: &mut Vec<DriftCause>, text: &str, files: Vec<&String>) {
    if !files.is_empty() {
        causes.push(cause(text.to_owned(), files.into_iter().cloned().collect()));
    }
}

fn cause(text: String, files: BTreeSet<String>) -> DriftCause {
    DriftCause {
        text,
        files: files.into_iter().collect(),
    }
}

/// Returns the parts that differ, each with whether the new contract has it.
fn changed_parts(old: &MadeFrom, new: &MadeFrom) -> Vec<(String, bool)> {
    let names: BTreeSet<&String> = old.parts.keys().chain(new.parts.keys()).collect();
    let differ = names
        .into_iter()
        .filter(|name| old.parts.get(*name) != new.parts.get(*name));
    differ
        .map(|name| (name.clone(), new.parts.contains_key(name)))
        .collect()
}

/// Returns the files that differ because of each part.
///
/// A file goes to the changed parts from which it was made; without one, to those to which these refer. A file of the whole
/// contract, and one that is no longer made, goes to all of them.
fn by_part<'p>(
    files: &BTreeSet<String>,
    changed: &'p [(String, bool)],
    sources: &Sources,
) -> BTreeMap<&'p str, BTreeSet<String>> {
    let names: BTreeSet<&str> = changed.iter().map(|(name, _)| name.as_str()).collect();
    let mut found: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for file in files {
        let mut level: BTreeSet<&str> = match sources.files.get(file) {
            Some(parts) => parts.iter().map(String::as_str).collect(),
            None => names.clone(),
        };
        let mut seen = level.clone();
        loop {
            let here: Vec<&&str> = level.intersection(&names).collect();
            if !here.is_empty() {
                for name in here {
                    if let Some((name, _)) = changed.iter().find(|(one, _)| one == name) {
                        found.entry(name).or_default().insert(file.clone());
                    }
                }
                break;
            }
            let next = level.iter().filter_map(|part| sources.refers.get(*part)).flatten();
            level = next.map(String::as_str).filter(|part| seen.insert(part)).collect();
            if level.is_empty() {
                without.push(file);
                break;
            }
        }
    }
    // A part of which no item is made, such as a response, has its effect where it is used.
    let idle: Vec<&str> = changed
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| is_idle(name, sources))
        .collect();
    for file in without {
        for name in &idle {
            found.entry(name).or_default().insert(file.clone());
        }
    }
    found
}

/// Returns `true` for a part from which no item is made.
fn is_idle(part: &str, sources: &Sources) -> bool {
    !sources.files.values().any(|parts| parts.contains(part))
}

/// Returns the changes of public items. A file that is not as it was written is left out: it does not tell what was made before.
fn items(tree: &OutputTree, disk: &BTreeMap<String, Vec<u8>>, written: &Manifest) -> Vec<ItemChange> {
    let is_code = |path: &str| path.starts_with("src/") || path == "Cargo.toml";
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    for (path, bytes) in tree.files().filter(|(path, _)| is_code(path)) {
        new.insert(path, bytes);
    }
    for path in written.paths().filter(|path| is_code(path)) {
        match disk.get(path).filter(|bytes| written.is_as_written(path, bytes)) {
            Some(bytes) => old.insert(path, bytes.as_slice()),
            None => new.remove(path),
        };
    }
    match (surface(&old), surface(&new)) {
        (Ok(old), Ok(new)) => compare(&old, &new),
        _ => Vec::new(),
    }
}

fn surface(files: &BTreeMap<&str, &[u8]>) -> Result<Surface, String> {
    let mut texts = Vec::new();
    for (path, bytes) in files {
        texts.extend(str::from_utf8(bytes).ok().map(|text| (*path, text)));
    }
    Surface::parse(texts)
}

/// Number of items that a sentence names.
const SHOWN: usize = 6;

/// Says what happened to a part: ``` `Order` gained `note` (openapi/shop.yaml:25) ```.
fn told(part: &str, old: &MadeFrom, new: &MadeFrom, items: &[ItemChange], sources: &Sources) -> String {
    let name = format!("`{}`", readable(part));
    let (was, is) = (old.parts.contains_key(part), new.parts.contains_key(part));
    let place = sources
        .places
        .get(part)
        .map_or_else(String::new, |(file, line)| format!(" ({file}:{line})"));
    if !is {
        return format!("{name} is gone from the contract");
    }
    if !was {
        return format!("{name} is new{place}");
    }
    let own: BTreeMap<&str, (&str, &(String, usize))> = sources
        .items
        .iter()
        .map(|one| (one.item.as_str(), (one.part.as_str(), &one.place)))
        .collect();
    let (mut words, mut line) = (Vec::new(), None);
    for (step, verb) in [
        (ItemStep::Added, "gained"),
        (ItemStep::Removed, "lost"),
        (ItemStep::Changed, "changed"),
    ] {
        let mut names: Vec<&str> = Vec::new();
        for item in items.iter().filter(|item| item.step == step) {
            let source = own.get(item.path.as_str());
            let owner = source.or_else(|| own.get(item.parent.as_deref()?));
            let last = item.path.rsplit("::").next().unwrap_or_default();
            // A method that follows from a member says nothing more.
            if owner.is_some_and(|(of, _)| *of == part) && is_of_contract(item, last) {
                line = line.or(source.map(|(_, place)| *place));
                names.push(last);
            }
        }
        if !names.is_empty() {
            let more = names.len().saturating_sub(SHOWN);
            let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            words.push(format!("{verb} {}{more}", shown.join(", ")));
        }
    }
    let place = line.map_or(place, |(file, line)| format!(" ({file}:{line})"));
    match words.as_slice() {
        [] => format!("{name} changed{place}"),
        words => format!("{name} {}{place}", words.join(", ")),
    }
}

/// Returns `true` for an item that stands for something in the contract: no constructor, setter or implementation.
fn is_of_contract(item: &ItemChange, last: &str) -> bool {
    !item.path.starts_with("impl ") && !last.starts_with("with_") && last != "new" && !last.ends_with("Required")
}

/// Returns the name of a part for people: `Order`, `GET /orders`.
fn readable(part: &str) -> String {
    let pieces: Vec<String> = part
        .split('/')
        .skip(1)
        .map(|piece| piece.replace("~1", "/").replace("~0", "~"))
        .collect();
    match pieces.as_slice() {
        [kind, path, method] if kind == "paths" => format!("{} {path}", method.to_uppercase()),
        [kind, path, _, method] if kind == "paths" => format!("{method} {path}"),
        [kind, _, name] if kind == "components" => name.clone(),
        [one] => one.clone(),
        _ => part.to_owned(),
    }
}

/// Returns the differences between a folder and its tree, in the order of their paths. The manifest follows from the
/// rest and is shown only if nothing else differs.
pub(crate) fn diff(folder: &str, tree: &OutputTree, plan: &OutputPlan, disk: &BTreeMap<String, Vec<u8>>) -> String {
    let mut text = String::new();
    let mut paths: Vec<&String> = plan
        .create
        .iter()
        .chain(&plan.update)
        .chain(&plan.remove)
        .chain(&plan.strangers)
        .collect();
    paths.sort();
    for path in paths {
        let (old, new) = (disk.get(path).map(Vec::as_slice), tree.get(path));
        if plan.strangers.contains(path) {
            let _ = writeln!(
                text,
                "stranger: {folder}/{path} was not generated by this command; move it (your code belongs in src/custom or in a folder listed in `keep`)"
            );
        } else {
            text.push_str(&file_diff(folder, path, old, new));
        }
    }
    if text.is_empty() && plan.manifest {
        text.push_str(&file_diff(
            folder,
            MANIFEST,
            disk.get(MANIFEST).map(Vec::as_slice),
            Some(tree.manifest().text().as_bytes()),
        ));
    }
    text
}

/// Returns the causes of the differences, one in a line with its files.
pub(crate) fn causes_text(causes: &[DriftCause]) -> String {
    let line = |cause: &DriftCause| format!("{}: {}\n", cause.text, cause.files.join(", "));
    let lines: String = causes.iter().map(line).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\nWhy:\n{lines}")
    }
}

/// Returns the shell command that applies the differences: the same arguments without the check.
///
/// The first word is the name of the program, which may be more than one word.
pub(crate) fn repair_command(line: &[OsString]) -> String {
    let mut words = line.iter().map(|word| word.to_string_lossy().into_owned());
    let program = words.next().unwrap_or_default();
    words
        .filter(|word| word != "--check")
        .fold(program, |command, word| command + " " + &quoted(&word))
}

/// Quotes a word for a POSIX shell.
fn quoted(argument: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@%+".contains(c);
    if !argument.is_empty() && argument.chars().all(plain) {
        argument.to_owned()
    } else {
        format!("'{}'", argument.replace('\'', r"'\''"))
    }
}

fn file_diff(folder: &str, path: &str, old: Option<&[u8]>, new: Option<&[u8]>) -> String {
    let read = |bytes: Option<&[u8]>| String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned();
    let name = |side: &str, bytes: Option<&[u8]>| match bytes {
        Some(_) => format!("{side}/{folder}/{path}"),
        None => "/dev/null".to_owned(),
    };
    let (before, after) = (read(old), read(new));
    let diff = similar::TextDiff::from_lines(before.as_str(), after.as_str());
    diff.unified_diff()
        .context_radius(3)
        .header(&name("a", old), &name("b", new))
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::repair_command;

    #[test]
    fn the_advice_is_a_command_that_a_shell_can_run() {
        let line = [
            "cargo xtask",
            "generate",
            "--check",
            "--contract",
            "it's a.yaml",
            "--out=/tmp/x",
            "--only",
            "path=/a/{b}",
        ];
        assert_eq!(
            repair_command(&line.map(Into::into)),
            r"cargo xtask generate --contract 'it'\''s a.yaml' --out=/tmp/x --only 'path=/a/{b}'"
        );
    }
}
