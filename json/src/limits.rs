//! Limits of one decode: size, depth and memory of a document.

/// Limits on the size and depth of a document, and on the memory for decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest depth of nested objects and arrays.
    pub depth: usize,
    /// Largest number of bytes in a document. Documents of 4 GiB or more are always refused.
    pub bytes: usize,
    /// Largest number of bytes of memory for decoding; at least three for each byte of the document. Each value takes 28 bytes,
    /// each object 32, plus the lists, maps and models made of them. Texts are not counted, and are copied at most once.
    pub memory: usize,
}

impl Limits {
    /// Limits for documents that this process has written, or has already read within limits.
    pub const NONE: Self = Limits {
        depth: usize::MAX,
        bytes: usize::MAX,
        memory: usize::MAX,
    };

    /// Limits for documents that the caller wrote in this process.
    pub const OWN: Self = Limits {
        depth: Self::DEFAULT.depth,
        ..Self::NONE
    };

    /// Default limits: 128 levels, 64 MiB, 8 MiB of memory.
    pub const DEFAULT: Self = Limits {
        depth: 128,
        bytes: 64 << 20,
        memory: 8 << 20,
    };

    /// Returns the memory for decoding `bytes` bytes of which `copies` copies exist already.
    pub(crate) fn memory_besides(&self, bytes: usize, copies: usize) -> usize {
        self.memory.max(bytes.saturating_mul(3_usize.saturating_sub(copies)))
    }
}

impl Default for Limits {
    /// Returns limits of 128 levels, 64 MiB and 8 MiB of memory.
    fn default() -> Self {
        Self::DEFAULT
    }
}
