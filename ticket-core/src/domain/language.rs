use super::named_enum;

named_enum! {
    /// A language that messages and mails are written in.
    #[derive(Default)]
    "language" Language {
        /// English, the default.
        #[default]
        English = "en",
        /// Korean.
        Korean = "ko",
    }
}

impl Language {
    /// The language that an `Accept-Language` header prefers (RFC 9110, 12.5.4), English when it names none of ours.
    ///
    /// ```
    /// use ticket_core::api::Language;
    ///
    /// assert_eq!(Language::from_accept_language("ko-KR,ko;q=0.9,en;q=0.8"), Language::Korean);
    /// assert_eq!(Language::from_accept_language("en;q=0.9, ko;q=0.1"), Language::English);
    /// assert_eq!(Language::from_accept_language("de"), Language::English);
    /// ```
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        Self::named_in(header).unwrap_or_default()
    }

    /// The same, but none when the header names none of ours.
    ///
    /// ```
    /// use ticket_core::domain::Language;
    ///
    /// assert_eq!(Language::named_in("de, ko;q=0.5"), Some(Language::Korean));
    /// assert_eq!(Language::named_in("de, *"), None);
    /// ```
    #[must_use]
    pub fn named_in(accept_language: &str) -> Option<Self> {
        let mut best = (0.0, None);
        for range in accept_language.split(',') {
            let (tag, weight) = match range.split_once(';') {
                Some((tag, q)) => (tag, q.trim().strip_prefix("q=").and_then(|q| q.parse().ok()).unwrap_or(0.0)),
                None => (range, 1.0),
            };
            let language = match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("ko") => Self::Korean,
                Some("en") => Self::English,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, Some(language));
            }
        }
        best.1
    }
}
