//! Texts about intents: rows come in, lines go out. Bodies, headers and approvals never go out.

use crate::entry::Entry;
use crate::sealed::RowOwner;
use crate::store::{Row, State};
use crate::stored;
use sdkwright_runtime::clock::Moment;
use sdkwright_runtime::journal::{Intent, Seal, Sender};
use sdkwright_runtime::secret::{SecretEncoding, SigningSecret};
use sdkwright_runtime::value::rfc3339;

/// An intent as it is shown.
#[derive(Debug)]
pub(super) struct ShownRow<'r> {
    row: &'r Row,
    trust: Trust,
    /// The application can verify the row.
    is_verified: bool,
    entry: Result<Entry, String>,
    intent: Option<Intent>,
    now: Moment,
}

impl<'r> ShownRow<'r> {
    pub(super) fn new(row: &'r Row, seals: &Seals, store: Option<&str>, now: Moment) -> Self {
        let trust = seals.trust(row, store);
        let entry = match trust {
            Trust::Changed => Err("its row was changed: look the action up before anything else".to_owned()),
            _ => Entry::from_row(row).map_err(|broken| format!("its row cannot be read: {broken}")),
        };
        let intent = entry.as_ref().ok().and_then(|entry| stored::intent(entry, now).ok());
        Self {
            row,
            trust,
            is_verified: seals.is_usable(trust),
            entry,
            intent,
            now,
        }
    }

    /// Returns `true` if the application has to do something about the intent, as far as the row shows.
    pub(super) fn is_open(&self) -> bool {
        let state = State::from_word(&self.row.state);
        state.is_none_or(|state| state.is_pending() || state == State::Reconcile)
    }

    /// Returns `false` if the application cannot use the row: it does not verify, or is unreadable.
    pub(super) fn is_usable(&self) -> bool {
        let is_readable = |entry: &Entry| self.intent.is_some() || !entry.state.is_pending();
        self.is_verified && self.entry.as_ref().is_ok_and(is_readable)
    }

    /// The lines of a list.
    pub(super) fn summary(&self) -> String {
        let mut lines = vec![self.row.key.clone()];
        lines.extend(self.facts());
        lines.push(line("next", &self.next_step()));
        lines.join("\n") + "\n"
    }

    /// All that is known of it.
    pub(super) fn detail(&self) -> String {
        let mut lines = vec![self.row.key.clone()];
        lines.extend(self.facts());
        match &self.entry {
            Ok(entry) => lines.extend(self.more(entry)),
            Err(_) => lines.push(line("next", &self.next_step())),
        }
        lines.join("\n") + "\n"
    }

    fn facts(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.entry {
            Ok(entry) => {
                let code = entry.head.code.as_ref().map(|code| format!(" ({code})"));
                lines.push(line(
                    "state",
                    &format!("{}{}", entry.state.as_str(), code.unwrap_or_default()),
                ));
                let operation = Some(entry.head.operation.as_str()).filter(|name| !name.is_empty());
                if !entry.state.is_flow() {
                    lines.push(line("operation", operation.unwrap_or("a raw call")));
                }
                lines.push(line("recorded", &instant(entry.recorded)));
                lines.extend(entry.head.last_sent.map(|sent| line("last sent", &instant(sent.at))));
                lines.extend(self.reference().map(|reference| line("reference", &reference)));
                let arguments = self.intent.iter().flat_map(|intent| &intent.arguments);
                let ids: Vec<String> = arguments
                    .chain(&entry.head.ids)
                    .map(|(name, id)| format!("{name}={id}"))
                    .collect();
                lines.extend((!ids.is_empty()).then(|| line("ids", &ids.join(" "))));
            }
            Err(why) => lines.push(line("unreadable", why)),
        }
        lines.push(line("client", &sender(&self.row.sender)));
        lines.extend(match self.trust {
            Trust::Verified | Trust::Changed => None,
            Trust::NotChecked => Some(line("signature", "not checked (`--secret-env NAME` checks it)")),
            Trust::Previous => Some(line("signature", "that of `--previous-secret-env`")),
            Trust::NotSigned if self.is_verified => Some(line("signature", "none: the client has no secret")),
            Trust::NotSigned => Some(line("signature", "none, although the application has a secret")),
            Trust::OtherSecret => Some(line("signature", "not checked: signed with another secret")),
        });
        lines
    }

