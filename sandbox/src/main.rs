//! In: the command line. Out: a sandbox that runs until it is ended, and a log of its calls. Never: an address beyond
//! loopback, unless it is said.

use lexopt::{Arg, ValueExt as _};
use sdkwright_sandbox::{Attempts, Call, Error, Options, Running, Sandbox, Secrets};
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

const DEFAULT: &str = "openapi/partner-api.yaml";
const DOCS: &str = "docs/use/sandbox.md";
const PORT: u16 = 8642;

const HELP: &str = "\
Serves a contract on loopback and checks every call against it.

Usage: sdkwright-sandbox [OPTIONS]
       sdkwright-sandbox certify [OPTIONS] -- PROGRAM ARGS    judges a program, see `certify --help`

Options:
  --contract FILE           the contract; without it `openapi/partner-api.yaml` of the workspace
  --port PORT               the port; 8642 without it, and a free one for 0
  --listen ADDRESS          the address to listen on; without it 127.0.0.1, which only this machine reaches
  --console-host NAME       a name under which the console answers to everybody who can reach the server; can be given again
  --request-timeout SECONDS the most time for the head of a request, and for its body; without it 20
  --client-id ID            the id of the client that may call; `sandbox-client` without it
  --client-secret SECRET    its secret, in the form that `x-signing.secret` of the contract names; it is not printed. Without it the same one
                            at each start, which is public: `sandbox-secret-not-for-production`
  --random-secret           new secrets in place of the public ones
  --env-file FILE           writes address, id and secrets as lines `NAME=value` for `docker run --env-file`, direnv and shells; only its
                            owner can read it, and a file with other contents is not overwritten
  --client ID=SECRET        a client with a fixed secret; several options are several clients, none of which sees a resource of another
  --refuse CLIENT:TAG=CODE  the operations of a tag, or the operation of this id, are refused to this client with a code of the
                            contract, such as that of a product or scope that it does not have; can be given again
  --store PLACE             what calls made outlives the server: a SQLite file (built with `--features sqlite`), or
                            `postgres://USER@HOST/DATABASE` (`--features postgres`); without it everything is in memory
  --webhook-secret SECRET   the secret that signs deliveries, in the form that `x-webhooks` names; it is not printed. Without it the same one
                            at each start: `sandbox-secret-for-webhooks-not-for-production`
  --webhook-url URL         receives signed events of what happens
  --webhook-examples        sends one example of each event type to it, once something listens there
  --webhook-attempts N[:MS] most attempts for an event, and the wait after the first one, which doubles with each; any 2xx is a success, and
                            after the last attempt the event has failed. Without it `5:100`, and events wait until something listens
  --webhook-manner WORDS    events come `twice`, `swapped` (each one after the next one), `forged` (before each one another one with a wrong
                            signature), `delay:500` (so many milliseconds later); words can be joined by commas
  --begin SCHEMA=STATE      new resources of a schema begin in this state, such as a customer who needs no onboarding; several
                            options name several schemas
  --empty                   starts without the resources of the contract's `x-seed`
  --event EVENT             sends an event that the contract switches off (`off: true` in `x-webhooks.causes`); can be given again
  --examples-exist          the ids of the contract's examples name resources that exist from the beginning
  --model MODEL             how the server handles keys and answers, see below
  --speed N                 resources live N times as fast as the clock runs, such as 60 for a minute in a second
  --frozen                  the time of resources stands still until it is stepped
  --faults SEED[:PERCENT]   drops before and after the action, delays, cut answers, copies, refusals: `7:30` is the seed 7
                            and 30 of a hundred calls; without a share it is 25
  --log[=FORM]              what is printed of each call: `--log=line`, as without the option, is one line with outcome and reason, and the
                            likely cause of a refused signature; `--log` or `--log=checks` a line for each check; `--log=nothing` nothing.
                            Deliveries of events have one line each. Colours are for terminals alone, unless NO_COLOR is set
  -h, --help                prints this

Headers of a call that are not signed:
  Sandbox-Answer: CODE            any problem code of the contract (a stored one is stored under the key)
  Sandbox-Answer: replayed:CODE   the same, as if it had been stored before
  Sandbox-Answer: status=502      an HTML page, as from a proxy; nothing is carried out
  Sandbox-Answer: drop            carried out, then the connection is closed without an answer
  Sandbox-Answer: drop:before     the connection is closed and nothing is carried out
  Sandbox-Answer: truncate        carried out, then the answer ends in the middle of its body
  Sandbox-Answer: delay:500       waits so many milliseconds; the key is in progress meanwhile
  Sandbox-Answer: twice           handled a second time, as by a proxy that resends; the answer is the copy's
  Sandbox-Answer: twice:at-once   the copy comes while the first is under way; twice:other-node, where its nonce is
                                  not known; twice:at-once+other-node, both
  Sandbox-Answer: twice:later     the copy comes before the eighth request after it, as long as its signature is fresh
  Sandbox-Answer: empty           carried out, then a success without a body; empty:before, nothing is carried out
  Sandbox-Answer: firewall=403    carried out, then an HTML page, as from a firewall
  Sandbox-Answer: killed          carried out, then the server's process dies: no answer, and the key stays in progress for
                                  ever; killed:before, nothing is carried out
  Sandbox-Answer: gateway         refused with 404 and a problem whose code is not in the contract; nothing is carried out
  Sandbox-Answer: invalid         refused as not valid, after the lookup of the key; nothing is carried out
  Sandbox-Answer: extra           adds a member that the contract does not know
  Sandbox-State: STATE            puts the resource of the call into a state
