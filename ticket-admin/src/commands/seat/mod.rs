mod map;

use anyhow::Result;

use crate::cli::Global;
use crate::exit::Exit;

/// Look at seats
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Seat {
    Map(map::Map),
}

impl Seat {
    pub(crate) fn run(&self, global: &Global) -> Result<Exit> {
        match self {
            Self::Map(map) => map.run(global),
        }
    }
}
