//! `Send` and `Sync` are exactly std's, in both directions, for types that are neither, one, the
//! other, or both: most published advisories on concurrent crates are about a missing bound.
#![allow(dead_code)]

use std::cell::Cell;
use std::rc::Rc;

/// Neither `Send` nor `Sync`.
type Neither = Rc<()>;
/// `Send` and not `Sync`.
type OnlySend = Cell<()>;
/// `Sync` and not `Send`.
type OnlySync = std::sync::MutexGuard<'static, ()>;
/// Both.
type Both = ();

/// Whether a type is `Send` and `Sync`, found by method resolution: the inherent method, which needs
/// the bound, is taken before the one of the trait.
macro_rules! bounds_of {
    ($type:ty) => {{
        trait Otherwise {
            fn is_send(&self) -> bool {
                false
            }
            fn is_sync(&self) -> bool {
                false
            }
        }
        struct SendProbe<T: ?Sized>(std::marker::PhantomData<T>);
        impl<T: ?Sized> Otherwise for SendProbe<T> {}
        impl<T: ?Sized + Send> SendProbe<T> {
            fn is_send(&self) -> bool {
                true
            }
        }
        struct SyncProbe<T: ?Sized>(std::marker::PhantomData<T>);
        impl<T: ?Sized> Otherwise for SyncProbe<T> {}
        impl<T: ?Sized + Sync> SyncProbe<T> {
            fn is_sync(&self) -> bool {
                true
            }
        }
        (SendProbe::<$type>(std::marker::PhantomData).is_send(), SyncProbe::<$type>(std::marker::PhantomData).is_sync())
    }};
}

macro_rules! same {
    ($($($path:ident)::+ < $($lifetime:lifetime,)? T >),* $(,)?) => {$(
        same!(@each $($path)::+, ($($lifetime,)?), Neither, OnlySend, OnlySync, Both);
    )*};
    (@each $($path:ident)::+, $lifetime:tt, $($value:ty),*) => {
        same!(@all [$($path)::+] $lifetime $($value),*);
    };
    (@all [$($path:ident)::+] ($($lifetime:lifetime,)?) $first:ty, $second:ty, $third:ty, $fourth:ty) => {
        same!(@one [$($path)::+] ($($lifetime,)?) $first);
        same!(@one [$($path)::+] ($($lifetime,)?) $second);
        same!(@one [$($path)::+] ($($lifetime,)?) $third);
        same!(@one [$($path)::+] ($($lifetime,)?) $fourth);
    };
    (@one [$($path:ident)::+] ($($lifetime:lifetime,)?) $value:ty) => {
        assert_eq!(
            bounds_of!(selvedge::$($path)::+<$($lifetime,)? $value>),
            bounds_of!(std::$($path)::+<$($lifetime,)? $value>),
            concat!(stringify!($($path)::+), " of ", stringify!($value))
        );
    };
}

macro_rules! same_plain {
    ($($($path:ident)::+),* $(,)?) => {$(
        assert_eq!(
            bounds_of!(selvedge::$($path)::+),
            bounds_of!(std::$($path)::+),
            stringify!($($path)::+)
        );
    )*};
}

#[test]
fn the_probe_tells_the_four_kinds_apart() {
    assert_eq!(bounds_of!(Neither), (false, false));
    assert_eq!(bounds_of!(OnlySend), (true, false));
    assert_eq!(bounds_of!(OnlySync), (false, true));
    assert_eq!(bounds_of!(Both), (true, true));
}

#[test]
fn bounds_are_those_of_std() {
    same!(
        sync::Mutex<T>,
        sync::MutexGuard<'static, T>,
        sync::RwLock<T>,
        sync::RwLockReadGuard<'static, T>,
        sync::RwLockWriteGuard<'static, T>,
        sync::OnceLock<T>,
        sync::LazyLock<T>,
        sync::mpsc::Sender<T>,
        sync::mpsc::SyncSender<T>,
        sync::mpsc::Receiver<T>,
        sync::mpsc::Iter<'static, T>,
        sync::mpsc::TryIter<'static, T>,
        sync::mpsc::IntoIter<T>,
        sync::atomic::AtomicPtr<T>,
        thread::JoinHandle<T>,
        thread::ScopedJoinHandle<'static, T>,
        thread::LocalKey<T>,
        cell::UnsafeCell<T>,
    );
    same_plain!(
        sync::Condvar,
        sync::WaitTimeoutResult,
        sync::Barrier,
        sync::BarrierWaitResult,
        sync::Once,
        sync::OnceState,
        sync::atomic::AtomicBool,
        sync::atomic::AtomicI8,
        sync::atomic::AtomicU64,
        sync::atomic::AtomicUsize,
        thread::Thread,
        thread::ThreadId,
        thread::Builder,
        thread::AccessError,
    );
    type Ours = selvedge::thread::Scope<'static, 'static>;
    type Theirs = std::thread::Scope<'static, 'static>;
    assert_eq!(bounds_of!(Ours), bounds_of!(Theirs), "thread::Scope");
}
