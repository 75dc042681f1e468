//! The admin CLI. [`cli`] says what can be typed, one file of [`commands`] per subcommand does it, [`output`] prints
//! what they have found, [`consent`] asks, [`mod@file`] reads and writes files, and [`exit`] is the one place that chooses
//! exit codes.

mod bars;
mod cli;
mod commands;
mod consent;
mod csv;
mod environment;
mod exit;
mod file;
mod interrupt;
mod log;
mod output;
mod parse;
mod progress;
mod table;

fn main() -> std::process::ExitCode {
    match cli::Cli::read() {
        Ok(cli) => commands::run(cli).unwrap_or_else(|error| exit::report(&error)).into(),
        Err(usage) => {
            // Help that nobody reads any more is no failure.
            let _ = usage.print();
            u8::try_from(usage.exit_code()).unwrap_or(exit::Exit::Usage as u8).into()
        }
    }
}
