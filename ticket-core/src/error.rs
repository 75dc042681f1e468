//! What can go wrong, with a stable code for each.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::api::{ErrorCode, Language};
use crate::complaint::Complaint;
use crate::domain::limits::Breach;
use crate::domain::{
    Email, Performance, PerformanceId, SaleWindow, SeatId, SeatWish, ShowId, TicketId, UserId, VenueId, WaitlistState,
    WaitlistWish,
};

/// Why a call of the [`BoxOffice`](crate::BoxOffice) did not do what was asked. Nothing was changed, unless it is
/// [`Error::OutcomeUnknown`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.message(Language::English))]
#[non_exhaustive]
pub enum Error {
    /// A field is not as it must be.
    Invalid {
        /// The field.
        field: &'static str,
        /// What was given, and what is allowed.
        problem: Complaint,
    },
    /// No account has this id.
    UserNotFound(UserId),
    /// No account has this email.
    EmailUnknown(Email),
    /// The email has an account already.
    EmailTaken,
    /// Wrong email or password; which of them is not said.
    WrongCredentials,
    /// The account may not do this.
    NotPermitted,
    /// No token where one is needed.
    TokenMissing,
    /// The token's signature, issuer or audience is wrong.
    TokenInvalid,
    /// The token has expired.
    TokenExpired,
    /// The token is of another kind, or signed in another way, than is taken here.
    TokenUnsupported,
    /// That is no token at all.
    TokenMalformed,
    /// No such refresh token, or it has expired.
    RefreshTokenUnknown,
    /// The refresh token was revoked.
    RefreshTokenRevoked,
    /// The user has no live session.
    NothingToLogOut,
    /// No show has this id.
    ShowNotFound(ShowId),
    /// No venue has this id.
    VenueNotFound(VenueId),
    /// No performance has this id.
    PerformanceNotFound(PerformanceId),
    /// The sale has not begun.
    SaleNotOpen {
        /// When it does.
        opens_at: Timestamp,
    },
    /// The sale is over.
    SaleClosed {
        /// Since when.
        closed_at: Timestamp,
    },
    /// The performance was cancelled.
    PerformanceCanceled {
        /// Since when.
        canceled_at: Timestamp,
    },
    /// The list of seats is empty.
    NoSeatChosen,
    /// Seats that do not exist, are gaps, are named twice, or belong to different performances.
    SeatsNotValid {
        /// Which.
        seats: Vec<SeatId>,
        /// What is wrong with them.
        problem: SeatProblem,
    },
    /// Seats that are sold, held by somebody else, or out of sale.
    SeatsTaken {
        /// Which.
        seats: Vec<SeatId>,
    },
    /// No seats are left that a wish asks for.
    NoneLeft {
        /// The wish.
        wish: SeatWish,
        /// Whether as many seats are left that are not side by side.
        apart: bool,
    },
    /// The user has no such booking.
    BookingNotFound,
    /// The booking, or every ticket named, is cancelled already.
    BookingAlreadyCanceled,
    /// Booked, held and wanted seats together are more than one user may have.
    OverLimit {
        /// What one user may have in a performance.
        limit: u32,
    },
    /// A ticket that is not part of the booking.
    TicketNotInBooking,
    /// Tickets that are named more than once.
    TicketsRepeated {
        /// Which.
        tickets: Vec<TicketId>,
    },
    /// The time for cancelling is over.
    TooLateToCancel {
        /// Since when.
        until: Timestamp,
    },
    /// The user has no such hold.
    HoldNotFound,
    /// The hold has ended.
    HoldExpired,
    /// One can wait for 1 to 3 seats.
    BadSeatCount {
        /// What was asked for.
        given: i64,
    },
    /// The list of seats to wait for is empty.
    NoSeatWanted,
    /// Fewer seats are named than are wanted, or more than ten for each.
    BadSeatChoice {
        /// How many are wanted.
        seat_count: u32,
        /// How many are named.
        given: usize,
    },
    /// Of offered seats all are booked together, and nothing else with them.
    NotTheOffer {
        /// The seats that are offered.
        seats: Vec<SeatId>,
    },
    /// The user has no such waitlist entry.
    EntryNotFound,
    /// Nobody needs to wait for these seats.
    SeatsFree {
        /// Which.
        seats: Vec<SeatId>,
    },
    /// The time for booking what was offered is over.
    OfferExpired {
        /// Since when.
        deadline: Timestamp,
    },
    /// The user waits, or has offers, as often as is allowed for one performance.
    TooManyEntries,
    /// The entry has no offer that could be booked or declined.
    NothingOffered {
        /// Where it stands.
        state: WaitlistState,
    },
    /// The idempotency key was used for another request before.
    KeyReused,
    /// The first request with this idempotency key is still running; repeat it a little later.
    StillRunning,
    /// A job has lost its lock to another runner, which goes on in its place.
    LockLost {
        /// The job.
        job: String,
    },
    /// Somebody holds the lock of a job.
    JobLocked {
        /// The job.
        job: String,
        /// When it frees itself at the latest.
        until: Timestamp,
        /// Whether the work is done, and the lock is held only because its least time is not over.
        is_resting: bool,
    },
    /// The database cannot work just now. Nothing was changed; try again.
    Unavailable {
        /// What stands in the way, for the log.
        reason: String,
    },
    /// The database broke while committing: it may have happened, or not.
    OutcomeUnknown,
    /// The database is damaged: a backup must be restored.
    Damaged {
        /// What shows it, for the log.
        reason: String,
    },
    /// Our fault.
    Internal {
        /// For the log, never for the client.
        reason: String,
    },
}

