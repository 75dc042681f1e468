//! Access tokens: JWTs (RFC 7519) in the manner of RFC 9068, signed with HMAC-SHA-256.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::Caller;
use crate::domain::{Role, UserId};
use crate::error::Error;

const LIFETIME: SignedDuration = SignedDuration::from_mins(30);
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
    iat: i64,
    exp: i64,
}

pub(super) struct AccessTokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

impl AccessTokens {
    pub(super) fn new(secret: &[u8]) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // The library would ask the system's clock; ours is passed in.
        validation.validate_exp = false;
        Self { encoding: EncodingKey::from_secret(secret), decoding: DecodingKey::from_secret(secret), validation }
    }

    /// A token that speaks for this caller for half an hour.
    pub(super) fn issue(&self, caller: Caller, now: Timestamp) -> Result<String, Error> {
        let header = Header { typ: Some(TYPE.to_owned()), ..Header::new(Algorithm::HS256) };
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: caller.user.to_string(),
            role: caller.role,
            iat: now.as_second(),
            exp: now.checked_add(LIFETIME).unwrap_or(Timestamp::MAX).as_second(),
        };
        jsonwebtoken::encode(&header, &claims, &self.encoding)
            .map_err(|error| Error::Internal { reason: format!("signing a token: {error}") })
    }

    /// Who the token speaks for.
    pub(super) fn check(&self, token: &str, now: Timestamp) -> Result<Caller, Error> {
        let token = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(refusal)?;
        if token.header.typ.as_deref() != Some(TYPE) {
            return Err(Error::TokenUnsupported);
        }
        if token.claims.exp <= now.as_second() {
            return Err(Error::TokenExpired);
        }
        let user: UserId = token.claims.sub.parse().map_err(|_| Error::TokenMalformed)?;
        Ok(Caller { user, role: token.claims.role })
    }
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
mod tests {
    use super::*;

    const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
    const CALLER: Caller = Caller { user: UserId(7), role: Role::Buyer };

    fn noon() -> Timestamp {
        "2027-01-02T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn is_good_for_half_an_hour() {
        let tokens = AccessTokens::new(SECRET);
        let token = tokens.issue(CALLER, noon()).unwrap();
        let last = noon() + SignedDuration::from_secs(1799);
        assert_eq!(tokens.check(&token, last), Ok(CALLER));
        assert_eq!(tokens.check(&token, last + SignedDuration::from_secs(1)), Err(Error::TokenExpired));
    }

    #[test]
    fn refuses_what_it_has_not_signed() {
        let tokens = AccessTokens::new(SECRET);
        let foreign = AccessTokens::new(b"another secret of thirty-two byte").issue(CALLER, noon()).unwrap();
        assert_eq!(tokens.check(&foreign, noon()), Err(Error::TokenInvalid));
        assert_eq!(tokens.check("", noon()), Err(Error::TokenMalformed));
        assert_eq!(tokens.check("a.b.c", noon()), Err(Error::TokenMalformed));
        let mut bent = tokens.issue(CALLER, noon()).unwrap();
        bent.truncate(bent.len() - 2);
        assert!(tokens.check(&bent, noon()).is_err());
    }

    #[test]
    fn refuses_other_algorithms_types_and_audiences() {
        let tokens = AccessTokens::new(SECRET);
        let claims = |aud: &str| Claims {
            iss: ISSUER.into(),
            aud: aud.into(),
            sub: "7".into(),
            role: Role::Admin,
            iat: noon().as_second(),
            exp: noon().as_second() + 60,
        };
        let sign = |header: &Header, claims: &Claims| {
            jsonwebtoken::encode(header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
        };
        let ours = Header { typ: Some(TYPE.into()), ..Header::new(Algorithm::HS256) };
        assert!(tokens.check(&sign(&ours, &claims(AUDIENCE)), noon()).is_ok());
        assert_eq!(tokens.check(&sign(&ours, &claims("other")), noon()), Err(Error::TokenInvalid));
        let untyped = Header::new(Algorithm::HS256);
        assert_eq!(tokens.check(&sign(&untyped, &claims(AUDIENCE)), noon()), Err(Error::TokenUnsupported));
        let issued_by_another = Claims { iss: "another".into(), ..claims(AUDIENCE) };
        assert_eq!(tokens.check(&sign(&ours, &issued_by_another), noon()), Err(Error::TokenInvalid));
        let for_nobody = Claims { sub: "nobody".into(), ..claims(AUDIENCE) };
        assert_eq!(tokens.check(&sign(&ours, &for_nobody), noon()), Err(Error::TokenMalformed));
        let stronger = Header { alg: Algorithm::HS512, ..ours };
        assert_eq!(tokens.check(&sign(&stronger, &claims(AUDIENCE)), noon()), Err(Error::TokenUnsupported));
    }

    #[test]
    fn refuses_a_signature_that_says_it_needs_none() {
        let tokens = AccessTokens::new(SECRET);
        let token = tokens.issue(CALLER, noon()).unwrap();
        let (_, rest) = token.split_once('.').unwrap();
        let (claims, signature) = rest.split_once('.').unwrap();
        // {"alg":"none","typ":"at+jwt"}, {"alg":"None",…}, {"typ":"at+jwt"}
        for header in [
            "eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0",
            "eyJhbGciOiJOb25lIiwidHlwIjoiYXQrand0In0",
            "eyJ0eXAiOiJhdCtqd3QifQ",
        ] {
            for signature in ["", signature] {
                let forged = format!("{header}.{claims}.{signature}");
                assert!(tokens.check(&forged, noon()).is_err(), "{forged}");
            }
        }
    }

    #[test]
    fn refuses_a_token_without_each_of_its_claims() {
        let tokens = AccessTokens::new(SECRET);
        let header = Header { typ: Some(TYPE.into()), ..Header::new(Algorithm::HS256) };
        let whole = serde_json::json!({
            "iss": ISSUER, "aud": AUDIENCE, "sub": "7", "role": "ADMIN", "iat": 0, "exp": noon().as_second() + 60,
        });
        let check = |claims: &serde_json::Value| {
            let token = jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(SECRET)).unwrap();
            tokens.check(&token, noon())
        };
        assert!(check(&whole).is_ok());
        for claim in ["iss", "aud", "sub", "role", "exp"] {
            let mut claims = whole.clone();
            claims.as_object_mut().unwrap().remove(claim);
            assert!(check(&claims).is_err(), "without {claim}");
        }
    }
}
