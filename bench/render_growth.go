package bench

import (
	"bytes"
	"fmt"
	"html"
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

// curves are lines over two logarithmic axes.
type curves struct {
	title, x, y string
	names       []string
	xs          []float64
	ys          [][]float64 // by curve
}

// add adds a point to each curve.
func (c *curves) add(ys ...float64) {
	if c.ys == nil {
		c.ys = make([][]float64, len(ys))
	}
	for i, y := range ys {
		c.ys[i] = append(c.ys[i], y)
	}
}

// The measures of pictures of curves, in pixels.
const (
	curvesLeft   = 70
	curvesHeight = 300
)

// svg draws the curves that have points.
func (c *curves) svg() []byte {
	x0, x1 := logLimits(c.xs)
	y0, y1 := logLimits(c.ys...)
	atX := func(x float64) float64 { return curvesLeft + plotWidth*(math.Log10(x)-x0)/(x1-x0) }
	atY := func(y float64) float64 { return topMargin + curvesHeight*(y1-math.Log10(y))/(y1-y0) }
	b := openSVG(curvesLeft+plotWidth+30, topMargin+curvesHeight+50, c.title)
	legend(b, c.names, curvesLeft)
	bottom := float64(topMargin + curvesHeight)
	for e := math.Ceil(x0); e <= math.Floor(x1); e++ {
		x := atX(math.Pow(10, e))
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%.1f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="middle" fill="#555">%s</text>`+"\n",
			x, x, topMargin, bottom, x, bottom+16, tick(math.Pow(10, e)))
	}
	for e := math.Ceil(y0); e <= math.Floor(y1); e++ {
		y := atY(math.Pow(10, e))
		fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end" fill="#555">%s</text>`+"\n",
			curvesLeft, curvesLeft+plotWidth, y, y, curvesLeft-6, y+4, tick(math.Pow(10, e)))
	}
	fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="middle" fill="#555">%s; up: %s</text>`+"\n", curvesLeft+plotWidth/2, bottom+38, html.EscapeString(c.x), html.EscapeString(c.y))
	for i, ys := range c.ys {
		c.curve(b, i, ys, atX, atY)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// curve draws one curve with its points.
func (c *curves) curve(b *bytes.Buffer, i int, ys []float64, atX, atY func(float64) float64) {
	colour := colours[i%len(colours)]
	var path strings.Builder
	for k, y := range ys {
		if plottable(y) {
			fmt.Fprintf(&path, "%.1f,%.1f ", atX(c.xs[k]), atY(y))
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="%s"><title>%s at %s: %s</title></circle>`+"\n",
				atX(c.xs[k]), atY(y), dotRadius, colour, html.EscapeString(c.names[i]), short(c.xs[k]), short(y))
		}
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5"/>`+"\n", path.String(), colour)
}

// logLimits returns the ends of an axis for the numbers as powers of ten.
func logLimits(lists ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, list := range lists {
		for _, x := range list {
			if plottable(x) {
				low, high = math.Min(low, math.Log10(x)), math.Max(high, math.Log10(x))
			}
		}
	}
	if low > high {
		return 0, 1
	}
	return low - 0.1, high + 0.1
}
