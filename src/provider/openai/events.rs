//! The body of an answer cut into events: blocks of bytes in, events out.
//!
//! Reads what the standard of server-sent events says and, beside it, what has no place in it and matters: JSON that
//! stands there bare, be it a whole answer, a line of a stream or an error, events that nothing parts, and a gateway's last
//! words. What the server calls the body makes no difference. Keeps no more than one event. Must not know what the events
//! mean.

use std::collections::VecDeque;
use std::io::BufRead;

/// The longest event, in bytes: a picture of 4K in base64, or a whole answer with everything a model can write. So nothing
/// that comes in pieces, or without a frame, is longer either.
pub(super) const EVENT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// What is longer than so many events is no event, but a body without an end.
const EVENTS_SKIPPED_MAX: usize = 4;
/// The longest stray line that is kept, in bytes: it is an error, or a page.
const STRAY_BYTES_MAX: usize = 4 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What stood in a body.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// An event with data.
    Data(Data),
    /// A comment, or an event that says nothing: a sign of life.
    Comment,
    /// A line that belongs to no event.
    Stray(String),
    /// An event that is too long; it is skipped.
    TooLong,
    /// An event without an end. Nothing is read behind it.
    Endless,
}

/// What an event brings.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Data {
    /// What the server calls the event.
    pub(super) name: String,
    /// Its data, lines joined.
    pub(super) bytes: Vec<u8>,
    /// Whether it stood there without `data:` before it.
    pub(super) bare: bool,
}

/// Cuts a body into events.
#[derive(Debug)]
pub(super) struct Events {
    longest: usize,
    /// The beginning of a line that is not there as a whole.
    line: Vec<u8>,
    data: Data,
    /// Whether there is data, however little.
    any: bool,
    /// How far bare JSON has come, which stands in `data`.
    bare: Option<Brackets>,
    begun: bool,
    /// Whether the body is a page of markup: it has no events.
    page: bool,
    skipped: Option<Skipped>,
    /// Which byte ends a line, once one did: a line feed, or a carriage return that none follows.
    line_end: Option<u8>,
    /// How far the brackets in `data` were looked at, and which are open there.
    looked: (usize, Brackets),
    ready: VecDeque<Event>,
}

/// An event that is too long.
#[derive(Debug)]
struct Skipped {
    bytes: usize,
    bare: bool,
    /// Whether the line goes on that was too long.
    within_line: bool,
}

impl Events {
    /// For events of at most `longest` bytes.
    pub(super) fn new(longest: usize) -> Self {
        Self {
            longest,
            line: Vec::new(),
            data: Data::default(),
            any: false,
            bare: None,
            begun: false,
            page: false,
            skipped: None,
            line_end: None,
            looked: Default::default(),
            ready: VecDeque::new(),
        }
    }

    /// The next event in what has come.
    pub(super) fn next(&mut self) -> Option<Event> {
        self.ready.pop_front()
    }

    /// Takes in the next block of the body.
    pub(super) fn push(&mut self, mut block: &[u8]) {
        while let Some(length) = self.line_length(block) {
            let (came, rest) = block.split_at(length);
            block = rest;
            if self.line.is_empty() {
                self.read(came);
            } else {
                let mut line = std::mem::take(&mut self.line);
                line.extend_from_slice(came);
                self.read(&line);
                // Its memory is used again, where it is not much.
                if line.capacity() <= 64 * 1024 {
                    line.clear();
                    self.line = line;
                }
            }
        }
        let is_long = self.line.len() + block.len() + self.data.bytes.len() > self.longest;
        match &mut self.skipped {
            Some(skipped) if skipped.within_line || is_long => {
                let line = std::mem::take(&mut self.line);
                skipped.bytes = skipped.bytes.saturating_add(line.len() + block.len());
                skipped.within_line = true;
            }
            None if is_long => self.skip(block.len(), true),
            _ => self.line.extend_from_slice(block),
        }
        self.check_end();
    }

