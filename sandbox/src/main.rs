//! In: the command line. Out: a sandbox that runs until it is ended, and a log of its calls. Never: an address beyond
//! loopback.

use clap::Parser;
use sdkwright_sandbox::{Call, Error, Faults, Options, Sandbox, ServerModel};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const DEFAULT: &str = "openapi/partner-api.yaml";

const AFTER_HELP: &str = "\
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
  Sandbox-Answer: twice:later     the copy comes before the eighth request behind it, as long as its signature is fresh
  Sandbox-Answer: empty           carried out, then a success without a body; empty:before, nothing is carried out
  Sandbox-Answer: firewall=403    carried out, then an HTML page, as from a firewall
  Sandbox-Answer: killed          carried out, then the server's process dies: no answer, and the key stays in progress for
                                  ever; killed:before, nothing is carried out
  Sandbox-Answer: gateway         refused with 404 and a problem whose code is not in the contract; nothing is carried out
  Sandbox-Answer: invalid         refused as not valid, behind the lookup of the key; nothing is carried out
  Sandbox-Answer: extra           adds a member that the contract does not know
  Sandbox-State: STATE            puts the resource of the call into a state
Words can be joined by commas: `Sandbox-Answer: delay:200,drop`.

Server models (--model), for clients that must not depend on a guess:
  as-decided                      what the contract says
  stores-refusals                 keeps every 4xx behind the lookup of the key under the key
  conflict-in-progress            a key in progress is answered with the code of a conflict, without Retry-After
  forgets-keys                    a key is forgotten after a day, whatever the contract promises
  odd-answers                     a success of an effect is 200 with renamed members, or with half a document
  page-200                        for a while every call is answered with 200 and an HTML page, and not carried out
  empty-2xx                       some calls are answered with a success without a body, carried out or not
  firewall-after                  some calls with a key are carried out, and answered with an HTML page and 400, 403 or 451
  delayed-copies                  copies of some calls with a key come up to 60 requests later; of some the first one was lost
  forgets-early                   a key is forgotten after an hour, whatever the contract promises
  never-finishes                  the server dies with some calls with a key, which stay in progress for ever

Paths beside the contract's, which take no signature:
  GET  /.sandbox/effects          what was carried out, once for each time: operation, key, subject, resource
  POST /.sandbox/clock/90000      sets the server's clock so many seconds ahead of the system's (or behind it: -90000)

Examples:
  cargo run -p sdkwright-sandbox
  cargo run -p sdkwright-sandbox -- --port 8080 --webhook-url http://127.0.0.1:9000/webhooks
  cargo run -p sdkwright-sandbox -- --model conflict-in-progress --faults 7:30
  cargo run -p sdkwright-sandbox -- --contract tests/contracts/second.yaml";

/// Serves a contract on loopback and checks every call against it.
#[derive(Debug, Parser)]
#[command(name = "sdkwright-sandbox", after_help = AFTER_HELP)]
struct Arguments {
    /// The contract; without it `openapi/partner-api.yaml` of the workspace.
    #[arg(long, value_name = "FILE")]
    contract: Option<PathBuf>,
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// URL for signed deliveries: one example of each event type at once, later those that fit the calls.
    #[arg(long, value_name = "URL")]
    webhook_url: Option<String>,
    /// The id of the client that may call.
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// The ids of the contract's examples name resources that exist from the beginning.
    #[arg(long)]
    examples_exist: bool,
    /// Model of the server's handling of keys and answers; see below.
    #[arg(long, value_name = "MODEL", default_value = ServerModel::AsDecided.name())]
    model: ServerModel,
    /// A schedule of faults: drops before and after the action, delays, cut answers, copies, refusals. `7:30` is the seed 7
    /// and 30 of a hundred calls; without a share it is 25.
    #[arg(long, value_name = "SEED[:PERCENT]")]
    faults: Option<Faults>,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Error> {
    let contract = arguments.contract.unwrap_or_else(default_contract);
    let options = Options {
        port: arguments.port,
        client_id: arguments.client_id,
        webhook_url: arguments.webhook_url.clone(),
        examples_exist: arguments.examples_exist,
        server_model: arguments.model,
        faults: arguments.faults,
        watcher: Some(Box::new(print)),
        ..Options::default()
    };
    let running = Sandbox::start_file(&contract, options)?;
    say(&format!("# {} on {}\n", contract.display(), running.base_url));
    for (name, value) in running.environment() {
        say(&format!("export {name}={value}\n"));
    }
    if arguments.webhook_url.is_some() {
        for event in running.events() {
            running.deliver(&event)?;
        }
    }
    running.wait();
    Ok(())
}

/// The contract of the workspace, from anywhere inside it.
fn default_contract() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let of_package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let places = here
        .ancestors()
        .chain(of_package.ancestors())
        .map(|folder| folder.join(DEFAULT));
    places
        .into_iter()
        .find(|path| path.is_file())
        .unwrap_or_else(|| Path::new(DEFAULT).to_owned())
}

fn print(call: &Call) {
    say(&call.lines());
}

fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}
