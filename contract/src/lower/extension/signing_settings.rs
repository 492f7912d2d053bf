//! `settings` of a signature: values that the user of a verifier or of a client gives.
//!
//! In: the settings, and the message that contains them. Out: the settings in their order; `None` after a fault.

use super::reader::Reader;
use super::signed_message::{Common, in_prose};
use crate::constant::{list, text};
use crate::ir::{Piece, SignedValue, SigningSetting};

/// The settings, and their documentation.
pub(super) struct Settings {
    pub(super) settings: &'static [SigningSetting],
    pub(super) docs: Vec<Option<String>>,
}

/// Reads the settings. Each must be in the message, or in a parameter of the query.
pub(super) fn read_settings(reader: &mut Reader<'_, '_>, common: &Common) -> Option<Settings> {
    let (mut settings, mut docs, mut is_sound) = (Vec::new(), Vec::new(), true);
    let mut map = reader.below("settings");
    for member in map.iter().flat_map(|map| map.node.members()).collect::<Vec<_>>() {
        let Some(mut inner) = map.as_mut().and_then(|map| map.inside(member.value)) else {
            continue;
        };
        let is_plain = member.key.starts_with(|first: char| first.is_ascii_lowercase())
            && member.key.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let is_known = |known: &SigningSetting| known.name.eq_ignore_ascii_case(member.key);
        if !is_plain || settings.iter().any(is_known) {
            let help = "write a different name of letters and digits, like `notificationUrl`";
            inner.fault(
                member.value,
                format!("a setting cannot have the name `{}`", member.key),
                help,
            );
            is_sound = false;
            continue;
        }
        let query = inner.text("query");
        if query.is_none() && !common.signs(SignedValue::Setting(text(member.key))) {
            let message = format!("the message does not contain the setting `{}`", member.key);
            inner.fault(
                member.value,
                message,
                "remove it, or write it as `{settings.NAME}` in `message`",
            );
            is_sound = false;
        }
        docs.push(inner.text("description"));
        settings.push(SigningSetting {
            name: text(member.key),
            environment: inner.variable("environment").as_deref().map(text),
            required: query.is_none(),
        });
    }
    for piece in common.message {
        if let Piece::Value(SignedValue::Setting(name), _) = piece
            && !settings.iter().any(|known| known.name == *name)
        {
            let node = reader.get("message").unwrap_or(reader.node);
            let message = format!("{} is not declared", in_prose(piece));
            reader.fault(node, message, "declare it with its `description` under `settings`");
            is_sound = false;
        }
    }
    is_sound.then(|| Settings {
        settings: list(settings),
        docs,
    })
}
