//! The idempotency key of an example: the customer, the action, and the caller's own id of the action.
//!
//! In: an operation and the contract's examples. Out: a text such as `cust-100001:fiat-withdrawal:create:wd-9001`.
//! Never a key without an id of the action, which two actions would share.

use super::context::Context;
use crate::sample::SampleValue;
use sdkwright_contract::digest;
use sdkwright_contract::ir::{self, PartContent, Subject};

/// Returns the example key of a method of an operation.
pub(super) fn sample(context: &Context<'_>, id: ir::OperationId, operation: &ir::Operation, method: &str) -> String {
    let group = context.names.group_of(id).map_or("", |group| group.spelling.as_str());
    let kind = match group.strip_suffix("ies") {
        Some(stem) => kebab(stem) + "y",
        None => kebab(group.strip_suffix('s').unwrap_or(group)),
    };
    let own = reference(context, operation).or_else(|| {
        let mut same = context.operations_of(context.names.operation(id).group);
        same.find_map(|(_, other)| reference(context, other))
    });
    let initials = || -> String { kind.split('-').filter_map(|word| word.chars().next()).collect() };
    let own = own.unwrap_or_else(|| format!("{}-1001", initials()));
    let mut parts = vec![whose(context).unwrap_or_default(), kind.clone(), kebab(method), own];
    parts.retain(|part| !part.is_empty());
    let key = parts.join(":");
    if operation.declared_key.as_ref().is_some_and(|key| key.is_uuid) {
        return uuid(&key);
    }
    let most = length(context, operation).map_or(255, |(_, most)| most) as usize;
    // The end, which differs between keys; all of it is ASCII.
    let end = key.get(key.len().saturating_sub(most)..);
    end.unwrap_or(&key).to_owned()
}

/// Returns a UUID of version 8 (RFC 9562) from the digest of a text.
fn uuid(text: &str) -> String {
    let hex = digest(text.as_bytes());
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    format!(
        "{}-{}-8{}-9{}-{}",
        part(0, 8),
        part(8, 12),
        part(12, 15),
        part(15, 18),
        part(18, 30)
    )
}

/// Returns the least and the greatest length of an operation's key.
pub(super) fn length(context: &Context<'_>, operation: &ir::Operation) -> Option<(u32, u32)> {
    let own = operation.declared_key.as_ref().map(|key| key.length);
    own.or(context.api.idempotency.as_ref().map(|keys| keys.key_length))
}

/// Returns the example of the first member that a support report repeats: the caller's own name of its customer.
fn whose(context: &Context<'_>) -> Option<String> {
    let name = context.api.settings.support.first()?;
    context
        .api
        .operations()
        .find_map(|(_, operation)| example(context, operation, std::slice::from_ref(name)))
}

/// Returns the example of the reference that an operation acts on.
fn reference(context: &Context<'_>, operation: &ir::Operation) -> Option<String> {
    let at = |subject: &Subject| match subject {
        Subject::Body(pointer) => example(context, operation, pointer),
        Subject::Path(_) => None,
    };
    operation.subject.iter().find_map(at)
}

/// Returns the text at a pointer into the body's example, if it is valid in a key.
fn example(context: &Context<'_>, operation: &ir::Operation, pointer: &[String]) -> Option<String> {
    let form = operation.forms().next()?;
    let of_type = match form.content {
        PartContent::Json(ty) => context.api.ty(ty).examples.first(),
        _ => None,
    };
    let json = SampleValue::parse(form.examples.first().or(of_type)?)?;
    let found = pointer.iter().try_fold(&json, |at, name| at.get(name))?;
    let SampleValue::Text(text) = found else { return None };
    let sound = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    sound.then(|| text.clone())
}

/// Converts a name to lower-case words joined by `-`; characters invalid in a key are left out.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for letter in name.trim_start_matches("r#").chars() {
        if letter.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        match letter {
            '_' | ' ' | '-' if !out.is_empty() && !out.ends_with('-') => out.push('-'),
            letter if letter.is_ascii_alphanumeric() => out.push(letter.to_ascii_lowercase()),
            _ => {}
        }
    }
    out.trim_end_matches('-').to_owned()
}
