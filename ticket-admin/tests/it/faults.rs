//! Databases that cannot be opened: each says what is wrong with it, and stays as it is.

use std::fs;
#[cfg(unix)]
use std::process::Command;

use insta::assert_snapshot;
use rusqlite::Connection;

use crate::support::{Folder, shown};

#[cfg(unix)]
const NOBODY: u32 = 65_534;

#[test]
fn a_missing_database_says_how_to_make_one() {
    let folder = Folder::empty();
    assert_snapshot!(folder.run(&["show", "list"]));
    assert!(!folder.path("tickets.db").exists());
}

#[test]
fn init_does_not_touch_an_existing_file() {
    let folder = Folder::empty();
    folder.write("tickets.db", "my notes");
    assert_snapshot!(folder.run(&["init"]));
    assert_eq!(fs::read_to_string(folder.path("tickets.db")).unwrap(), "my notes");
}

#[test]
fn init_wants_a_known_time_zone() {
    let folder = Folder::empty();
    assert_snapshot!("init_bad_time_zone", folder.run(&["init", "--time-zone", "Mars/Olympus"]));
    assert!(!folder.path("tickets.db").exists());
    assert_snapshot!("init", folder.run(&["init", "--time-zone", "Europe/Berlin"]));
}

#[test]
fn what_is_no_database_stays_as_it_is() {
    let folder = Folder::empty();
    folder.write("tickets.db", "my notes, which are much longer than the header of a database would be ".repeat(20));
    let before = fs::read(folder.path("tickets.db")).unwrap();
    assert_snapshot!("not_a_database", folder.run(&["show", "list"]));
    assert_snapshot!("not_a_database_migrate", folder.run(&["migrate"]));
    assert_eq!(fs::read(folder.path("tickets.db")).unwrap(), before);
    folder.write("empty.db", "");
    assert_snapshot!("empty_file_as_database", folder.run(&["show", "list", "--database", "empty.db"]));
    fs::create_dir(folder.path("folder.db")).unwrap();
    assert_snapshot!("folder_as_database", folder.run(&["show", "list", "--database", "folder.db"]));
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = Folder::empty();
    let other = Connection::open(folder.path("tickets.db")).unwrap();
    other.execute_batch("CREATE TABLE bookmark (url TEXT)").unwrap();
    assert_snapshot!(folder.run(&["show", "list"]));
}

#[test]
fn a_database_of_a_newer_version_is_refused() {
    let folder = Folder::with_show();
    database(&folder).pragma_update(None, "user_version", 99).unwrap();
    assert_snapshot!("too_new", folder.run(&["apply", "-f", "show.toml"]));
    assert_snapshot!("too_new_migrate", folder.run(&["migrate"]));
    assert_snapshot!("too_new_migrate_check", folder.run(&["migrate", "--check"]));
}

#[test]
fn a_database_with_its_holds_in_redis_is_refused() {
    let folder = Folder::with_show();
    database(&folder).execute("UPDATE setting SET value = 'redis' WHERE name = 'holds'", []).unwrap();
    assert_snapshot!(folder.run(&["apply", "-f", "show.toml"]));
}

#[test]
fn a_locked_database_asks_to_try_again() {
    let folder = Folder::with_show();
    let mut connection = database(&folder);
    let lock = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive).unwrap();
    assert_snapshot!(folder.run(&["apply", "-f", "show.toml"]));
    drop(lock);
    assert!(folder.output(&["apply", "-f", "show.toml"]).status.success());
}

#[cfg(unix)]
#[test]
fn a_read_only_database_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::with_show();
    let set_mode = |file: &str, mode| fs::set_permissions(folder.path(file), fs::Permissions::from_mode(mode)).unwrap();
    let nobody = Nobody::new(&folder);
    set_mode("tickets.db", 0o444);
    set_mode("", 0o555);
    let answer = nobody.command(&folder, &["apply", "-f", "show.toml"]).output();
    set_mode("", 0o755);
    assert_eq!(
        shown(&answer.unwrap()),
        "exit code 4\n--- stdout\n--- stderr\nerror: tickets.db cannot be written to: \
         the file, its folder or the file system is read-only\n"
    );
}

/// Somebody for whom permissions count, with the program where he can read it: nothing is read-only to root.
#[cfg(unix)]
pub(crate) struct Nobody {
    /// The program, when it is to be run by another user.
    copy: Option<std::path::PathBuf>,
}

#[cfg(unix)]
impl Nobody {
    pub(crate) fn new(folder: &Folder) -> Self {
        use std::os::unix::fs::MetadataExt as _;

        let is_root = folder.path("").metadata().unwrap().uid() == 0;
        let copy = is_root.then(|| folder.path("ticket-admin"));
        if let Some(copy) = &copy {
            fs::copy(folder.command(&[]).get_program(), copy).unwrap();
        }
        Self { copy }
    }

    pub(crate) fn command(&self, folder: &Folder, arguments: &[&str]) -> Command {
        use std::os::unix::process::CommandExt as _;

        let Some(copy) = &self.copy else { return folder.command(arguments) };
        let mut command = Command::new(copy);
        command.args(arguments).current_dir(folder.path("")).env_remove("TICKET_DATABASE").uid(NOBODY).gid(NOBODY);
        command
    }
}

#[test]
fn a_database_of_today_needs_no_migration() {
    let folder = Folder::with_database();
    assert_snapshot!("migrate_check", folder.run(&["migrate", "--check"]));
    assert_snapshot!("migrate_check_json", folder.run(&["migrate", "--check", "--format", "json"]));
    assert_snapshot!("migrate", folder.run(&["migrate"]));
}

fn database(folder: &Folder) -> Connection {
    Connection::open(folder.path("tickets.db")).unwrap()
}

/// There are addresses and hashes of passwords in it.
#[cfg(unix)]
#[test]
fn a_database_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = Folder::with_show();
    let mode = |file: &str| folder.path(file).metadata().unwrap().permissions().mode() & 0o777;
    folder.in_shop(async |_: &ticket_core::BoxOffice| {
        for file in ["tickets.db", "tickets.db-wal", "tickets.db-shm", "tickets.db.secret"] {
            assert_eq!(mode(file), 0o600, "{file}");
        }
    });
}

/// A page in the middle is overwritten: what cannot be read is a finding, and not a failure of the check.
#[test]
fn damage_is_found_and_says_what_to_do() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    let page: u64 = database(&folder)
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'ticket'", [], |row| row.get(0))
        .unwrap();
    let mut bytes = fs::read(folder.path("tickets.db")).unwrap();
    let start = usize::try_from((page - 1) * 4096).unwrap();
    bytes[start..start + 4096].fill(0xAA);
    folder.write("tickets.db", &bytes);
    let audit = folder.run(&["audit"]);
    assert!(audit.starts_with("exit code 1"), "{audit}");
    assert!(
        audit.contains("17: the database is damaged (database disk image is malformed); restore a backup"),
        "{audit}"
    );
    assert!(audit.contains("Every hold ends by itself"), "the other checks were made: {audit}");
    let doctor = folder.run(&["doctor"]);
    assert!(doctor.starts_with("exit code 1") && doctor.contains("restore a backup"), "{doctor}");
    let read = folder.run(&["booking", "get", "1"]);
    assert!(read.contains("the database is damaged: database disk image is malformed; restore a backup"), "{read}");
}
