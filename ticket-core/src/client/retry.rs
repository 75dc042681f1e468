//! Whether a call is made again, and when.

use std::time::Duration;

use rand::RngExt as _;

use super::ClientError;
use crate::api::ErrorCode;

/// How long at least, and after which pauses, a call is made again whose first request is still running.
const STILL_RUNNING_MAX: Duration = Duration::from_secs(2);
const STILL_RUNNING_PAUSE: Duration = Duration::from_millis(200);
/// The first pause, and the longest, where the server does not say when to come again; each is twice as long as the last.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(2);
/// By how much a pause may be longer, so that those who were refused together do not come together again.
const SPREAD: f64 = 0.25;

/// The attempts of one call.
pub(super) struct Retries {
    patience: Duration,
    is_repeatable: bool,
    was_broken: bool,
    next_pause: Duration,
}

impl Retries {
    /// `is_repeatable` tells whether it does no harm when the request is executed twice.
    pub(super) fn new(patience: Duration, is_repeatable: bool) -> Self {
        Self { patience, is_repeatable, was_broken: false, next_pause: FIRST_PAUSE }
    }

    /// How long to wait before a call is made again that has taken so long already; `None` when this error is the answer.
    pub(super) fn pause_after(&mut self, error: &ClientError, elapsed: Duration) -> Option<Duration> {
        let within = |patience: Duration, pause: Duration| (elapsed + pause <= patience).then_some(pause);
        if !error.is_retryable() || !(self.is_repeatable || error.is_undone()) {
            return None;
        }
        if error.code() == Some(ErrorCode::StillRunning) {
            return within(self.patience.max(STILL_RUNNING_MAX), STILL_RUNNING_PAUSE);
        }
        if error.is_broken_connection() && !self.was_broken {
            // Mostly one that the server has closed just when it was used again.
            self.was_broken = true;
            return Some(Duration::ZERO);
        }
        let pause = error.retry_after().unwrap_or(self.next_pause);
        self.next_pause = (self.next_pause * 2).min(PAUSE_MAX);
        within(self.patience, pause.mul_f64(1.0 + rand::rng().random_range(0.0..SPREAD)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Problem;

    const MINUTE: Duration = Duration::from_mins(1);

    fn problem(code: ErrorCode, retry_after: Option<u64>) -> ClientError {
        ClientError::Problem(Box::new(Problem { retry_after, ..Problem::new(code, "for a test") }))
    }

    fn bare(status: u16) -> ClientError {
        ClientError::Status { status, retry_after: None }
    }

    #[test]
    fn keeps_to_what_the_server_says_and_to_its_patience() {
        let mut retries = Retries::new(MINUTE, false);
        let busy = problem(ErrorCode::TooManyRequests, Some(40));
        let pause = retries.pause_after(&busy, Duration::ZERO).unwrap();
        assert!((40.0..50.0).contains(&pause.as_secs_f64()), "{pause:?}");
        assert_eq!(retries.pause_after(&busy, pause), None, "it would take longer than a minute in all");
        assert_eq!(Retries::new(Duration::ZERO, true).pause_after(&busy, Duration::ZERO), None);
    }

    #[test]
    fn pauses_grow_where_the_server_does_not_say() {
        let mut retries = Retries::new(MINUTE, true);
        let pauses = [(); 7].map(|()| retries.pause_after(&bare(502), Duration::ZERO).unwrap().as_secs_f64());
        for (pause, least) in pauses.into_iter().zip([0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]) {
            assert!((least..=least * (1.0 + SPREAD)).contains(&pause), "{pauses:?}");
        }
    }

    #[test]
    fn what_may_have_been_done_is_repeated_only_where_that_is_safe() {
        for (error, is_undone) in [
            (problem(ErrorCode::TooManyRequests, Some(1)), true),
            (problem(ErrorCode::Unavailable, Some(1)), true),
            (problem(ErrorCode::TooSlow, None), true),
            (problem(ErrorCode::OutcomeUnknown, Some(1)), false),
            (bare(502), false),
            (bare(503), false),
            (bare(504), false),
        ] {
            assert!(Retries::new(MINUTE, true).pause_after(&error, Duration::ZERO).is_some(), "{error}");
            assert_eq!(Retries::new(MINUTE, false).pause_after(&error, Duration::ZERO).is_some(), is_undone, "{error}");
        }
    }

    #[test]
    fn a_refusal_is_an_answer() {
        for error in [
            problem(ErrorCode::SeatTaken, None),
            problem(ErrorCode::Internal, None),
            problem(ErrorCode::WrongCredentials, None),
            bare(500),
            bare(404),
            ClientError::Answer("nonsense".into()),
        ] {
            assert_eq!(Retries::new(MINUTE, true).pause_after(&error, Duration::ZERO), None, "{error}");
        }
    }

    #[test]
    fn waits_for_its_own_first_request_without_much_patience() {
        let mut retries = Retries::new(Duration::ZERO, true);
        let mut waited = Duration::ZERO;
        while let Some(pause) = retries.pause_after(&problem(ErrorCode::StillRunning, None), waited) {
            waited += pause;
        }
        assert_eq!(waited, STILL_RUNNING_MAX);
    }
}
