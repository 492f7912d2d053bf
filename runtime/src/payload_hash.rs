//! The payload hash of an approval: operation, path arguments and body come in, a hash goes out. Arguments and body must never
//! print.

use crate::json::{JsonValue, NotCanonical, Object, canonical};
use crate::refusal::Refusal;
use crate::signing::{hex, sha256};

/// The source of a hashed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The operation's id.
    OperationId,
    /// A path argument.
    Path(&'static str),
    /// The body without the approval.
    Body,
}

/// The reason why there is no draft, or no authorized body.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DraftError {
    /// The request itself is refused.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Canonical JSON would change the text of a number.
    #[error(transparent)]
    NotCanonical(#[from] NotCanonical),
    /// The approval binds another draft.
    #[error("`{member}` of the approval is not the hash of this draft ({hash})")]
    AnotherHash {
        /// Member of the approval.
        member: &'static str,
        /// The draft's hash.
        hash: String,
    },
    /// The stored bytes are not a draft of this operation, or were changed.
    #[error("the stored draft is refused: {0}")]
    Stored(&'static str),
}

impl DraftError {
    /// Returns the recommended next step.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Refused(_) => "Correct the request, and draft it again.",
            Self::NotCanonical(_) => "Write the number in another form, or as text, and draft the request again.",
            Self::AnotherHash { .. } => "Approve this draft, or use the draft that was approved.",
            Self::Stored(_) => "Draft the request again, and have it approved again: its stored bytes prove nothing.",
        }
    }
}

/// For an error that `main` returns: a separate line has the next step.
impl std::fmt::Debug for DraftError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}\nnext: {}", self.advice())
    }
}

/// The inputs of a hash, before canonicalization, for replacements of the hash function.
#[derive(Clone, Copy)]
pub struct PayloadInputs<'d> {
    /// `operationId` of the call.
    pub operation: &'d str,
    /// Path arguments by name.
    pub path: &'d [(String, String)],
    /// The body without the approval, exactly as it will be sent.
    pub body: &'d [u8],
    /// The body, parsed.
    pub document: &'d JsonValue,
    /// The hashed members and their sources, by the contract.
    pub inputs: &'d [(&'static str, Input)],
}

/// Arguments and body never print.
impl std::fmt::Debug for PayloadInputs<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PayloadInputs")
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

/// A function that hashes the inputs.
pub type PayloadHash = dyn Fn(&PayloadInputs<'_>) -> Result<String, DraftError> + Send + Sync;

/// Computes the contract's hash: lower-case hexadecimal SHA-256 of the canonical JSON (RFC 8785) of the inputs.
pub fn sha256_of_canonical(inputs: &PayloadInputs<'_>) -> Result<String, DraftError> {
    // Checked separately first, so that the error names the place of a refused number in the body.
    canonical(inputs.document)?;
    let mut object = Object::new();
    for (member, input) in inputs.inputs {
        let value = match input {
            Input::OperationId => JsonValue::from(inputs.operation),
            Input::Path(name) => {
                let argument = inputs.path.iter().find(|(known, _)| known == name);
                JsonValue::from(
                    argument
                        .ok_or(DraftError::Stored("a path argument is missing"))?
                        .1
                        .as_str(),
                )
            }
            Input::Body => inputs.document.clone(),
        };
        object.insert(*member, value);
    }
    let text = canonical(&JsonValue::Object(object))?;
    Ok(hex(&sha256(text.as_bytes())))
}
