//! Public keys that a verifier fetches (`x-webhooks.signing.keys`).

use super::reader::Reader;
use crate::ir::{DeliveryKeyInput, DeliveryKeyOperation, DeliveryKeySource, Pointer};

/// Sources, each with the members that only it has.
const SOURCES: [(&str, &[&str]); 3] = [
    ("jwks", &[]),
    ("certificate", &["hosts"]),
    ("operation", &["id", "key", "revoked"]),
];

/// Reads the source of keys, if there is one. `is_jws`: the signature names its key (`kid`).
pub(super) fn read_key_source(
    signing: &mut Reader<'_, '_>,
    is_jws: bool,
    has_secret: bool,
) -> Option<DeliveryKeySource> {
    let node = signing.get("keys")?;
    if has_secret {
        let help = "remove `keys`, or keep the algorithms of key pairs alone";
        signing.fault(node, "a secret cannot be fetched", help);
    }
    let mut reader = signing.below("keys")?;
    let mut named = SOURCES.iter().filter(|(name, _)| node.get(name).is_some());
    let (Some((source, own)), None) = (named.next(), named.next()) else {
        let help = "write one of `jwks`, `certificate` with `hosts`, and `operation` with `id`";
        reader.fault(node, "`keys` names none or several sources", help);
        return None;
    };
    if let Some(other) = node.members().find(|one| one.key != *source && !own.contains(&one.key)) {
        let message = format!("`{source}` has no `{}`", other.key);
        reader.fault(other.value, message, "remove it");
    }
    if *source != "certificate" && !is_jws {
        let help = "describe a JSON Web Signature (`jws`), or write `certificate`";
        reader.fault(node, "the signature does not name its key", help);
    }
    match *source {
        "jwks" => jwks(&mut reader),
        "certificate" => certificate(&mut reader),
        _ => operation(&mut reader),
    }
}

fn jwks(reader: &mut Reader<'_, '_>) -> Option<DeliveryKeySource> {
    let node = reader.get("jwks")?;
    let url = node.as_str()?;
    let (host, _) = url
        .strip_prefix("https://")
        .unwrap_or_default()
        .split_once('/')
        .unwrap_or_default();
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"#@\\\"<>".contains(&byte);
    if !is_host(host) || !url.bytes().all(is_plain) {
        let help = "write an absolute URL like `https://keys.example.com/jwks.json`; a user can set another one";
        reader.fault(node, "this is not a URL of keys", help);
        return None;
    }
    Some(DeliveryKeySource::Jwks(url.to_owned()))
}

fn certificate(reader: &mut Reader<'_, '_>) -> Option<DeliveryKeySource> {
    let header = reader.header("certificate");
    let hosts = reader.need("hosts")?;
    if let Some(host) = hosts.items().find(|host| !host.as_str().is_some_and(is_host)) {
        let help = "write the host of the API in lower case, like `example.com`, which includes the names below it";
        reader.fault(host, "this is not a host of certificates", help);
    }
    let hosts = reader.texts("hosts");
    if hosts.is_empty() {
        let help = "without a host, anyone could send the URL of another certificate";
        reader.fault(reader.node, "`hosts` is empty", help);
    }
    Some(DeliveryKeySource::Certificate { header: header?, hosts })
}

/// Returns true for a name with at least two labels, as a verifier compares hosts.
fn is_host(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.contains('.')
        && text
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(is_plain))
}

fn operation(reader: &mut Reader<'_, '_>) -> Option<DeliveryKeySource> {
    let id = reader.need("id")?;
    let id = if id.as_str()?.starts_with('/') {
        DeliveryKeyInput::Body(reader.pointer_of(id)?)
    } else {
        DeliveryKeyInput::Parameter(id.as_str()?.to_owned())
    };
    let key = if reader.get("key").is_some() {
        reader.pointer("key")?
    } else {
        Pointer::new()
    };
    Some(DeliveryKeySource::Operation(DeliveryKeyOperation {
        operation: reader.text("operation")?,
        id,
        key,
        revoked: reader.pointer("revoked"),
    }))
}
