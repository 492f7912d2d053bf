//! Values of a call by which its action is recognized: path arguments and JSON body come in, the digest of its subject and the
//! target that finds it go out. A value itself must never print.

use super::digest::digest;
use super::intent::Sender;
use crate::description::Subject;
use crate::json::JsonValue;
use crate::target;

/// The values of one call that the contract may name.
pub(crate) struct Values<'v> {
    /// Path arguments, by name.
    pub(crate) arguments: &'v [(String, String)],
    /// The JSON body.
    pub(crate) document: Option<&'v JsonValue>,
}

impl Values<'_> {
    fn argument(&self, name: &str) -> Option<&str> {
        let found = self.arguments.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    fn member(&self, pointer: &str) -> Option<&str> {
        self.document?.pointer(pointer)?.as_str()
    }

    /// Computes the subject of an action: a digest of sender, operation, the values that the contract names, and those that the
    /// caller of a raw call named. A subject that lacks a value is no subject.
    pub(crate) fn subject(
        &self,
        sender: &Sender,
        operation: &str,
        parts: &[Subject],
        named: &[String],
    ) -> Option<String> {
        if parts.is_empty() && named.is_empty() {
            return None;
        }
        let client_id = sender.client_id.as_deref().unwrap_or_default();
        let mut values = vec![sender.base_url.as_bytes(), client_id.as_bytes(), operation.as_bytes()];
        for part in parts {
            values.push(match part {
                Subject::Path(name) => self.argument(name)?.as_bytes(),
                Subject::Body(pointer) => self.member(pointer)?.as_bytes(),
            });
        }
        values.extend(named.iter().map(String::as_bytes));
        Some(crate::signing::hex(&digest(values.into_iter())))
    }

    /// Returns the target of the call that finds the action, with the values that the contract names.
    pub(crate) fn find(&self, find: Option<(&str, &[(&str, &str)])>) -> Option<String> {
        let (template, query) = find?;
        let arguments: Vec<(String, String)> = self
            .arguments
            .iter()
            .map(|(name, value)| (name.clone(), target::encode(value)))
            .collect();
        let mut text = target::fill("", template, &arguments).ok()?;
        for (name, pointer) in query {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(&target::encode(name));
            text.push('=');
            text.push_str(&target::encode(self.member(pointer)?));
        }
        Some(text)
    }
}
