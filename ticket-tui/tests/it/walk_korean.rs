//! In Korean, with the keys of a Korean input method that is on.

use ticket_core::domain::BookingState;

use crate::picker::{ENTER, ESC, Picker};
use crate::shop::{PASSWORD, Shop};

#[test]
fn the_whole_way_in_korean_with_the_input_method_on() {
    let shop = Shop::open();
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url(), "--lang", "ko"], state.path());
    picker.wait_for("계정이 없으면");
    picker.press("\u{e}");
    picker.wait_for("계정이 있으면");
    picker.press("mina@example.com\tcorrect horse\t김민아\r");
    picker.wait_for("Hamlet 햄릿");
    picker.wait_for("김민아님, 안녕하세요.");
    picker.press("/ㅎㄹ\r\r");
    picker.wait_for("남은 좌석");
    picker.press(ENTER);
    picker.wait_for("선택한 좌석이 없습니다.");
    picker.wait_for("● 실시간");
    // b, the key under ㅠ.
    picker.press("3ㅠ");
    picker.wait_for("3석 선택");
    picker.press(ENTER);
    picker.wait_for("동안 좌석을 잡고 있습니다.");
    picker.press(ENTER);
    picker.wait_for("예매 번호는 1번입니다.");
    assert_eq!(shop.bookings()[0].valid_tickets().count(), 3);
    // m, the key under ㅡ.
    picker.press("ㅡ");
    picker.wait_for("일시");
    picker.wait_for("티켓 3장");
    picker.press(ENTER);
    picker.wait_for("전체 취소");
    picker.press("C");
    picker.wait_for("예매 전체(티켓 3장)를 취소할까요?");
    picker.press("ㅛ");
    picker.wait_for("티켓 3장을 취소했습니다.");
    assert_eq!(shop.bookings()[0].state, BookingState::Canceled);
    // q, the key under ㅂ.
    picker.press("ㅂ");
    assert_eq!(picker.end(), 0);
}

#[test]
fn picking_swapping_holding_and_letting_go_with_jamo() {
    let shop = Shop::open();
    shop.join("mina@example.com");
    let state = tempfile::tempdir().unwrap();
    let mut picker = Picker::open(&["--server", &shop.url(), "--lang", "ko"], state.path());
    picker.wait_for("계정이 없으면");
    picker.press(&format!("mina@example.com\t{PASSWORD}\r"));
    picker.wait_for("Hamlet 햄릿");
    // R and p: the ranking, by month.
    picker.press("ㄲ");
    picker.wait_for("이번 주 판매 순위: 전체");
    picker.press("ㅔ");
    picker.wait_for("이번 달 판매 순위: 전체");
    picker.press(ESC);
    picker.wait_for("A 계정");
    picker.press(ENTER);
    picker.wait_for("남은 좌석");
    // f likes the show.
    picker.press("ㄹ");
    picker.wait_for("♥ 1, 나도 좋아함");
    picker.press(ENTER);
    picker.wait_for("● 실시간");
    // b, b, u: the best, the next best, and back.
    picker.press("ㅠ");
    picker.wait_for("2석 선택");
    let best = picker.contents();
    picker.press("ㅠ");
    picker.wait_until("others", |screen| screen.contents() != best);
    picker.press("ㅕ");
    picker.wait_for("되돌림.");
    // h, s, 5l, s: another seat instead of the one under the cursor.
    picker.press("ㅗㄴ");
    picker.wait_for("이 좌석으로 바꾸기");
    picker.press("5ㅣㄴ");
    picker.wait_until("a swapped pair", |screen| {
        !screen.contents().contains("이 좌석으로 바꾸기") && screen.contents().contains("2석 선택")
    });
    picker.press(ENTER);
    picker.wait_for("동안 좌석을 잡고 있습니다.");
    // e: more time.
    picker.press("ㄷ");
    picker.wait_for("연장했습니다.");
    // r: let go.
    picker.press("ㄱ");
    picker.wait_for("2석을 놓았습니다.");
    assert_eq!(shop.holds(), 0);
    // W and q: the waitlist, and out.
    picker.press("ㅉ");
    picker.wait_for("대기 중인 신청이 없습니다.");
    picker.press("ㅂ");
    assert_eq!(picker.end(), 0);
}