    fn more(&self, entry: &Entry) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(intent) = &self.intent {
            let look_up = match &intent.find {
                Some(target) => format!("GET {target}"),
                None => {
                    "the contract has no call that looks it up: list the resources on the path of `sent`".to_owned()
                }
            };
            lines.push(line("look up", &look_up));
            lines.push(line("sent", &sent(intent)));
        }
        if entry.state == State::Reconcile && self.is_verified {
            let until = entry.acts_until(self.now);
            let after = until.map(|until| {
                format!(
                    "after {}, when no delayed copy of the request can be executed",
                    instant(until)
                )
            });
            lines.extend(
                after.map(|after| line("not before", &format!("`--nothing` is accepted for a lookup {after}"))),
            );
            let key = quoted(&entry.key);
            let found = match created(self.row) {
                Some(name) => format!("--found ID` with its {name}"),
                None => "--happened`".to_owned(),
            };
            lines.push(line("found", &format!("`sdkwright-journal reconcile {key} {found}")));
            lines.push(line(
                "not found",
                &format!("`sdkwright-journal reconcile {key} --nothing`"),
            ));
        } else {
            lines.push(line("next", &self.next_step()));
        }
        lines.extend(entry.head.reconciled.as_ref().map(|reconciled| {
            line(
                "finding",
                &format!("recorded by {} at {}", reconciled.by, instant(reconciled.at)),
            )
        }));
        lines
    }

    /// The partner's own reference: the query by which the action is found.
    fn reference(&self) -> Option<String> {
        let target = self.intent.as_ref()?.find.as_deref()?;
        target.split_once('?').map(|(_, query)| query.to_owned())
    }

    pub(super) fn next_step(&self) -> String {
        let key = quoted(&self.row.key);
        let look_up = "look the action up on the server";
        let remove = format!("if it is not there, `sdkwright-journal remove {key} --nothing`");
        let entry = match &self.entry {
            Ok(entry) if self.is_verified => entry,
            Ok(entry) if self.trust == Trust::OtherSecret => {
                let re_sign = format!(
                    "the application cannot use this row; if you know the secret that signed it, `sdkwright-journal re-sign {key}` with `--previous-secret-env NAME`"
                );
                return match entry.state {
                    State::Executed => format!("{re_sign}; otherwise leave it, because it prevents a second execution"),
                    _ => format!("{re_sign}; otherwise {look_up}, and {remove}"),
                };
            }
            _ => {
                return format!(
                    "the application cannot use this row; find out who changed it; {look_up}, and {remove}"
                );
            }
        };
        if !self.is_usable() {
            return "let the release that recorded it finish it, or make the same call with the same key".to_owned();
        }
        match entry.state {
            State::Open | State::CutOff if entry.is_forgotten(self.now) => {
                "start the application: its `resume` moves the intent to `reconcile`, because the server may have forgotten the key".to_owned()
            }
            State::Open | State::CutOff if entry.leased_until > self.now.at => {
                format!("wait: a call may be sending it until {}", instant(entry.leased_until))
            }
            State::Open => "start the application: its `resume` retries it".to_owned(),
            State::CutOff => {
                "start the application: its `resume` retries it; until then its outcome is unknown".to_owned()
            }
            State::Reconcile => format!("look it up on the server: `sdkwright-journal show {key}`"),
            State::Executed => "nothing: it happened".to_owned(),
            State::Refused => "nothing: it did not happen, and cannot happen later".to_owned(),
            State::Flow => "start the application: it continues its open flows".to_owned(),
            State::Finished => "nothing: the flow is finished".to_owned(),
        }
    }
}

/// Method and path of the action, with its arguments.
fn sent(intent: &Intent) -> String {
    let fill = |path: String, (name, value): &(String, String)| path.replace(&format!("{{{name}}}"), value);
    let path = intent.arguments.iter().fold(intent.template.clone(), fill);
    format!("{} {path}", intent.method)
}

/// Name of the id of the resource that the action creates.
pub(super) fn created(row: &Row) -> Option<String> {
    let entry = Entry::from_row(row).ok()?;
    let intent = stored::intent(&entry, Moment::from(0)).ok()?;
    intent.promise.creates.map(Into::into)
}

/// Ids that a person found, with their names.
pub(super) fn ids_to_name(found: &[String], created: Option<&str>) -> Result<Vec<(String, String)>, String> {
    if let (true, Some(name)) = (found.is_empty(), created) {
        return Err(format!("the action creates something: `--found ID` with its {name}"));
    }
    let pair = |text: &String| {
        let (name, id) = match created {
            Some(name) => (name, text.strip_prefix(&format!("{name}=")).unwrap_or(text)),
            None => text
                .split_once('=')
                .ok_or_else(|| format!("`{text}`: the action creates nothing: write `--happened`, or `NAME=ID`"))?,
        };
        if id.trim().is_empty() {
            return Err("`--found` needs the id".to_owned());
        }
        Ok((name.to_owned(), id.to_owned()))
    };
    found.iter().map(pair).collect()
}

/// Client id and base URL.
pub(super) fn sender(sender: &Sender) -> String {
    match &sender.client_id {
        Some(id) => format!("{id} at {}", sender.base_url),
        None => sender.base_url.clone(),
    }
}

