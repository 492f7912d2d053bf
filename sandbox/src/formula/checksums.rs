//! In: addresses of block chains. Out: whether their checksums are right, and made-up addresses with right ones. Never: a
//! key, or an address that somebody owns.

use bech32::{Hrp, segwit as program};
use cel::ExecutionError;
use cel::common::types::{CelBool, CelInt, CelString};
use hmac_sha256::Hash;
use sha3::{Digest as _, Keccak256};

/// The most characters of a made-up address.
pub(super) const LONGEST_ADDRESS: u64 = 90;
/// The longest text in base 58 that is read: its digits cost their square.
const LONGEST_BASE58: usize = 128;
/// The bytes of a hash that are an address.
const ADDRESS: usize = 20;
/// The bytes of a checksum in base 58.
const SUM: usize = 4;

/// `isEip55(text)`: `0x` and 40 hexadecimal digits; letters of both cases are those of the checksum (EIP-55).
#[allow(non_snake_case, reason = "the names of the rule language")]
pub(super) fn isEip55(text: &CelString<'_>) -> CelBool {
    CelBool::from(is_eip55(text.inner()))
}

fn is_eip55(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("0x").map(str::as_bytes) else {
        return false;
    };
    if digits.len() != 2 * ADDRESS || !digits.iter().all(u8::is_ascii_hexdigit) {
        return false;
    }
    let has = |case: fn(&u8) -> bool| digits.iter().any(case);
    if !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)) {
        return true;
    }
    let sum = Keccak256::digest(digits.to_ascii_lowercase());
    let half_bytes = sum.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let mut pairs = digits.iter().zip(half_bytes);
    pairs.all(|(digit, half)| !digit.is_ascii_alphabetic() || digit.is_ascii_uppercase() == (half >= 8))
}

/// `isBase58Check(text)`: digits in base 58 that end in their checksum, as addresses of Bitcoin and Tron do.
#[allow(non_snake_case, reason = "the names of the rule language")]
pub(super) fn isBase58Check(text: &CelString<'_>) -> CelBool {
    CelBool::from(is_base58_check(text.inner()))
}

fn is_base58_check(text: &str) -> bool {
    let bytes = Some(text).filter(|text| text.len() <= LONGEST_BASE58);
    let bytes = bytes.and_then(|text| bs58::decode(text).into_vec().ok());
    let parts = bytes.as_ref().and_then(|bytes| bytes.split_last_chunk::<SUM>());
    parts.is_some_and(|(payload, sum)| !payload.is_empty() && checksum(payload).starts_with(sum))
}

fn checksum(payload: &[u8]) -> [u8; 32] {
    Hash::hash(&Hash::hash(payload))
}

/// `isSegwit(text)`: an address in Bech32 or Bech32m with the right checksum (BIP-173, BIP-350), whatever its prefix.
#[allow(non_snake_case, reason = "the names of the rule language")]
pub(super) fn isSegwit(text: &CelString<'_>) -> CelBool {
    CelBool::from(program::decode(text.inner()).is_ok())
}

/// `base58Check(version, text)`: an address of 20 bytes in base 58, always the same for the same version and text.
#[allow(
    non_snake_case,
    clippy::trivially_copy_pass_by_ref,
    reason = "the names of the rule language, which gives arguments by reference"
)]
pub(super) fn base58Check(version: &CelInt, text: &CelString<'_>) -> Result<CelString<'static>, ExecutionError> {
    let version = u8::try_from(*version.inner())
        .map_err(|_| ExecutionError::function_error("base58Check", "a version is a number from 0 to 255"))?;
    let mut bytes = vec![version];
    bytes.extend(&Hash::hash(text.inner().as_bytes())[..ADDRESS]);
    bytes.extend(&checksum(&bytes)[..SUM]);
    Ok(CelString::from(bs58::encode(bytes).into_string()))
}

/// `segwit(prefix, text)`: an address of version 0 and 20 bytes in Bech32, always the same for the same prefix and text.
pub(super) fn segwit(prefix: &CelString<'_>, text: &CelString<'_>) -> Result<CelString<'static>, ExecutionError> {
    let wrong = || ExecutionError::function_error("segwit", "a prefix is a short text such as `bc`");
    let prefix = Hrp::parse(prefix.inner()).map_err(|_| wrong())?;
    let bytes = &Hash::hash(text.inner().as_bytes())[..ADDRESS];
    let address = program::encode_v0(prefix, bytes).map_err(|_| wrong())?;
    Ok(CelString::from(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Exchanges the case of the first letter, or the first two digits that differ.
    fn changed(text: &str, from: usize) -> String {
        let mut bytes = text.as_bytes().to_vec();
        let at = (from..bytes.len() - 1).find(|&at| bytes[at] != bytes[at + 1]).unwrap();
        bytes.swap(at, at + 1);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_letters_of_an_address_in_hexadecimal_digits_are_its_checksum() {
        // The test cases of EIP-55.
        for known in [
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
            "0xde709f2102306220921060314715629080e2fb77",
            "0x27b1fdb04752bbc536007a920d24acb045561c26",
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert!(is_eip55(known), "{known}");
        }
        for wrong in [
            "0x5aaeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d35A",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6F",
            "dbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0XD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
            "0x\u{e9}1220A0cf47c7B9Be7A2E6BA89F429762e7b9aD",
            "",
        ] {
            assert!(!is_eip55(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_address_in_base_58_ends_in_its_checksum() {
        // The first block of Bitcoin, an example of BIP-13, and the contract of USDT on Tron.
        for known in [
            "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
            "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
            "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
        ] {
            assert!(is_base58_check(known), "{known}");
            assert!(!is_base58_check(&changed(known, 1)), "{known}");
        }
        let long = "1".repeat(LONGEST_BASE58 + 1);
        for wrong in ["", "1", "0OIl", "3QJmnh", &long] {
            assert!(!is_base58_check(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_segwit_address_has_the_checksum_of_its_version() {
        let is_right = |text: &str| isSegwit(&CelString::from(text.to_owned())) == CelBool::from(true);
        // Valid and invalid addresses of BIP-173 and BIP-350.
        for known in [
            "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
            "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        ] {
            assert!(is_right(known), "{known}");
        }
        for wrong in [
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
            "BC13W508D6QEJXTDG4Y5R3ZARVARY0C5XW7KN40WF2",
            "bc1rw5uspcuh",
            "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
            "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sL5k7",
            "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
            "",
        ] {
            assert!(!is_right(wrong), "{wrong}");
        }
    }

    #[test]
    fn a_made_up_address_has_a_right_checksum() {
        for text in ["", "a wallet", "\u{e9}"] {
            let text = CelString::from(text.to_owned());
            let bitcoin = segwit(&CelString::from("bc"), &text).unwrap();
            assert!(bitcoin.inner().starts_with("bc1q") && isSegwit(&bitcoin) == CelBool::from(true));
            for (version, first) in [(0, '1'), (5, '3'), (0x41, 'T')] {
                let address = base58Check(&CelInt::from(version), &text).unwrap();
                assert!(
                    address.inner().starts_with(first) && is_base58_check(address.inner()),
                    "{}",
                    address.inner()
                );
            }
        }
        assert!(base58Check(&CelInt::from(256), &CelString::from("")).is_err());
        assert!(segwit(&CelString::from(""), &CelString::from("")).is_err());
    }
}
