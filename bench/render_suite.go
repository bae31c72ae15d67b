package bench

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Kind implements Result.
func (r *SuiteResult) Kind() string { return r.Suite }

// WriteMarkdown implements Result.
func (r *SuiteResult) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\nMedians of %s, with quartiles; round 1 of every system, then round 2, one process at a time, held to processors of its own.\n\n%s\n\n",
		r.Text, plural(r.Rounds, "round"), r.About.line())
	if r.Quick {
		b.WriteString("**A check of the harness with small sizes: the figures mean nothing.**\n\n")
	}
	r.writeVerdicts(&b)
	r.writeFigures(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeVerdicts writes a line per case and how it all adds up.
func (r *SuiteResult) writeVerdicts(b *strings.Builder) {
	won, lost, open, met, missed := 0, 0, 0, 0, 0
	var lines strings.Builder
	for i := range r.Rows {
		row := &r.Rows[i]
		v := r.Verdict(row)
		switch {
		case strings.HasPrefix(v.Text, "won"):
			won++
		case strings.HasPrefix(v.Text, "**lost"):
			lost++
		default:
			open++
		}
		texts, ok := r.reached(row)
		if len(texts) > 0 && ok {
			met++
		} else if len(texts) > 0 {
			missed++
		}
		best := ""
		for k := range row.Cells {
			if c := &row.Cells[k]; v.Best != "" && c.System == v.Best {
				best = c.System + " " + short(float64(c.Figures[row.Main].Median))
			}
		}
		own := "–"
		if row.Cells[0].took() {
			own = short(float64(row.Cells[0].Figures[row.Main].Median))
		}
		fmt.Fprintf(&lines, "| `%s` | %s | %s | %s | %s | %s | %s |\n", row.Case, row.Main, own, best, short(v.Ratio), v.Text, strings.Join(texts, "; "))
	}
	fmt.Fprintf(b, "Won %d, lost %d, undecided or alone %d; cases that meet their targets: %d, that do not: %d.\n\n", won, lost, open, met, missed)
	fmt.Fprintf(b, "| case | figure | quatre | best peer | times better | verdict | targets |\n|---|---|---:|---|---:|---|---|\n%s\n", lines.String())
}

// writeFigures writes what the cases and columns mean, and a line per case and
// system.
func (r *SuiteResult) writeFigures(b *strings.Builder) {
	for i := range r.Rows {
		row := &r.Rows[i]
		fmt.Fprintf(b, "* `%s`: %s; `%s` on %s\n", row.Case, row.Title, row.Params, plural(row.Cores, "core"))
	}
	for _, c := range r.absent() {
		fmt.Fprintf(b, "* %s is missing: %s\n", c.System, oneLine(c.Missing))
	}
	b.WriteString("\n")
	head, rule := "| case | system |", "|---|---|"
	for i := range r.Columns {
		c := &r.Columns[i]
		fmt.Fprintf(b, "* %s: %s\n", c.Name, c.What)
		head, rule = head+" "+c.Name+" |", rule+"---:|"
	}
	fmt.Fprintf(b, "\n%s remarks |\n%s---|\n", head, rule)
	for i := range r.Rows {
		row := &r.Rows[i]
		for k := range row.Cells {
			c := &row.Cells[k]
			if slices.ContainsFunc(r.absent(), func(x RivalCell) bool { return x.System == c.System }) {
				continue
			}
			fmt.Fprintf(b, "| `%s` | %s |", row.Case, c.System)
			for j := range r.Columns {
				fmt.Fprintf(b, " %s |", c.text(&r.Columns[j]))
			}
			remarks := strings.Join(c.Doubts, ", ")
			switch {
			case c.Missing != "":
				remarks = "missing: " + oneLine(c.Missing)
			case c.Failed != "":
				remarks = "failed: " + oneLine(c.Failed)
			}
			fmt.Fprintf(b, " %s |\n", remarks)
		}
	}
}

// absent returns the systems that are missing in all cases for one reason.
func (r *SuiteResult) absent() (all []RivalCell) {
	for i := range r.Rows {
		var here []RivalCell
		for k, c := range r.Rows[i].Cells {
			if c.Missing != "" && (i == 0 || slices.ContainsFunc(all, func(x RivalCell) bool { return x.System == c.System && x.Missing == c.Missing })) {
				here = append(here, r.Rows[i].Cells[k])
			}
		}
		all = here
	}
	return all
}

// text writes a figure.
func (c *RivalCell) text(column *Column) string {
	s, ok := c.Figures[column.Name]
	switch {
	case !ok:
		return ""
	case column.Score:
		return fmt.Sprintf("%.1f", float64(c.Scores[column.Name]))
	case s.Low == s.High:
		return short(float64(s.Median))
	default:
		return fmt.Sprintf("%s [%s, %s]", short(float64(s.Median)), short(float64(s.Low)), short(float64(s.High)))
	}
}

// Pictures implements Result: one of the column that decides in most cases.
func (r *SuiteResult) Pictures() []Picture {
	if len(r.Rows) == 0 {
		return nil
	}
	main := r.column(r.Columns[0].Name)
	chart := dotChart{title: "Suite " + r.Suite + ": " + main.Name, axis: main.What + "; hollow: not to be believed"}
	for i := range r.Rows[0].Cells {
		chart.series = append(chart.series, r.Rows[0].Cells[i].System)
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		if row.Main != main.Name {
			continue
		}
		var marks []mark
		for k := range row.Cells {
			if c := &row.Cells[k]; c.took() {
				s := c.Figures[main.Name]
				marks = append(marks, mark{
					x: float64(s.Median), low: float64(s.Low), high: float64(s.High), series: k, hollow: len(c.Doubts) > 0,
					text: fmt.Sprintf("%s, %s: %s", row.Case, c.System, c.text(main)),
				})
			}
		}
		chart.labels, chart.rows = append(chart.labels, row.Case), append(chart.rows, marks)
	}
	return []Picture{{"figures", chart.svg()}}
}
