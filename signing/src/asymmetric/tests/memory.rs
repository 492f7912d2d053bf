//! The memory of the process after the drop of a private key, as the system shows it.

use super::*;
use base64::Engine as _;
use std::os::unix::fs::FileExt as _;
use zeroize::Zeroize as _;

/// The mask of the bytes of the search, so that this test has no copy of them.
const MASK: u8 = 0xa5;

/// The private scalar, masked, in both orders of its bytes.
fn scalar(pem: &str) -> [[u8; 32]; 2] {
    let digits: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let mut der = base64::engine::general_purpose::STANDARD.decode(digits).unwrap();
    let start = der.windows(5).position(|part| part == [2, 1, 1, 4, 32]).unwrap() + 5;
    let mut masked = [0; 32];
    for (to, byte) in masked.iter_mut().zip(&der[start..]) {
        *to = byte ^ MASK;
    }
    der.zeroize();
    let mut reversed = masked;
    reversed.reverse();
    [masked, reversed]
}

/// Counts the places of these bytes, on a thread that leaves the stack of the caller as it is.
fn places(masked: &[[u8; 32]; 2]) -> usize {
    std::thread::scope(|threads| threads.spawn(|| count(masked)).join().unwrap())
}

/// Counts the places of these bytes in the memory that the process can write.
fn count(masked: &[[u8; 32]; 2]) -> usize {
    let memory = std::fs::File::open("/proc/self/mem").unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut found = 0;
    for line in maps
        .lines()
        .filter(|line| line.contains(" rw-p ") && !line.contains("[vv"))
    {
        let (start, rest) = line.split_once('-').unwrap();
        let end = rest.split_once(' ').unwrap().0;
        let [start, end] = [start, end].map(|text| u64::from_str_radix(text, 16).unwrap());
        let mut block = vec![0; usize::try_from(end - start).unwrap()];
        if memory.read_exact_at(&mut block, start).is_ok() {
            let is_it =
                |part: &[u8], masked: &[u8; 32]| part.iter().zip(masked).all(|(one, other)| one ^ MASK == *other);
            found += block
                .windows(32)
                .filter(|part| masked.iter().any(|masked| is_it(part, masked)))
                .count();
        }
        block.zeroize();
    }
    found
}

/// Counts the copies of a scalar while its key exists, and after a signature and its drop.
fn copies(pair: impl FnOnce(&str) -> Box<dyn Fn(&[u8]) -> Option<Vec<u8>>>) -> [usize; 2] {
    let pem = key!("wiped-p256");
    let masked = scalar(pem);
    let sign = pair(pem);
    assert_eq!(sign(b"message").unwrap().len(), 64);
    let alive = places(&masked);
    drop(sign);
    [alive, places(&masked)]
}

#[test]
fn no_copy_of_a_private_key_is_left_after_its_drop() {
    let der = |pem: &str| block(pem, &["PRIVATE KEY"]).unwrap().1;
    let pure = copies(|pem| {
        let pair = rust_crypto::Pair::ecdsa(Curve::P256, &der(pem)).ok().unwrap();
        Box::new(move |message| pair.sign(A::EcdsaP256Sha256, message))
    });
    assert_eq!(pure, [1, 0], "RustCrypto");
    let [alive, dropped] = copies(|pem| {
        let pair = aws_lc::Pair::ecdsa(Curve::P256, &der(pem)).ok().unwrap();
        Box::new(move |message| pair.sign(A::EcdsaP256Sha256, message))
    });
    assert!(alive <= 2 && dropped == 0, "aws-lc: {alive}, {dropped}");
}
