//! In: the command line behind `certify`. Out: a report on the terminal and in files, and an exit code. Never: a secret.

use crate::exam::{Exam, examine};
use crate::recorder;
use crate::report::ExamReport;
use crate::round::ForeignServer;
use lexopt::{Arg, ValueExt as _};
use sdkwright_sandbox_server::record::{self, Error};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

const DOCS: &str = include_str!(concat!(env!("REPOSITORY"), "/docs/use/certify.md"));

const HELP: &str = include_str!("help.txt");

/// A command line, read.
#[derive(Debug)]
struct ExamArguments {
    exam: Exam,
    json: Option<PathBuf>,
    page: Option<PathBuf>,
    /// The text to print in place of a run.
    text: Option<&'static str>,
}

fn read(words: &mut lexopt::Parser, contract: &Path) -> Result<ExamArguments, lexopt::Error> {
    let mut read = ExamArguments {
        exam: Exam {
            seed: u64::from(u32::from_le_bytes(record::random())),
            ..Exam::new(contract, Vec::new())
        },
        json: None,
        page: None,
        text: None,
    };
    let exam = &mut read.exam;
    while let Some(word) = words.next()? {
        match word {
            Arg::Long("contract") => exam.contract = words.value()?.into(),
            Arg::Long("overlay") => exam.overlays.push(words.value()?.into()),
            Arg::Long("root") => exam.root = Some(words.value()?.into()),
            Arg::Long("faults") => exam.faults = true,
            Arg::Long("kills") => exam.kills = words.value()?.parse()?,
            Arg::Long("instants") => exam.instants = words.value()?.parse()?,
            Arg::Long("seed") => exam.seed = words.value()?.parse()?,
            Arg::Long("begin") => exam.begin.extend([begin(&words.value()?.string()?)?]),
            Arg::Long("server") => server(exam).url = words.value()?.string()?,
            Arg::Long("client-id") => server(exam).client_id = words.value()?.string()?,
            Arg::Long("client-secret") => server(exam).client_secret = words.value()?.string()?,
            Arg::Long("webhook-url") => exam.webhook_url = Some(words.value()?.string()?),
            Arg::Long("json") => read.json = Some(words.value()?.into()),
            Arg::Long("page") => read.page = Some(words.value()?.into()),
            Arg::Long("limit") => exam.limit = Duration::from_secs(words.value()?.parse()?),
            Arg::Long("jobs") => exam.jobs = words.value()?.parse()?,
            Arg::Long("idle") => exam.idle = Duration::from_secs(words.value()?.parse()?),
            Arg::Long("docs") => read.text = Some(DOCS),
            Arg::Long("help") | Arg::Short('h') => read.text = Some(HELP),
            Arg::Value(program) => {
                exam.program.push(program);
                exam.program.extend(words.raw_args()?);
            }
            other => return Err(other.unexpected()),
        }
    }
    if read.exam.program.is_empty() && read.text.is_none() {
        return Err("the application is missing: write its command after `--`".into());
    }
    let is_half = |server: &ForeignServer| {
        [&server.url, &server.client_id, &server.client_secret]
            .iter()
            .any(|text| text.is_empty())
    };
    if read.exam.server.as_ref().is_some_and(is_half) {
        return Err("`--server` requires `--client-id` and `--client-secret` of a client that the server knows".into());
    }
    Ok(read)
}

fn server(exam: &mut Exam) -> &mut ForeignServer {
    exam.server.get_or_insert_default()
}

/// Reads `SCHEMA=STATE`.
pub fn begin(text: &str) -> Result<(String, String), &'static str> {
    let parts = text.split_once('=').ok_or("`--begin` requires SCHEMA=STATE")?;
    Ok((parts.0.to_owned(), parts.1.to_owned()))
}

/// Runs the subcommand and returns its exit code. `contract` is used where the command line names none.
pub fn certify(words: &mut lexopt::Parser, contract: &Path) -> u8 {
    let arguments = match read(words, contract) {
        Ok(arguments) => arguments,
        Err(error) => {
            complain(&format!("error: {error}; `certify --help` lists the options"));
            return 2;
        }
    };
    if let Some(text) = arguments.text {
        say(text);
        return 0;
    }
    watch_for_interrupts();
    if arguments.exam.faults {
        complain(&format!("seed {}", arguments.exam.seed));
    }
    let report = examine(&arguments.exam, &mut |round| complain(round));
    match report.and_then(|report| written(&arguments, &report).map(|()| report)) {
        Ok(report) => {
            say(&report.text());
            report.exit_code()
        }
        Err(error) => {
            complain(&format!("error: {error}"));
            if recorder::is_interrupted() { 130 } else { 3 }
        }
    }
}

/// Ends the program that is judged when this one is interrupted: it has a group of its own, which a terminal does not reach.
fn watch_for_interrupts() {
    let wait = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        if let Ok(runtime) = runtime
            && runtime.block_on(interrupted()).is_ok()
        {
            recorder::interrupt();
        }
    };
    // Without it, an interrupt ends this program alone.
    let _ = std::thread::Builder::new().name("interrupts".to_owned()).spawn(wait);
}

#[cfg(unix)]
async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut ended = signal(SignalKind::terminate())?;
    let mut hung_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    std::future::poll_fn(|context| {
        let all = [&mut ended, &mut hung_up, &mut interrupt];
        let is_one = all.into_iter().any(|one| one.poll_recv(context).is_ready());
        if is_one {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    Ok(())
}

#[cfg(not(unix))]
async fn interrupted() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

fn written(arguments: &ExamArguments, report: &ExamReport) -> Result<(), Error> {
    let json = arguments
        .json
        .as_ref()
        .map(|file| (file, format!("{:#}\n", report.to_json())));
    let page = arguments
        .page
        .as_ref()
        .map(|file| Ok((file, report.page()?)))
        .transpose()?;
    for (file, text) in json.into_iter().chain(page) {
        std::fs::write(file, text)
            .map_err(|source| Error::Unknown(format!("cannot write {}: {source}", file.display())))?;
    }
    Ok(())
}

fn say(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}

fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
