package bench

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// SuiteVerdict says how Quatre stands against the others in a case.
type SuiteVerdict struct {
	// Ratio is how many times better Quatre's deciding figure is than that of the
	// best peer to be trusted; NaN where one of them is not there.
	Ratio float64
	Best  string // that peer; "" if none is to be trusted
	Text  string // in words
}

// Verdict compares the first system with all others of another name. Medians
// count as different if the ranges between their quartiles are apart. A figure
// with doubts is never a win, nor is one at a quality that is worse than the
// columns allow; who did not take part is not beaten.
func (r *SuiteResult) Verdict(row *CaseRow) SuiteVerdict {
	v := SuiteVerdict{Ratio: math.NaN()}
	own, best := &row.Cells[0], (*RivalCell)(nil)
	var absent []string
	for i := range row.Cells[1:] {
		c := &row.Cells[i+1]
		switch {
		case strings.HasPrefix(c.System, "quatre"):
		case !c.took():
			absent = append(absent, c.System)
		case len(c.Doubts) == 0 && (best == nil || r.ratio(row.Main, c, best) > 1):
			best = c
		}
	}
	if best != nil {
		v.Best = best.System
	}
	switch {
	case !own.took():
		v.Text = "no figures of " + own.System
	case len(own.Doubts) > 0:
		v.Text = "**lost**: " + strings.Join(own.Doubts, ", ")
	case best == nil:
		v.Text = "no peer to be trusted took part"
	default:
		v.Ratio = r.ratio(row.Main, own, best)
		v.Text = r.judge(row, own, best, v.Ratio)
	}
	if len(absent) > 0 {
		v.Text += "; without " + strings.Join(absent, ", ")
	}
	return v
}

// judge names the winner of two systems that are to be trusted.
func (r *SuiteResult) judge(row *CaseRow, own, peer *RivalCell, ratio float64) string {
	x, y := own.Figures[row.Main], peer.Figures[row.Main]
	if x.Low <= y.High && y.Low <= x.High {
		return "undecided: within the spread of the rounds"
	}
	if ratio < 1 {
		return "**lost**"
	}
	for i := range r.Columns {
		c := &r.Columns[i]
		if c.Slack == 0 {
			continue
		}
		a, okA := own.Figures[c.Name]
		b, okB := peer.Figures[c.Name]
		if okA && okB && !(float64(a.Median) <= c.Slack*float64(b.Median)) {
			return fmt.Sprintf("undecided: %s is %s times that of %s", c.Name, short(float64(a.Median/b.Median)), peer.System)
		}
	}
	return "won"
}

// ratio is how many times better a figure of a is than that of b.
func (r *SuiteResult) ratio(name string, a, b *RivalCell) float64 {
	x := float64(a.Figures[name].Median / b.Figures[name].Median)
	if r.column(name).Better == Less {
		return 1 / x
	}
	return x
}

// column returns the column of a name.
func (r *SuiteResult) column(name string) *Column {
	if k := slices.IndexFunc(r.Columns, func(c Column) bool { return c.Name == name }); k >= 0 {
		return &r.Columns[k]
	}
	return &Column{Name: name}
}

// reached says for each target of a case what came of it.
func (r *SuiteResult) reached(row *CaseRow) (texts []string, met bool) {
	met = true
	for _, t := range row.Targets {
		own := row.Cells[0].Figures[t.Column]
		ok, sign := own.Median >= t.Value, "≥"
		if r.column(t.Column).Better == Less {
			ok, sign = own.Median <= t.Value, "≤"
		}
		word := "met"
		if !ok || len(row.Cells[0].Figures) == 0 {
			word, met = "**missed**", false
		}
		texts = append(texts, fmt.Sprintf("%s %s %s: %s", t.Column, sign, short(float64(t.Value)), word))
	}
	return texts, met
}

// line is the outcome of a case in one line of text.
func (r *SuiteResult) line(row *CaseRow) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s", row.Case)
	for i := range row.Cells {
		c := &row.Cells[i]
		if c.took() {
			fmt.Fprintf(&b, "  %s %s", c.System, short(float64(c.Figures[row.Main].Median)))
		} else {
			fmt.Fprintf(&b, "  %s –", c.System)
		}
	}
	v := r.Verdict(row)
	fmt.Fprintf(&b, "  (%s) → %s %s", row.Main, short(v.Ratio), v.Text)
	if texts, _ := r.reached(row); len(texts) > 0 {
		fmt.Fprintf(&b, "; %s", strings.Join(texts, ", "))
	}
	return b.String()
}
