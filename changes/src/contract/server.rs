//! Servers: the addresses with their variables filled in, and the path that each puts in front of all paths.

use sdkwright_codegen::source::Node;

use super::{items, text};

/// Returns the addresses of a list of servers, each once, variables filled in with their defaults.
pub(crate) fn addresses(holder: Node<'_>) -> Option<Vec<String>> {
    holder.get("servers").filter(|servers| !servers.is_empty())?;
    let mut found = Vec::new();
    for server in items(holder, "servers") {
        let Some(url) = text(server, "url") else { continue };
        let mut url = url.to_owned();
        for variable in server.get("variables").into_iter().flat_map(Node::members) {
            if let Some(default) = variable.value.get("default").and_then(Node::text) {
                url = url.replace(&format!("{{{}}}", variable.key), default);
            }
        }
        let url = url.trim_end_matches('/').to_owned();
        if !found.contains(&url) {
            found.push(url);
        }
    }
    Some(found)
}

/// Splits an address into host and path.
pub(crate) fn split(address: &str) -> (&str, &str) {
    let from = address.find("://").map_or(0, |at| at + 3);
    match address.get(from..).and_then(|rest| rest.find('/')) {
        Some(at) => address.split_at(from + at),
        None => (address, ""),
    }
}
