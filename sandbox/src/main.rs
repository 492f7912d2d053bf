//! In: the command line. Out: a sandbox that runs until it is ended, and a log of its calls. Never: an address beyond
//! loopback, unless it is said.

use lexopt::{Arg, ValueExt as _};
use sdkwright_sandbox::{Call, Error, Options, Running, Sandbox};
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

const DEFAULT: &str = "openapi/partner-api.yaml";
const DOCS: &str = "docs/sandbox.md";

const HELP: &str = "\
Serves a contract on loopback and checks every call against it.

Usage: sdkwright-sandbox [OPTIONS]
       sdkwright-sandbox certify [OPTIONS] -- PROGRAM ARGS    judges a program, see `certify --help`

Options:
  --contract FILE           the contract; without it `openapi/partner-api.yaml` of the workspace
  --port PORT               the port; without it a free one
  --listen ADDRESS          the address to listen on; without it 127.0.0.1, which only this machine reaches
  --console-host NAME       a name under which the console answers to everybody who can reach the server; can be given again
  --request-timeout SECONDS the most time for the head of a request, and for its body; without it 20
  --client-id ID            the id of the client that may call
  --client-secret SECRET    its secret, in the form that `x-signing.secret` of the contract names; without it a new one
  --client ID=SECRET        a client with a fixed secret; several options are several clients, none of which sees a resource of another
  --refuse CLIENT:TAG=CODE  the operations of a tag, or the operation of this id, are refused to this client with a code of the
                            contract, such as that of a product or scope that it does not have; can be given again
  --store PLACE             what calls made outlives the server: a SQLite file, or `postgres://USER@HOST/DATABASE` (built with
                            `--features postgres`); without it everything is in memory
  --webhook-secret SECRET   the secret that signs deliveries, in the form that `x-webhooks` names; without it a new one
  --webhook-url URL         receives signed events: one example of each type at the start, then the events of what happens
  --webhook-attempts N[:MS] most attempts for an event, and the wait after the first one, which doubles with each: `5:100` without it; any
                            2xx is a success, and after the last attempt the event has failed
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
  --log[=FORM]              what is printed of each call and each delivery: `--log` is one line with outcome and reason, `--log=checks` a line for
                            each check, as without the option, and `--log=nothing` nothing
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

Documentation: docs/sandbox.md";

/// The form in which calls are printed.
#[derive(Debug, Clone, Copy, Default)]
enum Log {
    /// A line for each check.
    #[default]
    Checks,
    /// One line for each call.
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
    log: Log,
    is_help: bool,
}

impl Arguments {
    fn read(mut words: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let mut read = Self::default();
        let options = &mut read.options;
        options.seed = true;
        while let Some(word) = words.next()? {
            match word {
                Arg::Long("contract") => read.contract = Some(words.value()?.into()),
                Arg::Long("listen") => options.listen = Some(words.value()?.parse()?),
                Arg::Long("console-host") => options.console_hosts.push(words.value()?.string()?),
                Arg::Long("request-timeout") => {
                    options.request_timeout = Some(Duration::from_secs(words.value()?.parse()?));
                }
                Arg::Long("port") => options.port = words.value()?.parse()?,
                Arg::Long("client-id") => options.client_id = Some(words.value()?.string()?),
                Arg::Long("client-secret") => options.client_secret = Some(words.value()?.string()?),
                Arg::Long("client") => options.clients.push(client(&words.value()?.string()?)?),
                Arg::Long("store") => options.store = Some(words.value()?.string()?),
                Arg::Long("refuse") => options.refusals.push(words.value()?.parse()?),
                Arg::Long("webhook-secret") => options.webhook_secret = Some(words.value()?.string()?),
                Arg::Long("webhook-attempts") => options.webhook_attempts = words.value()?.parse()?,
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
                        None => Log::Line,
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
        Err(error) => failed(&error.to_string(), 1),
    }
}

fn failed(why: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "error: {why}");
    ExitCode::from(code)
}

fn run(arguments: Arguments) -> Result<(), Error> {
    let contract = arguments.contract.unwrap_or_else(|| of_workspace(DEFAULT));
    let url = arguments.options.webhook_url.clone();
    let (log, colours) = (arguments.log, colours());
    let options = Options {
        watcher: Some(Box::new(move |call| print(call, log, colours))),
        delivery_watcher: Some(Box::new(move |delivery| match log {
            Log::Checks | Log::Line => say(&delivery.line()),
            Log::Nothing => {}
        })),
        ..arguments.options
    };
    let running = Sandbox::start_file(&contract, options)?;
    say(&begins(&contract, &running, url.as_deref()));
    if url.is_some() {
        for event in running.events() {
            running.deliver(&event)?;
        }
    }
    running.wait();
    Ok(())
}

/// The text at the beginning, for a shell to read: the settings of a client, and where to read on.
fn begins(contract: &Path, running: &Running, webhook_url: Option<&str>) -> String {
    let mut lines = vec![format!("# {} on {}", contract.display(), running.base_url)];
    let exports = running.environment().into_iter();
    lines.extend(exports.map(|(name, value)| format!("export {name}={value}")));
    let summaries = running.summaries.iter();
    lines.extend(summaries.map(|summary| format!("# exists at the start: {summary}")));
    lines.push(match webhook_url {
        Some(url) => format!("# deliveries go to {url}"),
        None => "# deliveries go nowhere: `--webhook-url` sets a target".to_owned(),
    });
    lines.push(format!("# console, for a browser: {}", running.console()));
    let docs = of_workspace(DOCS);
    lines.push(format!("# documentation: {}, options: `--help`\n", docs.display()));
    lines.join("\n")
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

/// Prints a call.
fn print(call: &Call, log: Log, colours: bool) {
    match log {
        Log::Checks => say(&call.lines()),
        Log::Line => say(&call.line(colours)),
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