/// What is wrong with seats that cannot be chosen at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeatProblem {
    /// There is none with this id.
    Unknown,
    /// A gap of the plan.
    Gap,
    /// Named more than once.
    Repeated,
    /// Of more than one performance.
    OtherPerformance,
    /// Out of sale, so that waiting for it is in vain.
    Blocked,
    /// Nobody has a ticket for it.
    NotSold,
}

impl Error {
    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid { .. } => ErrorCode::Malformed,
            Self::UserNotFound(_) | Self::EmailUnknown(_) => ErrorCode::UserNotFound,
            Self::EmailTaken => ErrorCode::EmailTaken,
            Self::WrongCredentials => ErrorCode::WrongCredentials,
            Self::NotPermitted => ErrorCode::NotPermitted,
            Self::TokenMissing => ErrorCode::TokenMissing,
            Self::TokenInvalid => ErrorCode::TokenInvalid,
            Self::TokenExpired => ErrorCode::TokenExpired,
            Self::TokenUnsupported => ErrorCode::TokenUnsupported,
            Self::TokenMalformed => ErrorCode::TokenMalformed,
            Self::RefreshTokenUnknown => ErrorCode::RefreshTokenUnknown,
            Self::RefreshTokenRevoked => ErrorCode::RefreshTokenRevoked,
            Self::NothingToLogOut => ErrorCode::NothingToLogOut,
            Self::ShowNotFound(_) | Self::VenueNotFound(_) => ErrorCode::ShowNotFound,
            Self::PerformanceNotFound(_) => ErrorCode::PerformanceNotFound,
            Self::SaleNotOpen { .. } => ErrorCode::SaleNotOpen,
            Self::SaleClosed { .. } | Self::PerformanceCanceled { .. } => ErrorCode::SaleClosed,
            Self::NoSeatChosen => ErrorCode::NoSeatChosen,
            Self::SeatsNotValid { .. } => ErrorCode::SeatNotValid,
            Self::SeatsTaken { .. } | Self::NoneLeft { .. } => ErrorCode::SeatTaken,
            Self::BookingNotFound => ErrorCode::BookingNotFound,
            Self::BookingAlreadyCanceled => ErrorCode::BookingAlreadyCanceled,
            Self::OverLimit { .. } => ErrorCode::OverLimit,
            Self::TicketNotInBooking | Self::TicketsRepeated { .. } => ErrorCode::TicketNotInBooking,
            Self::TooLateToCancel { .. } => ErrorCode::TooLateToCancel,
            Self::HoldNotFound => ErrorCode::HoldNotFound,
            Self::HoldExpired => ErrorCode::HoldExpired,
            Self::BadSeatCount { .. } => ErrorCode::BadSeatCount,
            Self::NoSeatWanted => ErrorCode::NoSeatWanted,
            Self::BadSeatChoice { .. } => ErrorCode::BadSeatChoice,
            Self::NotTheOffer { .. } => ErrorCode::NotTheOffer,
            Self::EntryNotFound => ErrorCode::EntryNotFound,
            Self::SeatsFree { .. } => ErrorCode::SeatFree,
            Self::OfferExpired { .. } => ErrorCode::OfferExpired,
            Self::TooManyEntries => ErrorCode::TooManyEntries,
            Self::NothingOffered { .. } => ErrorCode::NothingOffered,
            Self::KeyReused => ErrorCode::KeyReused,
            Self::StillRunning => ErrorCode::StillRunning,
            Self::JobLocked { .. } => ErrorCode::JobLocked,
            Self::LockLost { .. } | Self::Unavailable { .. } => ErrorCode::Unavailable,
            Self::OutcomeUnknown => ErrorCode::OutcomeUnknown,
            Self::Damaged { .. } | Self::Internal { .. } => ErrorCode::Internal,
        }
    }

    /// Whether the same call may succeed later without anything else being done.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::OutcomeUnknown | Self::SaleNotOpen { .. } | Self::StillRunning)
    }

    /// How long to wait before trying again, where that is known.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::Unavailable { .. } | Self::OutcomeUnknown).then_some(Duration::from_secs(1))
    }

    /// The seats concerned.
    #[must_use]
    pub fn seats(&self) -> &[SeatId] {
        match self {
            Self::SeatsNotValid { seats, .. }
            | Self::SeatsTaken { seats }
            | Self::NotTheOffer { seats }
            | Self::SeatsFree { seats } => seats,
            _ => &[],
        }
    }

    /// What to tell a person. It never holds what only the log should know. Instants are told in UTC.
    #[must_use]
    pub fn message(&self, language: Language) -> String {
        self.message_in(language, &TimeZone::UTC)
    }

    /// The same, with instants as the clocks of this time zone show them, and its name.
    #[must_use]
    pub fn message_in(&self, language: Language, time_zone: &TimeZone) -> String {
        let local = |at: &Timestamp| local(*at, language, time_zone);
        match language {
            Language::English => self.english(local),
            Language::Korean => self.korean(local),
        }
    }

    fn english(&self, local: impl Fn(&Timestamp) -> String) -> String {
        match self {
            Self::Invalid { field, problem } => format!("{field}: {problem}"),
            Self::UserNotFound(id) => format!("There is no user {id}."),
            Self::EmailUnknown(email) => format!("There is no user with the email {email}."),
            Self::EmailTaken => "This email has joined already.".into(),
            Self::WrongCredentials => "Wrong email or password.".into(),
            Self::NotPermitted => "This account may not do that.".into(),
            Self::TokenMissing => "Log in first: the request carries no access token.".into(),
            Self::TokenInvalid => "The token is not valid here.".into(),
            Self::TokenExpired => "The access token has expired.".into(),
            Self::TokenUnsupported => "This kind of token is not taken here.".into(),
            Self::TokenMalformed => "That is not a token.".into(),
            Self::RefreshTokenUnknown => "The refresh token is unknown or has expired; log in again.".into(),
            Self::RefreshTokenRevoked => "The refresh token was revoked; log in again.".into(),
            Self::NothingToLogOut => "There is no session to log out of.".into(),
            Self::ShowNotFound(id) => format!("There is no show {id}."),
            Self::VenueNotFound(id) => format!("There is no venue {id}."),
            Self::PerformanceNotFound(id) => format!("There is no performance {id}."),
            Self::SaleNotOpen { opens_at } => format!("The sale opens {}.", local(opens_at)),
            Self::SaleClosed { closed_at } => format!("The sale closed {}.", local(closed_at)),
            Self::PerformanceCanceled { .. } => "This performance was cancelled.".into(),
            Self::NoSeatChosen => "No seat is chosen.".into(),
            Self::SeatsNotValid { seats, problem } => {
                let problem = match problem {
                    SeatProblem::Unknown => "There is no such seat",
                    SeatProblem::Gap => "A gap is not a seat",
                    SeatProblem::Repeated => "A seat is named more than once",
                    SeatProblem::OtherPerformance => "All seats must be of one performance; of another are",
                    SeatProblem::Blocked => "Out of sale",
                    SeatProblem::NotSold => "Nobody has a ticket for it",
                };
                format!("{problem}: {}.", list(seats))
            }
            Self::SeatsTaken { seats } => format!("No longer available: seat {}.", list(seats)),
            Self::NoneLeft { wish, apart } => none_left_in_english(wish, *apart),
            Self::BookingNotFound => "You have no such booking.".into(),
            Self::BookingAlreadyCanceled => "That is cancelled already.".into(),
            Self::OverLimit { limit } => {
                format!("One user may have {limit} seats of this performance, booked, held and offered together.")
            }
            Self::TicketNotInBooking => "A named ticket is not part of this booking.".into(),
            Self::TicketsRepeated { tickets } => format!("A ticket is named more than once: {}.", list(tickets)),
            Self::TooLateToCancel { until } => format!("Cancelling was possible until {}.", local(until)),
            Self::HoldNotFound => "You have no such hold.".into(),
            Self::HoldExpired => "The hold has expired; the seats are free for others again.".into(),
            Self::BadSeatCount { given } => {
                format!("One can wait for 1 to {} seats, not for {given}.", WaitlistWish::SEATS_MAX)
            }
            Self::NoSeatWanted => "Name the seats to wait for.".into(),
            Self::BadSeatChoice { seat_count, given } => {
                let max = seat_count * WaitlistWish::CHOICES_PER_SEAT_MAX;
                format!("To wait for {seat_count}, name {seat_count} to {max} seats, not {given}.")
            }
            Self::NotTheOffer { seats } => {
                format!("Offered seats are booked all together, and without others; offered are {}.", list(seats))
            }
            Self::EntryNotFound => "You have no such entry on the waitlist.".into(),
            Self::SeatsFree { seats } => format!("No need to wait, book it now: seat {}.", list(seats)),
            Self::OfferExpired { deadline } => {
                format!("The offer ended {}; the seats go to whoever waits next.", local(deadline))
            }
            Self::TooManyEntries => {
                let max = WaitlistWish::LIVE_ENTRIES_MAX;
                format!("One user may be on the waitlist of a performance {max} times; leave it once to join again.")
            }
            Self::NothingOffered { state } => nothing_offered_in_english(*state).into(),
            Self::KeyReused => "This idempotency key was used for another request; take a new one.".into(),
            Self::StillRunning => "The first request with this idempotency key is still running.".into(),
            Self::LockLost { job } => format!("Another process has taken over the job {job}."),
            Self::JobLocked { job, until, is_resting: false } => {
                format!("The job {job} is running; its lock ends at {until} at the latest.")
            }
            Self::JobLocked { job, until, is_resting: true } => {
                format!("The job {job} was run just now, and is not run again before {until}.")
            }
            Self::Unavailable { .. } => "Not possible just now; nothing was changed. Try again in a moment.".into(),
            Self::OutcomeUnknown => {
                "It is not known whether this succeeded. Repeat it with the same idempotency key, or look at your \
                 bookings first."
                    .into()
            }
            Self::Damaged { .. } | Self::Internal { .. } => "Something is wrong on our side.".into(),
        }
    }

    fn korean(&self, local: impl Fn(&Timestamp) -> String) -> String {
        match self {
            // Problems of single fields are for programmers, and stay in the language of the field names.
            Self::Invalid { field, problem } => format!("{field}: {}", problem.message(Language::Korean)),
            Self::UserNotFound(id) => format!("사용자 {id}을(를) 찾을 수 없습니다."),
            Self::EmailUnknown(email) => format!("이메일이 {email}인 사용자를 찾을 수 없습니다."),
            Self::EmailTaken => "이미 가입된 이메일입니다.".into(),
            Self::WrongCredentials => "이메일 또는 비밀번호가 올바르지 않습니다.".into(),
            Self::NotPermitted => "이 작업을 할 권한이 없습니다.".into(),
            Self::TokenMissing => "로그인이 필요합니다. 액세스 토큰이 없습니다.".into(),
            Self::TokenInvalid => "유효하지 않은 토큰입니다.".into(),
            Self::TokenExpired => "액세스 토큰이 만료되었습니다.".into(),
            Self::TokenUnsupported => "지원하지 않는 토큰입니다.".into(),
            Self::TokenMalformed => "토큰 형식이 아닙니다.".into(),
            Self::RefreshTokenUnknown => "알 수 없거나 만료된 리프레시 토큰입니다. 다시 로그인해 주세요.".into(),
            Self::RefreshTokenRevoked => "폐기된 리프레시 토큰입니다. 다시 로그인해 주세요.".into(),
            Self::NothingToLogOut => "로그아웃할 세션이 없습니다.".into(),
            Self::ShowNotFound(id) => format!("공연 {id}을(를) 찾을 수 없습니다."),
            Self::VenueNotFound(id) => format!("공연장 {id}을(를) 찾을 수 없습니다."),
            Self::PerformanceNotFound(id) => format!("회차 {id}을(를) 찾을 수 없습니다."),
            Self::SaleNotOpen { opens_at } => format!("{}에 예매가 시작됩니다.", local(opens_at)),
            Self::SaleClosed { closed_at } => format!("{}에 예매가 마감되었습니다.", local(closed_at)),
            Self::PerformanceCanceled { .. } => "취소된 공연입니다.".into(),
            Self::NoSeatChosen => "선택한 좌석이 없습니다.".into(),
            Self::SeatsNotValid { seats, problem } => {
                let problem = match problem {
                    SeatProblem::Unknown => "존재하지 않는 좌석입니다",
                    SeatProblem::Gap => "좌석이 아닌 자리입니다",
                    SeatProblem::Repeated => "같은 좌석을 두 번 선택했습니다",
                    SeatProblem::OtherPerformance => "한 회차의 좌석만 선택할 수 있습니다. 다른 회차의 좌석",
                    SeatProblem::Blocked => "판매하지 않는 좌석입니다",
                    SeatProblem::NotSold => "예매되지 않은 좌석입니다",
                };
                format!("{problem}: {}", list(seats))
            }
            Self::SeatsTaken { seats } => format!("예매할 수 없는 좌석입니다: {}", list(seats)),
            Self::NoneLeft { wish, apart } => none_left_in_korean(wish, *apart),
            Self::BookingNotFound => "예매 내역을 찾을 수 없습니다.".into(),
            Self::BookingAlreadyCanceled => "이미 취소된 예매입니다.".into(),
            Self::OverLimit { limit } => format!("한 회차에 1인당 {limit}석까지 예매할 수 있습니다."),
            Self::TicketNotInBooking => "이 예매에 속하지 않은 티켓입니다.".into(),
            Self::TicketsRepeated { tickets } => format!("같은 티켓을 두 번 선택했습니다: {}", list(tickets)),
            Self::TooLateToCancel { until } => format!("취소는 {}까지 가능했습니다.", local(until)),
            Self::HoldNotFound => "선점 내역을 찾을 수 없습니다.".into(),
            Self::HoldExpired => "선점 시간이 끝났습니다. 좌석이 다시 풀렸습니다.".into(),
            Self::BadSeatCount { given } => {
                format!("대기 신청은 1석에서 {}석까지 가능합니다 (요청: {given}석).", WaitlistWish::SEATS_MAX)
            }
            Self::NoSeatWanted => "대기할 좌석을 선택해 주세요.".into(),
            Self::BadSeatChoice { seat_count, given } => {
                let max = seat_count * WaitlistWish::CHOICES_PER_SEAT_MAX;
                format!(
                    "{seat_count}석을 대기하려면 좌석을 {seat_count}개에서 {max}개까지 선택해 주세요 (요청: {given}개)."
                )
            }
            Self::NotTheOffer { seats } => {
                format!("배정된 좌석은 모두 함께, 다른 좌석 없이 예매해야 합니다. 배정된 좌석: {}", list(seats))
            }
            Self::EntryNotFound => "대기 신청 내역을 찾을 수 없습니다.".into(),
            Self::SeatsFree { seats } => format!("지금 바로 예매할 수 있는 좌석입니다: {}", list(seats)),
            Self::OfferExpired { deadline } => {
                format!("{}에 예매 기한이 끝났습니다. 좌석은 다음 대기자에게 넘어갑니다.", local(deadline))
            }
            Self::TooManyEntries => {
                let max = WaitlistWish::LIVE_ENTRIES_MAX;
                format!("한 회차에 대기 신청은 {max}건까지 가능합니다. 기존 신청을 취소한 뒤 다시 신청해 주세요.")
            }
            Self::NothingOffered { state } => nothing_offered_in_korean(*state).into(),
            Self::KeyReused => "이 멱등성 키는 다른 요청에 이미 사용되었습니다. 새 키를 사용해 주세요.".into(),
            Self::StillRunning => "같은 멱등성 키의 요청을 처리하고 있습니다.".into(),
            Self::LockLost { job } => format!("다른 프로세스가 작업 {job}을(를) 이어받았습니다."),
            Self::JobLocked { job, until, is_resting: false } => {
                format!("작업 {job}이(가) 실행 중입니다. 잠금은 늦어도 {until}에 풀립니다.")
            }
            Self::JobLocked { job, until, is_resting: true } => {
                format!("작업 {job}은(는) 방금 실행되었습니다. {until} 이후에 다시 실행할 수 있습니다.")
            }
            Self::Unavailable { .. } => {
                "지금은 처리할 수 없습니다. 변경된 내용은 없습니다. 잠시 후 다시 시도해 주세요.".into()
            }
            Self::OutcomeUnknown => {
                "처리 결과를 알 수 없습니다. 같은 멱등성 키로 다시 요청하거나 예매 내역을 먼저 확인해 주세요.".into()
            }
            Self::Damaged { .. } | Self::Internal { .. } => "서버에 문제가 생겼습니다.".into(),
        }
    }
}

