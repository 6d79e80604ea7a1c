//! What objects do, as simply as it can be said: everything is a value, a transaction is a copy.

use std::collections::BTreeMap;

use fixture::programs::{Act, Kind, Part, Peer, Place, Program, Step};

/// What an object has stored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stored {
    /// The columns of its row, if it has one.
    pub row: Option<Columns>,
    /// Its tables, by name.
    pub tables: BTreeMap<&'static str, Table>,
}

/// The columns of the row.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "as in the fixture")]
pub struct Columns {
    pub number: i64,
    pub text: String,
    pub maybe: Option<i64>,
    pub list: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, PartialEq)]
pub enum Table {
    /// Places are those in the list, from 1.
    Log(Vec<String>),
    /// Keys are sorted.
    Map(BTreeMap<String, i64>),
}

/// The fields that are tables, logs before maps.
pub const TABLES: [&str; 4] = ["lines", "others", "marks", "tags"];

impl Stored {
    /// The rows of a table as the fixture tells them.
    pub fn rows(&self, table: &str) -> String {
        let rows: Vec<String> = match self.tables.get(table) {
            None => Vec::new(),
            Some(Table::Log(items)) => items.iter().zip(1..).map(|(text, seq)| format!("{seq}={text}")).collect(),
            Some(Table::Map(entries)) => entries.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        };
        rows.join(",")
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> usize {
        match self.tables.get(table) {
            None => 0,
            Some(Table::Log(items)) => items.len(),
            Some(Table::Map(entries)) => entries.len(),
        }
    }

    fn log(&mut self, table: &'static str) -> &mut Vec<String> {
        match self.tables.entry(table).or_insert(Table::Log(Vec::new())) {
            Table::Log(items) => items,
            Table::Map(_) => panic!("{table} is a map"),
        }
    }

    fn map(&mut self, table: &'static str) -> &mut BTreeMap<String, i64> {
        match self.tables.entry(table).or_insert(Table::Map(BTreeMap::new())) {
            Table::Map(entries) => entries,
            Table::Log(_) => panic!("{table} is a log"),
        }
    }
}

/// What a handler tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// This.
    Is(String),
    /// Whatever: rows of another object, to which the platform gives no access.
    Any,
    /// These, joined.
    Joined(Vec<Line>),
}

impl Line {
    /// Whether what was told is this.
    pub fn fits(&self, told: &str) -> bool {
        match self {
            Self::Is(text) => text == told,
            Self::Any => true,
            Self::Joined(lines) if lines.is_empty() => told.is_empty(),
            Self::Joined(lines) => {
                let parts: Vec<&str> = told.split("; ").collect();
                parts.len() == lines.len() && lines.iter().zip(parts).all(|(line, part)| line.fits(part))
            }
        }
    }
}

/// What a call gives: what it tells, or the code of an error.
pub type Outcome = Result<Vec<Line>, String>;

/// A collection in somebody's hands.
#[derive(Clone, Debug, PartialEq)]
enum Handle {
    /// Made in memory, with the rows that wait.
    New(Vec<(String, i64)>),
    /// A table of an object, as of one of its lives in memory.
    Of(Peer, u32, &'static str),
}

impl Default for Handle {
    fn default() -> Self {
        Self::New(Vec::new())
    }
}

/// All objects.
#[derive(Debug, Default)]
pub struct Model {
    objects: BTreeMap<Peer, Object>,
    pocket: BTreeMap<Kind, Vec<Handle>>,
}

#[derive(Debug, Default)]
struct Object {
    stored: Stored,
    lives: u32,
}

/// A transaction.
#[derive(Clone)]
struct Open {
    peer: Peer,
    lives: u32,
    creating: bool,
    /// The next write is refused by SQLite.
    refused: bool,
    part: State,
}

/// What a savepoint gives back.
#[derive(Clone)]
struct State {
    stored: Stored,
    columns: Columns,
    fields: [Handle; 4],
    touched: bool,
}

/// Why a program does not go on.
enum Stop {
    Failed(String),
    Panicked,
}

type Run<T> = Result<T, Stop>;

impl Model {
    /// What an object has stored.
    pub fn stored(&self, peer: &Peer) -> Stored {
        self.objects.get(peer).map(|object| object.stored.clone()).unwrap_or_default()
    }

