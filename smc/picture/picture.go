// Package picture draws charts of series over time as SVG: bands, lines and
// points, one panel under another.
package picture

import (
	"io"

	"github.com/quatre-ppl/quatre/internal/svg"
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
	c := new(svg.Canvas)
	for i := range panels {
		c.Down = float64(height * i)
		panels[i].draw(c)
	}
	return c.Write(w, width, float64(height*len(panels)))
}

// draw draws the panel onto the next part of the canvas.
func (p *Panel) draw(c *svg.Canvas) {
	series := [][]float64{p.Points}
	for _, band := range p.Bands {
		series = append(series, band.Low, band.High)
	}
	for _, l := range p.Lines {
		series = append(series, l.Y)
	}
	x := svg.Scale{From: left, To: width - right}
	y := svg.Scale{From: height - bottom, To: top}
	x.Low, x.High = svg.Span(0, p.X)
	y.Low, y.High = svg.Span(0.05, series...)
	at := func(i int, v float64) svg.Point { return svg.Point{X: x.At(p.X[i]), Y: y.At(v)} }
	c.Text(left, 18, p.Title, svg.TextStyle{Bold: true})
	axes(c, x, y)
	for _, band := range p.Bands {
		opacity := band.Opacity
		if opacity == 0 {
			opacity = 0.25
		}
		for _, run := range runs(p.X, band.Low, band.High) {
			var edge []svg.Point
			for i := run[0]; i < run[1]; i++ {
				edge = append(edge, at(i, band.High[i]))
			}
			for i := run[1] - 1; i >= run[0]; i-- {
				edge = append(edge, at(i, band.Low[i]))
			}
			c.Polygon(edge, svg.Style{Fill: svg.Colour(0), Opacity: opacity})
		}
	}
	for _, l := range p.Lines {
		colour := l.Color
		if colour == "" {
			colour = "darkblue"
		}
		for _, run := range runs(p.X, l.Y) {
			var points []svg.Point
			for i := run[0]; i < run[1]; i++ {
				points = append(points, at(i, l.Y[i]))
			}
			c.Polyline(points, svg.Style{Stroke: colour})
		}
	}
	for i, v := range p.Points {
		if svg.Finite(v) {
			c.Circle(x.At(p.X[i]), y.At(v), 2, svg.Style{Fill: "black"})
		}
	}
}

// axes draws frame and ticks.
func axes(c *svg.Canvas, x, y svg.Scale) {
	c.Rect(left, top, width-left-right, height-top-bottom, svg.Style{Stroke: svg.Frame})
	for _, v := range x.Ticks() {
		c.Text(x.At(v), height-bottom+16, x.Label(v), svg.TextStyle{Anchor: svg.Middle, Colour: svg.Ink})
	}
	for _, v := range y.Ticks() {
		c.Line(left, y.At(v), width-right, y.At(v), svg.Style{Stroke: svg.Grid})
		c.Text(left-6, y.At(v)+4, y.Label(v), svg.TextStyle{Anchor: svg.End, Colour: svg.Ink})
	}
}

// runs returns the stretches where all series are finite.
func runs(series ...[]float64) (out [][2]int) {
	start := -1
	n := len(series[0])
	for i := range n + 1 {
		good := i < n
		for _, y := range series {
			good = good && svg.Finite(y[i])
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
