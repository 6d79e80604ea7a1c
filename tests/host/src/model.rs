//! What objects do, as simply as it can be said: everything is a value, a transaction is a copy.

mod open;
mod stored;

use std::collections::BTreeMap;

use fixture::programs::{Act, Kind, Part, Peer, Program, Step};

use open::{Handle, Open, State, index, is_where, kind};
pub use stored::{Columns, Stored, TABLES, Table};

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
        if matches!(peer, Peer::Machine(_)) && self.stored(peer).row.is_none() {
            return Err("not_created".into()); // before it began
        }
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

fn failed<T>(code: &str) -> Run<T> {
    Err(Stop::Failed(code.to_owned()))
}