    /// What `contents` answers: the columns and the rows.
    pub fn contents(&self, peer: &Peer) -> Result<(Columns, Vec<String>), String> {
        let stored = self.stored(peer);
        let rows = TABLES.iter().map(|table| stored.rows(table)).collect();
        match (&stored.row, peer) {
            (None, Peer::Machine(_)) => Err("not_created".into()),
            (row, _) => Ok((row.clone().unwrap_or_default(), rows)),
        }
    }

    /// An object loses its memory.
    pub fn forget(&mut self, peer: &Peer) {
        self.objects.entry(peer.clone()).or_default().lives += 1;
    }

    /// A handler; `refused`: SQLite refuses its first write.
    pub fn run(&mut self, peer: &Peer, program: &Program, refused: bool) -> Outcome {
        let outcome = self.write(peer, program, refused, None);
        self.outside(outcome)
    }

    /// The create method.
    pub fn create(&mut self, name: &str, program: &Program, refused: bool) -> Outcome {
        let outcome = self.make(name, program, refused);
        self.outside(outcome)
    }

    /// An async method.
    pub fn drive(&mut self, peer: &Peer, acts: &[Act]) -> Outcome {
        let mut told = Vec::new();
        for act in acts {
            let outcome = match act {
                Act::Write(program) => self.write(peer, program, false, None),
                Act::Nested(outer, _) => self.write(peer, outer, false, Some("reentrant")),
                Act::PushPocket(text) => Ok(match self.push_pocket(None, text) {
                    Ok(text) => vec![Line::Is(text)],
                    Err(code) => vec![Line::Is(code)],
                }),
                Act::Call(other, program) => self.write(other, program, false, None),
                Act::Create(name, program) => self.make(name, program, false),
                Act::Fail => return Err("asked".into()),
            };
            match outcome {
                Ok(lines) => told.push(Line::Joined(lines)),
                Err(Stop::Failed(code)) => told.push(Line::Is(code)),
                Err(Stop::Panicked) => return self.outside(Err(Stop::Panicked)),
            }
        }
        Ok(told)
    }

    /// After a panic no object remembers anything, and what was in memory is gone.
    fn outside(&mut self, outcome: Run<Vec<Line>>) -> Outcome {
        outcome.map_err(|stop| match stop {
            Stop::Failed(code) => code,
            Stop::Panicked => {
                self.objects.values_mut().for_each(|object| object.lives += 1);
                self.pocket.clear();
                "panicked".into()
            }
        })
    }

    fn open(&mut self, peer: &Peer, creating: bool, refused: bool) -> Open {
        let object = self.objects.entry(peer.clone()).or_default();
        let (stored, lives) = (object.stored.clone(), object.lives);
        let columns = stored.row.clone().unwrap_or_default();
        let of = |table| if creating { Handle::default() } else { Handle::Of(peer.clone(), lives, table) };
        let part = State { stored, columns, fields: TABLES.map(of), touched: false };
        Open { peer: peer.clone(), lives, creating, refused, part }
    }

    fn write(&mut self, peer: &Peer, program: &Program, refused: bool, and_told: Option<&str>) -> Run<Vec<Line>> {
        let mut open = self.open(peer, false, refused);
        if matches!(peer, Peer::Machine(_)) && open.part.stored.row.is_none() {
            return failed("not_created");
        }
        let mut told = Vec::new();
        self.steps(&mut open, &program.steps, program.tolerant, &mut told)?;
        told.extend(and_told.map(|text| Line::Is(text.to_owned())));
        if !TABLES.iter().zip(&open.part.fields).all(|(table, handle)| open.is_own(handle, table)) {
            return failed("wrong_collection");
        }
        let State { stored, columns, touched, .. } = &mut open.part;
        let changed = stored.row.as_ref().map_or(*touched || *columns != Columns::default(), |row| row != columns);
        if changed {
            if open.refused {
                return failed("sql");
            }
            stored.row = Some(columns.clone());
        }
        self.keep(open);
        Ok(told)
    }

