//! Models of some cases, compiled as they are generated; `crate::models` is their path in a generated crate, too.

#![allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]

#[rustfmt::skip]
#[path = "../../cases/variants-without-tag/expected/src/models/animal.rs"]
mod animal;
#[rustfmt::skip]
#[path = "../../cases/variants-without-tag/expected/src/models/cat.rs"]
mod cat;
#[rustfmt::skip]
#[path = "../../cases/variants-without-tag/expected/src/models/dog.rs"]
mod dog;
#[rustfmt::skip]
#[path = "../../cases/variants-without-tag/expected/src/models/herd.rs"]
mod herd;
#[rustfmt::skip]
#[path = "../../cases/examples-beyond-keywords/expected/src/models/shelf.rs"]
mod shelf;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/board.rs"]
mod board;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/chart_panel.rs"]
mod chart_panel;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/done.rs"]
mod done;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/numbers.rs"]
mod numbers;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/open.rs"]
mod open;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/person.rs"]
mod person;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/rule.rs"]
mod rule;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/rule_group.rs"]
mod rule_group;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/team.rs"]
mod team;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/team_again.rs"]
mod team_again;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/text_panel.rs"]
mod text_panel;
#[rustfmt::skip]
#[path = "../../cases/default-mapping/expected/src/models/boat.rs"]
mod boat;
#[rustfmt::skip]
#[path = "../../cases/default-mapping/expected/src/models/car.rs"]
mod car;
#[rustfmt::skip]
#[path = "../../cases/default-mapping/expected/src/models/other_vehicle.rs"]
mod other_vehicle;
#[rustfmt::skip]
#[path = "../../cases/default-mapping/expected/src/models/vehicle.rs"]
mod vehicle;
#[rustfmt::skip]
#[path = "../../cases/whole-events/expected/src/models/watch_additions.rs"]
pub(crate) mod watch_additions;
#[rustfmt::skip]
#[path = "../../cases/streams-of-items/expected/src/models/book.rs"]
mod book;
#[rustfmt::skip]
#[path = "../../cases/streams-of-items/expected/src/models/watch_alarms.rs"]
pub(crate) mod watch_alarms;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/card.rs"]
mod card;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/login.rs"]
mod login;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/night_shift.rs"]
mod night_shift;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/on_call_shift.rs"]
mod on_call_shift;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/one_time.rs"]
mod one_time;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/pin.rs"]
mod pin;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/shift.rs"]
mod shift;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/order.rs"]
mod order;
#[rustfmt::skip]
#[path = "../../cases/families/expected/src/models/rush.rs"]
mod rush;
#[rustfmt::skip]
#[path = "../../cases/mapped-heirs/expected/src/models/box_seat.rs"]
mod box_seat;
#[rustfmt::skip]
#[path = "../../cases/mapped-heirs/expected/src/models/firm.rs"]
mod firm;
#[rustfmt::skip]
#[path = "../../cases/mapped-heirs/expected/src/models/party.rs"]
mod party;
#[rustfmt::skip]
#[path = "../../cases/mapped-heirs/expected/src/models/party_link.rs"]
mod party_link;
#[rustfmt::skip]
#[path = "../../cases/mapped-heirs/expected/src/models/human.rs"]
mod human;
#[rustfmt::skip]
#[path = "../../cases/mapped-heirs/expected/src/models/seat.rs"]
mod seat;
#[rustfmt::skip]
#[path = "../../cases/mapped-heirs/expected/src/models/ticket.rs"]
pub(crate) mod ticket;
#[rustfmt::skip]
#[path = "../../cases/numbers-of-one-value/expected/src/models/thing.rs"]
mod thing;
#[rustfmt::skip]
#[path = "../../cases/schema-read-only/expected/src/models/made.rs"]
mod made;
#[rustfmt::skip]
#[path = "../../cases/schema-read-only/expected/src/models/mark.rs"]
mod mark;
#[rustfmt::skip]
#[path = "../../cases/schema-read-only/expected/src/models/note.rs"]
mod note;
#[rustfmt::skip]
#[path = "../../cases/schema-read-only/expected/src/models/report.rs"]
mod report;
#[rustfmt::skip]
#[path = "../../cases/union-told-by-content/expected/src/models/words.rs"]
mod words;


pub(crate) use self::{animal::Animal, cat::Cat, dog::Dog, herd::Herd, shelf::Shelf};
pub(crate) use self::{board::Board, chart_panel::ChartPanel, done::Done, numbers::Numbers, open::Open};
pub(crate) use self::{boat::Boat, book::Book, car::Car, other_vehicle::OtherVehicle, vehicle::Vehicle};
pub(crate) use self::{box_seat::BoxSeat, firm::Firm, human::Human, party::Party, party_link::PartyLink, seat::Seat};
pub(crate) use self::{card::Card, login::Login, one_time::OneTime, pin::Pin, thing::Thing};
pub(crate) use self::{made::Made, mark::Mark, note::Note, report::Report};
pub(crate) use self::{night_shift::NightShift, on_call_shift::OnCallShift, shift::Shift, shift::ShiftType};
pub(crate) use self::{order::Order, rush::Rush};
pub(crate) use self::{person::Person, rule::Rule, rule_group::RuleGroup, team::Team, team_again::TeamAgain};
pub(crate) use self::{text_panel::TextPanel, words::Words};
