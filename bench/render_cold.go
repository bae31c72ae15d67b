package bench

import (
	"fmt"
	"io"
	"strings"
)

// Kind implements Result.
func (*Cold) Kind() string { return "cold" }

// WriteMarkdown implements Result.
func (c *Cold) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Whole processes that compile %s, sample it (%s of %d + %d on %s) and write the draws to files, in milliseconds: median and\n"+
		"quartiles of %d, with empty caches and with those that a run before has filled.\n\n%s\n\n",
		c.Posterior, plural(c.Chains, "chain"), c.Warmup, c.Draws, plural(c.Cores, "core"), c.Repeats, c.About.line())
	b.WriteString("| system | empty caches | filled caches |\n|---|---:|---:|\n")
	for i := range c.Rows {
		r := &c.Rows[i]
		switch {
		case r.Missing != "":
			fmt.Fprintf(&b, "| %s | missing: %s | |\n", r.System, oneLine(r.Missing))
		case r.Failed != "":
			fmt.Fprintf(&b, "| %s | failed: %s | |\n", r.System, oneLine(r.Failed))
		default:
			fmt.Fprintf(&b, "| %s | %s | %s |\n", r.System, r.Empty.milli(), r.Filled.milli())
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// milli writes a spread of seconds in milliseconds.
func (s *Spread) milli() string {
	return fmt.Sprintf("%s [%s, %s]", short(1000*float64(s.Median)), short(1000*float64(s.Low)), short(1000*float64(s.High)))
}

// Pictures implements Result.
func (c *Cold) Pictures() []Picture {
	chart := dotChart{title: "From the start of the process to its end, " + c.Posterior, axis: "milliseconds", series: []string{"empty caches", "filled caches"}}
	for i := range c.Rows {
		r := &c.Rows[i]
		chart.labels = append(chart.labels, r.System)
		var marks []mark
		for k, s := range []Spread{r.Empty, r.Filled} {
			marks = append(marks, mark{
				x: 1000 * float64(s.Median), low: 1000 * float64(s.Low), high: 1000 * float64(s.High), series: k, text: s.milli(),
			})
		}
		chart.rows = append(chart.rows, marks)
	}
	return []Picture{{"start", chart.svg()}}
}
