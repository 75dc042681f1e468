//! The keys that matter now, in the lowest line.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ticket_core::api::OfferDetails;
use ticket_core::domain::TicketState;

use crate::keys::Command;
use crate::lang::Say;
use crate::model::{Hall, LoginMode, Model, PromptKind, Screen};
use crate::text::width;

type Hint = (String, &'static str);

/// As many hints as fit; the later ones give way, but never the help.
pub(super) fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let row = Rect::new(0, area.height - 1, area.width, 1);
    let (hints, last) = hints(model);
    let mut room = usize::from(row.width).saturating_sub(cells(&last));
    let fitting = hints.into_iter().filter(|(key, _)| !key.is_empty()).take_while(|hint| {
        let fits = cells(hint) <= room;
        room = room.saturating_sub(cells(hint));
        fits
    });
    let theme = model.theme();
    let spans = fitting.chain([last]).flat_map(|(key, what)| {
        [Span::styled(format!(" {key} "), theme.title()), Span::styled(format!("{what} "), theme.muted())]
    });
    frame.render_widget(Line::from_iter(spans), row);
}

fn cells((key, what): &Hint) -> usize {
    width(key) + width(what) + 3
}

fn hints(model: &Model) -> (Vec<Hint>, Hint) {
    let lang = model.lang();
    if model.help.is_some() {
        let scroll = [Command::ListDown, Command::ListUp].map(|command| model.settings.keys.label(command)).join(" ");
        let more = (super::help_lines_hidden(model) > 0).then(|| (scroll, lang.say("more", "더 보기")));
        return (more.into_iter().collect(), key(model, Command::Back, lang.say("back", "뒤로")));
    }
    let help = lang.say("help", "도움말");
    let last = if crate::update::takes_text(model) { ("F1".into(), help) } else { key(model, Command::Help, help) };
    (on_screen(model), last)
}

fn key(model: &Model, command: Command, what: &'static str) -> Hint {
    (model.settings.keys.label(command), what)
}

/// Hints from commands with their words in both languages.
fn of<const N: usize>(model: &Model, hints: [(Command, &'static str, &'static str); N]) -> Vec<Hint> {
    hints.into_iter().map(|(command, english, korean)| key(model, command, model.lang().say(english, korean))).collect()
}

fn fixed<const N: usize>(model: &Model, hints: [(&str, &'static str, &'static str); N]) -> Vec<Hint> {
    hints.into_iter().map(|(key, english, korean)| (key.to_owned(), model.lang().say(english, korean))).collect()
}

fn on_screen(model: &Model) -> Vec<Hint> {
    match model.screen {
        Screen::Login => login(model),
        Screen::Shows if model.shows.is_searching => {
            fixed(model, [("Enter", "to the list", "목록으로"), ("Esc", "all shows", "전체 보기")])
        }
        Screen::Shows => shows(model),
        Screen::Show => of(
            model,
            [
                (Command::Open, "seat map", "좌석도"),
                (Command::Like, "like", "좋아요"),
                (Command::Refresh, "refresh", "새로고침"),
                (Command::Bookings, "my bookings", "내 예매"),
                (Command::Back, "shows", "공연 목록"),
                (Command::Quit, "quit", "종료"),
            ],
        ),
        Screen::SeatMap => seat_map(model),
        Screen::Checkout => of(
            model,
            [
                (Command::Buy, "buy", "결제"),
                (Command::Extend, "more time", "시간 연장"),
                (Command::Release, "release", "놓기"),
                (Command::Back, "map, hold goes on", "좌석도 (유지)"),
            ],
        ),
        Screen::Ticket => ticket(model),
        Screen::Bookings => of(
            model,
            [
                (Command::Open, "open", "열기"),
                (Command::Refresh, "refresh", "새로고침"),
                (Command::Back, "back", "뒤로"),
                (Command::Quit, "quit", "종료"),
            ],
        ),
        Screen::Booking if model.booking.as_ref().is_some_and(|page| page.ask.is_some()) => {
            fixed(model, [("y", "yes, cancel", "예, 취소"), ("n", "no, keep", "아니요")])
        }
        Screen::Booking => booking(model),
        Screen::Waitlist if model.waitlist.ask.is_some() => fixed(model, [("y", "yes", "예"), ("n", "no", "아니요")]),
        Screen::Waitlist => waitlist(model),
        Screen::Account if model.password.is_some() => {
            fixed(model, [("Enter", "go on", "계속"), ("Tab", "next field", "다음 칸"), ("Esc", "as it was", "취소")])
        }
        Screen::Ranking => of(
            model,
            [
                (Command::Open, "open", "열기"),
                (Command::NextTab, "category", "장르"),
                (Command::RankingPeriod, "period", "기간"),
                (Command::Like, "like", "좋아요"),
                (Command::Back, "shows", "공연 목록"),
                (Command::Quit, "quit", "종료"),
            ],
        ),
        Screen::Account => account(model),
    }
}

