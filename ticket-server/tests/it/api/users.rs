use std::time::Duration;

use serde_json::{Value, json};
use ticket_core::api::{BookRequest, Credentials, PasswordChange};

use crate::shop::Shop;

fn mina() -> Value {
    json!({"email": "Mina.Kim@Example.com", "password": "correct horse", "name": "Mina Kim"})
}

#[tokio::test]
async fn joins() {
    let shop = Shop::open().await;
    assert_eq!(shop.post("/api/users", &mina()).await.ok(), json!({"userId": 1}));
    let credentials = json!({"email": "mina.kim@EXAMPLE.com", "password": "correct horse"});
    let tokens = shop.post("/api/auth/login", &credentials).await.ok();
    let request = shop.request(reqwest::Method::GET, "/api/users/me");
    let me = crate::answer::Answer::to(request.bearer_auth(tokens["accessToken"].as_str().unwrap())).await.ok();
    assert_eq!(me, json!({"userId": 1, "email": "Mina.Kim@Example.com", "name": "Mina Kim", "role": "BUYER"}));
}

#[tokio::test]
async fn an_email_joins_once_in_whatever_case() {
    let shop = Shop::open().await;
    shop.post("/api/users", &mina()).await.ok();
    for email in ["mina.kim@example.com", "MINA.KIM@EXAMPLE.COM", " Mina.Kim@example.com "] {
        let mut again = mina();
        again["email"] = json!(email);
        shop.post("/api/users", &again).await.refused(409, "U_003", None);
    }
}

#[tokio::test]
async fn refuses_to_join_without_what_it_takes() {
    let shop = Shop::open().await;
    for (field, value) in [
        ("email", json!("")),
        ("email", json!("mina")),
        ("email", json!("mi na@example.com")),
        ("email", json!(format!("{}@example.com", "m".repeat(250)))),
        ("email", json!(7)),
        ("password", json!("1234567")),
        ("password", json!("x".repeat(129))),
        ("password", json!(null)),
        ("name", json!("")),
        ("name", json!("   ")),
        ("name", json!("x".repeat(101))),
        ("name", json!(["Mina"])),
        ("name", json!("x\u{1b}]0;pwned\u{7}\u{1b}[2Jy")),
        ("name", json!("x\u{9b}2Jy")),
        ("name", json!("Mina\n")),
        ("name", json!("x\u{202e}y")),
        ("name", json!("x\u{2066}y")),
        ("role", json!("ADMIN")),
    ] {
        let mut request = mina();
        request[field] = value;
        let problem = shop.post("/api/users", &request).await.refused(400, "G_001", Some(field));
        assert!(!problem.message.contains("correct horse"), "{problem}");
    }
    for field in ["email", "password", "name"] {
        let mut request = mina();
        request.as_object_mut().unwrap().remove(field);
        shop.post("/api/users", &request).await.refused(400, "G_001", Some(field));
    }
    let login = Credentials { email: "Mina.Kim@Example.com".into(), password: "correct horse".into() };
    assert!(shop.client().login(&login).await.is_err(), "one of them has joined all the same");
}

#[tokio::test]
async fn lists_ones_own_bookings_newest_first() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    for index in [0, 1, 2] {
        mina.client.book(&BookRequest::Seats { seat_ids: shop.seats([index]).await }).await.unwrap();
        shop.test.clock.advance(Duration::from_mins(1));
    }
    let item = |id, at: &str| {
        json!({
            "bookingId": id, "bookingDate": at, "performanceId": 1,
            "showInfo": {
                "showName": "The Tempest", "showDate": "2027-03-01", "showRound": 1, "showRoundStartTime": "19:30:00",
            },
            "ticketNumber": 1, "currentState": "BOOKED",
        })
    };
    let all = [item(3, "2027-01-02T00:02:00Z"), item(2, "2027-01-02T00:01:00Z"), item(1, "2027-01-02T00:00:00Z")];
    let page = |items: &[Value], pages, page, size| json!({"bookingList": items, "totalPages": pages, "totalItems": 3, "currentPage": page, "pageSize": size});
    let list = async |query: &str| shop.get_as(&mina, &format!("/api/users/booking?{query}")).await.ok();
    assert_eq!(list("duration=1").await, page(&all, 1, 0, 10));
    assert_eq!(list("duration=3650&size=2").await, page(&all[..2], 2, 0, 2));
    assert_eq!(list("duration=1&size=2&page=1").await, page(&all[2..], 2, 1, 2));
    assert_eq!(joon.client.bookings(3650, 0, 10).await.unwrap().total_items, 0);
}

