package picture

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// Sizes of the charts, in pixels.
const (
	width, left, right = 1000, 150, 20
	rowHeight          = 18
	chartHeight        = 90
)

// canvas collects the parts of an SVG picture whose x axis is time.
type canvas struct {
	b        strings.Builder
	from, to float64
}

func (c *canvas) x(t float64) float64 {
	return left + (t-c.from)/(c.to-c.from)*(width-left-right)
}

func (c *canvas) add(text string, args ...any) { fmt.Fprintf(&c.b, text+"\n", args...) }

// finish writes the picture with a time axis below.
func (c *canvas) finish(w io.Writer, title string, height int) error {
	var axis strings.Builder
	for _, t := range ticks(c.from, c.to) {
		fmt.Fprintf(&axis, `<line x1="%.1f" y1="24" x2="%.1f" y2="%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle">%.6g</text>`+"\n",
			c.x(t), c.x(t), height, c.x(t), height+16, t)
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
<rect width="100%%" height="100%%" fill="white"/><text x="%d" y="16" font-weight="bold">%s</text>
%s%s</svg>
`, width, height+26, left, html.EscapeString(title), axis.String(), c.b.String())
	return err
}

// colour is a colour for the tokens of an entity with a number.
func colour(number uint64) string { return fmt.Sprintf("hsl(%d,60%%,60%%)", number*137%360) }

// bar is the time in which somebody holds a resource.
type bar struct {
	row      int
	from, to float64
	number   uint64
	entity   string
}

// bars turns the lines of a resource into bars; each is in the first row that
// is free.
func bars(lines []Line, place string, end float64) (all []bar, rows int) {
	type holder struct {
		entity string
		number uint64
	}
	open := map[holder][]bar{}
	var busy []bool
	stop := func(l Line) {
		k := holder{l.Entity, l.Number}
		if n := len(open[k]); n > 0 {
			b := open[k][n-1]
			open[k] = open[k][:n-1]
			b.to = l.Time
			busy[b.row] = false
			all = append(all, b)
		}
	}
	for _, l := range lines {
		if l.Place != place {
			continue
		}
		switch l.What {
		case "seize":
			row := 0
			for row < len(busy) && busy[row] {
				row++
			}
			if row == len(busy) {
				busy = append(busy, false)
			}
			busy[row] = true
			k := holder{l.Entity, l.Number}
			open[k] = append(open[k], bar{row: row, from: l.Time, number: l.Number, entity: l.Entity})
		case "release", "preempt":
			stop(l)
		}
	}
	for _, list := range open {
		for _, b := range list {
			b.to = end
			all = append(all, b)
		}
	}
	return all, len(busy)
}

// Gantt writes a chart of who holds the units of each resource when, as SVG.
func Gantt(w io.Writer, title string, lines []Line) error {
	c := &canvas{}
	c.from, c.to = span(lines)
	y := 30
	for _, place := range places(lines) {
		all, rows := bars(lines, place, c.to)
		c.add(`<text x="%d" y="%d" text-anchor="end">%s</text>`, left-8, y+rowHeight/2+4, html.EscapeString(place))
		sortBars(all)
		for _, b := range all {
			c.add(`<rect x="%.2f" y="%d" width="%.2f" height="%d" fill="%s"><title>%s %d: %.6g to %.6g</title></rect>`,
				c.x(b.from), y+b.row*rowHeight+1, max(0.3, c.x(b.to)-c.x(b.from)), rowHeight-2, colour(b.number),
				html.EscapeString(b.entity), b.number, b.from, b.to)
		}
		y += max(1, rows)*rowHeight + 8
	}
	return c.finish(w, title, y)
}

// Queues writes the lengths of the queues over time, as SVG.
func Queues(w io.Writer, title string, lines []Line) error {
	c := &canvas{}
	c.from, c.to = span(lines)
	y := 34
	for _, place := range places(lines) {
		points, most := lengths(lines, place)
		base := float64(y + chartHeight)
		var path strings.Builder
		fmt.Fprintf(&path, "M%.2f %.2f", c.x(c.from), base)
		for _, p := range points {
			fmt.Fprintf(&path, "H%.2fV%.2f", c.x(p[0]), base-p[1]/max(1, most)*chartHeight)
		}
		fmt.Fprintf(&path, "H%.2fV%.2fZ", c.x(c.to), base)
		c.add(`<text x="%d" y="%d" text-anchor="end">%s</text><text x="%d" y="%d" text-anchor="end" fill="#888">%g</text>`,
			left-8, y+chartHeight/2, html.EscapeString(place), left-8, y+10, most)
		c.add(`<path d="%s" fill="#9ecae1" stroke="#3182bd"/>`, path.String())
		y += chartHeight + 18
	}
	return c.finish(w, title, y)
}

// lengths returns the length of a resource's queue after each change, and the
// largest.
func lengths(lines []Line, place string) (points [][2]float64, most float64) {
	type waiter struct {
		entity string
		number uint64
	}
	waits := map[waiter]int{}
	n := 0.0
	for _, l := range lines {
		if l.Place != place {
			continue
		}
		k := waiter{l.Entity, l.Number}
		switch {
		case l.What == "queue" || l.What == "preempt":
			waits[k]++
			n++
		case (l.What == "seize" || l.What == "renege" || l.What == "release") && waits[k] > 0:
			waits[k]--
			n--
		default:
			continue
		}
		most = max(most, n)
		points = append(points, [2]float64{l.Time, n})
	}
	return points, most
}
