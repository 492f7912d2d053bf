//! The three verdicts on a change, each with its reason.

/// Verdicts on one change.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Verdicts {
    /// Requests and answers that no longer fit.
    pub wire: Wire,
    /// The public API of the generated crate.
    pub rust: Rust,
    /// Difference in the behaviour of a running program.
    pub conduct: BehaviorChange,
}

/// Verdict on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Wire {
    /// Programs that the change breaks.
    pub breaks: WireBreak,
    /// Reason in one sentence; empty if nobody is broken.
    pub reason: String,
}

/// Programs that a change breaks on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WireBreak {
    /// Nobody.
    #[default]
    Nobody,
    /// The documents do not tell; people have to decide.
    Undecided,
    /// Clients that send what the base allowed.
    Sender,
    /// Clients that receive what the base did not announce.
    Receiver,
    /// Both.
    Both,
}

/// Verdict on the public API of the generated crate.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Rust {
    /// Effect on the public API.
    pub kind: RustKind,
    /// Items that changed, such as `models::Order::amount: Decimal -> Option<Decimal>`; empty if none did.
    pub items: Vec<String>,
}

/// Effect on the public API of the generated crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RustKind {
    /// The same items.
    #[default]
    Same,
    /// New items only.
    Added,
    /// The crates were not compared.
    Unknown,
    /// An item is gone or has another signature.
    Breaking,
}

/// Verdict on what a running program does.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct BehaviorChange {
    /// The risk.
    pub risk: ConductRisk,
    /// One sentence for an engineer on call; empty if nothing is different.
    pub sentence: String,
}

/// Risk of a change of conduct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ConductRisk {
    /// A running program does what it did.
    #[default]
    Same,
    /// A running program does something else, at no cost.
    Differs,
    /// The conduct of programs was not compared.
    Unknown,
    /// A running program can lose money, or partners can be locked out.
    Dangerous,
}
