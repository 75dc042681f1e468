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
    folder.write("a-file", "");
    assert_snapshot!("man_into_a_file", folder.run(&["man", "a-file"]));
}
