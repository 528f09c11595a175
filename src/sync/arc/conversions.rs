//! What an `Arc` can be made of.

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsStr, OsString};
use std::path::{Path, PathBuf};

use super::Arc;

impl<T: Default> Default for Arc<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl Default for Arc<str> {
    #[track_caller]
    fn default() -> Self {
        // std has one of its own for all empty ones, whose count is nobody's.
        Self::from("")
    }
}

impl<T> Default for Arc<[T]> {
    #[track_caller]
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<T> From<T> for Arc<T> {
    #[track_caller]
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// The conversions that are std's.
macro_rules! as_in_std {
    ($([$($parameters:tt)*] $source:ty => $target:ty;)*) => {$(
        impl<$($parameters)*> From<$source> for Arc<$target> {
            #[track_caller]
            fn from(source: $source) -> Self {
                Self::from_std(std::sync::Arc::from(source))
            }
        }
    )*};
}

as_in_std! {
    [T: ?Sized] Box<T> => T;
    [T] Vec<T> => [T];
    [T, const N: usize] [T; N] => [T];
    [T: Clone] &[T] => [T];
    [T: Clone] &mut [T] => [T];
    [] &str => str;
    [] &mut str => str;
    [] String => str;
    [] &CStr => CStr;
    [] CString => CStr;
    [] &OsStr => OsStr;
    [] OsString => OsStr;
    [] &Path => Path;
    [] PathBuf => Path;
}

impl<'a, B: ?Sized + ToOwned> From<Cow<'a, B>> for Arc<B>
where
    Self: From<&'a B> + From<B::Owned>,
{
    #[track_caller]
    fn from(source: Cow<'a, B>) -> Self {
        match source {
            Cow::Borrowed(value) => Self::from(value),
            Cow::Owned(value) => Self::from(value),
        }
    }
}

impl<T: ?Sized> From<std::sync::Arc<T>> for Arc<T> {
    #[track_caller]
    fn from(native: std::sync::Arc<T>) -> Self {
        Self::from_std(native)
    }
}

impl From<Arc<str>> for Arc<[u8]> {
    fn from(text: Arc<str>) -> Self {
        Self(std::mem::ManuallyDrop::new(text.into_std().into()))
    }
}

impl<T, const N: usize> TryFrom<Arc<[T]>> for Arc<[T; N]> {
    type Error = Arc<[T]>;

    fn try_from(slice: Arc<[T]>) -> Result<Self, Arc<[T]>> {
        match slice.into_std().try_into() {
            Ok(native) => Ok(Self(std::mem::ManuallyDrop::new(native))),
            Err(native) => Err(Arc(std::mem::ManuallyDrop::new(native))),
        }
    }
}

impl<T> FromIterator<T> for Arc<[T]> {
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = T>>(iterator: I) -> Self {
        Self::from_std(iterator.into_iter().collect())
    }
}
