//! In: a command line and its variables. Out: a running program, its end, and what it printed. Never: a program, or a child of
//! it, that outlives its round.

use crate::record;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Ends every program that runs, and starts no other.
pub(crate) fn interrupt() {
    INTERRUPTED.store(true, Ordering::SeqCst);
}

pub(crate) fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// A program and its arguments, as they were given.
#[derive(Debug, Clone)]
pub(crate) struct Words(pub(crate) Vec<OsString>);

impl Words {
    /// Fills places such as `{folder}` in.
    pub(crate) fn filled(&self, values: &[(&str, String)]) -> Vec<OsString> {
        let fill = |word: &OsString| match word.to_str() {
            Some(text) => {
                let filled = values.iter().fold(text.to_owned(), |text, (name, value)| {
                    text.replace(&format!("{{{name}}}"), value)
                });
                filled.into()
            }
            None => word.clone(),
        };
        self.0.iter().map(fill).collect()
    }
}

/// A program that was started.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    /// Starts a program in a group of its own; what it prints goes to a file.
    pub(crate) fn start(words: &[OsString], variables: &[(String, String)], output: &Path) -> io::Result<Self> {
        let (program, arguments) = words
            .split_first()
            .ok_or_else(|| io::Error::other("the application is missing"))?;
        let file = File::create(output)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .envs(variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        Ok(Self(command.spawn()?))
    }

    /// The exit status, if the program has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().ok().flatten()
    }

    /// Kills the program and its children, and waits for its end.
    pub(crate) fn kill(&mut self) {
        #[cfg(unix)]
        if self.ended().is_none() {
            let group = format!("-{}", self.0.id());
            let _ = Command::new("kill")
                .args(["-KILL", "--", &group])
                .stderr(Stdio::null())
                .status();
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A folder for one run, for its owner alone; it goes with its value.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> io::Result<Self> {
        let name = format!("certify-{}", record::hex(&record::random::<8>()));
        let folder = std::env::temp_dir().join(name);
        private(&folder)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Makes a folder that only its owner can read.
pub(crate) fn private(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
