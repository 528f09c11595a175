//! How the operations of the reference specifications are drawn: values are few, so that operations get in
//! each other's way, and no operation waits.

use std::fmt::Debug;

use proptest::arbitrary::Arbitrary;
use proptest::prop_oneof;
use proptest::strategy::{BoxedStrategy, Just, Strategy};

use crate::spec::{
    CounterOperation, DequeOperation, KeyValueOperation, LockOperation, MapOperation, QueueOperation,
    RegisterOperation, SemaphoreOperation, SetOperation,
};

/// Draws one of three values.
fn value<T: From<u8> + Debug>() -> impl Strategy<Value = T> {
    (1..4_u8).prop_map(T::from)
}

impl<T: From<u8> + Clone + Debug + 'static> Arbitrary for RegisterOperation<T> {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    /// Reads, writes, and comparisons with what may be there.
    fn arbitrary_with((): ()) -> Self::Strategy {
        let expected = (0..4_u8).prop_map(T::from);
        prop_oneof![
            Just(Self::Read),
            value().prop_map(Self::Write),
            (expected, value()).prop_map(|(expected, new)| Self::CompareAndSet(expected, new)),
        ]
        .boxed()
    }
}

impl<T: From<u8> + Clone + Debug + 'static> Arbitrary for QueueOperation<T> {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    /// `TryPush` and `TryPop`.
    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![value().prop_map(Self::TryPush), Just(Self::TryPop)].boxed()
    }
}

impl<T: From<u8> + Clone + Debug + 'static> QueueOperation<T> {
    /// Returns a strategy for the operations that wait, `Push` and `Pop`.
    pub fn waiting() -> BoxedStrategy<Self> {
        prop_oneof![value().prop_map(Self::Push), Just(Self::Pop)].boxed()
    }
}

impl<T: From<u8> + Clone + Debug + 'static> Arbitrary for DequeOperation<T> {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![
            value().prop_map(Self::PushFront),
            value().prop_map(Self::PushBack),
            Just(Self::PopFront),
            Just(Self::PopBack),
        ]
        .boxed()
    }
}

impl<T: From<u8> + Clone + Debug + 'static> Arbitrary for SetOperation<T> {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![value().prop_map(Self::Insert), value().prop_map(Self::Remove), value().prop_map(Self::Contains),]
            .boxed()
    }
}

impl<K, V> Arbitrary for MapOperation<K, V>
where
    K: From<u8> + Clone + Debug + 'static,
    V: From<u8> + Clone + Debug + 'static,
{
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![
            (value(), value()).prop_map(|(key, value)| Self::Insert(key, value)),
            (value(), value()).prop_map(|(key, value)| Self::InsertIfAbsent(key, value)),
            value().prop_map(Self::Remove),
            value().prop_map(Self::Get),
        ]
        .boxed()
    }
}

impl Arbitrary for KeyValueOperation {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let text = |letters: &'static str| (0..letters.len()).prop_map(|place| letters[place..=place].to_owned());
        prop_oneof![
            text("kl").prop_map(Self::Get),
            (text("kl"), text("abc")).prop_map(|(key, value)| Self::Put(key, value)),
            (text("kl"), text("abc")).prop_map(|(key, value)| Self::Append(key, value)),
        ]
        .boxed()
    }
}

impl Arbitrary for CounterOperation {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![(1..3_i64).prop_map(Self::Add), Just(Self::Get)].boxed()
    }
}

impl Arbitrary for LockOperation {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    /// `TryLock` and `Unlock`.
    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![Just(Self::TryLock), Just(Self::Unlock)].boxed()
    }
}

impl Arbitrary for SemaphoreOperation {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    /// `TryAcquire` and `Release`.
    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![Just(Self::TryAcquire), Just(Self::Release)].boxed()
    }
}