Words can be joined by commas: `Sandbox-Answer: delay:200,drop`. A word, a state or a header `Sandbox-...` that the server does not
know is answered with 400, says why, and nothing is carried out.

Server models (--model), for clients that must not depend on a guess:
  as-decided                      what the contract says
  stores-refusals                 keeps every 4xx that comes after the lookup of the key, under that key
  conflict-in-progress            a key in progress is answered with the code of a conflict, without Retry-After
  forgets-keys                    a key is forgotten after a day, whatever the contract promises
  odd-answers                     a success of an effect is 200 with renamed members, or with half a document
  page-200                        for a while every call is answered with 200 and an HTML page, and not carried out
  empty-2xx                       some calls are answered with a success without a body, carried out or not
  firewall-after                  some calls with a key are carried out, and answered with an HTML page and 400, 403 or 451
  delayed-copies                  copies of some calls with a key come up to 60 requests later; of some the first one was lost
  forgets-early                   a key is forgotten after an hour, whatever the contract promises
  never-finishes                  the server dies with some calls with a key, which stay in progress for ever

Paths beside the contract's, which take no signature, and answer this machine alone:
  GET  /.sandbox/                 the console: calls with each step of their verification, resources and their next moves,
                                  deliveries, time, server model and faults
  GET  /.sandbox/effects          what was carried out, once for each time: operation, key, subject, resource
  GET  /.sandbox/client?id=ID     the console of another client; programs send `Sandbox-Client: ID` to each of these paths
  GET  /.sandbox/events           attempts to deliver events: event, attempt, status, outcome, and whether it failed
  POST /.sandbox/manner/WORDS     events come in this manner from now on, as with `--webhook-manner`; without words as usual
  POST /.sandbox/step/60          lets so many seconds pass for resources, and not for signatures
  POST /.sandbox/clock/90000      sets the server's clock so many seconds ahead of the system's (or behind it: -90000)

Examples:
  cargo run -p sdkwright-sandbox
  cargo run -p sdkwright-sandbox -- --port 8080 --webhook-url http://127.0.0.1:9000/webhooks
  cargo run -p sdkwright-sandbox -- --client-secret 5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a
  cargo run -p sdkwright-sandbox -- --model conflict-in-progress --faults 7:30
  cargo run -p sdkwright-sandbox -- --contract tests/contracts/second.yaml

Documentation: docs/use/sandbox.md";

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
                "`{text}` is no form of the log; they are line, checks, nothing"
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
    is_help: bool,
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
                Arg::Long("client") => options.clients.push(client(&words.value()?.string()?)?),
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
                        .extend([sdkwright_sandbox::begin(&words.value()?.string()?)?]);
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
                Arg::Long("help") | Arg::Short('h') => read.is_help = true,
                other => return Err(other.unexpected()),
            }
        }
        Ok(read)
    }
}

/// Reads `ID=SECRET`.
fn client(text: &str) -> Result<(String, String), &'static str> {
    let parts = text
        .split_once('=')
        .filter(|(id, secret)| !id.is_empty() && !secret.is_empty());
    let (id, secret) = parts.ok_or("`--client` takes ID=SECRET")?;
    Ok((id.to_owned(), secret.to_owned()))
}

fn main() -> ExitCode {
    let mut words = lexopt::Parser::from_env();
    if words
        .try_raw_args()
        .is_some_and(|mut words| words.next_if(|word| word == "certify").is_some())
    {
        return ExitCode::from(sdkwright_sandbox::certify(&mut words, &of_workspace(DEFAULT)));
    }
    let arguments = match Arguments::read(words) {
        Ok(arguments) => arguments,
        Err(error) => return failed(&format!("{error}; `--help` lists the options"), 2),
    };
    if arguments.is_help {
        say(&format!("{HELP}\n"));
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
    let contract = arguments.contract.unwrap_or_else(|| of_workspace(DEFAULT));
    let url = arguments.options.webhook_url.clone();
    if arguments.sends_examples && url.is_none() {
        return Err("`--webhook-examples` needs a target: `--webhook-url URL`".to_owned());
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
                "port {port} of {place} is in use, perhaps by another sandbox: end that one, or take another port with `--port PORT`; \
                 `--port 0` takes a free one"
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
            "others at the next start"
        };
        let mut lines = vec![
            format!("# {} on {}", from_here(self.contract).display(), running.base_url),
            format!("# paste these lines into another terminal; they are {often}:"),
        ];
        lines.extend(running.export_lines());
        lines.push(match self.env_file {
            None => "# for docker, direnv or a script: `--env-file .env` writes them to a file".to_owned(),
            Some(file) => {
                let file = file.display().to_string();
                let folder = if file.contains('/') { "" } else { "./" };
                format!(
                    "# {file} has them for `docker run --env-file {file}`, direnv (`dotenv {file}`), or a shell: \
                     set -a; . {folder}{file}; set +a"
                )
            }
        });
        let summaries = running.summaries.iter();
        lines.extend(summaries.map(|summary| format!("# exists at the start: {summary}")));
        lines.push(match self.webhook_url {
            Some(url) => format!("# deliveries go to {url}"),
            None => "# deliveries go nowhere: `--webhook-url` sets a target".to_owned(),
        });
        lines.push(format!("# console, for a browser: {}", running.console()));
        let docs = of_workspace(DOCS);
        let docs = from_here(&docs);
        lines.push(format!("# documentation: {}, options: `--help`\n", docs.display()));
        lines.join("\n")
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
