//! In: the command line. Out: a sandbox that runs until it is ended, and a log of its calls. Never: an address beyond
//! loopback, unless it is said.

use lexopt::{Arg, ValueExt as _};
use sdkwright_sandbox_server::{Attempts, Call, Error, Kept, Options, Running, Sandbox, Secrets};
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const DEFAULT: &str = "openapi/partner-api.yaml";
const DOCS: &str = concat!(
    include_str!(concat!(env!("REPOSITORY"), "/docs/use/sandbox.md")),
    "\n",
    include_str!(concat!(env!("REPOSITORY"), "/docs/use/sandbox-settings.md")),
    "\n",
    include_str!(concat!(env!("REPOSITORY"), "/docs/use/sandbox-endings.md")),
);
const PORT: u16 = 8642;

const HELP: &str = include_str!("help.txt");

/// The form in which calls are printed.
#[derive(Debug, Clone, Copy, Default)]
enum Log {
    /// A line for each check.
    Checks,
    /// One line for each call.
    #[default]
    Line,
    Nothing,
}

impl FromStr for Log {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "line" => Ok(Self::Line),
            "checks" => Ok(Self::Checks),
            "nothing" => Ok(Self::Nothing),
            _ => Err(format!(
                "`{text}` is not a form of the log; write line, checks or nothing"
            )),
        }
    }
}

/// A line of arguments, read.
#[derive(Debug, Default)]
struct SandboxArguments {
    contract: Option<PathBuf>,
    options: Options,
    port: Option<u16>,
    attempts: Option<Attempts>,
    env_file: Option<PathBuf>,
    log: Log,
    sends_examples: bool,
    /// The text to print in place of a start.
    page: Option<&'static str>,
}

impl SandboxArguments {
    fn read(mut words: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut read = Self::default();
        let options = &mut read.options;
        options.seed = true;
        options.secrets = Secrets::Fixed;
        while let Some(word) = words.next()? {
            match word {
                Arg::Long("contract") => read.contract = Some(words.value()?.into()),
                Arg::Long("overlay") => options.overlays.push(words.value()?.into()),
                Arg::Long("root") => options.root = Some(words.value()?.into()),
                Arg::Long("listen") => options.listen = Some(words.value()?.parse()?),
                Arg::Long("console-host") => options.console_hosts.push(words.value()?.string()?),
                Arg::Long("request-timeout") => {
                    options.request_timeout = Some(Duration::from_secs(words.value()?.parse()?));
                }
                Arg::Long("port") => read.port = Some(words.value()?.parse()?),
                Arg::Long("env-file") => read.env_file = Some(words.value()?.into()),
                Arg::Long("client-id") => options.client_id = Some(words.value()?.string()?),
                Arg::Long("client-secret") => options.client_secret = Some(words.value()?.string()?),
                Arg::Long("random-secret") => options.secrets = Secrets::Random,
                Arg::Long("store") => options.store = Some(words.value()?.string()?),
                Arg::Long("refuse") => options.refusals.push(words.value()?.parse()?),
                Arg::Long("webhook-secret") => options.webhook_secret = Some(words.value()?.string()?),
                Arg::Long("webhook-attempts") => read.attempts = Some(words.value()?.parse()?),
                Arg::Long("webhook-examples") => read.sends_examples = true,
                Arg::Long("webhook-manner") => options.webhook_manner = words.value()?.string()?,
                Arg::Long("webhook-url") => options.webhook_url = Some(words.value()?.string()?),
                Arg::Long("begin") => {
                    options
                        .begin
                        .extend([sdkwright_certify::begin(&words.value()?.string()?)?]);
                }
                Arg::Long("empty") => options.seed = false,
                Arg::Long("event") => options.events.push(words.value()?.string()?),
                Arg::Long("examples-exist") => options.examples_exist = true,
                Arg::Long("model") => options.server_model = words.value()?.parse()?,
                Arg::Long("speed") => options.speed = Some(words.value()?.parse()?),
                Arg::Long("keep-all") => options.kept = Kept::All,
                Arg::Long("frozen") => options.speed = Some(0),
                Arg::Long("faults") => options.faults = Some(words.value()?.parse()?),
                Arg::Long("log") => {
                    read.log = match words.optional_value() {
                        Some(form) => form.parse()?,
                        None => Log::Checks,
                    }
                }
                Arg::Long("docs") => read.page = Some(DOCS),
                Arg::Long("help") | Arg::Short('h') => read.page = Some(HELP),
                other => return Err(other.unexpected()),
            }
        }
        Ok(read)
    }
}

fn main() -> ExitCode {
    let mut words = lexopt::Parser::from_env();
    if words
        .try_raw_args()
        .is_some_and(|mut words| words.next_if(|word| word == "certify").is_some())
    {
        return ExitCode::from(sdkwright_certify::certify(&mut words, &of_workspace(DEFAULT)));
    }
    let arguments = match SandboxArguments::read(words) {
        Ok(arguments) => arguments,
        Err(error) => return failed(&format!("{error}; `--help` lists the options"), 2),
    };
    if let Some(page) = arguments.page {
        say(&format!("{}\n", page.trim_end()));
        return ExitCode::SUCCESS;
    }
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => failed(&why, 1),
    }
}

fn failed(why: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {why}");
    ExitCode::from(code)
}

