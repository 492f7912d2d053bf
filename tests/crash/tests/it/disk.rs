//! Disks that are full, torn or read-only, under a journal in a SQLite file. No payment happens twice, and none disappears. The error
//! names the file and the fault. Once the disk is well, the payment continues.

use sdkwright_crash::life::{Death, End, live};
use sdkwright_crash::marks::Place;
use sdkwright_crash::plan::Store;
use sdkwright_crash::run::{Bank, Ground};
use std::fs;
use std::io::Read as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_crash");

/// Longer than a payment takes: what ends here hangs.
const LIMIT: Duration = Duration::from_mins(2);

/// Size of a page of a SQLite file; that of the header of a log, and of the header of a page in it.
const PAGE: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// A user of this machine without rights.
const NOBODY: u32 = 65_534;

/// A bank, and the journal of its payer in a file.
struct Desk {
    bank: Bank,
    ground: Ground,
    paid: u64,
}

impl Desk {
    fn new() -> Self {
        Self {
            bank: Bank::start(1, 0).unwrap(),
            ground: Ground::new(Store::Sqlite, None, "disk").unwrap(),
            paid: 0,
        }
    }

    fn journal(&self) -> &str {
        &self.ground.journal
    }

    fn log(&self) -> String {
        format!("{}-wal", self.journal())
    }

    /// Runs a program that makes the present payment. Returns its end, and its error.
    fn run(&self, program: Command, death: Death) -> (End, String) {
        // A pipe, because a file has the limit of a full disk.
        let (mut errors, writer) = std::io::pipe().unwrap();
        let payment = self.paid..self.paid + 1;
        let mut command = self.bank.pays(program, Store::Sqlite, self.journal(), payment);
        command.stderr(writer);
        let began = Instant::now();
        let end = live(command, death, |_| (), || began.elapsed() > LIMIT).unwrap();
        self.bank.wait();
        let mut text = String::new();
        errors.read_to_string(&mut text).unwrap();
        (end, text)
    }

    /// Kills the program of the present payment at a place.
    fn kill(&self, place: Place) {
        let (end, error) = self.run(Command::new(PROGRAM), Death::At { place, passed: 0 });
        assert_eq!(end, End::Killed(place), "{error}");
    }

    /// Makes the present payment on a disk that is well, and continues with the next.
    fn pay(&mut self) {
        let (end, error) = self.run(Command::new(PROGRAM), Death::Never);
        assert_eq!(end, End::Done, "payment {}: {error}", self.paid);
        self.paid += 1;
    }

    /// Makes the present payment, which must fail without an effect.
    fn fails(&self, program: Command, reasons: &[&str]) {
        let effects = self.bank.effects();
        let (end, error) = self.run(program, Death::Never);
        assert!(matches!(end, End::Failed(_)), "{end:?}: {error}");
        self.assert_named(&error, reasons);
        assert_eq!(self.bank.effects(), effects, "{error}");
    }

    /// The error names the file and the reason.
    fn assert_named(&self, error: &str, reasons: &[&str]) {
        assert!(error.contains(&format!("{}: ", self.journal())), "{error}");
        assert!(reasons.iter().any(|reason| error.contains(reason)), "{error}");
    }

    /// Every payment happened once, and the journal says so.
    fn assert_paid_once(&self) {
        let (counts, trail) = self.bank.audit(Store::Sqlite, self.journal(), self.paid).unwrap();
        assert_eq!(counts.wrong, Vec::<String>::new(), "{}", trail.join("\n"));
        assert_eq!(counts.done, counts.intents, "{counts:?}");
    }
}

/// The program, whose files cannot grow beyond some blocks of 512 bytes: to it the disk is full.
fn on_a_full_disk(blocks: u64) -> Command {
    let mut shell = Command::new("/bin/sh");
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    shell.arg("-c").arg(script).arg(PROGRAM);
    // What it tells is written to a file, too.
    shell.env_remove("SDK_WATCH");
    shell
}

#[test]
fn on_a_full_disk_nothing_is_paid_twice_and_the_payment_goes_on_later() {
    let mut desk = Desk::new();
    desk.pay();
    let (mut before, mut between, mut done) = (0, 0, 0);
    for page in 0..48 {
        let effects = desk.bank.effects();
        let (end, error) = desk.run(on_a_full_disk(page * 8), Death::Never);
        match end {
            End::Done => done += 1,
            End::Failed(_) => {
                desk.assert_named(&error, &["disk I/O error", "database or disk is full"]);
                let is_sent = desk.bank.effects() > effects;
                *if is_sent { &mut between } else { &mut before } += 1;
            }
            _ => panic!("{page} pages: {end:?}: {error}"),
        }
        desk.pay();
    }
    println!("full: {before} before the first action, {between} after it, {done} paid");
    assert!(before > 0 && between > 0 && done > 0, "{before} {between} {done}");
    desk.assert_paid_once();
}

