//! JSON Pointers of our extensions.

/// JSON Pointer (RFC 6901) into an answer, as its member names.
pub type Pointer = Vec<String>;

/// The reason why a text is not a JSON Pointer: what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPointer(pub &'static str);

/// Reads a JSON Pointer with at least one member name.
pub fn pointer(text: &str) -> Result<Pointer, BadPointer> {
    let rest = text.strip_prefix('/');
    let rest = rest.ok_or(BadPointer("begin it with `/`, as in `/data`"))?;
    if rest.replace("~0", "").replace("~1", "").contains('~') {
        return Err(BadPointer("write `~` as `~0` and a `/` of a name as `~1`"));
    }
    let names = rest.split('/');
    Ok(names.map(|token| token.replace("~1", "/").replace("~0", "~")).collect())
}
