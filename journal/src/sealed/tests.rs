//! Verification of changed, copied and unsigned rows. Contents of flows, sealed and opened.

use super::*;
use crate::conformance::{client, intent};

const NOW: i64 = 1_782_604_800;

fn owner(store: Option<&str>) -> RowOwner {
    let client = client(NOW).unwrap();
    RowOwner::new(client.sender(), client.seal(), store)
}

fn row() -> Row {
    let mut row = Row {
        sender: intent("k", "k", NOW).sender,
        key: "k".to_owned(),
        subject: Some("s".to_owned()),
        state: "open".to_owned(),
        recorded: NOW,
        leased_until: NOW + 60,
        leased_by: "/run/call".to_owned(),
        head: "{}".to_owned(),
        request: Some(b"bytes".to_vec()),
        evidence: Some(b"approval".to_vec()),
        sealed_by: String::new(),
        seal: Vec::new(),
        made: vec!["t-1".to_owned()],
    };
    owner(Some("store")).sign(&mut row);
    row
}

/// The change to a row, with its name.
type RowChange = (&'static str, fn(&mut Row));

#[test]
fn a_row_of_which_anything_was_changed_is_not_believed() {
    let owner = owner(Some("store"));
    assert!(owner.verifies(&row()));
    let changes: [RowChange; 24] = [
        ("client id", |row| row.sender.client_id = Some("client-2".to_owned())),
        ("no client id", |row| row.sender.client_id = None),
        ("base URL", |row| row.sender.base_url.push('x')),
        ("key", |row| row.key.push('x')),
        ("subject", |row| row.subject = Some("t".to_owned())),
        ("no subject", |row| row.subject = None),
        ("an empty subject", |row| row.subject = Some(String::new())),
        ("state", |row| row.state = "executed".to_owned()),
        ("moment", |row| row.recorded -= 1),
        ("end of the lease", |row| row.leased_until = 0),
        ("both moments", |row| {
            std::mem::swap(&mut row.recorded, &mut row.leased_until);
        }),
        ("holder", |row| row.leased_by.clear()),
        ("head", |row| row.head.push(' ')),
        ("request", |row| row.request = Some(b"bytez".to_vec())),
        ("no request", |row| row.request = None),
        ("an empty request", |row| row.request = Some(Vec::new())),
        ("approval", |row| row.evidence = None),
        ("request and approval", |row| {
            std::mem::swap(&mut row.request, &mut row.evidence);
        }),
        ("ids", |row| row.made = vec!["t-2".to_owned()]),
        ("one more id", |row| row.made.push("t-2".to_owned())),
        ("no ids", |row| row.made.clear()),
        ("name of the secret", |row| row.sealed_by.push('0')),
        ("MAC", |row| row.seal[0] ^= 1),
        ("no MAC", |row| {
            row.seal.clear();
            row.sealed_by.clear();
        }),
    ];
    for (what, change) in changes {
        let mut other = row();
        change(&mut other);
        assert!(!owner.verifies(&other), "{what}");
    }
}

#[test]
fn a_row_of_another_store_is_not_believed() {
    assert!(!owner(Some("another")).verifies(&row()));
    assert!(!owner(None).verifies(&row()));
}

#[test]
fn text_that_moves_from_one_field_to_the_next_is_another_row() {
    let owner = owner(None);
    let mut moved = row();
    owner.sign(&mut moved);
    moved.state.clear();
    moved.leased_by = "open/run/call".to_owned();
    assert!(!owner.verifies(&moved));
}

#[test]
fn without_a_secret_only_rows_without_a_mac_are_believed() {
    let none = RowOwner {
        seal: Seal::default(),
        ..owner(Some("store"))
    };
    assert!(!none.verifies(&row()));
    let mut unsigned = row();
    none.sign(&mut unsigned);
    assert!(none.verifies(&unsigned) && unsigned.seal.is_empty());
    assert!(!owner(Some("store")).verifies(&unsigned));
}

const ROW: &str = "flow payout:wd-9001";
const PLAIN: &[u8] = br#"{"kept":{"iban":"DE89370400440532013000"}}"#;

fn with(secrets: &[&str]) -> Seal {
    Seal::from_secrets(secrets.iter().map(|secret| secret.as_bytes()))
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn only_the_secret_and_the_row_that_sealed_contents_open_them() {
    let own = with(&["a secret"]);
    let sealed = seal(&own, ROW, PLAIN).unwrap();
    assert!(!holds(&sealed, b"DE89"), "the contents are readable");
    assert_eq!(open(&own, ROW, &sealed).unwrap(), PLAIN);
    assert!(open(&with(&["another"]), ROW, &sealed).is_err());
    assert!(open(&own, "flow payout:wd-9002", &sealed).is_err());
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(open(&own, ROW, &changed).is_err(), "{place}");
    }
    assert!(open(&own, ROW, b"").is_err());
    assert_ne!(seal(&own, ROW, PLAIN).unwrap(), sealed);
}

#[test]
fn contents_without_a_seal_are_refused_by_a_client_with_a_secret() {
    let unsealed = seal(&Seal::default(), ROW, PLAIN).unwrap();
    assert_eq!(open(&Seal::default(), ROW, &unsealed).unwrap(), PLAIN);
    assert!(open(&with(&["a secret"]), ROW, &unsealed).is_err());
}

#[test]
fn a_new_secret_seals_contents_of_the_earlier_one_again() {
    let (earlier, both, later) = (with(&["a"]), with(&["b", "a"]), with(&["b"]));
    let sealed = seal(&earlier, ROW, PLAIN).unwrap();
    let renewed = renew(&both, ROW, &sealed).unwrap();
    assert_eq!(open(&later, ROW, &renewed).unwrap(), PLAIN);
    assert_eq!(renew(&later, ROW, &renewed).unwrap(), renewed);
    assert!(renew(&later, ROW, &sealed).is_err());
}

#[cfg(all(feature = "aws-lc", feature = "rust-crypto"))]
#[test]
fn both_libraries_open_what_the_other_one_seals() {
    let key = [7; 32];
    let (one, other) = (
        aws_lc::encrypt(key, b"row", PLAIN).unwrap(),
        rust_crypto::encrypt(key, b"row", PLAIN).unwrap(),
    );
    assert_eq!(one, other);
    assert_eq!(rust_crypto::decrypt(key, b"row", &one).unwrap(), PLAIN);
    assert_eq!(aws_lc::decrypt(key, b"row", &other).unwrap(), PLAIN);
}
