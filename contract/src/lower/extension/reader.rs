//! Reader of the value of an extension.
//!
//! The ledger of `contract` checks keywords, kinds and required members, so this module skips their errors silently; it
//! reports errors of meaning at their location.

use crate::{
    diag::{Code, Diagnostic, Report},
    document::Extensions,
    ir::{self, Word},
    lower::context::Context,
    source::Node,
};

/// Reader of a mapping in an extension.
pub(super) struct Reader<'d, 'r> {
    pub(super) node: Node<'d>,
    word: &'static str,
    pub(super) report: &'r mut Report,
    /// Reports errors at any level: a crate without this extension would be unsafe.
    insists: bool,
}

impl<'d, 'r> Reader<'d, 'r> {
    /// Returns a reader of `node`, the value of the extension `word`.
    pub(super) fn new(node: Node<'d>, word: &'static str, report: &'r mut Report) -> Self {
        Self {
            node,
            word,
            report,
            insists: false,
        }
    }

    /// Reports an error at a node.
    pub(super) fn fault(&mut self, node: Node<'_>, message: impl std::fmt::Display, help: &str) {
        self.fault_of(Code::BadExtension, node, message, help);
    }

    /// Reports an error with a code of its own.
    pub(super) fn fault_of(&mut self, code: Code, node: Node<'_>, message: impl std::fmt::Display, help: &str) {
        let message = format!("`{}`: {message}", self.word);
        let diagnostic = Diagnostic::new(code, message).at(node.span()).help(help);
        if self.insists && code == Code::BadExtension {
            self.report.insist(diagnostic);
        } else {
            self.report.push(diagnostic);
        }
    }

    /// Reports all further errors as errors, at any level.
    pub(super) fn insisting(mut self) -> Self {
        self.insists = true;
        self
    }

    /// Returns true in the extension of that name.
    pub(super) fn is_of(&self, word: &str) -> bool {
        self.word == word
    }

    /// Returns a member, if present.
    pub(super) fn get(&self, key: &str) -> Option<Node<'d>> {
        self.node.get(key)
    }

    /// Returns a member without which the extension has no meaning; the ledger does not require it.
    pub(super) fn need(&mut self, key: &str) -> Option<Node<'d>> {
        let found = self.node.get(key);
        if found.is_none() {
            let help = format!("add `{key}`; `sdkwright explain {}` shows the whole form", self.word);
            self.fault(self.node, format_args!("`{key}` is missing"), &help);
        }
        found
    }

    /// Returns a text.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.as_str().map(str::to_owned)
    }

    /// Returns a text of an object below.
    pub(super) fn text_below(&self, object: &str, key: &str) -> Option<String> {
        self.get(object)?.get(key)?.as_str().map(str::to_owned)
    }

    /// Returns a header name (a token of RFC 9110, 5.6.2); reports anything else.
    pub(super) fn header(&mut self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        let text = node.as_str()?;
        if !crate::ir::is_token(text) {
            self.fault(
                node,
                "a header cannot have this name",
                "write letters, digits and `-`, like `X-Call-Id`",
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// Returns the name of an environment variable; reports anything else.
    pub(super) fn variable(&mut self, key: &str) -> Option<String> {
        let node = self.get(key)?;
        let text = node.as_str()?;
        let sound = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !sound || text.starts_with(|first: char| first.is_ascii_digit()) {
            self.fault(
                node,
                "an environment variable cannot have this name",
                "write letters, digits and `_`, like `API_BASE_URL`",
            );
            return None;
        }
        Some(text.to_owned())
    }

    /// Reports an environment variable that stands for two values. Requests and deliveries may have one secret.
    pub(super) fn of_one_value_each(&mut self) {
        let is_secret = |key: &str| key.ends_with("Secret");
        let names: Vec<(&str, Node<'d>)> = self.node.members().map(|name| (name.key, name.value)).collect();
        for (at, (key, value)) in names.iter().enumerate() {
            let is_same = |(other, known): &&(&str, Node<'d>)| {
                known.text().is_some() && known.text() == value.text() && !(is_secret(other) && is_secret(key))
            };
            if let Some((other, _)) = names[..at].iter().find(is_same) {
                let message = format!("`{key}` has the same environment variable as `{other}`");
                self.fault(
                    *value,
                    message,
                    "write a different variable: each variable contains one value",
                );
            }
        }
    }

    /// Returns a 32-bit unsigned integer; reports larger ones.
    pub(super) fn number(&mut self, key: &str) -> Option<u32> {
        let node = self.get(key)?;
        let number = u32::try_from(node.as_u64()?).ok();
        if number.is_none() {
            self.fault(
                node,
                "this number is too large",
                "write a whole number below 4294967296",
            );
        }
        number
    }

    /// Returns a boolean; false when left out.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(Node::as_bool).unwrap_or_default()
    }

    /// Returns the value of a word.
    pub(super) fn word<W: Word>(&self, key: &str) -> Option<W> {
        word_of(self.get(key)?)
    }

    /// Returns a list of texts; empty when left out.
    pub(super) fn texts(&self, key: &str) -> Vec<String> {
        self.get(key)
            .into_iter()
            .flat_map(Node::items)
            .filter_map(Node::as_str)
            .map(str::to_owned)
            .collect()
    }

    /// Returns a JSON Pointer, if present.
    pub(super) fn pointer(&mut self, key: &str) -> Option<ir::Pointer> {
        let node = self.get(key)?;
        self.pointer_of(node)
    }

    pub(super) fn pointer_of(&mut self, node: Node<'d>) -> Option<ir::Pointer> {
        let text = node.as_str()?;
        match ir::pointer(text) {
            Ok(pointer) => Some(pointer),
            Err(ir::BadPointer(help)) => {
                self.fault(node, format_args!("`{text}` is not a JSON Pointer"), help);
                None
            }
        }
    }

    /// Returns a reader of a nested mapping.
    pub(super) fn below(&mut self, key: &str) -> Option<Reader<'d, '_>> {
        self.inside(self.get(key)?)
    }

    pub(super) fn inside(&mut self, node: Node<'d>) -> Option<Reader<'d, '_>> {
        node.is_map().then_some(Reader {
            node,
            word: self.word,
            report: self.report,
            insists: self.insists,
        })
    }
}

/// Returns the value of a word.
pub(super) fn word_of<W: Word>(node: Node<'_>) -> Option<W> {
    W::from_word(node.text()?)
}

impl<'d> Context<'d, '_> {
    /// Returns a reader of an extension of that name.
    pub(super) fn reader_of(&mut self, extensions: &Extensions, word: &'static str) -> Option<Reader<'d, '_>> {
        self.reader(extensions.get(word)?, word)
    }

    /// Returns the type of the component that a reference in an extension names; reports one that there is not.
    pub(super) fn component_type(&mut self, reference: Node<'_>, word: &str, like: &str) -> Option<ir::TypeId> {
        let schema = reference.as_str().and_then(|text| self.document.component_schema(text));
        let found = schema.and_then(|id| self.arena.slots.get(&id)).copied();
        if found.is_none() {
            let message = format!("`{word}`: there is no schema of that name");
            let help = format!("write a reference like `#/components/schemas/{like}`");
            self.fault(Code::UnknownPlace, reference.id(), message, &help);
        }
        found
    }

    /// Returns a reader of the mapping that is the value of an extension.
    pub(super) fn reader(&mut self, node: crate::source::NodeId, word: &'static str) -> Option<Reader<'d, '_>> {
        let node = self.document.node(node);
        node.is_map().then_some(Reader::new(node, word, self.report))
    }
}
