use std::time::Duration;

use ticket_core::Error;
use ticket_core::HoldBackend::Embedded;
use ticket_core::api::{Credentials, JoinRequest};
use ticket_core::domain::{Language, NewUser, Role};
use ticket_core::testing::TestShop;

fn credentials(email: &str, password: &str) -> Credentials {
    Credentials { email: email.into(), password: password.into() }
}

#[tokio::test]
async fn an_email_joins_once_in_whatever_case() {
    let shop = TestShop::open(Embedded);
    let id = shop.join("Mina").await;
    let again = JoinRequest { email: " mINA@example.COM".into(), password: "12345678".into(), name: "M".into() };
    assert_eq!(shop.box_office.join(again).await, Err(Error::EmailTaken));
    let tokens = shop.box_office.log_in(credentials("MINA@EXAMPLE.COM", "password of Mina")).await.unwrap();
    let caller = shop.box_office.caller(&tokens.access_token).unwrap();
    assert_eq!((caller.user, caller.role), (id, Role::Buyer));
    assert_eq!(shop.box_office.user(id).await.unwrap().email.as_str(), "Mina@example.com");
}

#[tokio::test]
async fn fields_are_checked() {
    let shop = TestShop::open(Embedded);
    let long = "x".repeat(129);
    for (field, email, password, name) in [
        ("email", "nobody", "12345678", "N"),
        ("password", "a@b.c", "1234567", "N"),
        ("password", "a@b.c", long.as_str(), "N"),
        ("name", "a@b.c", "12345678", "  "),
    ] {
        let request = JoinRequest { email: email.into(), password: password.into(), name: name.into() };
        match shop.box_office.join(request).await {
            Err(Error::Invalid { field: found, .. }) => assert_eq!(found, field),
            other => panic!("{field}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn wrong_email_and_wrong_password_are_told_alike() {
    let shop = TestShop::open(Embedded);
    shop.join("mina").await;
    for (email, password) in
        [("mina@example.com", "password of joon"), ("joon@example.com", "password of mina"), ("no email at all", "")]
    {
        let refused = shop.box_office.log_in(credentials(email, password)).await;
        assert_eq!(refused.map(drop), Err(Error::WrongCredentials));
    }
}

#[tokio::test]
async fn refresh_tokens_rotate_and_a_stolen_one_ends_the_session() {
    let shop = TestShop::open(Embedded);
    shop.join("mina").await;
    let office = &shop.box_office;
    let first = office.log_in(credentials("mina@example.com", "password of mina")).await.unwrap();
    let elsewhere = office.log_in(credentials("mina@example.com", "password of mina")).await.unwrap();
    let second = office.refresh(&first.refresh_token).await.unwrap();
    shop.clock.advance(Duration::from_secs(30));
    let twin = office.refresh(&first.refresh_token).await.unwrap();
    assert_ne!(twin.refresh_token, second.refresh_token, "within the grace, a lost answer is no theft");

    shop.clock.advance(Duration::from_millis(1));
    assert_eq!(office.refresh(&first.refresh_token).await.map(drop), Err(Error::RefreshTokenRevoked));
    for token in [&first, &second, &twin] {
        assert_eq!(office.refresh(&token.refresh_token).await.map(drop), Err(Error::RefreshTokenRevoked));
    }
    assert!(office.refresh(&elsewhere.refresh_token).await.is_ok(), "another login is not concerned");
    assert_eq!(office.refresh("unheard of").await.map(drop), Err(Error::RefreshTokenUnknown));
}

/// A copied token is noticed wherever it is shown.
#[tokio::test]
async fn a_spent_token_that_asks_for_an_access_token_ends_the_session_too() {
    let shop = TestShop::open(Embedded);
    shop.join("mina").await;
    let office = &shop.box_office;
    let first = office.log_in(credentials("mina@example.com", "password of mina")).await.unwrap();
    let second = office.refresh(&first.refresh_token).await.unwrap();
    shop.clock.advance(Duration::from_secs(30));
    assert_eq!(office.access_token(&first.refresh_token).await, Err(Error::RefreshTokenRevoked), "it is spent");
    assert!(office.access_token(&second.refresh_token).await.is_ok(), "within the grace, that is no theft");

    shop.clock.advance(Duration::from_millis(1));
    assert_eq!(office.access_token(&first.refresh_token).await, Err(Error::RefreshTokenRevoked));
    assert_eq!(office.access_token(&second.refresh_token).await, Err(Error::RefreshTokenRevoked));
    assert_eq!(office.refresh(&second.refresh_token).await.map(drop), Err(Error::RefreshTokenRevoked));
}

#[tokio::test]
async fn tokens_expire() {
    let shop = TestShop::open(Embedded);
    shop.join("mina").await;
    let office = &shop.box_office;
    let tokens = office.log_in(credentials("mina@example.com", "password of mina")).await.unwrap();
    shop.clock.advance(Duration::from_mins(30));
    assert_eq!(office.caller(&tokens.access_token), Err(Error::TokenExpired));
    let fresh = office.access_token(&tokens.refresh_token).await.unwrap();
    assert!(office.caller(&fresh).is_ok());
    shop.clock.advance(Duration::from_hours(30 * 24));
    assert_eq!(office.access_token(&tokens.refresh_token).await, Err(Error::RefreshTokenUnknown));
}

#[tokio::test]
async fn logging_out_revokes_every_session() {
    let shop = TestShop::open(Embedded);
    let mina = shop.join("mina").await;
    let office = &shop.box_office;
    assert_eq!(office.log_out(mina).await, Err(Error::NothingToLogOut));
    let tokens = office.log_in(credentials("mina@example.com", "password of mina")).await.unwrap();
    office.refresh(&tokens.refresh_token).await.unwrap();
    office.log_out(mina).await.unwrap();
    // Though it is spent only just now, which has its grace.
    assert_eq!(office.refresh(&tokens.refresh_token).await.map(drop), Err(Error::RefreshTokenRevoked));
    assert_eq!(office.log_out(mina).await, Err(Error::NothingToLogOut));
}

#[cfg(unix)]
#[tokio::test]
async fn the_secret_is_the_owners_and_outlives_the_process() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = TestShop::open(Embedded);
    shop.join("mina").await;
    let tokens = shop.box_office.log_in(credentials("mina@example.com", "password of mina")).await.unwrap();
    let mut secret = shop.database().into_os_string();
    secret.push(".secret");
    assert_eq!(std::fs::metadata(secret).unwrap().permissions().mode() & 0o777, 0o600);
    let other = shop.open_again();
    assert!(other.caller(&tokens.access_token).is_ok());
    other.shutdown().await;
}

#[tokio::test]
async fn many_are_added_at_once_and_spoken_for_without_a_login() {
    let shop = TestShop::open(Embedded);
    let user = |name: &str, role| NewUser {
        email: format!("{name}@example.com").parse().unwrap(),
        name: name.to_owned(),
        role,
        language: Language::Korean,
    };
    let added = vec![user("mina", Role::Buyer), user("joon", Role::Admin)];
    let ids = shop.box_office.add_users(added.clone()).await.unwrap();
    for (user, id) in added.iter().zip(&ids) {
        let token = shop.box_office.access_token_for(*id).await.unwrap();
        let caller = shop.box_office.caller(&token).unwrap();
        assert_eq!((caller.user, caller.role), (*id, user.role));
        for password in ["", "!", "password of mina"] {
            let refused = shop.box_office.log_in(credentials(user.email.as_str(), password)).await;
            assert_eq!(refused.unwrap_err(), Error::WrongCredentials);
        }
    }
    // All or none.
    let again = vec![user("hana", Role::Buyer), user("MINA", Role::Buyer)];
    assert_eq!(shop.box_office.add_users(again).await, Err(Error::EmailTaken));
    assert_eq!(shop.join("hana").await.0, ids[1].0 + 1);
    let nobody = ticket_core::domain::UserId(99);
    assert_eq!(shop.box_office.access_token_for(nobody).await, Err(Error::UserNotFound(nobody)));
}
