//! The latin keys under Hangul, for commands that are typed while a Korean 2-set input method is on.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The latin keys that were pressed to get this key event; a jamo is the key under it.
///
/// An input method may join several key presses into one syllable, so there can be more than one.
#[must_use]
pub(crate) fn latin(key: KeyEvent) -> Vec<KeyEvent> {
    let KeyCode::Char(typed) = key.code else { return vec![key] };
    let Some(keys) = keys_of_hangul(typed) else { return vec![key] };
    keys.chars().map(|c| KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)).collect()
}

/// The same of a text.
#[must_use]
pub(crate) fn latin_text(text: &str) -> String {
    text.chars().map(|c| keys_of_hangul(c).unwrap_or_else(|| c.into())).collect()
}

/// Whether a key types text rather than commands.
#[must_use]
pub(crate) fn types_text(key: KeyEvent) -> bool {
    matches!(key.code, KeyCode::Char(_)) && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}

/// Whether this is Ctrl with that letter.
#[must_use]
pub(crate) fn is_ctrl(key: KeyEvent, letter: char) -> bool {
    key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char(letter)
}

/// Whether this is a jamo or a syllable, for which the keys under it count.
pub(super) fn is_hangul(c: char) -> bool {
    keys_of_hangul(c).is_some()
}

fn keys_of_hangul(c: char) -> Option<String> {
    if let Some(keys) = u32::from(c).checked_sub(0x3131).and_then(|index| JAMO.get(index as usize)) {
        return Some((*keys).to_owned());
    }
    let index = u32::from(c).checked_sub(0xAC00).filter(|i| *i < 11_172)? as usize;
    let (initial, vowel, last) = (index / 588, index / 28 % 21, index % 28);
    Some([INITIAL.get(initial)?, JAMO.get(30 + vowel)?, FINAL.get(last)?].into_iter().copied().collect())
}

/// The keys of the compatibility jamo from U+3131 to U+3163: consonants, then vowels.
const JAMO: [&str; 51] = [
    "r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "Q", "qt", "t",
    "T", "d", "w", "W", "c", "z", "x", "v", "g", "k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y",
    "n", "nj", "np", "nl", "b", "m", "ml", "l",
];
const INITIAL: [&str; 19] =
    ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"];
const FINAL: [&str; 28] = [
    "", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt", "t", "T",
    "d", "w", "c", "z", "x", "v", "g",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(c: char) -> String {
        let key = KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE);
        latin(key).iter().filter_map(|k| k.code.as_char()).collect()
    }

    #[test]
    fn jamo_are_the_keys_under_them() {
        for (jamo, key) in [('ㅂ', "q"), ('ㅓ', "j"), ('ㅏ', "k"), ('ㅗ', "h"), ('ㅣ', "l"), ('ㅘ', "hk"), ('ㅖ', "P")]
        {
            assert_eq!(typed(jamo), key, "{jamo}");
        }
    }

    #[test]
    fn syllables_are_taken_apart() {
        assert_eq!(typed('한'), "gks");
        assert_eq!(typed('값'), "rkqt");
        assert_eq!(typed('힣'), "glg");
        assert_eq!(typed('가'), "rk");
    }

    #[test]
    fn other_keys_stay() {
        assert_eq!(typed('q'), "q");
        assert_eq!(typed('日'), "日");
        let enter = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        assert_eq!(latin(enter), [enter]);
    }
}
