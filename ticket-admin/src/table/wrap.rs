//! Texts in lines of a certain width.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A text in lines of at most so many cells, broken between words. A word that is longer, such as an email address, is
/// broken behind one of its signs, or where the line ends.
pub(super) fn wrap(text: &str, cells: usize) -> Vec<String> {
    if text.width() <= cells {
        return vec![text.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut word = word;
        while let Some(line) = lines.last_mut() {
            let blank = usize::from(!line.is_empty());
            if line.width() + blank + word.width() <= cells {
                line.push_str(&" ".repeat(blank));
                line.push_str(word);
                break;
            }
            if !line.is_empty() {
                lines.push(String::new());
                continue;
            }
            let (start, rest) = word.split_at(fitting(word, cells));
            line.push_str(start);
            if rest.is_empty() {
                break;
            }
            word = rest;
        }
    }
    lines
}

/// How many bytes of a word fit, at least those of one character.
fn fitting(word: &str, cells: usize) -> usize {
    let mut used = 0;
    let end = word.char_indices().find(|(_, c)| {
        used += c.width().unwrap_or_default();
        used > cells
    });
    let first = word.chars().next().map_or(0, char::len_utf8);
    let end = end.map_or(word.len(), |(end, _)| end.max(first));
    let is_sign = |c: char| matches!(c, '@' | '.' | '-' | '_' | '/' | ',');
    word[..end].rfind(is_sign).map_or(end, |sign| sign + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_where_that_is_possible() {
        assert_eq!(wrap("Les Misérables", 14), ["Les Misérables"]);
        assert_eq!(wrap("Les Misérables", 10), ["Les", "Misérables"]);
        assert_eq!(wrap("mina@example.com is it", 10), ["mina@", "example.", "com is it"]);
        assert_eq!(wrap("레미제라블 서울", 7), ["레미제", "라블", "서울"]);
        assert_eq!(wrap("레", 1), ["레"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
