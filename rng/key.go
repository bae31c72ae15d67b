package rng

// Key names a stream: a seed and a path of labels, mixed into 128 bits. It is
// a comparable value without pointers; equal keys give equal streams.
//
// # Mixing
//
// NewKey and Child spell the name as 64-bit words m and fold each into the
// 128-bit state h with the Davies–Meyer step
//
//	h ← philox(counter h, key m) xor h.
//
// Child spells one header word, which holds the length of the label and the
// number of indices, then the bytes of the label eight to a word, then the
// indices. The header says where each part ends, so different paths are
// different sequences of words: Child("ab") is not Child("a").Child("b").
//
// If Philox is taken as an ideal cipher, two different sequences meet in a
// given step with probability 2^-128, hence n keys, each l words from the
// seed, hold a collision with probability at most l·n²/2^129: below 1e-18 for
// n = 1e9 and l = 100. Keys that differ in their upper 64 bits only never
// share a counter, and Philox permutes counters.
type Key struct {
	philox uint64 // the key of Philox
	high   uint64 // the upper 64 bits of its counter
}

// The state before the seed: the first 128 bits of the fraction of π, a value
// with nothing up its sleeve.
const (
	piFirst  = 0x243F6A8885A308D3
	piSecond = 0x13198A2E03707344
)

// NewKey returns the key of a seed, the root of all label paths.
func NewKey(seed uint64) Key {
	return Key{piFirst, piSecond}.absorb(seed)
}

// Child returns the key below k for a label and any number of indices, as in
// k.Child("chain", 3) or k.Child("particle", t, i). It depends on k, label and
// index only, not on what else was derived from k or drawn from its stream.
func (k Key) Child(label string, index ...uint64) Key {
	k = k.absorb(uint64(len(label))<<32 | uint64(len(index)))
	for len(label) > 0 {
		word := uint64(0)
		n := min(8, len(label))
		for i := range n {
			word |= uint64(label[i]) << (8 * i)
		}
		k = k.absorb(word)
		label = label[n:]
	}
	for _, i := range index {
		k = k.absorb(i)
	}
	return k
}

// absorb folds one word of the name into the key by a Davies–Meyer step.
func (k Key) absorb(word uint64) Key {
	first, second := philox(k.philox, k.high, word)
	return Key{first ^ k.philox, second ^ k.high}
}

// Stream returns a new stream of k at position 0.
func (k Key) Stream() *Stream { return &Stream{key: k} }
