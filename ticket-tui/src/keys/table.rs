//! What can be done, where, and with which keys. Help, hints and the configuration file are made from this table.

use super::Stroke;

/// Where a binding counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// On every screen.
    Everywhere,
    /// In the lists: shows, performances, bookings, tickets.
    List,
    /// In the list of shows.
    Shows,
    /// Where there is a show: in the list of shows, in the ranking, on its page.
    Show,
    /// On the seat map.
    Map,
    /// On the checkout.
    Checkout,
    /// Where the tickets of a booking are shown.
    Ticket,
    /// On one booking.
    Booking,
    /// On the waitlist.
    Waitlist,
    /// On the account.
    Account,
}

impl Place {
    /// Every place there is.
    pub const ALL: [Self; 10] = [
        Self::Map,
        Self::Checkout,
        Self::Ticket,
        Self::List,
        Self::Shows,
        Self::Show,
        Self::Booking,
        Self::Waitlist,
        Self::Account,
        Self::Everywhere,
    ];

    /// The name in the configuration file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Everywhere => "everywhere",
            Self::List => "list",
            Self::Shows => "shows",
            Self::Show => "show",
            Self::Map => "map",
            Self::Checkout => "checkout",
            Self::Ticket => "ticket",
            Self::Booking => "booking",
            Self::Waitlist => "waitlist",
            Self::Account => "account",
        }
    }

    /// The name in help, in English and Korean.
    #[must_use]
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Everywhere => ("Everywhere", "어디서나"),
            Self::List => ("Lists", "목록"),
            Self::Shows => ("Shows", "공연 목록"),
            Self::Show => ("A show", "공연"),
            Self::Map => ("Seat map", "좌석도"),
            Self::Checkout => ("Checkout", "결제"),
            Self::Ticket => ("Ticket", "티켓"),
            Self::Booking => ("Booking", "예매 내역"),
            Self::Waitlist => ("My waitlist", "내 대기"),
            Self::Account => ("Account", "계정"),
        }
    }
}

/// Declares the commands once: variant, place, name in the configuration file, keys, and what it does in both languages.
macro_rules! bindings {
    ($( $command:ident $place:ident $name:literal [ $($keys:literal),* ] $english:literal $korean:literal ; )+) => {
        /// Something that a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Command {
            $( #[doc = $english] $command, )+
        }

        /// The commands with the keys that they have unless the configuration file says otherwise.
        pub const BINDINGS: &[Binding] = &[ $( Binding {
            command: Command::$command,
            place: Place::$place,
            name: $name,
            keys: &[ $($keys),* ],
            what: ($english, $korean),
        }, )+ ];
    };
}

/// A command and its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    /// What is done.
    pub command: Command,
    /// Where.
    pub place: Place,
    /// Its name in the configuration file, unique in its place.
    pub name: &'static str,
    /// Keys, or sequences of them with blanks between, each of which does it.
    pub keys: &'static [&'static str],
    /// What it does, in English and Korean.
    pub what: (&'static str, &'static str),
}