fn run(arguments: SandboxArguments) -> Result<(), String> {
    let contract = arguments.contract.map_or_else(of_here, Ok)?;
    let url = arguments.options.webhook_url.clone();
    if arguments.sends_examples && url.is_none() {
        return Err("`--webhook-examples` requires a target: add `--webhook-url URL`".to_owned());
    }
    let (log, colours) = (arguments.log, colours());
    let address: Arc<OnceLock<String>> = Arc::default();
    let console = Arc::clone(&address);
    let awaiting = Attempts {
        awaits_receiver: true,
        ..Attempts::default()
    };
    let options = Options {
        port: arguments.port.unwrap_or(PORT),
        webhook_attempts: arguments.attempts.unwrap_or(awaiting),
        watcher: Some(Box::new(move |call| {
            let address = console.get().map(String::as_str).unwrap_or_default();
            print(call, log, colours, address);
        })),
        delivery_watcher: Some(Box::new(move |delivery| match log {
            Log::Checks | Log::Line => say(&delivery.line(colours)),
            Log::Nothing => {}
        })),
        ..arguments.options
    };
    let (port, listen) = (options.port, options.listen);
    let is_fixed = options.secrets == Secrets::Fixed && port != 0;
    let running = Sandbox::start_file(&contract, options).map_err(|error| match error {
        Error::Listen(source) if source.kind() == ErrorKind::AddrInUse => {
            let place = listen.map_or_else(|| "127.0.0.1".to_owned(), |address| address.to_string());
            format!(
                "port {port} of {place} is in use, perhaps by another sandbox: stop it, or choose another port with `--port PORT`; `--port 0` chooses a free one"
            )
        }
        error => error.to_string(),
    })?;
    let told = |error: Error| error.to_string();
    let _ = address.set(running.console().trim_end_matches("/.sandbox/").to_owned());
    if let Some(file) = &arguments.env_file {
        running.write_environment(file).map_err(told)?;
    }
    let begin = Beginning {
        contract: &contract,
        webhook_url: url.as_deref(),
        env_file: arguments.env_file.as_deref(),
        is_fixed,
    };
    say(&begin.text(&running));
    if arguments.sends_examples {
        for event in running.events() {
            running.deliver(&event).map_err(told)?;
        }
    }
    running.wait();
    Ok(())
}

/// The text that the command prints at its start, for a person and a shell.
struct Beginning<'a> {
    contract: &'a Path,
    webhook_url: Option<&'a str>,
    env_file: Option<&'a Path>,
    /// `true` if the next start has the same port and secrets.
    is_fixed: bool,
}

impl Beginning<'_> {
    /// The settings of a client, how to use them, and where to read on.
    fn text(&self, running: &Running) -> String {
        let often = if self.is_fixed {
            "the same at each start"
        } else {
            "different at the next start"
        };
        let mut lines = vec![
            format!("# {} on {}", from_here(self.contract).display(), running.base_url),
            format!("# paste these lines into another terminal (they are {often}):"),
        ];
        lines.extend(running.export_lines());
        let endpoints = running.token_endpoints().into_iter();
        lines.extend(endpoints.map(|url| format!("# token endpoint, for any client id and secret: {url}")));
        lines.push(match self.env_file {
            None => "# for docker, direnv or a script: `--env-file .env` writes them to a file".to_owned(),
            Some(file) => {
                let file = file.display().to_string();
                let folder = if file.contains('/') { "" } else { "./" };
                format!(
                    "# {file} contains them for `docker run --env-file {file}`, direnv (`dotenv {file}`), or a shell: \
                     set -a; . {folder}{file}; set +a"
                )
            }
        });
        let summaries = running.summaries.iter();
        lines.extend(summaries.map(|summary| format!("# exists at the start: {summary}")));
        lines.push(match self.webhook_url {
            Some(url) => format!("# webhooks are delivered to {url}"),
            None => "# webhooks are not delivered: set a target with `--webhook-url`".to_owned(),
        });
        let unchecked = running.unchecked().iter();
        lines.extend(unchecked.map(|what| format!("# not checked: {what}")));
        lines.push(format!("# console, for a browser: {}", running.console()));
        lines.push("# documentation: `--docs`, options: `--help`\n".to_owned());
        lines.join("\n")
    }
}

/// The contract without an option: that of the workspace, or the only one of the nearest list.
fn of_here() -> Result<PathBuf, String> {
    let usual = of_workspace(DEFAULT);
    let lists = ["contracts.yaml", "openapi/contracts.yaml"].map(of_workspace);
    let Some(list) = lists.iter().find(|list| list.is_file() && !usual.is_file()) else {
        return Ok(usual);
    };
    let contracts = Sandbox::contracts(list).map_err(|error| error.to_string())?;
    match contracts.as_slice() {
        [only] => Ok(only.clone()),
        many => {
            let names: Vec<String> = many.iter().map(|file| file.display().to_string()).collect();
            let (list, names) = (list.display(), names.join(", "));
            Err(format!(
                "{list} names {} contracts: pass one with `--contract` ({names})",
                many.len()
            ))
        }
    }
}

/// A file of the workspace, from anywhere inside it.
fn of_workspace(file: &str) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let of_package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let places = here
        .ancestors()
        .chain(of_package.ancestors())
        .map(|folder| folder.join(file));
    places
        .into_iter()
        .find(|path| path.is_file())
        .unwrap_or_else(|| PathBuf::from(file))
}

/// The path of a file from the current folder, if the file is in it.
fn from_here(path: &Path) -> &Path {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path)
}

/// Prints a call.
fn print(call: &Call, log: Log, colours: bool, address: &str) {
    match log {
        Log::Checks => say(&call.lines()),
        Log::Line => say(&call.line(colours, address)),
        Log::Nothing => {}
    }
}

/// Returns `true` if the output is a terminal whose user wants colours (<https://no-color.org>).
fn colours() -> bool {
    let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|text| !text.is_empty());
    !is_unwanted && std::io::stdout().is_terminal()
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}
