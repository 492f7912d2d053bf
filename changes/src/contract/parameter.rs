//! Parameters of an operation, those of its path included, and headers of a response.

use sdkwright_contract::source::Node;

use super::{Contract, is_true, items, text};

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
pub(crate) fn all<'t>(
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
