//! What is wrong with a value.

use std::fmt;
use std::ops::RangeInclusive;

use crate::domain::Language;

/// What is said of a value that is not as it must be: what was given, and what is allowed. The name of the field stands
/// before it. Two are the same when they say the same in English.
///
/// ```
/// use ticket_core::Complaint;
/// use ticket_core::domain::Language;
///
/// let complaint = Complaint::characters(5, &(8..=128));
/// assert_eq!(complaint.to_string(), "has 5 characters; allowed are 8 to 128");
/// assert_eq!(complaint.message(Language::Korean), "5자입니다. 8~128자여야 합니다");
/// ```
#[derive(Debug, Clone, Eq)]
pub struct Complaint {
    english: String,
    /// `None` where only those who run a shop read it.
    korean: Option<String>,
}

impl Complaint {
    /// The same in both languages.
    pub fn new(english: impl Into<String>, korean: impl Into<String>) -> Self {
        Self { english: english.into(), korean: Some(korean.into()) }
    }

    /// A text is too short or too long.
    #[must_use]
    pub fn characters(given: usize, allowed: &RangeInclusive<usize>) -> Self {
        let (least, most) = (allowed.start(), allowed.end());
        Self::new(
            format!("has {given} characters; allowed are {least} to {most}"),
            format!("{given}자입니다. {least}~{most}자여야 합니다"),
        )
    }

    /// A number is out of bounds.
    #[must_use]
    pub fn out_of_range(given: u64, allowed: &RangeInclusive<u64>) -> Self {
        let (least, most) = (allowed.start(), allowed.end());
        Self::new(
            format!("is {given}; allowed are {least} to {most}"),
            format!("{given}입니다. {least}~{most}이어야 합니다"),
        )
    }

    /// In this language; in English where there is no other.
    #[must_use]
    pub fn message(&self, language: Language) -> &str {
        match (language, &self.korean) {
            (Language::Korean, Some(korean)) => korean,
            _ => &self.english,
        }
    }
}

/// Only in English.
impl From<String> for Complaint {
    fn from(english: String) -> Self {
        Self { english, korean: None }
    }
}

/// Only in English.
impl From<&str> for Complaint {
    fn from(english: &str) -> Self {
        english.to_owned().into()
    }
}

impl PartialEq for Complaint {
    fn eq(&self, other: &Self) -> bool {
        self.english == other.english
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}
