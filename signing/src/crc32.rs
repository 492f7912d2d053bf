//! CRC-32 of IEEE 802.3, which an API may sign instead of a body: bytes come in, a number goes out. It protects nothing by itself.

/// Returns the CRC-32 of bytes.
pub(crate) fn crc32(bytes: &[u8]) -> u32 {
    let shift = |sum: u32| sum >> 1 ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 };
    let next = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |sum, _| shift(sum));
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
