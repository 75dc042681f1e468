use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use ticket_core::api::BookRequest;
use ticket_core::domain::{Category, RankingPeriod, ShowId};
use ticket_core::testing::PlanBuilder;

use crate::answer::Answer;
use crate::shop::{GAP, Shop};

#[tokio::test]
async fn lists_shows() {
    let shop = Shop::open().await;
    let tempest = json!({
        "showId": 1, "showName": "The Tempest", "placeName": "Small Hall", "category": "PLAY",
        "showStartDate": "2027-03-01", "showEndDate": "2027-03-03",
    });
    let page = json!({"content": [tempest], "totalPages": 1, "totalItems": 1, "currentPage": 0, "pageSize": 20});
    assert_eq!(shop.get("/api/shows").await.ok(), page);
    assert_eq!(shop.get("/api/shows?utm_source=mail").await.ok(), page, "a foreign parameter does no harm");
}

#[tokio::test]
async fn lists_shows_in_pages_newest_first() {
    let shop = Shop::open().await;
    for name in ["Hamlet", "Macbeth"] {
        let plan = PlanBuilder::hall(1, 1).with(|plan| {
            plan.name = name.into();
            plan.category = Category::Musical;
        });
        shop.test.apply(plan.build()).await;
    }
    let list = async |query: &str| {
        let page = shop.get(&format!("/api/shows?{query}")).await.ok();
        let names: Vec<Value> = page["content"].as_array().unwrap().iter().map(|s| s["showName"].clone()).collect();
        (json!(names), page["totalPages"].clone(), page["totalItems"].clone())
    };
    assert_eq!(list("").await, (json!(["Macbeth", "Hamlet", "The Tempest"]), json!(1), json!(3)));
    assert_eq!(list("size=2").await, (json!(["Macbeth", "Hamlet"]), json!(2), json!(3)));
    assert_eq!(list("size=2&page=1").await, (json!(["The Tempest"]), json!(2), json!(3)));
    assert_eq!(list("size=2&page=2").await, (json!([]), json!(2), json!(3)));
    for category in ["MUSICAL", "musical", "Musical"] {
        assert_eq!(list(&format!("category={category}")).await.0, json!(["Macbeth", "Hamlet"]), "{category}");
    }
    assert_eq!(list("category=CONCERT").await, (json!([]), json!(0), json!(0)));
    assert_eq!(list("q=temp").await.0, json!(["The Tempest"]));
    assert_eq!(list("q=%25").await.0, json!([]), "a percent sign is no wildcard");

    let typed = shop.client().shows(Some(Category::Musical), Some("ham"), 0).await.unwrap();
    assert_eq!(typed.content.iter().map(|show| show.show_name.as_str()).collect::<Vec<_>>(), ["Hamlet"]);
}

#[tokio::test]
async fn refuses_a_list_that_makes_no_sense() {
    let shop = Shop::open().await;
    for (query, status, code, field) in [
        ("size=0", 400, "G_001", "size"),
        ("size=101", 400, "G_001", "size"),
        ("size=-1", 400, "G_001", "size"),
        ("size=", 400, "G_001", "size"),
        ("page=-1", 400, "G_001", "page"),
        ("page=first", 400, "G_001", "page"),
        ("page=1.5", 400, "G_001", "page"),
        ("page=18446744073709551615&size=100", 400, "G_001", "page"),
        ("page=18446744073709551616", 400, "G_001", "page"),
        ("page=0&page=1", 400, "G_001", "page"),
        ("category=", 400, "G_001", "category"),
        ("category=%20", 400, "G_001", "category"),
        ("category=OPERA", 404, "S_003", "category"),
        ("q=%ff", 400, "G_001", "q"),
    ] {
        shop.get(&format!("/api/shows?{query}")).await.refused(status, code, Some(field));
    }
}