impl SaleWindow {
    /// An error unless the sale is open.
    pub(crate) fn check(self) -> Result<(), Error> {
        match self {
            Self::Open => Ok(()),
            Self::NotYet { opens_at } => Err(Error::SaleNotOpen { opens_at }),
            Self::Closed { closed_at } => Err(Error::SaleClosed { closed_at }),
            Self::Canceled { canceled_at } => Err(Error::PerformanceCanceled { canceled_at }),
        }
    }
}

impl From<Breach> for Error {
    fn from(Breach { field, problem }: Breach) -> Self {
        Self::Invalid { field, problem: problem.into() }
    }
}

impl Performance {
    /// An error when it is cancelled.
    pub(crate) fn check_not_canceled(&self) -> Result<(), Error> {
        self.canceled_at.map_or(Ok(()), |canceled_at| Err(Error::PerformanceCanceled { canceled_at }))
    }
}

fn nothing_offered_in_english(state: WaitlistState) -> &'static str {
    match state {
        WaitlistState::Waiting => "No seats are offered to this entry yet.",
        WaitlistState::Activation => "Seats are offered to this entry.",
        WaitlistState::Fin => "The offered seats are booked already; cancel the booking instead.",
        WaitlistState::Expired => "The offer to this entry has expired.",
        WaitlistState::Withdrawn => "This entry was withdrawn.",
        WaitlistState::Declined => "The offer to this entry was declined.",
        WaitlistState::Canceled => "The performance was cancelled.",
    }
}

