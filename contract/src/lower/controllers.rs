//! Controllers of frameworks in operation ids: `UsersController_findAll`, `usersController.create`, `users_controller_show`.
//!
//! In: an operation id and its path. Out: its action and the noun before the controller, without the word itself, which no user
//! of the API knows. An API that has controllers (`/controllers/{id}`) keeps the word.

const WORD: &str = "controller";

/// Words that begin the id of an operation on a controller, which is not one of a framework.
pub(super) const VERBS: &[&str] = &[
    "add", "create", "delete", "disable", "enable", "fetch", "find", "get", "list", "patch", "post", "put", "read",
    "remove", "replace", "reset", "search", "set", "show", "update", "watch",
];

/// The parts of an id with a controller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ControllerId<'i> {
    noun: &'i str,
    version: &'i str,
    /// The action of the operation.
    pub(super) action: &'i str,
}

impl ControllerId<'_> {
    /// Returns the ids without the word, shortest first.
    pub(super) fn short(self) -> Vec<String> {
        let Self { noun, version, action } = self;
        if noun.is_empty() {
            return vec![action.to_owned()];
        }
        let mut all = Vec::new();
        let letters = |text: &str| -> String {
            text.chars()
                .filter(|c| c.is_alphanumeric())
                .collect::<String>()
                .to_lowercase()
        };
        let own = letters(noun);
        if letters(action).contains(own.strip_suffix('s').unwrap_or(&own)) {
            all.push(action.to_owned());
        }
        all.push(format!("{noun}_{action}"));
        all.extend((!version.is_empty()).then(|| format!("{noun}{version}_{action}")));
        all
    }
}

/// Returns the parts of an id that names a controller of a framework.
pub(super) fn parts<'i>(id: &'i str, path: &str) -> Option<ControllerId<'i>> {
    if path.to_ascii_lowercase().contains(WORD) {
        return None;
    }
    let lower = id.to_ascii_lowercase();
    let (at, _) = lower.rmatch_indices(WORD).find(|(at, _)| is_word(id, *at))?;
    let (before, rest) = (&id[..at], &id[at + WORD.len()..]);
    let namespace = before.trim_end_matches(is_sign);
    let is_apart = namespace.len() < before.len();
    let noun = if is_apart {
        // `users_controller_show`: all words before it.
        namespace
    } else {
        // `Shop.Controllers.UsersController.Show`: the word that it is part of.
        before.rsplit(is_sign).next().unwrap_or(before)
    };
    let rest = rest.strip_prefix("Impl").unwrap_or(rest);
    let version = version(rest.trim_start_matches(is_sign));
    let after = rest.trim_start_matches(is_sign).strip_prefix(version).unwrap_or(rest);
    let action = after.trim_start_matches(is_sign);
    let is_signed = !is_apart && (rest.starts_with(is_sign) || !version.is_empty());
    let is_verb = VERBS.contains(&first_word(noun).as_str());
    if action.is_empty() {
        // A controller of a single action: `CreateUserController`.
        return is_verb.then_some(ControllerId {
            noun: "",
            version: "",
            action: noun,
        });
    }
    (!noun.is_empty() && (is_signed || !is_verb)).then_some(ControllerId { noun, version, action })
}

fn is_sign(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Returns true if the word at that place is neither a part of another word nor a plural.
fn is_word(id: &str, at: usize) -> bool {
    let (before, rest) = (&id[..at], &id[at + WORD.len()..]);
    let is_upper = id[at..].starts_with('C');
    let begins = is_upper || !before.ends_with(char::is_alphanumeric);
    let mut after = rest.chars();
    let ends = match after.next() {
        None => true,
        // `ControllersPage` is a plural, `Controllershow` is not.
        Some('s') => after.next().is_some_and(char::is_lowercase),
        Some(c) => is_sign(c) || is_upper && (c.is_uppercase() || c.is_lowercase()),
    };
    begins && ends
}

/// Returns the version that a text begins with: `V1`.
fn version(text: &str) -> &str {
    let digits = text.strip_prefix(['v', 'V']).unwrap_or_default();
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 { "" } else { &text[..=end] }
}

/// Returns the first word of a text in lower case.
fn first_word(text: &str) -> String {
    let is_end = |(at, c): (usize, char)| (at > 0 && c.is_uppercase() || is_sign(c)).then_some(at);
    let end = text.char_indices().find_map(is_end).unwrap_or(text.len());
    text[..end].to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn the_controller_of_a_framework_is_left_out() {
        for (id, action, short) in [
            ("UsersController_findAll", "findAll", "Users_findAll"),
            ("UsersControllerV1_findAll", "findAll", "Users_findAll"),
            ("UsersControllerV12_getUser", "getUser", "getUser"),
            ("usersController.create", "create", "users_create"),
            ("UsersController.Create", "Create", "Users_Create"),
            ("Shop.Web.Controllers.UsersController.Create", "Create", "Users_Create"),
            ("App\\Http\\Controllers\\UserController@index", "index", "User_index"),
            ("UserController::show", "show", "User_show"),
            ("UsersController#show", "show", "Users_show"),
            ("user-controller_show", "show", "user_show"),
            ("users_controller_show", "show", "users_show"),
            ("users-controller-v2-show", "show", "users_show"),
            ("UsersControllerFindAll", "FindAll", "Users_FindAll"),
            ("UsersControllerfindAll", "findAll", "Users_findAll"),
            ("usersControllerShow", "Show", "users_Show"),
            ("UserControllerImpl_show", "show", "User_show"),
            ("TransferController_create", "create", "Transfer_create"),
            ("GetController_find", "find", "Get_find"),
            ("CreateUserController", "CreateUser", "CreateUser"),
            ("AdminUsersController_ban", "ban", "AdminUsers_ban"),
        ] {
            let found = parts(id, "/users").unwrap();
            let first = found.short().swap_remove(0);
            assert_eq!((found.action, first.as_str()), (action, short), "{id}");
        }
        let versions = parts("UsersControllerV1_findAll", "/users").unwrap().short();
        assert_eq!(versions, ["Users_findAll", "UsersV1_findAll"]);
    }

    #[test]
    fn a_controller_that_the_api_has_stays() {
        for (id, path) in [
            ("listControllers", "/devices"),
            ("getControllerStatus", "/devices/{id}/status"),
            ("get_controller_status", "/devices/{id}/status"),
            ("listControllersPage", "/devices"),
            ("ControllersApi_list", "/devices"),
            ("gameController_list", "/game-controllers"),
            ("readReplicationcontrollerScale", "/scale"),
            ("controller_list", "/devices"),
            ("list", "/devices"),
        ] {
            assert_eq!(parts(id, path), None, "{id}");
        }
    }
}
