package latent

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/quatre-ppl/quatre/internal/check"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
)

// TestFind_Examples compares both densities of each example of the repository
// that has latents.
func TestFind_Examples(t *testing.T) {
	programs, err := filepath.Glob("../../examples/stan/*/*.stan")
	if err != nil || len(programs) == 0 {
		t.Fatal(len(programs), err)
	}
	some := 0
	for _, path := range programs {
		m := example(t, path)
		if len(Find(m).Latents) == 0 {
			continue
		}
		some++
		c := compile(t, m)
		src := rng.NewKey(3).Child(path).Stream()
		q := make([]float64, m.Dim)
		for i := range q {
			q[i] = 0.3 * src.Normal()
		}
		for k := range c.a {
			c.a[k], c.b[k], c.c[k] = src.Float64(), 3*src.Float64(), src.Normal()
		}
		c.set(t)
		z, logJacobian := c.inverse(q)
		check.CloseSlice(t, c.model(z), q, near, path)
		check.Close(t, logDensity(t, c.mapped, z), logDensity(t, c.plain, q)+logJacobian, near, path)
		c.order(t, q)
	}
	if some < 8 {
		t.Errorf("%d examples with latents", some)
	}
}

func example(t *testing.T, path string) (m *model.Model) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := stan.Parse(path, string(text))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(filepath.Dir(path), "data.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set, err := data.Read(f, "data.json")
	if err != nil {
		t.Fatal(err)
	}
	if m, err = p.Model(set, stan.Options{Name: path}); err != nil {
		t.Fatal(err)
	}
	return m
}
