use crate::keys::{BINDINGS, Place};
use crate::theme::ROLES;

/// The configuration file with every entry as it is without one, each behind a comment sign.
#[must_use]
pub fn default_file() -> String {
    let mut out = String::from(
        "# Configuration of ticket-tui: $XDG_CONFIG_HOME/ticket/tui.toml, usually ~/.config/ticket/tui.toml.\n\
         # Everything is optional; what is commented out here is the default. Options of the command line come first.\n\n\
         # The language, en or ko. By default that of the locale.\n#language = \"en\"\n\n\
         # Whether the mouse clicks seats; without it, the terminal selects text with it.\n#mouse = true\n\n\
         # Draw with ASCII characters only.\n#ascii = false\n\n\
         # dark, light or high-contrast. By default what the terminal says (COLORFGBG), else dark.\n#theme = \"dark\"\n\n\
         # Colours that are other than the theme's: #rrggbb, 0 to 255 of the xterm palette, or names such as light-red.\n\
         #[colours]\n",
    );
    for (role, _) in ROLES {
        out.push_str(&format!("#{role} = \"#rrggbb\"\n"));
    }
    out.push_str("\n# Keys: characters and names (Enter, Esc, Tab, S-Tab, Space, Left, PageDown, F1 ...), C- for Ctrl, a blank\n");
    out.push_str(
        "# between the keys of a sequence. While a Korean input method is on, the key under the jamo counts.\n",
    );
    for place in Place::ALL {
        out.push_str(&format!("#[keys.{}]\n", place.name()));
        for binding in BINDINGS.iter().filter(|binding| binding.place == place) {
            let keys: Vec<String> = binding.keys.iter().map(|keys| format!("{keys:?}")).collect();
            out.push_str(&format!("#{} = [{}]  # {}\n", binding.name, keys.join(", "), binding.what.0));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
