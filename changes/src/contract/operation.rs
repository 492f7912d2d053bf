//! The operations of a contract, with what their paths and the root say for them: the parameters, those of the path included, and the
//! addresses of their servers.

use sdkwright_contract::source::Node;

use super::{Contract, is_true, items, text};

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
        format!("{} {}", self.method, unnamed(self.path))
    }

    /// Returns its identity where a part of the path moved between path and servers.
    pub(crate) fn whole_key(&self) -> String {
        let base = self.servers.first().map_or("", |server| split(server).1);
        format!("{} {}{}", self.method, base, unnamed(self.path))
    }

    /// Returns the hosts of its servers, each with the whole path of the operation.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let path = unnamed(self.path);
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
                parameters: all_parameters(contract, member.key, &items, node),
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

/// Place of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Where {
    Path,
    Query,
    Header,
    Cookie,
    /// The whole query, of OpenAPI 3.2.
    Querystring,
}

impl Where {
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "path" => Self::Path,
            "query" => Self::Query,
            "header" => Self::Header,
            "cookie" => Self::Cookie,
            "querystring" => Self::Querystring,
            _ => return None,
        })
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Querystring => "querystring",
        }
    }

    fn style(self) -> &'static str {
        match self {
            Self::Path | Self::Header => "simple",
            Self::Query | Self::Cookie | Self::Querystring => "form",
        }
    }
}

/// A parameter, or a header of a response.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools, reason = "they are the words of the specification")]
pub(crate) struct Parameter<'t> {
    pub(crate) place: Where,
    pub(crate) name: &'t str,
    /// Identity in both versions: of a path the number of its template, of a header the name in
    /// lower case; the whole query has none.
    pub(crate) key: String,
    pub(crate) required: bool,
    pub(crate) node: Node<'t>,
    /// `schema`, or that of the one media type of `content`.
    pub(crate) schema: Option<Node<'t>>,
    /// The media type of `content`.
    pub(crate) media_type: Option<&'t str>,
    pub(crate) style: &'t str,
    pub(crate) explode: bool,
    pub(crate) allow_reserved: bool,
    pub(crate) allow_empty: bool,
}

impl<'t> Parameter<'t> {
    /// Reads a parameter, or as a header that which a response has under a name.
    pub(crate) fn new(contract: &Contract<'t>, written: Node<'t>, header: Option<&'t str>) -> Option<Self> {
        let node = contract.follow(written);
        let (place, name) = match header {
            Some(name) => (Where::Header, name),
            None => (Where::from_word(text(node, "in")?)?, text(node, "name")?),
        };
        let content = node.get("content").and_then(|content| content.members().next());
        let style = text(node, "style").unwrap_or_else(|| place.style());
        Some(Self {
            place,
            name,
            key: match place {
                Where::Header => name.to_ascii_lowercase(),
                Where::Querystring => String::new(),
                _ => name.to_owned(),
            },
            required: place == Where::Path || is_true(node, "required"),
            node,
            schema: node
                .get("schema")
                .or_else(|| contract.follow(content?.value).get("schema")),
            media_type: content.map(|content| content.key),
            style,
            explode: node
                .get("explode")
                .and_then(Node::as_bool)
                .unwrap_or(matches!(style, "form" | "cookie")),
            allow_reserved: is_true(node, "allowReserved"),
            allow_empty: is_true(node, "allowEmptyValue"),
        })
    }
}

/// Returns the parameters of an operation: its own, and those of its path that it does not override.
fn all_parameters<'t>(
    contract: &Contract<'t>,
    path: &str,
    above: &[Node<'t>],
    operation: Node<'t>,
) -> Vec<Parameter<'t>> {
    let mut found: Vec<Parameter<'t>> = Vec::new();
    let holders = std::iter::once(operation).chain(above.iter().copied());
    for written in holders.flat_map(|holder| items(holder, "parameters")) {
        let Some(mut parameter) = Parameter::new(contract, written, None) else {
            continue;
        };
        // OpenAPI excludes these headers: other words describe them.
        if parameter.place == Where::Header
            && ["accept", "content-type", "authorization"].contains(&parameter.key.as_str())
        {
            continue;
        }
        if parameter.place == Where::Path {
            let at = templates(path).position(|name| name == parameter.name);
            parameter.key = at.map_or_else(|| format!("?{}", parameter.name), |at| at.to_string());
        }
        if !found
            .iter()
            .any(|other| (other.place, &other.key) == (parameter.place, &parameter.key))
        {
            found.push(parameter);
        }
    }
    found
}

/// Returns the names in the templates of a path, in order.
fn templates(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

/// Returns a path with its templates unnamed: equal for paths that match the same requests.
pub fn unnamed(path: &str) -> String {
    let mut pieces = path.split('{');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str("{}");
        out.push_str(piece.split_once('}').map_or("", |(_, rest)| rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{templates, unnamed};

    #[test]
    fn names_of_templates_do_not_count() {
        assert_eq!(unnamed("/a/{b}/c/{d}.{e}"), "/a/{}/c/{}.{}");
        assert_eq!(unnamed("/a/{b"), "/a/{}");
        assert_eq!(templates("/a/{b}/{c}").collect::<Vec<_>>(), ["b", "c"]);
    }
}
