//! Limits by address and account, proxies, and what browsers are told.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::json;
use ticket_core::api::{Credentials, ErrorCode};
use ticket_server::{ProxyHeader, RateLimit, ServerConfig};

use crate::answer::Answer;
use crate::shop::Shop;

const FEW: Option<RateLimit> = Some(RateLimit { burst: 3, per_second: 1 });

fn behind_a_proxy() -> ServerConfig {
    ServerConfig { trusted_proxies: vec!["127.0.0.1/32".parse().unwrap()], ..ServerConfig::default() }
}

fn login(shop: &Shop, password: &str) -> RequestBuilder {
    shop.request(Method::POST, "/api/auth/login").json(&json!({"email": "mina@example.com", "password": password}))
}

#[tokio::test]
async fn who_asks_too_often_has_to_wait() {
    let shop = Shop::guarded(ServerConfig { requests: FEW, ..ServerConfig::default() }).await;
    for _ in 0..3 {
        shop.get("/api/time").await.ok();
    }
    let answer = shop.get("/api/time").await;
    let problem = answer.refused(429, "R_001", None);
    assert_eq!((problem.retry_after, answer.header("retry-after")), (Some(1), "1"));
    assert_eq!(problem.message, "Too many requests; try again in 1 s.");
    // Joining and logging in have a limit of their own.
    shop.test.join("mina").await;
    Answer::to(login(&shop, "password of mina")).await.ok();
}

#[tokio::test]
async fn joining_and_logging_in_are_limited_together() {
    let shop = Shop::guarded(ServerConfig { logins: FEW, ..ServerConfig::default() }).await;
    shop.test.join("mina").await;
    let join = json!({"email": "joon@example.com", "password": "password of joon", "name": "Joon"});
    shop.post("/api/users", &join).await.ok();
    for _ in 0..2 {
        Answer::to(login(&shop, "password of mina")).await.ok();
    }
    Answer::to(login(&shop, "password of mina")).await.refused(429, "R_001", None);
    shop.post("/api/users", &join).await.refused(429, "R_001", None);
    shop.get("/api/time").await.ok();
}

#[tokio::test]
async fn each_client_behind_a_trusted_proxy_has_its_own_limit() {
    let shop = Shop::guarded(ServerConfig { requests: FEW, ..behind_a_proxy() }).await;
    let ask = async |client: &str| {
        Answer::to(shop.request(Method::GET, "/api/time").header("x-forwarded-for", client)).await.status
    };
    for client in ["192.0.2.1", "192.0.2.2", "2001:db8::1"] {
        assert_eq!([ask(client).await, ask(client).await, ask(client).await, ask(client).await], [200, 200, 200, 429]);
    }
    // What the client has said itself is before what the proxy has appended.
    assert_eq!(ask("203.0.113.7, 192.0.2.1").await, 429);
}

#[tokio::test]
async fn nobody_else_tells_who_he_is() {
    for config in [ServerConfig::default(), ServerConfig { proxy_header: ProxyHeader::Forwarded, ..behind_a_proxy() }] {
        let shop = Shop::guarded(ServerConfig { requests: FEW, ..config }).await;
        let ask = async |n: usize| {
            let request = shop.request(Method::GET, "/api/time").header("x-forwarded-for", format!("192.0.2.{n}"));
            Answer::to(request).await.status
        };
        assert_eq!([ask(1).await, ask(2).await, ask(3).await, ask(4).await], [200, 200, 200, 429]);
    }
}

#[tokio::test]
async fn wrong_passwords_cost_a_pause_but_lock_nobody_out() {
    let shop = Shop::guarded(behind_a_proxy()).await;
    shop.test.join("mina").await;
    let log_in = async |address: &str, password: &str| {
        Answer::to(login(&shop, password).header("x-forwarded-for", address)).await
    };
    for _ in 0..6 {
        log_in("198.51.100.1", "a guess").await.refused(401, "A_001", None);
    }
    // Not even the right one, or guessing would go on.
    log_in("198.51.100.1", "password of mina").await.refused(429, "R_001", None);
    log_in("192.0.2.1", "password of mina").await.ok();
}

#[tokio::test]
async fn many_addresses_win_few_guesses_and_lock_nobody_out_who_was_there_before() {
    let shop = Shop::guarded(behind_a_proxy()).await;
    shop.test.join("mina").await;
    let log_in = async |address: &str, password: &str| {
        Answer::to(login(&shop, password).header("x-forwarded-for", address)).await
    };
    log_in("192.0.2.1", "password of mina").await.ok();
    for n in 0..100 {
        log_in(&format!("198.51.100.{n}"), "a guess").await.refused(401, "A_001", None);
    }
    for n in 100..110 {
        log_in(&format!("198.51.100.{n}"), "a guess").await.refused(429, "R_001", None);
    }
    log_in("192.0.2.1", "password of mina").await.ok();
}

