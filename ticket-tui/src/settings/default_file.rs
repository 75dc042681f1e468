use crate::keys::{BINDINGS, Place};
use crate::lang::{Language, Say as _};
use crate::theme::ROLES;

/// What is said before the colours.
const HEAD: (&str, &str) = (
    "# Configuration of ticket-tui: $XDG_CONFIG_HOME/ticket/tui.toml, usually ~/.config/ticket/tui.toml.
# Everything is optional; what is commented out here is the default. Options of the command line come first.

# The language, en or ko. By default that of the locale.
#language = \"en\"

# Whether the mouse clicks seats; without it, the terminal selects text with it.
#mouse = true

# Draw with ASCII characters only.
#ascii = false

# dark, light or high-contrast. By default what the terminal says (COLORFGBG), else dark.
#theme = \"dark\"

# Colours that are other than the theme's: #rrggbb, 0 to 255 of the xterm palette, or names such as light-red.
",
    "# ticket-tui 설정 파일: $XDG_CONFIG_HOME/ticket/tui.toml, 보통 ~/.config/ticket/tui.toml.
# 모두 생략할 수 있습니다. 주석으로 된 값이 기본값이고, 명령줄 옵션이 먼저입니다.

# 언어: en 또는 ko. 기본은 로캘의 언어.
#language = \"en\"

# 마우스로 좌석을 누를지 여부. false이면 터미널이 마우스로 글자를 선택합니다.
#mouse = true

# ASCII 문자로만 그리기.
#ascii = false

# dark, light, high-contrast. 기본은 터미널이 알리는 값(COLORFGBG), 없으면 dark.
#theme = \"dark\"

# 테마와 다르게 할 색: #rrggbb, xterm 팔레트의 0~255, 또는 light-red 같은 이름.
",
);

/// What is said before the keys.
const KEYS: (&str, &str) = (
    "
# Keys: characters and names (Enter, Esc, Tab, S-Tab, Space, Left, PageDown, F1 ...), C- for Ctrl, a blank
# between the keys of a sequence. While a Korean input method is on, the key under the jamo counts.
",
    "
# 키: 문자와 이름(Enter, Esc, Tab, S-Tab, Space, Left, PageDown, F1 ...), Ctrl은 C-, 이어서 누르는 키 사이는 빈칸.
# 한글 입력 상태에서는 자모 자리의 영문 키로 봅니다.
",
);

/// The configuration file with every entry as it is without one, each behind a comment sign.
#[must_use]
pub fn default_file(lang: Language) -> String {
    let mut out = String::from(lang.say(HEAD.0, HEAD.1));
    out.push_str("#[colours]\n");
    for (role, _) in ROLES {
        out.push_str(&format!("#{role} = \"#rrggbb\"\n"));
    }
    out.push_str(lang.say(KEYS.0, KEYS.1));
    for place in Place::ALL {
        out.push_str(&format!("#[keys.{}]\n", place.name()));
        for binding in BINDINGS.iter().filter(|binding| binding.place == place) {
            let keys: Vec<String> = binding.keys.iter().map(|keys| format!("{keys:?}")).collect();
            let what = lang.say(binding.what.0, binding.what.1);
            out.push_str(&format!("#{} = [{}]  # {what}\n", binding.name, keys.join(", ")));
        }
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
