//! Secrets of a client: fixed texts, environment variables, files or functions come in, the current credentials and signing keys go out.
//!
//! A secret is never printed, logged or compared, is in no text of a failure, and its memory is wiped when it is dropped.

pub use sdkwright_signing::secret::{Key, SecretEncoding, SecretError, SecretForm, SigningSecret};

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use sdkwright_signing::Seal;
use zeroize::Zeroizing;

use crate::transport::Cause;

/// Text of a secret that is sent: a key, a password, a token. Prints as `[REDACTED]` and is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Box<str>>);

impl Secret {
    /// Takes the text of a secret.
    pub fn new(text: impl Into<String>) -> Self {
        // Copied at its exact size: a smaller allocation would leave the text in the larger one.
        let text = Zeroizing::new(text.into());
        Self(Zeroizing::new(text.as_str().into()))
    }

    /// Returns the text, for the one place in the request that carries it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret([REDACTED])")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// The secrets of one client id: the active one, and during a rotation the previous one.
///
/// The active secret signs. If an answer rejects the signature (with the contract's code), the call is signed once with the
/// other one; the one that was accepted last then signs first.
#[derive(Debug, Clone)]
pub struct ClientSecrets {
    pub(crate) active: SigningSecret,
    pub(crate) previous: Option<SigningSecret>,
}

impl ClientSecrets {
    /// Creates secrets with the active one alone.
    pub fn new(active: impl Into<SigningSecret>) -> Self {
        Self {
            active: active.into(),
            previous: None,
        }
    }

    /// Sets the previous secret, which the server may still, or no longer, accept.
    #[must_use]
    pub fn previous(mut self, secret: impl Into<SigningSecret>) -> Self {
        self.previous = Some(secret.into());
        self
    }
}

/// Loads the secrets of a client: when it is built, on `client.reload()`, and after [`has_changed`](Self::has_changed) returns
/// `true`.
///
/// Implemented by functions without arguments that return [`ClientSecrets`]. The text of a failure must not contain a secret.
pub trait SecretSource: Send + Sync + 'static {
    /// Returns the current secrets.
    fn load(&self) -> Result<ClientSecrets, Cause>;

    /// Returns `true` if the secrets differ from those of the last [`load`](Self::load). Called before every attempt, followed
    /// by `load` if they differ, on a thread that may block on a disk: only this attempt waits.
    fn has_changed(&self) -> bool {
        false
    }
}

impl<F> SecretSource for F
where
    F: Fn() -> Result<ClientSecrets, Cause> + Send + Sync + 'static,
{
    fn load(&self) -> Result<ClientSecrets, Cause> {
        self()
    }
}

/// Combines a source with a previous secret, for loads that return none.
pub(crate) fn beside(source: Arc<dyn SecretSource>, previous: Option<SigningSecret>) -> Arc<dyn SecretSource> {
    match previous {
        Some(previous) => Arc::new(WithPrevious { source, previous }),
        None => source,
    }
}

struct WithPrevious {
    source: Arc<dyn SecretSource>,
    previous: SigningSecret,
}

impl SecretSource for WithPrevious {
    fn load(&self) -> Result<ClientSecrets, Cause> {
        let mut secrets = self.source.load()?;
        secrets.previous.get_or_insert_with(|| self.previous.clone());
        Ok(secrets)
    }

    fn has_changed(&self) -> bool {
        self.source.has_changed()
    }
}

/// Secrets in environment variables.
#[derive(Debug, Clone)]
pub struct SecretVariable {
    active: String,
    previous: Option<String>,
}

impl SecretVariable {
    /// Creates a source with the variable of the active secret.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            active: name.into(),
            previous: None,
        }
    }

    /// Sets the variable of the previous secret; if unset or empty, there is none.
    #[must_use]
    pub fn previous(mut self, name: impl Into<String>) -> Self {
        self.previous = Some(name.into());
        self
    }
}

impl SecretSource for SecretVariable {
    fn load(&self) -> Result<ClientSecrets, Cause> {
        let read = |name: &String| std::env::var(name).ok().filter(|text| !text.is_empty());
        let active =
            read(&self.active).ok_or_else(|| format!("the environment variable {} is not set", self.active))?;
        Ok(ClientSecrets {
            active: SigningSecret::new(active),
            previous: self.previous.as_ref().and_then(read).map(SigningSecret::new),
        })
    }
}

/// Secrets in files, which are read again when they change, by an orchestrator's mounts or by hand.
///
/// One line break at the end of a file is not part of the secret. While a file cannot be read, the earlier secrets stay in use.
#[derive(Debug)]
pub struct SecretFile {
    active: PathBuf,
    previous: Option<PathBuf>,
    seen: Mutex<Vec<Stamp>>,
}

