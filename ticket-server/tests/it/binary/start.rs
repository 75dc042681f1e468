use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use ticket_core::client::Client;

use super::process::{Running, command, fails, new_database};

/// Files that root may write are shut for this one.
const NOBODY: u32 = 65_534;

fn execute(database: &Path, sql: &str) {
    rusqlite::Connection::open(database).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn tells_its_version_and_options() {
    let (_folder, database) = new_database();
    let version = command(&database).arg("--version").stdout(std::process::Stdio::piped()).output().unwrap();
    let expected = format!("ticket-server {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!((version.status.success(), version.stdout.as_slice()), (true, expected.as_bytes()));
    let unknown = command(&database).arg("--nonsense").output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
}

#[tokio::test]
async fn takes_its_options_from_the_environment_too() {
    let (_folder, database) = new_database();
    let mut command = Command::new(env!("CARGO_BIN_EXE_ticket-server"));
    command.env("TICKET_LISTEN", "127.0.0.1:0").env("TICKET_DATABASE", &database).env_remove("RUST_LOG");
    let server = Running::start(command.stderr(std::process::Stdio::piped()));
    assert!(Client::new(&server.url).unwrap().time().await.is_ok());
    assert!(!server.greeting.contains("other machines"), "{}", server.greeting);
}

#[test]
fn logs_as_json_when_asked() {
    let (_folder, database) = new_database();
    let server = Running::start(command(&database).args(["--log-format", "json"]));
    let line: serde_json::Value = serde_json::from_str(&server.greeting).unwrap();
    assert_eq!(line["fields"]["message"], format!("listening on {}", server.url));
}

#[test]
fn warns_when_others_can_reach_it() {
    let (_folder, database) = new_database();
    let server = Running::start(command(&database).args(["--listen", "0.0.0.0:0"]));
    assert!(server.greeting.contains("can be reached from other machines, without TLS"), "{}", server.greeting);
}

#[test]
fn database_missing() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("tickets.db");
    let said = fails(&mut command(&database));
    assert!(said.contains(&format!("there is no database at {}", database.display())), "{said}");
    assert!(said.contains("ticket-admin init"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "a failed start has left files behind");
}

#[test]
fn not_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    fs::write(&text, "seats, seats, seats\n".repeat(100)).unwrap();
    let said = fails(&mut command(&text));
    assert!(said.contains("is not a ticket database"), "{said}");
    let said = fails(&mut command(folder.path()));
    assert!(said.contains("it is a folder"), "{said}");
    let foreign = folder.path().join("foreign.db");
    execute(&foreign, "CREATE TABLE t (x)");
    let said = fails(&mut command(&foreign));
    assert!(said.contains("another program made it"), "{said}");
}

#[test]
fn database_of_a_newer_version() {
    let (_folder, database) = new_database();
    execute(&database, "PRAGMA user_version = 999");
    let said = fails(&mut command(&database));
    assert!(said.contains("has schema version 999"), "{said}");
    assert!(said.contains("use a newer program"), "{said}");
}

#[test]
fn holds_elsewhere() {
    let (_folder, database) = new_database();
    execute(&database, "UPDATE setting SET value = 'redis' WHERE name = 'holds'");
    let said = fails(&mut command(&database));
    assert!(said.contains("keeps its holds in Redis"), "{said}");
}

#[test]
fn database_locked() {
    let (_folder, database) = new_database();
    let other = rusqlite::Connection::open(&database).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let said = fails(&mut command(&database));
    assert!(said.contains("is locked by another program"), "{said}");
}

/// Runs the program as somebody for whom permissions count, with the program where he can read it.
fn as_nobody(database: &Path) -> Command {
    let mut command = command(database);
    let folder = database.parent().unwrap();
    if folder.metadata().unwrap().uid() == 0 {
        let program = folder.join("ticket-server");
        fs::copy(command.get_program(), &program).unwrap();
        let mut copy = Command::new(program);
        copy.args(command.get_args()).stderr(std::process::Stdio::piped()).uid(NOBODY).gid(NOBODY);
        command = copy;
    }
    command
}

#[test]
fn database_read_only() {
    let (folder, database) = new_database();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(&database, Permissions::from_mode(0o444)).unwrap();
    let said = fails(&mut as_nobody(&database));
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    assert!(said.contains("cannot be written to"), "{said}");
}

#[test]
fn database_of_somebody_else() {
    let (folder, database) = new_database();
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&database, Permissions::from_mode(0o000)).unwrap();
    let said = fails(&mut as_nobody(&database));
    assert!(said.contains(&database.display().to_string()), "{said}");
    assert!(said.to_lowercase().contains("permission denied") || said.contains("unable to open"), "{said}");
}

#[test]
fn port_in_use() {
    let (_folder, database) = new_database();
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let said = fails(command(&database).args(["--listen", &address]));
    assert!(said.contains(&format!("cannot listen on {address}")), "{said}");
    assert!(said.contains("in use"), "{said}");
}

#[test]
fn no_address() {
    let (_folder, database) = new_database();
    for address in ["127.0.0.1", "127.0.0.1:70000", "nonsense"] {
        let said = fails(command(&database).args(["--listen", address]));
        assert!(said.contains(&format!("cannot listen on {address}: ")), "{said}");
        assert!(said.contains("it looks like 127.0.0.1:8080"), "{said}");
    }
}

#[test]
fn token_secret_missing_or_too_short() {
    let (folder, database) = new_database();
    let secret = folder.path().join("secret");
    let said = fails(command(&database).arg("--token-secret-file").arg(&secret));
    assert!(said.contains(&format!("cannot read the token secret {}", secret.display())), "{said}");
    fs::write(&secret, "too short\n").unwrap();
    let said = fails(command(&database).arg("--token-secret-file").arg(&secret));
    assert!(said.contains("the token secret has 9 bytes; at least 32 are needed"), "{said}");
    fs::write(&secret, "0123456789abcdef0123456789abcdef\n").unwrap();
    Running::start(command(&database).arg("--token-secret-file").arg(&secret));
    assert!(!folder.path().join("tickets.db.secret").exists(), "another secret was made without need");
}
