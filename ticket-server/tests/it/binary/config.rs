use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::process::{Running, command, fails, new_database};

fn file(content: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticket.toml");
    std::fs::write(&path, content).unwrap();
    (folder, path)
}

fn printed() -> String {
    let (_folder, database) = new_database();
    let output = command(&database).arg("--print-config").stdout(Stdio::piped()).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let (_folder, database) = new_database();
    let (_files, path) = file(&format!(
        "log-format = \"json\"\ndatabase = \"{}\"\nlisten = \"127.0.0.1:0\"\nno-jobs = true\n",
        database.display()
    ));
    let start = |environment: Option<&str>, flag: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ticket-server"));
        for name in ["TICKET_LISTEN", "TICKET_DATABASE", "RUST_LOG"] {
            command.env_remove(name);
        }
        command.env("TICKET_CONFIG", &path).stderr(Stdio::piped());
        command.envs(environment.map(|value| ("TICKET_LOG_FORMAT", value)));
        command.args(flag.iter().flat_map(|value| ["--log-format", value]));
        Running::start(&mut command).greeting.starts_with('{')
    };
    assert!(start(None, None));
    assert!(!start(Some("text"), None));
    assert!(start(Some("text"), Some("json")));
}

#[test]
fn what_is_wrong_with_the_file_is_named_with_its_line() {
    let (_folder, database) = new_database();
    for (content, problem) in [
        ("\nlissten = \"x\"\n", ":2: there is no option \"lissten\"; there are listen, database, redis, "),
        ("connections-max = \"many\"\n", ":1: invalid value 'many' for '--connections-max <COUNT>'"),
        ("header-max = 0\n", ":1: invalid value '0' for '--header-max <SECONDS>'"),
        ("request-rate = \"2000\"\n", "it must be BURST,PER_SECOND"),
        ("trusted-proxy = [\"here\"]\n", "it must be an address or a network"),
        ("cors-origin = [\"https://a.b/c\"]\n", "it must be a scheme, a host and perhaps a port"),
        ("log-format = \"xml\"\n", "[possible values: text, json]"),
        ("listen\n", "TOML parse error at line 1"),
    ] {
        let (_files, path) = file(content);
        let said = fails(command(&database).arg("--config").arg(&path));
        assert!(said.contains(problem) && said.contains(&path.display().to_string()), "{content}: {said}");
    }
    let said = fails(command(&database).args(["--config", "/nowhere/ticket.toml"]));
    assert!(said.contains("cannot read the configuration /nowhere/ticket.toml"), "{said}");
}

#[test]
fn the_printed_file_has_every_option_and_can_be_used() {
    let (_folder, database) = new_database();
    let help = command(&database).arg("--help").stdout(Stdio::piped()).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let names: Vec<&str> =
        help.lines().filter_map(|line| line.trim_start().strip_prefix("--")?.split([' ', '=', '[']).next()).collect();
    let printed = printed();
    for name in names.into_iter().filter(|name| !["config", "print-config", "help", "version"].contains(name)) {
        assert!(printed.contains(&format!("\n#{name} = ")), "{name} is missing: {printed}");
    }
    // As it is, and with everything that has a default said aloud.
    let aloud = printed.replace("\n#", "\n").replace("\n ", "\n# ");
    let without_placeholders: Vec<&str> = aloud
        .lines()
        .filter(|line| {
            !["redis = ", "token-secret-file = ", "smtp = ", "mail-from = "].iter().any(|key| line.starts_with(key))
        })
        .collect();
    for content in [&printed, &without_placeholders.join("\n")] {
        let (_files, path) = file(content);
        Running::start(command(&database).arg("--config").arg(&path));
    }
}

#[test]
fn variables_that_are_set_to_nothing_are_not_set() {
    let (_folder, database) = new_database();
    let mut command = command(&database);
    for name in [
        "CONFIG",
        "REDIS_URL",
        "TOKEN_SECRET_FILE",
        "TOKEN_SECRET",
        "SMTP_URL",
        "MAIL_FROM",
        "WEEK_START",
        "NO_JOBS",
        "JOB_SCHEDULES",
        "RUNNER",
        "LOG_FORMAT",
        "TRUSTED_PROXY",
        "PROXY_HEADER",
        "CORS_ORIGIN",
        "REQUEST_RATE",
        "CONNECTIONS_MAX",
    ] {
        command.env(format!("TICKET_{name}"), "");
    }
    Running::start(&mut command);
}

#[test]
fn jobs_are_switched_on_and_off_from_everywhere() {
    let (_folder, database) = new_database();
    let (_files, path) = file("no-jobs = true\n");
    let runs_jobs = |variable: &str, arguments: &[&str]| {
        let mut command = command(&database);
        command.env("TICKET_NO_JOBS", variable).args(arguments);
        !Running::start(&mut command).greeting.contains("jobs are left to other processes")
    };
    let in_file = ["--config", path.to_str().unwrap()];
    assert!(!runs_jobs("1", &[]));
    assert!(!runs_jobs("yes", &[]));
    assert!(runs_jobs("0", &[]));
    assert!(runs_jobs("", &[]));
    assert!(!runs_jobs("", &in_file));
    assert!(!runs_jobs("", &["--no-jobs"]));
    assert!(runs_jobs("false", &in_file), "the environment wins over the file");
    assert!(runs_jobs("1", &["--no-jobs=false"]), "and flags over both");
}

#[test]
fn a_token_secret_comes_from_one_place() {
    let (folder, database) = new_database();
    let secret = "0123456789abcdef0123456789abcdef";
    Running::start(command(&database).env("TICKET_TOKEN_SECRET", secret));
    assert!(!folder.path().join("tickets.db.secret").exists());
    let said = fails(command(&database).env("TICKET_TOKEN_SECRET", &secret[..31]));
    assert!(said.contains("31 bytes") && said.contains("32"), "{said}");
    assert!(!said.contains(&secret[..31]), "{said}");
    let file = folder.path().join("secret");
    std::fs::write(&file, secret).unwrap();
    let said = fails(command(&database).env("TICKET_TOKEN_SECRET", secret).arg("--token-secret-file").arg(&file));
    assert!(said.contains("one of them is enough"), "{said}");
}

#[test]
fn help_tells_no_password() {
    let (_folder, database) = new_database();
    let mut command = command(&database);
    command.env("TICKET_REDIS_URL", "redis://u:geheim@h/").env("TICKET_SMTP_URL", "smtp://u:geheim@h");
    let help = command.env("TICKET_TOKEN_SECRET", "geheim").arg("--help").stdout(Stdio::piped()).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    assert!(help.contains("TICKET_REDIS_URL") && help.contains("TICKET_TOKEN_SECRET"), "{help}");
    assert!(!help.contains("geheim"), "{help}");
}