bindings! {
    Left Map "left" ["h", "Left"] "to the left" "왼쪽으로";
    Down Map "down" ["j", "Down"] "down" "아래로";
    Up Map "up" ["k", "Up"] "up" "위로";
    Right Map "right" ["l", "Right"] "to the right" "오른쪽으로";
    RowStart Map "row-start" ["0", "^", "Home"] "start of the row" "열의 처음";
    RowEnd Map "row-end" ["$", "End"] "end of the row" "열의 끝";
    FirstSeat Map "first" ["g g"] "first seat" "첫 좌석";
    LastSeat Map "last" ["G", "C-End"] "last seat" "마지막 좌석";
    NextSector Map "next-sector" ["Tab"] "next sector" "다음 구역";
    PreviousSector Map "previous-sector" ["S-Tab"] "previous sector" "이전 구역";
    Jump Map "jump" ["/"] "jump to a seat or sector" "좌석·구역으로 이동";
    Pick Map "pick" ["Space"] "pick; what is taken: mark" "선택·해제·대기 표시";
    Best Map "best" ["b"] "pick the best together" "추천 좌석 선택";
    Filter Map "filter" ["f"] "filter: R S 2F <120000" "필터: R S 2F <120000";
    Swap Map "swap" ["s"] "swap a seat for another" "좌석 바꾸기";
    TakeOffer Map "take-offer" ["a"] "take what is offered (+)" "대체 좌석(+) 선택";
    Undo Map "undo" ["u"] "undo the last pick" "되돌리기";
    Clear Map "clear" ["c"] "let all picked go" "모두 해제";
    Hold Map "hold" ["Enter"] "hold, then buy" "좌석 잡기";
    Wait Map "wait" ["w"] "wait for what is marked" "표시한 좌석 대기";
    ZoomOut Map "zoom-out" ["-", "_"] "zoom out" "축소";
    ZoomIn Map "zoom-in" ["+", "="] "zoom in" "확대";
    PanLeft Map "pan-left" ["H", "C-Left"] "look to the left" "화면 왼쪽으로";
    PanDown Map "pan-down" ["J", "PageDown", "C-d", "C-Down"] "look further down" "화면 아래로";
    PanUp Map "pan-up" ["K", "PageUp", "C-u", "C-Up"] "look further up" "화면 위로";
    PanRight Map "pan-right" ["L", "C-Right"] "look to the right" "화면 오른쪽으로";
    ExtendHold Map "extend" ["e"] "extend the hold" "잡은 시간 연장";
    ReleaseHold Map "release" ["r"] "release the hold" "잡은 좌석 놓기";

    Buy Checkout "buy" ["Enter"] "buy what is held" "결제";
    Extend Checkout "extend" ["e"] "extend the hold" "잡은 시간 연장";
    Release Checkout "release" ["r"] "release the hold" "잡은 좌석 놓기";

    Code Ticket "code" ["z", "+"] "the code alone, or all" "QR 코드만 보기·전체";

    ListDown List "down" ["j", "Down"] "next" "다음";
    ListUp List "up" ["k", "Up"] "previous" "이전";
    ListPageDown List "page-down" ["PageDown", "C-d"] "ten further" "10개 아래로";
    ListPageUp List "page-up" ["PageUp", "C-u"] "ten back" "10개 위로";
    ListFirst List "first" ["g g", "Home"] "first" "처음";
    ListLast List "last" ["G", "End"] "last" "마지막";
    Open List "open" ["Enter", "Space", "l", "Right"] "open" "열기";
    Leave List "leave" ["h", "Left"] "back" "뒤로";
    Refresh List "refresh" ["r"] "refresh" "새로고침";

    NextTab Shows "next-tab" ["Tab", "l", "Right"] "next category" "다음 장르";
    PreviousTab Shows "previous-tab" ["S-Tab", "h", "Left"] "previous category" "이전 장르";
    Search Shows "search" ["/"] "search" "검색";
    OnlyLiked Shows "only-liked" ["F", "F4"] "only shows that you like" "좋아하는 공연만";
    Ranking Shows "ranking" ["R"] "ranking" "순위";
    RankingPeriod Shows "period" ["p"] "ranking: day, week, month" "순위 기간 (일·주·월)";

    Like Show "like" ["f"] "like or no longer" "좋아요·취소";

    CancelTicket Booking "cancel-ticket" ["c"] "cancel the ticket" "티켓 취소";
    CancelAll Booking "cancel-all" ["C", "x"] "cancel all tickets" "전체 취소";

    LeaveWaitlist Waitlist "give-up" ["x", "c"] "give up; decline an offer" "대기 취소·배정 거절";

    ChangePassword Account "password" ["p"] "change the password" "비밀번호 변경";
    LogOut Account "log-out" ["o"] "log out" "로그아웃";

    Bookings Everywhere "bookings" ["m"] "my bookings" "내 예매";
    Waitlist Everywhere "waitlist" ["W"] "my waitlist" "내 대기";
    Account Everywhere "account" ["A", "F2"] "account; log in, log out" "계정·로그인";
    GoToHold Everywhere "held" ["P", "F3"] "buy what is held for you" "잡은 좌석 결제하기";
    Back Everywhere "back" ["Esc"] "back; a hold stays" "뒤로 (잡은 좌석은 유지)";
    Help Everywhere "help" ["?", "F1"] "help" "도움말";
    Quit Everywhere "quit" ["q"] "quit; also Ctrl-C" "종료 (Ctrl-C)";
}