    fn make(&mut self, name: &str, program: &Program, refused: bool) -> Run<Vec<Line>> {
        let mut open = self.open(&Peer::Machine(name.to_owned()), true, refused);
        if open.part.stored.row.is_some() {
            return failed("already_created");
        }
        self.steps(&mut open, &program.steps, program.tolerant, &mut Vec::new())?;
        for (table, handle) in TABLES.into_iter().zip(open.part.fields.clone()) {
            let Handle::New(rows) = handle else { return failed("wrong_collection") };
            for (text, value) in rows {
                if open.refused {
                    return failed("sql");
                }
                match kind(table) {
                    Kind::Log => open.part.stored.log(table).push(text),
                    Kind::Map => drop(open.part.stored.map(table).insert(text, value)),
                }
            }
        }
        if open.refused {
            return failed("sql");
        }
        open.part.stored.row = Some(open.part.columns.clone());
        self.keep(open);
        Ok(Vec::new())
    }

    fn keep(&mut self, open: Open) {
        self.objects.entry(open.peer).or_default().stored = open.part.stored;
    }

    fn steps(&mut self, open: &mut Open, steps: &[Step], tolerant: bool, told: &mut Vec<Line>) -> Run<()> {
        for step in steps {
            match step {
                Step::Return => break,
                Step::Fail => return failed("asked"),
                Step::Panic => return Err(Stop::Panicked),
                Step::Savepoint(part) => self.savepoint(open, part, tolerant, told)?,
                Step::Look => open.look(told),
                step => match self.change(open, step) {
                    Err(code) if !tolerant => return Err(Stop::Failed(code)),
                    Ok(text) | Err(text) => told.push(Line::Is(text)),
                },
            }
        }
        Ok(())
    }

    fn savepoint(&mut self, open: &mut Open, part: &Part, tolerant: bool, told: &mut Vec<Line>) -> Run<()> {
        let before = open.part.clone();
        let outcome = self.steps(open, &part.steps, tolerant, told).and_then(|()| {
            let fields = TABLES.iter().zip(&open.part.fields).zip(&before.fields);
            let mut unmoved = fields.map(|((table, now), before)| open.is_own(now, table) || is_where(now, before));
            if unmoved.all(|unmoved| unmoved) { Ok(()) } else { failed("wrong_collection") }
        });
        match outcome {
            Ok(()) => told.push(Line::Is("kept".into())),
            Err(Stop::Failed(code)) => {
                open.part = before;
                if !part.swallowed {
                    return Err(Stop::Failed(code));
                }
                told.push(Line::Is(code));
            }
            Err(Stop::Panicked) => return Err(Stop::Panicked),
        }
        Ok(())
    }

    fn change(&mut self, open: &mut Open, step: &Step) -> Result<String, String> {
        match step {
            Step::Number(value) => open.part.columns.number = *value,
            Step::Text(value) => open.part.columns.text.clone_from(value),
            Step::Maybe(value) => open.part.columns.maybe = *value,
            Step::List(value) => open.part.columns.list.clone_from(value),
            Step::Push(place, text) => return open.with(index(Kind::Log, *place), |open, log| open.push(log, text)),
            Step::Insert(place, key, value) => {
                return open.with(index(Kind::Map, *place), |open, map| open.insert(map, key, *value));
            }
            Step::Remove(place, key) => {
                return open.with(index(Kind::Map, *place), |open, map| {
                    let Handle::Of(_, _, table) = open.written(map)? else { return Err("detached".into()) };
                    Ok(open.part.stored.map(table).remove(key).is_some().to_string())
                });
            }
            Step::TooLarge(_) => return Err("too_large".into()),
            Step::SwapLogs => open.part.fields.swap(0, 1),
            Step::SwapMaps => open.part.fields.swap(2, 3),
            Step::Take(kind, place) => {
                let taken = std::mem::take(&mut open.part.fields[index(*kind, *place)]);
                self.pocket.entry(*kind).or_default().push(taken);
            }
            Step::PutBack(kind, place) => match self.pocket.entry(*kind).or_default().pop() {
                Some(taken) => open.part.fields[index(*kind, *place)] = taken,
                None => return Ok("empty".into()),
            },
            Step::Replace(kind, place, text) => {
                let field = index(*kind, *place);
                open.part.fields[field] = Handle::default();
                return open.with(field, |open, handle| match kind {
                    Kind::Log => open.push(handle, text),
                    Kind::Map => open.insert(handle, text, 1),
                });
            }
            Step::PushPocket(text) => return self.push_pocket(Some(open), text),
            Step::Look | Step::Savepoint(_) | Step::Return | Step::Fail | Step::Panic => {}
        }
        Ok("done".into())
    }