#[tokio::test]
async fn shows_one_show() {
    let shop = Shop::open().await;
    let expected = json!({
        "showId": 1, "showName": "The Tempest", "category": "PLAY",
        "showStartDate": "2027-03-01", "showEndDate": "2027-03-03",
        "showTime": 120, "showIntermissionTime": 15, "showAgeLimit": "8+",
        "totalSeats": 59, "maxSeatsPerUser": 4, "likes": 0,
        "placeDetailsInfo": {
            "showPlaceName": "Small Hall", "showPlaceContactInfo": "02-123-4567",
            "showPlaceAddress": "1 Hall Street, Seoul", "showPlaceUrl": "https://hall.example",
        },
    });
    assert_eq!(shop.get("/api/shows/1").await.ok(), expected);
    assert_eq!(shop.client().show(ShowId(1)).await.unwrap().total_seats, 59);
    let head = Answer::to(shop.request(Method::HEAD, "/api/shows/1")).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[tokio::test]
async fn refuses_unknown_shows_and_what_is_no_id() {
    let shop = Shop::open().await;
    for tail in ["", "/available", "/seats?date=2027-03-01&round=1"] {
        for unknown in ["0", "99", "9223372036854775807"] {
            shop.get(&format!("/api/shows/{unknown}{tail}")).await.refused(404, "S_001", None);
        }
        for bad in ["-1", "+1", "one", "1.0", "9223372036854775808", "%20", "%ff", "1%00"] {
            shop.get(&format!("/api/shows/{bad}{tail}")).await.refused(400, "G_001", Some("showId"));
        }
    }
    shop.get("/api/shows/seats/booked?showId=99&date=2027-03-01&round=1").await.refused(404, "S_001", None);
}

#[tokio::test]
async fn tells_what_is_left() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    let date = |show_date: &str, round, id, left, closes: &str| {
        json!({
            "showDate": show_date, "round": round, "startTime": "19:30:00", "performanceId": id,
            "leftSeats": left, "saleClosesAt": closes,
        })
    };
    let mut third = date("2027-03-02", 1, 3, 59, "2027-03-02T10:30:00Z");
    third["saleOpensAt"] = json!("2027-02-01T01:00:00Z");
    let expected = |left| {
        json!({"availableDates": [
            date("2027-03-01", 1, 1, left, "2027-03-01T10:30:00Z"),
            date("2027-03-01", 2, 2, 59, "2027-03-01T10:30:00Z"),
            third.clone(),
            date("2027-03-03", 1, 4, 59, "2027-01-01T00:00:00Z"),
        ]})
    };
    assert_eq!(shop.get("/api/shows/1/available").await.ok(), expected(59));
    shop.hold(&mina, [0, 1]).await;
    mina.client.book(&BookRequest::Seats { seat_ids: shop.seats([2]).await }).await.unwrap();
    assert_eq!(shop.get("/api/shows/1/available").await.ok(), expected(56));
    assert_eq!(shop.client().available(ShowId(1)).await.unwrap().available_dates[0].left_seats, 56);
}

#[tokio::test]
async fn lists_the_seats_of_a_round_by_grade_and_price() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    shop.hold(&mina, [0]).await;
    mina.client.book(&BookRequest::Seats { seat_ids: shop.seats([1]).await }).await.unwrap();

    let seats = shop.get("/api/shows/1/seats?date=2027-03-01&round=1").await.ok();
    let groups = seats["seatsInfo"].as_array().unwrap();
    assert_eq!(seats.as_object().unwrap().len(), 1);
    let heads: Vec<_> = groups.iter().map(|g| json!([g["grade"], g["leftSeats"], g["price"]])).collect();
    assert_eq!(heads, [json!(["VIP", 7, 150_000]), json!(["R", 50, 90_000])]);

    let vip = groups[0]["seats"].as_array().unwrap();
    let ids: Vec<i64> = vip.iter().map(|seat| seat["id"].as_i64().unwrap()).collect();
    assert!(ids.is_sorted_by(|a, b| a > b), "highest id first: {ids:?}");
    let by_place: Vec<_> = vip.iter().rev().collect();
    let states: Vec<_> = by_place.iter().map(|seat| seat["isBookingAvailable"].as_str().unwrap()).collect();
    assert_eq!(states[..3], ["BOOKED", "BOOKED", "AVAILABLE"], "a held seat appears as booked");
    assert_eq!(
        *by_place[GAP],
        json!({
            "id": shop.seats([GAP]).await[0], "date": "2027-03-01", "seat": false, "positionInfo_sector": "1F",
            "positionInfo_row": "A", "positionInfo_col": 10, "price": 150_000, "isBookingAvailable": "AVAILABLE",
        })
    );
}

#[tokio::test]
async fn an_unknown_round_has_no_seats() {
    let shop = Shop::open().await;
    for query in ["date=2027-03-01&round=3", "date=2026-01-01&round=1", "date=2027-03-01&round=0"] {
        assert_eq!(shop.get(&format!("/api/shows/1/seats?{query}")).await.ok(), json!({"seatsInfo": []}));
        let booked = shop.get(&format!("/api/shows/seats/booked?showId=1&{query}")).await.ok();
        assert_eq!(booked, json!({"seatsDetailInfos": []}));
    }
}

#[tokio::test]
async fn refuses_a_round_that_is_none() {
    let shop = Shop::open().await;
    for (query, field) in [
        ("", "date"),
        ("date=2027-03-01", "round"),
        ("round=1", "date"),
        ("date=2027-02-29&round=1", "date"),
        ("date=tomorrow&round=1", "date"),
        ("date=2027-03-01&round=-1", "round"),
        ("date=2027-03-01&round=4294967296", "round"),
        ("date=2027-03-01&round=first", "round"),
    ] {
        shop.get(&format!("/api/shows/1/seats?{query}")).await.refused(400, "G_001", Some(field));
        let booked = shop.get(&format!("/api/shows/seats/booked?showId=1&{query}")).await;
        booked.refused(400, "G_001", Some(field));
    }
    for (show, query) in [("", "date=2027-03-01&round=1"), ("showId=x&", "date=2027-03-01&round=1")] {
        shop.get(&format!("/api/shows/seats/booked?{show}{query}")).await.refused(400, "G_001", Some("showId"));
    }
}