#[tokio::test]
async fn looks_back_only_so_many_days() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    mina.client.book(&BookRequest::Seats { seat_ids: shop.seats([0]).await }).await.unwrap();
    shop.test.clock.advance(Duration::from_hours(24 * 3));
    let mina = shop.buyer_again("mina").await;
    assert_eq!(mina.client.bookings(2, 0, 10).await.unwrap().total_items, 0);
    assert_eq!(mina.client.bookings(3, 0, 10).await.unwrap().total_items, 1);
}

#[tokio::test]
async fn refuses_a_history_that_makes_no_sense() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    for (query, field) in [
        ("", "duration"),
        ("duration=0", "duration"),
        ("duration=3651", "duration"),
        ("duration=-1", "duration"),
        ("duration=4294967296", "duration"),
        ("duration=week", "duration"),
        ("duration=7&size=0", "size"),
        ("duration=7&size=101", "size"),
        ("duration=7&page=-1", "page"),
    ] {
        shop.get_as(&mina, &format!("/api/users/booking?{query}")).await.refused(400, "G_001", Some(field));
    }
}

#[tokio::test]
async fn nobody_is_known_without_a_token() {
    let shop = Shop::open().await;
    for path in ["/api/users/me", "/api/users/booking?duration=7"] {
        shop.get(path).await.refused(401, "A_005", None);
    }
}

#[tokio::test]
async fn changing_the_password_ends_every_other_session() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let elsewhere = shop.buyer_again("mina").await;
    let old = mina.client.tokens().unwrap();
    // It is spent, but within its grace it would buy a successor.
    let spent = old.refresh_token.clone();
    mina.client.set_tokens(Some(shop.test.box_office.refresh(&spent).await.unwrap()));
    let change =
        PasswordChange { current_password: "password of mina".into(), new_password: "another password".into() };
    mina.client.change_password(&change).await.unwrap();

    let refresh = async |token: &str| shop.post("/api/auth/refresh", &json!({"refreshToken": token})).await;
    for token in [&spent, &elsewhere.client.tokens().unwrap().refresh_token] {
        refresh(token).await.refused(401, "A_012", None);
    }
    refresh(&mina.client.tokens().unwrap().refresh_token).await.ok();
    let log_in = async |password: &str| {
        shop.post("/api/auth/login", &json!({"email": "mina@example.com", "password": password})).await
    };
    log_in("password of mina").await.refused(401, "A_001", None);
    log_in("another password").await.ok();
}

#[tokio::test]
async fn refuses_to_change_the_password_without_the_present_one() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let path = "/api/users/me/password";
    let body = |current: &str, new: &str| json!({"currentPassword": current, "newPassword": new});
    shop.post_as(&mina, path, &body("password of joon", "another password")).await.refused(401, "A_001", None);
    for new in ["1234567", &"x".repeat(129)] {
        let problem = shop.post_as(&mina, path, &body("password of mina", new)).await;
        problem.refused(400, "G_001", Some("newPassword"));
    }
    for field in ["currentPassword", "newPassword"] {
        let mut request = body("password of mina", "another password");
        request.as_object_mut().unwrap().remove(field);
        shop.post_as(&mina, path, &request).await.refused(400, "G_001", Some(field));
    }
    shop.post(path, &body("password of mina", "another password")).await.refused(401, "A_005", None);
    for buyer in [&mina, &joon] {
        let tokens = buyer.client.tokens().unwrap();
        assert!(shop.test.box_office.refresh(&tokens.refresh_token).await.is_ok(), "a refusal has ended a session");
    }
}
