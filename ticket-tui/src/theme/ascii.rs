use ratatui::buffer::Buffer;

/// What stands for the characters that the program draws by itself. Names of shows and people stay as they are.
const STAND_INS: [(&str, &str); 38] = [
    ("×", "x"),
    ("◆", "*"),
    ("■", "@"),
    ("○", "o"),
    ("◇", "?"),
    ("·", "."),
    ("●", "*"),
    ("•", "*"),
    ("…", "~"),
    ("›", ">"),
    ("–", "-"),
    ("✓", "+"),
    ("←", "<"),
    ("→", ">"),
    ("↑", "^"),
    ("↓", "v"),
    ("│", "|"),
    ("─", "-"),
    ("┃", "#"),
    ("━", "="),
    ("┌", "+"),
    ("┐", "+"),
    ("└", "+"),
    ("┘", "+"),
    ("▔", "="),
    ("█", "#"),
    ("▓", "#"),
    ("▒", "+"),
    ("░", "."),
    ("⠋", "|"),
    ("⠙", "/"),
    ("⠹", "-"),
    ("⠸", "\\"),
    ("⠼", "|"),
    ("⠴", "/"),
    ("≤", "<"),
    ("≥", ">"),
    ("♥", "*"),
];

/// Replaces every decoration that is not ASCII, on the whole screen: whoever draws need not think of it.
pub(crate) fn to_ascii(buffer: &mut Buffer) {
    for cell in buffer.content.iter_mut().filter(|cell| !cell.symbol().is_ascii()) {
        if let Some((_, stand_in)) = STAND_INS.iter().find(|(symbol, _)| *symbol == cell.symbol()) {
            cell.set_symbol(stand_in);
        }
    }
}
