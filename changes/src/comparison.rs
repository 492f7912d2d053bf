//! The result of comparing two contracts: plain data, which reports, releases and lints of versions read. Each change has three verdicts
//! with their reasons.

/// All changes from the base to the revision.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContractDiff {
    /// Changes, each once, in the order of the contract.
    pub changes: Vec<Change>,
}

/// One change of the contract. By default, it breaks nobody.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Change {
    /// Stable id of the rule that found it, such as `request-property-became-required`.
    pub id: &'static str,
    /// Its node in the base; `None` if the revision added it.
    pub base: Option<ContractPlace>,
    /// Its node in the revision; `None` if the revision removed it.
    pub revision: Option<ContractPlace>,
    /// Operations that reach the node, as `METHOD /path`, in the order of the contract; empty if it concerns all of them.
    pub operations: Vec<String>,
    /// Old value as the contract writes it, if there was one.
    pub old: Option<String>,
    /// New value as the contract writes it, if there is one.
    pub new: Option<String>,
    /// One sentence that names the change.
    pub text: String,
    /// Verdicts on it, with their reasons.
    #[serde(flatten)]
    pub verdicts: Verdicts,
    /// One sentence that says what to do; empty if there is nothing to do.
    pub advice: String,
}

impl Change {
    /// Returns its node: in the revision; for a removal, in the base.
    pub fn place(&self) -> Option<&ContractPlace> {
        self.revision.as_ref().or(self.base.as_ref())
    }

    /// Returns true if it says that a verdict is missing, since a side could not be compared.
    pub fn is_missing(&self) -> bool {
        self.verdicts.rust.kind == RustKind::Unknown || self.verdicts.conduct.risk == ConductRisk::Unknown
    }

    /// Returns true if it removes something before the day that was announced for it.
    pub fn is_before_sunset(&self) -> bool {
        self.id.ends_with("-before-sunset")
    }
}

/// Most operations that a list names.
const NAMED: usize = 3;

impl Change {
    /// Returns the operations that its sentence does not name, each in this sign: the first ones, and the number of the others.
    pub fn listed_operations(&self, sign: &str) -> String {
        let is_named = |name: &String| self.text.contains(&format!("`{name}`"));
        if self.operations.iter().all(is_named) {
            return String::new();
        }
        let names = self.operations.iter().take(NAMED);
        let mut names: Vec<String> = names.map(|name| format!("{sign}{name}{sign}")).collect();
        if let Some(more) = self.operations.len().checked_sub(NAMED).filter(|more| *more > 0) {
            names.push(format!("{more} more"));
        }
        names.join(", ")
    }

    /// Returns the value of an enumeration that it adds or removes, and the sentence before it.
    fn enum_value(&self) -> Option<(&str, &str)> {
        let value = self.new.as_deref().or(self.old.as_deref())?;
        let is_of_enum = self.id.starts_with("enum-value-");
        let before = self.text.strip_suffix(value).filter(|_| is_of_enum)?;
        Some((before, value))
    }
}

/// Returns changes for readers: values that come to one enumeration, or leave it, are one change.
pub fn grouped(changes: &[&Change]) -> Vec<Change> {
    let mut found: Vec<(&Change, Vec<&Change>)> = Vec::new();
    for change in changes {
        let before = |one: &Change| one.enum_value().map(|(before, _)| before.to_owned());
        let is_same = |first: &Change| {
            (first.id, &first.operations) == (change.id, &change.operations)
                && first.verdicts.wire == change.verdicts.wire
                && first.verdicts.conduct == change.verdicts.conduct
                && change.enum_value().is_some()
                && before(first) == before(change)
        };
        match found.iter_mut().find(|(first, _)| is_same(first)) {
            Some((_, others)) => others.push(change),
            None => found.push((change, Vec::new())),
        }
    }
    let one = |(first, others): (&Change, Vec<&Change>)| {
        let mut change = first.clone();
        let values = others.iter().filter_map(|other| Some(other.enum_value()?.1));
        if let Some((before, value)) = first.enum_value().filter(|_| !others.is_empty()) {
            let all: Vec<&str> = std::iter::once(value).chain(values).collect();
            change.text = format!("{}s {}", before.trim_end(), all.join(", "));
        }
        for other in others {
            let rust = &mut change.verdicts.rust;
            rust.kind = rust.kind.max(other.verdicts.rust.kind);
            rust.items.extend(other.verdicts.rust.items.iter().cloned());
            if !change.advice.contains(&other.advice) {
                change.advice = format!("{}; {}", change.advice, other.advice);
            }
        }
        change
    };
    found.into_iter().map(one).collect()
}

/// A node of one of the two contracts.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ContractPlace {
    /// JSON Pointer in its file.
    pub pointer: String,
    /// Path of the file, as it was given.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

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
