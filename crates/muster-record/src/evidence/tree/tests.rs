//! The tree is that of RFC 6962, and its proofs show what they are proofs of and nothing else.

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use proptest::sample::Index;
use sha2::Sha256;

use super::*;

fn entries(count: u64) -> Vec<Hash> {
    (0..count).map(|number| Hash::of(&number.to_be_bytes())).collect()
}

fn frontier(entries: &[Hash]) -> Frontier {
    let mut frontier = Frontier::default();
    entries.iter().for_each(|entry| frontier.push(*entry));
    frontier
}

#[test]
fn the_root_is_that_of_the_library_at_every_size() {
    let (mut ours, mut theirs) = (Frontier::default(), MemoryBackedTree::<Sha256, [u8; 32]>::new());
    for entry in entries(1_100) {
        assert_eq!(ours.root().hash.0.as_slice(), theirs.root().as_bytes().as_slice(), "{}", ours.size());
        ours.push(entry);
        theirs.push(entry.0);
    }
}

#[test]
fn the_root_of_seven_is_put_together_as_the_standard_draws_it() {
    // RFC 6962, section 2.1.3: the tree of seven leaves.
    let all = entries(7);
    let [a, b, c, d, e, f, j] = all.iter().map(|entry| leaf(*entry)).collect::<Vec<_>>()[..] else { panic!() };
    let (g, h, i) = (parent(a, b), parent(c, d), parent(e, f));
    let (k, l) = (parent(g, h), parent(i, j));
    assert_eq!(frontier(&all).root(), Root { size: 7, hash: parent(k, l) });
    assert_eq!(prove_inclusion(&all, Seq(1)), Ok(vec![b, h, l]));
    assert_eq!(prove_inclusion(&all, Seq(4)), Ok(vec![c, g, l]));
    assert_eq!(prove_inclusion(&all, Seq(7)), Ok(vec![i, k]));
    assert_eq!(prove_consistency(&all, 3), Ok(vec![c, d, g, l]));
    assert_eq!(prove_consistency(&all, 4), Ok(vec![l]));
    assert_eq!(prove_consistency(&all, 6), Ok(vec![i, j, k]));
}

#[test]
fn the_right_edge_of_a_long_record_is_short() {
    let frontier = frontier(&entries(10_000));
    assert_eq!(frontier.peaks.len(), 5, "10,000 has five bits");
    assert!(frontier.peaks.capacity() < 32);
}

#[test]
fn nothing_is_proven_of_what_is_not_there() {
    let all = entries(9);
    let root = frontier(&all).root();
    for seq in [0, 10, u64::MAX] {
        assert_eq!(prove_inclusion(&all, Seq(seq)), Err(Unproven::Malformed), "{seq}");
        assert_eq!(check_inclusion(root, Seq(seq), all[0], &[]), Err(Unproven::Malformed), "{seq}");
    }
    for old in [0, 10, u64::MAX] {
        assert_eq!(prove_consistency(&all, old), Err(Unproven::Malformed), "{old}");
        let before = Root { size: old, hash: root.hash };
        assert_eq!(check_consistency(before, root, &[]), Err(Unproven::Malformed), "{old}");
    }
    assert_eq!(prove_inclusion(&[], Seq(1)), Err(Unproven::Malformed));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn an_entry_is_proven_at_its_own_place_and_nowhere_else(size in 1_u64..300, at: Index, other: Index) {
        let all = entries(size);
        let root = frontier(&all).root();
        let (at, other) = (at.index(all.len()), other.index(all.len()));
        let seq = |index: usize| Seq(u64::try_from(index).unwrap() + 1);
        let proof = prove_inclusion(&all, seq(at)).unwrap();
        prop_assert_eq!(check_inclusion(root, seq(at), all[at], &proof), Ok(()));
        if at != other {
            prop_assert!(check_inclusion(root, seq(other), all[at], &proof).is_err());
            prop_assert!(check_inclusion(root, seq(at), all[other], &proof).is_err());
        }
    }

    #[test]
    fn a_record_that_grew_proves_it_and_one_that_was_changed_cannot(size in 2_u64..300, old: Index, changed: Index) {
        let all = entries(size);
        let old = old.index(all.len()) + 1;
        let (before, after) = (frontier(&all[..old]).root(), frontier(&all).root());
        let proof = prove_consistency(&all, before.size).unwrap();
        prop_assert_eq!(check_consistency(before, after, &proof), Ok(()));

        // An entry among the first is another: however the proof is made, it does not lead to both roots.
        let mut forged = all;
        forged[changed.index(old)] = Hash::of(b"something else");
        let proof = prove_consistency(&forged, before.size).unwrap();
        prop_assert!(check_consistency(before, frontier(&forged).root(), &proof).is_err());
        prop_assert!(check_consistency(before, after, &[proof, vec![Hash::NONE]].concat()).is_err());
    }
}
