//! Every limit of the generator, with its reason. No other file has one (`tests/it/words/size.rs`).
//!
//! A limit bounds time, memory or the length of a message. Where one is reached, a diagnostic says so, or its reason says
//! why nothing is lost.

/// Bytes of one file: the size of its tree is a multiple of this, and has to fit into memory.
pub(crate) const FILE_BYTES: usize = 128 << 20;
/// Nodes of one file, copies of aliases included: they bound memory.
pub(crate) const FILE_NODES: usize = 8_000_000;
/// Nodes that aliases of one file may copy: a few lines of nested aliases stand for any number of nodes.
pub(crate) const FILE_COPIES: usize = 200_000;
/// Nesting of lists and maps in a file: readers call themselves, and the usual JSON readers stop at the same depth.
pub(crate) const FILE_DEPTH: usize = 128;
/// Up to this number of keys, a map is searched for duplicates pair by pair; above, by a hash table.
pub(crate) const KEYS_IN_PAIRS: usize = 12;
/// Merge keys of one mapping: each is compared with all members. YAML 1.1 allows one.
pub(crate) const MERGE_KEYS: usize = 16;
/// Members of a mapping from which they are looked up by a hash table.
pub(crate) const WIDE: usize = 48;
/// Files that a contract may refer to: each is read from disk.
pub(crate) const OTHER_FILES: usize = 1000;
/// Zeros that are appended to the digits of a bound or a divided number: an `i128` has 39 digits, so that a larger number is its maximum.
pub(crate) const BOUND_ZEROS: usize = 40;

/// Bytes of a query in an overlay: its parser calls itself.
pub(crate) const QUERY_BYTES: usize = 8192;
/// Nesting of brackets and parentheses of a query: the time of its parser doubles with each.
pub(crate) const QUERY_DEPTH: usize = 14;
/// Nodes that a query may visit, estimated: a few seconds.
pub(crate) const QUERY_STEPS: usize = 100_000_000;
/// Depth of a node that the estimate assumes: each further `..` multiplies the visits by it.
pub(crate) const QUERY_LEVELS: usize = 8;
/// Nodes that the actions of overlays may copy: updates of many targets multiply.
pub(crate) const OVERLAY_COPIES: usize = 1_000_000;

/// States of a lifecycle that is drawn: a picture of more is larger than a page. The documentation of the type lists them all.
pub(crate) const PICTURE_STATES: usize = 40;
/// Arrows of a lifecycle that is drawn: the time grows with their square, and nobody could follow more.
pub(crate) const PICTURE_ARROWS: usize = 100;
/// Times that the layers of a picture with crossings are ordered anew: each costs as much as the first, and the best order is kept.
pub(crate) const PICTURE_ORDERINGS: usize = 8;
/// Times that the nodes of a picture are moved towards their neighbours: each costs as much as the first.
pub(crate) const PICTURE_MOVES: usize = 14;

/// Nesting of schemas: `lower` calls itself. Emitters rely on it: inline types nest no deeper.
pub(crate) const SCHEMA_DEPTH: usize = 90;
/// Conjunctions of several schemas in a contract, beside one for each of its schemas: distributing `oneOf` over `allOf` multiplies
/// them, and schemas that contain each other combine to any set of them. Most contracts have less than one for a hundred schemas.
pub(crate) const CONJUNCTIONS: usize = 500;
/// Values of an enumeration that becomes a type: each is a variant with its documentation. Lists of codes have a thousand.
pub(crate) const ENUM_VALUES: usize = 10_000;
/// Schemas and members that schemas get from each other by `$ref` and `allOf`, besides [`COMBINED_EACH`] for each schema: a type has
/// all members that it inherits, so that a chain makes a number of them that grows with its square.
pub(crate) const COMBINED: usize = 600_000;
/// Schemas and members for each schema: those of large contracts have three.
pub(crate) const COMBINED_EACH: usize = 32;
/// Schemas of one conjunction: each pair of them is merged.
pub(crate) const CONJUNCTION_PARTS: usize = 20;
/// Combined alternatives of one schema: those of several `oneOf` multiply. Unions in a union that would have more stay unions.
pub(crate) const ALTERNATIVES: usize = 200;
/// From this number on, the values of a discriminator's member in one alternative are taken for those of all
/// alternatives, if its name is among them: a contract that repeats the whole list in each alternative.
pub(crate) const MANY_VALUES: usize = 4;
/// Quotations in a quotation of Markdown: its reader calls itself. Marks of deeper ones are shown as text.
pub(crate) const QUOTATION_DEPTH: usize = 8;
/// Lists in a list of Markdown: its reader calls itself, and each level indents all lines in it. Marks of deeper ones are shown as
/// text.
pub(crate) const LIST_DEPTH: usize = 16;
/// Columns of a table of HTML that every row gets, whatever its number of cells is: rows times columns would be larger than the text.
pub(crate) const TABLE_COLUMNS: usize = 64;
/// Nesting of alternatives in a form: they may contain themselves; a deeper form is refused.
pub(crate) const FORM_DEPTH: usize = 64;
/// Nesting of alternatives in a part of a form: they may contain themselves; deeper ones are sent as JSON.
pub(crate) const PART_DEPTH: usize = 8;
/// Nesting of alternatives in a streamed event: a `oneOf` may contain itself; deeper ones are data.
pub(crate) const EVENT_DEPTH: u32 = 8;
/// Nesting of alternatives in the schema of a header that the client writes: they may contain themselves. Deeper ones
/// only add checks.
pub(crate) const HEADER_DEPTH: usize = 16;
/// Characters of a client's text that is tested against a pattern: a contract may allow any length.
pub(crate) const HEADER_CHARACTERS: u64 = 512;
/// Nesting of objects in which members are bound: the request is filled in along each path.
pub(crate) const BOUND_DEPTH: usize = 16;
/// Bound members of one body: objects that refer to each other multiply the paths.
pub(crate) const BOUND_MEMBERS: usize = 256;
/// Characters of a title or a constant that names an alternative: longer ones are sentences.
pub(crate) const WORD_CHARACTERS: usize = 48;