#[tokio::test]
async fn lists_the_booked_seats_of_a_round_and_no_held_ones() {
    let shop = Shop::open().await;
    let mina = shop.buyer("mina").await;
    shop.hold(&mina, [0]).await;
    let path = "/api/shows/seats/booked?showId=1&date=2027-03-01&round=1";
    assert_eq!(shop.get(path).await.ok(), json!({"seatsDetailInfos": []}));
    let seats = shop.seats([1, 10]).await;
    mina.client.book(&BookRequest::Seats { seat_ids: seats.clone() }).await.unwrap();
    let seat = |id, row: &str, number, price| {
        json!({
            "id": id, "date": "2027-03-01", "isSeat": true, "positionInfo_sector": "1F", "positionInfo_row": row,
            "positionInfo_col": number, "price": price, "status": "BOOKED",
        })
    };
    let expected = json!({"seatsDetailInfos": [seat(seats[1], "B", 1, 90_000), seat(seats[0], "A", 2, 150_000)]});
    assert_eq!(shop.get(path).await.ok(), expected);
}

#[tokio::test]
async fn ranks_the_shows_of_a_category() {
    let shop = Shop::open().await;
    for name in ["Hamlet", "Macbeth"] {
        shop.test.apply(PlanBuilder::hall(1, 4).with(|plan| plan.name = name.into()).build()).await;
    }
    let mina = shop.buyer("mina").await;
    let book = async |show: i64, count: usize| {
        let performance = shop.client().available(ShowId(show)).await.unwrap().available_dates[0].performance_id;
        let layout = shop.client().layout(performance).await.unwrap();
        let seat_ids = layout.seats().map(|seat| seat.id).take(count).collect();
        mina.client.book(&BookRequest::Seats { seat_ids }).await.unwrap();
    };
    book(2, 1).await;
    book(3, 3).await;
    shop.test.clock.advance(Duration::from_millis(3_661_500));
    let show = |id, name, tickets| {
        json!({
            "showId": id, "showName": name, "placeName": "Small Hall", "showStartDate": "2027-03-01",
            "showEndDate": "2027-03-01", "totalTicketCount": tickets,
        })
    };
    let expected = |start: &str| {
        json!({
            "aggregateStartAt": start, "aggregateEndAt": "2027-01-02 10:01:01",
            "showInfos": [show(3, "Macbeth", 3), show(2, "Hamlet", 1)],
        })
    };
    for (query, start) in [
        ("category=PLAY&period=DAY", "2027-01-02 00:00:00"),
        ("category=play&period=week", "2026-12-31 00:00:00"),
        ("period=Month&category=Play&page=7", "2027-01-01 00:00:00"),
    ] {
        assert_eq!(shop.get(&format!("/api/shows/ranking?{query}")).await.ok(), expected(start), "{query}");
    }
    let none = shop.get("/api/shows/ranking?category=CONCERT&period=DAY").await.ok();
    assert_eq!(none["showInfos"], json!([]));

    let typed = shop.client().ranking(Category::Play, RankingPeriod::Week).await.unwrap();
    assert_eq!(typed.aggregate_start_at, "2026-12-31T00:00:00".parse().unwrap());
    let tickets: Vec<_> = typed.show_infos.iter().map(|show| (show.show_id.0, show.total_ticket_count)).collect();
    assert_eq!(tickets, [(3, 3), (2, 1)]);
}

#[tokio::test]
async fn refuses_a_ranking_of_nothing_known() {
    let shop = Shop::open().await;
    for (query, status, code, field) in [
        ("", 400, "G_001", "category"),
        ("period=DAY", 400, "G_001", "category"),
        ("category=PLAY", 400, "G_001", "period"),
        ("category=&period=DAY", 400, "G_001", "category"),
        ("category=PLAY&period=", 400, "G_001", "period"),
        ("category=PLAY&period=%20", 400, "G_001", "period"),
        ("category=PLAY&period=%ff", 400, "G_001", "period"),
        ("category=PLAY&category=PLAY&period=DAY", 400, "G_001", "category"),
        ("category=OPERA&period=DAY", 404, "S_003", "category"),
        ("category=PLAY&period=YEAR", 404, "S_004", "period"),
        ("category=PLAY&period=DAY%20", 404, "S_004", "period"),
        ("category=PLAY&period=%EC%9D%BC", 404, "S_004", "period"),
    ] {
        shop.get(&format!("/api/shows/ranking?{query}")).await.refused(status, code, Some(field));
    }
    let post = Answer::to(shop.request(Method::POST, "/api/shows/ranking?category=PLAY&period=DAY")).await;
    post.refused(405, "G_003", None);
}
