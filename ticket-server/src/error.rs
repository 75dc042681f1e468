use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use ticket_core::api::{ErrorCode, Language, Problem};
use ticket_core::{Complaint, Error};

/// Why a request is refused: by the box office, or before it came there.
///
/// As a response it is only a status that carries the error along; `answer` writes the problem document, for it knows
/// the request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ApiError {
    /// The box office refuses.
    BoxOffice(Error),
    /// Path, query, header or body do not have the form that they must have.
    Malformed {
        /// Which part, where that can be told.
        field: Option<String>,
        /// What was given, or what is allowed.
        problem: Complaint,
    },
    /// The path leads nowhere.
    NoSuchRoute,
    /// The path leads somewhere, but not with this method.
    MethodNotAllowed,
    /// The body is longer than is taken.
    BodyTooLarge,
    /// The body is said to be something else than JSON.
    NotJson,
    /// The body did not come in the time that a request has.
    TooSlow,
    /// A handler has panicked. Whoever catches panics in the process has logged it.
    Panicked,
    /// The sender asks too often.
    TooManyRequests {
        /// Seconds after which to ask again.
        retry_after: u64,
    },
    /// No kind of show has this name.
    CategoryUnknown {
        /// What was given.
        name: String,
    },
    /// No period of rankings has this name.
    PeriodUnknown {
        /// What was given.
        name: String,
    },
}

impl ApiError {
    pub(crate) fn malformed(field: &str, problem: impl Into<Complaint>) -> Self {
        Self::Malformed { field: Some(field.to_owned()), problem: problem.into() }
    }

    /// Its stable code.
    pub(crate) fn code(&self) -> ErrorCode {
        match self {
            Self::BoxOffice(error) => error.code(),
            Self::Malformed { .. } => ErrorCode::Malformed,
            Self::NoSuchRoute => ErrorCode::NoSuchRoute,
            Self::MethodNotAllowed => ErrorCode::MethodNotAllowed,
            Self::BodyTooLarge => ErrorCode::BodyTooLarge,
            Self::NotJson => ErrorCode::NotJson,
            Self::TooSlow => ErrorCode::TooSlow,
            Self::Panicked => ErrorCode::Internal,
            Self::TooManyRequests { .. } => ErrorCode::TooManyRequests,
            Self::CategoryUnknown { .. } => ErrorCode::CategoryUnknown,
            Self::PeriodUnknown { .. } => ErrorCode::PeriodUnknown,
        }
    }

    /// The HTTP status of its code.
    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What the client is told.
    pub(crate) fn problem(&self, language: Language, time_zone: &TimeZone) -> Problem {
        let mut problem = Problem::new(self.code(), self.message(language, time_zone));
        match self {
            Self::BoxOffice(error) => {
                if let Error::Invalid { field, .. } = error {
                    problem.field = Some((*field).to_owned());
                }
                problem.seat_ids = error.seats().to_vec();
                problem.retry_after = error.retry_after().map(|pause| pause.as_secs());
            }
            Self::Malformed { field, .. } => problem.field.clone_from(field),
            Self::TooManyRequests { retry_after } => problem.retry_after = Some(*retry_after),
            Self::CategoryUnknown { .. } => problem.field = Some("category".to_owned()),
            Self::PeriodUnknown { .. } => problem.field = Some("period".to_owned()),
            _ => {}
        }
        problem
    }

    fn message(&self, language: Language, time_zone: &TimeZone) -> String {
        match (self, language) {
            (Self::BoxOffice(error), language) => error.message_in(language, time_zone),
            (Self::Malformed { field: Some(field), problem }, language) => {
                format!("{field}: {}", problem.message(language))
            }
            (Self::Malformed { field: None, problem }, language) => problem.message(language).to_owned(),
            (Self::NoSuchRoute, Language::English) => "There is nothing at this path.".into(),
            (Self::NoSuchRoute, Language::Korean) => "존재하지 않는 경로입니다.".into(),
            (Self::MethodNotAllowed, Language::English) => "This path does not take that method.".into(),
            (Self::MethodNotAllowed, Language::Korean) => "허용되지 않는 메서드입니다.".into(),
            (Self::BodyTooLarge, Language::English) => "The body is larger than 64 KiB.".into(),
            (Self::BodyTooLarge, Language::Korean) => "요청 본문이 64KiB보다 큽니다.".into(),
            (Self::NotJson, Language::English) => "The body must be JSON (Content-Type: application/json).".into(),
            (Self::NotJson, Language::Korean) => {
                "요청 본문은 JSON이어야 합니다 (Content-Type: application/json).".into()
            }
            (Self::TooSlow, Language::English) => "The body did not arrive in time; nothing was done.".into(),
            (Self::TooSlow, Language::Korean) => {
                "요청 본문이 제시간에 도착하지 않았습니다. 변경된 내용은 없습니다.".into()
            }
            (Self::Panicked, language) => Error::Internal { reason: String::new() }.message(language),
            (Self::TooManyRequests { retry_after }, Language::English) => {
                format!("Too many requests; try again in {retry_after} s.")
            }
            (Self::TooManyRequests { retry_after }, Language::Korean) => {
                format!("요청이 너무 많습니다. {retry_after}초 후에 다시 시도해 주세요.")
            }
            (Self::CategoryUnknown { name }, Language::English) => {
                format!("There is no category {name:?}; there are MUSICAL, CONCERT and PLAY.")
            }
            (Self::CategoryUnknown { name }, Language::Korean) => {
                format!("{name:?} 카테고리는 없습니다. MUSICAL, CONCERT, PLAY 중에서 고르세요.")
            }
            (Self::PeriodUnknown { name }, Language::English) => {
                format!("There is no ranking period {name:?}; there are DAY, WEEK and MONTH.")
            }
            (Self::PeriodUnknown { name }, Language::Korean) => {
                format!("{name:?} 랭킹 기간은 없습니다. DAY, WEEK, MONTH 중에서 고르세요.")
            }
        }
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        Self::BoxOffice(error)
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
