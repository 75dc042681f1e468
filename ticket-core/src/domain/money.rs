use serde::{Deserialize, Serialize};

use super::ParseError;

/// An ISO 4217 currency. Amounts everywhere are integers in its minor unit (won, cents).
///
/// ```
/// use ticket_core::domain::Currency;
///
/// let won: Currency = "KRW".parse()?;
/// assert_eq!(won.format(170_000), "170,000 KRW");
/// let dollar: Currency = "USD".parse()?;
/// assert_eq!(dollar.format(170_050), "1,700.50 USD");
/// # Ok::<(), ticket_core::domain::ParseError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Currency([u8; 3]);

impl Currency {
    /// South Korean won, the default.
    pub const KRW: Self = Self(*b"KRW");

    /// The three letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only upper-case ASCII letters get in.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Digits after the decimal point of the major unit (ISO 4217, column "minor unit").
    #[must_use]
    pub fn minor_digits(&self) -> usize {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// An amount in minor units, for people: grouped by thousands, in major units, with the currency behind it.
    #[must_use]
    pub fn format(&self, amount_minor: i64) -> String {
        let digits = self.minor_digits();
        let text = format!("{:0>width$}", amount_minor.unsigned_abs(), width = digits + 1);
        let (major, minor) = text.split_at(text.len() - digits);
        let mut out = String::from(if amount_minor < 0 { "-" } else { "" });
        for (i, digit) in major.chars().enumerate() {
            if i > 0 && (major.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        if digits > 0 {
            out.push('.');
            out.push_str(minor);
        }
        out + " " + self.as_str()
    }
}

impl Default for Currency {
    fn default() -> Self {
        Self::KRW
    }
}

impl std::fmt::Display for Currency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Currency {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        <[u8; 3]>::try_from(text.as_bytes())
            .ok()
            .filter(|code| code.iter().all(u8::is_ascii_uppercase))
            .map(Self)
            .ok_or_else(|| ParseError::new("currency", text, "an ISO 4217 code of three capitals, such as KRW"))
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.as_str().to_owned()
    }
}

/// A sum of amounts that ends at the greatest number instead of beginning anew: prices are far from it, unless something else
/// than this library has written them.
pub(crate) fn sum(amounts: impl Iterator<Item = i64>) -> i64 {
    amounts.fold(0, i64::saturating_add)
}

impl TryFrom<String> for Currency {
    type Error = ParseError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_groups_and_minor_units() {
        let kwd: Currency = "KWD".parse().unwrap();
        assert_eq!(Currency::KRW.format(0), "0 KRW");
        assert_eq!(Currency::KRW.format(999), "999 KRW");
        assert_eq!(Currency::KRW.format(1_000), "1,000 KRW");
        assert_eq!(Currency::KRW.format(-1_234_567), "-1,234,567 KRW");
        assert_eq!(kwd.format(5), "0.005 KWD");
        assert_eq!(kwd.format(i64::MIN), "-9,223,372,036,854,775.808 KWD");
    }

    #[test]
    fn refuses_what_is_no_code() {
        for bad in ["", "krw", "KR", "KRWW", "원"] {
            let error = bad.parse::<Currency>().unwrap_err();
            assert!(error.to_string().contains(&format!("{bad:?}")), "{error}");
        }
    }
}
