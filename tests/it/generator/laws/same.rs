//! I5: the same bytes in, the same bytes out; the order of words means nothing.

use super::{case, contracts, skeleton, text, words};
use std::{fmt::Write as _, fs, path::Path, process::Command, sync::atomic::Ordering};

#[test]
fn the_same_bytes_give_the_same_files_in_this_process_and_in_others() {
    const DOOR: &str = "LAWS_WRITE_FILES_TO";
    let everything = || {
        let mut out = String::new();
        for case in contracts() {
            let outcome = case.generate();
            let _ = writeln!(out, "=== {}\n{}\n{:?}", case.name, outcome.rendered(), outcome.files);
        }
        out
    };
    if let Some(path) = std::env::var_os(DOOR) {
        case::THREADS.store(4, Ordering::Relaxed);
        fs::write(path, everything()).expect("writable");
        return;
    }
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("another-process.txt");
    let child = Command::new(std::env::current_exe().expect("this program"))
        .args([
            "--exact",
            "laws::same::the_same_bytes_give_the_same_files_in_this_process_and_in_others",
        ])
        .env(DOOR, &path)
        .output()
        .expect("another process");
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    let other = fs::read_to_string(&path).expect("what the other process wrote");
    let here = everything();
    assert!(
        here.contains("=== partner-api") && here.len() > 100_000,
        "nothing was generated"
    );
    assert!(
        here == other,
        "two processes differ at {}",
        first_difference(&here, &other)
    );
    case::THREADS.store(3, Ordering::Relaxed);
    assert!(here == everything(), "two runs of one process differ");
}

fn first_difference(one: &str, other: &str) -> String {
    let at = one
        .bytes()
        .zip(other.bytes())
        .position(|(a, b)| a != b)
        .unwrap_or(one.len().min(other.len()));
    let start = (0..=at.saturating_sub(80))
        .rev()
        .find(|start| one.is_char_boundary(*start))
        .unwrap_or(0);
    format!("{at}: {:?}", one[start..].chars().take(200).collect::<String>())
}

#[test]
fn the_order_of_words_means_nothing() {
    let mut compared = 0;
    for case in contracts() {
        let contract = case.value();
        // The unchanged order is serialized again as well, so that the two texts differ only in order.
        let before = case.generate_from(text(&contract).as_bytes());
        let Some(before) = before.files else {
            panic!("{}: {}", case.name, before.rendered())
        };
        let mut paths = words::objects(&contract);
        paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
        for turn in 0..if case.name == "partner-api" { 1 } else { 2 } {
            let mut turned = contract.clone();
            for path in &paths {
                let Some(serde_yaml::Value::Mapping(map)) = words::at(&mut turned, path) else {
                    continue;
                };
                let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
                let middle = entries.len() / 2;
                if turn == 0 {
                    entries.reverse();
                } else {
                    entries.rotate_left(middle);
                }
                map.extend(entries);
            }
            let after = case.generate_from(text(&turned).as_bytes());
            let Some(after) = after.files else {
                panic!("{}: {}", case.name, after.rendered())
            };
            for (path, text) in &before {
                let (one, other) = (
                    skeleton::without_digests(text),
                    skeleton::without_digests(after.get(path).map_or("", String::as_str)),
                );
                assert!(
                    one == other,
                    "{} {path} differs at {}",
                    case.name,
                    first_difference(&one, &other)
                );
            }
            assert_eq!(before.len(), after.len(), "{}", case.name);
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}
