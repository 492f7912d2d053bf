pub struct Thing {
    pub text: Option<ThingText>,
    pub text_again: Option<ThingText>,
    pub whole: Option<ThingWhole>,
    pub other_name: Option<ThingOtherName>,
    pub required: Option<ThingRequired>,
    pub received: Option<ThingReceived>,
    pub sent: Option<ThingSent>,
    pub secret: Option<ThingSecret>,
    pub default: Option<ThingDefault>,
    pub described: Option<ThingDescribed>,
    pub bounded: Option<ThingBounded>,
    pub bounded_other: Option<ThingBoundedOther>,
    pub sized: Option<ThingSized>,
    pub more: Option<ThingMore>,
    pub open_text: Option<ThingOpenText>,
    pub open_text_again: Option<ThingOpenText>,
    pub open_whole: Option<ThingOpenWhole>,
    pub closed: Option<ThingClosed>,
    pub hidden: Option<ThingHidden>,
    pub constant: Option<ThingConstant>,
    pub constant_other: Option<ThingConstantOther>,
    pub list: Option<ThingList>,
    pub list_again: Option<ThingList>,
    pub list_bounded: Option<ThingListBounded>,
    pub list_whole: Option<ThingListWhole>,
    pub map: Option<ThingMap>,
    pub map_again: Option<ThingMap>,
    pub map_sized: Option<ThingMapSized>,
    pub map_whole: Option<ThingMapWhole>,
    pub nullable: Option<ThingNullable>,
    pub nullable_whole: Option<ThingNullableWhole>,
    pub pair: Option<ThingPair>,
    pub pair_again: Option<ThingPair>,
    pub pair_turned: Option<ThingPairTurned>,
    pub words: Option<ThingWords>,
    pub words_again: Option<ThingWords>,
    pub words_other: Option<ThingWordsOther>,
    pub words_hidden: Option<ThingWordsHidden>,
    pub choice: Option<IntegerOrText>,
    pub choice_again: Option<IntegerOrText>,
    pub choice_other: Option<ThingChoiceOther>,
    pub choice_of_three: Option<ThingChoiceOfThree>,
    pub told: Option<ThingTold>,
    pub told_again: Option<ThingTold>,
    pub told_by_other: Option<ThingToldByOther>,
    pub told_by_one_other_tag: Option<ThingToldByOneOtherTag>,
    pub told_by_other_tags: Option<ThingToldByOtherTags>,
    pub id_of: Option<IdP>,
    pub id_of_again: Option<IdP>,
    pub of_town: Option<ThingOfTown>,
    pub of_village: Option<ThingOfVillage>,
    pub of_first: Option<ThingOfFirst>,
    pub of_second: Option<SecondP>,
    pub of_second_again: Option<SecondP>,
    pub untold: Option<ThingUntold>,
    extra: Extra,
}
impl Default for Thing { }
impl Thing { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
impl glue::Json for Thing { }
glue::model!(Thing);
pub struct ThingText { pub p: Option<String>, extra: Extra, }
impl Default for ThingText { }
impl ThingText { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingText { p: "p", });
glue::debug!(ThingText);
pub struct ThingWhole { pub p: Option<i64>, extra: Extra, }
impl Default for ThingWhole { }
impl ThingWhole { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingWhole { p: "p", });
glue::debug!(ThingWhole);
pub struct ThingOtherName { pub q: Option<String>, extra: Extra, }
impl Default for ThingOtherName { }
impl ThingOtherName { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingOtherName { q: "q", });
glue::debug!(ThingOtherName);
pub struct ThingRequired { pub p: String, extra: Extra, }
impl ThingRequired { pub fn new(p: impl Into<String>) -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingRequired { p: "p", });
glue::debug!(ThingRequired);
pub struct ThingReceived { pub p: Option<String>, extra: Extra, }
impl Default for ThingReceived { }
impl ThingReceived { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingReceived { p: "p" put_read_only, });
glue::debug!(ThingReceived);
pub struct ThingSent { pub p: Option<String>, extra: Extra, }
impl Default for ThingSent { }
impl ThingSent { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingSent { p: "p", });
glue::debug!(ThingSent);
pub struct ThingSecret { pub p: Option<String>, extra: Extra, }
impl Default for ThingSecret { }
impl ThingSecret { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
impl glue::Json for ThingSecret { }
glue::debug!(ThingSecret);
pub struct ThingDefault { pub p: Option<String>, extra: Extra, }
impl Default for ThingDefault { }
impl ThingDefault { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingDefault { p: "p", });
glue::debug!(ThingDefault);
pub struct ThingDescribed { pub p: Option<String>, extra: Extra, }
impl Default for ThingDescribed { }
impl ThingDescribed { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingDescribed { p: "p", });
glue::debug!(ThingDescribed);
pub struct ThingBounded { pub p: Option<String>, extra: Extra, }
impl Default for ThingBounded { }
impl ThingBounded { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingBounded { p: "p", });
glue::debug!(ThingBounded);
pub struct ThingBoundedOther { pub p: Option<String>, extra: Extra, }
impl Default for ThingBoundedOther { }
impl ThingBoundedOther { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingBoundedOther { p: "p", });
glue::debug!(ThingBoundedOther);
pub struct ThingSized { pub p: Option<String>, extra: Extra, }
impl Default for ThingSized { }
impl ThingSized { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingSized { p: "p", });
glue::debug!(ThingSized);
pub struct ThingMore { pub p: Option<String>, pub r: Option<String>, extra: Extra, }
impl Default for ThingMore { }
impl ThingMore { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingMore { p: "p", r: "r", });
glue::debug!(ThingMore);
pub struct ThingOpenText { pub p: Option<String>, pub additional: Map<String>, }
impl Default for ThingOpenText { }
impl ThingOpenText { pub fn new() -> Self; }
impl glue::Json for ThingOpenText { }
glue::debug!(ThingOpenText);
pub struct ThingOpenWhole { pub p: Option<String>, pub additional: Map<i64>, }
impl Default for ThingOpenWhole { }
impl ThingOpenWhole { pub fn new() -> Self; }
impl glue::Json for ThingOpenWhole { }
glue::debug!(ThingOpenWhole);
pub struct ThingClosed { pub p: Option<String>, extra: Extra, }
impl Default for ThingClosed { }
impl ThingClosed { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingClosed { p: "p", });
glue::debug!(ThingClosed);
pub struct ThingHidden { pub p: Option<String>, extra: Extra, }
impl Default for ThingHidden { }
impl ThingHidden { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
impl glue::Json for ThingHidden { }
glue::debug!(ThingHidden);
pub struct ThingConstant { pub p: ThingConstantP, extra: Extra, }
impl Default for ThingConstant { }
impl ThingConstant { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingConstant { p: "p", });
glue::debug!(ThingConstant);
pub enum ThingConstantP { A, Unknown(String), }
impl ThingConstantP { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingConstantP);
impl glue::Enum for ThingConstantP {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingConstantP { }
glue::debug!(ThingConstantP);
pub struct ThingConstantOther { pub p: ThingConstantOtherP, extra: Extra, }
impl Default for ThingConstantOther { }
impl ThingConstantOther { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingConstantOther { p: "p", });
glue::debug!(ThingConstantOther);
pub enum ThingConstantOtherP { B, Unknown(String), }
impl ThingConstantOtherP { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingConstantOtherP);
impl glue::Enum for ThingConstantOtherP {
    const TABLE: &'static [(&'static str, Self)] = &[("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingConstantOtherP { }
glue::debug!(ThingConstantOtherP);
pub struct ThingList { pub p: Option<Vec<String>>, extra: Extra, }
impl Default for ThingList { }
impl ThingList { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingList { p: "p", });
glue::debug!(ThingList);
pub struct ThingListBounded { pub p: Option<Vec<String>>, extra: Extra, }
impl Default for ThingListBounded { }
impl ThingListBounded { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingListBounded { p: "p", });
glue::debug!(ThingListBounded);
pub struct ThingListWhole { pub p: Option<Vec<i64>>, extra: Extra, }
impl Default for ThingListWhole { }
impl ThingListWhole { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingListWhole { p: "p", });
glue::debug!(ThingListWhole);
pub struct ThingMap { pub p: Option<Map<String>>, extra: Extra, }
impl Default for ThingMap { }
impl ThingMap { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingMap { p: "p", });
glue::debug!(ThingMap);
pub struct ThingMapSized { pub p: Option<Map<String>>, extra: Extra, }
impl Default for ThingMapSized { }
impl ThingMapSized { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingMapSized { p: "p", });
glue::debug!(ThingMapSized);
pub struct ThingMapWhole { pub p: Option<Map<i64>>, extra: Extra, }
impl Default for ThingMapWhole { }
impl ThingMapWhole { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingMapWhole { p: "p", });
glue::debug!(ThingMapWhole);
pub struct ThingNullable { pub p: Option<Vec<Option<String>>>, extra: Extra, }
impl Default for ThingNullable { }
impl ThingNullable { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingNullable { p: "p", });
glue::debug!(ThingNullable);
pub struct ThingNullableWhole { pub p: Option<Vec<Option<i64>>>, extra: Extra, }
impl Default for ThingNullableWhole { }
impl ThingNullableWhole { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingNullableWhole { p: "p", });
glue::debug!(ThingNullableWhole);
pub struct ThingPair { pub p: Option<(String, i64)>, extra: Extra, }
impl Default for ThingPair { }
impl ThingPair { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingPair { p: "p", });
glue::debug!(ThingPair);
pub struct ThingPairTurned { pub p: Option<(i64, String)>, extra: Extra, }
impl Default for ThingPairTurned { }
impl ThingPairTurned { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingPairTurned { p: "p", });
glue::debug!(ThingPairTurned);
pub enum ThingWords { A, B, Unknown(String), }
impl ThingWords { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingWords);
impl glue::Enum for ThingWords {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingWords { }
glue::debug!(ThingWords);
pub enum ThingWordsOther { A, C, Unknown(String), }
impl ThingWordsOther { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingWordsOther);
impl glue::Enum for ThingWordsOther {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("c", Self::C)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
}
impl From<&str> for ThingWordsOther { }
glue::debug!(ThingWordsOther);
pub enum ThingWordsHidden { A, B, Unknown(String), }
impl ThingWordsHidden { pub fn as_str(&self) -> &str; }
glue::is_text!(ThingWordsHidden);
impl glue::Enum for ThingWordsHidden {
    const TABLE: &'static [(&'static str, Self)] = &[("a", Self::A), ("b", Self::B)];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    const SECRET: Option<&'static str> = Some("ThingWordsHidden");
}
impl From<&str> for ThingWordsHidden { }
glue::debug!(ThingWordsHidden);
pub enum IntegerOrText { Integer(i64), Text(String), Unknown(JsonValue), }
impl IntegerOrText {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for IntegerOrText { }
glue::debug!(IntegerOrText);
pub enum ThingChoiceOther { Bool(bool), Text(String), Unknown(JsonValue), }
impl ThingChoiceOther {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingChoiceOther { }
glue::debug!(ThingChoiceOther);
pub enum ThingChoiceOfThree { Bool(bool), Integer(i64), Text(String), Unknown(JsonValue), }
impl ThingChoiceOfThree {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ThingChoiceOfThree { }
glue::debug!(ThingChoiceOfThree);
pub enum ThingTold { A(A), B(B), Unknown(JsonValue), }
impl From<A> for ThingTold { }
impl From<B> for ThingTold { }
impl glue::Json for ThingTold { }
glue::debug!(ThingTold);
pub enum ThingToldByOther { A(A), B(B), Unknown(JsonValue), }
impl From<A> for ThingToldByOther { }
impl From<B> for ThingToldByOther { }
impl glue::Json for ThingToldByOther { }
glue::debug!(ThingToldByOther);
pub enum ThingToldByOneOtherTag { A(A), B(B), Unknown(JsonValue), }
impl From<A> for ThingToldByOneOtherTag { }
impl From<B> for ThingToldByOneOtherTag { }
impl glue::Json for ThingToldByOneOtherTag { }
glue::debug!(ThingToldByOneOtherTag);
pub enum ThingToldByOtherTags { A(A), B(B), Unknown(JsonValue), }
impl From<A> for ThingToldByOtherTags { }
impl From<B> for ThingToldByOtherTags { }
impl glue::Json for ThingToldByOtherTags { }
glue::debug!(ThingToldByOtherTags);
pub struct IdP { pub p: Option<Id>, extra: Extra, }
impl Default for IdP { }
impl IdP { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(IdP { p: "p", });
glue::debug!(IdP);
pub struct ThingOfTown { pub p: Option<Town>, extra: Extra, }
impl Default for ThingOfTown { }
impl ThingOfTown { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingOfTown { p: "p", });
glue::debug!(ThingOfTown);
pub struct ThingOfVillage { pub p: Option<Village>, extra: Extra, }
impl Default for ThingOfVillage { }
impl ThingOfVillage { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingOfVillage { p: "p", });
glue::debug!(ThingOfVillage);
pub struct ThingOfFirst { pub p: Option<First>, extra: Extra, }
impl Default for ThingOfFirst { }
impl ThingOfFirst { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(ThingOfFirst { p: "p", });
glue::debug!(ThingOfFirst);
pub struct SecondP { pub p: Option<Second>, extra: Extra, }
impl Default for SecondP { }
impl SecondP { pub fn new() -> Self; pub fn extra(&self) -> &Extra; }
glue::object!(SecondP { p: "p", });
glue::debug!(SecondP);
pub enum ThingUntold { A(A), B(B), Unknown(JsonValue), }
impl ThingUntold {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "sort"], constants: &[("sort", &["A"])], }, ],
        &[ glue::Shape { kinds: glue::OBJECT, required: &["kind", "sort"], constants: &[("sort", &["B"])], }, ],
    ];
}
impl From<A> for ThingUntold { }
impl From<B> for ThingUntold { }
impl glue::Json for ThingUntold { }
glue::debug!(ThingUntold);
