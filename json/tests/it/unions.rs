//! Choice of a union's variant without a discriminator: by shape, then by what reads, then by what is described.

use sdkwright_json as json;
use sdkwright_json::value::{Base64, Date, Decimal, Timestamp};
use sdkwright_json::{
    ARRAY, BOOL, Enum, Extra, INTEGER, IntEnum, Json, JsonValue, Limits, Map, NUMBER, OBJECT, STRING, Shape, Value,
    Writer,
};
use std::cell::Cell;

const OBJECTS: Shape = Shape {
    kinds: OBJECT,
    required: &[],
    constants: &[],
};

/// Declares an object whose members may all be left out.
macro_rules! object {
    ($name:ident { $($member:ident: $type:ty),* }) => {
        #[derive(Debug, PartialEq)]
        struct $name { $($member: Option<$type>,)* extra: Extra }

        impl Json for $name {
            fn read(v: Value<'_>) -> Self {
                Self { $($member: v.get(stringify!($member)),)* extra: v.rest() }
            }
            fn write(&self, w: &mut Writer) {
                w.begin(stringify!($name))$(.put(stringify!($member), &self.$member))*.rest(&self.extra);
            }
        }
    };
}

/// Declares a union of these variants.
macro_rules! union {
    ($name:ident { $($place:literal $variant:ident($type:ty) $shapes:expr),* }) => {
        #[derive(Debug, PartialEq)]
        enum $name { $($variant($type),)* Unknown(JsonValue) }

        impl Json for $name {
            fn read(v: Value<'_>) -> Self {
                v.one_of(&[$($shapes),*], |v, place| match place {
                    $($place => Self::$variant(v.decode()),)*
                    _ => Self::Unknown(v.decode()),
                })
            }
            fn write(&self, w: &mut Writer) {
                match self {
                    $(Self::$variant(value) => w.value(value),)*
                    Self::Unknown(value) => w.value(value),
                }
            }
        }
    };
}

#[derive(Debug, Clone, PartialEq)]
enum Word {
    And,
    Or,
    Unknown(String),
}