pub(super) fn instant(seconds: i64) -> String {
    rfc3339(seconds)
}

/// The refusal of a lookup that was too early.
pub(super) fn under_way(until: i64) -> String {
    format!(
        "a delayed copy of the request can still be executed until {}: look it up again after that, and pass the time of that lookup",
        instant(until)
    )
}

/// A key as a shell takes it.
pub(super) fn quoted(key: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/@%+,".contains(&byte);
    if !key.is_empty() && key.bytes().all(is_plain) {
        return key.to_owned();
    }
    format!("'{}'", key.replace('\'', r"'\''"))
}

fn line(name: &str, value: &str) -> String {
    format!("  {name:<10}  {value}")
}

/// The seals that a secret can have: one for each encoding, since only the contract says which one it is.
#[derive(Debug, Clone, Default)]
pub(super) struct Seals {
    present: Vec<Seal>,
    /// Those of the previous secret, in the order of the present ones, which verify as well.
    previous: Vec<Seal>,
}

/// Whether a row can be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    Verified,
    /// As its client wrote it with the previous secret.
    Previous,
    /// Signed, and not checked: no secret is given.
    NotChecked,
    /// Its client has no secret.
    NotSigned,
    /// Signed with another secret than the one that is given.
    OtherSecret,
    /// Not as its client wrote it.
    Changed,
}

impl Seals {
    /// Reads the secrets from their variables.
    pub(super) fn from_variables(
        name: Option<&str>,
        previous: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let secret = |name: Option<&str>, option: &str| {
            let Some(name) = name else { return Ok(None) };
            let text = variable(name).filter(|text| !text.is_empty());
            let missing = || format!("the variable {name} of `{option}` is not set");
            text.ok_or_else(missing).map(|text| Some(SigningSecret::new(text)))
        };
        let seals = |secret: Option<SigningSecret>| {
            let encodings = [SecretEncoding::Utf8, SecretEncoding::Hex, SecretEncoding::Base64];
            let key = |encoding| secret.as_ref()?.key(encoding).ok();
            let seals =
                encodings.map(|encoding| key(encoding).map_or_else(Seal::default, |key| Seal::from_keys([&key])));
            seals.to_vec()
        };
        Ok(Self {
            present: seals(secret(name, "--secret-env")?),
            previous: seals(secret(previous, "--previous-secret-env")?),
        })
    }

    /// Returns `true` with a secret.
    pub(super) fn can_verify(&self) -> bool {
        let mut all = self.present.iter().chain(&self.previous);
        all.any(|seal| seal.name().is_some())
    }

    /// Returns `true` if an application with these secrets can use a row of this trust, as far as the command knows.
    pub(super) fn is_usable(&self, trust: Trust) -> bool {
        match trust {
            Trust::Verified | Trust::Previous | Trust::NotChecked => true,
            Trust::NotSigned => !self.can_verify(),
            Trust::OtherSecret | Trust::Changed => false,
        }
    }

    fn place(seals: &[Seal], row: &Row) -> Option<usize> {
        let is_it = |seal: &Seal| seal.name() == Some(row.sealed_by.as_str());
        seals.iter().position(is_it)
    }

    pub(super) fn trust(&self, row: &Row, store: Option<&str>) -> Trust {
        if row.sealed_by.is_empty() {
            return Trust::NotSigned;
        }
        let found = [(&self.present, Trust::Verified), (&self.previous, Trust::Previous)].map(|(seals, trust)| {
            let seal = Self::place(seals, row).and_then(|place| seals.get(place))?;
            let owner = RowOwner::new(row.sender.clone(), seal.clone(), store);
            Some(if owner.verifies(row) { trust } else { Trust::Changed })
        });
        let [present, previous] = found;
        match present.or(previous) {
            Some(trust) => trust,
            None if self.can_verify() => Trust::OtherSecret,
            None => Trust::NotChecked,
        }
    }

    /// The seal that signs a change of the row: that of the present secret, in the encoding of the one that signed it.
    pub(super) fn signer(&self, row: &Row) -> Result<Seal, String> {
        if row.sealed_by.is_empty() {
            return Ok(Seal::default());
        }
        let why = if self.can_verify() {
            "the row is signed with another secret than that of `--secret-env`: use the secret with which the application wrote it"
        } else {
            "the row is signed with the secret of the application's client: pass the variable that contains it with `--secret-env NAME`"
        };
        let previous = Self::place(&self.previous, row);
        let place = Self::place(&self.present, row).or(previous);
        let signer = place
            .and_then(|place| self.present.get(place))
            .filter(|seal| seal.name().is_some());
        let signer = signer.ok_or_else(|| why.to_owned())?;
        let earlier = previous.and_then(|place| self.previous.get(place));
        Ok(earlier.map_or_else(|| signer.clone(), |earlier| signer.knowing(earlier)))
    }
}
