//! Options from the environment. The other programs have this file as a link.

use clap::{Arg, Command};

/// The command as if variables that are set to nothing were not set: what `${VARIABLE:-}` in a compose file makes of one
/// that nobody has set.
pub(crate) fn without_empty_variables(command: Command) -> Command {
    command.mut_args(without_empty_variable).mut_subcommands(without_empty_variables)
}

fn without_empty_variable(arg: Arg) -> Arg {
    let is_empty = arg.get_env().and_then(std::env::var_os).is_some_and(|value| value.is_empty());
    if is_empty { arg.env(None::<&'static str>) } else { arg }
}
