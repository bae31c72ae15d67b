package bench

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/quatre-ppl/quatre/stream"
)

// Kind implements Result.
func (*Growth) Kind() string { return "growth" }

// WriteMarkdown implements Result.
func (g *Growth) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(g.About.line() + "\n\nGradient is the least of ten means; a run has 500 warmup iterations and 500 draws, and ns per leapfrog\n" +
		"is its time on one core over its leapfrog steps. Slope is the exponent of growth from the line before.\n\n")
	b.WriteString("| series | size | d | ns/gradient | slope | ns/leapfrog | run s | draws/s | data MiB | memory above start, MiB | native code ready, s |\n" +
		"|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for i := range g.Series {
		s := &g.Series[i]
		for k := range s.Points {
			p := &s.Points[k]
			slope := math.NaN()
			if k > 0 {
				before := &s.Points[k-1]
				slope = math.Log(float64(p.NsPerGradient/before.NsPerGradient)) / math.Log(float64(p.Size)/float64(before.Size))
			}
			n := func(x stream.Number) string { return short(float64(x)) }
			fmt.Fprintf(&b, "| %s | %d %s | %d | %s | %s | %s | %s | %s | %s | %s | %s |\n", s.What, p.Size, s.Unit, p.Dim, n(p.NsPerGradient), short(slope),
				n(p.NsPerLeapfrog), n(p.Seconds), n(p.DrawsPerSec), n(p.DataMiB), n(p.PeakMiB-p.BaseMiB), n(p.CompileSec))
		}
		if s.Failed != "" {
			fmt.Fprintf(&b, "| %s | failed: %s |\n", s.What, oneLine(s.Failed))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Pictures implements Result: one for each series, time against size.
func (g *Growth) Pictures() []Picture {
	var out []Picture
	for i := range g.Series {
		s := &g.Series[i]
		c := curves{title: "Growth: " + s.What, x: s.Unit, y: "nanoseconds", names: []string{"gradient", "leapfrog", "data (bytes)", "memory above start (bytes)"}}
		for k := range s.Points {
			p := &s.Points[k]
			c.xs = append(c.xs, float64(p.Size))
			c.add(float64(p.NsPerGradient), float64(p.NsPerLeapfrog), float64(p.DataMiB)*(1<<20), float64(p.PeakMiB-p.BaseMiB)*(1<<20))
		}
		if s.Name == "chains" {
			c = curves{title: "Growth: " + s.What, x: s.Unit, y: "draws per second", names: []string{"draws per second"}}
			for k := range s.Points {
				c.xs = append(c.xs, float64(s.Points[k].Size))
				c.add(float64(s.Points[k].DrawsPerSec))
			}
		}
		out = append(out, Picture{s.Name, c.svg()})
	}
	return out
}
