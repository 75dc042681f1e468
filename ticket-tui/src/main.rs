//! `ticket-tui`: see the library for how it works.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use jiff::tz::TimeZone;
use ticket_core::client::Client;
use ticket_core::clock::{Clock, SystemClock};
use ticket_core::printable::printable_lines;
use ticket_tui::args::Args;
use ticket_tui::commands::{self, Session, report};
use ticket_tui::demo::Demo;
use ticket_tui::model::Model;
use ticket_tui::runner;
use ticket_tui::settings::Settings;
use ticket_tui::terminal::{self, Screen};

use ticket_tui::tokens::TokenStore;

const EXIT_FAILED: u8 = 1;
const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let args = Args::read();
    if args.print_config {
        let lang = args.lang.unwrap_or_else(|| ticket_tui::lang::of_locale(|name| std::env::var(name).ok()));
        return print(&ticket_tui::settings::default_file(lang));
    }
    if args.command.is_none() && !args.plain && !terminal::is_there() {
        return fail(
            "this program needs a terminal: standard input and output must be one; --plain does without",
            EXIT_USAGE,
        );
    }
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error).into(),
    }
}

fn run(args: Args) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let settings = Settings::read(&args, |name| std::env::var(name).ok())?;
    let token = std::env::var("TICKET_TOKEN").ok().filter(|token| !token.is_empty());
    let outcome = runtime.block_on(async {
        if args.command.is_some() || args.plain {
            script(args, &settings, token).await
        } else if args.demo {
            demo(args.redis, settings).await
        } else {
            real(&args.server, settings, token).await
        }
    });
    // What is still on its way is of no interest any more.
    runtime.shutdown_background();
    outcome
}

async fn script(args: Args, settings: &Settings, token: Option<String>) -> anyhow::Result<()> {
    let session = Session::new(&args.server, settings.language, token)?;
    let outcome = match args.command {
        Some(command) => commands::run(command, &session).await,
        None => commands::plain(&session).await,
    };
    session.keep().context("the login cannot be kept")?;
    outcome
}

async fn real(server: &str, settings: Settings, token: Option<String>) -> anyhow::Result<()> {
    let (client, tokens) = Session::new(server, settings.language, token)?.into_parts();
    pick(client, tokens, settings).await
}

async fn demo(redis: Option<String>, settings: Settings) -> anyhow::Result<()> {
    let _ = writeln!(std::io::stderr().lock(), "Opening the demo…");
    let demo = Demo::start(redis).await?;
    let client = Client::new(&demo.server)?.with_language(settings.language);
    client.set_tokens(Some(demo.tokens.clone()));
    let picked = pick(client, TokenStore::in_file(None, &demo.server), settings).await;
    demo.end().await.context("the demo's folder cannot be deleted")?;
    picked
}

/// Takes the terminal, and gives it back when the user quits.
async fn pick(client: Client, tokens: TokenStore, settings: Settings) -> anyhow::Result<()> {
    let mut screen = Screen::take(settings.mouse).context("the terminal cannot be used")?;
    let (now, server, has_login) = (SystemClock.now(), client.base_url().to_owned(), client.tokens().is_some());
    let model = Model::new(now, TimeZone::system(), screen.size()?, settings, server, has_login);
    runner::run(&mut screen, client, tokens, model).await.context("the terminal failed")
}

fn fail(message: &str, code: u8) -> ExitCode {
    // Nothing can be done about a standard error that does not take this.
    let _ = writeln!(std::io::stderr().lock(), "ticket-tui: {}", printable_lines(message));
    ExitCode::from(code)
}

/// A pipe that nobody reads any more is no failure.
fn print(text: &str) -> ExitCode {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => fail(&error.to_string(), EXIT_FAILED),
        _ => ExitCode::SUCCESS,
    }
}
