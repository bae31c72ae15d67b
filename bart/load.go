package bart

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
)

// decoder reads what Save wrote. After its first error everything it reads is zero.
type decoder struct {
	b       []byte
	version uint16
	err     error
}

func (d *decoder) fail(what string) {
	if d.err == nil {
		d.err = fmt.Errorf("bart: the file is damaged: %s", what)
	}
	d.b = nil
}

// count reads a number of things of at least size bytes each.
func (d *decoder) count(size int) int {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > math.MaxInt32 || int(v)*size > len(d.b)-n {
		d.fail("a count is beyond its end")
		return 0
	}
	d.b = d.b[n:]
	return int(v)
}

// number reads an integer up to most.
func (d *decoder) number(most uint64) uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 || v > most {
		d.fail("a number is out of range")
		return 0
	}
	d.b = d.b[n:]
	return v
}

func (d *decoder) bytes(n int) []byte {
	if n > len(d.b) {
		d.fail("it ends too early")
		return make([]byte, n)
	}
	taken := d.b[:n]
	d.b = d.b[n:]
	return taken
}

func (d *decoder) floats() []float64 {
	x := make([]float64, d.count(8))
	for i := range x {
		x[i] = math.Float64frombits(binary.LittleEndian.Uint64(d.bytes(8)))
	}
	return x
}

func (d *decoder) posterior(p *Posterior) {
	var h header
	text := d.bytes(d.count(1))
	if d.err != nil {
		return
	}
	if err := json.Unmarshal(text, &h); err != nil {
		d.fail(err.Error())
		return
	}
	if h.Chains < 1 || h.Trees < 1 || h.Trees > 1<<20 || h.Variance < 0 || h.Variance > 1<<20 || len(h.Features) == 0 || int(h.Family) >= len(familyNames) || h.Rows < 1 {
		d.fail("its header makes no sense")
		return
	}
	p.options = Options{
		Seed: h.Seed, Trees: h.Trees, Chains: h.Chains, Burn: h.Burn, Draws: h.Draws, Thin: h.Thin, Workers: h.Chains, Cuts: h.Cuts,
		VarianceTrees: h.Variance, Exact: h.Exact, Family: h.Family, Prior: h.Prior, Moves: h.Moves, Proposals: h.Proposals, Sparse: h.Sparse,
		FeatureWeights: h.Weights, Watch: h.Watch,
	}
	p.scaling, p.rows, p.Interrupted, p.watched = scaling{h.Shift, h.Scale}, h.Rows, h.Interrupted, h.Watched
	if (h.Family == DiscreteTime) != (len(h.Times) > 0) {
		d.fail("its periods make no sense")
		return
	}
	p.times, p.part, p.response = h.Times, h.Part, h.Response
	p.grid = &grid{}
	for _, f := range h.Features {
		if f.Levels < 0 || f.Levels > MaxLevels+1 || f.Kind > Unordered {
			d.fail("a column makes no sense")
			return
		}
		p.grid.features = append(p.grid.features, feature{f.Name, f.Kind, f.Cuts, f.Levels, f.Names, f.Missing})
	}
	for _, b := range h.Basis {
		if b.Feature < 0 || b.Feature >= len(p.grid.features) || !(b.Scale > 0) {
			d.fail("a column of its basis makes no sense")
			return
		}
		p.basis = append(p.basis, basisColumn{b.Feature, b.Shift, b.Scale})
		p.options.Basis = append(p.options.Basis, p.grid.features[b.Feature].name)
	}
	for range h.Chains {
		if d.err != nil {
			return
		}
		p.chains = append(p.chains, d.chain(p))
	}
}

func (d *decoder) chain(p *Posterior) Chain {
	c := Chain{Sigma: d.floats(), Watched: d.floats(), Aux: d.floats()}
	c.forests = d.forests(p, p.options.Trees, 1+len(p.basis))
	if p.options.VarianceTrees > 0 {
		c.variance = d.forests(p, p.options.VarianceTrees, 1)
	}
	s := &c.state
	s.stream = d.bytes(d.count(1))
	s.sweeps = int(d.number(math.MaxInt32))
	pair := d.floats()
	if len(pair) != 2 {
		d.fail("the state of a chain is not complete")
		return c
	}
	s.noise2, s.theta = pair[0], pair[1]
	s.logS, s.aux, s.trees = d.floats(), d.floats(), d.forests(p, p.options.Trees, 1+len(p.basis))
	if c.variance != nil && d.version >= 2 && d.number(1) == 1 {
		s.variance = d.forests(p, p.options.VarianceTrees, 1)
	}
	c.Tried, c.Accepted = map[string]int64{}, map[string]int64{}
	for k := range moveKinds {
		tried, accepted := int64(d.number(math.MaxInt64)), int64(d.number(math.MaxInt64))
		if tried > 0 {
			c.Tried[moveNames[k]], c.Accepted[moveNames[k]] = tried, accepted
		}
	}
	draws := len(c.Sigma)
	if d.err == nil && (draws == 0 || c.forests.draws() != draws || c.variance != nil && c.variance.draws() != draws || len(c.Watched) != draws*len(p.watched) || len(c.Aux)%draws != 0 ||
		s.trees.draws() != 1 || s.variance != nil && s.variance.draws() != 1 || len(s.logS) != 0 && len(s.logS) != len(p.grid.features)) {
		d.fail("the parts of a chain do not fit together")
	}
	return c
}

func (d *decoder) forests(p *Posterior, trees, width int) *forests {
	f := newForests(trees, width)
	draws := d.count(trees)
	f.sizes = append(f.sizes, d.bytes(draws*trees)...)
	if d.err != nil {
		return f
	}
	splits, values := 0, 0
	for i, size := range f.sizes {
		if size >= maxLeaves {
			d.fail("a tree is too large")
			return f
		}
		splits, values = splits+int(size), values+(int(size)+1)*width
		if (i+1)%f.trees == 0 {
			f.splitAt, f.valueAt = append(f.splitAt, splits), append(f.valueAt, values)
		}
	}
	if 4*(splits+values) > len(d.b) {
		d.fail("it ends too early")
		return f
	}
	f.splits, f.values = make([]split, splits), make([]float32, values)
	for i := range f.splits {
		pair := d.bytes(2)
		f.splits[i] = split{leaf: pair[0], flags: pair[1]}
		f.splits[i].feature = int32(d.number(uint64(len(p.grid.features) - 1)))
		f.splits[i].cut = int32(d.number(math.MaxInt32))
	}
	for i := range f.values {
		f.values[i] = math.Float32frombits(binary.LittleEndian.Uint32(d.bytes(4)))
	}
	f.sets = make([]uint64, d.count(8))
	for i := range f.sets {
		f.sets[i] = binary.LittleEndian.Uint64(d.bytes(8))
	}
	if d.err == nil {
		d.checkSplits(f, p.grid)
	}
	return f
}

// checkSplits makes sure that nothing can be looked up that is not there.
func (d *decoder) checkSplits(f *forests, g *grid) {
	at := 0
	for _, size := range f.sizes {
		for s := range int(size) {
			split := &f.splits[at]
			at++
			feature := &g.features[split.feature]
			unordered := split.flags&splitUnordered != 0
			if int(split.leaf) > s || unordered != (feature.kind == Unordered) {
				d.fail("a split makes no sense")
				return
			}
			if unordered && int(split.cut)+(feature.levels+63)/64 > len(f.sets) || !unordered && int(split.cut) >= feature.cutCount() {
				d.fail("a split makes no sense")
				return
			}
		}
	}
}
