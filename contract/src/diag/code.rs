//! Diagnostic codes: number, level in each mode, and one-line meaning.
//!
//! A code never changes its meaning and is never reused. Each is explained in `docs/generate/diagnostics`; a test keeps the
//! two in step. C01 reading, C02 the document, C03 references, C04 the gate, C05 meaning (`lower`), C06 the whole API
//! (`passes`), C07 names, C08 output, C09 overlays, C10 lints, which the command `lint` alone reports.

/// Severity of a diagnostic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// Not shown, only counted.
    Hidden,
    /// Information.
    Note,
    /// The output differs from what the contract says, or the contract from what OpenAPI says.
    Warning,
    /// An error: there is no output.
    Error,
}

impl Level {
    /// Returns the word that diagnostics print.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// Parses the word of a level.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Hidden, Self::Note, Self::Warning, Self::Error]
            .into_iter()
            .find(|level| level.word() == word)
    }
}

macro_rules! codes {
    ($($name:ident $number:literal $strict:ident $lenient:ident $title:literal)*) => {
        /// Kind of a diagnostic.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// All of them, by number.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the stable number, such as `C0102`.
            pub fn number(self) -> &'static str {
                match self { $(Self::$name => $number,)* }
            }

            /// Returns the meaning in one line.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            pub(super) fn levels(self) -> (Level, Level) {
                match self { $(Self::$name => (Level::$strict, Level::$lenient),)* }
            }
        }
    };
}

