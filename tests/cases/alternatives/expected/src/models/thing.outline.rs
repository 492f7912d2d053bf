pub struct Thing {
    pub rules: Option<AAndB>,
    pub rules_with_kind: Option<AAndB>,
    pub rules_and_types: Option<ThingRulesAndTypes>,
    pub rules_then_types: Option<ThingMembersBeside>,
    pub required_beside: Option<ThingRequiredBeside>,
    pub kind_alone: Option<CatOrDog>,
    pub members_beside: Option<ThingMembersBeside>,
    pub one_beside: Option<NameAndClimbs>,
    pub one_alone: Option<Cat>,
    pub one_inline: Option<ThingOneInline>,
    pub one_or_null: Maybe<Cat>,
    pub only_null: Maybe<JsonValue>,
    pub anything_else: Option<CatOrDog>,
    pub one_or_anything: Option<JsonValue>,
    pub only_anything: Option<JsonValue>,
    pub both: Option<ThingBoth>,
    pub titled: Option<ThingTitled>,
    pub inline: Option<ThingInline>,
    extra: Extra,
}
impl Default for Thing { }
impl Thing {
    pub fn new() -> Self;
    pub fn clear_one_or_null(mut self) -> Self;
    pub fn clear_only_null(mut self) -> Self;
    pub fn extra(&self) -> &Extra;
}
glue::object!(Thing {
    rules: "rules",
    rules_with_kind: "rulesWithKind",
    rules_and_types: "rulesAndTypes",
    rules_then_types: "rulesThenTypes",
    required_beside: "requiredBeside",
    kind_alone: "kindAlone",
    members_beside: "membersBeside",
    one_beside: "oneBeside",
    one_alone: "oneAlone",
    one_inline: "oneInline",
    one_or_null: "oneOrNull",
    only_null: "onlyNull",
    anything_else: "anythingElse",
    one_or_anything: "oneOrAnything",
    only_anything: "onlyAnything",
    both: "both",
    titled: "titled",
    inline: "inline",
});
glue::model!(Thing);
pub struct AAndB { pub a: Option<String>, pub b: Option<String>, extra: Extra, }
impl Default for AAndB { }
impl AAndB { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(AAndB { a: "a", b: "b", });
glue::debug!(AAndB);
pub enum ThingRulesAndTypes {
    WithName(ThingRulesAndTypesWithName),
    WithX(ThingRulesAndTypesWithX),
    Unknown(JsonValue),
}
impl ThingRulesAndTypes {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["name"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<ThingRulesAndTypesWithName> for ThingRulesAndTypes { }
impl From<ThingRulesAndTypesWithX> for ThingRulesAndTypes { }
impl glue::Json for ThingRulesAndTypes { }
glue::debug!(ThingRulesAndTypes);
pub struct ThingRulesAndTypesWithName { pub name: String, extra: Extra, }
impl ThingRulesAndTypesWithName { pub fn new(name: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingRulesAndTypesWithName { name: "name", });
glue::debug!(ThingRulesAndTypesWithName);
pub struct ThingRulesAndTypesWithX { pub name: Option<String>, pub x: Option<String>, extra: Extra, }
impl Default for ThingRulesAndTypesWithX { }
impl ThingRulesAndTypesWithX { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingRulesAndTypesWithX { name: "name", x: "x", });
glue::debug!(ThingRulesAndTypesWithX);
pub enum ThingMembersBeside { Cat(NameAndClimbs), Dog(ThingRulesThenTypesDog), Unknown(JsonValue), }
impl ThingMembersBeside {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["climbs"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["barks"], constants: &[], }, ],
    ];
}
impl From<NameAndClimbs> for ThingMembersBeside { }
impl From<ThingRulesThenTypesDog> for ThingMembersBeside { }
impl glue::Json for ThingMembersBeside { }
glue::debug!(ThingMembersBeside);
pub struct NameAndClimbs { pub name: Option<String>, pub climbs: bool, extra: Extra, }
impl NameAndClimbs { pub fn new(climbs: bool) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(NameAndClimbs { name: "name", climbs: "climbs", });
glue::debug!(NameAndClimbs);
pub struct ThingRulesThenTypesDog { pub name: Option<String>, pub barks: bool, extra: Extra, }
impl ThingRulesThenTypesDog { pub fn new(barks: bool) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingRulesThenTypesDog { name: "name", barks: "barks", });
glue::debug!(ThingRulesThenTypesDog);
pub enum ThingRequiredBeside { Cat(Cat), Dog(Dog), Unknown(JsonValue), }
impl ThingRequiredBeside {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["climbs"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["barks"], constants: &[], }, ],
    ];
}
impl From<Cat> for ThingRequiredBeside { }
impl From<Dog> for ThingRequiredBeside { }
impl glue::Json for ThingRequiredBeside { }
glue::debug!(ThingRequiredBeside);
pub enum CatOrDog { Cat(Cat), Dog(Dog), Unknown(JsonValue), }
impl CatOrDog {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["climbs"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["barks"], constants: &[], }, ],
    ];
}
impl From<Cat> for CatOrDog { }
impl From<Dog> for CatOrDog { }
impl glue::Json for CatOrDog { }
glue::debug!(CatOrDog);
pub struct ThingOneInline { pub here: Option<String>, extra: Extra, }
impl Default for ThingOneInline { }
impl ThingOneInline { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingOneInline { here: "here", });
glue::debug!(ThingOneInline);
pub enum ThingBoth {
    CatWithOld(ThingBothCatWithOld),
    CatWithNew(ThingBothCatWithNew),
    DogWithOld(ThingBothDogWithOld),
    DogWithNew(ThingBothDogWithNew),
    Unknown(JsonValue),
}
impl ThingBoth {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["climbs"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["climbs"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["barks"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["barks"], constants: &[], }, ],
    ];
}
impl From<ThingBothCatWithOld> for ThingBoth { }
impl From<ThingBothCatWithNew> for ThingBoth { }
impl From<ThingBothDogWithOld> for ThingBoth { }
impl From<ThingBothDogWithNew> for ThingBoth { }
impl glue::Json for ThingBoth { }
glue::debug!(ThingBoth);
pub enum ThingTitled { Word(String), Count(i64), Row(Vec<String>), Unknown(JsonValue), }
impl ThingTitled {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::ARRAY, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingTitled { }
glue::debug!(ThingTitled);
pub enum ThingInline {
    WithA(ThingInlineWithA),
    Choice(ThingInlineChoice),
    Integer(i64),
    Bool(bool),
    Unknown(JsonValue),
}
impl ThingInline {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl From<ThingInlineWithA> for ThingInline { }
impl From<ThingInlineChoice> for ThingInline { }
impl glue::Json for ThingInline { }
glue::debug!(ThingInline);
pub struct ThingInlineWithA { pub a: String, extra: Extra, }
impl ThingInlineWithA { pub fn new(a: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingInlineWithA { a: "a", });
glue::debug!(ThingInlineWithA);
pub enum ThingInlineChoice { X, Y, Unknown(String), }
impl ThingInlineChoice { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingInlineChoice);
impl glue::Enum for ThingInlineChoice {
    const TABLE: &'static [(&'static str, Self)] = &[("x", Self::X), ("y", Self::Y)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingInlineChoice { }
glue::debug!(ThingInlineChoice);
