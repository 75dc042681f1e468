use jiff::tz::TimeZone;
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use ticket_core::HoldBackend::Embedded;
use ticket_core::domain::{Booking, WaitlistWish};
use ticket_core::testing::{PlanBuilder, TestShop, assert_clean, offer_canceled_seats};
use ticket_core::{BoxOffice, Config, MailFilter, Once, OpenError};

use crate::support::stranger;

fn seoul() -> TimeZone {
    TimeZone::get("Asia/Seoul").unwrap()
}

async fn open(path: &std::path::Path) -> Result<(), OpenError> {
    let office = BoxOffice::open(Config::new(path))?;
    office.shutdown().await;
    Ok(())
}

#[tokio::test]
async fn what_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    assert!(matches!(open(&path).await, Err(OpenError::Missing { .. })));
    assert!(!path.exists(), "looking does not make one");
    assert!(matches!(open(folder.path()).await, Err(OpenError::NotOurs { .. })));
    for content in ["", "this is a shopping list, and a long one at that: milk, bread, butter, salt\n"] {
        std::fs::write(&path, content.repeat(20)).unwrap();
        assert!(matches!(open(&path).await, Err(OpenError::NotOurs { .. })), "{content}");
        assert!(matches!(BoxOffice::migrate(&path), Err(OpenError::NotOurs { .. })));
        assert!(matches!(BoxOffice::create(&Config::new(&path), &seoul()), Err(OpenError::Exists { .. })));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content.repeat(20));
    }
    std::fs::remove_file(&path).unwrap();
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE foreign_table (x)").unwrap();
    assert!(matches!(open(&path).await, Err(OpenError::NotOurs { .. })), "of another program");
}

#[tokio::test]
async fn a_newer_database_is_refused_with_both_versions() {
    let shop = TestShop::open(Embedded);
    shop.box_office.shutdown().await;
    let connection = stranger(&shop);
    connection.pragma_update(None, "user_version", 99).unwrap();
    let error = open(&shop.database()).await.unwrap_err();
    assert!(matches!(error, OpenError::TooNew { found: 99, .. }), "{error}");
    assert!(matches!(BoxOffice::migrate(&shop.database()), Err(OpenError::TooNew { found: 99, .. })));
}

#[tokio::test]
async fn holds_elsewhere_are_not_ignored() {
    let shop = TestShop::open(Embedded);
    shop.box_office.shutdown().await;
    let connection = stranger(&shop);
    connection.execute("UPDATE setting SET value = 'redis' WHERE name = 'holds'", []).unwrap();
    let error = open(&shop.database()).await.unwrap_err();
    assert!(matches!(&error, OpenError::HoldsElsewhere { recorded, .. } if recorded == "redis"), "{error}");
}

#[tokio::test]
async fn a_locked_database_is_said_to_be_locked() {
    let shop = TestShop::open(Embedded);
    shop.box_office.shutdown().await;
    let connection = stranger(&shop);
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert!(matches!(open(&shop.database()).await, Err(OpenError::Locked { .. })));
    connection.execute_batch("ROLLBACK").unwrap();
    open(&shop.database()).await.unwrap();
}

#[tokio::test]
async fn a_database_that_is_locked_later_answers_unavailable_and_recovers() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let connection = stranger(&shop);
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = shop.box_office.book(mina, vec![seats[0]]).await.unwrap_err();
    assert_eq!(error.code(), ticket_core::api::ErrorCode::Unavailable, "{error:?}");
    assert!(error.is_retryable());
    assert!(shop.box_office.seat_states(shop.performance(0).await).await.is_ok(), "reads go on");
    connection.execute_batch("ROLLBACK").unwrap();
    assert!(shop.box_office.book(mina, vec![seats[0]]).await.is_ok());
}

#[tokio::test]
async fn a_database_without_its_last_migration_is_refused_until_it_has_been_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.db");
    BoxOffice::create(&Config::new(&path), &seoul()).unwrap();
    let (found, needed) = BoxOffice::schema_versions(&path).unwrap();
    assert_eq!(found, needed);
    // As an interrupted migration leaves it: an empty file that is marked as ours.
    let empty = folder.path().join("empty.db");
    let connection = Connection::open(&empty).unwrap();
    let id: i32 = Connection::open(&path).unwrap().pragma_query_value(None, "application_id", |r| r.get(0)).unwrap();
    connection.pragma_update(None, "application_id", id).unwrap();
    drop(connection);
    assert!(matches!(open(&empty).await, Err(OpenError::Outdated { found: 0, .. })));
    assert_eq!(BoxOffice::migrate(&empty).unwrap(), (0, needed));
    assert_eq!(BoxOffice::migrate(&empty).unwrap(), (needed, needed), "again, nothing is left to do");
}

/// The database of a shop that has sold, in the shape of version 1.
async fn database_of_version_1() -> (TestShop, Booking) {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let booking = shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    shop.box_office.shutdown().await;
    make_older(&shop, &[include_str!("../../migrations/sqlite/0001_init.sql")]);
    (shop, booking)
}

