package bart

import (
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/rng"
)

// TestSampler_IsPartOfALargerGibbsSampler draws the slope of a linear term beside the trees.
func TestSampler_IsPartOfALargerGibbsSampler(t *testing.T) {
	d := product(400, 3)
	src := rng.NewKey(1).Stream()
	u := make([]float64, 400)
	rest := make([]float64, 400)
	total := 0.0
	for i := range u {
		u[i] = src.Normal()
		total += u[i] * u[i]
		d.Y[i] += 1.5 * u[i]
		rest[i] = d.Y[i]
	}
	s, err := NewSampler(d, Options{Trees: 30, Burn: 50}, rng.NewKey(2))
	if err != nil {
		t.Fatal(err)
	}
	const sigma = 0.1
	f := make([]float64, 400)
	mean, slope := 0.0, 0.0
	for sweep := range 150 {
		s.SetResponse(rest)
		s.Sweep(sigma)
		s.Fitted(f)
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		cross := 0.0
		for i := range u {
			cross += u[i] * (d.Y[i] - f[i])
		}
		slope = cross/total + sigma/math.Sqrt(total)*src.Normal()
		for i := range rest {
			rest[i] = d.Y[i] - slope*u[i]
		}
		if sweep >= 50 {
			mean += slope / 100
			s.Keep()
		}
	}
	// The posterior standard deviation is about 0.01.
	if math.Abs(mean-1.5) > 0.05 {
		t.Error("slope", mean)
	}
	post, err := s.Posterior()
	if err != nil {
		t.Fatal(err)
	}
	if post.Draws() != 100 {
		t.Error(post.Draws(), "draws")
	}
	last, err := post.Predict(t.Context(), d, PredictOptions{Draws: true})
	if err != nil {
		t.Fatal(err)
	}
	check.CloseSlice(t, last.Draws[99], f, check.F32.Scaled(10), "the last draw")
}

func TestSampler_LeavesRowsOfWeightZeroOut(t *testing.T) {
	d := product(300, 3)
	weights := make([]float64, 300)
	for i := range weights {
		weights[i] = 1
		if i%2 == 1 {
			weights[i] = 0
			d.Y[i] = 1e3
		}
	}
	even := *d
	s, err := NewSampler(product(300, 3), Options{Trees: 20, Burn: 20}, rng.NewKey(2))
	if err != nil {
		t.Fatal(err)
	}
	s.SetWeights(weights)
	s.SetResponse(even.Y)
	for range 60 {
		s.Sweep(0.2)
	}
	for i, f := range s.Fitted(nil) {
		if i%2 == 0 && math.Abs(f-d.Y[i]) > 1.5 {
			t.Fatalf("row %d: f is %v, y %v", i, f, d.Y[i])
		}
	}
}

func TestSampler_StepsDoNotAllocate(t *testing.T) {
	d, _ := friedman(500, 6, 1)
	s, err := NewSampler(d, Options{Trees: 10, Sparse: Off}, rng.NewKey(2))
	if err != nil {
		t.Fatal(err)
	}
	// The reference kernel makes its lanes anew for each pass, which the native one does not.
	s.chain.mean.kernel = still{Reference{}}
	for range 2000 {
		s.Sweep(1) // until no tree needs more room than it has had
	}
	if allocs := testing.AllocsPerRun(5, func() { s.chain.mean.sweep(s.chain.src) }); allocs > 0 {
		t.Errorf("%v allocations a sweep", allocs)
	}
}

// still is a kernel whose passes sum nothing, so that no proposal looks better than another.
type still struct{ Reference }

func (still) Fuse(sums []float64, counts []int32, _, _ []float32, prev []byte, _ []float32, becomes, rows []byte, _, _ int, columns [2][]byte, queries []int32) {
	clear(sums)
	for i, label := range prev {
		if becomes != nil {
			prev[i] = becomes[label]
		}
	}
	for q := range counts {
		counts[q] = 0
		for i, leaf := range rows {
			if int32(leaf) == queries[2*q] && int32(columns[q][i]) <= queries[2*q+1] {
				counts[q]++
			}
		}
	}
}

// TestSampler_StepsKnowAnOffset has responses whose f has a large part that is known. The bounds are about 1.4 times what the
// run gives.
func TestSampler_StepsKnowAnOffset(t *testing.T) {
	for family, bound := range map[Family]float64{Gaussian: 0.12, Probit: 0.5, Survival: 0.3} {
		d, f := respond(400, family, 1)
		offset := make([]float64, 400)
		src := rng.NewKey(3).Stream()
		for i := range offset {
			offset[i] = 2 * src.Normal()
			switch family {
			case Gaussian:
				d.Y[i] = f[i] + offset[i] + 0.2*src.Normal()
			case Probit:
				d.Y[i] = float64(rng.Bernoulli(src, elem.NormCDF(f[i]+offset[i])))
			case Survival:
				d.Y[i] *= math.Exp(offset[i])
			}
		}
		s, err := NewSampler(d, Options{Family: family, Trees: 30}, rng.NewKey(2))
		if err != nil {
			t.Fatal(err)
		}
		s.SetOffset(offset)
		mean, now := make([]float64, 400), make([]float64, 400)
		for sweep := range 160 {
			s.Step()
			if sweep < 80 {
				continue
			}
			for i, v := range s.Fitted(now) {
				mean[i] += v / 80
			}
		}
		if e := rootMeanSquare(mean, f); e > bound {
			t.Errorf("%v: error of f %v", family, e)
		}
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if family == Survival && math.Abs(s.Sigma()-0.5) > 0.15 {
			t.Error("sigma", s.Sigma())
		}
		if family != Gaussian {
			check.Panics(t, "use Step", func() { s.Sweep(1) })
		}
	}
}
