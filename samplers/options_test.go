package samplers

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/quatre-ppl/quatre/rng"
	"github.com/quatre-ppl/quatre/stream"
)

func TestOptions_OutOfRange(t *testing.T) {
	for name, c := range map[string]struct {
		change func(o *Options)
		want   string
	}{
		"chains":          {func(o *Options) { o.Chains = -1 }, "chains"},
		"warmup":          {func(o *Options) { o.Warmup = -1 }, "negative"},
		"draws":           {func(o *Options) { o.Draws = -1 }, "negative"},
		"nothing to do":   {func(o *Options) { o.Warmup, o.Draws = 0, 0 }, "DefaultOptions"},
		"thin":            {func(o *Options) { o.Thin = -2 }, "thinning"},
		"target of 1":     {func(o *Options) { o.TargetAccept = 1 }, "target acceptance"},
		"negative target": {func(o *Options) { o.TargetAccept = -0.1 }, "target acceptance"},
		"target NaN":      {func(o *Options) { o.TargetAccept = math.NaN() }, "target acceptance"},
		"negative step":   {func(o *Options) { o.StepSize = -1 }, "step size"},
		"infinite step":   {func(o *Options) { o.StepSize = math.Inf(1) }, "step size"},
		"radius":          {func(o *Options) { o.InitRadius = -1 }, "radius"},
		"parallel":        {func(o *Options) { o.Parallel = -1 }, "at once"},
		"metric":          {func(o *Options) { o.Metric = 9 }, "Metric(9)"},
		"sampler":         {func(o *Options) { o.Sampler = 9 }, "Sampler(9)"},
		"step error":      {func(o *Options) { o.MaxStepError = -1 }, "within a step"},
		"init method":     {func(o *Options) { o.InitMethod = 9 }, "InitMethod(9)"},
		"too few inits":   {func(o *Options) { o.Init = [][]float64{{1}} }, "starting points"},
		"depth":           {func(o *Options) { o.MaxDepth = 31 }, "depth"},
		"negative depth":  {func(o *Options) { o.MaxDepth = -1 }, "depth"},
	} {
		o := DefaultOptions()
		c.change(&o)
		_, err := Run(context.Background(), &problem{density: normals(1)}, rng.NewKey(1), o, stream.Discard{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

// TestOptions_ZerosAreDefaults: but for the two counts that may be zero.
func TestOptions_ZerosAreDefaults(t *testing.T) {
	got, err := Options{Warmup: 1000, Draws: 1000}.complete()
	want := DefaultOptions()
	if err != nil || got.Chains != want.Chains || got.Thin != want.Thin || got.TargetAccept != want.TargetAccept ||
		got.MaxDepth != want.MaxDepth || got.StepSize != want.StepSize || got.InitRadius != want.InitRadius || got.Parallel != want.Parallel {
		t.Errorf("options %+v, error %v, want %+v", got, err, want)
	}
}

func TestMetric_Text(t *testing.T) {
	for _, m := range []Metric{DiagMetric, DenseMetric, UnitMetric} {
		text, err := m.MarshalText()
		var back Metric
		if err != nil || back.UnmarshalText(text) != nil || back != m {
			t.Errorf("metric %v comes back from %q as %v", m, text, back)
		}
	}
	var m Metric
	if err := m.UnmarshalText([]byte("full")); err == nil || !strings.Contains(err.Error(), "dense") {
		t.Errorf("error %v, want one that lists the choices", err)
	}
}

func TestRun_RefusesBadColumns(t *testing.T) {
	p := &problem{density: normals(1)}
	twice := Direct("lp__", 1, func(int) (LogDensity, error) { return p.density, nil })
	if _, err := Run(context.Background(), twice, rng.NewKey(1), quick(1, 1, 1), stream.Discard{}); err != nil {
		// lp__ as a value is an array lp__[1], which the names of CSV files
		// keep apart from the statistic only by its index.
		if !strings.Contains(err.Error(), "lp__") {
			t.Errorf("error %v does not name the column", err)
		}
	} else {
		t.Error("a value with the name of a statistic was accepted")
	}
}
