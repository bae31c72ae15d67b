package picture

import (
	"fmt"
	"io"

	"github.com/quatre-ppl/quatre/internal/svg"
)

// WarmUp writes a series, whose values belong to successive stretches of time of
// a length, and the smoothed one over it, as SVG. A line marks the end of the
// warm-up; a negative end is none.
func WarmUp(w io.Writer, title string, length float64, series, smooth []float64, end float64) error {
	if len(series) < 2 || !(length > 0) {
		return fmt.Errorf("picture: a series of %d values over stretches of %v: want at least 2, and a length > 0", len(series), length)
	}
	const top, height = 34.0, 360.0
	c := new(svg.Canvas)
	h := svg.Scale{Low: 0, High: length * float64(len(series)), From: left, To: width - right}
	low, high := svg.Span(0.05, series, smooth)
	y := svg.Scale{Low: low, High: high, From: top + height, To: top}
	for _, p := range y.Ticks() {
		c.Text(left-8, y.At(p)+4, y.Label(p), svg.TextStyle{Anchor: svg.End, Colour: svg.Ink})
	}
	for i, values := range [][]float64{series, smooth} {
		points := make([]svg.Point, len(values))
		for k, v := range values {
			points[k] = svg.Point{X: h.At(length * (float64(k) + 0.5)), Y: y.At(v)}
		}
		style := svg.Style{Stroke: svg.Grid}
		if i > 0 {
			style = svg.Style{Stroke: svg.Colour(0), Width: 2}
		}
		c.Polyline(points, style)
	}
	if end >= 0 {
		c.Line(h.At(end), top, h.At(end), top+height, svg.Style{Stroke: "black"})
		c.Text(h.At(end)+6, top+12, "warm-up until "+h.Label(end), svg.TextStyle{Colour: svg.Ink})
	}
	return write(w, c, h, title, top+height)
}
