package native_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/quatre-ppl/quatre/elem"
	"github.com/quatre-ppl/quatre/kernels/native"
)

// twin is a function that exists in Go and in C, with the arguments to compare it at.
type twin struct {
	name string // in C, after qe_
	eval func(x, y, z float64) float64
	args [3][]float64
}

func unary(name string, f func(float64) float64, xs []float64) twin {
	return twin{name, func(x, _, _ float64) float64 { return f(x) }, [3][]float64{xs, xs, xs}}
}

func binaryTwin(name string, f func(x, y float64) float64, args [3][]float64) twin {
	return twin{name, func(x, y, _ float64) float64 { return f(x, y) }, args}
}

// twins lists every exported function of package elem.
func twins() []twin {
	r := rand.New(rand.NewPCG(3, 4))
	wild, moderate := wildArguments(r, 20000), moderateArguments(r, 20000)
	pairs, shapes, triples := wildPairs(r, 20000), gammaArguments(r, 6000), betaArguments(r, 4000)
	list := []twin{
		binaryTwin("pow", elem.Pow, pairs),
		binaryTwin("logbeta", elem.LogBeta, shapes),
		binaryTwin("gammap", elem.GammaP, shapes),
		binaryTwin("gammaq", elem.GammaQ, shapes),
		binaryTwin("gammap_da", elem.GammaPDa, shapes),
		{"betainc", elem.BetaInc, triples},
		{"betainc_da", elem.BetaIncDa, triples},
		{"betainc_db", elem.BetaIncDb, triples},
		unary("lgamma_large", elem.Lgamma, largeArguments(r, 20000)),
		unary("digamma_large", elem.Digamma, largeArguments(r, 20000)),
		unary("trigamma_large", elem.Trigamma, largeArguments(r, 20000)),
		unary("lgamma_small", elem.Lgamma, smallArguments(r, 20000)),
		unary("digamma_small", elem.Digamma, smallArguments(r, 20000)),
		unary("trigamma_small", elem.Trigamma, smallArguments(r, 20000)),
		unary("log1p_unit", elem.Log1p, unitArguments(r, 20000)),
		unary("sin_moderate", elem.Sin, moderate),
		unary("cos_moderate", elem.Cos, moderate),
		unary("tan_moderate", elem.Tan, moderate),
	}
	for _, f := range []struct {
		name string
		eval func(float64) float64
	}{
		{"exp", elem.Exp}, {"exp_alone", elem.Exp}, {"expm1", elem.Expm1}, {"log", elem.Log}, {"log1p", elem.Log1p},
		{"log1pexp", elem.Log1pExp}, {"invlogit", elem.InvLogit},
		{"sin", elem.Sin}, {"cos", elem.Cos}, {"tan", elem.Tan},
		{"asin", elem.Asin}, {"acos", elem.Acos}, {"atan", elem.Atan},
		{"sinh", elem.Sinh}, {"cosh", elem.Cosh}, {"tanh", elem.Tanh},
		{"erf", elem.Erf}, {"erfc", elem.Erfc}, {"normcdf", elem.NormCDF},
		{"lognormcdf", elem.LogNormCDF}, {"normquantile", elem.NormQuantile},
		{"lgamma", elem.Lgamma}, {"digamma", elem.Digamma}, {"trigamma", elem.Trigamma},
	} {
		list = append(list, unary(f.name, f.eval, wild))
	}
	return list
}

// edges are the special values and the thresholds at which an algorithm changes.
func edges() []float64 {
	xs := []float64{0, math.Inf(1), math.NaN(), math.MaxFloat64, 0x1p-1022, 0x1p-1074}
	for _, x := range []float64{
		0x1p-60, 0x1p-54, 0x1p-27, 1e-300, 1e300, 0x1p30, 0x1p52, 0x1p53, 0x1p60, 0x1p64, 0x1p65, 0x1p500, 0x1p1000,
		0.075, 0.25, 0.41421356237309503, 0.425, 0.5, 0.7071067811865475, 0.925, 1, 1.4142135623730951, 1.4616321449683623,
		1.5, 2, 2.414213562373095, 2.5, 3, 4, 5, 7, 8, 22, 60, 64, 708.3964185322641, 709.782712893384, 710, 710.4758600739439,
		710.7, 745.1332191019411, 746, 1000, 2e4, math.Pi, math.Pi / 2, math.Pi / 4, 1e5, 1e-5, 0.99,
	} {
		xs = append(xs, x, math.Nextafter(x, 0), math.Nextafter(x, math.Inf(1)))
	}
	for _, x := range xs {
		xs = append(xs, -x)
	}
	return xs
}

