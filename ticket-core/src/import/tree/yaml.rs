use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

use super::{DEPTH_MAX, Entry, Node, Value, insert, too_deep};
use crate::import::error::Fault;

/// Most values that aliases may add: a few lines of aliases of aliases would fill the memory otherwise.
const ALIASED_MAX: usize = 1_000_000;

pub(super) fn parse(text: &str) -> Result<Node, Fault> {
    let mut reader = Reader {
        text,
        offsets: Offsets::of(text),
        events: Parser::new_from_str(text),
        anchors: HashMap::new(),
        aliased: 0,
    };
    let mut root = None;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => {
                let empty = Node { span: 0..text.len(), value: Value::Table(Vec::new()) };
                return Ok(root.unwrap_or(empty));
            }
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            Event::DocumentStart(_) if root.is_some() => {
                return Err(Fault::new(span, "a second document; allowed is one"));
            }
            Event::DocumentStart(_) => {
                let (event, span) = reader.next()?;
                root = Some(reader.node(event, span, 0)?);
            }
            _ => return Err(Fault::new(span, "is outside of the document")),
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    offsets: Offsets,
    events: Parser<'a, StrInput<'a>>,
    /// What has a name, and of how many values it is made.
    anchors: HashMap<usize, (Node, usize)>,
    aliased: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Range<usize>), Fault> {
        match self.events.next_event() {
            Some(Ok((event, span))) => Ok((event, self.bytes(span))),
            Some(Err(error)) => Err(self.fault(&error)),
            None => Ok((Event::StreamEnd, self.text.len()..self.text.len())),
        }
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        let start = self.offsets.byte(self.text, span.start.index());
        let end = self.offsets.byte(self.text, span.end.index()).max(start);
        // A block ends where the next thing begins, with the white space between.
        let trimmed = self.text.get(start..end).map_or(end, |part| start + part.trim_end().len());
        start..trimmed
    }

    fn fault(&self, error: &ScanError) -> Fault {
        let at = self.offsets.byte(self.text, error.marker().index());
        Fault::new(at..at, error.info())
    }

    fn node(&mut self, event: Event<'a>, span: Range<usize>, depth: usize) -> Result<Node, Fault> {
        if depth > DEPTH_MAX {
            return Err(too_deep(span));
        }
        let (anchor, node) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span),
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = is_text(tag.as_deref(), &span)?;
                let plain = style == ScalarStyle::Plain && !is_text;
                let value = if plain { Value::Plain(text.into_owned()) } else { Value::Text(text.into_owned()) };
                (anchor, Node { span, value })
            }
            Event::SequenceStart(anchor, _) => (anchor, self.list(&span, depth)?),
            Event::MappingStart(anchor, _) => (anchor, self.table(&span, depth)?),
            _ => return Err(Fault::new(span, "is no value")),
        };
        // 0 stands for "without a name".
        if anchor != 0 {
            let size = size(&node);
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, span: Range<usize>) -> Result<Node, Fault> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            return Err(Fault::new(span, "names something that is not known yet"));
        };
        self.aliased += size;
        if self.aliased > ALIASED_MAX {
            return Err(Fault::new(span, format!("aliases repeat more than {ALIASED_MAX} values")));
        }
        Ok(node.clone())
    }

    fn list(&mut self, start: &Range<usize>, depth: usize) -> Result<Node, Fault> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                return Ok(Node { span: start.start..span.end.max(start.end), value: Value::List(items) });
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn table(&mut self, start: &Range<usize>, depth: usize) -> Result<Node, Fault> {
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                return Ok(Node { span: start.start..span.end.max(start.end), value: Value::Table(entries) });
            }
            let Event::Scalar(key, ..) = event else {
                return Err(Fault::new(span, "a key must be a single word or text"));
            };
            let (event, value_span) = self.next()?;
            let node = self.node(event, value_span, depth + 1)?;
            insert(&mut entries, Entry { key: key.into_owned(), key_span: span, node })?;
        }
    }
}

/// Whether a tag says that a word is text: `!!str 7`. There are no others to be understood.
fn is_text(tag: Option<&Tag>, span: &Range<usize>) -> Result<bool, Fault> {
    match tag {
        None => Ok(false),
        Some(tag) if tag.is_yaml_core_schema() => Ok(tag.suffix == "str"),
        Some(tag) => Err(Fault::new(span.clone(), format!("{tag} is no known tag"))),
    }
}

/// The number of values in a tree.
fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(size).sum(),
        Value::Table(entries) => entries.iter().map(|entry| size(&entry.node)).sum(),
        _ => 0,
    }
}

/// Where the characters of a text are: the parser counts these, and we bytes.
struct Offsets {
    /// The byte of every so many-th character.
    known: Vec<usize>,
}

const OFFSET_STEP: usize = 256;

impl Offsets {
    fn of(text: &str) -> Self {
        Self { known: text.char_indices().map(|(byte, _)| byte).step_by(OFFSET_STEP).collect() }
    }

    fn byte(&self, text: &str, character: usize) -> usize {
        let Some(start) = self.known.get(character / OFFSET_STEP) else { return text.len() };
        let rest = text.get(*start..).unwrap_or_default();
        rest.char_indices().nth(character % OFFSET_STEP).map_or(text.len(), |(byte, _)| start + byte)
    }
}
