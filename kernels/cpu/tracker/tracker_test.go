//go:build cgo

package tracker

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/rng"
)

var _ bart.Kernel = (*Kernel)(nil)

// kernels are those of levels, and those that make their calls past cgo.
func kernels() []*Kernel {
	all := levels()
	for _, k := range levels() {
		all = append(all, k.Fork())
	}
	return all
}

// guard is the number of elements around a slice that nobody may write to.
const guard = 64

// problem is a pass with all its slices, cut from larger ones.
type problem struct {
	resid, weights, add, change []float32
	rows, prev                  []byte
	becomes                     []byte
	columns                     [2][]byte
	whole                       []float32 // around resid
	wholeRows, wholePrev        []byte
}

func newProblem(n, leaves, prevLeaves int, seed uint64) *problem {
	src := rng.NewKey(seed).Stream()
	p := &problem{whole: make([]float32, n+2*guard), wholeRows: make([]byte, n+2*guard), wholePrev: make([]byte, n+2*guard)}
	p.resid, p.rows = p.whole[guard:guard+n:guard+n], p.wholeRows[guard:guard+n:guard+n]
	floats := func(count int) []float32 {
		x := make([]float32, count)
		for i := range x {
			x[i] = float32(src.Normal())
		}
		return x
	}
	bytes := func(dst []byte, most int) []byte {
		for i := range dst {
			dst[i] = byte(src.Intn(most))
		}
		return dst
	}
	copy(p.resid, floats(n))
	p.weights = make([]float32, n)
	for i := range p.weights {
		p.weights[i] = float32(src.Exponential())
	}
	p.add, p.change = floats(leaves), floats(prevLeaves)
	bytes(p.rows, leaves)
	p.prev = bytes(p.wholePrev[guard:guard+n:guard+n], prevLeaves)
	p.becomes = bytes(make([]byte, prevLeaves), leaves)
	for q := range p.columns {
		p.columns[q] = bytes(make([]byte, n), 256)
	}
	return p
}

func (p *problem) clone() *problem {
	c := *p
	n := len(p.resid)
	c.whole, c.wholeRows, c.wholePrev = slices.Clone(p.whole), slices.Clone(p.wholeRows), slices.Clone(p.wholePrev)
	c.resid, c.rows, c.prev = c.whole[guard:guard+n:guard+n], c.wholeRows[guard:guard+n:guard+n], c.wholePrev[guard:guard+n:guard+n]
	return &c
}

func bitsOf(x []float64) []uint64 {
	b := make([]uint64, len(x))
	for i := range x {
		b[i] = math.Float64bits(x[i])
	}
	return b
}

func sameFloats(a, b []float32) bool {
	return slices.EqualFunc(a, b, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) })
}