/// The hints whose key does something.
fn where_useful<const N: usize>(model: &Model, hints: [(bool, Command, &'static str, &'static str); N]) -> Vec<Hint> {
    let useful = hints.into_iter().filter(|(is_useful, ..)| *is_useful);
    useful.flat_map(|(_, command, english, korean)| of(model, [(command, english, korean)])).collect()
}

fn ticket(model: &Model) -> Vec<Hint> {
    let Some(page) = &model.ticket else { return Vec::new() };
    let has_code = page.selected().is_some_and(|ticket| ticket.seat_status == TicketState::Booked);
    where_useful(
        model,
        [
            (page.receipt.booking_tickets.len() > 1, Command::ListDown, "next ticket", "다음 티켓"),
            (has_code, Command::Code, "code alone", "코드만"),
            (true, Command::Open, "my bookings", "내 예매"),
            (true, Command::Back, "back", "뒤로"),
            (true, Command::Quit, "quit", "종료"),
        ],
    )
}

fn account(model: &Model) -> Vec<Hint> {
    let is_known = model.me.is_some();
    where_useful(
        model,
        [
            (is_known, Command::ChangePassword, "password", "비밀번호 변경"),
            (is_known, Command::LogOut, "log out", "로그아웃"),
            (true, Command::Bookings, "my bookings", "내 예매"),
            (true, Command::Back, "back", "뒤로"),
            (true, Command::Quit, "quit", "종료"),
        ],
    )
}

fn booking(model: &Model) -> Vec<Hint> {
    let Some(page) = &model.booking else { return Vec::new() };
    let is_valid = page.selected().is_some_and(|ticket| ticket.seat_status == TicketState::Booked);
    where_useful(
        model,
        [
            (true, Command::Open, "ticket", "티켓"),
            (is_valid, Command::CancelTicket, "cancel ticket", "티켓 취소"),
            (page.valid() > 1, Command::CancelAll, "cancel all", "전체 취소"),
            (true, Command::Back, "back", "뒤로"),
            (true, Command::Quit, "quit", "종료"),
        ],
    )
}

fn login(model: &Model) -> Vec<Hint> {
    let (english, korean) = match model.login.mode {
        LoginMode::Login => ("join instead", "가입하기"),
        LoginMode::Join => ("log in instead", "로그인하기"),
    };
    fixed(
        model,
        [
            ("Enter", "go on", "계속"),
            ("Tab", "next field", "다음 칸"),
            ("C-n", english, korean),
            ("Esc", "look around", "둘러보기"),
        ],
    )
}

fn shows(model: &Model) -> Vec<Hint> {
    let (english, korean) = if model.me.is_some() { ("account", "계정") } else { ("log in", "로그인") };
    of(
        model,
        [
            (Command::Open, "open", "열기"),
            (Command::NextTab, "category", "장르"),
            (Command::Search, "search", "검색"),
            (Command::Bookings, "my bookings", "내 예매"),
            (Command::Account, english, korean),
            (Command::Ranking, "ranking", "순위"),
            (Command::Like, "like", "좋아요"),
            (Command::Waitlist, "my waitlist", "내 대기"),
            (Command::Quit, "quit", "종료"),
        ],
    )
}

