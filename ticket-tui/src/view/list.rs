//! A list with a cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::text::pad;
use crate::theme::Theme;

/// Draws the part of a list that is around its cursor; arrows beside it say that there is more.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    theme: Theme,
    area: Rect,
    (count, cursor): (usize, usize),
    text: impl Fn(usize) -> String,
) {
    let first = first(area.height, (count, cursor));
    for (i, row) in (first..count).zip(area.rows()) {
        let mark = if i == cursor { "› " } else { "  " };
        let line = pad(&format!("{mark}{}", text(i)), usize::from(area.width));
        let style = if i == cursor { theme.cursor() } else { ratatui::style::Style::new() };
        frame.render_widget(Line::styled(line, style), row);
    }
    let end = first + usize::from(area.height);
    let last = area.y + area.height.saturating_sub(1);
    for (y, sign, is_there) in [(area.y, "↑", first > 0), (last, "↓", end < count)] {
        // Beside the list, where every screen has a margin.
        if is_there && let Some(cell) = frame.buffer_mut().cell_mut((area.right(), y)) {
            cell.set_symbol(sign).set_style(theme.muted());
        }
    }
}

/// The first entry that is visible in so many rows.
pub(super) fn first(rows: u16, (count, cursor): (usize, usize)) -> usize {
    let visible = usize::from(rows);
    cursor.saturating_sub(visible / 2).min(count.saturating_sub(visible))
}
