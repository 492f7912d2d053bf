//! One version of a contract, as a comparison needs it.

use sdkwright_contract::diag::{Levels, Report};
use sdkwright_contract::document::ResolvedTree;
use sdkwright_contract::text::SourceMap;
use sdkwright_contract::{Inputs, ir};

/// One version of a contract.
#[derive(Debug)]
pub struct Version {
    /// The tree, with overlays applied and references to follow.
    pub contract: ResolvedTree,
    /// Files of the tree.
    pub sources: SourceMap,
    /// The sealed API; `None` if the contract has errors, or if nobody asks for the verdicts that need it.
    pub api: Option<ir::Api>,
}

impl Version {
    /// Reads the tree of a contract, for the verdict on the wire alone. `Err`: the file is not a contract of a version that
    /// can be read.
    pub fn from_inputs(inputs: &Inputs<'_>) -> Result<Self, Box<Report>> {
        let mut report = Report::new(Levels::lenient());
        match ResolvedTree::from_inputs(inputs, &mut report) {
            Some(contract) => Ok(Self {
                contract,
                sources: report.sources,
                api: None,
            }),
            None => Err(Box::new(report)),
        }
    }
}
