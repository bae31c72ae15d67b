package sim

import (
	"fmt"
	"math"
	"slices"

	"github.com/quatre-ppl/quatre/rng"
)

// Law is a distribution that a source draws from.
type Law interface {
	// Fill puts draws in dst and returns how many: fewer than len(dst) only if
	// there are no more.
	Fill(dst []float64, s *rng.Stream) int
	// Mean returns the expected value, NaN if it is not known.
	Mean() float64
	// String describes the law, as in "exponential(5)".
	String() string
}

// Inverse is a Law whose draws are a monotone function of a uniform number
// in (0, 1), one for each. Only such laws have antithetic draws.
type Inverse interface {
	Law
	FromUniform(u float64) float64
}

// Stateful is a Law with a memory: Clone returns a copy that draws the same as
// the original would.
type Stateful interface {
	Law
	Clone() Law
}

// Source is the number of a source of random numbers.
type Source int32

// A source draws ahead into a buffer, which is what makes a draw cheap; as its
// stream is its own, nobody can tell.
const (
	firstBuffer = 8
	fullBuffer  = 256
)

type source struct {
	room   []float64 // draws
	next   int       // the first of them that is left
	law    Law
	stream *rng.Stream
	name   string
	size   int // of the next buffer
	drawn  uint64
	// antithetic sources draw 1 − u for u.
	antithetic bool
}

// Source adds a source of random numbers with the given name and law. Its
// stream is that of the simulation's key and the name.
func (c *Context) Source(name string, law Law) Source {
	c.checkName("source", name)
	if law == nil {
		c.reject("source %q has no law", name)
	}
	if s, ok := law.(Stateful); ok {
		law = s.Clone()
	}
	c.sources = another(c.sources)
	p := &c.sources[len(c.sources)-1]
	p.law, p.stream, p.name = law, c.key.Child("source").Child(name).Stream(), name
	p.size, p.antithetic = firstBuffer, c.antithetic
	return Source(len(c.sources) - 1)
}

// Draw returns the next number of a source.
func (c *Context) Draw(s Source) float64 {
	p := &c.sources[s]
	if i := p.next; i < len(p.room) {
		p.next++
		return p.room[i]
	}
	return p.first()
}

// Drawn is Draw as long as nothing has to be done for the number, small enough to
// become part of its caller: it returns false, and has done nothing, otherwise.
func (c *Context) Drawn(s Source) (x float64, ok bool) {
	p := &c.sources[s]
	i := p.next
	if i >= len(p.room) {
		return 0, false
	}
	p.next = i + 1
	return p.room[i], true
}

// first draws ahead and returns the first of the numbers; a source that has no
// more ends the run.
func (p *source) first() float64 {
	if !p.refill() {
		panic(misuse{fmt.Errorf("source %q is used up after %d numbers: %s has no more", p.name, p.drawn, p.law)})
	}
	p.next = 1
	return p.room[0]
}

// TryDraw is Draw for a source that may be used up: then ok is false.
func (c *Context) TryDraw(s Source) (x float64, ok bool) {
	p := &c.sources[s]
	if i := p.next; i < len(p.room) {
		p.next++
		return p.room[i], true
	}
	if !p.refill() {
		return 0, false
	}
	p.next = 1
	return p.room[0], true
}

// refill draws ahead; false if there is nothing left.
func (p *source) refill() bool {
	if cap(p.room) < p.size {
		room := p.size
		if room > firstBuffer {
			room = fullBuffer // once and for all
		}
		p.room = make([]float64, room)
	}
	dst := p.room[:p.size]
	p.size = min(4*p.size, fullBuffer)
	n := 0
	if inverse, ok := p.law.(Inverse); ok && p.antithetic {
		for i := range dst {
			dst[i] = inverse.FromUniform(1 - p.stream.Float64())
		}
		n = len(dst)
	} else {
		n = p.law.Fill(dst, p.stream)
	}
	p.drawn += uint64(n)
	p.room, p.next = dst[:n], 0
	return n > 0
}

// SourceName returns the name of a source.
func (c *Context) SourceName(s Source) string { return c.sources[s].name }

// SourceMean returns the expected value of a source's law.
func (c *Context) SourceMean(s Source) float64 { return c.sources[s].law.Mean() }

// LawOf returns the law of a source.
func (c *Context) LawOf(s Source) Law { return c.sources[s].law }

// clone returns a source that draws the same as p will.
func (p *source) clone() source {
	q := *p
	q.room = slices.Clone(p.room)
	stream := *p.stream
	q.stream = &stream
	if s, ok := p.law.(Stateful); ok {
		q.law = s.Clone()
	}
	return q
}

// constant is the law of a number that is not random.
type constant float64

// Constant returns the law of a number that is always x.
func Constant(x float64) Law { return constant(x) }

func (k constant) Fill(dst []float64, _ *rng.Stream) int {
	for i := range dst {
		dst[i] = float64(k)
	}
	return len(dst)
}
func (k constant) Mean() float64               { return float64(k) }
func (k constant) FromUniform(float64) float64 { return float64(k) }
func (k constant) String() string              { return "constant(" + format(float64(k)) + ")" }

// checkNumber records a mistake in a model: a number that must be finite and at
// least low.
func (c *Context) checkNumber(what, name string, x, low float64) {
	if !(x >= low && x <= math.MaxFloat64) {
		c.reject("%s of %q is %v: want it finite and ≥ %v", what, name, x, low)
	}
}