codes! {
    //                     strict  lenient
    InvalidUtf8            "C0101" Error Error     "the file is not UTF-8"
    Syntax                 "C0102" Error Error     "the file is not well-formed YAML or JSON"
    DuplicateKey           "C0103" Error Warning   "a duplicate key in a mapping"
    TooDeep                "C0104" Error Error     "nested too deeply"
    TooLarge               "C0105" Error Error     "too large"
    AliasBudget            "C0106" Error Error     "aliases expand to too much"
    MergeKey               "C0107" Error Note      "merge keys are not part of YAML 1.2"
    SeveralDocuments       "C0108" Error Error     "more than one YAML document in a file"
    Tagged                 "C0109" Error Error     "YAML tags are not used in contracts"
    KeyNotText             "C0110" Error Error     "a key must be a scalar"
    EmptyFile              "C0111" Error Error     "the file is empty"
    LoneSurrogate          "C0112" Error Warning   "half of a surrogate pair"
    CyclicAlias            "C0113" Error Error     "an alias inside its own anchor"
    HiddenCharacter        "C0114" Error Warning   "an invisible character changes how the text looks"
    CutOff                 "C0115" Error Error     "the file seems to be cut off"
    Markup                 "C0116" Error Error     "the file is HTML or XML, not YAML or JSON"

    NotOpenApi             "C0201" Error Error     "not an OpenAPI document"
    Swagger                "C0202" Error Error     "Swagger 1 is not supported"
    UnknownVersion         "C0203" Error Error     "this version of OpenAPI is not supported"
    NewerVersion           "C0204" Warning Note    "this version of OpenAPI is handled as 3.1"
    UnknownKeyword         "C0205" Error Warning   "unknown keyword"
    OtherDialect           "C0206" Error Note      "a keyword of another version of OpenAPI"
    RefusedKeyword         "C0207" Error Warning   "a keyword for which no correct code can be generated"
    NotedKeyword           "C0208" Hidden Hidden   "a keyword without effect on the generated code"
    ForeignExtension       "C0209" Note Hidden     "an extension of another vendor"
    MissingField           "C0210" Error Warning   "a required field is missing"
    WrongKind              "C0211" Error Warning   "a value of the wrong kind"
    WrongValue             "C0212" Error Warning   "a value that is not allowed here"
    LiteralKind            "C0213" Error Warning   "a literal that does not fit its type"
    BadPath                "C0214" Error Warning   "a path template that cannot be sent"
    UndeclaredPathParameter "C0215" Error Warning  "a path template and its parameters disagree"
    DuplicateOperationId   "C0216" Error Warning   "two operations have the same id"
    DuplicateParameter     "C0217" Error Warning   "a duplicate parameter"
    BadStatus              "C0218" Error Warning   "not an HTTP status"
    UnknownSecurity        "C0219" Error Warning   "a security scheme that is not defined"
    EquivalentPaths        "C0220" Error Note      "two path templates that match the same requests"
    IdleFilter             "C0221" Error Error     "a filter that selects nothing"
    SameRequest            "C0222" Error Warning   "two operations that match the same requests"
    UnusedSchemas          "C0223" Note  Note      "schemas that no operation needs"
    ForeignShape           "C0224" Error Warning   "an extension of another vendor with the name of an sdkwright extension"
    RewrittenPath          "C0225" Error Warning   "a path template that contains more than a path"
    NoOperations           "C0226" Warning Warning "a contract without operations"

    DanglingReference      "C0301" Error Warning   "a reference without a target"
    RemoteReference        "C0302" Error Warning   "remote references are not followed"
    OutsideReference       "C0303" Error Warning   "a reference outside the contract's folder"
    MissingFile            "C0304" Error Warning   "a referenced file cannot be read"
    BadReference           "C0305" Error Warning   "not a reference"
    ReferenceCycle         "C0306" Error Warning   "references that refer only to each other"
    WrongTarget            "C0307" Error Warning   "a reference to the wrong kind of object"
    ReferenceSiblings      "C0308" Error Note      "a `$ref` with siblings that are not allowed"

    GateRefused            "C0401" Error Hidden    "another parser of OpenAPI 3.0 cannot read the contract"
    GateLost               "C0402" Error Hidden    "another parser of OpenAPI 3.0 loses a part of the contract"

    Unsupported            "C0501" Error Warning   "a construct that is not supported"
    Contradiction          "C0502" Error Warning   "parts of a schema contradict each other"
    BadExtension           "C0503" Error Warning   "an invalid sdkwright extension"
    MissingIntent          "C0504" Error Warning   "an unsafe operation without an idempotency intent"
    UnknownProblem         "C0505" Error Warning   "a problem code that is not in the registry"
    RegistryGap            "C0506" Error Warning   "the registry and the enum of codes disagree"
    PayloadHash            "C0507" Error Warning   "an approval that covers nothing"
    LifecycleState         "C0508" Error Warning   "a lifecycle with an unknown or a missing state"
    NewtypeConflict        "C0509" Error Warning   "one newtype for different values"
    UnknownPlace           "C0510" Error Warning   "a pointer to a member that does not exist"
    BadDiscriminator       "C0511" Error Warning   "a discriminator that does not distinguish the variants"
    ExampleKind            "C0512" Error Note      "an example of another type than its schema describes"
    UnsignedWebhooks       "C0513" Error Note      "webhooks without a description of their signing"
    AmbiguousSignature     "C0514" Error Error     "one signature for several requests"
    PagedEffect            "C0515" Error Warning   "a list that has an effect"
    HeaderDisagrees        "C0516" Error Warning   "a parameter that disagrees with the header that the client sends"
    MissingEffect          "C0517" Error Warning   "an unsafe operation without `x-effect`"
    ExampleContradicts     "C0518" Error Note      "an example or a default that contradicts its schema"
    RepeatedValue          "C0519" Error Warning   "a value that is listed twice in an `enum`"
    BadPattern             "C0520" Error Warning   "a `pattern` that is not a regular expression"
    AllOfCycle             "C0521" Error Warning   "`allOf` that contains itself"
    UnknownRequired        "C0522" Error Warning   "a required member that no property declares"
    DictatedAmbiguity      "C0523" Note  Note      "an ambiguous signature that the owner of the API dictates"
    IdleScheme             "C0524" Warning Warning "a credential that no operation requires"
    PlainKey               "C0525" Note  Note      "an idempotency key that stays a plain value"
    IdleLink               "C0526" Warning Note    "a link that is not generated"

    DanglingType           "C0601" Error Error     "the generator lost a type; this is a fault of the generator"
    EndlessType            "C0602" Error Warning   "a type that contains itself and can have no value"
    AlikeVariants          "C0603" Error Warning     "variants of a union that nothing distinguishes"
    PatternNotChecked      "C0604" Note  Note      "a pattern that is not checked before sending"
    RuleNotChecked         "C0605" Note  Hidden    "a rule that is not checked before sending"

    NameCollision          "C0701" Error Note      "one name for several things"
    UnusableName           "C0702" Error Error     "a name that cannot be used in Rust"
    IdleOverride           "C0703" Error Warning   "a name for a part that does not exist"

    NotPrinted             "C0801" Error Error     "generated code that cannot be printed; this is a fault of the generator"
    Template               "C0802" Error Error     "a template that cannot be filled in"
    OutputPath             "C0803" Error Error     "an output path that is refused"

    OverlayFault           "C0901" Error Error     "an overlay that violates its specification"
    OverlayVersion         "C0902" Error Error     "this version of the Overlay Specification is not supported"
    NotJsonPath            "C0903" Error Error     "not a JSONPath query"
    NothingSelected        "C0904" Error Warning   "a target that selects nothing"
    DoesNotFit             "C0905" Error Error     "a change that does not fit its target"
    SeveralModifiers       "C0906" Error Warning   "changes that exclude each other in one action"
    IdleAction             "C0907" Warning Warning "an action that changes nothing"
    LaterFeature           "C0908" Warning Note    "a feature of a later Overlay Specification"
    OtherContract          "C0909" Warning Warning "an overlay for another contract"
    UnquotedName           "C0910" Error Warning   "a name in a JSONPath that requires quotes"
    UntoldOperations       "C0911" Note  Note      "operations without extensions from an overlay"

    AmountAsNumber         "C1001" Warning Warning "an amount as a JSON number"
    AmountWithoutCurrency  "C1002" Warning Warning "an amount without a currency"
    PlainId                "C1003" Warning Note    "an id without its own type"
    MutationWithoutKey     "C1004" Warning Warning "a mutation without an idempotency key"
    CodesWithoutRows       "C1005" Warning Note    "problem codes without rows of a registry"
    UnpagedList            "C1006" Warning Warning "a list without paging"
    ClosedEnum             "C1007" Warning Note    "a closed enum in a response"
    SecretInExample        "C1008" Warning Warning "a secret or personal data in an example"
    ExamplesDisagree       "C1009" Warning Warning "examples that contradict each other"
    InstantWithoutZone     "C1010" Warning Warning "an instant without a time zone"
    UnboundedSent          "C1011" Warning Note    "an unbounded text or list in a request"
    IdleAllowance          "C1012" Error Warning   "an allowed finding that is not found"
    UnsignedAction         "C1013" Warning Warning "an action that is not signed, in a contract that signs"
    UnmarkedSecret         "C1014" Warning Note    "a secret without `x-sensitive`"
}

impl Code {
    /// Returns true if the diagnostic is an error whatever level is set: the construct has no possible output.
    pub fn is_final(self) -> bool {
        self.levels().1 == Level::Error && !matches!(self, Self::CutOff | Self::IdleFilter)
    }

    /// Returns true for a code about extensions (`docs/generate/extensions`) only.
    pub fn is_of_vocabulary(self) -> bool {
        matches!(
            self,
            Self::BadExtension
                | Self::MissingIntent
                | Self::MissingEffect
                | Self::UnknownProblem
                | Self::RegistryGap
                | Self::PayloadHash
                | Self::LifecycleState
                | Self::NewtypeConflict
                | Self::UnknownPlace
                | Self::HeaderDisagrees
                | Self::PagedEffect
        )
    }

    /// Returns true for a code that the command `lint` reports.
    pub fn is_of_lint(self) -> bool {
        matches!(self, Self::ExampleKind | Self::ExampleContradicts) || self >= Self::AmountAsNumber
    }

    /// Returns true if a part of the contract is lost, so that lenient mode warns too.
    pub fn is_loss(self) -> bool {
        self.levels().1 >= Level::Warning
    }

    /// Returns the code with that number.
    pub fn from_number(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number() == number)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.number())
    }
}
