//! The parser of parts alone.

use proptest::prelude::*;

use crate::stream::parts::{PartSplitter, Step};

/// Returns the parts as headers and content, and the last step.
fn read(pieces: &[&[u8]], limit: usize) -> (Vec<(usize, String)>, String) {
    let mut parts = PartSplitter::new("B", limit);
    let mut found = Vec::new();
    for piece in pieces.iter().copied().map(Some).chain([None]) {
        match piece {
            Some(piece) => parts.push(piece),
            None => parts.is_whole = true,
        }
        loop {
            match parts.step() {
                Step::Part(headers, content) => {
                    found.push((headers.len(), String::from_utf8_lossy(&content).into_owned()));
                }
                Step::More => break,
                other => return (found, format!("{other:?}")),
            }
        }
    }
    (found, "More".to_owned())
}

fn part(headers: usize, content: &str) -> (usize, String) {
    (headers, content.to_owned())
}

#[test]
fn parts_are_between_boundaries_and_text_around_them_is_skipped() {
    let body = b"preamble\r\n--B \t\r\nContent-Type: a/b\r\nX-Y: 1\r\n 2\r\n\r\none\r\n\r\n--B\r\n\r\n\r\n--Bx\r\n--B-\r\n--B\r\nA: b\r\n\r\n\r\n--B--\r\n--B\r\n\r\nno\r\n--B--";
    let (found, end) = read(&[body], 100);
    assert_eq!(found, [part(2, "one\r\n"), part(0, "\r\n--Bx\r\n--B-"), part(1, "")]);
    assert_eq!(end, "End");
    assert_eq!(read(&[b"--B--"], 100), (Vec::new(), "End".to_owned()));
}

#[test]
fn a_part_may_have_no_content_not_even_a_line_break() {
    let (found, end) = read(&[b"--B\r\nA: b\r\n\r\n--B\r\n\r\n--B\r\nC: d\r\n\r\nhi\r\n--B--"], 100);
    assert_eq!(found, [part(1, ""), part(0, ""), part(1, "hi")]);
    assert_eq!(end, "End");
}

#[test]
fn a_line_that_only_begins_like_the_last_boundary_is_content() {
    let (found, end) = read(
        &[b"--B\r\n\r\none\r\n--B--x\r\n--B-- -\r\n--B\r\n\r\ntwo\r\n--B-- \r\nepilogue"],
        100,
    );
    assert_eq!(found, [part(0, "one\r\n--B--x\r\n--B-- -"), part(0, "two")]);
    assert_eq!(end, "End");
}

#[test]
fn a_body_without_its_end_is_never_complete() {
    let whole = "--B\r\nA: b\r\n\r\none\r\n--B--";
    for end in 0..whole.len() {
        let (_, state) = read(&[&whole.as_bytes()[..end]], 100);
        assert_eq!(state, "More", "{end}");
    }
}

#[test]
fn sizes_of_parts_and_of_headers_are_limited() {
    let within = read(&[b"--B\r\n\r\n12345678\r\n--B--"], 8);
    assert_eq!(within, (vec![part(0, "12345678")], "End".to_owned()));
    for body in [&b"--B\r\n\r\n123456789\r\n--B--"[..], b"--B\r\n\r\n123456789"] {
        assert_eq!(read(&[body], 8).1, "TooLarge(b\"12345678\")");
    }
    let long = format!("--B\r\nA: {}", "b".repeat(20_000));
    assert!(read(&[long.as_bytes()], 1 << 20).1.starts_with("Malformed"));
    assert!(
        read(&[long.as_bytes(), b"\r\n\r\nx"], 1 << 20)
            .1
            .starts_with("Malformed")
    );
    for head in ["no colon", "a b: c", "A: \u{7f}", ": x", "A: b\r\n\tc\r\nd"] {
        let body = format!("--B\r\n{head}\r\n\r\nx\r\n--B--");
        assert!(read(&[body.as_bytes()], 100).1.starts_with("Malformed"), "{head}");
    }
    assert!(
        read(&[b"--B\r\nA: \xff\r\n\r\nx\r\n--B--"], 100)
            .1
            .starts_with("Malformed")
    );
    // Text before the first part is not held.
    let mut parts = PartSplitter::new("B", 8);
    for _ in 0..1000 {
        parts.push(b"preamble\r\n-");
        assert_eq!(parts.step(), Step::More);
    }
    assert!(parts.rest().len() <= 8);
}

proptest! {
    #[test]
    fn it_does_not_matter_in_which_pieces_parts_come(
        words in prop::collection::vec(prop::sample::select(vec![
            "\r\n--B", "\r\n--B--", "\r\n", "--", "A: b", "\r", "\n", " ", "x", "--B\r\n", "\r\n--B\r\nA: b\r\n\r\n",
        ]), 0..24),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let whole = words.concat().into_bytes();
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(whole.len() + 1)).chain([0, whole.len()]).collect();
        places.sort_unstable();
        let pieces: Vec<&[u8]> = places.windows(2).map(|pair| &whole[pair[0]..pair[1]]).collect();
        prop_assert_eq!(read(&pieces, 1000), read(&[&whole], 1000));
    }
}
