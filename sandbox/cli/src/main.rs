//! In: the command line. Out: a sandbox that runs until it is ended, and a log of its calls. Never: an address beyond
//! loopback, unless it is said.

use lexopt::{Arg, ValueExt as _};
use sdkwright_sandbox_server::{Attempts, Call, Error, Options, Running, Sandbox, Secrets};
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

const HELP: &str = "\
Serves a contract on this machine and checks every call against it.

Usage: sdkwright-sandbox [OPTIONS]
       sdkwright-sandbox certify [OPTIONS] -- PROGRAM ARGS    checks an application, see `certify --help`

Options:
  --contract FILE           the contract (default: `openapi/partner-api.yaml` of the workspace, or else the only contract of the nearest
                            `contracts.yaml` or `openapi/contracts.yaml`)
  --overlay FILE            an overlay of the contract; repeatable, in order (default: those that `contracts.yaml` names for the contract)
  --root FOLDER             the folder with the files that `$ref`s of the contract may lead to: its own folder or one above (default: the
                            `root` of `contracts.yaml`, or else its own folder)
  --port PORT               the port (default: 8642); 0 chooses a free one
  --listen ADDRESS          the address to listen on (default: 127.0.0.1, reachable from this machine only)
  --console-host NAME       a host name under which everyone who reaches the sandbox can use the console; repeatable
  --request-timeout SECONDS the longest time for the head of a request, and for its body (default: 20)
  --client-id ID            the id of the client (default: `sandbox-client`)
  --client-secret SECRET    its secret, in the form of `x-signing.secret` of the contract; it is not printed. The default is public and
                            the same at each start: `sandbox-secret-not-for-production`
  --random-secret           new random secrets instead of the public ones
  --env-file FILE           writes address, id and secrets as lines `NAME=value` for `docker run --env-file`, direnv and shells; only its
                            owner can read it, and a file with different content is not overwritten
  --refuse TAG=CODE         refuses the operations of a tag, or the operation with this id, with a problem code of the contract, such as
                            that of a missing product or scope; repeatable
  --store FILE              stores the resources in a SQLite file (built with `--features sqlite`). By default they are in memory only
  --webhook-secret SECRET   the secret that signs webhooks, in the form of `x-webhooks`; it is not printed. The default is public and the
                            same at each start: `sandbox-secret-for-webhooks-not-for-production`
  --webhook-url URL         delivers signed events to this URL
  --webhook-examples        delivers one example of each event type, as soon as a receiver listens
  --webhook-attempts N[:MS] the most attempts for an event, and the wait after the first one, which doubles with each attempt. Any 2xx is a
                            success; after the last attempt the event has failed. The default is `5:100`, and events wait for a receiver
  --webhook-manner WORDS    delivers events `twice`, `swapped` (each one after the next one), `forged` (before each one another one with a
                            wrong signature) or `delay:500` (with a delay in milliseconds); join several with commas
  --begin SCHEMA=STATE      new resources of this schema start in this state, such as customers that need no onboarding; repeatable
  --empty                   starts without the resources of the contract's `x-seed`
  --event EVENT             delivers an event that the contract switches off (`off: true` in `x-webhooks.causes`); repeatable
  --examples-exist          the ids of the contract's examples are ids of existing resources
  --model MODEL             how the server handles keys and responses, see below
  --speed N                 the time of resources runs N times as fast as the clock, such as 60 for one minute per second
  --frozen                  the time of resources stops until it is advanced
  --faults SEED[:PERCENT]   drops, delays, cuts off, repeats and refuses calls: `7:30` is the seed 7 and 30 percent of the calls
                            (default: 25 percent)
  --log[=FORM]              what is printed of each call: `--log=line` (the default) is one line with outcome, reason and the likely cause
                            of a refused signature; `--log` or `--log=checks` is one line per check; `--log=nothing` is nothing.
                            Deliveries of events have one line each. Colours appear only on a terminal, unless NO_COLOR is set
  --docs                    prints the documentation
  -h, --help                prints this

