//! Shops to measure: databases in temporary folders, and servers over them.

use std::io::{BufRead as _, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hyper::Method;
use jiff::tz::TimeZone;
use tempfile::TempDir;
use ticket_core::{BoxOffice, Config};
use ticket_examples::crowd::{self, Buyer};
use ticket_examples::hall::{Hall, House};
use ticket_examples::http::Connection;

/// A database with halls and buyers.
pub(crate) struct Shop {
    pub(crate) houses: Vec<House>,
    pub(crate) buyers: Vec<Buyer>,
    config: Config,
    _folder: TempDir,
}

impl Shop {
    /// Makes performances with so many seats each, and so many buyers.
    pub(crate) async fn build(
        (performances, seats): (usize, u32),
        buyers: u32,
        redis: Option<String>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let config = Config { redis, ..Config::new(folder.path().join("tickets.db")) };
        BoxOffice::create(&config, &TimeZone::UTC)?;
        let box_office = BoxOffice::open(config.clone())?;
        let performances = u32::try_from(performances)?;
        let hall = Hall { name: "Bench".into(), seats, performances, seats_per_buyer_max: 100 };
        let houses = hall.open(&box_office).await?;
        let buyers = crowd::gather(&box_office, "bench", buyers).await?;
        box_office.shutdown().await;
        Ok(Self { houses, buyers, config, _folder: folder })
    }

    pub(crate) fn database(&self) -> &Path {
        &self.config.database
    }

    /// Opens it in this process.
    pub(crate) fn open(&self) -> anyhow::Result<BoxOffice> {
        Ok(BoxOffice::open(self.config.clone())?)
    }

    /// Starts a server over it.
    pub(crate) async fn serve(&self, program: &Path) -> anyhow::Result<Server> {
        let mut command = Command::new(program);
        command.args(["--listen", "127.0.0.1:0", "--database"]).arg(self.database());
        // All load comes from one address. In the environment, for older servers do not know the options.
        command.env("TICKET_REQUEST_RATE", "off").env("TICKET_CONNECTIONS_PER_ADDRESS_MAX", "10000");
        command.env("TICKET_LOGIN_RATE", "off").env("TICKET_LOGIN_PAUSE_MAX", "0");
        if let Some(redis) = &self.config.redis {
            command.args(["--redis", redis]);
        }
        let server = Server::start(command.env_remove("RUST_LOG").stderr(Stdio::piped()), |child| {
            child.stderr.take().map(|pipe| Box::new(pipe) as _)
        })?;
        server.wait_until_ready().await?;
        Ok(server)
    }
}

/// A server in a process of its own, which ends with this value.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    begin: Instant,
}

type Pipe = Box<dyn Read + Send>;

impl Server {
    /// Starts F1.
    pub(crate) fn floor() -> anyhow::Result<Self> {
        let program: PathBuf = std::env::current_exe()?;
        let mut command = Command::new(program);
        command.arg("--floor-server").stdout(Stdio::piped());
        Self::start(&mut command, |child| child.stdout.take().map(|pipe| Box::new(pipe) as _))
    }

    fn start(command: &mut Command, log: impl FnOnce(&mut Child) -> Option<Pipe>) -> anyhow::Result<Self> {
        let begin = Instant::now();
        let mut child = command.spawn().with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let mut lines = BufReader::new(log(&mut child).context("the server has no log")?).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listening on http://")?.1.trim().parse().ok())
            .context("the server has ended before it was ready")?;
        // Whoever writes into a closed pipe is ended, so somebody has to go on reading.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(Self { child, address, begin })
    }

    async fn wait_until_ready(&self) -> anyhow::Result<()> {
        let mut connection = Connection::open(self.address).await?;
        let request = connection.request(Method::GET, "/readyz", None, Vec::new())?;
        let (status, _) = connection.send(request).await?;
        anyhow::ensure!(status.is_success(), "the server is not ready: {status}");
        Ok(())
    }

    /// Time since its start.
    pub(crate) fn age(&self) -> Duration {
        self.begin.elapsed()
    }

    /// Memory that it occupies, in MB.
    pub(crate) fn resident_mb(&self) -> anyhow::Result<f64> {
        let ps = Command::new("ps").args(["-o", "rss=", "-p", &self.child.id().to_string()]).output()?;
        let kib: f64 = String::from_utf8(ps.stdout)?.trim().parse().context("ps does not tell the memory")?;
        Ok(kib * 1024.0 / 1e6)
    }

    /// Processor time that it has used, where the system tells it finely enough.
    pub(crate) fn processor_time(&self) -> Option<Duration> {
        processor_time(self.child.id())
    }
}

/// Processor time that a process has used, where the system tells it finely enough.
pub(crate) fn processor_time(process: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // User and system time are the 12th and 13th field behind the name, in hundredths of a second.
    let ticks = stat.rsplit_once(')')?.1.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
    Some(Duration::from_millis(10 * ticks.sum::<Result<u64, _>>().ok()?))
}

/// How often the threads of a process have gone to sleep, and so been woken, where the system tells it.
pub(crate) fn wake_ups(process: u32) -> Option<u64> {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).ok()?;
    let of_thread = |status: String| {
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        line.and_then(|count| count.trim().parse::<u64>().ok())
    };
    // A thread may end meanwhile.
    let statuses = threads.flatten().filter_map(|thread| std::fs::read_to_string(thread.path().join("status")).ok());
    statuses.map(of_thread).sum()
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
