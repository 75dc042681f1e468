//! Taking the terminal, and giving it back whatever happens.

use std::io::{self, IsTerminal, Stdout};

use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, Event, KeyCode, KeyModifiers,
};
use crossterm::execute;
use crossterm::style::Print;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;

/// Asks for clicks, drags and the wheel, in the form that has no largest column. Crossterm would ask for every move as well,
/// which would wake us for nothing.
const CLICKS: &str = "\u{1b}[?1002h\u{1b}[?1006h";

/// The screen, while we have it. Dropping it gives the terminal back.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
    /// Whether the mouse is ours.
    mouse: bool,
}

impl std::fmt::Debug for Screen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Screen")
    }
}

/// Whether there is a terminal to read keys from and to draw on.
#[must_use]
pub fn is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

impl Screen {
    /// Takes the terminal, and the mouse when it is wanted. From now on a panic gives it back before it says why.
    ///
    /// # Errors
    ///
    /// When the terminal cannot be switched.
    pub fn take(mouse: bool) -> io::Result<Self> {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            report(panic);
        }));
        let screen = Self { terminal: Terminal::new(CrosstermBackend::new(io::stdout()))?, mouse };
        enter(mouse)?;
        Ok(screen)
    }

    /// Draws what has changed.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub fn draw(&mut self, view: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(view).map(drop)
    }

    /// Forgets what was drawn: a terminal that changes its size may have dropped some of it, also when it has the same size
    /// again before we look.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub fn draw_anew(&mut self) -> io::Result<()> {
        let (columns, rows) = self.size()?;
        self.terminal.resize(Rect::new(0, 0, columns, rows))
    }

    /// Columns and rows.
    ///
    /// # Errors
    ///
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        self.terminal.size().map(|size| (size.width, size.height))
    }

    /// Gives the terminal to the shell, sleeps until the shell wakes us, and takes the terminal again.
    ///
    /// # Errors
    ///
    /// When the terminal is gone by then.
    pub fn suspend(&mut self) -> io::Result<()> {
        give_back();
        // The whole group, as the terminal does it for Ctrl-Z: what started us must stop as well.
        rustix::process::kill_current_process_group(rustix::process::Signal::TSTP)?;
        enter(self.mouse)?;
        // A new one knows nothing of what was drawn before. (Clearing the old one would ask the terminal where its
        // cursor is, while our own reader waits for what the terminal says.)
        self.terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn enter(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if mouse { execute!(io::stdout(), Print(CLICKS)) } else { Ok(()) }
}

/// Reads a line without showing it; `None` when it is given up with Ctrl-C or Ctrl-D.
///
/// # Errors
///
/// When the terminal fails.
pub fn read_secret() -> io::Result<Option<String>> {
    enable_raw_mode()?;
    let secret = read_hidden_line();
    disable_raw_mode()?;
    secret
}

fn read_hidden_line() -> io::Result<Option<String>> {
    let mut text = String::new();
    loop {
        let Event::Key(key) = crossterm::event::read()? else { continue };
        match key.code {
            KeyCode::Enter => return Ok(Some(text)),
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => return Ok(None),
            KeyCode::Char(c) => text.push(c),
            KeyCode::Backspace => drop(text.pop()),
            _ => {}
        }
    }
}

/// Nothing can be done about a terminal that does not take this.
fn give_back() {
    let _ = execute!(
        io::stdout(),
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        crossterm::cursor::Show
    );
    let _ = disable_raw_mode();
}
