//! The two languages of the screen. What is said stands in both, side by side, where it is said.

pub use ticket_core::api::Language;

use crate::text::count;

/// Chooses between two wordings of the same.
pub(crate) trait Say {
    /// The wording in this language.
    fn say<T>(self, english: T, korean: T) -> T;
    /// `2 seats`, `2석`.
    fn seats(self, n: usize) -> String;
    /// `2 tickets`, `티켓 2장`.
    fn tickets(self, n: usize) -> String;
    /// `1 seat is`, `2 seats are`, as in "is still picked"; Korean needs no verb.
    fn seats_are(self, n: usize) -> String;
}

impl Say for Language {
    fn say<T>(self, english: T, korean: T) -> T {
        match self {
            Self::English => english,
            Self::Korean => korean,
        }
    }

    fn seats(self, n: usize) -> String {
        self.say(count(n, "seat"), format!("{n}석"))
    }

    fn tickets(self, n: usize) -> String {
        self.say(count(n, "ticket"), format!("티켓 {n}장"))
    }

    fn seats_are(self, n: usize) -> String {
        let verb = if n == 1 { "is" } else { "are" };
        self.say(format!("{} {verb}", count(n, "seat")), format!("{n}석이"))
    }
}

/// The language of the locale that the environment names, English when it is none of ours.
#[must_use]
pub fn of_locale(env: impl Fn(&str) -> Option<String>) -> Language {
    // POSIX: the first of these that is set and not empty decides.
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| env(name).filter(|value| !value.is_empty()));
    let is_korean =
        locale.is_some_and(|locale| locale == "ko" || locale.starts_with("ko_") || locale.starts_with("ko."));
    if is_korean { Language::Korean } else { Language::English }
}

/// `en` or `ko`.
///
/// # Errors
///
/// Says what is allowed when it is neither.
pub fn parse(text: &str) -> Result<Language, String> {
    match text {
        "en" => Ok(Language::English),
        "ko" => Ok(Language::Korean),
        _ => Err(format!("{text:?} is no language of this program; allowed are en, ko")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locale(vars: &[(&str, &str)]) -> Language {
        of_locale(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn the_locale_decides_as_posix_says() {
        assert_eq!(locale(&[("LANG", "ko_KR.UTF-8")]), Language::Korean);
        assert_eq!(locale(&[("LANG", "ko_KR.UTF-8"), ("LC_ALL", "C")]), Language::English);
        assert_eq!(locale(&[("LC_ALL", ""), ("LC_MESSAGES", "ko"), ("LANG", "en_US.UTF-8")]), Language::Korean);
        assert_eq!(locale(&[("LANG", "kok_IN")]), Language::English);
        assert_eq!(locale(&[]), Language::English);
    }
}
