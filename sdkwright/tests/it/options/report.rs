//! Output of a run, for people and for machines.

use super::{SHOP, code, generate, lines, misspelt, said};
use crate::run::{Folder, repository, sdkwright, text};

#[test]
fn machines_get_one_json_object_per_line_on_standard_output() {
    let folder = Folder::new("json");
    let run = generate(&folder, &misspelt(), &["--format", "json", "--all-schemas"]);
    let lines = lines(&run);
    assert_eq!((code(&run), lines.len()), (0, 2), "{}", text(&run.stdout));
    let (said, end) = (&lines[0], &lines[1]);
    assert_eq!(
        (said["kind"].as_str(), said["code"].as_str()),
        (Some("diagnostic"), Some("C0205"))
    );
    assert_eq!(
        (said["level"].as_str(), said["file"].as_str()),
        (Some("warning"), Some("shop.yaml"))
    );
    assert_eq!((said["line"].as_u64(), said["column"].as_u64()), (Some(23), Some(27)));
    let contract = folder.read_file("shop.yaml");
    let span = |word: &str| usize::try_from(said["span"][word].as_u64().unwrap()).unwrap();
    assert_eq!(&contract[span("start")..span("end")], "propertys");
    assert_eq!(said["help"][0], "did you mean `properties`?");
    assert_eq!(
        (end["kind"].as_str(), end["outcome"].as_str()),
        (Some("summary"), Some("written"))
    );
    assert_eq!(end["levels"]["warning"], 1);
    assert_eq!(end["codes"][0]["code"], "C0205");
    assert!(end["schemas"].as_u64() > Some(3), "{end}");
    assert!(
        end["files"]["create"]
            .as_array()
            .unwrap()
            .iter()
            .any(|file| file == "src/lib.rs")
    );
}

#[test]
fn machines_see_every_way_a_run_can_end() {
    let folder = Folder::new("json-ends");
    let outcome = |flags: &[&str], contract: &str| {
        let run = generate(&folder, contract, &[&["--format", "json"], flags].concat());
        let last = lines(&run).pop().unwrap();
        (
            code(&run),
            last["kind"].as_str().unwrap().to_owned(),
            last["outcome"].as_str().unwrap_or("").to_owned(),
        )
    };
    let summary = |code, word: &str| (code, "summary".to_owned(), word.to_owned());
    assert_eq!(outcome(&["--check"], SHOP), summary(1, "out-of-date"));
    assert_eq!(outcome(&[], SHOP), summary(0, "written"));
    assert_eq!(outcome(&[], SHOP), summary(0, "unchanged"));
    assert_eq!(outcome(&["--check"], SHOP), summary(0, "unchanged"));
    assert_eq!(outcome(&["--strict"], &misspelt()), summary(3, "refused"));
    folder.write("sdk/src/mine.rs", "mine");
    assert_eq!(outcome(&[], SHOP), (4, "failure".to_owned(), String::new()));
}

/// Two references to nothing, a body that no Rust type says, and a security scheme that is nowhere.
const BROKEN: &str = "\
openapi: 3.0.3
info: { title: Shop, version: '1' }
security: [{ key: [] }]
paths:
  /orders/{orderId}:
    get:
      parameters: [{ $ref: '#/components/parameters/Nothing' }]
      responses:
        '200': { description: All., content: { application/json: { schema: { type: object, properties: { a: { $ref: '#/components/schemas/Nothing' }, b: { type: string } } } } } }
    put: { requestBody: { content: { application/x-www-form-urlencoded: {} } } }
";

