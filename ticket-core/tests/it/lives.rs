//! A database that was restored gives the ids that came after the backup to others.

use ticket_core::HoldBackend::Embedded;
use ticket_core::api::Credentials;
use ticket_core::domain::Changed;
use ticket_core::testing::{PlanBuilder, TestShop};
use ticket_core::{BoxOffice, CopyOptions, Error};

#[tokio::test]
async fn an_access_token_is_worth_nothing_in_a_copy_of_its_database() {
    let mut shop = TestShop::with(Embedded, PlanBuilder::hall(1, 5).build()).await;
    let mina = shop.join("mina").await;
    let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    let of_mina = shop.box_office.log_in(credentials).await.unwrap();
    let database = shop.database();
    let backup = database.with_extension("backup");
    BoxOffice::back_up(&database, &backup, &CopyOptions::default()).unwrap();
    let joon = shop.join("joon").await;
    let of_joon = shop.box_office.access_token_for(joon).await.unwrap();
    let restarted = shop.open_again();
    assert_eq!(restarted.caller(&of_joon).unwrap().user, joon, "another server over the same database takes it");
    restarted.shutdown().await;

    shop.box_office.shutdown().await;
    let options = CopyOptions { overwrite: true, ..CopyOptions::default() };
    BoxOffice::restore(&backup, &database, &options).unwrap();
    shop.box_office = shop.open_again();
    let office = &shop.box_office;
    let hana = shop.join("hana").await;
    assert_eq!(hana, joon, "the id is given to another");
    // The secret is the same, and it must not speak for her.
    assert_eq!(office.caller(&of_joon), Err(Error::TokenExpired));
    assert_eq!(office.caller(&of_mina.access_token), Err(Error::TokenExpired));
    // A session that the backup knows goes on.
    let renewed = office.refresh(&of_mina.refresh_token).await.unwrap();
    assert_eq!(office.caller(&renewed.access_token).unwrap().user, mina);

    // So it is with a file that was copied by hand, as long as it is put in its place by us.
    let of_hana = office.access_token_for(hana).await.unwrap();
    shop.box_office.shutdown().await;
    std::fs::copy(&database, database.with_extension("copy")).unwrap();
    BoxOffice::restore(&database.with_extension("copy"), &database, &options).unwrap();
    shop.box_office = shop.open_again();
    assert_eq!(shop.box_office.caller(&of_hana), Err(Error::TokenExpired));
}

/// The id of a deleted account is not given out again.
#[tokio::test]
async fn who_joins_next_is_nobody_who_was() {
    let shop = TestShop::open(Embedded);
    let mina = shop.join("mina").await;
    assert!(matches!(shop.box_office.delete_user(mina, false).await.unwrap(), Changed::Done(_)));
    assert_eq!(shop.join("mina").await.0, mina.0 + 1);
}
