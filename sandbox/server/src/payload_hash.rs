//! In: a body with a member that binds an approval. Out: whether the approval is of exactly this. Never: a hash of
//! anything but the bytes of the canonical form.

use crate::contract::Contract;
use crate::encode;
use crate::json;
use crate::operation::Operation;
use crate::problem::Problem;
use crate::validate::ParsedRequest;
use hmac_sha256::Hash;
use serde_json::Value;

/// A member with `x-payload-hash`.
#[derive(Debug)]
pub(crate) struct HashBinding<'a> {
    pub(crate) member: &'a str,
    rule: &'a Value,
}

/// The member of a body schema that binds an approval, if one does.
pub(crate) fn member<'a>(contract: &'a Contract, schema: &'a Value) -> Option<HashBinding<'a>> {
    contract.properties(schema).into_iter().find_map(|(member, property)| {
        Some(HashBinding {
            member,
            rule: contract.word(property, "x-payload-hash")?,
        })
    })
}

impl HashBinding<'_> {
    /// The operation for whose hash a later body carries evidence.
    pub(crate) fn operation(&self) -> Option<&str> {
        self.rule.get("of").and_then(Value::as_str)
    }

    /// The code for evidence that is of something else.
    pub(crate) fn problem(&self, contract: &Contract) -> String {
        self.word(contract, "problem")
    }

    /// The member of the evidence that has to be the hash.
    pub(crate) fn into(&self, contract: &Contract) -> String {
        self.word(contract, "into")
    }

    /// Returns a word of this rule or of that of the creating operation; empty if neither has it.
    fn word(&self, contract: &Contract, word: &str) -> String {
        if let Some(text) = self.rule.get(word).and_then(Value::as_str) {
            return text.to_owned();
        }
        let creating = self.operation().and_then(|of| contract.operation(of));
        creating
            .into_iter()
            .flat_map(Operation::bodies)
            .find_map(|(_, schema)| member(contract, schema)?.rule.get(word)?.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Recomputes the hash of a creating body and compares it with the evidence; gives what was compared.
    pub(crate) fn check(
        &self,
        contract: &Contract,
        operation: &Operation,
        input: &ParsedRequest,
    ) -> Result<String, Problem> {
        let Some(body) = input.body.as_ref().filter(|_| input.is_json) else {
            return Ok("the body is not JSON, so it has no hash".to_owned());
        };
        let Some(evidence) = body.get(self.member) else {
            return Ok("the evidence is missing".to_owned());
        };
        let into = self.into(contract);
        let hash = Hash::hash(&encode::canonical_json(&self.inputs(operation, input, body)));
        let expected = match self.rule.get("encoding").and_then(Value::as_str) {
            Some("base64") => encode::base64(hash.as_ref()),
            _ => encode::hex(hash.as_ref()),
        };
        match evidence.get(&into) {
            Some(Value::String(given)) if *given == expected => Ok(format!("{into} is {expected}")),
            _ => Err(Problem::new(
                self.problem(contract),
                format!(
                    "{}.{into} is not the hash of this operation; expected {expected}.",
                    self.member
                ),
            )),
        }
    }

    fn inputs(&self, operation: &Operation, input: &ParsedRequest, body: &Value) -> Value {
        let members = json::members(self.rule.get("inputs")).map(|(name, source)| {
            let source = source.as_str().unwrap_or_default();
            let text = |value: Option<&String>| value.map_or(Value::Null, |text| text.as_str().into());
            let value = match source.split_once('.') {
                _ if source == "operationId" => operation.id.as_str().into(),
                Some(("path", name)) => text(input.path.get(name)),
                Some(("query", name)) => {
                    let mut query = input.query.iter();
                    text(query.find(|(known, _)| known == name).map(|(_, value)| value))
                }
                _ => {
                    let mut body = body.clone();
                    body.as_object_mut().and_then(|members| members.remove(self.member));
                    body
                }
            };
            (name.clone(), value)
        });
        members.collect()
    }
}
