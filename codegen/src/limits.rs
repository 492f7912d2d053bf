//! Every limit of generating a crate, with its reason. No other file of the crate has one (`tests/it/words/size.rs`).
//!
//! A limit bounds time, memory or the length of a message. Where one is reached, a diagnostic says so, or its reason says
//! why nothing is lost.

pub(crate) use sdkwright_contract::limits::{NAME_WORDS, SCHEMA_DEPTH, WORD_CHARACTERS};

/// Quotations in a quotation of Markdown: its reader calls itself. Marks of deeper ones are shown as text.
pub(crate) const QUOTATION_DEPTH: usize = 8;
/// Lists in a list of Markdown: its reader calls itself, and each level indents all lines in it. Marks of deeper ones are shown as
/// text.
pub(crate) const LIST_DEPTH: usize = 16;
/// Columns of a table of HTML that every row gets, whatever its number of cells is: rows times columns would be larger than the text.
pub(crate) const TABLE_COLUMNS: usize = 64;
/// Values or members that name a type which is written in several places: more of them are a list.
pub(crate) const PARTS_OF_NAME: usize = 3;
/// Words of all these together.
pub(crate) const WORDS_OF_CONTENT: usize = 6;
/// Nesting of unnamed types that a name spells out: more words help nobody.
pub(crate) const KIND_DEPTH: u8 = 8;
/// Nesting of lists that are compared to tell variants apart.
pub(crate) const DISTINCTION_DEPTH: u8 = 4;
/// Rounds in which inner types follow outer ones; deeper ones that still collide are disambiguated alone.
pub(crate) const NAME_ROUNDS: usize = 8;
/// Bytes of a type's name from which a shorter one is looked for.
pub(crate) const READABLE_BYTES: usize = 60;
/// Words of an id with spaces that can be a name: a longer one is a summary.
pub(crate) const READABLE_WORDS: usize = 9;
/// Bytes of a word in lower case that can be a verb and its noun: `getcamerapicture`.
pub(crate) const JOINED_BYTES: usize = 40;
/// Bytes of an id from which nobody reads a method: no shorter one is looked for, which takes the square of its length.
pub(crate) const READABLE_ID_BYTES: usize = 1_000;
/// Bytes of an identifier: longer ones cannot be read.
pub(crate) const IDENTIFIER_BYTES: usize = 200;
/// Characters of a package's name: the registry takes no longer one.
pub(crate) const PACKAGE_CHARACTERS: usize = 64;
/// Digits of one number of a version: cargo reads 64 bits.
pub(crate) const VERSION_DIGITS: usize = 19;

/// Depth of an example from which lists and maps stay empty and nullable values are null: types may contain themselves.
pub(crate) const SAMPLE_DEPTH: usize = 8;
/// Depth of an example down to which optional members fill an object up to its minimum: each may be of the same type.
pub(crate) const SAMPLE_FILL_DEPTH: usize = 2;
/// Values that are made for one example, those included that are only tried: required members and variants multiply with each
/// level. A larger example is not shown.
pub(crate) const SAMPLE_VALUES: usize = 10_000;
/// Nesting of values that are made for one example: a deeper example is not shown.
pub(crate) const SAMPLE_NESTING: usize = 64;
/// Items or entries kept of a contract's example.
pub(crate) const SAMPLE_SHOWN: usize = 2;
/// Items of a list whose minimum is larger.
pub(crate) const SAMPLE_ITEMS: usize = 64;
/// Characters of a text whose minimum is larger.
pub(crate) const SAMPLE_TEXT: usize = 4096;
/// Depth of a contract's example below which it is not taken: it is as deep as its file at most.
pub(crate) const SAMPLE_FIT_DEPTH: usize = 64;
/// Steps of matching a text with a pattern: a pattern may be made to take for ever.
pub(crate) const PATTERN_STEPS: usize = 100_000;
/// Repetitions that a text of a pattern may have beyond the shortest.
pub(crate) const PATTERN_GROWTH: u32 = 256;
/// Texts made of a pattern that it does not match, because of an anchor within it, before none is made.
pub(crate) const PATTERN_MISMATCHES: u32 = 16;
/// Siblings that get different numbers.
pub(crate) const SAMPLE_SIBLINGS: usize = 10_000;

/// Depth of HTML elements in a text that become Markdown: people write three or four; deeper ones are plain text.
pub(crate) const ELEMENTS_IN_EACH_OTHER: usize = 16;

/// Characters of one tag of HTML in a text: styles and addresses are long, and a `<` without an end must cost little.
pub(crate) const TAG_CHARACTERS: usize = 2000;

/// Depth at which ids of an answer are searched: the objects of an answer may contain themselves.
pub(crate) const ID_DEPTH: usize = 4;
/// Addresses that the variables of servers make in the list: their values multiply.
pub(crate) const SERVER_ADDRESSES: usize = 64;
/// Levels of types in types that rustc follows with its usual limit of 128: it takes up to six steps for a level.
pub(crate) const PLAIN_LEVELS: usize = 20;
/// Columns of generated documentation.
pub(crate) const DOC_COLUMNS: usize = 110;
/// Characters of the sentence on a group, in a table with a row for each.
pub(crate) const SENTENCE_CHARACTERS: usize = 160;
/// Characters of the note of a deprecated item, which the compiler prints at each use.
pub(crate) const NOTE_CHARACTERS: usize = 300;
/// Sentences of the contract in it.
pub(crate) const NOTE_SENTENCES: usize = 2;
/// Titles of operations that describe a group without a text of its own.
pub(crate) const TITLES_SHOWN: usize = 4;
/// Bytes at the start of a file that may hold the mark of generated files: `check` reads no more.
pub(crate) const MARK_BYTES: usize = 200;
/// Lines of a page of models; more models have a page for each letter.
pub(crate) const LINES_OF_A_PAGE: usize = 1500;
/// Names of a collision that a diagnostic shows beside the first.
pub(crate) const COLLISION_SHOWN: usize = 4;
/// Names that a diagnostic proposes for the configuration.
pub(crate) const OVERRIDES_SHOWN: usize = 20;

/// Bytes of the stack of a thread: that of a main thread, for deeply nested types.
pub(crate) const STACK: usize = 8 << 20;

/// Types in the forms of one parameter of a server: they are a tree, in which each use of a type is written again.
pub(crate) const WIRE_FORMS: usize = 1000;

/// Types in a type of such a parameter: the server reads as many brackets.
pub(crate) const WIRE_DEPTH: usize = 32;

/// Files that one thread digests or writes before it takes more: a thread for fewer costs more than it saves.
pub(crate) const FILES_OF_A_PIECE: usize = 512;
/// Bytes of the words of a file's items before their digest takes their place: the words of a large file would be moved as they grow.
pub(crate) const WORDS_KEPT: usize = 64 * 1024;
