use serde::{Deserialize, Serialize};

use crate::domain::SeatId;

/// Declares the codes once: variant, wire code, HTTP status, meaning.
macro_rules! error_codes {
    ($( $variant:ident $code:literal $status:literal $meaning:literal ; )+) => {
        /// Stable code of an error. Programs branch on it; people read the message.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $(
                #[doc = concat!("`", $code, "` (HTTP ", stringify!($status), "): ", $meaning, ".")]
                #[serde(rename = $code)]
                $variant,
            )+
            /// A code that this version does not know yet.
            #[serde(other)]
            Unknown,
        }

        impl ErrorCode {
            /// Every code that this version gives.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];

            /// The code as on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $code, )+ Self::Unknown => "?" }
            }

            /// Its HTTP status.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $( Self::$variant => $status, )+ Self::Unknown => 500 }
            }

            /// What it means, in short; the title of its problem document.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )+ Self::Unknown => "unknown error" }
            }
        }
    };
}

error_codes! {
    Malformed "G_001" 400 "malformed request or field";
    NoSuchRoute "G_002" 404 "no such route";
    MethodNotAllowed "G_003" 405 "method not allowed";
    BodyTooLarge "G_004" 413 "body too large";
    NotJson "G_005" 415 "body is not JSON";
    TooSlow "G_006" 408 "request did not arrive in time";
    Internal "G_500" 500 "internal error";
    UserNotFound "U_001" 404 "no such user";
    EmailTaken "U_003" 409 "email already joined";
    WrongCredentials "A_001" 401 "wrong email or password";
    NotPermitted "A_002" 403 "not permitted";
    TokenInvalid "A_003" 401 "token invalid";
    RefreshTokenUnknown "A_004" 401 "unknown refresh token";
    TokenMissing "A_005" 401 "token missing";
    NothingToLogOut "A_007" 401 "nothing to log out";
    TokenExpired "A_008" 401 "token expired";
    TokenUnsupported "A_010" 401 "token unsupported";
    TokenMalformed "A_011" 401 "token malformed";
    RefreshTokenRevoked "A_012" 401 "refresh token revoked";
    ShowNotFound "S_001" 404 "no such show";
    CategoryUnknown "S_003" 404 "no such category";
    PeriodUnknown "S_004" 404 "no such ranking period";
    PerformanceNotFound "S_005" 404 "no such performance";
    SaleNotOpen "S_006" 409 "sale not open yet";
    SaleClosed "S_007" 409 "sale closed";
    NoSeatChosen "B_001" 400 "no seat chosen";
    SeatNotValid "B_002" 400 "a chosen seat is not valid";
    SeatTaken "B_003" 409 "a chosen seat cannot be booked";
    BookingNotFound "B_004" 404 "no such booking";
    BookingAlreadyCanceled "B_006" 409 "booking already cancelled";
    OverLimit "B_007" 409 "over the limit per user";
    TicketNotInBooking "B_008" 400 "a ticket is not part of this booking";
    TooLateToCancel "B_009" 409 "too late to cancel";
    HoldNotFound "H_001" 404 "no such hold";
    HoldExpired "H_002" 410 "hold expired";
    BadSeatCount "W_001" 400 "seat count not 1 to 3";
    NoSeatWanted "W_002" 400 "no seat named to wait for";
    BadSeatChoice "W_003" 400 "too few or too many seats named to wait for";
    NotTheOffer "W_004" 409 "not exactly the offered seats";
    EntryNotFound "W_005" 404 "no such waitlist entry";
    SeatFree "W_006" 409 "a named seat is free now";
    OfferExpired "W_007" 410 "offer expired";
    TooManyEntries "W_008" 409 "too many waitlist entries";
    NothingOffered "W_009" 409 "nothing is offered to this waitlist entry";
    TooManyRequests "R_001" 429 "too many requests";
    KeyReused "I_001" 422 "idempotency key reused with another request";
    StillRunning "I_002" 409 "same request still running";
    JobLocked "J_001" 409 "job is locked";
    Unavailable "D_001" 503 "temporarily unavailable, nothing was changed";
    OutcomeUnknown "D_002" 503 "outcome unknown";
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// An error answer: RFC 9457 `application/problem+json` with a stable code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A URI reference that identifies the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in short, always English.
    pub title: String,
    /// The HTTP status again.
    pub status: u16,
    /// What failed, for which value, and what is allowed.
    pub detail: String,
    /// The stable code.
    pub code: ErrorCode,
    /// The same text as `detail`.
    pub message: String,
    /// The field of the request that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The seats concerned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seat_ids: Vec<SeatId>,
    /// Seconds after which to try again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// What to quote when asking for help: the server's log has the same id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Problem {
    /// A problem of this code with this message, without extra members.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            kind: format!("urn:ticket:error:{code}"),
            title: code.title().to_owned(),
            status: code.status(),
            message: detail.clone(),
            detail,
            code,
            field: None,
            seat_ids: Vec::new(),
            retry_after: None,
            request_id: None,
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.code)
    }
}
