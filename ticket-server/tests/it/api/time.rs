use serde_json::json;
use ticket_core::clock::Clock as _;

use crate::shop::Shop;

#[tokio::test]
async fn tells_the_time_of_the_shop_in_milliseconds() {
    let shop = Shop::open().await;
    shop.test.clock.advance(std::time::Duration::from_millis(1_234));
    let now = shop.test.clock.now().as_millisecond();
    assert_eq!(shop.get("/api/time").await.ok(), json!({"serverTime": now, "timeZone": "Asia/Seoul"}));
    assert_eq!(shop.client().time().await.unwrap().server_time, now);
}
