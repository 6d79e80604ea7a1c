//! Objects on the host, which call each other, forget, and lose their instances to a panic.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use durably::__private::{Durable, to_json};
use durably::host::{Database, Instance};
use fixture::programs::{Engine, Machine, Peer, Program, answered_by, empty_pocket};
use serde_json::Value;

/// What a call gives: JSON, or the code of an error.
pub type Answer = Result<Value, String>;

/// All objects there are.
#[derive(Default)]
pub struct World {
    objects: RefCell<BTreeMap<Peer, Object>>,
}

struct Object {
    database: Database,
    instance: Option<Live>,
}

#[derive(Clone)]
enum Live {
    Machine(Instance<Machine>),
    Engine(Instance<Engine>),
}

impl World {
    /// Without objects: one is there once it is asked for. The calls of this thread's objects go to this world.
    pub fn new() -> Rc<Self> {
        empty_pocket();
        let world = Rc::new(Self::default());
        let weak = Rc::downgrade(&world);
        answered_by(Some(Rc::new(move |peer: &Peer, method: &'static str, program: Program| {
            let world = weak.upgrade().ok_or("platform")?;
            let told = world.enter(peer, method, &[json(&program)])?;
            Ok(told.as_array().into_iter().flatten().filter_map(|line| line.as_str().map(str::to_owned)).collect())
        })));
        world
    }

    /// A call from outside. After a panic no object remembers anything: the isolate's instance is gone.
    pub fn call(&self, peer: &Peer, method: &str, arguments: &[Value]) -> Answer {
        catch_unwind(AssertUnwindSafe(|| self.enter(peer, method, arguments))).unwrap_or_else(|_| {
            self.objects.borrow_mut().values_mut().for_each(|object| object.instance = None);
            empty_pocket();
            Err("panicked".into())
        })
    }

    fn enter(&self, peer: &Peer, method: &str, arguments: &[Value]) -> Answer {
        let arguments = arguments.to_vec();
        let answer = match self.live(peer) {
            Live::Machine(machine) => machine.call(method, arguments, None),
            Live::Engine(engine) => engine.call(method, arguments, None),
        };
        match answer {
            Ok(text) => Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))),
            Err(fail) => Err(fail.code().to_owned()),
        }
    }

    /// An object loses its memory.
    pub fn forget(&self, peer: &Peer) {
        if let Some(object) = self.objects.borrow_mut().get_mut(peer) {
            object.instance = None;
        }
    }

    /// What an object has stored.
    pub fn database(&self, peer: &Peer) -> Database {
        self.live(peer);
        let objects = self.objects.borrow();
        let object = objects.get(peer).unwrap_or_else(|| panic!("{peer:?} was made just now"));
        object.database.clone()
    }

    fn live(&self, peer: &Peer) -> Live {
        let mut objects = self.objects.borrow_mut();
        let number = objects.len();
        let object = objects.entry(peer.clone()).or_insert_with(|| {
            let database = Database::new(format!("{number:064x}"), None);
            Object { database: database.unwrap_or_else(|error| panic!("{error}")), instance: None }
        });
        let database = &object.database;
        object
            .instance
            .get_or_insert_with(|| match peer {
                Peer::Machine(_) => Live::Machine(Instance::new(database)),
                Peer::Engine(_) => Live::Engine(Instance::new(database)),
            })
            .clone()
    }
}

/// A value as the wire has it.
pub fn json(value: &impl Durable) -> Value {
    let text = to_json(value).unwrap_or_else(|error| panic!("{error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"))
}
