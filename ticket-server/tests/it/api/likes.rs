use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::domain::ShowId;
use ticket_core::testing::PlanBuilder;

use crate::answer::Answer;
use crate::shop::{Buyer, Shop};

const LIKE: &str = "/api/shows/1/like";

async fn send(shop: &Shop, buyer: &Buyer, method: Method, path: &str) -> Answer {
    Answer::to(shop.request(method, path).bearer_auth(&buyer.token)).await
}

async fn likes(shop: &Shop) -> Value {
    shop.get("/api/shows/1").await.ok()["likes"].clone()
}

#[tokio::test]
async fn likes_are_counted_once_per_user() {
    let shop = Shop::open().await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    for _ in 0..2 {
        assert_eq!(send(&shop, &mina, Method::PUT, LIKE).await.ok(), json!({"liked": true, "likes": 1}));
    }
    assert_eq!(joon.client.set_like(ShowId(1), true).await.unwrap().likes, 2);
    assert_eq!(likes(&shop).await, json!(2));
    for _ in 0..2 {
        assert_eq!(send(&shop, &mina, Method::DELETE, LIKE).await.ok(), json!({"liked": false, "likes": 1}));
    }
    assert_eq!(joon.client.set_like(ShowId(1), false).await.unwrap().likes, 0);
    assert_eq!(likes(&shop).await, json!(0));
}

#[tokio::test]
async fn one_sees_what_one_likes_oneself_the_last_first() {
    let shop = Shop::open().await;
    shop.test.apply(PlanBuilder::hall(1, 1).with(|plan| plan.name = "Hamlet".into()).build()).await;
    let (mina, joon) = (shop.buyer("mina").await, shop.buyer("joon").await);
    let list = async |buyer: &Buyer, query: &str| shop.get_as(buyer, &format!("/api/users/likes{query}")).await.ok();
    let names = |page: &Value| {
        let content = page["content"].as_array().unwrap().clone();
        content.iter().map(|show| show["showName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let none = json!({"content": [], "totalPages": 0, "totalItems": 0, "currentPage": 0, "pageSize": 20});
    assert_eq!(list(&mina, "").await, none);
    for show in [2, 1] {
        mina.client.set_like(ShowId(show), true).await.unwrap();
        shop.test.clock.advance(std::time::Duration::from_secs(1));
    }
    assert_eq!(names(&list(&mina, "").await), ["The Tempest", "Hamlet"]);
    let second = list(&mina, "?size=1&page=1").await;
    assert_eq!((names(&second), &second["totalPages"]), (vec!["Hamlet".to_owned()], &json!(2)));
    assert_eq!(list(&joon, "").await, none);
    assert_eq!(joon.client.likes(0).await.unwrap().total_items, 0);
}

#[tokio::test]
async fn refuses_what_cannot_be_liked() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    for method in [Method::PUT, Method::DELETE] {
        Answer::to(shop.request(method.clone(), LIKE)).await.refused(401, "A_005", None);
        send(&shop, &mina, method.clone(), "/api/shows/99/like").await.refused(404, "S_001", None);
        send(&shop, &mina, method, "/api/shows/x/like").await.refused(400, "G_001", Some("id"));
    }
    send(&shop, &mina, Method::POST, LIKE).await.refused(405, "G_003", None);
    shop.get("/api/users/likes").await.refused(401, "A_005", None);
    for (query, field) in [("size=0", "size"), ("size=101", "size"), ("page=-1", "page")] {
        shop.get_as(&mina, &format!("/api/users/likes?{query}")).await.refused(400, "G_001", Some(field));
    }
}
