// Package svg draws pictures of numbers: shapes in pixels on a canvas, and
// scales between numbers and pixels. The packages that make charts share it.
package svg

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
)

// Colours are those of Okabe and Ito 2008, which people of all kinds of colour
// vision tell apart.
var Colours = [...]string{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"}

// Colour returns the colour of a series, the same again after the last.
func Colour(series int) string { return Colours[series%len(Colours)] }

// The greys of what is not data.
const (
	Ink   = "#555555" // numbers and names beside the axes
	Frame = "#888888"
	Grid  = "#dddddd"
)

// Point is a place in pixels, from the left and from the top.
type Point struct{ X, Y float64 }

// Style is how a shape looks. The zero Style is not seen.
type Style struct {
	Fill, Stroke string  // CSS colours; none where empty
	Width        float64 // of the stroke in pixels; 1 where 0
	Opacity      float64 // 1 where 0
	Tip          string  // shown when pointed at
}

// Anchor is the part of a text that stands at its place.
type Anchor string

// The parts of a text.
const (
	Start  Anchor = "start"
	Middle Anchor = "middle"
	End    Anchor = "end"
)

// TextStyle is how a text looks.
type TextStyle struct {
	Anchor Anchor  // Start where empty
	Colour string  // black where empty
	Size   float64 // in pixels; 12 where 0
	Bold   bool
}

// Canvas collects shapes.
type Canvas struct {
	// Down is added to the heights of what is drawn next: charts stand one
	// below the other.
	Down float64
	b    bytes.Buffer
}

// Add draws what another canvas holds, over what is there.
func (c *Canvas) Add(other *Canvas) { c.b.Write(other.b.Bytes()) }

// number writes a length in pixels.
func number(x float64) string {
	text := strconv.FormatFloat(x, 'f', 2, 64)
	for text[len(text)-1] == '0' {
		text = text[:len(text)-1]
	}
	if text[len(text)-1] == '.' {
		text = text[:len(text)-1]
	}
	if text == "-0" {
		return "0"
	}
	return text
}

// shape writes an element with its style; attributes are alternately names and
// numbers.
func (c *Canvas) shape(s Style, element string, attributes ...any) {
	c.b.WriteString("<" + element)
	for i := 0; i < len(attributes); i += 2 {
		fmt.Fprintf(&c.b, ` %s="%s"`, attributes[i], number(attributes[i+1].(float64)))
	}
	c.finish(s, element)
}

// finish writes the style of an element and its end.
func (c *Canvas) finish(s Style, element string) {
	fill := s.Fill
	if fill == "" {
		fill = "none"
	}
	fmt.Fprintf(&c.b, ` fill="%s"`, html.EscapeString(fill))
	if s.Stroke != "" {
		fmt.Fprintf(&c.b, ` stroke="%s"`, html.EscapeString(s.Stroke))
		if s.Width != 0 {
			fmt.Fprintf(&c.b, ` stroke-width="%s"`, number(s.Width))
		}
	}
	if s.Opacity != 0 {
		fmt.Fprintf(&c.b, ` opacity="%.3g"`, s.Opacity)
	}
	if s.Tip == "" {
		c.b.WriteString("/>\n")
		return
	}
	fmt.Fprintf(&c.b, "><title>%s</title></%s>\n", html.EscapeString(s.Tip), element)
}

// Line draws a line between two places.
func (c *Canvas) Line(x1, y1, x2, y2 float64, s Style) {
	c.shape(s, "line", "x1", x1, "y1", y1+c.Down, "x2", x2, "y2", y2+c.Down)
}

// Rect draws a rectangle whose upper left corner is at (x, y).
func (c *Canvas) Rect(x, y, width, height float64, s Style) {
	c.shape(s, "rect", "x", x, "y", y+c.Down, "width", width, "height", height)
}

// Circle draws a circle.
func (c *Canvas) Circle(x, y, radius float64, s Style) {
	c.shape(s, "circle", "cx", x, "cy", y+c.Down, "r", radius)
}

// Polyline draws lines from point to point.
func (c *Canvas) Polyline(points []Point, s Style) { c.points("polyline", points, s) }

// Polygon draws the area within points.
func (c *Canvas) Polygon(points []Point, s Style) { c.points("polygon", points, s) }

func (c *Canvas) points(element string, points []Point, s Style) {
	fmt.Fprintf(&c.b, `<%s points="`, element)
	for i, p := range points {
		if i > 0 {
			c.b.WriteByte(' ')
		}
		c.b.WriteString(number(p.X) + "," + number(p.Y+c.Down))
	}
	c.b.WriteByte('"')
	c.finish(s, element)
}

// Text writes a text; y is the height of the line it stands on.
func (c *Canvas) Text(x, y float64, text string, s TextStyle) {
	fmt.Fprintf(&c.b, `<text x="%s" y="%s"`, number(x), number(y+c.Down))
	if s.Anchor != "" && s.Anchor != Start {
		fmt.Fprintf(&c.b, ` text-anchor="%s"`, s.Anchor)
	}
	if s.Colour != "" {
		fmt.Fprintf(&c.b, ` fill="%s"`, html.EscapeString(s.Colour))
	}
	if s.Size != 0 {
		fmt.Fprintf(&c.b, ` font-size="%s"`, number(s.Size))
	}
	if s.Bold {
		c.b.WriteString(` font-weight="bold"`)
	}
	fmt.Fprintf(&c.b, ">%s</text>\n", html.EscapeString(text))
}

// Write writes what was drawn as a picture on white.
func (c *Canvas) Write(w io.Writer, width, height float64) error {
	side, up := number(math.Ceil(width)), number(math.Ceil(height))
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" font-family="sans-serif" font-size="12">
<rect width="100%%" height="100%%" fill="white"/>
%s</svg>
`, side, up, side, up, c.b.Bytes())
	return err
}