/// Length of a tuple that the runtime reads and writes: it has an implementation for each.
pub(crate) const TUPLE: usize = 8;
/// Rounds in which unions are simplified: a round of the last depth changes nothing, and an unsimplified union is
/// correct.
pub(crate) const UNION_ROUNDS: usize = 16;
/// Nesting of inline types that are compared: deeper ones stay two types.
pub(crate) const EQUAL_DEPTH: u8 = 100;
/// Probes of one variant: each costs time at run time; with more, it is read by trying.
pub(crate) const PROBES: usize = 64;
/// Unions in each other that are entered for the probes of one variant: a chain of them would be walked from each. With more, it is
/// read by trying.
pub(crate) const PROBED_UNIONS: usize = 256;
/// Pairs of types that are compared to tell whether two variants differ: beyond, the report says that nothing tells them apart.
pub(crate) const COMPARED: usize = 1000;
/// Types that require one another in a row: a document nests no deeper than a file.
pub(crate) const REQUIRED_DEPTH: usize = FILE_DEPTH;

/// Words of a title that names a constant: longer ones are sentences.
pub(crate) const NAME_WORDS: usize = 4;
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
/// Nesting of schemas and values while an example is validated: deeper ones count as valid.
pub(crate) const EXAMPLE_DEPTH: usize = 512;
/// Items of an example that are compared with each other for `uniqueItems`: the time grows with the square.
pub(crate) const EXAMPLE_ITEMS: usize = 1000;
/// References of an alternative that are followed to its type.
pub(crate) const EXAMPLE_REFERENCES: usize = 64;
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
/// Columns of a list that YAML has in one line.
pub(crate) const YAML_COLUMNS: usize = 90;
/// Bytes at the start of a file that may hold the mark of generated files: `check` reads no more.
pub(crate) const MARK_BYTES: usize = 200;

/// Diagnostics kept per code; the rest is counted.
pub(crate) const KEPT: usize = 200;
/// Warnings and notes of one code that are shown in full; the rest is counted. Errors are all shown.
pub(crate) const SHOWN: usize = 10;
/// Letters and digits from which a private key in an example is complete: a shorter one was cut.
pub(crate) const PRIVATE_KEY: usize = 100;
/// Characters from which the MAC of a token in an example is complete: a shorter one was cut.
pub(crate) const TOKEN_MAC: usize = 40;
/// Names that a finding about a whole contract lists: the places of one line; it says how many more there are.
pub(crate) const LISTED: usize = 6;
/// Characters shown on each side of a place in a long line.
pub(crate) const AROUND: usize = 60;
/// Bytes of a word for which a similar one is searched: the time grows with the square.
pub(crate) const SUGGESTED_BYTES: usize = 60;
/// Characters of a query in a message.
pub(crate) const QUERY_SHOWN: usize = 120;
/// Places that `openapiv3` loses, told one by one; the rest is counted.
pub(crate) const LOST_SHOWN: usize = 20;
/// Operations without our words that a diagnostic names.
pub(crate) const OPERATIONS_SHOWN: usize = 20;
/// Lines of a page of models; more models have a page for each letter.
pub(crate) const LINES_OF_A_PAGE: usize = 1500;
/// Characters of a value in the list of assumptions.
pub(crate) const ASSUMPTION_SHOWN: usize = 72;
/// Names of a collision that a diagnostic shows beside the first.
pub(crate) const COLLISION_SHOWN: usize = 4;
/// Names that a diagnostic proposes for the configuration.
pub(crate) const OVERRIDES_SHOWN: usize = 20;

/// Bytes of the stack of a thread: that of a main thread, for deeply nested types.
pub(crate) const STACK: usize = 8 << 20;
