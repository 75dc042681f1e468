use super::ParseError;

/// Names one attempt to change something, so that repeating the attempt cannot change it twice: 1 to 255 visible ASCII
/// characters. It is its user's own, and good for one kind of request.
///
/// ```
/// use ticket_core::domain::IdempotencyKey;
///
/// let key: IdempotencyKey = "order-4711".parse()?;
/// assert_eq!(key.as_str(), "order-4711");
/// assert!("two words".parse::<IdempotencyKey>().is_err());
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// Characters that a key may have.
    pub const LENGTH_MAX: usize = 255;

    /// A key that nobody else has: 128 random bits.
    #[cfg(any(feature = "client", feature = "engine"))]
    #[must_use]
    pub fn random() -> Self {
        Self(format!("{:032x}", rand::random::<u128>()))
    }

    /// The key as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for IdempotencyKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = (1..=Self::LENGTH_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if fits {
            return Ok(Self(text.to_owned()));
        }
        let allowed = format!("1 to {} visible ASCII characters", Self::LENGTH_MAX);
        Err(ParseError::new("idempotency key", text, allowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_1_to_255_visible_ascii_characters() {
        let longest = "~".repeat(255);
        for good in ["a", "!", "order-4711", "\"quoted\"", &longest] {
            assert_eq!(good.parse::<IdempotencyKey>().unwrap().as_str(), good);
        }
        let too_long = "a".repeat(256);
        for bad in ["", " ", "a b", "a\t", "a\n", "\u{7f}", "열쇠", &too_long] {
            let error = bad.parse::<IdempotencyKey>().unwrap_err().to_string();
            assert!(error.contains("allowed is 1 to 255 visible ASCII characters"), "{error}");
        }
    }

    #[test]
    fn random_ones_differ() {
        assert_ne!(IdempotencyKey::random(), IdempotencyKey::random());
    }
}
