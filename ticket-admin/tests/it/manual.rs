//! What the program tells shells and `man` about itself.

use insta::assert_snapshot;

use crate::support::Folder;

#[test]
fn shells_are_told_every_command() {
    let folder = Folder::empty();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = folder.output(&["completions", shell]);
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}");
        let script = String::from_utf8(output.stdout).unwrap();
        for word in ["waitlist", "restore", "--database"] {
            assert!(script.contains(word.trim_start_matches('-')), "{shell} is not told {word}");
        }
    }
    assert_snapshot!("completions_unknown_shell", folder.run(&["completions", "tcsh"]));
}

#[test]
fn bash_takes_its_completions() {
    let folder = Folder::empty();
    folder.write("completions.bash", folder.output(&["completions", "bash"]).stdout);
    let script = "source ./completions.bash; COMP_WORDS=(ticket-admin re); COMP_CWORD=1; \
                  _ticket__admin ticket-admin re ticket-admin; echo ${COMPREPLY[@]}";
    let output = std::process::Command::new("bash").args(["-c", script]).current_dir(folder.path("")).output().unwrap();
    let found = String::from_utf8(output.stdout).unwrap();
    assert!(
        found.split_whitespace().any(|word| word == "restore"),
        "{found} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn bash_completes_values() {
    let folder = Folder::empty();
    folder.write("completions.bash", folder.output(&["completions", "bash"]).stdout);
    folder.write(
        "complete.bash",
        "source ./completions.bash; COMP_WORDS=(\"$@\" ''); COMP_CWORD=$#; _ticket__admin ticket-admin '' \"${!#}\"
         echo ${COMPREPLY[@]}",
    );
    for (typed, values) in VALUES {
        let words = ["complete.bash", "ticket-admin"].into_iter().chain(typed.split(' '));
        let output = std::process::Command::new("bash").args(words).current_dir(folder.path("")).output().unwrap();
        let found = String::from_utf8(output.stdout).unwrap();
        for value in values {
            assert!(found.split_whitespace().any(|word| word == *value), "{typed}: {value} is not in {found}");
        }
    }
}

#[test]
fn fish_completes_values() {
    for (typed, values) in VALUES {
        let script = format!("source ./_ticket-admin; complete -C 'ticket-admin {typed} '");
        let Some(found) = in_shell("fish", &["--no-config"], &script) else { return };
        let found: Vec<&str> = found.lines().filter_map(|line| line.split('\t').next()).collect();
        for value in values {
            assert!(found.contains(value), "{typed}: {value} is not in {found:?}");
        }
    }
}

#[test]
fn zsh_is_told_values() {
    let folder = Folder::empty();
    let script = String::from_utf8(folder.output(&["completions", "zsh"]).stdout).unwrap();
    for (_, values) in VALUES {
        let told =
            script.split(['(', ')']).any(|part| values.iter().all(|value| part.split(' ').any(|word| word == *value)));
        assert!(told, "{values:?}");
    }
}

/// What is typed, and values that are offered then.
const VALUES: [(&str, &[&str]); 10] = [
    ("report sales --by", &["day", "grade", "performance", "show"]),
    ("ranking --period", &["day", "week", "month"]),
    ("ranking --category", &["musical", "concert", "play"]),
    ("user list --role", &["buyer", "seller", "admin"]),
    ("jobs run", &["ranking-refresh", "waitlist-offer", "mail-send"]),
    ("waitlist list --state", &["waiting", "activation", "canceled"]),
    ("export 1 --as", &["toml", "yaml", "json"]),
    ("seat list 1 --status", &["available", "held", "sold"]),
    ("booking export --state", &["booked", "canceled"]),
    ("jobs status", &["housekeeping"]),
];

/// Has a shell run a script with the completions for it beside it; `None` where there is no such shell.
fn in_shell(shell: &str, arguments: &[&str], script: &str) -> Option<String> {
    let folder = Folder::empty();
    folder.write("_ticket-admin", folder.output(&["completions", shell]).stdout);
    let mut command = std::process::Command::new(shell);
    let output = match command.args(arguments).args(["-c", script]).current_dir(folder.path("")).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
        output => output.unwrap(),
    };
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && stderr.is_empty(), "{shell}: {stderr}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn fish_completes_commands_options_and_values() {
    let script = "source ./_ticket-admin; complete -C 'ticket-admin re'; complete -C 'ticket-admin seat un';
                  complete -C 'ticket-admin report sales --per'; complete -C 'ticket-admin show list --format nd'";
    let Some(found) = in_shell("fish", &["--no-config"], script) else { return };
    let found: Vec<&str> = found.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(found, ["report", "restore", "unblock", "--performance", "ndjson"], "{found:?}");
}