/// Identifies one version of a file; `None` if the file is absent.
type Stamp = Option<(Option<SystemTime>, u64, u64)>;

impl SecretFile {
    /// Creates a source with the file of the active secret.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            active: path.into(),
            previous: None,
            seen: Mutex::new(Vec::new()),
        }
    }

    /// Sets the file of the previous secret; if absent or empty, there is none.
    #[must_use]
    pub fn previous(mut self, path: impl Into<PathBuf>) -> Self {
        self.previous = Some(path.into());
        self
    }

    fn stamps(&self) -> Vec<Stamp> {
        std::iter::once(&self.active)
            .chain(&self.previous)
            .map(|path| stamp(path))
            .collect()
    }
}

impl SecretSource for SecretFile {
    fn load(&self) -> Result<ClientSecrets, Cause> {
        // Taken before reading, so that a change during the reading is detected.
        let stamps = self.stamps();
        let secrets = self.read();
        // A file that exists but could not be read is tried again: its stamp alone would look unchanged.
        if secrets.is_ok() || stamps.first().is_some_and(Option::is_none) {
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = stamps;
        }
        secrets
    }

    fn has_changed(&self) -> bool {
        self.stamps() != *self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SecretFile {
    fn read(&self) -> Result<ClientSecrets, Cause> {
        let named = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let active = read(&self.active).map_err(|error| named(&self.active, error))?;
        let previous = match self.previous.as_ref().map(|path| (path, read(path))) {
            None => None,
            Some((_, Ok(secret))) => Some(secret).filter(|secret| !secret.is_empty()),
            Some((_, Err(error))) if error.kind() == std::io::ErrorKind::NotFound => None,
            Some((path, Err(error))) => return Err(named(path, error).into()),
        };
        Ok(ClientSecrets { active, previous })
    }
}

fn stamp(path: &Path) -> Stamp {
    let metadata = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let node = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let node = 0;
    Some((metadata.modified().ok(), metadata.len(), node))
}

fn read(path: &Path) -> Result<SigningSecret, std::io::Error> {
    let text = Zeroizing::new(std::fs::read_to_string(path)?);
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(SigningSecret::new(line.strip_suffix('\r').unwrap_or(line)))
}

/// The reason why there are no keys.
#[derive(Debug)]
pub(crate) enum KeyRingError {
    Secret(SecretError),
    Source(Cause),
}

/// The keys of a client, which returns the key of each attempt.
///
/// Keys can change while calls are in flight: an attempt ends with the key that it began with. If a source fails, the keys stay.
pub(crate) struct KeyRing {
    source: Option<Arc<dyn SecretSource>>,
    form: SecretForm,
    held: RwLock<Arc<ValidKeys>>,
}

/// Keys that are valid together.
struct ValidKeys {
    /// One key, or two during a rotation.
    keys: Vec<Key>,
    /// Index of the key that was accepted last.
    first: AtomicUsize,
    /// The seal of journal rows.
    seal: Seal,
}

impl ValidKeys {
    fn of(secrets: &ClientSecrets, form: SecretForm) -> Result<Self, KeyRingError> {
        let key = |secret: &crate::secret::SigningSecret| secret.key(form).map_err(KeyRingError::Secret);
        let mut keys = vec![key(&secrets.active)?];
        if let Some(previous) = &secrets.previous {
            keys.push(key(previous)?);
        }
        Ok(Self {
            seal: Seal::from_keys(&keys),
            keys,
            first: AtomicUsize::new(0),
        })
    }
}

impl KeyRing {
    /// Creates a ring of fixed secrets.
    pub(crate) fn from_secrets(secrets: &ClientSecrets, form: SecretForm) -> Result<Self, KeyRingError> {
        Ok(Self {
            source: None,
            form,
            held: RwLock::new(Arc::new(ValidKeys::of(secrets, form)?)),
        })
    }

    /// Creates a ring from a source, which is loaded for the first time.
    pub(crate) fn from_source(source: Arc<dyn SecretSource>, form: SecretForm) -> Result<Self, KeyRingError> {
        let secrets = source.load().map_err(KeyRingError::Source)?;
        Ok(Self {
            source: Some(source),
            ..Self::from_secrets(&secrets, form)?
        })
    }

    /// Loads the source again. Without a source, does nothing.
    pub(crate) fn reload(&self) -> Result<(), KeyRingError> {
        let Some(source) = &self.source else { return Ok(()) };
        let mut new = ValidKeys::of(&source.load().map_err(KeyRingError::Source)?, self.form)?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        // Rows that were sealed with an earlier secret verify as long as this client lives.
        new.seal = new.seal.knowing(&held.seal);
        *held = Arc::new(new);
        Ok(())
    }

    /// Returns `true` if the keys can change.
    pub(crate) fn has_source(&self) -> bool {
        self.source.is_some()
    }

    /// Takes new keys if the source has changed. May block on a disk.
    pub(crate) fn refresh(&self) {
        let source = self.source.as_ref().filter(|source| source.has_changed());
        if source.is_some() && self.reload().is_err() {
            // The text of the failure may come from the user's own source, and is not logged.
            tracing::warn!("the changed client secret cannot be used; requests are signed with the previous one");
        }
    }

    fn held(&self) -> Arc<ValidKeys> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the seal of journal rows, with the active secret, even if the server accepted another one.
    pub(crate) fn seal(&self) -> Seal {
        self.held().seal.clone()
    }

    /// Starts the choice of keys for one call.
    pub(crate) fn turn(&self) -> KeyChoice {
        KeyChoice::new(self.held())
    }
}

/// The choice of the signing key for one call.
pub(crate) struct KeyChoice {
    held: Arc<ValidKeys>,
    at: usize,
    tried: usize,
}

impl KeyChoice {
    fn new(held: Arc<ValidKeys>) -> Self {
        Self {
            at: held.first.load(Ordering::Relaxed),
            tried: 1,
            held,
        }
    }

    /// Takes new keys if they changed since the last attempt.
    pub(crate) fn renew(&mut self, ring: &KeyRing) {
        let held = ring.held();
        if !Arc::ptr_eq(&held, &self.held) {
            *self = Self::new(held);
        }
    }

    pub(crate) fn key(&self) -> Option<&Key> {
        self.held.keys.get(self.at)
    }

    /// Returns `true` if there is a key that this call was not signed with. A change of the keys starts over.
    pub(crate) fn has_other(&self, ring: &KeyRing) -> bool {
        self.tried < self.held.keys.len() || !Arc::ptr_eq(&ring.held(), &self.held)
    }

    /// Switches to the other key.
    pub(crate) fn take_other(&mut self) {
        if self.tried < self.held.keys.len() {
            self.at = (self.at + 1) % self.held.keys.len();
            self.tried += 1;
        }
    }

    /// Records that the server accepted the key: later calls start with it.
    pub(crate) fn accepted(&self) {
        self.held.first.store(self.at, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::secret::{Key, SecretEncoding, SecretError};
    use crate::signing::{self, sign};

    #[test]
    fn a_secret_never_prints() {
        assert_eq!(format!("{:?}", Secret::new("sentinel9f2-sent")), "Secret([REDACTED])");
    }

    /// Finds the secret that gives the same signature.
    fn text(secret: Option<&SigningSecret>) -> &'static str {
        let key = match secret.map(|secret| secret.key(SecretEncoding::Utf8)) {
            None => return "",
            Some(Err(SecretError::LineBreak)) => return "[a line break]",
            Some(key) => key.unwrap(),
        };
        let is_same = |text: &&str| sign(&Key::from_bytes(text.as_bytes()), "").as_ref() == sign(&key, "").as_ref();
        let known = ["first-secret", "other-secret", "a-secret"];
        known.into_iter().find(is_same).unwrap()
    }

    #[test]
    fn a_file_is_read_again_when_it_was_changed() {
        let folder = tempfile::tempdir().unwrap();
        let (active, previous) = (folder.path().join("active"), folder.path().join("previous"));
        std::fs::write(&active, "first-secret\r\n").unwrap();
        let source = SecretFile::new(&active).previous(&previous);
        assert!(source.has_changed(), "nothing was read yet");
        let secrets = source.load().unwrap();
        assert_eq!(
            (text(Some(&secrets.active)), text(secrets.previous.as_ref())),
            ("first-secret", "")
        );
        assert!(!source.has_changed());

        std::fs::rename(&active, &previous).unwrap();
        std::fs::write(&active, "other-secret\n\n").unwrap();
        assert!(source.has_changed());
        let secrets = source.load().unwrap();
        assert_eq!(
            (text(Some(&secrets.active)), text(secrets.previous.as_ref())),
            ("[a line break]", "first-secret"),
            "a second line break is a part of it, and refused as such"
        );
        assert!(!source.has_changed());

        std::fs::remove_file(&active).unwrap();
        assert!(source.has_changed());
        let error = source.load().unwrap_err().to_string();
        assert!(error.contains("active") && !error.contains("secret"), "{error}");
    }

    #[test]
    fn a_file_that_could_not_be_read_is_tried_again_although_it_does_not_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("active");
        let write = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let file = std::fs::File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        };
        write(b"first");
        let source = SecretFile::new(&path);
        source.load().unwrap();
        write(b"\xff-secret");
        assert!(source.has_changed() && source.load().is_err());
        write(b"a-secret");
        assert!(source.has_changed(), "nothing was read since, whatever the stamp says");
        assert_eq!(text(Some(&source.load().unwrap().active)), "a-secret");
        assert!(!source.has_changed());

        std::fs::remove_file(&path).unwrap();
        assert!(source.load().is_err());
        assert!(
            !source.has_changed(),
            "a file that is gone is not asked for again and again"
        );
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let error = SecretVariable::new("SDK_RUNTIME_NO_SUCH_VARIABLE").load().unwrap_err();
        assert!(error.to_string().contains("SDK_RUNTIME_NO_SUCH_VARIABLE"));
        let secrets = SecretVariable::new("PATH")
            .previous("SDK_RUNTIME_NO_SUCH_VARIABLE")
            .load();
        assert!(secrets.unwrap().previous.is_none());
    }

    #[test]
    fn sources_and_their_secrets_never_print() {
        let secrets = ClientSecrets::new("hunter2").previous("hunter1");
        assert!(!format!("{secrets:?}").contains("hunter"));
    }

    /// Finds the secret whose key gives the same signature.
    fn turn_text(turn: &KeyChoice) -> &'static str {
        let signed = signing::sign(turn.key().unwrap(), "");
        let is_same = |text: &&str| signing::sign(&Key::from_bytes(text.as_bytes()), "").as_ref() == signed.as_ref();
        let known = ["new", "old", "first", "second", "third", "\0\u{7f}"];
        known.into_iter().find(is_same).unwrap()
    }