#[tokio::test]
async fn a_patient_client_comes_again_when_it_is_told_to() {
    let shop = Shop::guarded(ServerConfig { logins: FEW, ..ServerConfig::default() }).await;
    shop.test.join("mina").await;
    let credentials = Credentials { email: "mina@example.com".into(), password: "password of mina".into() };
    let client = shop.client().with_patience(Duration::from_mins(1));
    for _ in 0..4 {
        client.login(&credentials).await.unwrap();
    }
    let metrics = client.metrics().await.unwrap();
    let logins = |status: u16, count: u32| {
        let labels = format!("{{method=\"POST\",route=\"/api/auth/login\",status=\"{status}\"}}");
        metrics.contains(&format!("ticket_http_request_duration_seconds_count{labels} {count}\n"))
    };
    assert!(logins(200, 4) && logins(429, 1), "it came too early, or not at all: {metrics}");
    // Without patience, the refusal is the answer.
    let hasty = shop.client();
    let refused = loop {
        if let Err(error) = hasty.login(&credentials).await {
            break error;
        }
    };
    assert_eq!(refused.code(), Some(ErrorCode::TooManyRequests));
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn guessing_the_present_password_costs_a_pause_too() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let change = async |current: &str| {
        let change = json!({"currentPassword": current, "newPassword": "another password"});
        shop.post_as(&mina, "/api/users/me/password", &change).await
    };
    for _ in 0..6 {
        change("a guess").await.refused(401, "A_001", None);
    }
    change("password of mina").await.refused(429, "R_001", None);
}

#[tokio::test]
async fn a_trusted_proxy_names_the_request() {
    let ask = async |shop: &Shop, id: &str| {
        let answer = Answer::to(shop.request(Method::GET, "/nothing").header("x-request-id", id)).await;
        answer.refused(404, "G_002", None).request_id.unwrap()
    };
    let shop = Shop::guarded(behind_a_proxy()).await;
    assert_eq!(ask(&shop, "4711-ab.c").await, "4711-ab.c");
    for bad in ["", "two words", "\"quoted\"", &"x".repeat(129)] {
        assert_ne!(ask(&shop, bad).await, bad);
    }
    let shop = Shop::open().await;
    assert_ne!(ask(&shop, "4711-ab.c").await, "4711-ab.c");
}

#[tokio::test]
async fn browsers_are_told_to_make_nothing_else_of_it() {
    let shop = Shop::open().await;
    for path in ["/api/shows", "/api/shows/99", "/healthz", "/nothing"] {
        let answer = shop.get(path).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
    }
    // What has a version may be kept, and asked for again.
    let layout = shop.get(&format!("/api/performances/{}/layout", shop.performance(0).await)).await;
    assert_eq!(layout.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn pages_of_other_origins_read_only_what_they_may() {
    let ask = async |shop: &Shop, method: Method, path: &str, origin: &str| {
        let request =
            shop.request(method, path).header("origin", origin).header("access-control-request-method", "POST");
        Answer::to(request).await
    };
    let (ours, another) = ("https://tickets.example.com", "https://evil.example.com");
    let shop = Shop::open().await;
    for method in [Method::GET, Method::OPTIONS] {
        assert_eq!(ask(&shop, method, "/api/shows", ours).await.header("access-control-allow-origin"), "");
    }
    let shop = Shop::guarded(ServerConfig { cors_origins: vec![ours.into()], ..ServerConfig::default() }).await;
    for path in ["/api/shows", "/api/shows/99"] {
        assert_eq!(ask(&shop, Method::GET, path, ours).await.header("access-control-allow-origin"), ours);
        assert_eq!(ask(&shop, Method::GET, path, another).await.header("access-control-allow-origin"), "");
    }
    let preflight = ask(&shop, Method::OPTIONS, "/api/bookings", ours).await;
    assert_eq!(preflight.status, 200);
    assert!(preflight.header("access-control-allow-headers").contains("idempotency-key"));
}

#[tokio::test]
async fn a_star_among_the_origins_is_for_all() {
    let another = "https://elsewhere.example";
    let cors_origins = vec!["*".into(), "https://tickets.example.com".into()];
    let shop = Shop::guarded(ServerConfig { cors_origins, ..ServerConfig::default() }).await;
    let request = shop.request(Method::GET, "/api/shows").header("origin", another);
    assert_eq!(Answer::to(request).await.header("access-control-allow-origin"), "*");
}
