//! Validation of a body of parts: the parts and the rules of their operation come in, violations go out. Of a file, only its
//! presence is checked.

use super::{Content, Kind, Multipart, Part};
use crate::json;
use crate::rules::{Checked, Said, Violation};

impl Multipart {
    /// Checks the parts against the contract, those of one name together.
    pub(crate) fn check(&self, checked: Checked, found: &mut Vec<Violation>) {
        let mut names: Vec<(&str, Vec<Said<'_>>)> = Vec::new();
        let styled = self
            .styled
            .iter()
            .map(|(name, value)| (*name, Said::texts(value.to_json())));
        let parts = self.parts.iter().enumerate();
        let parts = parts.filter(|(_, part)| part.kind != Kind::Styled);
        for (name, said) in parts.map(|(at, part)| (&*part.name, part.said(at))).chain(styled) {
            match names.iter_mut().find(|(known, _)| *known == name) {
                Some((_, all)) => all.push(said),
                None => names.push((name, vec![said])),
            }
        }
        checked.parts("multipart/form-data", &names, found);
    }
}

impl Part {
    fn said(&self, at: usize) -> Said<'_> {
        match (self.kind, &self.upload.content) {
            (Kind::Json, Content::Bytes(bytes)) => Said::json(bytes),
            (Kind::Text, Content::Bytes(bytes)) => {
                Said::texts(json::to_vec(&String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default())
            }
            // Equality of files is not checked.
            _ => Said::texts(at.to_string().into_bytes()),
        }
    }
}
