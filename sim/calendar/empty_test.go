package calendar

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
)

func TestEmpty_IsAsGoodAsNew(t *testing.T) {
	var used Calendar
	for round, n := range []int{1, 3, 40, 5000, 2, 700, 0, 60} {
		src := rng.NewKey(uint64(round)).Stream()
		var fresh Calendar
		handles := [2]Handle{}
		for i := range n {
			at := src.Exponential()
			for j, c := range []*Calendar{&used, &fresh} {
				c.Schedule(at, 0, 1, uint64(i))
				handles[j] = c.ScheduleCancellable(2*at, 0, 2, uint64(i))
			}
			if handles[0] != handles[1] {
				t.Fatalf("round %d: handle %v, want %v", round, handles[0], handles[1])
			}
		}
		used.Cancel(handles[0])
		fresh.Cancel(handles[1])
		for range n { // and leave about as many
			got, ok := used.Pop(math.Inf(1))
			if want, there := fresh.Pop(math.Inf(1)); ok != there || got != want {
				t.Fatalf("round %d: %+v, want %+v", round, got, want)
			}
		}
		if used.Len() != fresh.Len() {
			t.Fatalf("round %d: %d events are left, want %d", round, used.Len(), fresh.Len())
		}
		used.Empty()
		if used.Len() != 0 || used.NextTime() != math.Inf(1) {
			t.Fatalf("round %d: an empty calendar has events", round)
		}
	}
}
