//! Access tokens: JWTs (RFC 7519) in the manner of RFC 9068, signed with HMAC-SHA-256.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation};
use serde::{Deserialize, Serialize};

use super::Caller;
use crate::domain::{Role, UserId, later};
use crate::error::Error;

const LIFETIME: SignedDuration = SignedDuration::from_mins(30);
/// How far the clocks of two servers may differ.
const LEEWAY: SignedDuration = SignedDuration::from_secs(60);
const ISSUER: &str = "ticket";
const AUDIENCE: &str = "ticket-api";
/// Tells an access token from whatever else may once be signed with the same secret (RFC 9068, 2.1).
const TYPE: &str = "at+jwt";

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    role: Role,
    /// Of the database whose account `sub` is.
    #[serde(default)]
    life: String,
    iat: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
    exp: i64,
}

/// What `jsonwebtoken` does not read of a header.
#[derive(Deserialize)]
struct Extensions {
    crit: Option<serde::de::IgnoredAny>,
}

pub(super) struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    life: String,
}

impl AccessTokens {
    /// For the accounts of the database that has this life.
    pub(super) fn new(secret: &[u8], life: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // The library would ask the system's clock; ours is passed in.
        validation.validate_exp = false;
        let (encoding, decoding) = (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
        Self { encoding, decoding, validation, life: life.to_owned() }
    }

    /// A token that speaks for this caller for half an hour.
    pub(super) fn issue(&self, caller: Caller, now: Timestamp) -> Result<String, Error> {
        let header = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: caller.user.to_string(),
            role: caller.role,
            life: self.life.clone(),
            iat: now.as_second(),
            nbf: None,
            exp: later(now, LIFETIME).as_second(),
        };
        jsonwebtoken::encode(&header, &claims, &self.encoding)
            .map_err(|error| Error::Internal { reason: format!("signing a token: {error}") })
    }

    /// Who the token speaks for.
    pub(super) fn check(&self, token: &str, now: Timestamp) -> Result<Caller, Error> {
        let TokenData { header, claims } =
            jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(refusal)?;
        // There is no extension that we understand (RFC 7515, 4.1.11).
        if header.typ.as_deref() != Some(TYPE) || extensions(token)?.crit.is_some() {
            return Err(Error::TokenUnsupported);
        }
        claims.check_times(now)?;
        // The account of that number may be somebody else by now. Whoever has a refresh token can go on with it.
        if claims.life != self.life {
            return Err(Error::TokenExpired);
        }
        let user: UserId = claims.sub.parse().map_err(|_| Error::TokenMalformed)?;
        Ok(Caller { user, role: claims.role })
    }
}

impl Claims {
    /// Refuses a token that is over, one that is not good yet, and one that lives longer than any of ours.
    fn check_times(&self, now: Timestamp) -> Result<(), Error> {
        if self.exp <= now.as_second() {
            return Err(Error::TokenExpired);
        }
        let latest = now.as_second().saturating_add(LEEWAY.as_secs());
        let is_early = self.iat > latest || self.nbf.is_some_and(|nbf| nbf > latest);
        if is_early || self.exp.saturating_sub(self.iat) > LIFETIME.as_secs() {
            return Err(Error::TokenInvalid);
        }
        Ok(())
    }
}

fn extensions(token: &str) -> Result<Extensions, Error> {
    let header = token.split('.').next().unwrap_or_default();
    let header = BASE64_URL_SAFE_NO_PAD.decode(header).map_err(|_| Error::TokenMalformed)?;
    serde_json::from_slice(&header).map_err(|_| Error::TokenMalformed)
}

fn refusal(error: jsonwebtoken::errors::Error) -> Error {
    match error.into_kind() {
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName => Error::TokenUnsupported,
        ErrorKind::InvalidSignature
        | ErrorKind::InvalidIssuer
        | ErrorKind::InvalidAudience
        | ErrorKind::MissingRequiredClaim(_) => Error::TokenInvalid,
        _ => Error::TokenMalformed,
    }
}

#[cfg(test)]
mod tests;
