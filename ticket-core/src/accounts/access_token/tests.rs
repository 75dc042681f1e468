use super::*;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";
const LIFE: &str = "00c0ffee";
const CALLER: Caller = Caller { user: UserId(7), role: Role::Buyer };

fn noon() -> Timestamp {
    "2027-01-02T12:00:00Z".parse().unwrap()
}

#[test]
fn is_good_for_half_an_hour() {
    let tokens = AccessTokens::new(SECRET, LIFE);
    let token = tokens.issue(CALLER, noon()).unwrap();
    let last = noon() + SignedDuration::from_secs(1799);
    assert_eq!(tokens.check(&token, last), Ok(CALLER));
    assert_eq!(tokens.check(&token, last + SignedDuration::from_secs(1)), Err(Error::TokenExpired));
}

#[test]
fn refuses_what_it_has_not_signed() {
    let tokens = AccessTokens::new(SECRET, LIFE);
    let foreign = AccessTokens::new(b"another secret of thirty-two byte", LIFE).issue(CALLER, noon()).unwrap();
    assert_eq!(tokens.check(&foreign, noon()), Err(Error::TokenInvalid));
    assert_eq!(tokens.check("", noon()), Err(Error::TokenMalformed));
    assert_eq!(tokens.check("a.b.c", noon()), Err(Error::TokenMalformed));
    let mut bent = tokens.issue(CALLER, noon()).unwrap();
    bent.truncate(bent.len() - 2);
    assert!(tokens.check(&bent, noon()).is_err());
}

#[test]
fn refuses_other_algorithms_types_and_audiences() {
    let tokens = AccessTokens::new(SECRET, LIFE);
    let claims = |aud: &str| Claims {
        iss: ISSUER.into(),
        aud: aud.into(),
        sub: "7".into(),
        role: Role::Admin,
        life: LIFE.into(),
        iat: noon().as_second(),
        nbf: None,
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
    let tokens = AccessTokens::new(SECRET, LIFE);
    let token = tokens.issue(CALLER, noon()).unwrap();
    let (_, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    // {"alg":"none","typ":"at+jwt"}, {"alg":"None",…}, {"typ":"at+jwt"}
    for header in
        ["eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0", "eyJhbGciOiJOb25lIiwidHlwIjoiYXQrand0In0", "eyJ0eXAiOiJhdCtqd3QifQ"]
    {
        for signature in ["", signature] {
            let forged = format!("{header}.{claims}.{signature}");
            assert!(tokens.check(&forged, noon()).is_err(), "{forged}");
        }
    }
}

#[test]
fn refuses_a_token_without_each_of_its_claims() {
    let tokens = AccessTokens::new(SECRET, LIFE);
    let header = Header { typ: Some(TYPE.into()), ..Header::new(Algorithm::HS256) };
    let whole = serde_json::json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "7", "role": "ADMIN", "life": LIFE,
        "iat": noon().as_second(), "exp": noon().as_second() + 60,
    });
    let check = |claims: &serde_json::Value| {
        let token = jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(SECRET)).unwrap();
        tokens.check(&token, noon())
    };
    assert!(check(&whole).is_ok());
    for claim in ["iss", "aud", "sub", "role", "life", "iat", "exp"] {
        let mut claims = whole.clone();
        claims.as_object_mut().unwrap().remove(claim);
        assert!(check(&claims).is_err(), "without {claim}");
    }
}

/// A token with our signature, whatever is in it.
fn forged(header: &serde_json::Value, claims: &serde_json::Value) -> String {
    let encode = |part: &serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let key = EncodingKey::from_secret(SECRET);
    let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
    format!("{message}.{signature}")
}

/// As we make it, but for these claims, in seconds from noon on.
fn timed(times: &[(&str, i64)]) -> String {
    let mut claims = serde_json::json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "7", "role": "BUYER", "life": LIFE, "iat": 0, "exp": 1800,
    });
    for (name, at) in times {
        claims[name] = serde_json::json!(at);
    }
    for name in ["iat", "nbf", "exp"] {
        if let Some(at) = claims.get(name).and_then(serde_json::Value::as_i64) {
            claims[name] = serde_json::json!(noon().as_second().saturating_add(at));
        }
    }
    forged(&serde_json::json!({"alg": "HS256", "typ": TYPE}), &claims)
}

#[test]
fn refuses_times_that_no_token_of_ours_has() {
    let tokens = AccessTokens::new(SECRET, LIFE);
    for good in [&[][..], &[("iat", 60), ("exp", 1860)], &[("nbf", 60)], &[("nbf", -60)], &[("iat", -1799), ("exp", 1)]]
    {
        assert_eq!(tokens.check(&timed(good), noon()), Ok(CALLER), "{good:?}");
    }
    for (bad, error) in [
        (&[("iat", 61), ("exp", 1800)][..], Error::TokenInvalid),
        (&[("nbf", 61)], Error::TokenInvalid),
        (&[("nbf", i64::MAX)], Error::TokenInvalid),
        (&[("exp", 1801)], Error::TokenInvalid),
        (&[("iat", -1), ("exp", 1800)], Error::TokenInvalid),
        (&[("iat", i64::MIN), ("exp", i64::MAX)], Error::TokenInvalid),
        (&[("iat", -1800), ("exp", 0)], Error::TokenExpired),
    ] {
        assert_eq!(tokens.check(&timed(bad), noon()), Err(error), "{bad:?}");
    }
}

#[test]
fn refuses_extensions_that_must_be_understood() {
    let tokens = AccessTokens::new(SECRET, LIFE);
    let claims = serde_json::json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "7", "role": "BUYER", "life": LIFE,
        "iat": noon().as_second(), "exp": noon().as_second() + 60,
    });
    let check = |header: serde_json::Value| tokens.check(&forged(&header, &claims), noon());
    assert_eq!(check(serde_json::json!({"alg": "HS256", "typ": TYPE, "kid": "1"})), Ok(CALLER));
    for crit in [serde_json::json!(["exp"]), serde_json::json!(["b64"]), serde_json::json!([]), serde_json::json!("x")]
    {
        let header = serde_json::json!({"alg": "HS256", "typ": TYPE, "b64": false, "crit": crit});
        assert_eq!(check(header), Err(Error::TokenUnsupported), "{crit}");
    }
}

#[test]
fn is_good_for_one_life_of_the_database() {
    let token = AccessTokens::new(SECRET, LIFE).issue(CALLER, noon()).unwrap();
    assert_eq!(AccessTokens::new(SECRET, "another").check(&token, noon()), Err(Error::TokenExpired));
}
