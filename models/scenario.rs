//! What the catalogue knows of a scenario besides its code: what it shows, what is expected of it, and
//! what can be set.

use std::collections::BTreeMap;
use std::fmt;

use selvedge::Outcome;
use selvedge::failure::FailureKind;

/// A closed concurrent program with an expectation.
#[derive(Debug)]
pub struct Scenario {
    /// The name: its model's, a slash, and its own.
    pub name: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// What it shows when it does what is expected of it.
    pub shows: &'static str,
    /// Where it comes from if no statement of the tutorials rests on it: the paper, the book or the library.
    pub literature: Option<&'static str>,
    /// What is expected of it.
    pub expectation: Expectation,
    /// For a broken variant, the correct scenarios whose twin it is.
    pub twin_of: &'static [&'static str],
    /// What the expectation depends on, besides the program.
    pub depends_on: DependsOn,
    /// What can be set.
    pub parameters: &'static [Parameter],
    /// The program: one execution, on the thread that calls.
    pub run: fn(&Parameters) -> Outcome,
    /// The outcomes that are right, where the property is about outcomes.
    pub right: fn(&Parameters) -> Option<Vec<Outcome>>,
    /// The outcomes that are possible, right or not, where that is known exactly.
    pub possible: fn(&Parameters) -> Option<Vec<Outcome>>,
}

/// What an expectation depends on, besides the program: not every memory model has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependsOn {
    /// On nothing: it is what happens under every memory model.
    Nothing,
    /// The failure needs accesses that take effect later than they stand in the program, as processors and
    /// compilers allow. No interleaving shows it.
    WeakMemory,
    /// That it holds needs all `SeqCst` accesses to take effect in one order that all threads agree on, as
    /// the language promises.
    OneOrderOfSeqCst,
}

/// What is expected of a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expectation {
    /// Every execution is right.
    Holds,
    /// Some execution is wrong, in this way.
    Fails(FailureKind),
    /// Every execution is wrong, in this way: an engine that looks at all of them shows it.
    AlwaysFails(FailureKind),
}

impl Expectation {
    /// Returns in which way it fails, if it is to.
    pub fn failure(self) -> Option<FailureKind> {
        match self {
            Self::Holds => None,
            Self::Fails(kind) | Self::AlwaysFails(kind) => Some(kind),
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds => formatter.write_str("holds"),
            Self::Fails(kind) => write!(formatter, "fails: {}", kind.name()),
            Self::AlwaysFails(kind) => write!(formatter, "always fails: {}", kind.name()),
        }
    }
}

/// Something about a scenario that can be set.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub summary: &'static str,
    /// The value it has unless it is set.
    pub default: usize,
    /// The least value.
    pub least: usize,
    /// The greatest value.
    pub most: usize,
}

/// Why a parameter cannot be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterError {
    /// The scenario has no parameter of that name.
    Unknown {
        /// The scenario.
        scenario: &'static str,
        /// The name asked for.
        name: String,
        /// The names that there are.
        known: Vec<&'static str>,
    },
    /// The value is outside the parameter's range.
    OutOfRange {
        /// The scenario.
        scenario: &'static str,
        /// The parameter.
        name: &'static str,
        /// The value asked for.
        value: usize,
        /// The least value.
        least: usize,
        /// The greatest value.
        most: usize,
    },
}

impl fmt::Display for ParameterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { scenario, name, known } if known.is_empty() => {
                write!(formatter, "{scenario} has no parameter `{name}`: it has none")
            }
            Self::Unknown { scenario, name, known } => {
                write!(formatter, "{scenario} has no parameter `{name}`, only {}", known.join(", "))
            }
            Self::OutOfRange { scenario, name, value, least, most } => {
                write!(formatter, "{scenario}: {name} can be {least} to {most}, not {value}")
            }
        }
    }
}

impl std::error::Error for ParameterError {}

/// The parameters of one run: the defaults, but for what was set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<&'static str, usize>);

impl Parameters {
    /// Returns the value of a parameter that the scenario declares.
    ///
    /// # Panics
    ///
    /// If the scenario does not declare it.
    pub fn get(&self, name: &str) -> usize {
        *self.0.get(name).unwrap_or_else(|| panic!("the scenario declares no parameter `{name}`"))
    }

    /// Returns the parameters in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, usize)> + '_ {
        self.0.iter().map(|(&name, &value)| (name, value))
    }
}

/// Returns the only outcome there is to be.
pub(crate) fn only(value: impl fmt::Debug) -> Option<Vec<Outcome>> {
    Some(vec![Outcome::of(&value)])
}

/// Returns the outcomes that there may be.
pub(crate) fn any_of<T: fmt::Debug>(values: impl IntoIterator<Item = T>) -> Option<Vec<Outcome>> {
    Some(values.into_iter().map(|value| Outcome::of(&value)).collect())
}

/// What is said where nothing is known, or asked, of the outcomes.
fn unstated(_: &Parameters) -> Option<Vec<Outcome>> {
    None
}

impl Scenario {
    /// A scenario that holds, and of which nothing else is said: what a declaration leaves out.
    pub const DEFAULT: Self = Self {
        name: "",
        summary: "",
        shows: "",
        literature: None,
        expectation: Expectation::Holds,
        twin_of: &[],
        depends_on: DependsOn::Nothing,
        parameters: &[],
        run: |_| Outcome::of(&()),
        right: unstated,
        possible: unstated,
    };

    /// Returns the model it belongs to: its name up to the slash.
    pub fn model(&self) -> &'static str {
        self.name.split_once('/').map_or(self.name, |(model, _)| model)
    }

    /// Returns the file in which its model stands, from the root of the project; of several, the one to begin with.
    pub fn file(&self) -> String {
        const IN_FOLDERS: [&str; 5] = ["deadlock", "lock", "master_worker", "queue", "sync"];
        let model = self.model();
        if IN_FOLDERS.contains(&model) { format!("models/{model}/mod.rs") } else { format!("models/{model}.rs") }
    }

    /// Returns the parameters with their defaults.
    pub fn defaults(&self) -> Parameters {
        Parameters(self.parameters.iter().map(|parameter| (parameter.name, parameter.default)).collect())
    }

    /// Returns the parameters with their defaults, but for those in `settings`.
    ///
    /// # Errors
    ///
    /// If a setting is none of this scenario's, or out of range.
    pub fn with(&self, settings: &[(String, usize)]) -> Result<Parameters, ParameterError> {
        let mut parameters = self.defaults();
        for (name, value) in settings {
            let Some(parameter) = self.parameters.iter().find(|parameter| parameter.name == name) else {
                let known = self.parameters.iter().map(|parameter| parameter.name).collect();
                return Err(ParameterError::Unknown { scenario: self.name, name: name.clone(), known });
            };
            let &Parameter { name, least, most, .. } = parameter;
            if !(least..=most).contains(value) {
                return Err(ParameterError::OutOfRange { scenario: self.name, name, value: *value, least, most });
            }
            parameters.0.insert(name, *value);
        }
        Ok(parameters)
    }

    /// Returns the program with these parameters, for a checker.
    pub fn program(&'static self, parameters: &Parameters) -> impl Fn() -> Outcome + Send + Sync + 'static {
        let parameters = parameters.clone();
        move || (self.run)(&parameters)
    }
}
