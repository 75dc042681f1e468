use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::api::ErrorCode;

use crate::answer::Answer;
use crate::shop::Shop;

async fn log_in(shop: &Shop) -> Value {
    shop.post("/api/auth/login", &json!({"email": "mina@example.com", "password": "password of mina"})).await.ok()
}

async fn me(shop: &Shop, authorization: &str) -> Answer {
    Answer::to(shop.request(Method::GET, "/api/users/me").header("authorization", authorization)).await
}

#[tokio::test]
async fn logs_in_with_an_email_in_whatever_case() {
    let shop = Shop::open().await;
    shop.test.join("mina").await;
    for email in ["mina@example.com", "Mina@Example.COM"] {
        let tokens = shop.post("/api/auth/login", &json!({"email": email, "password": "password of mina"})).await.ok();
        let mut names: Vec<_> = tokens.as_object().unwrap().keys().collect();
        names.sort_unstable();
        assert_eq!(names, ["accessToken", "refreshToken"]);
    }
}

#[tokio::test]
async fn does_not_tell_what_was_wrong_with_a_login() {
    let shop = Shop::open().await;
    shop.test.join("mina").await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("mina@example.com", "password of joon"),
        ("nobody@example.com", "password of mina"),
        ("not an email", "password of mina"),
        ("mina@example.com", ""),
    ] {
        let answer = shop.post("/api/auth/login", &json!({"email": email, "password": password})).await;
        let mut problem = answer.refused(401, "A_001", None);
        problem.request_id = None;
        answers.push(problem);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
}

#[tokio::test]
async fn takes_a_token_with_and_without_the_word() {
    let shop = Shop::open().await;
    let token = shop.buyer("mina").await.token;
    for authorization in [format!("Bearer {token}"), format!("bearer {token}"), token.clone()] {
        assert_eq!(me(&shop, &authorization).await.ok()["userId"], json!(1));
    }
}

#[tokio::test]
async fn refuses_tokens_that_are_none() {
    let shop = Shop::open().await;
    let token = shop.buyer("mina").await.token;
    let refresh_token = log_in(&shop).await["refreshToken"].as_str().unwrap().to_owned();
    // As long as ours, but not signed by us.
    let (unsigned, signature) = token.rsplit_once('.').unwrap();
    let forged = format!("{unsigned}.{}", signature.chars().rev().collect::<String>());
    for (authorization, code, is_the_tokens_fault) in [
        ("", "A_005", false),
        ("Bearer", "A_005", false),
        ("Bearer x", "A_011", true),
        ("Bearer a.b.c", "A_011", true),
        (&refresh_token, "A_011", true),
        ("Basic bWluYTpzZWNyZXQ=", "A_010", true),
        (&forged, "A_003", true),
    ] {
        let answer = me(&shop, authorization).await;
        answer.refused(401, code, None);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer "), "{challenge}");
        assert_eq!(challenge.contains("invalid_token"), is_the_tokens_fault, "{authorization}: {challenge}");
    }
    let not_text = shop.request(Method::GET, "/api/users/me").header("authorization", &b"\xff"[..]);
    Answer::to(not_text).await.refused(401, "A_011", None);
}

#[tokio::test]
async fn an_access_token_lives_half_an_hour_and_the_client_renews_it() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    shop.test.clock.advance(Duration::from_secs(30 * 60 - 1));
    assert_eq!(me(&shop, &mina.token).await.status, 200);
    shop.test.clock.advance(Duration::from_secs(1));
    me(&shop, &mina.token).await.refused(401, "A_008", None);
    assert_eq!(mina.client.me().await.unwrap().user_id, mina.id);
    assert_ne!(mina.client.tokens().unwrap().access_token, mina.token);
}