// TestFuse_HasTheBitsOfTheReference compares every instruction set with the Go
// code for all shapes of a pass.
func TestFuse_HasTheBitsOfTheReference(t *testing.T) {
	for _, k := range kernels() {
		for _, n := range []int{0, 1, 15, 16, 17, 63, 100, 2048, 2063, 5000} {
			for _, leaves := range []int{1, 2, 3, 4, 5, 7, 8, 9, 13, 14, 16, 17, 24, 25, 255} {
				for variant := range 24 {
					prevLeaves := []int{1, 3, 8, 16, 17}[variant%5]
					p := newProblem(n, leaves, prevLeaves, uint64(variant))
					weights, change, becomes := p.weights, p.change, p.becomes
					if variant%2 == 0 {
						weights = nil
					}
					if variant < 12 {
						becomes = nil
					}
					queries := []int32{int32(leaves - 1), 100, 0, 255}[:2*(variant%3)]
					ask := leaves
					if variant%3 == 1 && variant > 6 {
						ask = 0
					}
					width := 1
					if weights != nil {
						width = 2
					}
					rest := (leaves - 1) / 2
					if variant%4 == 3 || ask == 0 {
						rest = -1
					}
					a, b := p.clone(), p.clone()
					wantSums, gotSums := make([]float64, width*(ask+len(queries)/2)), make([]float64, width*(ask+len(queries)/2))
					wantCounts, gotCounts := make([]int32, len(queries)/2), make([]int32, len(queries)/2)
					for _, c := range []*problem{a, b} {
						switch {
						case variant%3 == 1:
							c.prev = nil
						case variant%5 == 4 && becomes != nil:
							c.rows = c.prev // which have leaves after they have moved
						}
					}
					bart.Reference{}.Fuse(wantSums, wantCounts, a.resid, weights, a.prev, change, becomes, a.rows, ask, rest, p.columns, queries)
					k.Fuse(gotSums, gotCounts, b.resid, weights, b.prev, change, becomes, b.rows, ask, rest, p.columns, queries)
					what := fmt.Sprintf("%v, %d rows, %d leaves, variant %d", k, n, leaves, variant)
					if !slices.Equal(bitsOf(gotSums), bitsOf(wantSums)) || !slices.Equal(gotCounts, wantCounts) {
						t.Errorf("%s: sums %v %v, want %v %v", what, gotSums, gotCounts, wantSums, wantCounts)
					}
					if !sameFloats(a.whole, b.whole) {
						t.Errorf("%s: the residual differs", what)
					}
					if !slices.Equal(a.wholePrev, b.wholePrev) {
						t.Errorf("%s: rows have moved otherwise", what)
					}
				}
			}
		}
	}
}

func TestSettle_HasTheBitsOfTheReference(t *testing.T) {
	for _, k := range kernels() {
		for _, n := range []int{0, 1, 16, 65, 100, 1024, 2500} {
			for _, leaves := range []int{1, 3, 8, 9, 16, 17, 200} {
				for _, weighted := range []bool{false, true} {
					p := newProblem(n, leaves, 1, 3)
					weights := p.weights
					if !weighted {
						weights = nil
					}
					a, b := p.clone(), p.clone()
					want := bart.Reference{}.Settle(a.resid, weights, a.rows, p.add)
					got := k.Settle(b.resid, weights, b.rows, p.add)
					if math.Float64bits(got) != math.Float64bits(want) || !sameFloats(a.whole, b.whole) {
						t.Errorf("%v, %d rows, %d leaves: %v, want %v", k, n, leaves, got, want)
					}
				}
			}
		}
	}
}

func TestRows_MoveAsInTheReference(t *testing.T) {
	for _, k := range kernels() {
		for _, n := range []int{0, 1, 31, 32, 100, 1000, 5000} {
			for _, leaves := range []int{10, 16, 17} {
				table := make([]byte, leaves)
				for leaf := range table {
					table[leaf] = byte(leaves - 1 - leaf)
				}
				p := newProblem(n, 7, 1, 5)
				a, b := p.clone(), p.clone()
				var counts [2][]int32
				for m, kernel := range []bart.Kernel{bart.Reference{}, k} {
					x := []*problem{a, b}[m]
					columns := [4][]byte{p.columns[0], p.columns[1], p.columns[1], p.columns[0]}
					kernel.Split(x.rows, p.columns[0], 3, 130, 3, 7)
					kernel.Split(x.rows, p.columns[1], 2, 0, 8, 2)
					kernel.Split(x.rows, p.columns[1], 1, 255, 9, 1)
					kernel.Route(x.prev, x.rows, table, nil, columns, nil)
					counts[m] = make([]int32, leaves)
					kernel.Route(x.prev, x.prev, table, counts[m], columns, []int32{3, 100, 4, 4, 50, 9, 5, 0, 1, 3, 20, 5})
					kernel.Route(x.rows, x.rows, table, nil, columns, []int32{2, 200, 0, 1, 255, 2})
				}
				if !slices.Equal(a.wholeRows, b.wholeRows) || !slices.Equal(a.wholePrev, b.wholePrev) {
					t.Errorf("%v, %d rows, %d leaves: they differ", k, n, leaves)
				}
				if !slices.Equal(counts[0], counts[1]) {
					t.Errorf("%v, %d rows, %d leaves: counts %v, want %v", k, n, leaves, counts[1], counts[0])
				}
			}
		}
	}
}