/// What keys that were pressed one after the other stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// This command.
    Command(Command),
    /// The beginning of a sequence.
    Prefix,
    /// Nothing.
    Nothing,
}

/// Two commands that would need the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Place and name of the one.
    pub one: (Place, &'static str),
    /// And of the other.
    pub other: (Place, &'static str),
    /// What both have.
    pub keys: String,
}

/// Every command with its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyTable(Vec<(&'static Binding, Vec<Vec<Stroke>>)>);

impl Default for KeyTable {
    fn default() -> Self {
        let keys = |binding: &'static Binding| {
            // Every default can be read; a test sees to it.
            binding.keys.iter().filter_map(|keys| sequence(keys).ok()).collect()
        };
        Self(BINDINGS.iter().map(|binding| (binding, keys(binding))).collect())
    }
}

impl KeyTable {
    /// Gives a command other keys.
    ///
    /// # Errors
    ///
    /// Names the place or command that does not exist or the text that is no key, and what is allowed.
    pub fn bind(&mut self, place: Place, name: &str, keys: &[String]) -> Result<(), String> {
        let keys = keys.iter().map(|keys| sequence(keys)).collect::<Result<Vec<_>, _>>()?;
        if let Some(why) = keys.iter().flatten().find_map(Stroke::why_not) {
            return Err(why);
        }
        match self.0.iter_mut().find(|(binding, _)| binding.place == place && binding.name == name) {
            Some((binding, _)) if keys.is_empty() && matches!(binding.command, Command::Back | Command::Quit) => {
                Err(format!("without a key one cannot get out; allowed is at least one, such as {:?}", binding.keys))
            }
            Some(entry) => {
                entry.1 = keys;
                Ok(())
            }
            None => {
                let known = BINDINGS.iter().filter(|binding| binding.place == place).map(|binding| binding.name);
                let known = known.collect::<Vec<_>>().join(", ");
                Err(format!("{name:?} is no command of {}; allowed are {known}", place.name()))
            }
        }
    }

    /// Two commands that would need the same key, if there are any: of one place, or one of a place and one that counts
    /// everywhere, which could not be reached there.
    #[must_use]
    pub fn conflict(&self) -> Option<Conflict> {
        let meet = |one: Place, other: Place| one == other || one == Place::Everywhere || other == Place::Everywhere;
        self.0.iter().enumerate().find_map(|(i, (one, keys))| {
            let others = self.0[i + 1..].iter().filter(|(other, _)| meet(one.place, other.place));
            others.into_iter().find_map(|(other, theirs)| {
                let clash = |mine: &&Vec<Stroke>| theirs.iter().any(|t| t.starts_with(mine) || mine.starts_with(t));
                let keys = written(keys.iter().find(clash)?);
                Some(Conflict { one: (one.place, one.name), other: (other.place, other.name), keys })
            })
        })
    }

    /// What the keys pressed last stand for; the first place that knows them decides.
    #[must_use]
    pub fn find(&self, places: &[Place], typed: &[Stroke]) -> Found {
        let mut is_prefix = false;
        for place in places {
            for (binding, keys) in self.0.iter().filter(|(binding, _)| binding.place == *place) {
                if keys.iter().any(|keys| keys == typed) {
                    return Found::Command(binding.command);
                }
                is_prefix |= keys.iter().any(|keys| keys.starts_with(typed));
            }
            if is_prefix {
                return Found::Prefix;
            }
        }
        Found::Nothing
    }

    /// The first key of a command as it is shown on the screen; empty when it has none.
    #[must_use]
    pub fn label(&self, command: Command) -> String {
        self.keys(command).first().map(|keys| shown(keys)).unwrap_or_default()
    }

    /// All keys of a command as they are shown on the screen.
    #[must_use]
    pub fn labels(&self, command: Command) -> String {
        self.keys(command).iter().map(|keys| shown(keys)).collect::<Vec<_>>().join(" ")
    }

