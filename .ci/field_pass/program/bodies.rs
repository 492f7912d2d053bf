//! Sends each line of the input (number of a call, tab, JSON) as the body of a call, over a transport that only records.

use std::io::{BufRead, Write};

use LIBRARY::Client;
use LIBRARY::testing::{Script, Step};
use sdkwright_runtime::glue::from_slice;

const URL: &str = "https://suite.example";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (number, text) = line.split_once('\t').ok_or("a line has no tab")?;
        let script = Script::new([Step::answer(204, "")]);
        let client = Client::builder().base_url(URL).transport(script.clone()).validate_requests(true).build()?;
        let result = match number.parse::<usize>()? {
            // CALLS
            _ => return Err("there is no such call".into()),
        };
        let line = match (result, script.sent().pop()) {
            (Err(error), _) => format!("unread\t{error}"),
            (Ok(_), Some(request)) => format!("sent\t{}", String::from_utf8_lossy(&request.body)),
            (Ok(Err(error)), None) => format!("refused\t{error}"),
            (Ok(Ok(())), None) => "lost\t".to_owned(),
        };
        writeln!(out, "{}", line.replace('\n', " "))?;
    }
    Ok(())
}
