use serde_json::json;

use crate::shop::Shop;

#[tokio::test]
async fn says_that_it_lives_and_is_ready() {
    let shop = Shop::open().await;
    let alive = shop.get("/healthz").await;
    assert_eq!((alive.status, alive.text()), (200, "ok"));
    assert_eq!(
        shop.get("/readyz").await.ok(),
        json!({"ready": true, "parts": {"database": "ready", "lockStore": "ready"}})
    );
}

#[tokio::test]
async fn says_which_part_is_not_ready() {
    let shop = Shop::open().await;
    shop.test.box_office.shutdown().await;
    assert_eq!(shop.get("/healthz").await.status, 200);
    let ready = shop.get("/readyz").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.text(), r#"{"ready":false,"parts":{"database":"notReady","lockStore":"notReady"}}"#);
}
