//! Words that the local server follows and the documentation tells: `x-rules`, `x-derives` and `x-scenarios`.

use super::reader::Reader;
use crate::{
    diag::Code,
    document::Extensions,
    ir,
    lower::context::Context,
    source::{Node, NodeId},
};

impl Context<'_, '_> {
    /// Reads `x-rules`: their words, and codes of the operation; and holds pointers of `x-derives` to their form.
    pub(in crate::lower) fn server_rules(&mut self, extensions: &Extensions) -> Vec<ir::ServerRule> {
        for (word, member) in [("x-rules", "at"), ("x-derives", "member")] {
            for item in self.rows(extensions, word) {
                if let Some(mut reader) = self.reader(item, word) {
                    reader.pointer(member);
                }
            }
        }
        let known = self.problems_of(extensions);
        let mut rules = Vec::new();
        for item in self.rows(extensions, "x-rules") {
            let item = self.document.node(item);
            let code = text(item, "code");
            if let (Some(code), Some(node)) = (&code, item.get("code"))
                && !known.contains(code)
            {
                let message = format!("`{code}` is not in `x-problems` of the operation");
                let help = "add it to `x-problems`, or remove `code`";
                self.fault(Code::BadExtension, node.id(), message, help);
            }
            rules.extend(text(item, "message").map(|message| ir::ServerRule { message, code }));
        }
        rules
    }

    /// Reads `x-rules` of a schema, in words, and holds their pointers to their form.
    pub(in crate::lower) fn rules_in_words(&mut self, extensions: &Extensions) -> Option<String> {
        let mut words = Vec::new();
        for item in self.rows(extensions, "x-rules") {
            self.reader(item, "x-rules")?.pointer("at");
            let item = self.document.node(item);
            let message = text(item, "message")?.trim_end_matches('.').to_owned();
            words.push(text(item, "code").map_or(message.clone(), |code| format!("{message} (`{code}`)")));
        }
        (!words.is_empty()).then(|| format!("Rules that the server checks: {}.", words.join("; ")))
    }

    /// Checks `x-scenarios`: names, codes of the operation, and that each states one ending.
    pub(in crate::lower) fn check_scenarios(&mut self, extensions: &Extensions) {
        let codes = self.problems_of(extensions);
        let mut names = Vec::new();
        for item in self.rows(extensions, "x-scenarios") {
            let Some(mut reader) = self.reader(item, "x-scenarios") else {
                continue;
            };
            one_ending(&mut reader);
            for code in reader.get("refuses").into_iter().filter(|node| node.as_str().is_some()) {
                let name = code.as_str().unwrap_or_default();
                if !codes.iter().any(|known| known == name) {
                    let message = format!("`{name}` is not in `x-problems` of the operation");
                    reader.fault(code, message, "add it to `x-problems`, or write another code");
                }
            }
            way(&mut reader);
            if let Some(name) = reader.get("name").filter(|node| node.as_str().is_some()) {
                if names.contains(&name.as_str()) {
                    let message = "two scenarios of the operation have this name";
                    reader.fault(name, message, "give one of them another name");
                }
                names.push(name.as_str());
            }
        }
    }

    /// Returns the rows of a word whose value is a list.
    fn rows(&self, extensions: &Extensions, word: &str) -> Vec<NodeId> {
        let list = extensions.get(word).map(|node| self.document.node(node));
        list.into_iter().flat_map(Node::items).map(Node::id).collect()
    }
}

/// Checks that a scenario does not both refuse the call and lead a resource.
fn one_ending(reader: &mut Reader<'_, '_>) {
    let refuses = reader.get("refuses");
    let leads = reader.get("to").or(reader.get("after")).or(reader.get("makes"));
    if let (Some(_), Some(leads)) = (refuses, leads) {
        let help = "remove `refuses`, or write two separate scenarios";
        reader.fault(leads, "a refused call causes no transitions", help);
    }
    if let (Some(of), Some(_)) = (reader.get("of"), reader.get("makes").or(refuses)) {
        let message = "`of` is only allowed in a scenario that moves the resource of the call";
        reader.fault(of, message, "remove `of`");
    }
}

/// Checks the states and the time of the way on which a resource is led.
fn way(reader: &mut Reader<'_, '_>) {
    if let Some(to) = reader.get("to").filter(|to| to.is_seq() && to.items().next().is_none()) {
        reader.fault(
            to,
            "the list of states is empty",
            "list the states that the resource goes through",
        );
    }
    if let (Some(0), Some(after)) = (reader.number("after"), reader.get("after")) {
        reader.fault(
            after,
            "a step must take at least one second",
            "write 1 or more, or remove `after`",
        );
    }
}

/// Returns the text of a member.
fn text(row: Node<'_>, name: &str) -> Option<String> {
    row.get(name)?.text().map(str::to_owned)
}