fn nothing_offered_in_korean(state: WaitlistState) -> &'static str {
    match state {
        WaitlistState::Waiting => "아직 배정된 좌석이 없습니다.",
        WaitlistState::Activation => "배정된 좌석이 있습니다.",
        WaitlistState::Fin => "배정된 좌석을 이미 예매했습니다. 예매 취소를 이용해 주세요.",
        WaitlistState::Expired => "배정된 좌석의 예매 기한이 끝났습니다.",
        WaitlistState::Withdrawn => "취소한 대기 신청입니다.",
        WaitlistState::Declined => "배정을 거절한 대기 신청입니다.",
        WaitlistState::Canceled => "취소된 공연입니다.",
    }
}

/// `Mon 23 Nov 2026 10:40 KST`, `2026년 11월 23일 10:40 KST`, with seconds when there are some.
fn local(at: Timestamp, language: Language, time_zone: &TimeZone) -> String {
    let at = at.to_zoned(time_zone.clone());
    let date = match language {
        Language::English => "%a %-d %b %Y",
        Language::Korean => "%Y년 %-m월 %-d일",
    };
    let time = if at.second() == 0 { "%H:%M %Z" } else { "%H:%M:%S %Z" };
    at.strftime(&format!("{date} {time}")).to_string()
}

fn list<Id: ToString>(ids: &[Id]) -> String {
    ids.iter().map(Id::to_string).collect::<Vec<_>>().join(", ")
}

