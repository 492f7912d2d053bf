//! Searches the payout of the guide: `search PROGRAM SEARCH SECONDS [SEED [HISTORIES]]`.
//!
//! PROGRAM is `one` (a payout), `flow` (the same by a flow), `versions` (a payout by two versions of the code), or `two` (two processes that each register an
//! account and pay to it). SEARCH is `exhaustive`, `random`
//! with the number of its first history, or `replay` with a seed. The exit code is 1 if a belief is wrong.

#![allow(clippy::print_stdout, reason = "it is a command")]

pub(crate) mod payer;

use payer::{check, pay, pay_by_flow, pay_to_a_new_account, pay_with_two_versions};
use sdkwright_world::{Belief, Check, Error, Failure, World};
use std::future::Future;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    run(&check())
}

/// Searches the program of the command line.
pub(crate) fn run(check: &Check) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |at: usize| arguments.get(at).map_or("", String::as_str);
    let limit = Duration::from_secs(argument(2).parse().unwrap_or(10));
    let check = check.clone().limit(limit);
    let histories = argument(4).parse().unwrap_or(u64::MAX);
    match argument(0) {
        "two" => search(
            &check.processes(2),
            argument(1),
            argument(3),
            histories,
            pay_to_a_new_account,
        ),
        "flow" => search(&check, argument(1), argument(3), histories, pay_by_flow),
        "versions" => search(&check, argument(1), argument(3), histories, pay_with_two_versions),
        "one" => search(&check, argument(1), argument(3), histories, pay),
        other => {
            println!("`{other}` is no program: one, flow, versions or two");
            ExitCode::from(2)
        }
    }
}

fn search<F, P>(check: &Check, kind: &str, seed: &str, histories: u64, program: F) -> ExitCode
where
    F: Fn(World) -> P + Sync,
    P: Future<Output = Result<Belief, Error>> + 'static,
{
    let found = match kind {
        "replay" => match seed.parse() {
            Ok(seed) => check
                .replay(seed, program)
                .map(|timeline| println!("{}", timeline.join("\n"))),
            Err(error) => {
                println!("{error}");
                return ExitCode::from(2);
            }
        },
        "random" => {
            let first = seed.parse().unwrap_or(1);
            println!("random histories from {first}");
            check
                .random(first, histories, program)
                .map(|searched| println!("{searched}"))
        }
        _ => check.exhaustive(program).map(|searched| println!("{searched}")),
    };
    match found {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let Failure { searched, .. } = &*failure;
            println!("{searched}\n{failure}");
            ExitCode::FAILURE
        }
    }
}