#[test]
fn a_read_only_disk_stops_the_program_before_it_sends() {
    let mut desk = Desk::new();
    desk.pay();
    for place in [Place::Written, Place::Answered] {
        desk.kill(place);
        let folder = Path::new(desk.journal()).parent().unwrap().to_owned();
        let files: Vec<_> = fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        let set = |folder_mode, file_mode| {
            for file in &files {
                fs::set_permissions(file, fs::Permissions::from_mode(file_mode)).unwrap();
            }
            fs::set_permissions(&folder, fs::Permissions::from_mode(folder_mode)).unwrap();
        };
        set(0o555, 0o444);
        let other = tempfile::tempdir().unwrap();
        let mut program = Command::new(PROGRAM);
        // Permissions do not bind a superuser.
        if fs::File::options().write(true).open(desk.journal()).is_ok() {
            let copy = other.path().join("crash");
            fs::copy(PROGRAM, &copy).unwrap();
            chown(other.path(), Some(NOBODY), None).unwrap();
            program = Command::new(copy);
            program.uid(NOBODY).env_remove("SDK_WATCH");
        }
        desk.fails(program, &["attempt to write a readonly database"]);
        set(0o700, 0o600);
        desk.pay();
    }
    desk.assert_paid_once();
}

/// A power cut during the write of an intent: a part of the log arrived, or all but one sector of it.
#[test]
fn an_intent_that_is_torn_is_written_again_and_paid_once() {
    let mut desk = Desk::new();
    desk.pay();
    let (mut cuts, parts) = (0, 12);
    for part in 0..=parts {
        for is_garbled in [false, true] {
            desk.kill(Place::Written);
            let mut log = fs::read(desk.log()).unwrap();
            assert!(log.len() > LOG_HEADER + FRAME_HEADER, "{}", log.len());
            let at = log.len() * part / parts;
            if is_garbled {
                let end = log.len().min(at + 512);
                log[at..end].fill(0xa5);
            } else {
                log.truncate(at);
            }
            fs::write(desk.log(), log).unwrap();
            desk.pay();
            cuts += 1;
        }
    }
    assert_eq!(cuts, desk.paid - 1);
    desk.assert_paid_once();
}

/// A power cut after the response: the log ends with half a transaction, or the pages that it has are half in the file.
#[test]
fn a_settlement_or_checkpoint_that_is_torn_is_made_again() {
    let mut desk = Desk::new();
    desk.pay();
    for length in [1, FRAME_HEADER, 512, PAGE, PAGE + FRAME_HEADER, 2 * PAGE] {
        desk.kill(Place::Answered);
        let log = fs::read(desk.log()).unwrap();
        let frame = &log[LOG_HEADER..LOG_HEADER + FRAME_HEADER + PAGE];
        // The header of a frame with its salts, and not its checksum.
        let mut torn: Vec<u8> = frame.iter().copied().cycle().take(length).collect();
        torn.iter_mut().skip(16).step_by(3).for_each(|byte| *byte ^= 0x5a);
        fs::write(desk.log(), [log.as_slice(), torn.as_slice()].concat()).unwrap();
        desk.pay();

        desk.kill(Place::Answered);
        let (log, mut file) = (fs::read(desk.log()).unwrap(), fs::read(desk.journal()).unwrap());
        for frame in log[LOG_HEADER..].chunks_exact(FRAME_HEADER + PAGE) {
            let number = u32::from_be_bytes(frame[..4].try_into().unwrap()) as usize;
            let at = (number - 1) * PAGE;
            file.resize(file.len().max(at + PAGE), 0);
            file[at..at + length.min(PAGE)].copy_from_slice(&frame[FRAME_HEADER..][..length.min(PAGE)]);
            file[at + PAGE / 2..at + PAGE].fill(0xa5);
        }
        fs::write(desk.journal(), file).unwrap();
        desk.pay();
    }
    desk.assert_paid_once();
}

/// A defect of the disk, which no power cut leaves.
#[test]
fn a_broken_file_is_reported_and_nothing_is_sent_before_it_is_restored() {
    let mut desk = Desk::new();
    desk.pay();
    for place in [Place::Written, Place::Answered] {
        desk.kill(place);
        let log = fs::read(desk.log()).unwrap();
        let file = fs::read(desk.journal()).unwrap();
        let halved = file[..file.len() / 2].to_vec();
        let mut garbled = file.clone();
        garbled[..PAGE].fill(0xa5);
        for broken in [halved, garbled] {
            fs::remove_file(desk.log()).unwrap();
            fs::write(desk.journal(), broken).unwrap();
            desk.fails(
                Command::new(PROGRAM),
                &["database disk image is malformed", "file is not a database"],
            );
            fs::write(desk.journal(), &file).unwrap();
            fs::write(desk.log(), &log).unwrap();
        }
        desk.pay();
    }
    desk.assert_paid_once();
}