func TestPredict_HasTheBitsOfTheReference(t *testing.T) {
	src := rng.NewKey(1).Stream()
	for _, k := range kernels() {
		for _, n := range []int{1, 16, 100, 777} {
			const columns = 6
			codes := make([]byte, columns*n)
			for i := range codes {
				codes[i] = byte(src.Intn(256))
			}
			var sizes []byte
			var splits []int32
			var values []float32
			for _, size := range []int{0, 1, 2, 3, 7, 8, 15, 16, 254} {
				sizes = append(sizes, byte(size))
				for s := range size {
					splits = append(splits, int32(src.Intn(s+1)), int32(src.Intn(columns)), int32(src.Intn(256)))
				}
				for range size + 1 {
					values = append(values, float32(src.Normal()))
				}
			}
			want, got := make([]float32, n), make([]float32, n)
			bart.Reference{}.Predict(want, make([]byte, n), codes, n, sizes, splits, values)
			k.Predict(got, make([]byte, n), codes, n, sizes, splits, values)
			if !sameFloats(got, want) {
				t.Errorf("%v, %d rows: sums differ", k, n)
			}
		}
	}
}

func TestHistograms_HaveTheSumsOfTheReference(t *testing.T) {
	for _, k := range kernels() {
		for _, n := range []int{0, 1, 5, 100, 1000} {
			for _, columns := range []int{1, 3, 4, 9} {
				width := []int{64, 256, 70, 128}[columns%4]
				src := rng.NewKey(uint64(n + columns)).Stream()
				slab, rows, values := make([]byte, 10*n), make([]int32, n/2), make([]int64, n)
				for i := range slab {
					slab[i] = byte(src.Intn(width))
				}
				for i := range rows {
					rows[i] = int32(2 * i)
				}
				for i := range values {
					values[i] = int64(src.Uint64() >> 8)
				}
				places := []int32{9, 3, 1, 4, 0, 5, 2, 7, 8}[:columns]
				want, got := make([]int64, width*columns), make([]int64, width*columns)
				for i := range got {
					got[i] = 77
				}
				for _, some := range [][]int32{nil, rows} {
					bart.Reference{}.Histograms(want, slab, n, places, some, values)
					k.Histograms(got, slab, n, places, some, values)
					if !slices.Equal(got, want) {
						t.Errorf("%v, %d rows, %d columns: sums differ", k, n, columns)
					}
				}
			}
		}
	}
}

func TestQuantizeAndPart_AreThoseOfTheReference(t *testing.T) {
	for _, k := range kernels() {
		for _, n := range []int{0, 1, 7, 1000} {
			p := newProblem(n, 2, 1, 9)
			want, got := make([]int64, n), make([]int64, n)
			a := bart.Reference{}.Quantize(want, p.resid, 1000, 1500, 10)
			if b := k.Quantize(got, p.resid, 1000, 1500, 10); a != b || !slices.Equal(got, want) {
				t.Errorf("%v, %d rows: values differ", k, n)
			}
			right := make([]byte, 256)
			for code := range right {
				right[code] = byte(code / 3 % 2)
			}
			rows := make([]int32, n)
			for i := range rows {
				rows[i] = int32(n - 1 - i)
			}
			again := slices.Clone(rows)
			left := bart.Reference{}.Part(rows, make([]int32, n), p.columns[0], right)
			if l := k.Part(again, make([]int32, n), p.columns[0], right); l != left || !slices.Equal(again, rows) {
				t.Errorf("%v, %d rows: parted otherwise", k, n)
			}
		}
	}
}

