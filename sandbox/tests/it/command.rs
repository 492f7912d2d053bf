//! The program: its options, and the lines that it prints for a shell.

use crate::support::client;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

const SECRET: &str = "73656e74696e656c39663200000000000000000000000000";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sdkwright-sandbox"));
    command.args(["--contract", client::SECOND]).args(arguments);
    command
}

fn refused(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// A server that runs, and the lines that it began with.
struct Server(Child, Vec<String>);

impl Server {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            lines.push(line.unwrap());
            if lines.last().unwrap().contains("# documentation: ") {
                break;
            }
        }
        Self(child, lines)
    }

    /// The value of a variable.
    fn value(&self, name: &str) -> &str {
        let exports = self
            .1
            .iter()
            .filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        exports
            .filter(|(known, _)| *known == name)
            .map(|(_, value)| value)
            .next()
            .unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn secrets_port_and_webhook_target_are_those_of_the_options_and_are_printed_with_the_way_to_the_documentation() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}/hooks", receiver.local_addr().unwrap());
    // Another program may take the port in between: then another one is tried.
    let server = (0..20).find_map(|_| {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port()
            .to_string();
        let server = Server::start(&[
            "--port",
            &port,
            "--client-id",
            "me",
            "--client-secret",
            SECRET,
            "--webhook-secret",
            SECRET,
            "--webhook-url",
            &target,
        ]);
        server
            .1
            .first()?
            .contains(&format!("127.0.0.1:{port}"))
            .then_some(server)
    });
    let server = server.unwrap();
    assert_eq!(server.value("PARCEL_ACCOUNT"), "me");
    assert_eq!(server.value("PARCEL_ACCOUNT_KEY"), SECRET);
    assert_eq!(server.value("PARCEL_EVENT_KEY"), SECRET);
    assert!(
        server.1.contains(&format!("# deliveries go to {target}")),
        "{:?}",
        server.1
    );
    let docs = server.1.last().unwrap();
    assert!(docs.contains("docs/sandbox.md") && docs.contains("--help"), "{docs}");
    let (mut delivery, _) = receiver.accept().unwrap();
    let mut head = [0; 12];
    delivery.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"POST /hooks ");
}

#[test]
fn a_secret_in_another_form_than_the_contract_names_and_an_unknown_option_are_refused_with_what_to_write() {
    for (arguments, exit, why) in [
        (
            ["--client-secret", "sentinel9f2"],
            1,
            "the client secret is not in the form that the contract names: hex",
        ),
        (
            ["--webhook-secret", "sentinel9f2"],
            1,
            "the webhook secret is not in the form",
        ),
        (["--model", "other"], 2, "as-decided"),
        (["--prot", "80"], 2, "--help"),
        (["--port", "port"], 2, "--help"),
    ] {
        let output = refused(&arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(exit), "{said}");
        assert!(said.contains(why) && !said.contains("sentinel9f2"), "{said}");
    }
    let help = refused(&["--help"]);
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).contains("--webhook-secret SECRET"));
}

#[test]
fn a_request_that_is_no_http_gets_an_answer_and_the_next_connection_as_well() {
    let server = Server::start(&[]);
    let address = server.1[0]
        .split("http://")
        .nth(1)
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.write_all(b"nonsense\r\n\r\n").unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).unwrap();
        assert!(said.starts_with("HTTP/1.1 400 "), "{said}");
    }
}

#[test]
fn the_log_tells_of_a_call_in_one_line_without_colours_where_nobody_sees_them() {
    for (option, lines) in [
        ("--log", 1),
        ("--log=line", 1),
        ("--log=checks", 3),
        ("--log=nothing", 0),
    ] {
        let mut child = command(&[option]).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let first = output.find(|line| line.contains("http://")).unwrap();
        let address = first.split("http://").nth(1).unwrap().split('/').next().unwrap();
        let request = format!("GET /nowhere HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        assert_eq!(client::exchange(address, request.as_bytes()).unwrap().status, 404);
        child.kill().unwrap();
        child.wait().unwrap();
        let told: Vec<String> = output.filter(|line| !line.starts_with(['#', 'e'])).collect();
        assert_eq!(told.len(), lines, "{option}: {told:?}");
        if lines == 1 {
            let reason = " 404 GET    /nowhere  no operation  refused, parameters: the contract has no such path";
            assert!(told[0].ends_with(reason) && !told[0].contains('\u{1b}'), "{told:?}");
        }
    }
    assert_eq!(refused(&["--log=other"]).status.code(), Some(2));
}
