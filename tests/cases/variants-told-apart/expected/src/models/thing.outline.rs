pub struct Thing {
    pub less_first: Option<ThingLessFirst>,
    pub more_first: Option<ThingMoreFirst>,
    pub apart: Option<ThingApart>,
    pub not_apart: Option<ThingNotApart>,
    pub not_required: Option<ThingNotRequired>,
    pub not_listed: Option<ThingNotListed>,
    pub one_of_each: Option<ThingOneOfEach>,
    pub plain_and_one: Option<ThingPlainAndOne>,
    pub list_and_one: Option<ThingListAndOne>,
    pub by_member: Option<ThingByMember>,
    pub by_member_numbers: Option<ThingByMemberNumbers>,
    pub by_member_may: Option<ThingByMemberMay>,
    pub by_member_three: Option<ThingByMemberThree>,
    pub by_member_other: Option<ThingByMemberOther>,
    pub kinds: Option<ThingKinds>,
    pub nullables: Maybe<ThingNullables>,
    pub mixed_values: Option<ThingMixedValues>,
    pub object_and_map: Option<ThingObjectAndMap>,
    pub formats: Option<String>,
    pub formats_and_float: Option<ThingFormatsAndFloat>,
    pub sizes_of_union: Option<ThingSizesOfUnion>,
    extra: Extra,
}
impl Default for Thing { }
impl Thing { pub fn new() -> Self; pub fn clear_nullables(mut self) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(Thing {
    less_first: "lessFirst",
    more_first: "moreFirst",
    apart: "apart",
    not_apart: "notApart",
    not_required: "notRequired",
    not_listed: "notListed",
    one_of_each: "oneOfEach",
    plain_and_one: "plainAndOne",
    list_and_one: "listAndOne",
    by_member: "byMember",
    by_member_numbers: "byMemberNumbers",
    by_member_may: "byMemberMay",
    by_member_three: "byMemberThree",
    by_member_other: "byMemberOther",
    kinds: "kinds",
    nullables: "nullables",
    mixed_values: "mixedValues",
    object_and_map: "objectAndMap",
    formats: "formats",
    formats_and_float: "formatsAndFloat",
    sizes_of_union: "sizesOfUnion",
});
glue::model!(Thing);
pub enum ThingLessFirst { Less(Less), More(More), MoreOther(MoreOther), Unknown(JsonValue), }
impl ThingLessFirst {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a", "b"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a", "c"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
    ];
}
impl From<Less> for ThingLessFirst { }
impl From<More> for ThingLessFirst { }
impl From<MoreOther> for ThingLessFirst { }
impl glue::Json for ThingLessFirst { }
glue::debug!(ThingLessFirst);
pub enum ThingMoreFirst { More(More), Less(Less), Unknown(JsonValue), }
impl ThingMoreFirst {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a", "b"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
    ];
}
impl From<More> for ThingMoreFirst { }
impl From<Less> for ThingMoreFirst { }
impl glue::Json for ThingMoreFirst { }
glue::debug!(ThingMoreFirst);
pub enum ThingApart { Red(Red), Blue(Blue), Unknown(JsonValue), }
impl ThingApart {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[("color", &["red", "crimson"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[("color", &["blue", "navy"])], }, ],
    ];
}
impl From<Red> for ThingApart { }
impl From<Blue> for ThingApart { }
impl glue::Json for ThingApart { }
glue::debug!(ThingApart);
pub enum ThingNotApart { Red(Red), Pale(Pale), Unknown(JsonValue), }
impl ThingNotApart {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[], }, ],
    ];
}
impl From<Red> for ThingNotApart { }
impl From<Pale> for ThingNotApart { }
impl glue::Json for ThingNotApart { }
glue::debug!(ThingNotApart);
pub enum ThingNotRequired { Red(Red), MayBeBlue(MayBeBlue), Unknown(JsonValue), }
impl ThingNotRequired {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<Red> for ThingNotRequired { }
impl From<MayBeBlue> for ThingNotRequired { }
impl glue::Json for ThingNotRequired { }
glue::debug!(ThingNotRequired);
pub enum ThingNotListed { Red(Red), Plain(Plain), Unknown(JsonValue), }
impl ThingNotListed {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[], }, ],
    ];
}
impl From<Red> for ThingNotListed { }
impl From<Plain> for ThingNotListed { }
impl glue::Json for ThingNotListed { }
glue::debug!(ThingNotListed);
pub enum ThingOneOfEach { OneRed(OneRed), OneBlue(OneBlue), Unknown(JsonValue), }
impl ThingOneOfEach {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[("color", &["red"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[("color", &["blue"])], }, ],
    ];
}
impl From<OneRed> for ThingOneOfEach { }
impl From<OneBlue> for ThingOneOfEach { }
impl glue::Json for ThingOneOfEach { }
glue::debug!(ThingOneOfEach);
pub enum ThingPlainAndOne { Plain(Plain), OneRed(OneRed), Unknown(JsonValue), }
impl ThingPlainAndOne {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[("color", &["red"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[], }, ],
    ];
}
impl From<Plain> for ThingPlainAndOne { }
impl From<OneRed> for ThingPlainAndOne { }
impl glue::Json for ThingPlainAndOne { }
glue::debug!(ThingPlainAndOne);
pub enum ThingListAndOne { Red(Red), OneRed(OneRed), Unknown(JsonValue), }
impl ThingListAndOne {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[("color", &["red"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["color"], constants: &[], }, ],
    ];
}
impl From<Red> for ThingListAndOne { }
impl From<OneRed> for ThingListAndOne { }
impl glue::Json for ThingListAndOne { }
glue::debug!(ThingListAndOne);
pub enum ThingByMember { OfText(OfText), OfNumber(OfNumber), Unknown(JsonValue), }
impl ThingByMember {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
    ];
}
impl From<OfText> for ThingByMember { }
impl From<OfNumber> for ThingByMember { }
impl glue::Json for ThingByMember { }
glue::debug!(ThingByMember);
pub enum ThingByMemberNumbers { OfNumber(OfNumber), OfWhole(OfWhole), Unknown(JsonValue), }
impl ThingByMemberNumbers {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
    ];
}
impl From<OfNumber> for ThingByMemberNumbers { }
impl From<OfWhole> for ThingByMemberNumbers { }
impl glue::Json for ThingByMemberNumbers { }
glue::debug!(ThingByMemberNumbers);
pub enum ThingByMemberMay { MayText(MayText), MayNumber(MayNumber), Unknown(JsonValue), }
impl ThingByMemberMay {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<MayText> for ThingByMemberMay { }
impl From<MayNumber> for ThingByMemberMay { }
impl glue::Json for ThingByMemberMay { }
glue::debug!(ThingByMemberMay);
pub enum ThingByMemberThree { OfText(OfText), OfEither(OfEither), OfNumber(OfNumber), Unknown(JsonValue), }
impl ThingByMemberThree {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
    ];
}
impl From<OfText> for ThingByMemberThree { }
impl From<OfEither> for ThingByMemberThree { }
impl From<OfNumber> for ThingByMemberThree { }
impl glue::Json for ThingByMemberThree { }
glue::debug!(ThingByMemberThree);
pub enum ThingByMemberOther { OfEither(OfEither), OfText(OfText), Unknown(JsonValue), }
impl ThingByMemberOther {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["value"], constants: &[], }, ],
    ];
}
impl From<OfEither> for ThingByMemberOther { }
impl From<OfText> for ThingByMemberOther { }
impl glue::Json for ThingByMemberOther { }
glue::debug!(ThingByMemberOther);
pub enum ThingKinds { WithA(WithA), TextList(Vec<String>), Text(String), Bool(bool), Integer(i32), Unknown(JsonValue), }
impl ThingKinds {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::ARRAY, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
    ];
}
impl From<WithA> for ThingKinds { }
impl glue::Json for ThingKinds { }
glue::debug!(ThingKinds);
pub struct WithA { pub a: String, extra: Extra, }
impl WithA { pub fn new(a: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(WithA { a: "a", });
glue::debug!(WithA);
pub enum ThingNullables { Integer(i64), WithA(WithA), Unknown(JsonValue), }
impl ThingNullables {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
    ];
}
impl From<WithA> for ThingNullables { }
impl glue::Json for ThingNullables { }
glue::debug!(ThingNullables);
pub enum ThingMixedValues { Value(ThingMixedValuesValue), WithA(WithA), Unknown(JsonValue), }
impl ThingMixedValues {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER | glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
    ];
}
impl From<WithA> for ThingMixedValues { }
impl glue::Json for ThingMixedValues { }
glue::debug!(ThingMixedValues);
pub type ThingMixedValuesValue = JsonValue;
pub enum ThingObjectAndMap { Less(Less), TextMap(Map<String>), Unknown(JsonValue), }
impl ThingObjectAndMap {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &[], constants: &[], }, ],
    ];
}
impl From<Less> for ThingObjectAndMap { }
impl glue::Json for ThingObjectAndMap { }
glue::debug!(ThingObjectAndMap);
pub enum ThingFormatsAndFloat { Number(Number), WithA(WithA), Unknown(JsonValue), }
impl ThingFormatsAndFloat {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
    ];
}
impl From<WithA> for ThingFormatsAndFloat { }
impl glue::Json for ThingFormatsAndFloat { }
glue::debug!(ThingFormatsAndFloat);
pub enum ThingSizesOfUnion { Number(Number), Less(Less), Unknown(JsonValue), }
impl ThingSizesOfUnion {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["a"], constants: &[], }, ],
    ];
}
impl From<Less> for ThingSizesOfUnion { }
impl glue::Json for ThingSizesOfUnion { }
glue::debug!(ThingSizesOfUnion);
