//! Copies of a database that is in use, and the way back.

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};

use insta::assert_snapshot;
use rusqlite::Connection;
use ticket_core::BoxOffice;
use ticket_core::domain::{Language, NewUser, Role, SeatId};

use crate::support::{Folder, SHOW};

/// Lengths of databases as `N`.
fn without_lengths(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let is_length = |at: usize| words.get(at + 1).is_some_and(|next| next.starts_with("bytes"));
    let words = words.iter().enumerate().map(|(at, word)| if is_length(at) { "N" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn database(folder: &Folder, file: &str) -> Connection {
    Connection::open(folder.path(file)).unwrap()
}

fn bookings_in(folder: &Folder, file: &str) -> u64 {
    database(folder, file).query_row("SELECT count(*) FROM booking", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_backup_is_the_same_shop() {
    let folder = Folder::with_show();
    folder.book(&[1, 2]);
    let contents = folder.contents();
    assert_snapshot!("backup", without_lengths(&folder.run(&["backup", "copy.db"])));
    assert_snapshot!("backup_again", folder.run(&["backup", "copy.db"]));
    assert_snapshot!("backup_again_by_force", without_lengths(&folder.run(&["backup", "copy.db", "--force"])));

    folder.book_today(&[5]);
    assert_ne!(folder.contents(), contents);
    assert_snapshot!("restore_without_yes", folder.run(&["restore", "copy.db"]));
    assert_snapshot!("restore", without_lengths(&folder.run(&["restore", "copy.db", "--yes"])));
    assert_eq!(folder.contents(), contents);
    assert_eq!(files(&folder), ["copy.db", "show.toml", "tickets.db", "tickets.db.secret"]);
}

#[test]
fn a_backup_made_during_a_sale_is_of_one_moment() {
    let folder = Folder::with_database();
    let seats: i64 = 400;
    folder.write(
        "show.toml",
        SHOW.replace("1-2 _ 3-4 #", &format!("1-{seats}")).replace("running", "max-seats-per-user = 400\nrunning"),
    );
    folder.run(&["apply", "-f", "show.toml"]);
    let sold = AtomicU64::new(0);
    let copies: Vec<u64> = std::thread::scope(|scope| {
        let sale = scope.spawn(|| {
            folder.in_shop(async |shop: &BoxOffice| {
                let user = crate::support::join(shop).await;
                for seat in 5..=seats {
                    shop.book(user, vec![SeatId(seat)]).await.unwrap();
                    sold.fetch_add(1, Ordering::SeqCst);
                }
            });
        });
        let mut copies = Vec::new();
        while !sale.is_finished() {
            let before = sold.load(Ordering::SeqCst);
            let name = format!("copy-{}.db", copies.len());
            let output = folder.output(&["backup", &name]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            let after = sold.load(Ordering::SeqCst);
            let copied = bookings_in(&folder, &name);
            // One more may be stored than has been answered.
            assert!((before..=after + 1).contains(&copied), "{before} {copied} {after}");
            let audit = folder.run(&["audit", "--database", &name]);
            assert!(audit.starts_with("exit code 0"), "{audit}");
            copies.push(copied);
        }
        sale.join().unwrap();
        copies
    });
    let in_the_middle = copies.iter().filter(|copied| (1..seats.unsigned_abs() - 4).contains(*copied)).count();
    assert!(in_the_middle > 0, "no copy was made during the sale: {copies:?}");
}

#[test]
fn a_restored_shop_sells() {
    let folder = Folder::with_show();
    folder.book(&[1]);
    folder.run(&["backup", "copy.db"]);
    fs::remove_file(folder.path("tickets.db")).unwrap();
    fs::remove_file(folder.path("tickets.db.secret")).unwrap();
    assert_snapshot!("restore_to_nothing", without_lengths(&folder.run(&["restore", "copy.db"])));
    folder.in_shop(async |shop: &BoxOffice| {
        let user = NewUser {
            email: "jun@example.com".parse().unwrap(),
            name: "Jun".into(),
            role: Role::Buyer,
            language: Language::Korean,
        };
        let user = shop.add_users(vec![user]).await.unwrap()[0];
        assert!(shop.book(user, vec![SeatId(1)]).await.is_err(), "it is sold");
        shop.book(user, vec![SeatId(2)]).await.unwrap();
    });
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}

#[test]
fn a_log_of_the_old_database_does_not_get_into_the_restored_one() {
    let folder = Folder::with_show();
    folder.run(&["backup", "copy.db"]);
    // As after a power cut: the sales are in the log only.
    let database = database(&folder, "tickets.db");
    database.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    database.execute("UPDATE seat SET price = 1", []).unwrap();
    let (wal, shm) =
        (fs::read(folder.path("tickets.db-wal")).unwrap(), fs::read(folder.path("tickets.db-shm")).unwrap());
    drop(database);
    fs::write(folder.path("tickets.db-wal"), wal).unwrap();
    fs::write(folder.path("tickets.db-shm"), shm).unwrap();
    // And the database itself is damaged.
    fs::write(folder.path("tickets.db"), "no database at all".repeat(1000)).unwrap();
    let restored = folder.run(&["restore", "copy.db", "--yes"]);
    assert!(restored.starts_with("exit code 0"), "{restored}");
    assert!(folder.run(&["seat", "map", "1", "--format", "json"]).contains("50000"));
    assert!(folder.run(&["audit"]).starts_with("exit code 0"));
}

#[test]
fn nothing_is_restored_under_a_shop_that_is_open() {
    let folder = Folder::with_show();
    folder.run(&["backup", "copy.db"]);
    folder.in_shop(async |shop: &BoxOffice| {
        let user = crate::support::join(shop).await;
        shop.book(user, vec![SeatId(1)]).await.unwrap();
        assert_snapshot!("restore_under_an_open_shop", folder.run(&["restore", "copy.db", "--yes"]));
        shop.book(user, vec![SeatId(2)]).await.unwrap();
    });
    assert_eq!(bookings_in(&folder, "tickets.db"), 2);
}

#[test]
fn a_database_that_is_open_is_no_place_for_a_backup() {
    let folder = Folder::with_show();
    assert!(folder.run(&["backup", "tickets.db", "--force"]).starts_with("exit code 5"));
    folder.in_shop(async |shop: &BoxOffice| {
        crate::support::join(shop).await;
        assert_snapshot!("backup_over_an_open_shop", folder.run(&["backup", "tickets.db", "--force"]));
    });
}

#[test]
fn what_is_no_sound_backup_changes_nothing() {
    let folder = Folder::with_show();
    folder.write("notes.db", "my notes");
    folder.run(&["backup", "copy.db"]);
    folder.run(&["backup", "newer.db"]);
    folder.run(&["backup", "orphan.db"]);
    database(&folder, "newer.db").pragma_update(None, "user_version", 99).unwrap();
    database(&folder, "orphan.db").execute_batch("PRAGMA foreign_keys = OFF; DELETE FROM venue").unwrap();
    database(&folder, "other.db").execute_batch("CREATE TABLE bookmark (url TEXT)").unwrap();
    let whole = fs::read(folder.path("copy.db")).unwrap();
    folder.write("cut.db", &whole[..whole.len() / 2]);
    let contents = folder.contents();
    let before = files(&folder);
    let bad = ["missing.db", "notes.db", "other.db", "newer.db", "orphan.db", "cut.db"];
    let answers = bad.map(|file| format!("## {file}\n{}", folder.run(&["restore", file, "--yes"])));
    assert_snapshot!("restore_bad", answers.join("\n"));
    assert_eq!((folder.contents(), files(&folder)), (contents, before));
}

#[test]
fn a_backup_of_an_older_version_says_so() {
    let folder = Folder::with_show();
    folder.run(&["backup", "copy.db"]);
    database(&folder, "copy.db").pragma_update(None, "user_version", 7).unwrap();
    assert_snapshot!("restore_older", without_lengths(&folder.run(&["restore", "copy.db", "--yes"])));
    // And it can be backed up before it is migrated.
    assert!(folder.run(&["backup", "again.db"]).starts_with("exit code 0"));
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_a_backup() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::with_show();
    folder.run(&["backup", "copy.db"]);
    assert_eq!(fs::metadata(folder.path("copy.db")).unwrap().permissions().mode() & 0o777, 0o600);
    assert_snapshot!("backup_into_no_folder", folder.run(&["backup", "nowhere/copy.db"]));
}

/// What is in the folder; nothing unfinished may stay there.
fn files(folder: &Folder) -> Vec<String> {
    let names = fs::read_dir(folder.path("")).unwrap();
    let mut names: Vec<String> = names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
