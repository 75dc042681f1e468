use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How long to wait for something to appear. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(30);

const ROWS: NonZero<u16> = NonZero::new(24).unwrap();
const COLUMNS: NonZero<u16> = NonZero::new(80).unwrap();

pub(crate) const ENTER: &str = "\r";
pub(crate) const ESC: &str = "\u{1b}";

/// A program in a pseudo-terminal of 80x24, seen as a person sees it.
pub(crate) struct Picker {
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    keys: Box<dyn Write + Send>,
    screen: vt100::Parser,
    terminal: Box<dyn MasterPty + Send>,
}

impl Picker {
    /// The seat picker.
    pub(crate) fn open(arguments: &[&str], state: &Path) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ticket-tui"));
        command.args(arguments);
        Self::spawn(command, state)
    }

    /// Any program.
    pub(crate) fn spawn(command: CommandBuilder, state: &Path) -> Self {
        Self::spawn_with(command, state, &[])
    }

    /// Any program, in this environment.
    pub(crate) fn spawn_with(mut command: CommandBuilder, state: &Path, environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: ROWS.get(), cols: COLUMNS.get(), pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env("XDG_STATE_HOME", state);
        command.env("XDG_CONFIG_HOME", state);
        command.env("LC_ALL", "C.UTF-8");
        command.env_remove("TICKET_TOKEN");
        command.env("TERM", "xterm-256color");
        command.env_remove("TICKET_SERVER");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let output = read_all(pair.master.try_clone_reader().unwrap());
        let keys = pair.master.take_writer().unwrap();
        Self { child, output, keys, screen: vt100::Parser::new(ROWS, COLUMNS, 0), terminal: pair.master }
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Clicks where the screen shows this text.
    pub(crate) fn click(&mut self, text: &str) {
        let row = self.screen.screen().rows(0, COLUMNS.get()).position(|row| row.contains(text));
        let row = row.unwrap_or_else(|| panic!("no {text:?} to click on:\n{}", self.contents()));
        let line = self.screen.screen().rows(0, COLUMNS.get()).nth(row).unwrap();
        let column = unicode_width::UnicodeWidthStr::width(&line[..line.find(text).unwrap()]);
        for end in ['M', 'm'] {
            self.press(&format!("\u{1b}[<0;{};{}{end}", column + 1, row + 1));
        }
    }

    /// Presses a button of the mouse, moves with it, or turns the wheel, at this column and row; the codes are those of xterm.
    pub(crate) fn mouse(&mut self, code: u8, (column, row): (u16, u16)) {
        self.press(&format!("\u{1b}[<{code};{column};{row}M"));
    }

    pub(crate) fn mouse_up(&mut self, code: u8, (column, row): (u16, u16)) {
        self.press(&format!("\u{1b}[<{code};{column};{row}m"));
    }

    /// The rows of the screen from the top, so many, without the blanks at their ends.
    pub(crate) fn rows(&self, count: usize) -> Vec<String> {
        self.screen.screen().rows(0, COLUMNS.get()).take(count).map(|row| row.trim_end().to_owned()).collect()
    }

    /// Whether the program wants to know of the mouse.
    pub(crate) fn has_mouse(&self) -> bool {
        self.screen.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    /// Waits until the screen shows this text.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    pub(crate) fn wait_until(&mut self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self.screen.screen()) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("no {what:?} on the screen:\n{}", self.contents()),
                Err(RecvTimeoutError::Disconnected) => panic!("it ended without {what:?}:\n{}", self.contents()),
            }
        }
    }

    pub(crate) fn resize(&mut self, rows: u16, columns: u16) {
        self.screen.screen_mut().set_size(NonZero::new(rows).unwrap(), NonZero::new(columns).unwrap());
        self.terminal.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    pub(crate) fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    pub(crate) fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for the end; answers the exit code. The last output is on the screen then.
    pub(crate) fn end(&mut self) -> u32 {
        let code = self.child.wait().unwrap().exit_code();
        while let Ok(bytes) = self.output.recv_timeout(PATIENCE) {
            self.screen.process(&bytes);
        }
        code
    }

    /// Whether the terminal is as a shell wants it.
    pub(crate) fn is_given_back(&self) -> bool {
        let screen = self.screen.screen();
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste() && !self.has_mouse()
    }
}

impl Drop for Picker {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
    }
}

fn read_all(mut reader: Box<dyn Read + Send>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        // On Linux, reading fails once nobody has the other side open: that is the end too.
        while let Ok(count @ 1..) = reader.read(&mut buffer) {
            if sender.send(buffer[..count].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}
