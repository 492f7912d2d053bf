//! HMAC-SHA256 in its two encodings: key and text come in, a MAC or the result of a comparison goes out. A comparison must
//! never take less time for a MAC that differs early.

use base64::Engine as _;

use crate::hash::Mac;
use crate::scheme::MacEncoding;
use crate::secret::Key;

/// Computes the MAC of a base string (RFC 2104 with SHA-256).
pub fn sign(key: &Key, base: &str) -> [u8; 32] {
    mac(key, base).finish()
}

/// Returns `true` if `written` is the MAC of `base`. Takes constant time over the MAC's bytes.
pub fn verify(key: &Key, base: &str, written: &str, encoding: MacEncoding) -> bool {
    let Some(bytes) = decode(written, encoding) else {
        return false;
    };
    mac(key, base).verify(&bytes)
}

/// Encodes a MAC for its header.
pub fn encode(mac: &[u8; 32], encoding: MacEncoding) -> String {
    match encoding {
        MacEncoding::Hex => hex(mac),
        MacEncoding::Base64 => base64(mac),
    }
}

fn mac(key: &Key, base: &str) -> Mac {
    let mut mac = key.keyed().mac();
    mac.update(base.as_bytes());
    mac
}

fn decode(written: &str, encoding: MacEncoding) -> Option<Vec<u8>> {
    match encoding {
        // Lower case only: a second spelling of a MAC would be a second signature of one request.
        MacEncoding::Hex => {
            let digits = written.as_bytes();
            if digits.len() != 64 {
                return None;
            }
            digits
                .chunks_exact(2)
                .map(|pair| Some(lower(pair[0])? * 16 + lower(pair[1])?))
                .collect()
        }
        MacEncoding::Base64 => base64::engine::general_purpose::STANDARD.decode(written).ok(),
    }
}

fn lower(character: u8) -> Option<u8> {
    match character {
        b'0'..=b'9' => Some(character - b'0'),
        b'a'..=b'f' => Some(character - b'a' + 10),
        _ => None,
    }
}

/// Encodes bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    text
}

/// Appends bytes in lower-case hexadecimal to a text.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    for block in bytes.chunks(32) {
        // Writes a block of digits at once: appending single characters takes far longer.
        let mut digits = [[0; 2]; 32];
        for (two, byte) in digits.iter_mut().zip(block) {
            *two = PAIRS[usize::from(*byte)];
        }
        let digits = &digits.as_flattened()[..block.len() * 2];
        text.push_str(std::str::from_utf8(digits).unwrap_or_default());
    }
}

/// Both digits of each byte. The table is indexed by public bytes alone, never by a secret.
const PAIRS: [[u8; 2]; 256] = {
    let (digits, mut pairs, mut byte) = (b"0123456789abcdef", [[0; 2]; 256], 0);
    while byte < pairs.len() {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

/// Encodes bytes as base64 with the standard alphabet, padded.
pub(crate) fn base64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn the_mac_is_the_one_of_rfc_4231() {
        let key = Key::from_bytes(b"Jefe");
        let mac = sign(&key, "what do ya want for nothing?");
        assert_eq!(
            encode(&mac, MacEncoding::Hex),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            encode(&mac, MacEncoding::Base64),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
        );
    }

    #[test]
    fn a_key_longer_than_a_block_is_hashed_first() {
        // RFC 4231, test case 6.
        let key = Key::from_bytes(&[0xaa; 131]);
        assert_eq!(
            hex(&sign(&key, "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn only_the_very_mac_is_accepted() {
        let key = Key::from_bytes(b"Jefe");
        let base = "what do ya want for nothing?";
        let right = encode(&sign(&key, base), MacEncoding::Hex);
        assert!(verify(&key, base, &right, MacEncoding::Hex));
        assert!(verify(
            &key,
            base,
            &encode(&sign(&key, base), MacEncoding::Base64),
            MacEncoding::Base64
        ));
        for wrong in [
            &right.to_uppercase(),
            &right[..62],
            "",
            "zz",
            &format!("{right}00"),
            &"0".repeat(64),
        ] {
            assert!(!verify(&key, base, wrong, MacEncoding::Hex), "{wrong}");
        }
        assert!(!verify(&key, "another", &right, MacEncoding::Hex));
        assert!(!verify(&Key::from_bytes(b"jefe"), base, &right, MacEncoding::Hex));
    }
}