// wildArguments has the edges, random bits, random sizes and integers with their halves.
func wildArguments(r *rand.Rand, n int) []float64 {
	xs := edges()
	for range n {
		xs = append(xs, math.Float64frombits(r.Uint64()), r.NormFloat64()*10, r.Float64(),
			math.Ldexp(r.NormFloat64(), r.IntN(40)-20), float64(r.IntN(400)-300)/2, r.Float64()*1600-800)
	}
	return xs
}

// moderateArguments has |x| < 2^30.
func moderateArguments(r *rand.Rand, n int) []float64 {
	var xs []float64
	for range n {
		xs = append(xs, math.Ldexp(2*r.Float64()-1, r.IntN(60)-30), float64(r.IntN(1<<20))*math.Pi/2)
	}
	return xs
}

// largeArguments has 8 <= x <= 2^1000.
func largeArguments(r *rand.Rand, n int) []float64 {
	xs := []float64{8, 9, 0x1p1000, math.Nextafter(8, 9), 1e10, 0x1p52, 0x1p53}
	for range n {
		xs = append(xs, 8+r.ExpFloat64()*20, 8+float64(r.IntN(1000)), math.Ldexp(1+r.Float64(), 3+r.IntN(996)))
	}
	return xs
}

// smallArguments has 2^-60 <= x < 8.
func smallArguments(r *rand.Rand, n int) []float64 {
	xs := []float64{0x1p-60, 1, 2, 1.4616321449683623}
	for i := range 16 {
		x := float64(i+1) / 2
		xs = append(xs, math.Nextafter(x, 0), min(x, 7.5), min(math.Nextafter(x, 9), 7.5))
	}
	for range n {
		xs = append(xs, 8*r.Float64(), 1+r.NormFloat64()*1e-8, 2+r.NormFloat64()*1e-8, math.Ldexp(1+r.Float64(), -r.IntN(60)))
	}
	return xs
}

// unitArguments has 0 <= x <= 1, and NaN.
func unitArguments(r *rand.Rand, n int) []float64 {
	xs := []float64{0, 1, math.NaN(), 0.41421356237309503, 0.4142135623730951, 0.41421356237309515, 0x1p-1074, 0x1p-1022}
	for range n {
		xs = append(xs, r.Float64(), math.Ldexp(r.Float64(), -r.IntN(1070)), 1-math.Ldexp(r.Float64(), -r.IntN(54)))
	}
	return xs
}

func wildPairs(r *rand.Rand, n int) (args [3][]float64) {
	add := func(x, y float64) {
		args[0], args[1], args[2] = append(args[0], x), append(args[1], y), append(args[2], 0)
	}
	for _, x := range edges() {
		for _, y := range edges() {
			add(x, y)
		}
	}
	for range n {
		add(math.Float64frombits(r.Uint64()), math.Float64frombits(r.Uint64()))
		add(r.ExpFloat64(), r.NormFloat64()*200)
		add(1+r.NormFloat64()*1e-3, r.NormFloat64()*1e5)
		add(float64(r.IntN(40)-20), float64(r.IntN(40)-20)/2)
	}
	return args
}

// gammaArguments has pairs (a, x), many with x near a.
func gammaArguments(r *rand.Rand, n int) (args [3][]float64) {
	add := func(a, x float64) {
		args[0], args[1], args[2] = append(args[0], a), append(args[1], x), append(args[2], 0)
	}
	for _, a := range []float64{0, -1, math.Inf(1), math.NaN(), 1e-300, 0x1p-1074, 0.5, 1, 8, 64, 2e4, 1e300} {
		for _, x := range []float64{0, -1, math.Inf(1), math.NaN(), 1e-300, 0x1p-1074, 0.5, 1, 8, 64, 2e4, 1e300} {
			add(a, x)
		}
	}
	for range n {
		a := math.Pow(10, 9*r.Float64()-3)
		add(a, math.Abs(a+3*math.Sqrt(a)*r.NormFloat64()))
		add(a, a*math.Pow(10, 4*r.Float64()-2))
		add(math.Pow(10, 20*r.Float64()-12), math.Pow(10, 20*r.Float64()-12))
	}
	return args
}

