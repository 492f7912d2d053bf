//! All names, for lookup by the rest of the generator.

use std::collections::BTreeMap;

use sdkwright_contract::ir::{self, OperationId, TypeId};

/// The names of one operation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OperationNames {
    /// Pascal: the marker type of the operation.
    pub marker: String,
    /// Pascal: the struct of required arguments, if it takes one.
    pub required: String,
    /// Pascal: the struct of the required arguments of its draft, if it has one.
    pub draft_required: String,
    /// Pascal: the enum of its responses, if it needs one.
    pub answer: String,
    /// Pascal: the enum of its failures, if it needs one.
    pub failure: String,
    /// Index into [`Names::groups`].
    pub group: usize,
    /// Snake, one per body form; exactly one for an operation without a body.
    pub methods: Vec<String>,
    /// Snake, one per alias.
    pub aliases: Vec<String>,
    /// Snake: the method that makes a draft, for a body that carries an approval.
    pub draft: Option<String>,
    /// Snake, one per parameter.
    pub parameters: Vec<String>,
}

impl OperationNames {
    /// Returns the method that sends the body form of that index.
    pub fn method(&self, form: usize) -> &str {
        self.methods
            .get(form)
            .or(self.methods.first())
            .map_or("", String::as_str)
    }
}

/// The names of one group of operations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupName {
    /// Snake: accessor of the client.
    pub snake: String,
    /// Snake: the module, and its file.
    pub module: String,
    /// Name in Pascal case, of the handle.
    pub pascal: String,
    /// The Cargo feature, kebab.
    pub feature: String,
    /// Spelling in the contract.
    pub spelling: String,
    /// Index into [`ir::UnsealedApi::tags`], if the contract describes the group.
    pub tag: Option<usize>,
}

/// The names of one type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct TypeNames {
    pub(super) ident: Option<String>,
    pub(super) file: Option<String>,
    /// Members of an object followed by its additional members; variants of an enum or a union.
    pub(super) parts: Vec<String>,
}

/// All names. Lookups with an index that the API does not have return an empty name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    pub(super) types: Vec<TypeNames>,
    pub(super) operations: Vec<OperationNames>,
    pub(super) groups: Vec<GroupName>,
    pub(super) events: Vec<String>,
    pub(super) resources: Vec<String>,
    pub(super) links: Vec<String>,
    pub(super) schemes: Vec<String>,
    /// `None` for a scheme without client credentials.
    pub(super) clients: Vec<Option<String>>,
    /// `None` for a scheme without device authorization.
    pub(super) devices: Vec<Option<String>>,
    pub(super) servers: Vec<String>,
    /// By name in lower case.
    pub(super) headers: BTreeMap<String, String>,
    nothing: OperationNames,
}

impl Names {
    /// Pascal, for every type that generated code mentions by name.
    pub fn ty(&self, id: TypeId) -> Option<&str> {
        self.types.get(id.0 as usize)?.ident.as_deref()
    }

    /// Snake: the module of the top-level schema (or of the operation) in which a named type stands.
    pub fn file(&self, id: TypeId) -> Option<&str> {
        self.types.get(id.0 as usize)?.file.as_deref()
    }

    /// Snake: the field of an object's member.
    pub fn member(&self, id: TypeId, index: usize) -> &str {
        self.part(id, index)
    }

    /// Snake: the field of an object's additional members, if the contract gives them a type.
    pub fn additional(&self, id: TypeId, object: &ir::ObjectShape) -> &str {
        self.part(id, object.members.len())
    }

    /// Pascal: the variant of an enum's value or of a union.
    pub fn variant(&self, id: TypeId, index: usize) -> &str {
        self.part(id, index)
    }

    fn part(&self, id: TypeId, index: usize) -> &str {
        self.types
            .get(id.0 as usize)
            .and_then(|names| names.parts.get(index))
            .map_or("", String::as_str)
    }

    /// Returns the names of an operation.
    pub fn operation(&self, id: OperationId) -> &OperationNames {
        self.operations.get(id.0 as usize).unwrap_or(&self.nothing)
    }

    /// Snake: an argument or a chained method.
    pub fn parameter(&self, id: OperationId, index: usize) -> &str {
        self.operation(id).parameters.get(index).map_or("", String::as_str)
    }

    /// Returns the groups in the order of their first use in the contract.
    pub fn groups(&self) -> &[GroupName] {
        &self.groups
    }

    /// Returns the group of an operation.
    pub fn group_of(&self, id: OperationId) -> Option<&GroupName> {
        self.groups.get(self.operation(id).group)
    }

    /// Pascal: the variant of a webhook event.
    pub fn event(&self, index: usize) -> &str {
        self.events.get(index).map_or("", String::as_str)
    }

    /// Pascal: the variant of a webhook's resource.
    pub fn resource(&self, index: usize) -> &str {
        self.resources.get(index).map_or("", String::as_str)
    }

    /// Snake: the function of a link.
    pub fn link(&self, index: usize) -> &str {
        self.links.get(index).map_or("", String::as_str)
    }

    /// Snake: the function that makes the credential of a security scheme.
    pub fn scheme(&self, index: usize) -> &str {
        self.schemes.get(index).map_or("", String::as_str)
    }

    /// Snake: the function that makes the client credentials of a security scheme, if it has them.
    pub fn client(&self, index: usize) -> Option<&str> {
        self.clients.get(index)?.as_deref()
    }

    /// Snake: the function that makes the device authorization of a security scheme, if it has one.
    pub fn device(&self, index: usize) -> Option<&str> {
        self.devices.get(index)?.as_deref()
    }

    /// Snake: the function of a response header, by its name in lower case.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Snake: the function of a server, by its index in [`ir::UnsealedApi::choices`].
    pub fn server(&self, index: usize) -> &str {
        self.servers.get(index).map_or("", String::as_str)
    }
}
