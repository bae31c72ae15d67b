package quatre

import (
	"context"
	"math"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model/dist"
)

// counties is a model whose groups and repeated rows decide how many rows its
// reduced density has.
func counties(t *testing.T, county []int, ages []int) *Builder {
	t.Helper()
	const n = 48
	if county == nil {
		county = groupsOf(n, 4)
	}
	if ages == nil {
		ages = groupsOf(n, 3)
	}
	y, died := make([]float64, n), make([]int, n)
	for i := range y {
		y[i], died[i] = math.Sin(float64(i)), i%2
	}
	m := New("counties")
	group := m.Index("county", county, 6)
	age := m.Data("age", ages)
	level := m.Vector("level", 6, dist.Normal(0, 1))
	slope := m.Param("slope", dist.Normal(0, 1))
	sigma := m.Param("sigma", dist.HalfNormal(1))
	m.Observe("y", dist.Normal(level.Pick(group), sigma), y)
	m.Observe("died", dist.BernoulliLogit(slope.Mul(age)), died)
	return m
}

func groupsOf(n, k int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i % k
	}
	return list
}

func densityAt(t *testing.T, p *Posterior, q []float64) (float64, []float64) {
	t.Helper()
	e, err := p.LogDensity()
	if err != nil {
		t.Fatal(err)
	}
	grad := make([]float64, len(q))
	logp, err := e.LogDensityGrad(grad, q)
	if err != nil {
		t.Fatal(err)
	}
	return logp, grad
}

func TestCompile_ReducesUnlessToldNotTo(t *testing.T) {
	m := counties(t, nil, nil)
	short := compiled(t, m, CompileOptions{Backend: Interpreter})
	long := compiled(t, m, CompileOptions{Backend: Interpreter, NoReduce: true})
	if n := len(short.Reduction().Steps); n != 2 {
		t.Errorf("%v, want two sums reduced", short.Reduction().Steps)
	}
	if n := len(long.Reduction().Steps); n != 0 || long.Program().Hash() == short.Program().Hash() {
		t.Errorf("%v was reduced against the option", long.Reduction().Steps)
	}
	sameDensity(t, short, long)
}

func sameDensity(t *testing.T, p, want *Posterior) {
	t.Helper()
	q := make([]float64, p.Dim())
	for i := range q {
		q[i] = 0.3*float64(i%5) - 0.5
	}
	a, g := densityAt(t, p, q)
	b, h := densityAt(t, want, q)
	check.Close(t, a, b, check.Rel)
	check.CloseSlice(t, g, h, check.Rel)
}

func TestBind_CountsGroupsAndRepeatedRowsAnew(t *testing.T) {
	p := compiled(t, counties(t, nil, nil), CompileOptions{Backend: Interpreter})
	for name, c := range map[string]struct {
		county, ages []int
		same         bool
	}{
		"the same groups":           {county: append(groupsOf(24, 4), groupsOf(24, 4)...), same: true},
		"others of as many":         {county: append([]int{5, 4, 2, 2}, groupsOf(44, 4)...)},
		"all groups":                {county: groupsOf(48, 6)},
		"one group":                 {county: make([]int, 48)},
		"other ages, as many":       {ages: append([]int{2, 1}, groupsOf(46, 3)...), same: true},
		"more ages":                 {ages: groupsOf(48, 8)},
		"too many ages to be worth": {ages: groupsOf(48, 48)},
	} {
		t.Run(name, func(t *testing.T) {
			data := make(map[string]any)
			if c.county != nil {
				data["county"] = c.county
			}
			if c.ages != nil {
				data["age"] = c.ages
			}
			q, err := p.Bind(data)
			if err != nil {
				t.Fatal(err)
			}
			defer q.Close()
			fresh := compiled(t, counties(t, c.county, c.ages), CompileOptions{Backend: Interpreter, NoReduce: true})
			sameDensity(t, q, fresh)
			if same := q.Program().Hash() == p.Program().Hash(); same != c.same {
				t.Errorf("the same program: %v, want %v", same, c.same)
			}
			back, err := q.Bind(map[string]any{"county": groupsOf(48, 4), "age": groupsOf(48, 3)})
			if err != nil {
				t.Fatal(err)
			}
			sameDensity(t, back, p)
			if back.Program().Hash() != p.Program().Hash() {
				t.Error("the first data again give another program")
			}
		})
	}
}

func TestBind_RemakesNativeCode(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles")
	}
	p := compiled(t, counties(t, nil, nil), CompileOptions{})
	if err := p.WaitNative(context.Background()); err != nil {
		t.Skip(err)
	}
	q, err := p.Bind(map[string]any{"county": groupsOf(48, 5)})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if err := q.WaitNative(context.Background()); err != nil {
		t.Fatal(err)
	}
	sameDensity(t, q, compiled(t, counties(t, groupsOf(48, 5), nil), CompileOptions{Backend: Interpreter, NoReduce: true}))
}
