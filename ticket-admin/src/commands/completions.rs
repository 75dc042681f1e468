use std::io::Write as _;

use anyhow::Result;
use clap::builder::PossibleValue;
use clap::{Arg, Command, CommandFactory as _};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::Exit;

/// Print what a shell needs to complete this program's commands
///
/// For bash: ticket-admin completions bash > ~/.local/share/bash-completion/completions/ticket-admin
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ticket-admin completions fish > ~/.config/fish/completions/ticket-admin.fish
  ticket-admin completions bash >> ~/.bash_completion")]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit> {
        // The generator would panic when nobody reads any more.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "ticket-admin", &mut script);
        let script = mended(self.shell, String::from_utf8_lossy(&script).into_owned());
        std::io::stdout().lock().write_all(script.as_bytes())?;
        Ok(Exit::Ok)
    }
}

/// What the generator does not do by itself.
fn mended(shell: Shell, script: String) -> String {
    match shell {
        // It takes the hyphen of the name for the beginning of a subcommand in one place, and not in another.
        Shell::Bash => script.replace("ticket__subcmd__admin", "ticket__admin"),
        // It leaves out values that are not those of an option.
        Shell::Fish => {
            let values =
                Cli::command().get_subcommands().flat_map(|command| fish_values(command, "")).collect::<String>();
            script + &values
        }
        _ => script,
    }
}

/// A line for each argument of a command, or of one in it, that has certain values.
fn fish_values(command: &Command, within: &str) -> Vec<String> {
    let name = command.get_name();
    let condition = match within {
        "" => format!("__fish_ticket_admin_using_subcommand {name}"),
        outer => format!("__fish_ticket_admin_using_subcommand {outer}; and __fish_seen_subcommand_from {name}"),
    };
    let values = command.get_positionals().map(Arg::get_possible_values).filter(|values| !values.is_empty());
    let line = |values: Vec<PossibleValue>| {
        let values: Vec<&str> = values.iter().map(PossibleValue::get_name).collect();
        format!("complete -c ticket-admin -n \"{condition}\" -f -a \"{}\"\n", values.join(" "))
    };
    let inner = command.get_subcommands().flat_map(|inner| fish_values(inner, name));
    values.map(line).chain(inner).collect()
}
