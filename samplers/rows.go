package samplers

import "github.com/quatre-ppl/quatre/stream"

// A frame is sent when it holds maxFrameRows rows or maxFrameBytes of values,
// and at the latest after about flushInterval.
const (
	maxFrameRows  = 64
	maxFrameBytes = 1 << 20
)

// statNames are the columns that the runner adds to each draw: CmdStan's names
// in CmdStan's order.
var statNames = [...]string{"lp__", "accept_stat__", "stepsize__", "treedepth__", "n_leapfrog__", "divergent__", "energy__"}

// rows gathers a chain's draws into frames.
type rows struct {
	delivery *delivery
	frame    stream.Frame // its slices have room for capacity rows
	capacity int
	width    int
	added    [2]int // rows added so far, by phase
	sent     [2]int // of these, rows that the sink has taken
}

func newRows(d *delivery, schema *stream.Schema, chain int) *rows {
	r := &rows{delivery: d, width: schema.Width()}
	r.capacity = min(max(1, maxFrameBytes/(8*max(1, r.width))), maxFrameRows)
	r.frame = stream.Frame{
		Schema: schema, Chain: chain,
		Values: make([]float64, 0, r.capacity*r.width),
		Stats:  make([]float64, 0, r.capacity*len(statNames)),
	}
	return r
}

// has reports whether a row, by its index within the phase, was added before.
func (r *rows) has(phase stream.Phase, index int) bool { return index < r.added[phase] }

// room returns how many rows the frame has room for, one at least.
func (r *rows) room() int { return r.capacity - r.frame.Rows }

// slots returns the memory for the values of the next n rows, which must be of the
// frame's phase unless the frame is empty. commit adds the rows, one after the
// other.
func (r *rows) slots(n int) []float64 {
	used := len(r.frame.Values)
	end := used + n*r.width
	return r.frame.Values[used:end:end]
}

// commit adds the row whose values are in the slot, and sends the frame if it is
// full.
func (r *rows) commit(phase stream.Phase, logDensity float64, info *Info) error {
	f := &r.frame
	if f.Rows == 0 {
		f.Phase, f.First = phase, r.added[phase]
	}
	f.Rows++
	f.Values = f.Values[:f.Rows*r.width]
	divergent := 0.0
	if info.Divergent {
		divergent = 1
	}
	f.Stats = append(f.Stats, logDensity, info.AcceptStat, info.StepSize,
		float64(info.Depth), float64(info.Leapfrogs), divergent, info.Energy)
	r.added[phase]++
	if f.Rows == r.capacity {
		return r.flush()
	}
	return nil
}

// flush sends the rows that are held back, if any.
func (r *rows) flush() error {
	f := &r.frame
	if f.Rows == 0 {
		return nil
	}
	err := r.delivery.write(f)
	if err == nil {
		r.sent[f.Phase] += f.Rows
	}
	f.Rows, f.Values, f.Stats = 0, f.Values[:0], f.Stats[:0]
	return err
}
