use serde::{Deserialize, Serialize};

use crate::domain::{Role, UserId};

/// Body of `POST /api/users`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JoinRequest {
    /// Unique, whatever its case.
    #[cfg_attr(feature = "openapi", schema(format = "email"))]
    pub email: String,
    /// 8 to 128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 128))]
    pub password: String,
    /// 1 to 100 characters; none of them a control character, or an override or isolate of the direction of writing.
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 100,
            pattern = r"^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$"
        )
    )]
    pub name: String,
}

/// Answer of `POST /api/users`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct JoinedUser {
    /// The new account.
    pub user_id: UserId,
}

/// Body of `POST /api/auth/login`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// In any case.
    pub email: String,
    /// As given on joining.
    pub password: String,
}

/// Body of `POST /api/auth/token` and `POST /api/auth/refresh`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefreshRequest {
    /// The refresh token.
    pub refresh_token: String,
}

/// Answer of `POST /api/auth/login`, `POST /api/auth/refresh` and `POST /api/users/me/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenPair {
    /// Carried by every authenticated call; lives 30 minutes.
    pub access_token: String,
    /// Buys a new pair, once; lives 30 days.
    pub refresh_token: String,
}

impl TokenPair {
    /// For so long the refresh token can be traded for new ones; trading begins the time anew.
    pub const LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(30 * 24);
}

/// Body of `POST /api/users/me/password`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordChange {
    /// As it is.
    pub current_password: String,
    /// As it is to be; 8 to 128 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 8, max_length = 128))]
    pub new_password: String,
}

/// Answer of `GET /api/users/me`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The account.
    pub user_id: UserId,
    /// Its email.
    pub email: String,
    /// Its name.
    pub name: String,
    /// What it may do.
    pub role: Role,
}

/// Secrets do not belong into logs.
macro_rules! redacted_debug {
    ($( $name:ident { $( $shown:ident ),* } )+) => {
        $(
            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.debug_struct(stringify!($name))$( .field(stringify!($shown), &self.$shown) )*.finish_non_exhaustive()
                }
            }
        )+
    };
}
redacted_debug! {
    JoinRequest { email, name }
    Credentials { email }
    PasswordChange {}
    RefreshRequest {}
    TokenPair {}
}
