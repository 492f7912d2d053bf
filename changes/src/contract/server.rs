//! Servers: the addresses with their variables filled in, and the path that each puts in front of all paths.

use sdkwright_contract::source::Node;

use super::{items, text};

/// Most addresses of one server: beyond them only the defaults of its variables count.
const ADDRESSES: usize = 64;

/// Returns the addresses of a list of servers, each once, with every value of their variables, the default first.
pub(crate) fn addresses(holder: Node<'_>) -> Option<Vec<String>> {
    holder.get("servers").filter(|servers| !servers.is_empty())?;
    let mut found = Vec::new();
    for server in items(holder, "servers") {
        let Some(url) = text(server, "url") else { continue };
        let mut urls = vec![url.to_owned()];
        for variable in server.get("variables").into_iter().flat_map(Node::members) {
            let default = variable.value.get("default").and_then(Node::text);
            let others = items(variable.value, "enum").filter_map(Node::text);
            let others = others.filter(|value| Some(*value) != default);
            let mut values: Vec<&str> = default.into_iter().chain(others).collect();
            if urls.len() * values.len() > ADDRESSES {
                values.truncate(1);
            }
            let name = format!("{{{}}}", variable.key);
            if values.is_empty() || !url.contains(&name) {
                continue;
            }
            let filled = urls
                .iter()
                .flat_map(|url| values.iter().map(|value| url.replace(&name, value)));
            urls = filled.collect();
        }
        for url in urls {
            let url = lowered(url.trim_end_matches('/'));
            if !found.contains(&url) {
                found.push(url);
            }
        }
    }
    Some(found)
}

/// Returns an address with its scheme and host in lower case and without the usual port, as clients read them.
fn lowered(address: &str) -> String {
    if !address.contains("://") {
        return address.to_owned();
    }
    let (host, path) = split(address);
    let host = host.to_ascii_lowercase();
    let usual = [("https://", ":443"), ("http://", ":80")];
    let port = usual
        .iter()
        .find(|(scheme, port)| host.starts_with(scheme) && host.ends_with(port));
    let host = port.map_or(host.as_str(), |(_, port)| host.strip_suffix(port).unwrap_or(&host));
    format!("{host}{path}")
}

/// Splits an address into host and path.
pub(crate) fn split(address: &str) -> (&str, &str) {
    let from = address.find("://").map_or(0, |at| at + 3);
    match address.get(from..).and_then(|rest| rest.find('/')) {
        Some(at) => address.split_at(from + at),
        None => (address, ""),
    }
}