/// Brings what is in the database of a shop back into the shape that these migrations make.
fn make_older(shop: &TestShop, migrations: &[&str]) {
    let path = shop.database().with_extension("old");
    let old = Connection::open(&path).unwrap();
    // Nothing was sold when it is asked for.
    old.create_scalar_function("local_day", 1, FunctionFlags::SQLITE_UTF8, |_| Ok("2027-01-02")).unwrap();
    for migration in migrations {
        old.execute_batch(migration).unwrap();
    }
    old.execute("ATTACH ?1 AS today", [shop.database().to_str().unwrap()]).unwrap();
    old.pragma_update(None, "foreign_keys", false).unwrap();
    old.execute("DELETE FROM main.setting", []).unwrap();
    for table in tables(&old) {
        let columns = columns(&old, &table).join(", ");
        let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM today.{table}");
        old.execute(&copy, []).unwrap();
    }
    if migrations.len() < 4 {
        old.execute("DELETE FROM main.setting WHERE name NOT IN ('time_zone', 'holds')", []).unwrap();
    }
    let id: i32 = old.pragma_query_value(Some("today"), "application_id", |row| row.get(0)).unwrap();
    old.pragma_update(Some("main"), "application_id", id).unwrap();
    old.pragma_update(Some("main"), "user_version", u32::try_from(migrations.len()).unwrap()).unwrap();
    old.close().unwrap();
    std::fs::rename(path, shop.database()).unwrap();
}

fn tables(connection: &Connection) -> Vec<String> {
    let tables = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name <> 'sqlite_sequence'";
    let mut statement = connection.prepare(tables).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn columns(connection: &Connection, table: &str) -> Vec<String> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info(?1, 'main')").unwrap();
    statement.query_map([table], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn schema(connection: &Connection) -> Vec<String> {
    let objects = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name";
    let mut statement = connection.prepare(objects).unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_database_of_version_1_keeps_its_bookings_and_learns_about_keys() {
    let (shop, booking) = database_of_version_1().await;
    let path = shop.database();
    let (_, needed) = BoxOffice::schema_versions(&path).unwrap();
    assert!(matches!(open(&path).await, Err(OpenError::Outdated { found: 1, .. })));
    assert_eq!(BoxOffice::migrate(&path).unwrap(), (1, needed));
    let fresh = TestShop::open(Embedded);
    let (migrated, created) = (Connection::open(&path).unwrap(), stranger(&fresh));
    assert_eq!(schema(&migrated), schema(&created), "a migrated database is like a new one");
    let office = shop.open_again();
    assert_eq!(office.booking(booking.user, booking.id).await.unwrap(), booking);
    let begun = office.once(booking.user, "book", "key".parse().unwrap(), &[]).await.unwrap();
    assert!(matches!(begun, Once::First(_)));
    assert_clean(&office).await;
    office.shutdown().await;
}

/// Their tables are made anew for what can happen to them since version 9.
#[tokio::test]
async fn a_database_of_version_8_keeps_its_waitlist_and_its_mails() {
    const VERSION_8: [&str; 8] = [
        include_str!("../../migrations/sqlite/0001_init.sql"),
        include_str!("../../migrations/sqlite/0002_idempotency.sql"),
        include_str!("../../migrations/sqlite/0003_jobs.sql"),
        include_str!("../../migrations/sqlite/0004_outbox.sql"),
        include_str!("../../migrations/sqlite/0005_waitlist.sql"),
        include_str!("../../migrations/sqlite/0006_user_language.sql"),
        include_str!("../../migrations/sqlite/0007_sales.sql"),
        include_str!("../../migrations/sqlite/0008_likes.sql"),
    ];
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let (mina, joon, seats) = (shop.join("mina").await, shop.join("joon").await, shop.seats(0).await);
    let booking = shop.box_office.book(mina, seats[..2].to_vec()).await.unwrap();
    for seat in [seats[0], seats[1]] {
        let wish = WaitlistWish { seat_count: 1, seats: vec![seat] };
        shop.box_office.join_waitlist(joon, wish).await.unwrap();
    }
    shop.box_office.cancel(mina, booking.id, Some(vec![booking.tickets[0].id])).await.unwrap();
    assert_eq!(offer_canceled_seats(&shop.box_office).await.offered, 1);
    let contents = async |office: &BoxOffice| {
        let entries = office.waitlist(joon, 0, 10).await.unwrap();
        (entries, office.list_mail(MailFilter { state: None, limit: 10 }).await.unwrap())
    };
    let before = contents(&shop.box_office).await;
    shop.box_office.shutdown().await;
    make_older(&shop, &VERSION_8);

    assert_eq!(BoxOffice::migrate(&shop.database()).unwrap().0, 8);
    let fresh = TestShop::open(Embedded);
    let (migrated, created) = (stranger(&shop), stranger(&fresh));
    assert_eq!(schema(&migrated), schema(&created), "a migrated database is like a new one");
    let office = shop.open_again();
    assert_eq!(contents(&office).await, before);
    assert_clean(&office).await;
    office.cancel_performance(booking.performance.id, &|_| {}).await.unwrap();
    assert_clean(&office).await;
    office.shutdown().await;
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_closing_and_opening() {
    let shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let (mina, seats) = (shop.join("mina").await, shop.seats(0).await);
    let booking = shop.box_office.book(mina, vec![seats[0]]).await.unwrap();
    shop.box_office.shutdown().await;
    assert!(shop.box_office.book(mina, vec![seats[1]]).await.is_err(), "closed");
    let again = shop.open_again();
    assert_eq!(again.booking(mina, booking.id).await.unwrap(), booking);
    again.shutdown().await;
}
