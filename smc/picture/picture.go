// Package picture draws charts of series over time as SVG: bands, lines and
// points, one panel under another.
package picture

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
)

// Panel is a chart with axes of its own.
type Panel struct {
	Title string
	// X is the common abscissa of all series.
	X      []float64
	Bands  []Band
	Lines  []Line
	Points []float64 // one per X; NaN leaves one out; nil for none
}

// Band is the area between two series; NaN leaves a gap.
type Band struct {
	Low, High []float64
	Opacity   float64 // 0.25 where 0
}

// Line is a series; NaN leaves a gap.
type Line struct {
	Y     []float64
	Color string // a CSS colour; dark blue where empty
}

const (
	width, height            = 800, 240
	left, right, top, bottom = 70, 20, 30, 30
)

// Write writes the panels as one SVG document.
func Write(w io.Writer, panels ...Panel) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", width, height*len(panels))
	fmt.Fprintf(b, `<rect width="100%%" height="100%%" fill="white"/>`+"\n")
	for i := range panels {
		fmt.Fprintf(b, `<g transform="translate(0,%d)">`+"\n", i*height)
		panels[i].write(b)
		fmt.Fprintln(b, `</g>`)
	}
	fmt.Fprintln(b, `</svg>`)
	return b.Flush()
}

// scale maps numbers to places.
type scale struct{ low, high, from, to float64 }

func (s scale) at(v float64) float64 { return s.from + (v-s.low)/(s.high-s.low)*(s.to-s.from) }

// span is the range of finite numbers with some room around them.
func span(room float64, series ...[]float64) (low, high float64) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, y := range series {
		for _, v := range y {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	if low > high {
		return 0, 1
	}
	if low == high {
		return low - 0.5, high + 0.5
	}
	extra := room * (high - low)
	return low - extra, high + extra
}

func (p *Panel) write(b *bufio.Writer) {
	series := [][]float64{p.Points}
	for _, band := range p.Bands {
		series = append(series, band.Low, band.High)
	}
	for _, l := range p.Lines {
		series = append(series, l.Y)
	}
	xs := scale{from: left, to: width - right}
	ys := scale{from: height - bottom, to: top}
	xs.low, xs.high = span(0, p.X)
	ys.low, ys.high = span(0.05, series...)
	fmt.Fprintf(b, `<text x="%d" y="18" font-weight="bold">%s</text>`+"\n", left, escape(p.Title))
	p.axes(b, xs, ys)
	for _, band := range p.Bands {
		opacity := band.Opacity
		if opacity == 0 {
			opacity = 0.25
		}
		for _, run := range runs(p.X, band.Low, band.High) {
			fmt.Fprintf(b, `<path fill="steelblue" fill-opacity="%.3g" d="M`, opacity)
			for i := run[0]; i < run[1]; i++ {
				fmt.Fprintf(b, "%.1f,%.1f ", xs.at(p.X[i]), ys.at(band.High[i]))
			}
			for i := run[1] - 1; i >= run[0]; i-- {
				fmt.Fprintf(b, "%.1f,%.1f ", xs.at(p.X[i]), ys.at(band.Low[i]))
			}
			fmt.Fprintln(b, `Z"/>`)
		}
	}
	for _, l := range p.Lines {
		color := l.Color
		if color == "" {
			color = "darkblue"
		}
		for _, run := range runs(p.X, l.Y) {
			fmt.Fprintf(b, `<polyline fill="none" stroke="%s" points="`, escape(color))
			for i := run[0]; i < run[1]; i++ {
				fmt.Fprintf(b, "%.1f,%.1f ", xs.at(p.X[i]), ys.at(l.Y[i]))
			}
			fmt.Fprintln(b, `"/>`)
		}
	}
	for i, v := range p.Points {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="2" fill="black"/>`+"\n", xs.at(p.X[i]), ys.at(v))
		}
	}
}

// runs returns the stretches where all series are finite.
func runs(series ...[]float64) (out [][2]int) {
	start := -1
	n := len(series[0])
	for i := range n + 1 {
		good := i < n
		for _, y := range series {
			good = good && !math.IsNaN(y[i]) && !math.IsInf(y[i], 0)
		}
		switch {
		case good && start < 0:
			start = i
		case !good && start >= 0:
			out = append(out, [2]int{start, i})
			start = -1
		}
	}
	return out
}

// axes draws frame and marks.
func (p *Panel) axes(b *bufio.Writer, xs, ys scale) {
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="gray"/>`+"\n", left, top, width-left-right, height-top-bottom)
	for _, v := range marks(xs.low, xs.high) {
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle">%.6g</text>`+"\n", xs.at(v), height-bottom+16, v)
	}
	for _, v := range marks(ys.low, ys.high) {
		fmt.Fprintf(b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="lightgray"/>`+"\n", left, width-right, ys.at(v), ys.at(v))
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end">%.6g</text>`+"\n", left-6, ys.at(v)+4, v)
	}
}

// marks returns round numbers within a range: about five steps of 1, 2 or 5
// times a power of ten.
func marks(low, high float64) (out []float64) {
	step := math.Pow(10, math.Floor(math.Log10((high-low)/5)))
	for _, m := range []float64{1, 2, 5, 10} {
		if (high-low)/(m*step) <= 6 {
			step *= m
			break
		}
	}
	for k := math.Ceil(low / step); k*step <= high; k++ {
		out = append(out, float64(k*step)+0) // + 0 turns −0 into 0
	}
	return out
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

func escape(s string) string { return escaper.Replace(s) }
