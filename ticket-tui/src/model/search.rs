use std::cell::RefCell;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Looks for words in names, as `fzf` does: the letters of a word in their order, the closer together the better. Consonants
/// alone look for syllables that begin with them, as Koreans abbreviate: `ㄹㅁㅈ` finds 레미제라블.
pub(super) struct Search {
    pattern: Pattern,
    is_by_initials: bool,
    matcher: RefCell<Matcher>,
}

/// The initial consonants of Hangul syllables, in the order of Unicode.
const INITIALS: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];

impl Search {
    pub(super) fn new(text: &str) -> Self {
        Self {
            pattern: Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy),
            is_by_initials: text.chars().any(|c| INITIALS.contains(&c)),
            matcher: RefCell::new(Matcher::new(Config::DEFAULT)),
        }
    }

    /// How well a name fits; `None` when it does not.
    pub(super) fn score(&self, name: &str) -> Option<u32> {
        let name: String = if self.is_by_initials { name.chars().map(initial).collect() } else { name.to_owned() };
        let mut buffer = Vec::new();
        self.pattern.score(Utf32Str::new(&name, &mut buffer), &mut self.matcher.borrow_mut())
    }
}

/// The consonant that a syllable begins with; other characters stay.
fn initial(c: char) -> char {
    let syllable = u32::from(c).checked_sub(0xAC00).filter(|index| *index < 11_172);
    syllable.and_then(|index| INITIALS.get(index as usize / 588)).copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(text: &str, name: &str) -> bool {
        Search::new(text).score(name).is_some()
    }

    #[test]
    fn letters_in_their_order_are_enough() {
        assert!(finds("lsmis", "Les Misérables"));
        assert!(finds("blue les", "Les Misérables 레미제라블 Blue Square"));
        assert!(finds("레제블", "Les Misérables 레미제라블"));
        assert!(!finds("블레", "레미제라블"));
        assert!(finds("", "anything"));
    }

    #[test]
    fn initial_consonants_find_syllables() {
        assert!(finds("ㄹㅁㅈㄹㅂ", "Les Misérables 레미제라블"));
        assert!(finds("ㅎㄹ", "Hamlet 햄릿"), "ㅎㄹ is 햄릿");
        assert!(!finds("ㄲㄲ", "레미제라블"));
    }

    #[test]
    fn what_fits_closer_is_better() {
        let search = Search::new("hall");
        assert!(search.score("Small Hall") > search.score("Harbour all-night"));
    }
}
