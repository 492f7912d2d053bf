//! Every limit of reading a contract, with its reason. No other file of the crate has one (`tests/it/words/size.rs`).
//!
//! A limit bounds time, memory or the length of a message. Where one is reached, a diagnostic says so, or its reason says
//! why nothing is lost.

/// Bytes of one file: the size of its tree is a multiple of this, and has to fit into memory.
pub const FILE_BYTES: usize = 128 << 20;
/// Nodes of one file, copies of aliases included: they bound memory.
pub const FILE_NODES: usize = 8_000_000;
/// Nodes that aliases of one file may copy: a few lines of nested aliases stand for any number of nodes.
pub const FILE_COPIES: usize = 200_000;
/// Nesting of lists and maps in a file: readers call themselves, and the usual JSON readers stop at the same depth.
pub const FILE_DEPTH: usize = 128;
/// Up to this number of keys, a map is searched for duplicates pair by pair; above, by a hash table.
pub const KEYS_IN_PAIRS: usize = 12;
/// Merge keys of one mapping: each is compared with all members. YAML 1.1 allows one.
pub const MERGE_KEYS: usize = 16;
/// Members of a mapping from which they are looked up by a hash table.
pub const WIDE: usize = 48;
/// Files that a contract may refer to: each is read from disk.
pub const OTHER_FILES: usize = 1000;
/// Zeros that are appended to the digits of a bound or a divided number: an `i128` has 39 digits, so that a larger number is its maximum.
pub const BOUND_ZEROS: usize = 40;

/// Bytes of a query in an overlay: its parser calls itself.
pub const QUERY_BYTES: usize = 8192;
/// Nesting of brackets and parentheses of a query: the time of its parser doubles with each.
pub const QUERY_DEPTH: usize = 14;
/// Nodes that a query may visit, estimated: a few seconds.
pub const QUERY_STEPS: usize = 100_000_000;
/// Depth of a node that the estimate assumes: each further `..` multiplies the visits by it.
pub const QUERY_LEVELS: usize = 8;
/// Nodes that the actions of overlays may copy: updates of many targets multiply.
pub const OVERLAY_COPIES: usize = 1_000_000;

/// Nesting of schemas: `lower` calls itself. Emitters rely on it: inline types nest no deeper.
pub const SCHEMA_DEPTH: usize = 90;
/// Bytes of a value that a member contains without a box: a value must fit on the stack of a thread, which has 2 MiB.
pub const INLINE_BYTES: usize = 4096;
/// Characters of a sentence that a proposal quotes. The line of the contract has the whole text.
pub const QUOTED: usize = 120;
/// Conjunctions of several schemas in a contract, beside one for each of its schemas: distributing `oneOf` over `allOf` multiplies
/// them, and schemas that contain each other combine to any set of them. Most contracts have less than one for a hundred schemas.
pub const CONJUNCTIONS: usize = 500;
/// Values of an enumeration that becomes a type: each is a variant with its documentation. Lists of codes have a thousand.
pub const ENUM_VALUES: usize = 10_000;
/// Schemas and members that schemas get from each other by `$ref` and `allOf`, besides [`COMBINED_EACH`] for each schema: a type has
/// all members that it inherits, so that a chain makes a number of them that grows with its square.
pub const COMBINED: usize = 600_000;
/// Schemas and members for each schema: those of large contracts have three.
pub const COMBINED_EACH: usize = 32;
/// Schemas of one conjunction: each pair of them is merged.
pub const CONJUNCTION_PARTS: usize = 20;
/// Combined alternatives of one schema: those of several `oneOf` multiply. Unions in a union that would have more stay unions.
pub const ALTERNATIVES: usize = 200;
/// From this number on, the values of a discriminator's member in one alternative are taken for those of all
/// alternatives, if its name is among them: a contract that repeats the whole list in each alternative.
pub const MANY_VALUES: usize = 4;
/// Nesting of alternatives in a form: they may contain themselves; a deeper form is refused.
pub const FORM_DEPTH: usize = 64;
/// Nesting of alternatives in a part of a form: they may contain themselves; deeper ones are sent as JSON.
pub const PART_DEPTH: usize = 8;
/// Parts within parts of all requests: a list of many parts may have many in each. Further ones are the bytes of the part around them.
pub const PARTS_WITHIN: usize = 10_000;
/// Nesting of alternatives in a streamed event: a `oneOf` may contain itself; deeper ones are data.
pub const EVENT_DEPTH: u32 = 8;
/// Nesting of alternatives in the schema of a header that the client writes: they may contain themselves. Deeper ones
/// only add checks.
pub const HEADER_DEPTH: usize = 16;
/// Characters of a client's text that is tested against a pattern: a contract may allow any length.
pub const HEADER_CHARACTERS: u64 = 512;
/// Nesting of objects in which members are bound: the request is filled in along each path.
pub const BOUND_DEPTH: usize = 16;
/// Bound members of one body: objects that refer to each other multiply the paths.
pub const BOUND_MEMBERS: usize = 256;
/// Characters of a title or a constant that names an alternative: longer ones are sentences.
pub const WORD_CHARACTERS: usize = 48;

