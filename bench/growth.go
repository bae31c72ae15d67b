package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/stream"
)

// A Series is something that grows: each size is measured in a process of its
// own.
type Series struct {
	Name  string
	What  string // in words
	Unit  string // of the size
	Sizes []int
	point func(ctx context.Context, size int) (*Point, error)
}

// AllSeries returns what is measured of growth.
func AllSeries() []Series {
	return []Series{
		{"rows", "logistic regression on 10 predictors", "rows", []int{1e3, 1e4, 1e5, 1e6}, growRows},
		{"groups", "hierarchical normal, one observation a group", "groups", []int{10, 100, 1000, 10000}, growGroups},
		{"walk", "random walk seen through noise", "steps", []int{10, 100, 1000, 10000}, growWalk},
		{"chains", "eight groups, more and more chains", "chains", []int{1, 2, 4, 8, 16, 32, 64}, growChains},
	}
}

// Point is the measurement of one size.
type Point struct {
	Size int `json:"size"`
	Dim  int `json:"dim"`

	NsPerGradient stream.Number `json:"ns_per_gradient"` // value and gradient alone
	NsPerLeapfrog stream.Number `json:"ns_per_leapfrog"` // of a short run of the sampler, all included
	Seconds       stream.Number `json:"seconds"`         // of that run
	DrawsPerSec   stream.Number `json:"draws_per_sec"`   // after warmup, over all of the run
	DataMiB       stream.Number `json:"data_mib"`        // size of the data as numbers
	PeakMiB       stream.Number `json:"peak_mib"`        // resident memory of the process
	BaseMiB       stream.Number `json:"base_mib"`        // the same before the data were there
	CompileSec    stream.Number `json:"compile_sec"`     // until native code was ready
}

// GrowthSeries is the outcome of a Series.
type GrowthSeries struct {
	Name   string  `json:"name"`
	What   string  `json:"what"`
	Unit   string  `json:"unit"`
	Failed string  `json:"failed,omitempty"`
	Points []Point `json:"points"`
}

// Growth is the outcome of the measurements of growth.
type Growth struct {
	About  About          `json:"about"`
	Series []GrowthSeries `json:"series"`
}

// RunGrowth measures the named series, each size in a process of Quatre's.
func RunGrowth(ctx context.Context, b *Bench, names []string, limit time.Duration) (*Growth, error) {
	if err := b.CheckPinning(ctx); err != nil {
		return nil, err
	}
	g := &Growth{About: NewAbout(ctx, b.List.Root)}
	if b.CPUs != "" {
		g.About.Pinned = "processes held to processors " + b.CPUs
	}
	for _, name := range names {
		s, err := findSeries(name)
		if err != nil {
			return nil, err
		}
		out := GrowthSeries{Name: s.Name, What: s.What, Unit: s.Unit}
		for _, size := range s.Sizes {
			p, err := b.point(ctx, s.Name, size, limit)
			if err != nil {
				out.Failed = fmt.Sprintf("%d %s: %v", size, s.Unit, err)
				break
			}
			out.Points = append(out.Points, *p)
		}
		g.Series = append(g.Series, out)
		if err := ctx.Err(); err != nil {
			return g, err
		}
	}
	return g, nil
}

func findSeries(name string) (*Series, error) {
	var names []string
	for _, s := range AllSeries() {
		if s.Name == name {
			return &s, nil
		}
		names = append(names, s.Name)
	}
	return nil, fmt.Errorf("bench: nothing that grows is called %q: there are %s", name, strings.Join(names, ", "))
}

// point measures one size in a process of its own.
func (b *Bench) point(ctx context.Context, series string, size int, limit time.Duration) (*Point, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	args := b.pinned([]string{b.Quatre, "bench", "point", "--series", series, "--size", strconv.Itoa(size)})
	noise := &tail{}
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Stderr = noise
	text, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, noise)
	}
	p := &Point{}
	return p, json.Unmarshal(text, p)
}

