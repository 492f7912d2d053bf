//! Locations in the sources: a file and a byte range, for every node, key and diagnostic.

/// Index of a file in a [`super::SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub u16);

/// A byte range of one file. The default is [`Span::NOWHERE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// No location: for nodes without a source.
    pub const NOWHERE: Self = Self {
        file: FileId(u16::MAX),
        start: 0,
        end: 0,
    };

    /// Returns a range of a file.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Self {
            file,
            start,
            end: end.max(start),
        }
    }

    /// Returns true if it is [`Span::NOWHERE`].
    pub fn is_nowhere(self) -> bool {
        self == Self::NOWHERE
    }
}

impl Default for Span {
    fn default() -> Self {
        Self::NOWHERE
    }
}
