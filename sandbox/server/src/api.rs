//! In: a contract. Out: everything that servers of it compute from it before the first call, computed once for all of them. Never:
//! something that differs from client to client.

use crate::contract::Contract;
use crate::error::Error;
use crate::event_triggers::EventTriggers;
use crate::formula;
use crate::model::Model;
use crate::rules::ContractRules;
use crate::schema::{Direction, Schemas};
use serde_json::Value;
use std::sync::Arc;

/// A contract with its model and its compiled rules.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) contract: Arc<Contract>,
    pub(crate) model: Model,
    pub(crate) rules: ContractRules,
    pub(crate) event_triggers: EventTriggers,
    pub(crate) schemas: Schemas,
}

impl Api {
    /// Returns `true` if a response can contain a value of a schema.
    pub(crate) fn is_answer(&self, schema: &Value, value: &Value) -> bool {
        self.schemas
            .check(&self.contract, schema, Direction::Answer, value)
            .is_empty()
    }

    /// Compiles the rules of a contract. The error names everything that is wrong with them.
    pub(crate) fn new(contract: Contract) -> Result<Arc<Self>, Error> {
        let model = Model::new(&contract);
        let compile = || {
            Ok((
                ContractRules::compile(&contract, &model)?,
                EventTriggers::compile(&contract, &model)?,
            ))
        };
        let compiled = formula::together(compile).map_err(|flaw| Error::Contract(flaw.why))?;
        let (mut rules, event_triggers) = compiled?;
        Ok(Arc::new(Self {
            schemas: Schemas::with_rules(rules.take_schemas()),
            contract: Arc::new(contract),
            model,
            rules,
            event_triggers,
        }))
    }
}