/// Length of a tuple that the runtime reads and writes: it has an implementation for each.
pub const TUPLE: usize = 8;
/// Rounds in which unions are simplified: a round of the last depth changes nothing, and an unsimplified union is
/// correct.
pub const UNION_ROUNDS: usize = 16;
/// Nesting of inline types that are compared: deeper ones stay two types.
pub const EQUAL_DEPTH: u8 = 100;
/// Probes of one variant: each costs time at run time; with more, it is read by trying.
pub const PROBES: usize = 64;
/// Unions in each other that are entered for the probes of one variant: a chain of them would be walked from each. With more, it is
/// read by trying.
pub const PROBED_UNIONS: usize = 256;
/// Pairs of types that are compared to tell whether two variants differ: beyond, the report says that nothing tells them apart.
pub const COMPARED: usize = 1000;
/// Types that require one another in a row: a document nests no deeper than a file.
pub const REQUIRED_DEPTH: usize = FILE_DEPTH;

/// Words of a title that names a constant: longer ones are sentences.
pub const NAME_WORDS: usize = 4;
/// Nesting of schemas and values while an example is validated: deeper ones count as valid.
pub const EXAMPLE_DEPTH: usize = 512;
/// Items of an example that are compared with each other for `uniqueItems`: the time grows with the square.
pub const EXAMPLE_ITEMS: usize = 1000;
/// Columns of a list that YAML has in one line.
pub const YAML_COLUMNS: usize = 90;

/// Diagnostics kept per code; the rest is counted.
pub const KEPT: usize = 200;
/// Warnings and notes of one code that are shown in full; the rest is counted. Errors are all shown.
pub const SHOWN: usize = 10;
/// Letters and digits from which a private key in an example is complete: a shorter one was cut.
pub const PRIVATE_KEY: usize = 100;
/// Characters from which the MAC of a token in an example is complete: a shorter one was cut.
pub const TOKEN_MAC: usize = 40;
/// Names that a finding about a whole contract lists: the places of one line; it says how many more there are.
pub const LISTED: usize = 6;
/// Characters shown on each side of a place in a long line.
pub const AROUND: usize = 60;
/// Bytes of a word for which a similar one is searched: the time grows with the square.
pub const SUGGESTED_BYTES: usize = 60;
/// Characters of a query in a message.
pub const QUERY_SHOWN: usize = 120;
/// Places that `openapiv3` loses, told one by one; the rest is counted.
pub const LOST_SHOWN: usize = 20;
/// Operations without our words that a diagnostic names.
pub const OPERATIONS_SHOWN: usize = 20;
/// Characters of a value in the list of assumptions.
pub const ASSUMPTION_SHOWN: usize = 72;
