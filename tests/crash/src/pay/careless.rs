//! A program that does it wrong: it writes nothing down, and takes a new key for each try. What it does twice, the counter of
//! effects has to find; a test that this program passes proves nothing.

use super::calls::Calls;
use super::{ENDED, Settings};
use crate::marks::{Marks, Place, say};
use oceafin_partner::{Client, IdempotencyKey};

pub(super) async fn pay(settings: &Settings, client: &Client, marks: &Marks) -> anyhow::Result<()> {
    let calls = Calls::new(settings, client.clone());
    for number in settings.from..settings.to {
        loop {
            marks.set(Place::Written);
            let call = calls.withdrawal(IdempotencyKey::one_off_lost_on_crash()?, number).await;
            let is_done = match call {
                Ok(call) => call.await.is_ok(),
                Err(_) => false,
            };
            marks.set(Place::Before);
            if is_done {
                break;
            }
        }
        say(&format!("{ENDED}{number}"));
    }
    Ok(())
}
