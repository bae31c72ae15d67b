package bench

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/quatre-ppl/quatre/stream"
)

// Verdict says how Quatre stands against the peers on a posterior.
type Verdict struct {
	// Ratio is that of Quatre's smallest bulk effective sample size per second to
	// the best peer's among those to be trusted; NaN where one of them is not
	// there.
	Ratio float64
	Best  string // that peer; "" if none is to be trusted
	Text  string // in words
}

// Verdict compares the first system with all others of another name. A figure
// with doubts is never a win, and a peer that did not take part is not beaten.
func (r *CompareRow) Verdict() Verdict {
	v := Verdict{Ratio: math.NaN()}
	if r.Skipped != "" || len(r.Cells) == 0 {
		return v
	}
	own := &r.Cells[0]
	var best, doubtful *SystemCell
	var absent []string
	for i := range r.Cells[1:] {
		c := &r.Cells[i+1]
		switch {
		case !c.took() && !strings.HasPrefix(c.System, "quatre"):
			absent = append(absent, c.System)
		case !c.took() || strings.HasPrefix(c.System, "quatre"):
		case c.trusted() && (best == nil || c.Bulk.Median > best.Bulk.Median):
			best = c
		case !c.trusted() && (doubtful == nil || c.Bulk.Median > doubtful.Bulk.Median):
			doubtful = c
		}
	}
	if best != nil {
		v.Best = best.System
	}
	switch {
	case !own.took():
		v.Text = "no figures of " + own.System
	case !own.trusted() && best == nil:
		v.Text = "nobody to be trusted: " + strings.Join(own.Doubts, ", ")
	case !own.trusted():
		v.Text = "**lost**: " + strings.Join(own.Doubts, ", ")
	case best != nil:
		v.Ratio = float64(own.Bulk.Median / best.Bulk.Median)
		v.Text = map[bool]string{true: "won", false: "**lost**"}[v.Ratio >= 1]
	case doubtful != nil:
		v.Text = fmt.Sprintf("won: no peer to be trusted (%s times the figure of %s)", short(float64(own.Bulk.Median/doubtful.Bulk.Median)), doubtful.System)
	default:
		v.Text = "no peer took part"
	}
	if len(absent) > 0 {
		v.Text += "; without " + strings.Join(absent, ", ")
	}
	return v
}

