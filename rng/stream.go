package rng

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// Stream is the sequence of 64-bit words of one Key and a place in it. Word p
// is half p mod 2 of the Philox block with counter (p div 2, upper bits of the
// key). After 2^64 words it starts again.
//
// A Stream is for one goroutine. Copying the value copies the place: both
// copies then give the same words.
type Stream struct {
	key      Key
	position uint64
	// second is the other half of the current block; it is valid whenever
	// position is odd.
	second uint64
	ahead  *ahead // words of the blocks that come, nil for none: see DrawAhead
}

// Uint64 returns the word at the current position and moves on by one.
func (s *Stream) Uint64() uint64 {
	s.position++
	if s.position&1 == 0 {
		return s.second
	}
	return s.block()
}

// block computes the block that the odd position is in the middle of, returns
// its first half and keeps the second. It stays a call so that Uint64 is small
// enough to be inlined.
//
//go:noinline
func (s *Stream) block() (first uint64) {
	if s.ahead != nil {
		return s.aheadBlock()
	}
	first, s.second = philox(s.position>>1, s.key.high, s.key.philox)
	return first
}

// Words returns the two words of the stream's key, with which other code makes
// the same numbers: word i is half i mod 2 of the Philox block whose counter is
// i/2 below and high above.
func (s *Stream) Words() (key, high uint64) { return s.key.philox, s.key.high }

// Position returns the number of words before the next one.
func (s *Stream) Position() uint64 { return s.position }

// Seek moves to a position, so that the next word is word number position
// from 0. It costs at most one block, however far the way.
func (s *Stream) Seek(position uint64) {
	s.position = position
	if position&1 != 0 {
		s.block()
	}
}

// Float64 returns a uniform number in the open interval (0, 1) from one word:
// (k + ½)/2^52 with k the upper 52 bits. All values are exact, never 0 or 1,
// and u is as likely as 1 − u.
func (s *Stream) Float64() float64 {
	return (float64(s.Uint64()>>12) + 0.5) * 0x1p-52
}

// Intn returns a uniform integer in [0, n) without bias. It uses one word, and
// with probability below n/2^64 more (Lemire 2019, "Fast random integer
// generation in an interval", algorithm 5). It panics if n < 1.
func (s *Stream) Intn(n int) int {
	if n < 1 {
		panic(fmt.Sprintf("rng: Intn of n = %d, want n ≥ 1", n))
	}
	bound := uint64(n)
	high, low := bits.Mul64(s.Uint64(), bound)
	if low < bound {
		// -bound % bound is 2^64 mod n: so many products of each
		// residue class are one too many.
		for excess := -bound % bound; low < excess; {
			high, low = bits.Mul64(s.Uint64(), bound)
		}
	}
	return int(high)
}

// The binary form of a Stream: a version, then key, upper counter bits and
// position, little endian.
const (
	streamVersion = 1
	streamBytes   = 1 + 3*8
)

// MarshalBinary returns the 25 bytes that restore the stream at its place. The
// error is always nil.
func (s *Stream) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, streamBytes)
	b = append(b, streamVersion)
	b = binary.LittleEndian.AppendUint64(b, s.key.philox)
	b = binary.LittleEndian.AppendUint64(b, s.key.high)
	return binary.LittleEndian.AppendUint64(b, s.position), nil
}

// UnmarshalBinary makes s the stream that MarshalBinary wrote. On an error s
// is unchanged.
func (s *Stream) UnmarshalBinary(data []byte) error {
	if len(data) != streamBytes {
		return fmt.Errorf("rng: stream state of %d bytes, want %d: the checkpoint is damaged", len(data), streamBytes)
	}
	if data[0] != streamVersion {
		return errors.New("rng: stream state of an unknown version: restore it with the release that wrote it")
	}
	s.key.philox = binary.LittleEndian.Uint64(data[1:])
	s.key.high = binary.LittleEndian.Uint64(data[9:])
	s.Seek(binary.LittleEndian.Uint64(data[17:]))
	return nil
}

// Key returns the key of the stream.
func (s *Stream) Key() Key { return s.key }