    fn two() -> KeyRing {
        KeyRing::from_secrets(&ClientSecrets::new("new").previous("old"), SecretEncoding::Utf8.into()).unwrap()
    }

    #[test]
    fn a_call_tries_each_key_once_and_the_next_begins_with_the_accepted_one() {
        let ring = two();
        let mut turn = ring.turn();
        assert_eq!(turn_text(&turn), "new");
        assert!(turn.has_other(&ring));
        turn.take_other();
        assert_eq!(turn_text(&turn), "old");
        assert!(!turn.has_other(&ring));
        turn.take_other();
        assert_eq!(turn_text(&turn), "old", "there is no third one");
        assert_eq!(turn_text(&ring.turn()), "new", "nothing was accepted yet");
        turn.accepted();
        let mut next = ring.turn();
        assert_eq!(turn_text(&next), "old");
        next.take_other();
        assert_eq!(turn_text(&next), "new");
    }

    #[derive(Clone, Default)]
    struct Vault(Arc<Mutex<&'static str>>, Arc<AtomicBool>);

    impl SecretSource for Vault {
        fn load(&self) -> Result<ClientSecrets, Cause> {
            match *self.0.lock().unwrap() {
                "" => Err("the vault is closed".into()),
                text => Ok(ClientSecrets::new(text)),
            }
        }

        fn has_changed(&self) -> bool {
            self.1.load(Ordering::Relaxed)
        }
    }

    #[test]
    fn a_call_under_way_signs_its_next_attempt_with_the_changed_key() {
        let vault = Vault::default();
        *vault.0.lock().unwrap() = "first";
        let ring = KeyRing::from_source(Arc::new(vault.clone()), SecretEncoding::Utf8.into()).unwrap();
        let mut turn = ring.turn();
        *vault.0.lock().unwrap() = "second";
        turn.renew(&ring);
        assert_eq!(
            (turn_text(&turn), turn.has_other(&ring)),
            ("first", false),
            "nobody said so"
        );
        ring.reload().unwrap();
        assert!(turn.has_other(&ring));
        assert_eq!(turn_text(&turn), "first", "an attempt ends with the key it began with");
        turn.renew(&ring);
        assert_eq!(turn_text(&turn), "second");

        *vault.0.lock().unwrap() = "third";
        vault.1.store(true, Ordering::Relaxed);
        ring.refresh();
        turn.renew(&ring);
        assert_eq!(turn_text(&turn), "third", "the source said that it changed");
    }

    #[test]
    fn a_source_that_fails_leaves_the_keys_of_before() {
        let vault = Vault::default();
        assert!(KeyRing::from_source(Arc::new(vault.clone()), SecretEncoding::Utf8.into()).is_err());
        *vault.0.lock().unwrap() = "007f";
        let ring = KeyRing::from_source(Arc::new(vault.clone()), SecretEncoding::Hex.into()).unwrap();
        for broken in ["", "no hex"] {
            *vault.0.lock().unwrap() = broken;
            vault.1.store(true, Ordering::Relaxed);
            assert!(ring.reload().is_err());
            assert_eq!(turn_text(&ring.turn()), "\0\u{7f}");
        }
    }
}
