//! Attached pictures in the conversation: how they are drawn, in which terminals, and what becomes of broken ones.

use crate::support::examples::{self, TurnExample};
use crate::support::program::Home;
use crate::support::pty::Pty;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use jiff::Timestamp;
use pointsman::chat::{Attachment, Blob, Conversation, ConversationId, Ending, Extent, Finish, Place, Turn};
use pointsman::engine;
use pointsman::store::{Bundle, Chat, ChatRow, ExportedChat, ExportedTurn, FILE, Head, Resume, Store};
use pointsman::tui::{Event, Now, Start, State, Styles, Way, draw, update};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;
use std::io::Cursor;
use std::time::Duration;

const SIZE: (u16, u16) = (120, 36);
/// The column where text begins at that size.
const TEXT: u16 = 4;
/// The corners of the picture: upper left, upper right, lower left, lower right.
const CORNERS: [[u8; 3]; 4] = [[200, 40, 40], [40, 160, 40], [40, 40, 200], [230, 200, 40]];

/// A picture of four colours.
fn crab() -> Blob {
    let picture = RgbaImage::from_fn(16, 16, |x, y| {
        let [red, green, blue] = CORNERS[usize::from(x >= 8) + 2 * usize::from(y >= 8)];
        Rgba([red, green, blue, 255])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(picture).write_to(&mut bytes, ImageFormat::Png).expect("it can be encoded");
    Blob { media_type: "image/png".into(), bytes: bytes.into_inner().into() }
}

fn attached(name: &str, blob: &Blob, extent: Extent) -> Attachment {
    Attachment { name: name.to_owned(), blob: blob.reference(), extent }
}

fn crab_png(blob: &Blob) -> Attachment {
    attached("crab.png", blob, Extent::Pixels { width: 16, height: 16 })
}

/// A turn with those files, answered in so many lines.
fn turn(id: u64, files: Vec<Attachment>, lines: usize) -> Turn {
    let mut turn = examples::turn(id, "What is this?").by("qwen-vl");
    turn.ask.prompt.attachments = files.into();
    let answer: Vec<String> = (1..=lines).map(|line| format!("Line {line} of the answer.")).collect();
    turn.saying(&answer.join("\n\n")).ended(Ending::Answered(Finish::Stop))
}

/// A screen without a terminal, and blobs that it may ask for.
struct Stage {
    state: State,
    styles: Styles,
    blobs: Vec<Blob>,
    size: (u16, u16),
}

impl Stage {
    /// It shows a chat of those turns, in that way.
    fn open(way: Way, turns: Vec<Turn>, blobs: Vec<Blob>) -> Self {
        let styles = if way == Way::Text { Styles::plain() } else { Styles::coloured() };
        let start = Start { size: SIZE, begun_at: Timestamp::from_second(1).unwrap(), ..examples::start() };
        let mut stage = Self { state: State::new(start), styles, blobs, size: SIZE };
        stage.state.draw_pictures(way, None);
        let head = head();
        let last = ChatRow::of(head.clone(), head.started_at, 1);
        stage.event(Event::Engine(engine::Event::Resumed(Box::new(Resume { last: Some(last), ..Resume::default() }))));
        stage.key("enter");
        let leaf = turns.last().map(Turn::id);
        let conversation = Conversation::restore(head.id, turns, leaf);
        let chat = Chat { head, conversation, place: Place::default() };
        stage.event(Event::Engine(engine::Event::Opened(Box::new(chat))));
        stage
    }

    fn event(&mut self, event: Event) {
        let wall = Timestamp::from_second(1).unwrap();
        update(&mut self.state, event, Now { since_start: Duration::ZERO, wall });
    }

    fn key(&mut self, name: &str) {
        self.event(Event::Key(name.parse().unwrap()));
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.event(Event::Resized { width, height });
    }

    fn frame(&mut self) -> Buffer {
        self.state.prepare();
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        draw(&self.state, &self.styles, Duration::ZERO, &mut buffer);
        buffer
    }

    /// Does what the loop does after frames, until nothing is wanted any more. Returns how many blobs were asked for.
    fn look(&mut self) -> usize {
        let mut asked = 0;
        loop {
            self.state.prepare();
            let Some(hash) = self.state.wanted_blob() else { return asked };
            asked += 1;
            let blob = self.blobs.iter().find(|blob| blob.reference().hash == hash).cloned();
            self.event(Event::Engine(engine::Event::Blob(hash, blob)));
            if let Some(job) = self.state.wanted_picture() {
                self.event(Event::Pictured(job.run()));
            }
        }
    }

    fn text(&mut self) -> String {
        let buffer = self.frame();
        let width = usize::from(self.size.0);
        let lines = buffer.content().chunks(width).map(|row| {
            let row: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
            row.trim_end().to_owned()
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn head() -> Head {
    Head {
        id: ConversationId(1),
        title: "A crab".into(),
        started_at: Timestamp::from_second(1).unwrap(),
        archived: false,
        pinned: false,
    }
}

fn one_picture(way: Way) -> Stage {
    let crab = crab();
    Stage::open(way, vec![turn(1, vec![crab_png(&crab)], 2)], vec![crab])
}

/// The row of the screen in which `text` stands.
fn row_of(frame: &str, text: &str) -> usize {
    frame.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("no {text} in:\n{frame}"))
}

#[test]
fn a_picture_has_its_rows_before_it_is_there_and_nothing_jumps_when_it_comes() {
    let mut stage = one_picture(Way::Blocks);
    let before = stage.text();
    insta::assert_snapshot!("picture_awaited_120x36", before);
    assert_eq!(stage.look(), 1);
    let after = stage.text();
    insta::assert_snapshot!("picture_in_half_blocks_120x36", after);
    let blanked = after.replace('▀', " ");
    let same = blanked.lines().zip(before.lines()).all(|(after, before)| after.trim_end() == before.trim_end());
    assert!(same, "before:\n{before}\nafter:\n{after}");
}

#[test]
fn half_blocks_have_the_colours_of_the_picture() {
    let mut stage = one_picture(Way::Blocks);
    stage.look();
    let top = row_of(&stage.text(), "▀▀") as u16;
    let frame = stage.frame();
    let cell = |column: u16, row: u16| (frame[(TEXT + column, top + row)].fg, frame[(TEXT + column, top + row)].bg);
    let [upper_left, upper_right, lower_left, lower_right] =
        CORNERS.map(|[red, green, blue]| Color::Rgb(red, green, blue));
    assert_eq!(cell(0, 0), (upper_left, upper_left));
    assert_eq!(cell(15, 0), (upper_right, upper_right));
    assert_eq!(cell(0, 7), (lower_left, lower_left));
    assert_eq!(cell(15, 7), (lower_right, lower_right));
    assert_eq!(frame[(TEXT + 16, top)].symbol(), " ", "a small picture is not blown up");
}

#[test]
fn where_nothing_can_be_drawn_a_line_of_text_stands_for_the_picture() {
    let mut stage = one_picture(Way::Text);
    assert_eq!(stage.look(), 0, "no blob is read for nothing");
    let frame = stage.text();
    insta::assert_snapshot!("picture_in_words_120x36", frame);
    assert_eq!(row_of(&frame, "qwen-vl"), row_of(&frame, "▣ crab.png · 16 × 16 · ") + 2);
}

#[test]
fn a_text_and_a_picture_of_unknown_size_are_lines_and_hostile_names_are_harmless() {
    let crab = crab();
    let notes = Blob { media_type: "text/plain".into(), bytes: vec![b'a'; 2_600].into() };
    let files = vec![
        attached("notes.txt", &notes, Extent::Text { lines: 1, tokens: 9 }),
        attached("old.png", &crab, Extent::Unknown),
        attached("a\u{1b}]52;c;x\u{7}\u{202e}\nb.png", &crab, Extent::Pixels { width: 0, height: u32::MAX }),
    ];
    let mut stage = Stage::open(Way::Blocks, vec![turn(1, files, 1)], vec![crab]);
    assert_eq!(stage.look(), 0);
    let frame = stage.text();
    let first = row_of(&frame, "≡ notes.txt · 1 line · 2.6 KB");
    assert_eq!(row_of(&frame, "▣ old.png · "), first + 1);
    assert!(frame.lines().nth(first + 2).is_some_and(|line| line.contains("b.png · 0 × 4,294,967,295 · ")), "{frame}");
    assert!(!frame.contains(['\u{1b}', '\u{7}', '\u{202e}']));
}

#[test]
fn what_is_partly_out_of_sight_is_cut_and_only_what_is_in_sight_is_asked_for() {
    let crab = crab();
    let mut other = crab.clone();
    other.bytes = [&*crab.bytes, b"behind the end"].concat().into();
    let turns = vec![turn(1, vec![crab_png(&other)], 30), turn(2, vec![crab_png(&crab)], 24)];
    let mut stage = Stage::open(Way::Blocks, turns, vec![crab, other]);
    assert_eq!(stage.look(), 0, "the end of the answer is in sight, and no picture");
    let mut rows = Vec::new();
    for _ in 0..40 {
        stage.event(Event::Wheeled(-1));
        stage.look();
        rows.push(stage.text().lines().filter(|line| line.contains('▀')).count());
    }
    let first = rows.iter().position(|rows| *rows > 0).expect("it comes in sight");
    assert_eq!(rows[first..first + 10], [1, 2, 3, 4, 5, 6, 7, 8, 8, 8], "{rows:?}");
    // Its lower rows come first.
    stage.event(Event::Wheeled(40));
    while !stage.text().contains('▀') {
        stage.event(Event::Wheeled(-1));
        stage.look();
    }
    let text = stage.text();
    let row = row_of(&text, "▀") as u16;
    let [red, green, blue] = CORNERS[2];
    assert_eq!(stage.frame()[(TEXT, row)].fg, Color::Rgb(red, green, blue));
}

#[test]
fn a_picture_follows_the_width_of_the_text() {
    let crab = crab();
    let wide = attached("wide.png", &crab, Extent::Pixels { width: 900, height: 300 });
    let mut stage = Stage::open(Way::Blocks, vec![turn(1, vec![wide], 1)], vec![crab]);
    let drawn = |stage: &mut Stage| {
        stage.look();
        let text = stage.text();
        let rows: Vec<usize> = text.lines().map(|line| line.matches('▀').count()).filter(|cells| *cells > 0).collect();
        (rows.first().copied().unwrap_or(0), rows.len())
    };
    assert_eq!(drawn(&mut stage), (60, 10));
    stage.resize(40, 20);
    let (columns, rows) = drawn(&mut stage);
    assert!((30..40).contains(&columns) && rows == (columns + 3) / 6, "{columns} × {rows}");
    stage.resize(SIZE.0, SIZE.1);
    assert_eq!(drawn(&mut stage), (60, 10));
    for size in [(1, 1), (3, 2), (12, 5), (300, 90)] {
        stage.resize(size.0, size.1);
        drawn(&mut stage);
    }
}

/// How many cells stand for a picture that the terminal draws, and how many are half blocks.
fn cells(stage: &mut Stage) -> (usize, usize) {
    let text = stage.text();
    (text.matches('\u{10EEEE}').count(), text.matches('▀').count())
}

#[test]
fn kittys_placeholders_are_cut_like_text() {
    let crab = crab();
    let wide = attached("crab.png", &crab, Extent::Pixels { width: 600, height: 100 });
    let mut stage = Stage::open(Way::Kitty, vec![turn(1, vec![wide], 2)], vec![crab]);
    assert_eq!(cells(&mut stage), (0, 0));
    stage.look();
    assert_eq!(cells(&mut stage), (300, 0));
    stage.key("f1");
    let covered = cells(&mut stage);
    assert!(covered.0 < 300 && covered.1 == 0, "{covered:?}");
    stage.key("esc");
    assert_eq!(cells(&mut stage), (300, 0));
}

#[test]
fn what_lies_over_cells_gives_way_to_half_blocks_where_it_is_not_whole() {
    let crab = crab();
    let wide = attached("crab.png", &crab, Extent::Pixels { width: 600, height: 100 });
    for way in [Way::Iterm2, Way::Sixel] {
        let mut stage = Stage::open(way, vec![turn(1, vec![wide.clone()], 12)], vec![crab.clone()]);
        stage.event(Event::Wheeled(-99));
        stage.look();
        assert_eq!(cells(&mut stage), (300, 0), "{way:?}");
        stage.event(Event::Wheeled(3));
        assert_eq!(cells(&mut stage), (0, 240), "{way:?}: one of five rows is out of sight");
        stage.event(Event::Wheeled(-99));
        stage.key("f1");
        let (whole, blocks) = cells(&mut stage);
        assert!(whole == 0 && blocks < 300, "{way:?}: {whole} {blocks}");
        stage.key("esc");
        assert_eq!(cells(&mut stage), (300, 0), "{way:?}");
    }
}

#[test]
fn what_cannot_be_decoded_stays_a_line_and_holds_no_other_picture_up() {
    let crab = crab();
    let broken = Blob { media_type: "image/png".into(), bytes: crab.bytes[..40].into() };
    let missing = Blob { media_type: "image/png".into(), bytes: b"nowhere".as_slice().into() };
    let files = vec![
        attached("broken.png", &broken, Extent::Pixels { width: 40, height: 8 }),
        attached("missing.png", &missing, Extent::Pixels { width: 40, height: 8 }),
        crab_png(&crab),
    ];
    let mut stage = Stage::open(Way::Blocks, vec![turn(1, files, 1)], vec![crab, broken]);
    assert_eq!(stage.look(), 3);
    assert_eq!(stage.look(), 0, "what failed is not tried again");
    let frame = stage.text();
    for name in ["broken.png", "missing.png"] {
        let below = frame.lines().nth(row_of(&frame, name) + 1).expect("a row below");
        assert!(below.contains("cannot be drawn"), "{frame}");
    }
    assert!(frame.contains("▀▀▀▀"));
}

/// A home with one chat in its store, which has a picture.
fn kept_at_home() -> Home {
    let home = Home::new();
    let crab = crab();
    let file = attached("crab.png", &crab, Extent::Pixels { width: 100, height: 100 });
    let turn = ExportedTurn { turn: turn(1, vec![file], 2), withdrawn: false, decision: None };
    let head = head();
    let chat = ExportedChat { updated_at: head.started_at, head, place: Place::default(), turns: vec![turn] };
    let database = home.path().join("data/pointsman").join(FILE);
    std::fs::create_dir_all(database.parent().expect("a folder")).expect("it can be made");
    let (store, _) = Store::open(&database, Timestamp::now()).expect("it opens");
    let bundle = Bundle { chats: vec![chat], blobs: vec![crab], ..Bundle::default() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(store.import(bundle)).expect("it is kept");
    home
}

/// How often the program wrote `bytes`.
fn times(pty: &Pty, bytes: &str) -> usize {
    pty.written.windows(bytes.len()).filter(|window| *window == bytes.as_bytes()).count()
}

#[test]
fn a_kitty_gets_the_picture_of_a_saved_chat_and_is_left_without_it() {
    let home = kept_at_home().set("TERM", "xterm-kitty").set("COLORTERM", "truecolor");
    let mut pty = Pty::start(&home, &[]);
    pty.until("continues");
    pty.send("\r");
    pty.until("crab.png · 100 × 100");
    let placeholder = "\u{10EEEE}\u{305}\u{305}";
    pty.until_like("the placeholders", |pty| times(pty, placeholder) > 0);
    assert_eq!((times(&pty, "\x1b_Ga=T,U=1,f=100,q=2,i="), times(&pty, "\x1b_Ga=d")), (1, 0));
    let first = |pty: &Pty, bytes: &str| pty.written.windows(bytes.len()).position(|window| window == bytes.as_bytes());
    assert!(first(&pty, "\x1b_Ga=T") < first(&pty, placeholder), "the picture comes before its cells");
    // Ctrl+L draws everything anew, the picture too.
    pty.send("\x0c").until_like("the picture again", |pty| times(pty, "\x1b_Ga=T") == 2);
    // In the background and back, where there is no shell to stop it.
    pty.send("\x1a").until_like("the picture once more", |pty| times(pty, "\x1b_Ga=T") == 3);
    assert_eq!(times(&pty, "\x1b_Ga=d,d=I,i="), 1);
    pty.send("\x04");
    assert_eq!(pty.ended(), 0);
    assert_eq!(times(&pty, "\x1b_Ga=d,d=I,i="), 2);
    assert_eq!(pty.modes_left_on(), [""; 0]);
}

#[test]
fn other_terminals_get_what_they_know_and_the_setting_has_the_last_word() {
    for (term, colorterm, setting, expected, never) in [
        ("xterm-256color", "truecolor", "true", "▀", "\x1b_G"),
        ("xterm-256color", "", "\"auto\"", "crab.png", "▀"),
        ("foot", "truecolor", "\"auto\"", "\x1bP0;1;0q", "\x1b_G"),
        ("xterm-256color", "", "\"iterm2\"", "\x1b]1337;File=inline=1;width=10;height=5;", "\x1b_G"),
        ("xterm-kitty", "truecolor", "false", "crab.png", "\x1b_G"),
    ] {
        let home = kept_at_home();
        let settings = home.write("pictures.toml", &format!("[ui]\nimages = {setting}\n"));
        let home = home.set("TERM", term).set("COLORTERM", colorterm);
        let home = home.set("POINTSMAN_CONFIG", &settings.display().to_string());
        let mut pty = Pty::start(&home, &[]);
        pty.until("continues");
        pty.send("\r");
        pty.until("crab.png · 100 × 100");
        pty.until_like(expected, |pty| times(pty, expected) > 0);
        pty.send("\x04");
        assert_eq!(pty.ended(), 0, "{term} {setting}");
        assert_eq!(times(&pty, never), 0, "{term} {setting}");
        assert_eq!(pty.modes_left_on(), [""; 0]);
    }
}
