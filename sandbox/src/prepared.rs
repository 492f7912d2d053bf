//! In: a contract. Out: everything that servers of it compute from it before the first call, computed once for all of them. Never:
//! something that differs from client to client.

use crate::causes::Causes;
use crate::contract::Contract;
use crate::error::Error;
use crate::formula;
use crate::model::Model;
use crate::rules::Rules;
use crate::schema::Schemas;
use std::sync::Arc;

/// A contract with its model and its compiled rules. Its clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) contract: Arc<Contract>,
    pub(crate) model: Arc<Model>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) causes: Arc<Causes>,
    pub(crate) schemas: Arc<Schemas>,
}

impl Prepared {
    /// Compiles the rules of a contract. The error names everything that is wrong with them.
    pub(crate) fn of(contract: Contract) -> Result<Self, Error> {
        let model = Model::of(&contract);
        let compile = || Ok((Rules::read(&contract, &model)?, Causes::read(&contract, &model)?));
        let compiled = formula::together(compile).map_err(|flaw| Error::Contract(flaw.why))?;
        let (mut rules, causes) = compiled?;
        Ok(Self {
            schemas: Arc::new(Schemas::with_rules(rules.take_schemas())),
            contract: Arc::new(contract),
            model: Arc::new(model),
            rules: Arc::new(rules),
            causes: Arc::new(causes),
        })
    }
}
