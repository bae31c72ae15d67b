package rng

// aheadBlocks is the number of Philox blocks that a stream which draws ahead computes at a
// time: four groups of the vector code, half a kilobyte of words.
const aheadBlocks = 32

// ahead has words of a stream that are not asked for yet.
type ahead struct {
	// owner is the stream that may use it: a copy of the stream has the pointer too, but
	// may belong to another goroutine. It is never changed.
	owner *Stream
	key   Key
	from  uint64 // the first block
	words [2 * aheadBlocks]uint64
}

// DrawAhead makes s compute its words many at a time, which costs a third where
// they are then asked for one by one, and half a kilobyte. The words and their order
// stay the same; copies of s do not draw ahead.
func (s *Stream) DrawAhead() {
	// No block is where the words of this one would be.
	s.ahead = &ahead{owner: s, from: s.position>>1 + aheadBlocks}
}

// aheadBlock is block from the words drawn ahead, with new ones where these end.
func (s *Stream) aheadBlock() (first uint64) {
	a, block := s.ahead, s.position>>1
	if a.owner != s {
		s.ahead = nil
		return s.block()
	}
	if block-a.from >= aheadBlocks || a.key != s.key {
		a.key, a.from = s.key, block
		words := Stream{key: s.key, position: 2 * block}
		words.FillUint64(a.words[:])
	}
	at := 2 * (block - a.from) % uint64(len(a.words))
	s.second = a.words[at+1]
	return a.words[at]
}
