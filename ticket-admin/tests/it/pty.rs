//! A command on a terminal of its own.

use std::io::{Read, Write};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

use crate::support::Folder;

/// A running command and its terminal.
pub(crate) struct Pty {
    child: Box<dyn Child + Send + Sync>,
    screen: Box<dyn Read + Send>,
    keyboard: Box<dyn Write + Send>,
    seen: Vec<u8>,
    /// The terminal is gone with it.
    _terminal: Box<dyn MasterPty + Send>,
}

impl Pty {
    /// Starts a command in a folder, on a terminal so many columns wide. Signals do there what they do by default, also where
    /// the tests run in the background with some of them ignored.
    pub(crate) fn start(folder: &Folder, arguments: &[&str], columns: u16, environment: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: columns, ..PtySize::default() };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_ticket-admin"));
        command.args(arguments);
        command.cwd(folder.path(""));
        for name in ["TICKET_DATABASE", "NO_COLOR", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm-256color");
        for (name, value) in environment {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        let screen = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        Self { child, screen, keyboard, seen: Vec::new(), _terminal: pair.master }
    }

    /// Types a line when it is asked; returns what is to be seen in the end, and the exit code.
    pub(crate) fn answer(mut self, question: &str, line: &str) -> (String, u32) {
        let mut byte = [0];
        while !self.seen.ends_with(question.as_bytes()) {
            assert_eq!(self.screen.read(&mut byte).unwrap(), 1, "{}", String::from_utf8_lossy(&self.seen));
            self.seen.push(byte[0]);
        }
        self.keyboard.write_all(line.as_bytes()).unwrap();
        self.keyboard.write_all(b"\r").unwrap();
        self.end()
    }

    /// What is to be seen in the end, and the exit code.
    pub(crate) fn end(mut self) -> (String, u32) {
        // The end of a terminal is an error on Linux.
        let _ = self.screen.read_to_end(&mut self.seen);
        let exit = self.wait().exit_code();
        (String::from_utf8(self.seen).unwrap().replace('\r', ""), exit)
    }

    #[cfg(feature = "failpoints")]
    pub(crate) fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}
