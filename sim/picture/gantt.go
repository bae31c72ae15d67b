package picture

import (
	"fmt"
	"io"

	"github.com/quatre-ppl/quatre/internal/svg"
)

// Sizes of the charts, in pixels.
const (
	width, left, right = 1000, 150, 20
	rowHeight          = 18
	chartHeight        = 90
)

// timeAxis returns the scale of the times of a trace.
func timeAxis(lines []Line) svg.Scale {
	from, to := span(lines)
	return svg.Scale{Low: from, High: to, From: left, To: width - right}
}

// write writes a chart under a title and over its axis.
func write(w io.Writer, c *svg.Canvas, x svg.Scale, title string, height float64) error {
	whole := new(svg.Canvas)
	whole.Text(left, 16, title, svg.TextStyle{Bold: true})
	for _, t := range x.Ticks() {
		whole.Line(x.At(t), 24, x.At(t), height, svg.Style{Stroke: svg.Grid})
		whole.Text(x.At(t), height+16, x.Label(t), svg.TextStyle{Anchor: svg.Middle, Colour: svg.Ink})
	}
	whole.Add(c)
	return whole.Write(w, width, height+26)
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
	c, x := new(svg.Canvas), timeAxis(lines)
	y := 30.0
	for _, place := range places(lines) {
		all, rows := bars(lines, place, x.High)
		c.Text(left-8, y+rowHeight/2+4, place, svg.TextStyle{Anchor: svg.End})
		sortBars(all)
		for _, b := range all {
			c.Rect(x.At(b.from), y+float64(b.row)*rowHeight+1, max(0.3, x.At(b.to)-x.At(b.from)), rowHeight-2, svg.Style{
				Fill: colour(b.number),
				Tip:  fmt.Sprintf("%s %d: %.6g to %.6g", b.entity, b.number, b.from, b.to),
			})
		}
		y += float64(max(1, rows))*rowHeight + 8
	}
	return write(w, c, x, title, y)
}

// Queues writes the lengths of the queues over time, as SVG.
func Queues(w io.Writer, title string, lines []Line) error {
	c, x := new(svg.Canvas), timeAxis(lines)
	y := 34.0
	for _, place := range places(lines) {
		points, most := lengths(lines, place)
		base := y + chartHeight
		area := []svg.Point{{X: x.At(x.Low), Y: base}}
		for _, p := range points {
			last := area[len(area)-1]
			area = append(area, svg.Point{X: x.At(p[0]), Y: last.Y}, svg.Point{X: x.At(p[0]), Y: base - p[1]/max(1, most)*chartHeight})
		}
		area = append(area, svg.Point{X: x.At(x.High), Y: area[len(area)-1].Y}, svg.Point{X: x.At(x.High), Y: base})
		c.Text(left-8, y+chartHeight/2, place, svg.TextStyle{Anchor: svg.End})
		c.Text(left-8, y+10, fmt.Sprintf("%g", most), svg.TextStyle{Anchor: svg.End, Colour: svg.Ink})
		c.Polygon(area, svg.Style{Fill: "#9ecae1", Stroke: svg.Colour(0)})
		y += chartHeight + 18
	}
	return write(w, c, x, title, y)
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