// TestWeigh_HasTheBitsOfTheReference weighs columns with narrow, empty and full ranges of cuts.
func TestWeigh_HasTheBitsOfTheReference(t *testing.T) {
	const columns, bits, bias = 6, 10, 1 << 20
	for _, k := range kernels() {
		for seed := range uint64(20) {
			src, width := rng.NewKey(seed).Stream(), []int{256, 64, 250}[seed%3]
			hists, logs := make([]int64, width*columns), make([]float64, columns)
			count, sum := 0, 0.0
			for i := range 300 {
				r := src.Normal()
				for c := range columns {
					hists[width*c+src.Intn(width*4/5)*c/(columns-1)] += int64((r/10+1)*bias)<<bits + 1
				}
				count, sum = i+1, sum+math.Floor(r/10*bias)*0.25/bias
			}
			for c := range logs {
				logs[c] = -src.Exponential()
			}
			node := []float64{float64(count), sum, 0.25 / bias, bias, 0.01 * math.Exp(float64(seed)), 3 * float64(seed*seed)}
			type result struct {
				weights, totals    []int64
				exponents, factors []float64
				ranges             []int32
				largest            float64
			}
			var all []result
			for _, m := range []bart.Kernel{bart.Reference{}, k} {
				x := result{make([]int64, width*columns), make([]int64, columns), make([]float64, width*columns), make([]float64, width*columns),
					[]int32{0, 254, 0, -1, 7, 3, 10, 100, 0, 255, 40, 41}, 0}
				x.largest = m.Weigh(x.weights, x.totals, x.exponents, x.factors, hists, x.ranges, logs, node, bits, 5)
				all = append(all, x)
			}
			want, got := all[0], all[1]
			if got.largest != want.largest || !slices.Equal(got.ranges, want.ranges) || !slices.Equal(got.totals, want.totals) ||
				!slices.Equal(got.weights, want.weights) || !slices.Equal(bitsOf(got.exponents), bitsOf(want.exponents)) ||
				!slices.Equal(bitsOf(got.factors), bitsOf(want.factors)) {
				t.Errorf("%v, seed %d: they differ", k, seed)
			}
			for c := range columns {
				total := int64(0)
				for at := width*c + int(want.ranges[2*c]); at <= width*c+int(want.ranges[2*c+1]); at++ {
					total += want.weights[at]
					exact := math.Sqrt(want.factors[at]) * math.Exp(want.exponents[at]-want.largest) * (1 << 38)
					if bound := float64(want.weights[at]); bound < exact || bound > 1.08*exact+2 {
						t.Fatalf("seed %d, cut %d: the bound is %v, the weight %v", seed, at, bound, exact)
					}
				}
				if total != want.totals[c] {
					t.Errorf("seed %d: column %d has the total %d, want %d", seed, c, want.totals[c], total)
				}
			}
		}
	}
}

// BenchmarkFuse times the pass with three leaves and one query.
func BenchmarkFuse(b *testing.B) {
	for _, n := range []int{1000, 50000} {
		for _, leaves := range []int{2, 3, 4, 8, 20, 60} {
			for _, k := range levels() {
				b.Run(fmt.Sprintf("%v/n=%d/leaves=%d", k, n, leaves), func(b *testing.B) {
					const trees = 50
					all := make([]*problem, trees)
					for j := range all {
						all[j] = newProblem(n, leaves, leaves, uint64(j))
					}
					resid, sums, counts := all[0].resid, make([]float64, leaves+1), make([]int32, 1)
					j := 0
					for b.Loop() {
						p, q := all[j%trees], all[(j+1)%trees]
						j++
						k.Fuse(sums, counts, resid, nil, p.rows, p.add, nil, q.rows, leaves, 0, q.columns, []int32{1, 128})
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/row")
				})
			}
		}
	}
}
