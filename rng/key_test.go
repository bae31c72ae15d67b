package rng

import (
	"fmt"
	"testing"
)

// TestKey_Golden pins the mixing: checkpoints and published results name
// their draws by it, so these numbers must never change. They were computed by
// a second implementation, written from the comments in key.go.
func TestKey_Golden(t *testing.T) {
	cases := []struct {
		key  Key
		want [3]uint64
	}{
		{NewKey(0), [3]uint64{0x897d5f843dc3f64d, 0x7bc601f1265aa875, 0x5443df9a5ed0eccb}},
		{NewKey(1).Child("chain", 3), [3]uint64{0xfe9a2d813e02db7a, 0xd1af349ef9410455, 0xbc7147e27fe8f6c8}},
		{NewKey(1<<63).Child("a label of more than eight bytes").Child("", 1, 2), [3]uint64{0x427851a08323abf8, 0x0e0c0c9e3543cf4b, 0xe2e50ed9febf9156}},
	}
	for i, c := range cases {
		s := c.key.Stream()
		if got := [3]uint64{s.Uint64(), s.Uint64(), s.Uint64()}; got != c.want {
			t.Errorf("case %d: first words %#x, want %#x", i, got, c.want)
		}
	}
}

func TestKey_DistinctPathsAreDistinctStreams(t *testing.T) {
	root := NewKey(7)
	keys := map[string]Key{
		"root":          root,
		"other seed":    NewKey(8),
		"empty label":   root.Child(""),
		"empty twice":   root.Child("").Child(""),
		"zero byte":     root.Child("\x00"),
		"two zeros":     root.Child("\x00\x00"),
		"ab":            root.Child("ab"),
		"a then b":      root.Child("a").Child("b"),
		"a":             root.Child("a"),
		"a 0":           root.Child("a", 0),
		"a 0 0":         root.Child("a", 0, 0),
		"a 0 then 0":    root.Child("a", 0).Child("", 0),
		"a 1":           root.Child("a", 1),
		"a 97":          root.Child("a", 97),
		"aa":            root.Child("aa"),
		"a 1 2":         root.Child("a", 1, 2),
		"a 2 1":         root.Child("a", 2, 1),
		"eight bytes":   root.Child("12345678"),
		"nine bytes":    root.Child("12345678\x00"),
		"eight, word":   root.Child("12345678", 0),
		"sixteen bytes": root.Child("1234567812345678"),
	}
	for seed := range uint64(1000) {
		keys[fmt.Sprint("seed ", 100+seed)] = NewKey(100 + seed)
		keys[fmt.Sprint("chain ", seed)] = root.Child("chain", seed)
	}
	// 64 bits of the first word meet among n keys with probability
	// n²/2^65, here 1e-13, so a meeting is a mistake of the mixing.
	byWord, byKey := map[uint64]string{}, map[Key]string{}
	for name, k := range keys {
		if other, seen := byKey[k]; seen {
			t.Errorf("%q and %q have the same key", name, other)
		}
		byKey[k] = name
		w := k.Stream().Uint64()
		if other, seen := byWord[w]; seen {
			t.Errorf("%q and %q start with the same word", name, other)
		}
		byWord[w] = name
	}
}

func TestKey_ChildDoesNotDependOnOrderOrUse(t *testing.T) {
	want := NewKey(3).Child("chain", 1).Child("step", 5)

	root := NewKey(3)
	root.Child("step", 5)
	root.Stream().Uint64()
	chain := root.Child("chain", 2)
	chain.Child("step", 5)
	if got := root.Child("chain", 1).Child("step", 5); got != want {
		t.Errorf("key after other children %v, want %v", got, want)
	}
}

func TestKey_AllocatesNothing(t *testing.T) {
	k := NewKey(1)
	if n := testing.AllocsPerRun(100, func() { k = k.Child("chain", 1, 2) }); n != 0 {
		t.Errorf("Child: %v allocations, want 0", n)
	}
}