Headers of a call that are not signed:
  Sandbox-Answer: CODE            a problem code of the contract as the response (a stored one is stored with the key)
  Sandbox-Answer: replayed:CODE   the same, as if it had been stored before
  Sandbox-Answer: status=502      an HTML page, as from a proxy; not executed
  Sandbox-Answer: drop            executed, then the connection is closed without a response
  Sandbox-Answer: drop:before     the connection is closed; not executed
  Sandbox-Answer: truncate        executed, then the response ends in the middle of its body
  Sandbox-Answer: delay:500       waits for this number of milliseconds; the key is in progress meanwhile
  Sandbox-Answer: twice           handled a second time, as by a proxy that retries; the response is that of the copy
  Sandbox-Answer: twice:at-once   the copy arrives while the first call is in progress; twice:other-node, its nonce is not known
                                  there; twice:at-once+other-node, both
  Sandbox-Answer: twice:later     the copy arrives before the eighth request after it, as long as its signature is fresh
  Sandbox-Answer: empty           executed, then a success without a body; empty:before, not executed
  Sandbox-Answer: firewall=403    executed, then an HTML page, as from a firewall
  Sandbox-Answer: killed          executed, then the server crashes: no response, and the key stays in progress for ever;
                                  killed:before, not executed
  Sandbox-Answer: gateway         refused with 404 and a problem whose code is not in the contract; not executed
  Sandbox-Answer: invalid         refused as not valid, after the lookup of the key; not executed
  Sandbox-Answer: extra           adds a member that is not in the contract
  Sandbox-State: STATE            puts the resource of the call into a state
Join several with commas: `Sandbox-Answer: delay:200,drop`. An unknown value, state or header `Sandbox-...` is refused with 400 and
the reason; nothing is executed.

Server models (--model), to test clients against servers that deviate:
  as-decided                      behaves as the contract declares
  stores-refusals                 stores every 4xx that is returned after the lookup of the key
  conflict-in-progress            returns the code of a conflict for a key in progress, without Retry-After
  forgets-keys                    forgets a key after a day, whatever the contract declares
  odd-answers                     returns the success of an effect as 200 with renamed members, or with half a document
  page-200                        returns 200 and an HTML page for a while, and executes no call
  empty-2xx                       returns a success without a body for some calls, executed or not
  firewall-after                  executes some calls with a key, and returns an HTML page with 400, 403 or 451
  delayed-copies                  executes copies of some calls with a key up to 60 requests later; of some the first call is lost
  forgets-early                   forgets a key after an hour, whatever the contract declares
  never-finishes                  crashes at some calls with a key, which stay in progress for ever

Other paths, without signature and for this machine only:
  GET  /.sandbox/                 the console: calls with each step of their verification, resources and their next states,
                                  deliveries, time, server model and faults
  GET  /.sandbox/effects          each executed action: operation, key, subject, resource
  GET  /.sandbox/events           attempts to deliver events: event, attempt, status, outcome, and whether it failed
  POST /.sandbox/manner/WORDS     delivers events in this manner from now on, as `--webhook-manner`; without words as usual
  POST /.sandbox/step/60          advances the time of resources by 60 seconds, but not that of signatures
  POST /.sandbox/clock/90000      sets the server's clock 90000 seconds ahead of the system's (or behind it: -90000)

Examples:
  cargo run -p sdkwright-sandbox
  cargo run -p sdkwright-sandbox -- --port 8080 --webhook-url http://127.0.0.1:9000/webhooks
  cargo run -p sdkwright-sandbox -- --client-secret 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a
  cargo run -p sdkwright-sandbox -- --model conflict-in-progress --faults 7:30
  cargo run -p sdkwright-sandbox -- --contract tests/contracts/second.yaml";

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
struct Arguments {
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

impl Arguments {
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
    let arguments = match Arguments::read(words) {
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

fn run(arguments: Arguments) -> Result<(), String> {
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