impl Enum for Word {
    const TABLE: &'static [(&'static str, Self)] = &[("AND", Word::And), ("OR", Word::Or)];
    const UNKNOWN: fn(String) -> Self = Word::Unknown;
    fn unknown_text(&self) -> Option<&str> {
        if let Word::Unknown(text) = self {
            Some(text)
        } else {
            None
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Level {
    One,
    Unknown(i64),
}

impl IntEnum for Level {
    const TABLE: &'static [(i64, Self)] = &[(1, Level::One)];
    const UNKNOWN: fn(i64) -> Self = Level::Unknown;
    fn unknown_value(&self) -> Option<i64> {
        if let Level::Unknown(number) = self {
            Some(*number)
        } else {
            None
        }
    }
}

impl Json for Level {
    fn read(v: Value<'_>) -> Self {
        json::read_int_enum(v)
    }
    fn write(&self, w: &mut Writer) {
        json::write_int_enum(self, w);
    }
}

object!(Test {
    field: String,
    operator: String,
    value: String
});
object!(Group { operator: Word, level: Level, value: Vec<Query>, any: JsonValue });
union!(Query { 0 Group(Group) &[OBJECTS], 1 Test(Test) &[OBJECTS], 2 Words(Map<String>) &[OBJECTS] });

fn read<T: Json>(text: &str) -> T {
    let value: T = json::from_slice(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(String::from_utf8(json::to_vec(&value).unwrap()).unwrap(), text);
    value
}

fn name(query: &Query) -> &'static str {
    match query {
        Query::Group(_) => "group",
        Query::Test(_) => "test",
        Query::Words(_) => "words",
        Query::Unknown(_) => "unknown",
    }
}

#[test]
fn of_the_variants_that_fit_the_one_that_describes_most_of_the_value_is_chosen() {
    for (text, wanted) in [
        // First in the contract among equals.
        ("{}", "group"),
        (r#"{"operator":"AND"}"#, "group"),
        // A value that the enumeration does not name.
        (r#"{"operator":"="}"#, "test"),
        (r#"{"operator":"AND","level":2}"#, "test"),
        // The kind of a member, and of the items of a list.
        (r#"{"value":"1"}"#, "test"),
        (r#"{"value":[{"field":"a"}]}"#, "group"),
        (r#"{"operator":"NEW","value":[{"field":"a"}]}"#, "group"),
        (r#"{"value":[1]}"#, "group"),
        (r#"{"value":[true]}"#, "group"),
        // Names of members, and members inside of members.
        (r#"{"field":"a"}"#, "test"),
        (r#"{"field":"a","new":{"x":1}}"#, "test"),
        (r#"{"any":{"x":1},"field":"a"}"#, "group"),
        (r#"{"any":{"x":[1]},"field":"a","operator":"="}"#, "test"),
        (r#"{"any":[1,2,3],"level":1}"#, "group"),
        // A map describes what nobody names.
        (r#"{"x":"1","y":"2"}"#, "words"),
        (r#"{"field":"a","y":"2"}"#, "test"),
    ] {
        let query: Query = json::from_slice(text.as_bytes()).unwrap();
        assert_eq!(name(&query), wanted, "{text}: {query:?}");
    }
}

#[test]
fn what_a_trial_read_is_there_for_the_next_one() {
    let query: Query = read(r#"{"field":"a","new":{"operator":"x"},"list":[{"y":[]}]}"#);
    let Query::Test(test) = query else { panic!("{query:?}") };
    assert_eq!(
        test.extra.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["new", "list"]
    );
}

#[test]
fn a_value_that_no_variant_reads_is_unknown_and_no_error_of_the_document() {
    for text in [r#"{"operator":1}"#, r#"{"value":{"a":[{}]}}"#, "7", "null", "[[]]"] {
        let query: Query = read(text);
        assert_eq!(name(&query), "unknown", "{text}");
        let list: Vec<Query> = read(&format!("[{{\"operator\":\"AND\"}},{text},{{\"field\":\"a\"}}]"));
        assert_eq!(list.iter().map(name).collect::<Vec<_>>(), ["group", "unknown", "test"]);
    }
    let refused = json::from_slice::<(Query, bool)>(br#"[{"operator":1},2]"#).unwrap_err();
    assert_eq!(refused.pointer(), "/1");
}

#[test]
fn a_strict_document_has_only_values_that_its_types_allow() {
    fn refused<T: Json>(text: &str, place: &str, expected: &str) {
        assert!(json::from_slice::<T>(text.as_bytes()).is_ok(), "{text}");
        let error = json::from_slice_strict::<T, _>(text.as_bytes(), |_| ()).err().unwrap();
        assert_eq!(error.pointer(), place, "{text}");
        assert!(
            error.to_string().starts_with(&format!("expected {expected}")),
            "{error}"
        );
    }
    let listed = "a value that the contract lists";
    refused::<Group>(r#"{"operator":"NOR"}"#, "/operator", listed);
    refused::<Group>(r#"{"level":2}"#, "/level", listed);
    refused::<Vec<Query>>(r#"[{"operator":"AND"},7]"#, "/1", listed);
    refused::<Group>(r#"{"operator":null}"#, "/operator", "a value that is not null");
    refused::<Vec<Timestamp>>(r#"["2026-02-30T00:00:00Z"]"#, "/0", "an instant");
    refused::<Vec<Date>>(r#"["2026-02-30"]"#, "/0", "a date");
    refused::<Vec<Decimal>>(r#"["1e2"]"#, "/0", "a decimal such as");
    refused::<Vec<Decimal>>("[1.5]", "/0", "a decimal as text");
    refused::<Vec<Base64>>(r#"["?"]"#, "/0", "Base64");
    // A value that one variant reads is of that variant.
    let allowed = br#"[{"operator":"NOR"},{"operator":"AND","level":1}]"#;
    let (queries, ()): (Vec<Query>, ()) = json::from_slice_strict(allowed, |_| ()).unwrap();
    assert_eq!(queries.iter().map(name).collect::<Vec<_>>(), ["test", "group"]);
    let document = br#"{"operator":"OR","any":null,"new":null}"#;
    let (group, ()): (Group, ()) = json::from_slice_strict(document, |_| ()).unwrap();
    assert!(group.operator.is_some() && group.any == Some(JsonValue::Null));
}

union!(Kinds {
    0 Both(Test) &[Shape { kinds: OBJECT, required: &["field", "operator"], constants: &[] }],
    1 Fixed(Extra) &[Shape { kinds: OBJECT, required: &["field"], constants: &[("operator", &["a", "b"]), ("version", &["1"])] }],
    2 Whole(JsonValue) &[Shape { kinds: INTEGER, ..OBJECTS }, Shape { kinds: BOOL, ..OBJECTS }],
    3 Number(JsonValue) &[Shape { kinds: NUMBER, ..OBJECTS }],
    4 Text(JsonValue) &[Shape { kinds: STRING | ARRAY, required: &["ignored"], constants: &[] }]
});

#[test]
fn only_variants_of_the_kind_with_the_required_members_and_constants_are_tried() {
    for (text, wanted) in [
        (r#"{"field":"1","operator":"a"}"#, "Both"),
        (r#"{"field":1,"operator":"a"}"#, "Fixed"),
        (r#"{"field":1,"operator":"b","version":1}"#, "Fixed"),
        (r#"{"field":1,"operator":"b","version":1.0}"#, "Fixed"),
        (r#"{"field":1,"operator":"b","version":10e-1}"#, "Fixed"),
        (
            r#"{"field":1,"operator":"b","version":1.0000000000000000000001}"#,
            "Unknown",
        ),
        (r#"{"field":1}"#, "Fixed"),
        (r#"{"field":1,"version":2}"#, "Unknown"),
        (r#"{"field":1,"operator":"c"}"#, "Unknown"),
        (r#"{"field":1,"operator":["a"]}"#, "Unknown"),
        (r#"{"name":1}"#, "Unknown"),
        ("12", "Whole"),
        ("1.0", "Whole"),
        ("1e2", "Whole"),
        ("false", "Whole"),
        ("1.5", "Number"),
        ("\"\"", "Text"),
        ("[]", "Text"),
        ("null", "Unknown"),
    ] {
        let kinds: Kinds = read(text);
        assert!(format!("{kinds:?}").starts_with(wanted), "{text}: {kinds:?}");
    }
}

/// The text of the tag `kind`, of which `2` and `0.5` are numbers of a contract.
#[derive(Debug, PartialEq)]
struct Tag(Option<String>, bool, JsonValue);

impl Json for Tag {
    fn read(v: Value<'_>) -> Self {
        let tag = v.tag_among("kind", &["2", "0.5"]).map(str::to_owned);
        let is_two = v.has_tag("kind", "2");
        Tag(tag, is_two, v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.value(&self.2);
    }
}

#[test]
fn a_number_as_a_tag_is_compared_by_value() {
    for (text, tag, is_two) in [
        ("2", "2", true),
        ("2.0", "2", true),
        ("20e-1", "2", true),
        ("0.50", "0.5", false),
        ("2.0000000000000000000001", "2.0000000000000000000001", false),
        ("\"2\"", "2", true),
        ("\"2.0\"", "2.0", false),
        ("true", "true", false),
    ] {
        let Tag(found, is_equal, _) = read(&format!("{{\"kind\":{text}}}"));
        assert_eq!((found.as_deref(), is_equal), (Some(tag), is_two), "{text}");
    }
    let Tag(found, is_equal, _) = read("{\"kind\":null}");
    assert_eq!((found, is_equal), (None, false));
}

#[derive(Debug, Clone, PartialEq)]
enum Plan {
    Free,
    Other(String),
}

impl Enum for Plan {
    const TABLE: &'static [(&'static str, Self)] = &[("free", Plan::Free)];
    const UNKNOWN: fn(String) -> Self = Plan::Other;
    const ALLOWS_OTHERS: bool = true;
    fn unknown_text(&self) -> Option<&str> {
        if let Plan::Other(text) = self { Some(text) } else { None }
    }
}

object!(Named { plan: Plan });
object!(Listed { plan: Word });
union!(Bought { 0 Listed(Listed) &[OBJECTS], 1 Named(Named) &[OBJECTS] });

#[test]
fn a_text_that_an_enumeration_allows_beside_its_values_is_not_unknown() {
    for (text, wanted) in [("AND", "Listed"), ("free", "Named"), ("any", "Named")] {
        let bought: Bought = read(&format!("{{\"plan\":\"{text}\"}}"));
        assert!(format!("{bought:?}").starts_with(wanted), "{text}: {bought:?}");
    }
}

thread_local! {
    static LEAVES: Cell<u64> = const { Cell::new(0) };
}

/// A leaf that counts how often it is read.
#[derive(Debug, PartialEq)]
struct Leaf(bool);

impl Json for Leaf {
    fn read(v: Value<'_>) -> Self {
        LEAVES.set(LEAVES.get() + 1);
        Leaf(v.decode())
    }
    fn write(&self, w: &mut Writer) {
        w.value(&self.0);
    }
}

object!(Left { next: Box<Tree>, leaf: Leaf, l: bool });
object!(Right { next: Box<Tree>, leaf: Leaf, r: bool });
union!(Tree { 0 Left(Left) &[OBJECTS], 1 Right(Right) &[OBJECTS], 2 List(Vec<Tree>) &[Shape { kinds: ARRAY, ..OBJECTS }] });

impl Json for Box<Tree> {
    fn read(v: Value<'_>) -> Self {
        v.boxed()
    }
    fn write(&self, w: &mut Writer) {
        (**self).write(w);
    }
}

#[test]
fn a_nested_union_is_read_a_bounded_number_of_times() {
    const LEVELS: u64 = 120;
    for inner in ["r", "l", "neither"] {
        let levels = usize::try_from(LEVELS).unwrap();
        let open = format!("{{\"{inner}\":true,\"leaf\":true,\"next\":").repeat(levels);
        let text = format!("{open}{{}}{}", "}".repeat(levels));
        LEAVES.set(0);
        json::from_slice::<Tree>(text.as_bytes()).unwrap();
        // A leaf is read when one of the unions around it is tried, or read after its trials.
        let most = LEVELS * LEVELS * 3;
        assert!(LEAVES.get() <= most, "{inner}: {} of {most}", LEAVES.get());
    }
}

#[test]
fn trials_stay_within_the_memory_of_the_document() {
    let one = "{\"neither\":true,\"next\":{\"r\":true}}";
    let list = format!("{{\"next\":[{}{one}]}}", format!("{one},").repeat(1000));
    let within = |memory| {
        let limits = Limits {
            memory,
            ..Limits::DEFAULT
        };
        json::from_slice_within::<Tree>(list.as_bytes(), &limits)
    };
    assert!(within(8 << 20).is_ok());
    let refused = within(0).unwrap_err();
    assert_eq!(refused.kind(), json::DecodeErrorKind::Limit);
}

/// A union with a discriminator.
#[derive(Debug, PartialEq)]
enum Tagged {
    Text(Test),
    Unknown(JsonValue),
}

impl Json for Tagged {
    fn read(v: Value<'_>) -> Self {
        match v.tag("field") {
            Some("text") => Self::Text(v.decode()),
            _ => Self::Unknown(v.unknown()),
        }
    }
    fn write(&self, w: &mut Writer) {
        match self {
            Self::Text(value) => w.value(value),
            Self::Unknown(value) => w.value(value),
        }
    }
}

object!(Tags { content: Vec<Tagged> });
object!(Names { content: Vec<String> });
union!(Contents { 0 Tags(Tags) &[OBJECTS], 1 Names(Names) &[OBJECTS] });

#[test]
fn a_variant_without_values_of_an_unknown_discriminator_is_preferred() {
    let contents = |text| read::<Contents>(text);
    assert!(matches!(contents(r#"{"content":["a"]}"#), Contents::Names(_)));
    assert!(matches!(
        contents(r#"{"content":[{"field":"text"}]}"#),
        Contents::Tags(_)
    ));
    assert!(matches!(
        contents(r#"{"content":[{"field":"new"}]}"#),
        Contents::Tags(_)
    ));
}
