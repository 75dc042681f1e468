//! What every route has in common when it refuses.

use reqwest::Method;
use serde_json::json;

use crate::answer::Answer;
use crate::raw::RawConnection;
use crate::shop::Shop;

#[tokio::test]
async fn unknown_route() {
    let shop = Shop::open().await;
    for path in ["/", "/api", "/api/nothing", "/api/shows/", "/api/shows/1/2/3", "/API/shows"] {
        shop.get(path).await.refused(404, "G_002", None);
    }
}

#[tokio::test]
async fn wrong_method_says_which_are_right() {
    let shop = Shop::open().await;
    for (method, path, allowed) in [
        (Method::PUT, "/api/holds", "GET,HEAD,POST"),
        (Method::GET, "/api/users", "POST"),
        (Method::POST, "/api/shows", "GET,HEAD"),
        (Method::GET, "/api/holds/1-0", "DELETE,PATCH"),
    ] {
        let answer = Answer::to(shop.request(method, path)).await;
        answer.refused(405, "G_003", None);
        let mut found: Vec<_> = answer.header("allow").split(',').collect();
        found.sort_unstable();
        assert_eq!(found.join(","), allowed, "{path}");
    }
}

#[tokio::test]
async fn a_body_may_have_64_kib() {
    let shop = Shop::open().await;
    let body = |size: usize| {
        let join = r#"{"email":"a@b.c","password":"12345678","name":"A"}"#;
        join.to_owned() + &" ".repeat(size - join.len())
    };
    shop.post_bytes("/api/users", body(64 * 1024 + 1)).await.refused(413, "G_004", None);
    assert_eq!(shop.post_bytes("/api/users", body(64 * 1024)).await.status, 200);
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_before_it_is_sent() {
    let shop = Shop::open().await;
    let mut connection = RawConnection::to(shop.address()).await;
    let head = "POST /api/users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99999999999";
    connection.send(format!("{head}\r\n\r\n")).await;
    assert!(connection.read_until("\r\n\r\n").await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn who_does_not_finish_the_head_of_a_request_is_let_go() {
    let shop = Shop::open().await;
    let mut connection = RawConnection::to(shop.address()).await;
    connection.send("GET /api/shows HTTP/1.1\r\nhost: ").await;
    let answer = connection.read_to_end().await;
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

#[tokio::test]
async fn a_body_must_be_said_to_be_json() {
    let shop = Shop::open().await;
    let login = r#"{"email":"nobody@example.com","password":"x"}"#;
    let post = |content_type: Option<&str>| {
        let request = shop.request(Method::POST, "/api/auth/login").body(login);
        Answer::to(content_type.iter().fold(request, |request, value| request.header("content-type", *value)))
    };
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("json"), Some("")] {
        post(content_type).await.refused(415, "G_005", None);
    }
    // These come as far as the accounts.
    for content_type in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
        post(Some(content_type)).await.refused(401, "A_001", None);
    }
}

#[tokio::test]
async fn a_body_must_be_what_it_is_said_to_be() {
    let shop = Shop::open().await;
    for (body, field) in [
        (&b""[..], None),
        (b"{", None),
        (b"null", None),
        (b"[1]", None),
        (b"{\"email\":\"a@b.c\",\"password\":\"x\"} {}", None),
        (b"{\"email\":\"a@b.c\"}", Some("password")),
        (b"{\"email\":null,\"password\":\"x\"}", Some("email")),
        (b"{\"email\":\"a@b.c\",\"password\":12345678}", Some("password")),
        (b"{\"email\":\"a@b.c\",\"password\":\"x\",\"role\":\"ADMIN\"}", Some("role")),
        (b"{\"email\":\"a@b.c\",\"email\":\"a@b.c\",\"password\":\"x\"}", Some("email")),
        (b"{\"email\":\"\xc3\x28\",\"password\":\"x\"}", Some("email")),
    ] {
        shop.post_bytes("/api/auth/login", body).await.refused(400, "G_001", field);
    }
}

#[tokio::test]
async fn messages_come_in_the_language_of_the_request() {
    let shop = Shop::open().await;
    let ask = async |path: &str, language: &str| {
        let answer = Answer::to(shop.request(Method::GET, path).header("accept-language", language)).await;
        serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap()["message"].as_str().unwrap().to_owned()
    };
    for (language, of_the_server, of_the_box_office) in [
        ("en", "There is nothing at this path.", "There is no show 99."),
        ("ko-KR,ko;q=0.9,en;q=0.5", "존재하지 않는 경로입니다.", "공연 99을(를) 찾을 수 없습니다."),
        ("de", "There is nothing at this path.", "There is no show 99."),
    ] {
        assert_eq!(ask("/nothing", language).await, of_the_server);
        assert_eq!(ask("/api/shows/99", language).await, of_the_box_office);
    }
}

/// The texts of the box office and those of serde, of bodies, queries, paths and headers.
#[tokio::test]
async fn what_is_malformed_is_told_in_korean_too() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let post = |path: &str, body: &str| (Method::POST, path.to_owned(), body.to_owned());
    let get = |path: &str| (Method::GET, path.to_owned(), String::new());
    let join = |email: &str, password: &str| {
        post("/api/users", &json!({"email": email, "password": password, "name": "M"}).to_string())
    };
    let seats: Vec<u64> = (1..=51).collect();
    for ((method, path, body), message) in [
        (join("a@b.c", "short"), "password: 5자입니다. 8~128자여야 합니다"),
        (
            join("nobody", "long enough"),
            "email: \"nobody\"은(는) 이메일 주소가 아닙니다. 공백 없는 name@host 형식, 최대 254바이트여야 합니다",
        ),
        (post("/api/auth/login", r#"{"email":"a@b.c"}"#), "password: 필수 필드 `password` 없음 (1행 17열)"),
        (
            post("/api/auth/login", r#"{"email":7,"password":"x"}"#),
            "email: 형식이 잘못되었습니다: 정수 `7` (필요한 것: 문자열) (1행 10열)",
        ),
        (post("/api/auth/login", "[]"), "요청 본문은 JSON 객체여야 합니다."),
        (
            post("/api/holds", &json!({"seatIds": seats}).to_string()),
            "seatIds: 좌석 51개를 지정했습니다. 최대 50개까지 허용됩니다",
        ),
        (
            post("/api/holds", r#"{"performanceId":1,"best":{"count":1,"sector":"9F","together":false}}"#),
            "best.sector: \"9F\"입니다. 이 회차에는 1F 구역이 있습니다",
        ),
        (get("/api/shows?size=101"), "size: 101입니다. 1~100이어야 합니다"),
        (get("/api/shows?page=x"), "page: \"x\"입니다: 숫자가 아닙니다"),
        (get("/api/shows/x"), "showId: \"x\"입니다. 양의 정수 형식이어야 합니다"),
        (
            get("/api/shows/1/seats?date=20270301&round=1"),
            "date: \"20270301\"입니다: 2027-03-01과 같은 날짜여야 합니다",
        ),
        (get("/api/users/booking?duration=0"), "duration: 0입니다. 1~3650일이어야 합니다"),
    ] {
        let request = shop.request(method, &path).bearer_auth(&mina.token).header("accept-language", "ko");
        let answer = Answer::to(request.header("content-type", "application/json").body(body)).await;
        assert_eq!(answer.status, 400, "{path}");
        assert_eq!(answer.json()["message"], message, "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_an_id_of_its_own() {
    let shop = Shop::open().await;
    let mut ids = Vec::new();
    for path in ["/healthz", "/api/shows", "/nothing", "/api/shows/99"] {
        ids.push(shop.get(path).await.header("x-request-id").to_owned());
    }
    assert!(ids.iter().all(|id| !id.is_empty()));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn says_when_to_come_again_while_the_database_is_away() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let seats = shop.seats([0]).await;
    shop.test.box_office.shutdown().await;
    let read = shop.get("/api/shows").await;
    let write = shop.post_as(&mina, "/api/bookings", &json!({"seatIds": seats})).await;
    for answer in [read, write] {
        let problem = answer.refused(503, "D_001", None);
        assert_eq!(
            problem.retry_after.map(|seconds| seconds.to_string()).as_deref(),
            Some(answer.header("retry-after"))
        );
    }
}

#[tokio::test]
async fn tells_nothing_of_the_inside() {
    let shop = Shop::open().await;
    let database = rusqlite::Connection::open(shop.test.database()).unwrap();
    database.execute_batch("ALTER TABLE show RENAME COLUMN name TO title").unwrap();
    let answer = shop.get("/api/shows/1").await;
    let problem = answer.refused(500, "G_500", None);
    assert_eq!(problem.message, "Something is wrong on our side.");
    for inside in ["column", "no such", "show.name", "SELECT"] {
        assert!(!answer.text().contains(inside), "{}", answer.text());
    }
}
