pub struct Thing {
    pub score: Option<Score>,
    pub tagged: Option<ThingTagged>,
    pub placed: Option<ThingPlaced>,
    pub held: Option<ThingHeld>,
    pub context: Option<ThingContext>,
    extra: Extra,
}
impl Default for Thing { }
impl Thing { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Thing { score: "score", tagged: "tagged", placed: "placed", held: "held", context: "context", });
glue::model!(Thing);
pub enum ThingTagged { NoteShort(ThingTaggedNote), Note(ThingTaggedNoteObject), Unknown(JsonValue), }
impl From<ThingTaggedNote> for ThingTagged { }
impl From<ThingTaggedNoteObject> for ThingTagged { }
impl glue::Json for ThingTagged { }
glue::debug!(ThingTagged);
pub struct ThingTaggedNote { pub kind: ThingTaggedNoteKind, pub text: Option<String>, extra: Extra, }
impl ThingTaggedNote { pub fn new(kind: ThingTaggedNoteKind) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingTaggedNote { kind: "kind", text: "text", });
glue::debug!(ThingTaggedNote);
pub enum ThingTaggedNoteKind { Short, Brief, Unknown(String), }
impl ThingTaggedNoteKind { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingTaggedNoteKind);
impl glue::Enum for ThingTaggedNoteKind {
    const TABLE: &'static [(&'static str, Self)] = &[ ("short", Self::Short), ("brief", Self::Brief), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingTaggedNoteKind { }
glue::debug!(ThingTaggedNoteKind);
pub struct ThingTaggedNoteObject { pub kind: ThingTaggedNoteObjectKind, pub text: Option<String>, extra: Extra, }
impl ThingTaggedNoteObject { pub fn new(kind: ThingTaggedNoteObjectKind) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingTaggedNoteObject { kind: "kind", text: "text", });
glue::debug!(ThingTaggedNoteObject);
pub enum ThingTaggedNoteObjectKind { Long, Wide, Unknown(String), }
impl ThingTaggedNoteObjectKind { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingTaggedNoteObjectKind);
impl glue::Enum for ThingTaggedNoteObjectKind {
    const TABLE: &'static [(&'static str, Self)] = &[ ("long", Self::Long), ("wide", Self::Wide), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingTaggedNoteObjectKind { }
glue::debug!(ThingTaggedNoteObjectKind);
pub enum ThingPlaced { Word(ThingPlacedWord), PlacedWord(ThingPlacedWordObject), Unknown(JsonValue), }
impl ThingPlaced {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<ThingPlacedWord> for ThingPlaced { }
impl From<ThingPlacedWordObject> for ThingPlaced { }
impl glue::Json for ThingPlaced { }
glue::debug!(ThingPlaced);
pub struct ThingPlacedWord { pub text: Option<String>, extra: Extra, }
impl Default for ThingPlacedWord { }
impl ThingPlacedWord { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingPlacedWord { text: "text", });
glue::debug!(ThingPlacedWord);
pub struct ThingPlacedWordObject { pub text: Option<String>, extra: Extra, }
impl Default for ThingPlacedWordObject { }
impl ThingPlacedWordObject { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingPlacedWordObject { text: "text", });
glue::debug!(ThingPlacedWordObject);
pub enum ThingHeld { PartWithX(ThingHeldPartWithX), PartWithY(ThingHeldPartWithY), Unknown(JsonValue), }
impl ThingHeld {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["x"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["y"], constants: &[], }, ],
    ];
}
impl From<ThingHeldPartWithX> for ThingHeld { }
impl From<ThingHeldPartWithY> for ThingHeld { }
impl glue::Json for ThingHeld { }
glue::debug!(ThingHeld);
pub struct ThingHeldPartWithX { pub x: String, extra: Extra, }
impl ThingHeldPartWithX { pub fn new(x: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingHeldPartWithX { x: "x", });
glue::debug!(ThingHeldPartWithX);
pub struct ThingHeldPartWithY { pub y: String, extra: Extra, }
impl ThingHeldPartWithY { pub fn new(y: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingHeldPartWithY { y: "y", });
glue::debug!(ThingHeldPartWithY);
pub enum ThingContext { Text(String), WithVocab(ThingContextWithVocab), Unknown(JsonValue), }
impl ThingContext {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[
            glue::Shape {
                kinds: glue::OBJECT,
                required: &["@vocab", "core"],
                constants: &[("core", &["http://www.example.org/ns/core#"])],
            },
        ],
    ];
}
impl From<ThingContextWithVocab> for ThingContext { }
impl glue::Json for ThingContext { }
glue::debug!(ThingContext);
pub struct ThingContextWithVocab { pub vocab: String, pub core: ThingContextWithVocabCore, extra: Extra, }
impl ThingContextWithVocab { pub fn new(vocab: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingContextWithVocab { vocab: "@vocab", core: "core", });
glue::debug!(ThingContextWithVocab);
pub enum ThingContextWithVocabCore { HttpWwwExampleOrgNsCore, Unknown(String), }
impl ThingContextWithVocabCore { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingContextWithVocabCore);
impl glue::Enum for ThingContextWithVocabCore {
    const TABLE: &'static [(&'static str, Self)] = &[
        ("http://www.example.org/ns/core#", Self::HttpWwwExampleOrgNsCore),
    ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingContextWithVocabCore { }
glue::debug!(ThingContextWithVocabCore);