    /// How much of `block` belongs to the line that stands open, with its end, where the end has come. The first line
    /// decides what ends all of them.
    fn line_length(&mut self, block: &[u8]) -> Option<usize> {
        if self.line_end.is_none() {
            let first = block.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            self.line_end = match (self.line.last(), first) {
                (Some(b'\r'), at) if !block.is_empty() => match at {
                    Some(0) if block.starts_with(b"\n") => Some(b'\n'),
                    _ => {
                        self.line_end = Some(b'\r');
                        return Some(0);
                    }
                },
                (_, Some(at)) => match (block.get(at), block.get(at + 1)) {
                    (Some(b'\r'), None) => None,
                    (Some(b'\r'), Some(next)) if *next != b'\n' => Some(b'\r'),
                    _ => Some(b'\n'),
                },
                _ => None,
            };
        }
        line_length(block, self.line_end?)
    }

    /// The body is at its end: what stands open is closed.
    pub(super) fn end(&mut self) {
        let rest = std::mem::take(&mut self.line);
        if !rest.is_empty() {
            self.read(&rest);
        }
        if self.bare.take().is_some() {
            self.any = true;
        }
        self.dispatch();
    }

    /// Reads a line, with its end where it has one.
    fn read(&mut self, line: &[u8]) {
        let Some(line) = self.behind_skipped(line) else { return };
        if line.len() + self.data.bytes.len() > self.longest {
            return self.skip(line.len(), false);
        }
        let mut line = if self.begun { line } else { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) };
        let blank = line.iter().all(u8::is_ascii_whitespace);
        self.page |= !self.begun && line.trim_ascii_start().first() == Some(&b'<');
        self.begun |= !blank;
        // Bare values may follow one another in one line.
        while let Some(rest) = self.read_once(line) {
            line = rest;
        }
    }

    /// Reads the beginning of a line; the rest of it where that ended a bare value.
    fn read_once<'a>(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        if self.page {
            self.stray(text);
            return None;
        }
        if self.bare.is_some() && (text.starts_with(b"data:") || text.starts_with(b"event:")) {
            // No JSON goes on like that: it was a line of its own.
            self.bare = None;
            let bytes = std::mem::take(&mut self.data).bytes;
            self.stray(&bytes);
        }
        if self.bare.is_some() {
            return self.read_bare(line);
        }
        if let Some(value) = data_field(text) {
            // Where the empty line between two events is missing, a whole value ends the first.
            if self.any && matches!(value.trim_ascii_start(), [b'{', ..] | b"[DONE]") && self.is_whole() {
                self.dispatch();
            }
            if self.any {
                self.data.bytes.push(b'\n');
            }
            self.any = true;
            self.data.bytes.extend_from_slice(value);
            return None;
        }
        match text {
            [] => self.dispatch(),
            [b':', ..] => self.ready.push_back(Event::Comment),
            _ if !self.any && matches!(text.trim_ascii_start(), [b'{' | b'[', ..]) => {
                self.bare = Some(Brackets::default());
                self.data = Data { bare: true, ..Data::default() };
                return self.read_bare(line);
            }
            _ => self.field(text),
        }
        None
    }

    /// Reads on in a bare value; the rest of the line, where the value ends in it.
    fn read_bare<'a>(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        let end = self.bare.as_mut()?.end_in(line);
        let (value, rest) = line.split_at(end.unwrap_or(line.len()));
        self.data.bytes.extend_from_slice(value);
        end?;
        self.bare = None;
        self.ready.push_back(Event::Data(std::mem::take(&mut self.data)));
        let rest = rest.trim_ascii();
        (!rest.is_empty()).then_some(rest)
    }

    fn field(&mut self, line: &[u8]) {
        if let Some(error) = error(line) {
            let (name, bytes) = ("error".to_owned(), error.to_vec());
            return self.ready.push_back(Event::Data(Data { name, bytes, bare: true }));
        }
        match line.split(|byte| *byte == b':').next() {
            Some(b"event") => {
                let name = String::from_utf8_lossy(line.get(6..).unwrap_or_default());
                name.trim().clone_into(&mut self.data.name);
            }
            Some(b"data" | b"id" | b"retry") => {}
            _ => self.stray(line),
        }
    }

    fn stray(&mut self, line: &[u8]) {
        let line = line.get(..STRAY_BYTES_MAX).unwrap_or(line).trim_ascii();
        if !line.is_empty() {
            self.ready.push_back(Event::Stray(String::from_utf8_lossy(line).into_owned()));
        }
    }

    /// Whether all brackets in the data are closed. Looks at every byte once.
    fn is_whole(&mut self) -> bool {
        let (at, brackets) = &mut self.looked;
        let mut rest = self.data.bytes.get(*at..).unwrap_or_default();
        while let Some(end) = brackets.end_in(rest) {
            rest = rest.get(end..).unwrap_or_default();
        }
        *at = self.data.bytes.len();
        brackets.open == 0 && !brackets.quoted && self.data.bytes.trim_ascii().ends_with(b"}")
    }

    fn dispatch(&mut self) {
        self.looked = Default::default();
        let data = std::mem::take(&mut self.data);
        match std::mem::take(&mut self.any) {
            true => self.ready.push_back(Event::Data(data)),
            false if data.name.is_empty() => {}
            false => self.ready.push_back(Event::Comment),
        }
    }

    /// The event that is read is too long.
    fn skip(&mut self, more: usize, within_line: bool) {
        let (bytes, bare) = (self.line.len() + self.data.bytes.len() + more, self.bare.is_some());
        self.skipped = Some(Skipped { bytes, bare, within_line });
        (self.line, self.data, self.any, self.bare) = (Vec::new(), Data::default(), false, None);
        self.looked = Default::default();
        self.ready.push_back(Event::TooLong);
    }

    /// What is to be read of `line`: nothing as long as it belongs to what is skipped.
    fn behind_skipped<'a>(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        let Some(skipped) = &mut self.skipped else { return Some(line) };
        skipped.bytes = skipped.bytes.saturating_add(line.len());
        if std::mem::take(&mut skipped.within_line) {
            return None;
        }
        let blank = line.trim_ascii().is_empty();
        let is_next = skipped.bare && (line.starts_with(b"data:") || line.starts_with(b"event:"));
        if blank || is_next {
            self.skipped = None;
        }
        is_next.then_some(line)
    }

    /// Ends the body where nothing but one event comes.
    fn check_end(&mut self) {
        let most = self.longest.saturating_mul(EVENTS_SKIPPED_MAX);
        if self.skipped.as_ref().is_some_and(|skipped| skipped.bytes > most) {
            self.ready.push_back(Event::Endless);
        }
    }
}

