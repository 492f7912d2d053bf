//! The program: its options, and the lines that it prints for a shell.

use crate::support::client::{self, hex};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};

const SECRET: &str = "73656e74696e656c39663200000000000000000000000000";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sdkwright-sandbox"));
    command
        .args(["--contract", client::SECOND, "--port", "0"])
        .args(arguments);
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

/// A port that was free a moment ago.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port().to_string()
}

#[test]
fn port_id_and_webhook_target_are_those_of_the_options_and_no_secret_that_was_given_is_printed() {
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let target = format!("http://{}/hooks", receiver.local_addr().unwrap());
    let port = free_port();
    let server = Server::start(&[
        "--port",
        &port,
        "--client-id",
        "it's me",
        "--client-secret",
        SECRET,
        "--webhook-secret",
        SECRET,
        "--webhook-url",
        &target,
        "--webhook-examples",
    ]);
    let printed = server.1.join("\n");
    assert!(server.1[0].contains(&format!("127.0.0.1:{port}")), "{printed}");
    assert!(printed.contains(r"export PARCEL_ACCOUNT='it'\''s me'"), "{printed}");
    assert!(
        printed.contains("# export PARCEL_ACCOUNT_KEY=") && !printed.contains(SECRET),
        "{printed}"
    );
    let request =
        format!("GET /.sandbox/console/settings HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    let settings = client::exchange(&format!("127.0.0.1:{port}"), request.as_bytes()).unwrap();
    let page = String::from_utf8(settings.body).unwrap();
    assert!(page.contains("PARCEL_ACCOUNT_KEY=") && !page.contains(SECRET), "{page}");
    assert!(
        printed.contains(&format!("# webhooks are delivered to {target}")),
        "{printed}"
    );
    let docs = server.1.last().unwrap();
    assert!(docs.contains("`--docs`") && docs.contains("--help"), "{docs}");
    let (mut delivery, _) = receiver.accept().unwrap();
    let mut head = [0; 12];
    delivery.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"POST /hooks ");
}

#[test]
fn secrets_are_public_ones_in_the_form_of_the_contract_unless_random_ones_are_wanted() {
    let (one, random) = (Server::start(&[]), Server::start(&["--random-secret"]));
    for (name, text) in [
        ("PARCEL_ACCOUNT_KEY", "sandbox-secret-not-for-production"),
        ("PARCEL_EVENT_KEY", "sandbox-secret-for-webhooks-not-for-production"),
    ] {
        assert_eq!(one.value(name), hex(text.as_bytes()));
        assert_ne!(one.value(name), random.value(name));
    }
    assert_eq!(one.value("PARCEL_ACCOUNT"), "sandbox-client");
}

#[test]
fn a_port_in_use_is_an_error_that_names_it_and_the_one_without_an_option_is_always_the_same() {
    // Whoever listens there, it is in use.
    let _listener = TcpListener::bind("127.0.0.1:8642");
    let mut command = Command::new(env!("CARGO_BIN_EXE_sdkwright-sandbox"));
    let output = command.args(["--contract", client::SECOND]).output().unwrap();
    let why = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{why}");
    assert!(
        why.contains("port 8642 of 127.0.0.1 is in use") && why.contains("`--port 0`"),
        "{why}"
    );
}

#[test]
fn a_file_of_variables_is_for_its_owner_alone_and_takes_the_place_of_no_other_file() {
    let folder = new_folder();
    let file = folder.join("sandbox.env");
    let path = file.to_str().unwrap();
    let server = Server::start(&["--env-file", path, "--client-secret", SECRET]);
    let written = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = written.lines().collect();
    assert!(lines[0].starts_with("# Written by sdkwright-sandbox"), "{written}");
    assert_eq!(lines[1], format!("PARCEL_URL={}", server.value("PARCEL_URL")));
    assert_eq!(lines[3], format!("PARCEL_ACCOUNT_KEY={SECRET}"));
    assert_eq!(lines.len(), 5, "{written}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    drop(server);
    // Its own file has new values at the next start.
    drop(Server::start(&["--env-file", path]));
    let known = std::fs::read_to_string(&file).unwrap();
    assert!(known.lines().count() == 5 && !known.contains(SECRET), "{known}");
    // Without the first line the values can be those of a real account; another variable would be lost.
    let (_, values) = known.split_once('\n').unwrap();
    for other in [values.to_owned(), format!("{known}MINE=1\n")] {
        std::fs::write(&file, &other).unwrap();
        let output = refused(&["--env-file", path]);
        let why = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.code() == Some(1) && why.contains("is not overwritten"),
            "{why}"
        );
        assert_eq!(std::fs::read_to_string(&file).unwrap(), other);
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A new folder.
fn new_folder() -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(client::unique("sdkwright-env"));
    std::fs::create_dir(&folder).unwrap();
    folder
}

#[test]
fn a_secret_in_another_form_than_the_contract_names_and_an_unknown_option_are_refused_with_what_to_write() {
    for (arguments, exit, why) in [
        (
            ["--client-secret", "sentinel9f2"],
            1,
            "the client secret is not in the form of the contract: hex",
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
        ("--log", 3),
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
            let (begin, reason) = (
                " GET    /nowhere  404 refused, ",
                " ms, parameters: the path is not in the contract",
            );
            assert!(told[0].contains(begin) && told[0].ends_with(reason), "{told:?}");
            assert!(!told[0].contains('\u{1b}'), "{told:?}");
        }
    }
    assert_eq!(refused(&["--log=other"]).status.code(), Some(2));
}
