use crate::field::Field;

/// Lines to be filled in, one below the other, that are sent together.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// What is typed; a form may have fewer.
    pub fields: [Field; 3],
    /// The field that takes the keys.
    pub focus: usize,
    /// While the server is asked.
    pub is_busy: bool,
    /// What is wrong, and with which field.
    pub error: Option<(Option<usize>, String)>,
}

/// What a field is called: in English, in Korean, and by the server.
pub(crate) type FieldName = (&'static str, &'static str, &'static str);

impl Form {
    /// What was typed into the fields.
    #[must_use]
    pub fn texts(&self) -> [String; 3] {
        self.fields.each_ref().map(|field| field.text().to_owned())
    }

    /// Says what is wrong, and goes to the field that it is about.
    pub fn fail(&mut self, field: Option<usize>, why: String) {
        self.is_busy = false;
        self.focus = field.unwrap_or(self.focus);
        self.error = Some((field, why));
    }

    /// What is wrong with a field; empty when nothing is.
    #[must_use]
    pub fn wrong(&self, field: usize) -> &str {
        self.error.as_ref().filter(|(wrong, _)| *wrong == Some(field)).map_or("", |(_, why)| why)
    }
}
