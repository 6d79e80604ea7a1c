//! Programs at random: from a seed and a number, always the same.

use fixture::programs::{Act, Kind, Part, Peer, Place, Program, Step};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// A call from outside, or what befalls an object.
#[derive(Clone, Debug)]
pub enum Call {
    /// The create method of a machine.
    Create(String, Program),
    /// A handler.
    Run(Peer, Program),
    /// An async method.
    Drive(Peer, Vec<Act>),
    /// Create method or handler, whose first write SQLite refuses.
    Refused(Peer, Program),
    /// The object loses its memory.
    Forget(Peer),
}

impl Call {
    /// The one object that it concerns.
    pub fn peer(&self) -> Option<Peer> {
        match self {
            Self::Create(name, _) => Some(Peer::Machine(name.clone())),
            Self::Run(peer, _) | Self::Refused(peer, _) | Self::Forget(peer) => Some(peer.clone()),
            Self::Drive(..) => None,
        }
    }
}

impl Call {
    /// All objects that it concerns.
    pub fn peers(&self) -> Vec<Peer> {
        let Self::Drive(of, acts) = self else { return self.peer().into_iter().collect() };
        let called = acts.iter().filter_map(|act| match act {
            Act::Call(peer, _) => Some(peer.clone()),
            Act::Create(name, _) => Some(Peer::Machine(name.clone())),
            _ => None,
        });
        called.chain([of.clone()]).collect()
    }

    /// The same of objects of other names.
    #[must_use]
    pub fn renamed(self, rename: &impl Fn(String) -> String) -> Self {
        let peer = |peer| renamed(peer, rename);
        match self {
            Self::Create(name, program) => Self::Create(rename(name), program),
            Self::Run(of, program) => Self::Run(peer(of), program),
            Self::Drive(of, acts) => {
                let acts = acts.into_iter().map(|act| match act {
                    Act::Call(of, program) => Act::Call(peer(of), program),
                    Act::Create(name, program) => Act::Create(rename(name), program),
                    act => act,
                });
                Self::Drive(peer(of), acts.collect())
            }
            Self::Refused(of, program) => Self::Refused(peer(of), program),
            Self::Forget(of) => Self::Forget(peer(of)),
        }
    }
}

fn renamed(peer: Peer, rename: &impl Fn(String) -> String) -> Peer {
    match peer {
        Peer::Machine(name) => Peer::Machine(rename(name)),
        Peer::Engine(name) => Peer::Engine(rename(name)),
    }
}

/// What proptest makes of a seed and a number.
pub fn runner(seed: u64, number: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let config = Config { failure_persistence: None, max_shrink_iters: 4096, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// The calls of one program, of which proptest can make smaller ones.
pub fn calls(runner: &mut TestRunner, refusals: bool) -> Box<dyn ValueTree<Value = Vec<Call>>> {
    thread_local! {
        /// To make it takes longer than to run a program.
        static CALLS: [BoxedStrategy<Vec<Call>>; 2] = [false, true].map(|refusals| vec(call(refusals), 1..10).boxed());
    }
    let tree = CALLS.with(|calls| calls[usize::from(refusals)].new_tree(runner));
    tree.unwrap_or_else(|why| panic!("no program: {why}"))
}

fn call(refusals: bool) -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => (name(), program()).prop_map(|(name, program)| Call::Create(name, program)),
        10 => (peer(), program()).prop_map(|(peer, program)| Call::Run(peer, program)),
        3 => (peer(), vec(act(), 1..5)).prop_map(|(peer, acts)| Call::Drive(peer, acts)),
        u32::from(refusals) => (peer(), program()).prop_map(|(peer, program)| Call::Refused(peer, program)),
        2 => peer().prop_map(Call::Forget),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => program().prop_map(Act::Write),
        1 => (program(), program()).prop_map(|(outer, inner)| Act::Nested(outer, inner)),
        1 => text().prop_map(Act::PushPocket),
        4 => (peer(), program()).prop_map(|(peer, program)| Act::Call(peer, program)),
        1 => (name(), program()).prop_map(|(name, program)| Act::Create(name, program)),
        1 => Just(Act::Fail),
    ]
}

fn name() -> impl Strategy<Value = String> {
    select(&["a", "b"][..]).prop_map(str::to_owned)
}

fn peer() -> impl Strategy<Value = Peer> {
    prop_oneof![name().prop_map(Peer::Machine), name().prop_map(Peer::Engine)]
}

fn program() -> impl Strategy<Value = Program> {
    (steps(3), any::<bool>()).prop_map(|(steps, tolerant)| Program { steps, tolerant })
}

/// Steps with savepoints in them, so deep.
fn steps(depth: u32) -> BoxedStrategy<Vec<Step>> {
    let some = vec(step(), 0..4).boxed();
    if depth == 0 {
        return some;
    }
    let inner = || steps(depth - 1);
    let part = (inner(), any::<bool>(), prop::bool::weighted(0.8)).prop_map(|(mut steps, fails, swallowed)| {
        steps.extend(fails.then_some(Step::Fail));
        vec![Step::Savepoint(Part { steps, swallowed })]
    });
    // Collections that are taken away are often put back, or else most programs would end in the same error.
    let pair = (inner(), kind(), place(), any::<bool>()).prop_map(|(inner, kind, place, swap)| {
        let (before, after) = match (kind, swap) {
            (Kind::Log, true) => (Step::SwapLogs, Step::SwapLogs),
            (Kind::Map, true) => (Step::SwapMaps, Step::SwapMaps),
            _ => (Step::Take(kind, place), Step::PutBack(kind, place)),
        };
        [vec![before], inner, vec![after]].concat()
    });
    let fragment = prop_oneof![5 => some, 3 => part, 1 => pair];
    vec(fragment, 0..3).prop_map(|fragments| fragments.concat()).boxed()
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => harmless(),
        5 => Just(Step::Look),
        2 => place().prop_map(Step::TooLarge),
        1 => Just(Step::SwapLogs),
        1 => Just(Step::SwapMaps),
        1 => (kind(), place()).prop_map(|(kind, place)| Step::Take(kind, place)),
        2 => (kind(), place()).prop_map(|(kind, place)| Step::PutBack(kind, place)),
        1 => (kind(), place(), text()).prop_map(|(kind, place, text)| Step::Replace(kind, place, text)),
        1 => text().prop_map(Step::PushPocket),
        1 => Just(Step::Return),
        1 => Just(Step::Fail),
        1 => prop::bool::weighted(0.2).prop_map(|panics| if panics { Step::Panic } else { Step::Look }),
    ]
}

fn harmless() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_i64..3).prop_map(Step::Number),
        1 => text().prop_map(Step::Text),
        1 => prop::option::of(0_i64..2).prop_map(Step::Maybe),
        1 => vec(text(), 0..3).prop_map(Step::List),
        6 => (place(), text()).prop_map(|(place, text)| Step::Push(place, text)),
        4 => (place(), text(), 0_i64..3).prop_map(|(place, key, value)| Step::Insert(place, key, value)),
        2 => (place(), text()).prop_map(|(place, key)| Step::Remove(place, key)),
    ]
}

fn text() -> impl Strategy<Value = String> {
    select(&["", "p", "q", "r"][..]).prop_map(str::to_owned)
}

fn place() -> impl Strategy<Value = Place> {
    select(&[Place::First, Place::Second][..])
}

fn kind() -> impl Strategy<Value = Kind> {
    select(&[Kind::Log, Kind::Map][..])
}