#[test]
fn zsh_loads_its_completions() {
    let script = "autoload -Uz compinit && compinit -D -u && source ./_ticket-admin && \
                  print -r -- $_comps[ticket-admin] ${+functions[_ticket-admin__subcmd__seat__subcmd__unblock_commands]} \
                  ${+functions[_ticket-admin_commands]}";
    let Some(found) = in_shell("zsh", &["-f"], script) else { return };
    assert_eq!(found, "_ticket-admin 1 1\n");
}

/// There is no PowerShell to try it with: what opens is closed, and every command is there.
#[test]
fn power_shell_is_told_commands_in_balanced_blocks() {
    let folder = Folder::empty();
    let script = String::from_utf8(folder.output(&["completions", "powershell"]).stdout).unwrap();
    assert!(script.contains("Register-ArgumentCompleter -Native -CommandName 'ticket-admin'"));
    for (open, close) in [('{', '}'), ('(', ')'), ('[', ']')] {
        let mut depth = 0_i32;
        // What is quoted is text; a quote in it stands twice.
        for code in script.replace("''", "").split('\'').step_by(2).flat_map(str::chars) {
            depth += i32::from(code == open) - i32::from(code == close);
            assert!(depth >= 0, "{close} comes before {open}");
        }
        assert_eq!(depth, 0, "{open} is not closed");
    }
    for command in ["ticket-admin;report;sales", "ticket-admin;booking;export", "ticket-admin;seat;block"] {
        assert!(script.contains(&format!("'{command}' {{")), "{command}");
    }
}

/// With every warning that its formatter has.
#[test]
fn man_shows_every_page_without_a_warning() {
    let folder = Folder::empty();
    assert!(folder.output(&["man", "pages"]).status.success());
    let pages: Vec<_> = std::fs::read_dir(folder.path("pages")).unwrap().map(|page| page.unwrap().path()).collect();
    for page in pages {
        let mut man = std::process::Command::new("man");
        let output = match man.args(["--warnings=w", "-E", "UTF-8", "-l"]).arg(&page).env("MANWIDTH", "80").output() {
            // Of some systems, man has no such options; and of some there is no man.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            output => output.unwrap(),
        };
        let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if cfg!(target_os = "linux") {
            assert!(output.status.success() && stderr.is_empty(), "{}: {stderr}", page.display());
            assert!(stdout.contains("SYNOPSIS") && stdout.contains("--database"), "{}: {stdout}", page.display());
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = Folder::empty();
    assert_snapshot!("man", folder.run(&["man", "pages/man1"]));
    let mut pages: Vec<String> = std::fs::read_dir(folder.path("pages/man1"))
        .unwrap()
        .map(|page| page.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    assert_snapshot!("man_pages", pages.join("\n"));
    let page = std::fs::read_to_string(folder.path("pages/man1/ticket-admin-backup.1")).unwrap();
    assert!(page.contains(".TH") && page.contains("force"), "{page}");
    let page = |name: &str| std::fs::read_to_string(folder.path(&format!("pages/man1/{name}.1"))).unwrap();
    assert_snapshot!("man_ticket_admin", of_page(&page("ticket-admin"), "ENVIRONMENT"));
    assert_snapshot!("man_seat_import", of_page(&page("ticket-admin-seat-import"), "SYNOPSIS"));
    assert_snapshot!("man_apply", of_page(&page("ticket-admin-apply"), "EXAMPLES"));
    let version = format!("\"ticket\\-admin {}\"", env!("CARGO_PKG_VERSION"));
    let title = page("ticket-admin-apply").lines().find(|line| line.starts_with(".TH")).unwrap().to_owned();
    assert!(title.contains(&version) || title.contains(&version.replace('\\', "")), "{title}");
    folder.write("a-file", "");
    assert_snapshot!("man_into_a_file", folder.run(&["man", "a-file"]));
}

/// A section of a page, as it is written.
fn of_page(page: &str, section: &str) -> String {
    let heading = format!(".SH {section}\n");
    let (_, rest) = page.split_once(&heading).unwrap();
    rest.split(".SH ").next().unwrap().to_owned()
}