fn none_left_in_english(wish: &SeatWish, apart: bool) -> String {
    let seats = match wish.count {
        1 => "No seat is left".to_owned(),
        count if wish.together => format!("No {count} seats side by side are left"),
        count => format!("No {count} seats are left"),
    };
    let grade = match wish.grade {
        Some(grade) => format!(" in grade {grade}"),
        None if wish.count > 1 => " in one grade".into(),
        None => String::new(),
    };
    let sector = wish.sector.as_ref().map(|sector| format!(" in sector {sector}")).unwrap_or_default();
    let price = if wish.max_price.is_some() { " at that price" } else { "" };
    let apart = if apart { " As many are left that are not side by side." } else { "" };
    format!("{seats}{grade}{sector}{price}.{apart}")
}

fn none_left_in_korean(wish: &SeatWish, apart: bool) -> String {
    let grade = match wish.grade {
        Some(grade) => format!("{grade} 등급 "),
        None if wish.count > 1 => "같은 등급의 ".into(),
        None => String::new(),
    };
    let sector = wish.sector.as_ref().map(|sector| format!("{sector} 구역 ")).unwrap_or_default();
    let price = if wish.max_price.is_some() { "해당 가격의 " } else { "" };
    let seats = if wish.together && wish.count > 1 { "나란히 앉을 수 있는 좌석" } else { "좌석" };
    let count = wish.count;
    let apart =
        if apart { format!(" 떨어진 좌석으로는 {count}석이 남아 있습니다.") } else { String::new() };
    format!("{sector}{grade}{price}{seats} {count}석이 남아 있지 않습니다.{apart}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Grade;

    #[test]
    fn instants_are_told_as_the_clocks_of_the_shop_show_them() {
        let error = Error::SaleNotOpen { opens_at: "2026-11-23T01:40:00Z".parse().unwrap() };
        let seoul = TimeZone::get("Asia/Seoul").unwrap();
        let english = error.message_in(Language::English, &seoul);
        assert_eq!(english, "The sale opens Mon 23 Nov 2026 10:40 KST.");
        let korean = error.message_in(Language::Korean, &seoul);
        assert_eq!(korean, "2026년 11월 23일 10:40 KST에 예매가 시작됩니다.");
        let error = Error::TooLateToCancel { until: "2026-11-23T01:40:53Z".parse().unwrap() };
        assert_eq!(error.to_string(), "Cancelling was possible until Mon 23 Nov 2026 01:40:53 UTC.");
    }

    #[test]
    fn a_wish_that_cannot_be_fulfilled_is_repeated_with_what_there_is() {
        let pair = SeatWish { grade: Some(Grade::Vip), ..SeatWish::together(2) };
        let error = Error::NoneLeft { wish: pair, apart: true };
        let english = "No 2 seats side by side are left in grade VIP. As many are left that are not side by side.";
        assert_eq!(error.message(Language::English), english);
        let korean =
            "VIP 등급 나란히 앉을 수 있는 좌석 2석이 남아 있지 않습니다. 떨어진 좌석으로는 2석이 남아 있습니다.";
        assert_eq!(error.message(Language::Korean), korean);

        let sector = Some("1F".to_owned());
        let wish = SeatWish { sector, max_price: Some(50_000), together: false, ..SeatWish::together(4) };
        let error = Error::NoneLeft { wish, apart: false };
        assert_eq!(error.message(Language::English), "No 4 seats are left in one grade in sector 1F at that price.");
        let korean = "1F 구역 같은 등급의 해당 가격의 좌석 4석이 남아 있지 않습니다.";
        assert_eq!(error.message(Language::Korean), korean);

        let error = Error::NoneLeft { wish: SeatWish::together(1), apart: false };
        assert_eq!(error.message(Language::English), "No seat is left.");
    }
}