// MeasurePoint measures one size of a series in this process.
func MeasurePoint(ctx context.Context, series string, size int) (*Point, error) {
	s, err := findSeries(series)
	if err != nil {
		return nil, err
	}
	base := peakKiB("self")
	p, err := s.point(ctx, size)
	if err != nil {
		return nil, err
	}
	p.Size, p.BaseMiB, p.PeakMiB = size, stream.Number(float64(base)/1024), stream.Number(float64(peakKiB("self"))/1024)
	return p, nil
}

// compiled compiles a model, waiting for native code.
func compiled(ctx context.Context, m *quatre.Model) (*Point, *quatre.Posterior, error) {
	began := time.Now()
	post, err := quatre.Compile(ctx, m, quatre.CompileOptions{})
	if err != nil {
		return nil, nil, err
	}
	if err := post.WaitNative(ctx); err != nil {
		post.Close()
		return nil, nil, err
	}
	p := &Point{Dim: post.Dim(), CompileSec: stream.Number(time.Since(began).Seconds())}
	for _, x := range []*stream.Number{&p.NsPerGradient, &p.NsPerLeapfrog, &p.Seconds, &p.DrawsPerSec, &p.DataMiB} {
		*x = nan()
	}
	return p, post, nil
}

// sampled compiles a model and measures its gradient and a run.
func sampled(ctx context.Context, m *quatre.Model, chains int) (*Point, error) {
	p, post, err := compiled(ctx, m)
	if err != nil {
		return nil, err
	}
	defer post.Close()
	if chains == 1 { // more chains change nothing about it
		if err := p.gradient(post); err != nil {
			return nil, err
		}
	}
	o := quatre.Options{Seed: 1, Sampler: quatre.DefaultSampler()}
	o.Sampler.Chains, o.Sampler.Warmup, o.Sampler.Draws = chains, 500, 500
	report, err := quatre.Run(ctx, post, o)
	if err != nil {
		return nil, err
	}
	leapfrogs, draws := int64(0), 0
	for i := range report.Chains {
		leapfrogs += report.Chains[i].Warmup.Leapfrogs + report.Chains[i].Sampling.Leapfrogs
		draws += report.Chains[i].Draws
	}
	p.Seconds = stream.Number(report.Elapsed.Seconds())
	p.NsPerLeapfrog = stream.Number(float64(report.Elapsed.Nanoseconds()) * float64(min(chains, o.Sampler.Parallel)) / float64(leapfrogs))
	p.DrawsPerSec = stream.Number(float64(draws) / report.Elapsed.Seconds())
	return p, nil
}

// gradientTime is how long a gradient is measured, and how often: the least
// of the means counts, since other work only adds.
const (
	gradientTime    = 20 * time.Millisecond
	gradientRepeats = 10
)

// gradient measures the log density with its gradient.
func (p *Point) gradient(post *quatre.Posterior) error {
	density, err := post.LogDensity()
	if err != nil {
		return err
	}
	defer density.Close()
	least := -1.0
	for range gradientRepeats {
		ns, err := timeGradient(density)
		if err != nil {
			return err
		}
		if least < 0 || ns < least {
			least = ns
		}
	}
	p.NsPerGradient = stream.Number(least)
	return nil
}

// timeGradient returns nanoseconds per evaluation.
func timeGradient(density kernels.Executable) (float64, error) {
	q, grad := make([]float64, density.Dim()), make([]float64, density.Dim())
	for i := range q {
		q[i] = 0.1
	}
	began, count := time.Now(), 0
	for block := 1; time.Since(began) < gradientTime; block *= 2 {
		for range block {
			if _, err := density.LogDensityGrad(grad, q); err != nil {
				return 0, err
			}
		}
		count += block
	}
	return float64(time.Since(began).Nanoseconds()) / float64(count), nil
}
