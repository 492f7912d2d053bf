//! The operations of a contract, with what their paths and the root say for them, and the addresses of their servers.

use sdkwright_contract::source::Node;

use super::parameter::{self, Parameter};
use super::{Contract, items, text};

/// Words of a path item that are operations.
const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

/// An operation of `paths`, of `webhooks` or of a callback.
pub(crate) struct Operation<'t> {
    /// `GET /pets`
    pub(crate) name: String,
    /// Method in upper case.
    pub(crate) method: String,
    /// Path as written; of a webhook its name.
    pub(crate) path: &'t str,
    pub(crate) node: Node<'t>,
    /// The path item.
    pub(crate) item: Node<'t>,
    pub(crate) parameters: Vec<Parameter<'t>>,
    /// Addresses of its servers.
    pub(crate) servers: Vec<String>,
    /// True if the servers are its own or those of its path.
    pub(crate) has_own_servers: bool,
}

impl Operation<'_> {
    /// Returns its identity in both versions.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.method, parameter::unnamed(self.path))
    }

    /// Returns its identity where a part of the path moved between path and servers.
    pub(crate) fn whole_key(&self) -> String {
        let base = self.servers.first().map_or("", |server| split(server).1);
        format!("{} {}{}", self.method, base, parameter::unnamed(self.path))
    }

    /// Returns the hosts of its servers, each with the whole path of the operation.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let path = parameter::unnamed(self.path);
        let mut found: Vec<String> = self.servers.iter().map(|server| format!("{server}{path}")).collect();
        found.sort();
        found
    }
}

/// Returns the operations below a map of path items, in order.
pub(crate) fn operations<'t>(contract: &Contract<'t>, paths: Node<'t>) -> Vec<Operation<'t>> {
    let root_servers = contract
        .root()
        .and_then(addresses)
        .unwrap_or_else(|| vec![String::new()]);
    let mut found = Vec::new();
    for member in paths.members().filter(|member| !member.key.starts_with("x-")) {
        let written = member.value;
        let followed = contract.follow(written);
        let mut items = vec![written];
        if followed.id() != written.id() {
            items.push(followed);
        }
        for (method, node) in methods(&items) {
            let own = addresses(node).or_else(|| items.iter().find_map(|item| addresses(*item)));
            found.push(Operation {
                name: format!("{method} {}", member.key),
                method,
                path: member.key,
                node,
                item: followed,
                parameters: parameter::all(contract, member.key, &items, node),
                has_own_servers: own.is_some(),
                servers: own.unwrap_or_else(|| root_servers.clone()),
            });
        }
    }
    found
}

/// Returns the operations of a path item by their methods; those of `additionalOperations`, of OpenAPI 3.2, as they are written there.
fn methods<'t>(items: &[Node<'t>]) -> Vec<(String, Node<'t>)> {
    let of = |word: &str| items.iter().find_map(|item| item.get(word));
    let known = METHODS
        .iter()
        .filter_map(|method| Some((method.to_ascii_uppercase(), of(method)?)));
    let others = of("additionalOperations").into_iter().flat_map(Node::members);
    let others = others.map(|member| (member.key.to_owned(), member.value));
    known.chain(others).filter(|(_, node)| node.is_map()).collect()
}

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
