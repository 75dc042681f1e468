//! Options from the environment. The other programs have this file as a link.

use clap::Command;

/// The command as if variables that are set to nothing were not set: what `${VARIABLE:-}` in a compose file makes of one
/// that nobody has set.
pub(crate) fn without_empty_variables(command: Command) -> Command {
    let is_empty = |name| std::env::var_os(name).is_some_and(|value| value.is_empty());
    command
        .mut_args(|arg| if arg.get_env().is_some_and(is_empty) { arg.env(None::<&'static str>) } else { arg })
        .mut_subcommands(without_empty_variables)
}
