//! Reads settings from where they come, and checks their bounds.

use serde_json::{Map, Value};

use crate::codec::{Decoder, Durable};
use crate::error::FieldError;
use crate::platform::{Env, Variable};
use crate::value::Secret;

/// A document as it is stored.
pub(super) type Document = Map<String, Value>;

/// Reads the settings of one configuration.
#[derive(Debug)]
pub struct Reader<'a> {
    document: &'a Document,
    env: &'a Env,
    decoder: Decoder,
}

/// Inclusive bounds: of a number's value, of a text's characters, of a list's items.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bounds {
    /// The least.
    pub min: Option<f64>,
    /// The greatest.
    pub max: Option<f64>,
}

/// What bounds are compared with.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't have `min` or `max`",
    note = "bounds are for numbers, texts and lists, and options of these"
)]
pub trait Measure {
    /// The value of a number, the characters of a text, the items of a list; `None` where there is nothing to bound.
    fn measure(&self) -> Option<f64>;
    /// What is counted, for messages.
    const UNIT: &'static str = "";
}

macro_rules! measure {
    ($($ty:ty),*) => { $(impl Measure for $ty {
        #[allow(clippy::cast_precision_loss, clippy::cast_lossless, reason = "bounds beyond 2^53 are compared approximately")]
        fn measure(&self) -> Option<f64> { Some(*self as f64) }
    })* };
}
measure!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);

impl Measure for String {
    const UNIT: &'static str = " characters";
    #[expect(clippy::cast_precision_loss, reason = "a text has fewer than 2^53 characters")]
    fn measure(&self) -> Option<f64> {
        Some(self.chars().count() as f64)
    }
}

impl<T> Measure for Vec<T> {
    const UNIT: &'static str = " items";
    #[expect(clippy::cast_precision_loss, reason = "a list has fewer than 2^53 items")]
    fn measure(&self) -> Option<f64> {
        Some(self.len() as f64)
    }
}

impl<T: Measure> Measure for Option<T> {
    const UNIT: &'static str = T::UNIT;
    fn measure(&self) -> Option<f64> {
        self.as_ref().and_then(T::measure)
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document, env: &'a Env) -> Self {
        Self { document, env, decoder: Decoder::default() }
    }

    pub(super) fn finish<C>(self, config: Option<C>) -> Result<C, Vec<FieldError>> {
        self.decoder.finish(config)
    }

    /// A setting: the document's, else the variable's, else the default, else the type's value for absence.
    pub fn setting<T: Durable>(
        &mut self,
        name: &str,
        env: Option<&str>,
        default: impl FnOnce() -> Option<T>,
    ) -> Option<T> {
        let decoder = &mut self.decoder;
        if let Some(value) = self.document.get(name).filter(|value| !value.is_null()) {
            return decoder.at(name, |decoder| T::decode(value.clone(), decoder));
        }
        if let Some((variable, value)) = env.and_then(|variable| Some((variable, self.env.variable(variable)?))) {
            return decoder.at(format!("{name} (from the variable {variable})"), |decoder| match value {
                Variable::Text(text) => T::from_param(&text, decoder),
                Variable::Json(value) => T::decode(value, decoder),
            });
        }
        let missing = || {
            format!(
                "missing: set it in the document{}",
                env.map(|v| format!(" or as the variable {v}")).unwrap_or_default()
            )
        };
        default().or_else(T::absent).or_else(|| decoder.at(name, |decoder| decoder.fail(missing())))
    }

    /// A setting with bounds.
    pub fn bounded<T: Durable + Measure>(
        &mut self,
        name: &str,
        env: Option<&str>,
        default: impl FnOnce() -> Option<T>,
        bounds: Bounds,
    ) -> Option<T> {
        let value = self.setting(name, env, default)?;
        let Some(measure) = value.measure() else { return Some(value) };
        let unit = T::UNIT;
        let wrong = match (bounds.min, bounds.max) {
            (Some(min), _) if measure < min => format!("is {measure}{unit}, at least {min} are required"),
            (_, Some(max)) if measure > max => format!("is {measure}{unit}, at most {max} are allowed"),
            _ => return Some(value),
        };
        self.decoder.at(name, |decoder| decoder.fail(wrong))
    }

    /// A secret that must be there.
    pub fn secret(&mut self, name: &str, secret: &str) -> Option<Secret<String>> {
        match self.env.secret(secret) {
            Some(value) => Some(value),
            None => self.decoder.at(name, |decoder| {
                decoder.fail(format!(
                    "the secret {secret} is missing or empty: `wrangler secret put {secret}`, or a line in .dev.vars"
                ))
            }),
        }
    }

    /// A secret that may be there.
    pub fn optional_secret(&mut self, secret: &str) -> Option<Option<Secret<String>>> {
        Some(self.env.secret(secret))
    }
}
