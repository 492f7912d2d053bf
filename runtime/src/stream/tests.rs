//! The parsers alone: the same items come out for all ways to cut the bytes into pieces.

use bytes::Bytes;
use proptest::prelude::*;

use super::event::{Block, BlockReader, Step};
use super::{RecordSplitter, RecordStep};

mod parts;
mod whole;

fn blocks(pieces: &[&[u8]]) -> (Vec<Block>, Option<Block>) {
    let mut fields = BlockReader::new(1 << 16);
    let mut found = Vec::new();
    for piece in pieces {
        fields.push(piece);
        while let Step::Block(block) = fields.step() {
            found.push(block);
        }
    }
    (found, fields.finish())
}

fn data(text: &str) -> Vec<String> {
    let (found, left) = blocks(&[text.as_bytes()]);
    assert_eq!(left, None, "{text:?}");
    found
        .iter()
        .map(|block| String::from_utf8(block.data.to_vec()).unwrap())
        .collect()
}

#[test]
fn the_examples_of_the_specification_are_read_as_it_says() {
    // HTML, section 9.2.6, "the following event stream".
    assert_eq!(data("data: YHOO\ndata: +2\ndata: 10\n\n"), ["YHOO\n+2\n10"]);
    let (found, left) =
        blocks(&[b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"]);
    assert_eq!(found.len(), 2);
    assert_eq!(
        (&*found[0].data, found[0].id.as_deref()),
        (&b"first event"[..], Some("1"))
    );
    assert_eq!(
        (&*found[1].data, found[1].id.as_deref()),
        (&b"second event"[..], Some(""))
    );
    assert_eq!(left.unwrap().data, " third event");
    assert_eq!(data("data\n\ndata\ndata\n\n"), ["", "\n"]);
    assert_eq!(blocks(&[b"data:"]).1.unwrap().data, "");
    assert_eq!(data("data:test\n\ndata: test\n\n"), ["test", "test"]);
}

#[test]
fn lines_end_in_three_ways_and_a_byte_order_mark_is_no_text() {
    for end in ["\n", "\r", "\r\n"] {
        let text = format!("\u{feff}event: a{end}data: 1{end}data: 2{end}{end}data: 3{end}{end}");
        assert_eq!(data(&text), ["1\n2", "3"], "{end:?}");
    }
    assert_eq!(data("data: 1\r\rdata: 2\n\r\n"), ["1", "2"]);
    // Only one mark is taken away, and only at the start.
    assert_eq!(data("\u{feff}\u{feff}data: 1\n\ndata: 2\n\n"), ["2"]);
}

#[test]
fn ids_names_and_waits_are_kept_as_the_specification_says() {
    let (found, _) = blocks(&[
        b"id: 7\nretry: 1500\n\nevent: x\ndata: a\nretry: 1e3\nid: 8\0\n\ndata: b\nevent: y\nevent:\nother: c\n\n",
    ]);
    assert_eq!(found[0].event.as_deref(), Some("x"));
    assert_eq!((found[0].retry, found[0].id.as_deref()), (None, None));
    assert_eq!(found[1].event.as_deref(), Some(""));
    let mut fields = BlockReader::new(100);
    fields.push(b"id: 7\nretry: 1500\n\n");
    assert_eq!(fields.step(), Step::More);
    assert_eq!((fields.last_id(), fields.last_retry()), (Some("7"), Some(1500)));
}

#[test]
fn a_block_that_is_too_large_is_refused_with_its_beginning() {
    let mut fields = BlockReader::new(8);
    fields.push(b"data: 1234\ndata: 12345\n");
    assert_eq!(fields.step(), Step::TooLarge(Bytes::from("1234\n123")));
    let mut fields = BlockReader::new(8);
    fields.push(b"data: 123456789");
    assert_eq!(fields.step(), Step::TooLarge(Bytes::from("data: 12")));
    // The limit applies to each block, not to the pieces that arrive.
    let mut fields = BlockReader::new(8);
    fields.push(b"data: 1\n\ndata: 2\n\ndata: 3\n\n");
    assert!(matches!(fields.step(), Step::Block(_)));
}

fn all_records(pieces: &[&[u8]], limit: usize) -> (Vec<String>, Option<(Bytes, bool)>) {
    let mut records = RecordSplitter::new(limit);
    let mut found = Vec::new();
    for piece in pieces {
        records.push(piece);
        loop {
            match records.step() {
                RecordStep::Record(record) => found.push(String::from_utf8(record.to_vec()).unwrap()),
                RecordStep::More => break,
                RecordStep::TooLarge(raw) => {
                    found.push(format!("too large: {raw:?}"));
                    break;
                }
            }
        }
    }
    (found, records.finish())
}

#[test]
fn records_are_lines_or_stand_behind_separators() {
    let lines = |text: &[u8]| all_records(&[text], 1000);
    let (found, left) = lines(b"{\"a\":1}\r\n\n  \n[2]\n3");
    assert_eq!(found, ["{\"a\":1}", "[2]"]);
    assert_eq!(left, Some((Bytes::from("3"), false)));
    let (found, left) = lines(b"\x1e{\n\"a\":1}\n\x1e\x1e[2]\n\x1e3");
    assert_eq!(found, ["{\n\"a\":1}", "[2]"]);
    // RFC 7464, section 2.4: a number whose end nothing shows may have been cut off.
    assert_eq!(left, Some((Bytes::from("3"), true)));
    assert_eq!(lines(b"\x1e3\n").1, Some((Bytes::from("3"), false)));
    assert_eq!(lines(b"\n\n").1, None);
    assert_eq!(all_records(&[b"12345\n1\n"], 3).0, ["too large: b\"123\""]);
}

proptest! {
    #[test]
    fn it_does_not_matter_in_which_pieces_bytes_come(
        parts in prop::collection::vec(prop::sample::select(vec![
            "data: x", "data:", "id: 1", "event: e", ": c", "\n", "\r", "\r\n", "\n\n", "\u{feff}", "retry: 5", "é", ":",
        ]), 0..30),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let text = parts.concat();
        let bytes = text.as_bytes();
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let pieces: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        prop_assert_eq!(blocks(&[bytes]), blocks(&pieces));
        prop_assert_eq!(all_records(&[bytes], 1000), all_records(&pieces, 1000));
    }
}
