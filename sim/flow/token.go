package flow

import (
	"fmt"
	"math"

	"github.com/quatre-ppl/quatre/sim"
	"github.com/quatre-ppl/quatre/sim/internal/slab"
)

// Attribute is the number of an attribute that all tokens of a flow have.
type Attribute int32

// Token is an entity on its way through a flow, as functions see it. It is
// valid during the call.
type Token struct {
	f *Flow
	k int32
}

// Number returns the token's number in the order of creation, from 1.
func (t Token) Number() uint64 { return t.f.tokens[t.k].number }

// Born returns when the token entered the system.
func (t Token) Born() float64 { return t.f.tokens[t.k].born }

// Get returns the value of an attribute.
func (t Token) Get(a Attribute) float64 { return t.f.attributes[int(t.k)*t.f.width+int(a)] }

// Set changes the value of an attribute.
func (t Token) Set(a Attribute, x float64) { t.f.attributes[int(t.k)*t.f.width+int(a)] = x }

// Priority returns the token's priority: the lowest number is served first.
func (t Token) Priority() int { return int(t.f.tokens[t.k].priority) }

type state uint8

const (
	unused  state = iota
	running       // in the middle of its steps, or about to go on
	holding       // a delay runs
	paused        // a delay is interrupted: what the token holds was taken
	waiting       // for a claim
	grouped       // in a batch, or waiting for the rest of one
	riding        // on a conveyor
)

// token is the record of a Token, as long as a line of the cache.
type token struct {
	number   uint64
	born     float64
	until    uint64 // while holding the end of the delay, while paused what is left of it, while waiting the claim
	held     hold   // the latest of the claims that it holds
	step     int32  // the next one
	priority int32
	group    int32 // first member of a batch, 0 for none
	next     int32 // of the members of a batch, or of unused records
	family   int32 // of the copies of a split, 0 for none
	lost     int16 // claims of holds that are lost at present
	state    state
	stands   bool // for the members of a batch
}

// claim returns what a token that is waiting waits for.
func (t *token) claim() sim.Claim { return sim.Claim(t.until) }

// time returns the end of a delay, or what is left of it.
func (t *token) time() float64 { return math.Float64frombits(t.until) }

func (t *token) setTime(x float64) { t.until = math.Float64bits(x) }

// aside is what few tokens need.
type aside struct {
	patience sim.Timer // while waiting, if the step has patience
	began    float64   // while holding, when the delay began, if it is to be repeated
}

// asideOf returns the aside of token k.
func (f *Flow) asideOf(k int32) *aside {
	for int(k) >= len(f.asides) {
		f.asides = slab.Append(f.asides, aside{})
	}
	return &f.asides[k]
}

// family is a set of copies that came from one token.
type family struct {
	members int32 // still in the system
	waiting int32 // tokens at the combination
	first   int32 // of these, the one that will go on
	parent  int32 // family of the token that was split; also links unused records
}

// create makes a token that will take the given step.
func (f *Flow) create(c *sim.Context, step int32) int32 {
	k := f.freeToken
	if k == 0 {
		k = int32(len(f.tokens))
		f.tokens = slab.Append(f.tokens, token{})
		for range f.width {
			f.attributes = slab.Append(f.attributes, 0)
		}
	} else {
		f.freeToken = f.tokens[k].next
		if f.width > 0 {
			clear(f.attributes[int(k)*f.width : int(k+1)*f.width])
		}
	}
	f.created++
	// Field by field: a whole record would be made elsewhere and copied.
	t := &f.tokens[k]
	t.number, t.born, t.step, t.state = f.created, c.Now(), step, running
	t.held.claim, t.held.next, t.priority, t.group, t.next, t.family, t.lost, t.stands = 0, 0, 0, 0, 0, 0, 0, false
	return k
}

// destroy ends a token.
func (f *Flow) destroy(k int32) {
	t := &f.tokens[k]
	t.state, t.next = unused, f.freeToken
	f.freeToken = k
}

// PartyOf returns arg: a token has one record.
func (f *Flow) PartyOf(arg uint64) uint64 { return arg }

// NumberOf returns the number of the token with a record.
func (f *Flow) NumberOf(arg uint64) uint64 { return f.tokens[arg].number }

// NameOf names a token by its record, as in "customers 17". An arrival is named
// for the token that it has sent on its way.
func (f *Flow) NameOf(arg uint64) string {
	if arg&arrivalBit != 0 && f.active != 0 {
		arg = uint64(f.active)
	}
	if arg&arrivalBit != 0 || arg >= uint64(len(f.tokens)) {
		return fmt.Sprintf("arrivals of %s", f.name)
	}
	return fmt.Sprintf("%s %d", f.name, f.tokens[arg].number)
}