/// The length of the first line with its `end`, where that has come.
fn line_length(block: &[u8], end: u8) -> Option<usize> {
    let mut rest = block;
    let length = rest.skip_until(end).ok()?;
    (block.get(length.checked_sub(1)?) == Some(&end)).then_some(length)
}

/// The field `data` of a line, which some gateways put around one of its kind.
fn data_field(line: &[u8]) -> Option<&[u8]> {
    let mut value = line.strip_prefix(b"data:")?;
    while let Some(inner) = value.trim_ascii_start().strip_prefix(b"data:") {
        value = inner;
    }
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

/// What a line says that is the field `error`, in which some servers tell one.
fn error(line: &[u8]) -> Option<&[u8]> {
    let (name, value) = line.split_at_checked(6)?;
    Some(value.trim_ascii()).filter(|value| name.eq_ignore_ascii_case(b"error:") && !value.is_empty())
}

/// The JSON values that stand in `text` one behind the other; the last may be cut.
pub(super) fn values(text: &str) -> Vec<&str> {
    let (mut values, mut rest) = (Vec::new(), text);
    while let Some((value, behind)) =
        Brackets::default().end_in(rest.as_bytes()).and_then(|end| rest.split_at_checked(end))
    {
        values.push(value);
        rest = behind.trim_start();
    }
    values.extend((!rest.is_empty()).then_some(rest));
    values
}

/// Which brackets of a JSON value are open.
#[derive(Debug, Default)]
struct Brackets {
    open: usize,
    quoted: bool,
    escaped: bool,
}

impl Brackets {
    /// How much of `text` belongs to the value, where it ends there.
    fn end_in(&mut self, text: &[u8]) -> Option<usize> {
        for (at, byte) in text.iter().enumerate() {
            match (self.quoted, byte) {
                (true, _) if self.escaped => self.escaped = false,
                (true, b'\\') => self.escaped = true,
                (_, b'"') => self.quoted = !self.quoted,
                (false, b'{' | b'[') => self.open += 1,
                (false, b'}' | b']') => {
                    self.open = self.open.saturating_sub(1);
                    if self.open == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every event of a body that comes in blocks of so many bytes.
    fn read(longest: usize, body: &[u8], block: usize) -> Vec<String> {
        let mut events = Events::new(longest);
        for block in body.chunks(block) {
            events.push(block);
        }
        events.end();
        let told = |event| match event {
            Event::Data(Data { name, bytes, bare }) => {
                format!("{}{name}|{}", if bare { "bare " } else { "" }, String::from_utf8_lossy(&bytes))
            }
            Event::Comment => "comment".to_owned(),
            Event::Stray(line) => format!("stray {line}"),
            Event::TooLong => "too long".to_owned(),
            Event::Endless => "endless".to_owned(),
        };
        std::iter::from_fn(|| events.next()).map(told).collect()
    }

    #[test]
    fn bytes_become_the_same_events_however_they_are_cut() {
        for (body, events) in [
            ("data: a\n\ndata:b\n\n", &["|a", "|b"] as &[_]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", &["|a", "|b"]),
            ("data: a\ndata: b\ndata:\n\n", &["|a\nb\n"]),
            ("data:  two spaces\n\n", &["| two spaces"]),
            ("data\n\ndata:\n\n", &["|"]),
            ("\u{feff}data: a\n\n", &["|a"]),
            ("event: error\ndata: a\n\ndata: b\n\n", &["error|a", "|b"]),
            ("event: ping\n\nid: 1\nretry: 5\n\n", &["comment"]),
            (": ping\n\n:\ndata: a\n\n", &["comment", "comment", "|a"]),
            ("data: a", &["|a"]),
            ("data: a\n", &["|a"]),
            ("data: a\n\nproxy error: no\n", &["|a", "stray proxy error: no"]),
            ("error: {\"code\":1}\n\ndata: [DONE]\n\n", &["bare error|{\"code\":1}", "|[DONE]"]),
            ("Error: no\n", &["bare error|no"]),
            ("error:\n", &["stray error:"]),
            ("\n\n\n", &[]),
            ("", &[]),
            ("data: é検👩\n\n", &["|é検👩"]),
            ("data: a\r\rdata: b\r: ping\r\r", &["|a", "comment", "|b"]),
            ("data: {\"a\":1}\r\rdata: [DONE]\r\r", &["|{\"a\":1}", "|[DONE]"]),
            ("\r\rdata: a\r\r", &["|a"]),
            ("\r\n\r\ndata: a\rb\r\n\r\n", &["|a\rb"]),
            ("data: a\r", &["|a"]),
            ("data: data: {\"a\":1}\n\ndata:data:data: b\n\n", &["|{\"a\":1}", "|b"]),
            ("data: {\"a\":1}\ndata: {\"b\":2}\ndata: [DONE]\n", &["|{\"a\":1}", "|{\"b\":2}", "|[DONE]"]),
            ("data: {\"a\":[\ndata: {\"b\":2}\ndata: ]}\n\n", &["|{\"a\":[\n{\"b\":2}\n]}"]),
            ("data: {\"a\":\"}\ndata: {\"}\n\n", &["|{\"a\":\"}\n{\"}"]),
        ] {
            for block in [1, 2, 3, 7, 1_000] {
                assert_eq!(read(1_000, body.as_bytes(), block), events, "{body:?} in blocks of {block}");
            }
        }
    }

    #[test]
    fn values_that_stand_side_by_side_are_told_apart() {
        for (text, parts) in [
            ("{\"a\":\"}{\"}{} [1]", &["{\"a\":\"}{\"}", "{}", "[1]"] as &[_]),
            ("{}", &["{}"]),
            ("{} {", &["{}", "{"]),
            ("", &[]),
        ] {
            assert_eq!(values(text), parts);
        }
    }

    #[test]
    fn json_that_stands_there_bare_is_an_event_up_to_its_last_bracket() {
        for (body, events) in [
            ("{\"error\":1}\ndata: a\n\n", &["bare |{\"error\":1}", "|a"] as &[_]),
            ("{\n\"a\": 1\n\n}", &["bare |{\n\"a\": 1\n\n}"]),
            ("\u{feff}\n {\"a\":\"}\\\"{\"}\n", &["bare | {\"a\":\"}\\\"{\"}"]),
            ("{\"a\":1}\ndata: [DONE]\n\n", &["bare |{\"a\":1}", "|[DONE]"]),
            ("{\"a\":1}\n{\"b\":2}", &["bare |{\"a\":1}", "bare |{\"b\":2}"]),
            ("{\"a\":1}{\"b\":2} [3]\n", &["bare |{\"a\":1}", "bare |{\"b\":2}", "bare |[3]"]),
            ("{\"a\":1} and more\n", &["bare |{\"a\":1}", "stray and more"]),
            ("{no\ndata: a\n\n", &["stray {no", "|a"]),
            ("{\"a\":", &["bare |{\"a\":"]),
            ("data: {\ndata: }\n\n", &["|{\n}"]),
            ("<p>\n{\"a\":1}\nerror: x\n", &["stray <p>", "stray {\"a\":1}", "stray error: x"]),
        ] {
            for block in [1, 2, 3, 7, 1_000] {
                assert_eq!(read(1_000, body.as_bytes(), block), events, "{body:?} in blocks of {block}");
            }
        }
    }

    #[test]
    fn an_event_that_is_too_long_is_skipped_and_the_next_one_read() {
        let long = "x".repeat(60);
        for (body, events) in [
            (format!("data: a\n\ndata: {long}\n\ndata: b\n\n"), &["|a", "too long", "|b"] as &[_]),
            (format!("data: {long}\ndata: {long}\n\ndata: b\n\n"), &["too long", "|b"]),
            (format!("data: {}\n\ndata: b\n\n", "x\ndata: ".repeat(30)), &["too long", "|b"]),
            (format!("{{\"a\":\n\"{long}\"\n}}\ndata: b\n\n"), &["too long", "|b"]),
        ] {
            for block in [1, 2, 3, 7, 1_000] {
                assert_eq!(read(40, body.as_bytes(), block), events, "{body:?} in blocks of {block}");
            }
        }
    }

    #[test]
    fn an_event_without_an_end_is_given_up() {
        for body in
            [vec![b'x'; 400], b"data: xxxxxxxxxxxxxxxxxxxxxxxxxx\n".repeat(20), b"{\"aaaaaaaaaaaaa\":\n".repeat(40)]
        {
            let events = read(40, &body, 16);
            assert_eq!(events[..2], ["too long", "endless"], "{}", String::from_utf8_lossy(&body[..40]));
        }
    }
}
