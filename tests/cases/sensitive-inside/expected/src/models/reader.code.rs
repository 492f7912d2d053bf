pub struct Reader {
    pub codes: Option<Vec<Code>>,
    pub code_of: Option<Map<Code>>,
    pub digits: Option<Vec<Digits>>,
    pub levels: Option<Vec<Level>>,
    pub flags: Option<Vec<Flag>>,
    pub words: Option<Vec<Word>>,
    pub lists: Option<Vec<Codes>>,
    pub secrets: Option<Vec<Secret>>,
    pub either: Option<Either>,
    pub marked_here: Option<Vec<Plain>>,
    pub marked_beside: Option<Vec<Plain>>,
    pub merged: Option<ReaderMerged>,
    pub merged_alone: Option<String>,
    pub inner: Option<ReaderInner>,
    pub again: Option<ReaderAgain>,
    pub twice: Option<Vec<Code>>,
    pub closed: Option<Vec<Closed>>,
    pub digits_of: Option<Map<Digits>>,
    pub digits_at: Option<(Digits, String)>,
    pub codes_or_null: Option<Vec<Option<String>>>,
    pub codes_by_other_name: Option<Vec<OtherCode>>,
    pub brought: Option<ReaderBrought>,
    pub deep: Option<Deep>,
    pub plain: Option<Vec<Plain>>,
    pub additional: Map<Level>,
}
impl glue::Json for Reader {
    fn read(v: glue::Value) -> Self {
        Self {
            codes: v.get("codes"),
            code_of: v.get("codeOf"),
            digits: v.get("digits"),
            levels: v.get("levels"),
            flags: v.get("flags"),
            words: v.get("words"),
            lists: v.get("lists"),
            secrets: v.get("secrets"),
            either: v.get("either"),
            marked_here: v.get("markedHere"),
            marked_beside: v.get("markedBeside"),
            merged: v.get("merged"),
            merged_alone: v.get("mergedAlone"),
            inner: v.get("inner"),
            again: v.get("again"),
            twice: v.get("twice"),
            closed: v.get("closed"),
            digits_of: v.get("digitsOf"),
            digits_at: v.get("digitsAt"),
            codes_or_null: v.get("codesOrNull"),
            codes_by_other_name: v.get("codesByOtherName"),
            brought: v.get("brought"),
            deep: v.get("deep"),
            plain: v.get("plain"),
            additional: v.rest_as(),
        }
    }
    fn write(&self, w: &mut glue::Writer) {
        w.begin("Reader")
            .sensitive("codes", &self.codes)
            .sensitive("codeOf", &self.code_of)
            .put("digits", &self.digits)
            .put("levels", &self.levels)
            .sensitive("flags", &self.flags)
            .put("words", &self.words)
            .sensitive("lists", &self.lists)
            .sensitive("secrets", &self.secrets)
            .put("either", &self.either)
            .sensitive("markedHere", &self.marked_here)
            .sensitive("markedBeside", &self.marked_beside)
            .put("merged", &self.merged)
            .sensitive("mergedAlone", &self.merged_alone)
            .put("inner", &self.inner)
            .put("again", &self.again)
            .sensitive("twice", &self.twice)
            .put("closed", &self.closed)
            .put("digitsOf", &self.digits_of)
            .put("digitsAt", &self.digits_at)
            .sensitive("codesOrNull", &self.codes_or_null)
            .sensitive("codesByOtherName", &self.codes_by_other_name)
            .sensitive("brought", &self.brought)
            .sensitive("deep", &self.deep)
            .put("plain", &self.plain)
            .sensitive_rest_as(
                &[
                    "codes",
                    "codeOf",
                    "digits",
                    "levels",
                    "flags",
                    "words",
                    "lists",
                    "secrets",
                    "either",
                    "markedHere",
                    "markedBeside",
                    "merged",
                    "mergedAlone",
                    "inner",
                    "again",
                    "twice",
                    "closed",
                    "digitsOf",
                    "digitsAt",
                    "codesOrNull",
                    "codesByOtherName",
                    "brought",
                    "deep",
                    "plain",
                ],
                &self.additional,
            );
    }
}
glue::model!(Reader);
pub enum ReaderMerged { Text(String), Bool(bool), Unknown(JsonValue), }
impl ReaderMerged {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ReaderMerged {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Text(v.decode()),
                1 => Self::Bool(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Text(value) => w.hidden(value),
            Self::Bool(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ReaderMerged);
pub enum ReaderInner { Fine(Fine), Value(ReaderInnerValue), Unknown(JsonValue), }
impl ReaderInner {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["cents"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER | glue::STRING, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ReaderInner {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Fine(v.decode()),
                1 => Self::Value(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Fine(value) => w.value(value),
            Self::Value(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ReaderInner);
pub enum ReaderInnerValue { Plain(Plain), Integer(i64), Unknown(JsonValue), }
impl ReaderInnerValue {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::STRING, required: &[], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::NUMBER, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ReaderInnerValue {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Plain(v.decode()),
                1 => Self::Integer(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Plain(value) => w.hidden(value),
            Self::Integer(value) => w.hidden(value),
            Self::Unknown(value) => w.hidden(value),
        }
    }
}
glue::debug!(ReaderInnerValue);
pub enum ReaderAgain { Fine(Fine), Bool(bool), Unknown(JsonValue), }
impl ReaderAgain {
    const SHAPES: &'static [&'static [glue::Shape]] = &[
        &[ glue::Shape { kinds: glue::OBJECT, required: &["cents"], constants: &[], }, ],
        &[ glue::Shape { kinds: glue::BOOL, required: &[], constants: &[], }, ],
    ];
}
impl glue::Json for ReaderAgain {
    fn read(v: glue::Value) -> Self {
        v.one_of(
            Self::SHAPES,
            |v, place| match place {
                0 => Self::Fine(v.decode()),
                1 => Self::Bool(v.decode()),
                _ => Self::Unknown(v.decode()),
            },
        )
    }
    fn write(&self, w: &mut glue::Writer) {
        match self {
            Self::Fine(value) => w.hidden(value),
            Self::Bool(value) => w.value(value),
            Self::Unknown(value) => w.unknown(None, value),
        }
    }
}
glue::debug!(ReaderAgain);
pub enum ReaderBrought { Flown, Walked, Unknown(String), }
impl ReaderBrought { pub fn as_str(&self) -> &str { glue::enum_text(self) } }
glue::is_text!(ReaderBrought);
impl glue::Enum for ReaderBrought {
    const TABLE: &'static [(&'static str, Self)] = &[ ("flown", Self::Flown), ("walked", Self::Walked), ];
    const UNKNOWN: fn(String) -> Self = Self::Unknown;
    const SECRET: Option<&'static str> = Some("ReaderBrought");
    fn unknown_text(&self) -> Option<&str> { if let Self::Unknown(text) = self { Some(text) } else { None } }
}
glue::debug!(ReaderBrought);
