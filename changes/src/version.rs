//! One version of a contract, as a comparison needs it.

use sdkwright_codegen::Understood;
use sdkwright_codegen::contract::Linked;
use sdkwright_codegen::text::SourceMap;

/// One version of a contract.
#[derive(Debug)]
pub struct Version {
    /// The tree, with overlays applied and references to follow.
    pub contract: Linked,
    /// Files of the tree.
    pub sources: SourceMap,
    /// The sealed API; `None` if codegen refuses the contract, or if nobody asks for the verdicts that need it.
    pub understood: Option<Understood>,
    /// The reason for which codegen refuses the contract, without a full stop; `None` if it does not, or if no crate was asked for.
    pub refused: Option<String>,
}