    /// To the log in the pocket, in the open transaction or in none.
    fn push_pocket(&mut self, open: Option<&mut Open>, text: &str) -> Result<String, String> {
        let Some(log) = self.pocket.entry(Kind::Log).or_default().last_mut() else { return Ok("0".into()) };
        match (open, log) {
            (Some(open), log) => open.push(log, text),
            (None, Handle::New(_)) => Err("detached".into()),
            (None, Handle::Of(..)) => Err("no_transaction".into()),
        }
    }
}

impl Open {
    /// Whether a collection is that of this object's field.
    fn is_own(&self, handle: &Handle, table: &str) -> bool {
        matches!(handle, Handle::Of(peer, lives, own) if *peer == self.peer && *lives == self.lives && *own == table)
    }

    fn with<T>(&mut self, field: usize, work: impl FnOnce(&mut Self, &mut Handle) -> T) -> T {
        let mut handle = std::mem::take(&mut self.part.fields[field]);
        let done = work(self, &mut handle);
        self.part.fields[field] = handle;
        done
    }

    /// A collection that may be written now.
    fn written<'a>(&mut self, handle: &'a mut Handle) -> Result<&'a mut Handle, String> {
        match handle {
            Handle::New(_) if !self.creating => Err("detached".into()),
            Handle::Of(peer, lives, _) if *peer != self.peer || *lives != self.lives => Err("no_transaction".into()),
            Handle::New(_) => Ok(handle),
            Handle::Of(..) => {
                self.part.touched = true;
                if std::mem::take(&mut self.refused) { Err("sql".into()) } else { Ok(handle) }
            }
        }
    }

    fn push(&mut self, log: &mut Handle, text: &str) -> Result<String, String> {
        let count = match self.written(log)? {
            Handle::New(rows) => {
                rows.push((text.to_owned(), 0));
                rows.len()
            }
            Handle::Of(_, _, table) => {
                let items = self.part.stored.log(table);
                items.push(text.to_owned());
                items.len()
            }
        };
        Ok(count.to_string())
    }

    fn insert(&mut self, map: &mut Handle, key: &str, value: i64) -> Result<String, String> {
        match self.written(map)? {
            Handle::New(rows) => rows.push((key.to_owned(), value)),
            Handle::Of(_, _, table) => drop(self.part.stored.map(table).insert(key.to_owned(), value)),
        }
        Ok("done".into())
    }

    fn look(&self, told: &mut Vec<Line>) {
        let Columns { number, text, maybe, list } = &self.part.columns;
        told.push(Line::Is(format!("{number} {text} {maybe:?} {list:?}")));
        told.extend(self.part.fields.iter().map(|handle| match handle {
            Handle::New(_) => Line::Is("detached".into()),
            Handle::Of(peer, lives, table) if *peer == self.peer && *lives == self.lives => {
                Line::Is(self.part.stored.rows(table))
            }
            Handle::Of(..) => Line::Any,
        }));
    }
}

/// Whether both are the same table, or both are in memory.
fn is_where(one: &Handle, other: &Handle) -> bool {
    match (one, other) {
        (Handle::New(_), Handle::New(_)) => true,
        (one, other) => one == other,
    }
}

fn kind(table: &str) -> Kind {
    if matches!(table, "lines" | "others") { Kind::Log } else { Kind::Map }
}

fn index(kind: Kind, place: Place) -> usize {
    let second = usize::from(place == Place::Second);
    if kind == Kind::Log { second } else { 2 + second }
}

fn failed<T>(code: &str) -> Run<T> {
    Err(Stop::Failed(code.to_owned()))
}
