//! Text measured in terminal cells, so that wide characters never break a layout.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells that a text takes.
#[must_use]
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text, cut to at most `cells` with an ellipsis where something is missing.
#[must_use]
pub(crate) fn fit(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w + 1 > cells {
            break;
        }
        used += w;
        out.push(c);
    }
    if cells > 0 {
        out.push('…');
    }
    out
}

/// The text in exactly `cells`, filled with blanks behind.
#[must_use]
pub(crate) fn pad(text: &str, cells: usize) -> String {
    let text = fit(text, cells);
    let blanks = cells.saturating_sub(width(&text));
    text + &" ".repeat(blanks)
}

/// The text in exactly `cells`, filled with blanks in front.
#[must_use]
pub(crate) fn pad_left(text: &str, cells: usize) -> String {
    let text = fit(text, cells);
    " ".repeat(cells.saturating_sub(width(&text))) + &text
}

/// The text in lines of at most `cells`, broken between words; a longer word is cut.
#[must_use]
pub(crate) fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut().filter(|line| width(line) + 1 + width(word) <= cells) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(fit(word, cells)),
        }
    }
    lines
}

/// The same in at most so many lines, the last with a sign that there would be more.
#[must_use]
pub(crate) fn wrap_to(text: &str, cells: usize, most: usize) -> Vec<String> {
    let mut lines = wrap(text, cells);
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = fit(&format!("{last} …"), cells);
        }
    }
    lines
}

/// `1 seat`, `2 seats`.
#[must_use]
pub(crate) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Time left for people: `0:09`, `6:41`, `1:02:03`, `3 d 04:05:06`.
#[must_use]
pub(crate) fn countdown(seconds: i64) -> String {
    let s = seconds.max(0);
    let (days, hours, minutes, seconds) = (s / 86_400, s / 3_600 % 24, s / 60 % 60, s % 60);
    match (days, hours) {
        (0, 0) => format!("{minutes}:{seconds:02}"),
        (0, _) => format!("{hours}:{minutes:02}:{seconds:02}"),
        _ => format!("{days} d {hours:02}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_by_cells_not_by_characters() {
        assert_eq!(fit("레미제라블", 10), "레미제라블");
        assert_eq!(fit("레미제라블", 9), "레미제라…");
        assert_eq!(fit("레미제라블", 8), "레미제…");
        assert_eq!(fit("abc", 0), "");
        assert_eq!(width(&pad("레미제라블", 8)), 8);
        assert_eq!(pad_left("7", 3), "  7");
    }

    #[test]
    fn counts_down_for_people() {
        assert_eq!(countdown(401), "6:41");
        assert_eq!(countdown(-1), "0:00");
        assert_eq!(countdown(3_723), "1:02:03");
        assert_eq!(countdown(90_061), "1 d 01:01:01");
    }
}