// Line is the outcome for one posterior in one line of text.
func (r *CompareRow) Line() string {
	if r.Skipped != "" {
		return fmt.Sprintf("%-28s skipped: %s", r.Posterior, r.Skipped)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-20s", r.Posterior)
	for i := range r.Cells {
		c := &r.Cells[i]
		switch {
		case !c.took():
			fmt.Fprintf(&b, "  %s –", c.System)
		case c.trusted():
			fmt.Fprintf(&b, "  %s %s", c.System, short(float64(c.Bulk.Median)))
		default:
			fmt.Fprintf(&b, "  %s (%s)", c.System, short(float64(c.Bulk.Median)))
		}
	}
	v := r.Verdict()
	fmt.Fprintf(&b, "  → %s %s", short(v.Ratio), v.Text)
	return b.String()
}

// Kind implements Result.
func (*Comparison) Kind() string { return "compare" }

// WriteMarkdown implements Result.
func (c *Comparison) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s of %d warmup iterations and %d draws on %s, target acceptance 0.8, depth 10; seeds 1 to %d (1 to %d on the hard posteriors).\n\n",
		plural(c.Chains, "chain"), c.Warmup, c.Draws, plural(c.Cores, "core"), c.Seeds, c.HardSeeds)
	b.WriteString(c.About.line() + "\n\n")
	c.writeVerdicts(&b)
	c.writeCells(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeVerdicts writes one line per posterior and how it all adds up.
func (c *Comparison) writeVerdicts(b *strings.Builder) {
	var ratios []float64
	won, lost, open := 0, 0, 0
	var lines strings.Builder
	for i := range c.Rows {
		r := &c.Rows[i]
		if r.Skipped != "" {
			fmt.Fprintf(&lines, "| %s | | | | | skipped: %s |\n", r.Posterior, r.Skipped)
			continue
		}
		v := r.Verdict()
		switch {
		case strings.HasPrefix(v.Text, "won"):
			won++
		case strings.HasPrefix(v.Text, "**lost"):
			lost++
		default:
			open++
		}
		best := stream.Number(math.NaN())
		if k := slices.IndexFunc(r.Cells, func(x SystemCell) bool { return x.System == v.Best }); k >= 0 {
			best = r.Cells[k].Bulk.Median
		}
		if !math.IsNaN(v.Ratio) {
			ratios = append(ratios, v.Ratio)
		}
		fmt.Fprintf(&lines, "| %s | %d | %s | %s %s | %s | %s |\n",
			r.Posterior, r.Dim, short(float64(r.Cells[0].Bulk.Median)), v.Best, short(float64(best)), short(v.Ratio), v.Text)
	}
	fmt.Fprintf(b, "Won %d, lost %d, undecided %d; median ratio to the best peer %s.\n\n", won, lost, open, short(quantile(ratios, 0.5)))
	fmt.Fprintf(b, "| posterior | d | %s: ESS/s | best peer: ESS/s | ratio | verdict |\n|---|---:|---:|---:|---:|---|\n%s\n", c.Systems[0], lines.String())
}

// writeCells writes one line per posterior and system.
func (c *Comparison) writeCells(b *strings.Builder) {
	b.WriteString("Bulk and tail are the smallest effective sample sizes per second of warmup and draws, with quartiles over the seeds; warm\n" +
		"seconds have everything compiled, cold ones run from the start of the process, with empty caches, to the last draw. Error\n" +
		"is the largest deviation of a mean or quantile from the reference in standard errors, and R-hat the largest, both over\n" +
		"the draws of all seeds. Figures in parentheses are not to be believed, for the reason beside them.\n\n" +
		"| posterior | system | bulk ESS/s | tail ESS/s | warm s | cold s | gradients | ns/gradient | ESS/1000 gradients | divergences/1000 | MiB | error | R-hat | remarks |\n" +
		"|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|\n")
	for i := range c.Rows {
		r := &c.Rows[i]
		for k := range r.Cells {
			x := &r.Cells[k]
			if x.Missing != "" {
				fmt.Fprintf(b, "| %s | %s | | | | | | | | | | | | missing: %s |\n", r.Posterior, x.System, oneLine(x.Missing))
				continue
			}
			left, right := "", ""
			if !x.trusted() {
				left, right = "(", ")"
			}
			n := func(y stream.Number) string { return short(float64(y)) }
			remarks := strings.Join(x.Doubts, ", ")
			if !x.took() {
				remarks = "failed: " + oneLine(x.Failed)
			}
			fmt.Fprintf(b, "| %s | %s | %s%s [%s, %s]%s | %s%s [%s, %s]%s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", r.Posterior, x.System,
				left, n(x.Bulk.Median), n(x.Bulk.Low), n(x.Bulk.High), right, left, n(x.Tail.Median), n(x.Tail.Low), n(x.Tail.High), right,
				n(x.Warm.Median), n(x.Cold), n(x.Gradients), n(x.NsPerGrad), n(x.BulkPerKilo), n(x.Divergences), n(x.PeakMiB), n(x.Error), rhatText(x.RHat), oneLine(remarks))
		}
	}
}

// rhatText writes an R-hat with three decimals.
func rhatText(x stream.Number) string {
	if x != x {
		return "–"
	}
	return fmt.Sprintf("%.3f", float64(x))
}

// oneLine makes a text fit into a cell of a table.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	return strings.ReplaceAll(text, "|", "/")
}

// Pictures implements Result.
func (c *Comparison) Pictures() []Picture {
	chart := dotChart{
		title:  fmt.Sprintf("Effective draws per second, %s on %s", plural(c.Chains, "chain"), plural(c.Cores, "core")),
		axis:   "smallest bulk ESS per second of warmup and draws; hollow: not to be believed",
		series: c.Systems,
	}
	for i := range c.Rows {
		r := &c.Rows[i]
		if r.Skipped != "" {
			continue
		}
		var marks []mark
		for k := range r.Cells {
			x := &r.Cells[k]
			if !x.took() {
				continue
			}
			text := fmt.Sprintf("%s, %s: %s %s", r.Posterior, x.System, short(float64(x.Bulk.Median)), strings.Join(x.Doubts, ", "))
			marks = append(marks, mark{
				x: float64(x.Bulk.Median), low: float64(x.Bulk.Low), high: float64(x.Bulk.High), series: k, hollow: !x.trusted(), text: text,
			})
		}
		chart.labels, chart.rows = append(chart.labels, r.Posterior), append(chart.rows, marks)
	}
	return []Picture{{"ess", chart.svg()}}
}