#[test]
fn the_end_of_a_run_counts_what_is_left_out_and_what_is_left_as_json_by_reason() {
    let folder = Folder::new("counts");
    let run = generate(&folder, BROKEN, &[]);
    assert_eq!(code(&run), 0, "{}", said(&run));
    let said = said(&run);
    let end = &said[said.find("\nnote: ").unwrap()..];
    assert_eq!(
        end.lines().skip(1).take(6).collect::<Vec<_>>(),
        [
            "note: 1 part generated as untyped JSON or left out:",
            "      1 × a form without a description of its fields",
            "note: 3 parts left out:",
            "      2 × a reference without a target (C0301)",
            "      1 × a security scheme that is not defined (C0219)",
            "shop.yaml: 6 warnings",
        ],
        "{said}"
    );
    let model = folder.read_file("sdk/src/models/get_orders_by_order_id.rs");
    assert!(
        model.contains("pub a: Option<JsonValue>") && model.contains("pub b: Option<String>"),
        "{model}"
    );
    let run = generate(&folder, BROKEN, &["--format", "json"]);
    let end = lines(&run).pop().unwrap();
    assert_eq!(
        end["left_out"][0],
        serde_json::json!({ "code": "C0219", "reason": "a security scheme that is not defined", "count": 1 })
    );
    assert_eq!(end["fallbacks"][0]["count"], 1);
}

#[test]
fn check_advises_the_command_with_the_same_flags() {
    let folder = Folder::new("advice");
    let run = generate(&folder, SHOP, &["--check", "--only", "path=/orders/{orderId}"]);
    assert_eq!(code(&run), 1);
    let contract = folder.path("shop.yaml");
    let out = folder.path("sdk");
    let advice =
        format!("run `sdkwright generate --contract {contract} --out {out} --only 'path=/orders/{{orderId}}'`");
    assert!(said(&run).contains(&advice), "{}", said(&run));
}

#[test]
fn help_names_every_option_and_every_exit_code() {
    let help = text(&sdkwright(&["generate", "--help"]).stdout);
    for word in [
        "--check",
        "--format",
        "--contract",
        "--out",
        "--package",
        "--config",
        "--only",
        "--runtime",
        "--strict",
        "--lenient",
        "NO_COLOR",
        "  0  ",
        "  1  ",
        "  2  ",
        "  3  ",
        "  4  ",
    ] {
        assert!(help.contains(word), "{word}: {help}");
    }
    let documented = std::fs::read_to_string(repository().join("docs/generate/command.md")).unwrap();
    for option in help
        .split_whitespace()
        .filter(|word| word.starts_with("--") && word.len() > 2)
    {
        let option = option.trim_end_matches([':', ',', '.', '=', ')']);
        assert!(
            documented.contains(option),
            "docs/generate/command.md does not name {option}"
        );
    }
}

/// Generates a crate with one warning, on a terminal or with pipes. Returns what the command prints.
fn generated(folder: &str, terminal: bool, variables: &[(&str, &str)]) -> String {
    let folder = Folder::new(folder);
    let contract = folder.write("shop.yaml", &misspelt());
    let mut command = std::process::Command::new(if terminal {
        "python3"
    } else {
        env!("CARGO_BIN_EXE_sdkwright")
    });
    if terminal {
        let spawn = "import pty, sys; pty.spawn(sys.argv[1:])";
        command.args(["-c", spawn, env!("CARGO_BIN_EXE_sdkwright")]);
    }
    let run = command
        .args(["generate", "--contract", &contract, "--out", &folder.path("sdk")])
        .env_remove("NO_COLOR")
        .env("TERM", "xterm")
        .envs(variables.iter().copied())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    text(&run.stdout) + &text(&run.stderr)
}

#[test]
fn nothing_but_the_words_reaches_a_pipe() {
    let plain = generated("pipe", false, &[]);
    assert!(
        plain.contains("warning[") && !plain.contains(['\u{1b}', '\r']),
        "{plain:?}"
    );
    let forced = generated("forced", false, &[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains("\u{1b}[") && !forced.contains("load ["), "{forced:?}");
}

#[test]
fn a_terminal_shows_colours_and_a_bar_that_disappears() {
    let shown = generated("terminal", true, &[]);
    assert!(
        shown.contains("\u{1b}[33m") && shown.contains("shop.yaml: load ["),
        "{shown:?}"
    );
    // Each line of the bar is erased before the next text.
    let after = shown.rsplit("\r\u{1b}[2K").next().unwrap_or_default();
    assert!(
        !after.contains("] ") && after.ends_with("files written\r\n"),
        "{shown:?}"
    );
    let plain = generated("no_colour", true, &[("NO_COLOR", "1")]);
    assert!(
        plain.contains("load [") && !plain.replace("\u{1b}[2K", "").contains('\u{1b}'),
        "{plain:?}"
    );
}