    fn keys(&self, command: Command) -> &[Vec<Stroke>] {
        self.0.iter().find(|(binding, _)| binding.command == command).map_or(&[], |(_, keys)| keys)
    }
}

fn sequence(text: &str) -> Result<Vec<Stroke>, String> {
    let keys = text.split(' ').map(str::parse).collect::<Result<Vec<Stroke>, _>>()?;
    if keys.len() > 3 { Err(format!("{text:?} is too long; a sequence has at most 3 keys")) } else { Ok(keys) }
}

fn written(keys: &[Stroke]) -> String {
    keys.iter().map(Stroke::to_string).collect::<Vec<_>>().join(" ")
}

/// Characters follow each other without a blank, as one types them.
fn shown(keys: &[Stroke]) -> String {
    keys.iter().map(Stroke::label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> Vec<Stroke> {
        sequence(keys).unwrap()
    }

    #[test]
    fn every_default_is_a_key_and_no_two_want_the_same() {
        for binding in BINDINGS {
            assert!(binding.keys.iter().all(|keys| sequence(keys).is_ok()), "{binding:?}");
        }
        assert_eq!(KeyTable::default().conflict(), None);
    }

    /// Shift makes another jamo of five consonants and two vowels only; the other capitals cannot be typed while a Korean
    /// input method is on.
    #[test]
    fn every_command_has_a_key_that_a_korean_input_method_lets_through() {
        let is_typed = |key: &Stroke| {
            let key = key.to_string();
            key.len() > 1 || !key.chars().all(|c| c.is_ascii_uppercase()) || "QWERTOP".contains(&key)
        };
        for binding in BINDINGS {
            assert!(binding.keys.iter().any(|keys| typed(keys).iter().all(is_typed)), "{}", binding.name);
        }
    }

    #[test]
    fn the_first_place_that_knows_a_key_decides() {
        let table = KeyTable::default();
        let map = [Place::Map, Place::Everywhere];
        assert_eq!(table.find(&map, &typed("h")), Found::Command(Command::Left));
        assert_eq!(table.find(&map, &typed("q")), Found::Command(Command::Quit));
        assert_eq!(table.find(&map, &typed("g")), Found::Prefix);
        assert_eq!(table.find(&map, &typed("g g")), Found::Command(Command::FirstSeat));
        assert_eq!(table.find(&map, &typed("g x")), Found::Nothing);
        assert_eq!(table.find(&[Place::Checkout], &typed("Enter")), Found::Command(Command::Buy));
    }

    #[test]
    fn keys_can_be_changed_and_mistakes_are_named() {
        let mut table = KeyTable::default();
        table.bind(Place::Map, "best", &["B".into(), "g b".into()]).unwrap();
        assert_eq!(table.labels(Command::Best), "B gb");
        let error = table.bind(Place::Map, "bestt", &[]).unwrap_err();
        assert!(error.contains("\"bestt\"") && error.contains("best, filter"), "{error}");
        assert!(table.bind(Place::Map, "best", &["Hyper".into()]).unwrap_err().contains("\"Hyper\""));
        table.bind(Place::Map, "best", &["j".into()]).unwrap();
        let (one, other) = ((Place::Map, "down"), (Place::Map, "best"));
        assert_eq!(table.conflict(), Some(Conflict { one, other, keys: "j".into() }));
    }

    #[test]
    fn what_counts_everywhere_can_be_reached_everywhere() {
        let mut table = KeyTable::default();
        table.bind(Place::Everywhere, "back", &["b".into()]).unwrap();
        let (one, other) = ((Place::Map, "best"), (Place::Everywhere, "back"));
        assert_eq!(table.conflict(), Some(Conflict { one, other, keys: "b".into() }));
        let mut table = KeyTable::default();
        table.bind(Place::List, "open", &["q q".into()]).unwrap();
        assert_eq!(table.conflict().map(|conflict| conflict.other), Some((Place::Everywhere, "quit")));
        for name in ["back", "quit"] {
            assert!(table.bind(Place::Everywhere, name, &[]).unwrap_err().contains("cannot get out"));
        }
        table.bind(Place::Everywhere, "help", &[]).unwrap();
    }
}