fn waitlist(model: &Model) -> Vec<Hint> {
    use ticket_core::domain::WaitlistState;
    let state = model.waitlist.selected().map(|entry| entry.current_state);
    // Until its end is recorded, an offer that is over is an offer still, but cannot be booked any more.
    let is_over = |offer: &OfferDetails| model.seconds_until(offer.expires_at) == 0;
    let is_over = model.waitlist.selected().and_then(|entry| entry.offer.as_ref()).is_some_and(is_over);
    let open = match state {
        None => None,
        Some(WaitlistState::Activation) if is_over => None,
        Some(WaitlistState::Activation) => Some(("book", "예매")),
        Some(WaitlistState::Fin) => Some(("booking", "예매 내역")),
        Some(WaitlistState::Canceled) => None,
        Some(_) => Some(("seat map", "좌석도")),
    };
    let leave = match state {
        Some(WaitlistState::Activation) => Some(("decline", "거절")),
        Some(WaitlistState::Waiting) => Some(("give up", "대기 취소")),
        _ => None,
    };
    let lang = model.lang();
    let hint = |command, words: Option<(&'static str, &'static str)>| {
        words.map(|(english, korean)| key(model, command, lang.say(english, korean)))
    };
    let mut hints: Vec<Hint> =
        [hint(Command::Open, open), hint(Command::LeaveWaitlist, leave)].into_iter().flatten().collect();
    hints.extend(of(
        model,
        [(Command::Refresh, "refresh", "새로고침"), (Command::Back, "back", "뒤로"), (Command::Quit, "quit", "종료")],
    ));
    hints
}

fn seat_map(model: &Model) -> Vec<Hint> {
    let Some(hall) = &model.hall else { return Vec::new() };
    if let Some(prompt) = &hall.prompt {
        let (english, korean) = match prompt.kind {
            PromptKind::Jump { .. } => ("stay there", "이동"),
            PromptKind::Filter { .. } => ("keep the filter", "필터 적용"),
        };
        return fixed(model, [("Enter", english, korean), ("Esc", "as it was", "취소")]);
    }
    let lang = model.lang();
    if hall.swap.is_some() {
        return of(
            model,
            [(Command::Swap, "swap for this seat", "이 좌석으로 바꾸기"), (Command::Back, "keep it", "그대로")],
        );
    }
    let mut hints: Vec<Hint> = Vec::new();
    if hall.ended.is_none() {
        hints.extend(about_seats(model, hall));
    } else if hall.level > 0 {
        hints.extend(of(model, [(Command::Pick, "zoom in", "확대")]));
    }
    hints.extend(of(model, [(Command::Jump, "jump", "이동")]));
    let zoom = [model.settings.keys.label(Command::ZoomOut), model.settings.keys.label(Command::ZoomIn)].concat();
    hints.push((zoom, lang.say("zoom", "확대·축소")));
    if hall.can_undo() {
        hints.extend(of(model, [(Command::Undo, "undo", "되돌리기")]));
    }
    hints.extend(of(model, [(Command::NextSector, "sector", "구역"), (Command::Back, "back", "뒤로")]));
    hints
}

/// What can be done now to have seats.
fn about_seats(model: &Model, hall: &Hall) -> Vec<Hint> {
    let space = match (hall.level, hall.picked.contains(&hall.cursor)) {
        (1.., _) => Some(("zoom in", "확대")),
        _ if model.offered_at_cursor().is_some() => Some(("answer the offer", "배정 보기")),
        _ if hall.marked.contains(&hall.cursor) => Some(("unmark", "표시 해제")),
        _ if hall.is_mine(hall.cursor) => Some(("let it go", "놓기")),
        (0, true) => Some(("unpick", "해제")),
        _ if hall.can_be_waited_for(hall.cursor) => Some(("mark", "대기 표시")),
        _ if hall.house.is_free(hall.cursor) && hall.picked.len() < model.room(hall) => Some(("pick", "선택")),
        _ => None,
    };
    let is_open = model.opens_in(hall).is_none();
    let enter = match (hall.picked.is_empty(), &hall.hold) {
        (false, _) if is_open => Some(("hold", "잡기")),
        (true, Some(_)) => Some(("checkout", "결제")),
        _ => None,
    };
    let wait = (!hall.marked.is_empty()).then_some(("wait", "대기 신청"));
    let offer = (!hall.offers.is_empty()).then_some(("take +", "+ 선택"));
    let best = (model.room(hall) > 0).then_some(("best", "추천"));
    let filter = Some(("filter", "필터"));
    let all = [
        (Command::Pick, space),
        (Command::Wait, wait),
        (Command::Hold, enter),
        (Command::TakeOffer, offer),
        (Command::Best, best),
        (Command::Filter, filter),
    ];
    let known = all.into_iter().filter_map(|(command, words)| Some((command, words?)));
    known.map(|(command, (english, korean))| key(model, command, model.lang().say(english, korean))).collect()
}
