//! CRC-32 of IEEE 802.3, which PayPal signs instead of a body: bytes come in, a number goes out. It protects nothing by itself.

/// The remainders of all bytes.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte: u32 = 0;
    while byte < 256 {
        let mut remainder = byte;
        let mut bit = 0;
        while bit < 8 {
            remainder = if remainder & 1 == 1 {
                remainder >> 1 ^ 0xEDB8_8320
            } else {
                remainder >> 1
            };
            bit += 1;
        }
        table[byte as usize] = remainder;
        byte += 1;
    }
    table
};

/// Returns the CRC-32 of bytes.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let next = |sum: u32, byte: &u8| TABLE[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ sum >> 8;
    !bytes.iter().fold(u32::MAX, next)
}

#[cfg(test)]
mod tests {
    use super::crc32;

    /// Values of `zlib.crc32` of Python.
    #[test]
    fn the_values_are_those_of_zlib() {
        assert_eq!(crc32(b""), 0);
        assert_eq!(crc32(b"123456789"), 3_421_780_262);
        assert_eq!(crc32(&[0xff; 1000]), PYTHON);
    }

    const PYTHON: u32 = 3_763_548_720;
}
