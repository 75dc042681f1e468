//! What serde and its formats say of a value that they cannot read, in Korean.

use super::query::NOT_PLAIN;

/// As far as the kind of mistake can be told. What is quoted stays as it is.
pub(super) fn in_korean(problem: &str) -> Option<String> {
    // "… at line 1 column 9": only of bodies.
    let (problem, place) =
        match problem.rsplit_once(" at line ").map(|(said, place)| (said, place.split_once(" column "))) {
            Some((said, Some((line, column)))) => (said, format!(" ({line}행 {column}열)")),
            _ => (problem, String::new()),
        };
    Some(said_in_korean(problem)? + &place)
}

fn said_in_korean(problem: &str) -> Option<String> {
    if problem == NOT_PLAIN {
        return Some("2027-03-01과 같은 날짜여야 합니다".into());
    }
    if problem.starts_with("EOF while parsing") {
        return Some("JSON이 끝나기 전에 끊겼습니다".into());
    }
    if let Some(rest) = problem.strip_prefix("missing field ") {
        return Some(format!("필수 필드 {rest} 없음"));
    }
    if let Some(rest) = problem.strip_prefix("duplicate field ") {
        return Some(format!("필드 {rest} 중복"));
    }
    for (kind, korean, noun) in
        [("unknown field ", "알 수 없는 필드", "필드"), ("unknown variant ", "알 수 없는 값", "값")]
    {
        let Some(rest) = problem.strip_prefix(kind) else { continue };
        return Some(match rest.split_once(", expected ") {
            Some((given, allowed)) => format!("{korean} {given}; 허용되는 {noun}: {}", listed(allowed)),
            None => format!("{korean} {}", rest.split_once(", ").map_or(rest, |(given, _)| given)),
        });
    }
    for (kind, korean) in [
        ("invalid type: ", "형식이 잘못되었습니다"),
        ("invalid value: ", "값이 잘못되었습니다"),
        ("invalid length ", "길이가 잘못되었습니다"),
    ] {
        let Some(rest) = problem.strip_prefix(kind) else { continue };
        let (given, allowed) = rest.split_once(", expected ")?;
        return Some(format!("{korean}: {} (필요한 것: {})", typed(given), typed(allowed)));
    }
    let fixed = match problem {
        "invalid digit found in string" => "숫자가 아닙니다",
        "number too large to fit in target type" => "너무 큰 수입니다",
        "number too small to fit in target type" => "너무 작은 수입니다",
        "cannot parse integer from empty string" => "비어 있습니다",
        "expected value" => "값이 있어야 합니다",
        "trailing comma" => "마지막에 쉼표가 있습니다",
        "key must be a string" => "키는 문자열이어야 합니다",
        "invalid unicode code point" => "잘못된 유니코드입니다",
        _ => return None,
    };
    Some(fixed.into())
}

/// "one of `a`, `b`", "`a` or `b`"
fn listed(allowed: &str) -> String {
    allowed.strip_prefix("one of ").unwrap_or(allowed).replace(" or ", ", ")
}

/// serde's words for kinds of values, with what was given behind some of them.
fn typed(words: &str) -> String {
    const KINDS: [(&str, &str); 17] = [
        ("a string", "문자열"),
        ("a borrowed string", "문자열"),
        ("string ", "문자열 "),
        ("integer ", "정수 "),
        ("floating point ", "실수 "),
        ("boolean ", "불리언 "),
        ("a boolean", "불리언"),
        ("a sequence", "목록"),
        ("sequence", "목록"),
        ("a map", "객체"),
        ("map", "객체"),
        ("null", "null"),
        ("unit value", "빈 값"),
        ("i64", "정수"),
        ("u64", "0 이상의 정수"),
        ("u32", "0 이상의 정수"),
        ("struct ", "객체 "),
    ];
    let found =
        KINDS.into_iter().find_map(|(english, korean)| Some(format!("{korean}{}", words.strip_prefix(english)?)));
    found.unwrap_or_else(|| words.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_each_kind_of_mistake() {
        for (english, korean) in [
            ("missing field `password`", "필수 필드 `password` 없음"),
            ("missing field `password` at line 1 column 15", "필수 필드 `password` 없음 (1행 15열)"),
            ("duplicate field `email`", "필드 `email` 중복"),
            (
                "unknown field `admin`, expected `email` or `password`",
                "알 수 없는 필드 `admin`; 허용되는 필드: `email`, `password`",
            ),
            ("unknown field `a`, there are no fields", "알 수 없는 필드 `a`"),
            ("unknown variant `Q`, expected one of `VIP`, `R`", "알 수 없는 값 `Q`; 허용되는 값: `VIP`, `R`"),
            ("invalid type: integer `7`, expected a string", "형식이 잘못되었습니다: 정수 `7` (필요한 것: 문자열)"),
            ("invalid value: integer `-1`, expected u32", "값이 잘못되었습니다: 정수 `-1` (필요한 것: 0 이상의 정수)"),
            ("invalid digit found in string", "숫자가 아닙니다"),
            (NOT_PLAIN, "2027-03-01과 같은 날짜여야 합니다"),
        ] {
            assert_eq!(in_korean(english).as_deref(), Some(korean));
        }
        assert_eq!(in_korean("nobody knows"), None);
    }
}