#[tokio::test]
async fn gives_a_new_access_token_as_plain_text() {
    let shop = Shop::open().await;
    shop.test.join("mina").await;
    let refresh_token = log_in(&shop).await["refreshToken"].clone();
    shop.test.clock.advance(Duration::from_hours(1));
    // The refresh token stays as it is.
    for _ in 0..2 {
        let answer = shop.post("/api/auth/token", &json!({"refreshToken": refresh_token})).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "text/plain; charset=utf-8"));
        assert_eq!(me(&shop, answer.text()).await.ok()["name"], json!("mina"));
        shop.test.clock.advance(Duration::from_mins(1));
    }
}

#[tokio::test]
async fn refreshing_spends_the_token() {
    let shop = Shop::open().await;
    shop.test.join("mina").await;
    let first = log_in(&shop).await;
    let refresh =
        async |tokens: &Value| shop.post("/api/auth/refresh", &json!({"refreshToken": tokens["refreshToken"]})).await;
    let second = refresh(&first).await.ok();
    assert_ne!(first["refreshToken"], second["refreshToken"]);
    assert_eq!(me(&shop, second["accessToken"].as_str().unwrap()).await.status, 200);
    // Two programs of one user, or a lost answer: that soon, the old one is taken once more.
    shop.test.clock.advance(Duration::from_secs(29));
    refresh(&first).await.ok();
    // Later it has been stolen: all that was ever traded for it ends.
    shop.test.clock.advance(Duration::from_secs(2));
    refresh(&first).await.refused(401, "A_012", None);
    refresh(&second).await.refused(401, "A_012", None);
}

/// On whichever route a copied token is shown.
#[tokio::test]
async fn a_spent_token_on_the_classic_route_ends_the_session_too() {
    let shop = Shop::open().await;
    shop.test.join("mina").await;
    let first = log_in(&shop).await;
    let ask =
        async |path: &str, tokens: &Value| shop.post(path, &json!({"refreshToken": tokens["refreshToken"]})).await;
    let second = ask("/api/auth/refresh", &first).await.ok();
    shop.test.clock.advance(Duration::from_secs(30));
    ask("/api/auth/token", &first).await.refused(401, "A_012", None);
    assert_eq!(ask("/api/auth/token", &second).await.status, 200);
    shop.test.clock.advance(Duration::from_secs(1));
    ask("/api/auth/token", &first).await.refused(401, "A_012", None);
    ask("/api/auth/token", &second).await.refused(401, "A_012", None);
    ask("/api/auth/refresh", &second).await.refused(401, "A_012", None);
}

#[tokio::test]
async fn refuses_refresh_tokens_that_are_none() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let expired = log_in(&shop).await["refreshToken"].clone();
    shop.test.clock.advance(Duration::from_hours(24 * 30));
    for path in ["/api/auth/token", "/api/auth/refresh"] {
        for token in [json!("x"), json!(""), json!(mina.token), expired.clone()] {
            shop.post(path, &json!({"refreshToken": token})).await.refused(401, "A_004", None);
        }
        shop.post(path, &json!({})).await.refused(400, "G_001", Some("refreshToken"));
        shop.post(path, &json!({"refreshToken": 7})).await.refused(400, "G_001", Some("refreshToken"));
        shop.post(path, &json!({"refreshToken": "x", "user": 1})).await.refused(400, "G_001", Some("user"));
    }
}

#[tokio::test]
async fn logging_out_revokes_every_refresh_token() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let other_session = log_in(&shop).await;
    let log_out = async || Answer::to(shop.request(Method::POST, "/api/auth/logout").bearer_auth(&mina.token)).await;
    assert_eq!(log_out().await.ok(), json!("OK"));
    for path in ["/api/auth/token", "/api/auth/refresh"] {
        let body = json!({"refreshToken": other_session["refreshToken"]});
        shop.post(path, &body).await.refused(401, "A_012", None);
    }
    log_out().await.refused(401, "A_007", None);
    Answer::to(shop.request(Method::POST, "/api/auth/logout")).await.refused(401, "A_005", None);
    assert_eq!(mina.client.logout().await.unwrap_err().code(), Some(ErrorCode::NothingToLogOut));
}