// betaArguments has triples (a, b, x), many with x near the mean.
func betaArguments(r *rand.Rand, n int) (args [3][]float64) {
	add := func(a, b, x float64) {
		args[0], args[1], args[2] = append(args[0], a), append(args[1], b), append(args[2], x)
	}
	ends := []float64{0, -1, math.Inf(1), math.NaN(), 1e-300, 0.5, 1, 9}
	for _, a := range ends {
		for _, b := range ends {
			for _, x := range []float64{0, 1, -1, 2, math.NaN(), 0.5, 1e-300, 0.9999999999999999} {
				add(a, b, x)
			}
		}
	}
	for range n {
		a, b := math.Pow(10, 7*r.Float64()-2), math.Pow(10, 7*r.Float64()-2)
		mean := a / (a + b)
		add(a, b, min(1, math.Abs(mean+3*math.Sqrt(mean*(1-mean)/(a+b+1))*r.NormFloat64())))
		add(a, b, r.Float64())
	}
	return args
}

// buildBits compiles testdata/bits.c with Prelude as its elem.h.
func buildBits(t *testing.T, march string) string {
	t.Helper()
	if runtime.GOARCH != "amd64" {
		t.Skipf("the C flags are those of amd64, this is %s", runtime.GOARCH)
	}
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("no C compiler (cc) to compare with")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "elem.h"), []byte(native.Prelude), 0o600); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "bits")
	build := exec.Command(cc, "-std=c11", "-O3", "-march="+march, "-fopenmp-simd", "-ffp-contract=off",
		"-fno-math-errno", "-fno-trapping-math", "-Wall", "-Wextra", "-Werror", "-I", dir, "-o", program,
		filepath.Join("testdata", "bits.c"), "-lm")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// runBits evaluates all twins in C.
func runBits(t *testing.T, program string, list []twin) [][]float64 {
	t.Helper()
	var in bytes.Buffer
	for _, f := range list {
		fmt.Fprintf(&in, "%s %d\n", f.name, len(f.args[0]))
		for _, column := range f.args {
			if err := binary.Write(&in, binary.LittleEndian, column); err != nil {
				t.Fatal(err)
			}
		}
	}
	run := exec.Command(program)
	run.Stdin = &in
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	reader := bytes.NewReader(out)
	results := make([][]float64, len(list))
	for i, f := range list {
		results[i] = make([]float64, len(f.args[0]))
		if err := binary.Read(reader, binary.LittleEndian, results[i]); err != nil {
			t.Fatal(err)
		}
	}
	return results
}

func TestElem_SameBitsInGoAndC(t *testing.T) {
	list := twins()
	want := make([][]float64, len(list))
	for i, f := range list {
		for k := range f.args[0] {
			want[i] = append(want[i], f.eval(f.args[0][k], f.args[1][k], f.args[2][k]))
		}
	}
	for i, march := range []string{"native", "x86-64-v3", "x86-64"} {
		if testing.Short() && i > 0 {
			break
		}
		t.Run(march, func(t *testing.T) {
			for i, got := range runBits(t, buildBits(t, march), list) {
				compareBits(t, list[i], got, want[i])
			}
		})
	}
}

func compareBits(t *testing.T, f twin, got, want []float64) {
	t.Helper()
	different := 0
	for k := range got {
		if math.Float64bits(got[k]) == math.Float64bits(want[k]) || math.IsNaN(got[k]) && math.IsNaN(want[k]) {
			continue
		}
		if different++; different <= 3 {
			t.Errorf("%s(%v, %v, %v) = %v (%x) in C, %v (%x) in Go", f.name, f.args[0][k], f.args[1][k], f.args[2][k],
				got[k], math.Float64bits(got[k]), want[k], math.Float64bits(want[k]))
		}
	}
	if different > 0 {
		t.Errorf("%s: %d of %d results differ", f.name, different, len(got))
	}
}
