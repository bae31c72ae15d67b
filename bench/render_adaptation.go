package bench

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
)

// Ratios returns, for each setting, how its effective draws per gradient compare
// with those of the baseline on every posterior where both have some. The
// baseline is the setting called Baseline, else the first.
func (a *Adaptation) Ratios() (ratios [][]Ratio, baseline int) {
	baseline = max(0, slices.IndexFunc(a.Configs, func(c ConfigName) bool { return c.Name == Baseline }))
	ratios = make([][]Ratio, len(a.Configs))
	for i := range a.Rows {
		r := &a.Rows[i]
		if r.Skipped != "" {
			continue
		}
		for c := range r.Cells {
			x := float64(r.Cells[c].ESSPerKilo) / float64(r.Cells[baseline].ESSPerKilo)
			if !math.IsNaN(x) {
				ratios[c] = append(ratios[c], Ratio{r.Posterior, x})
			}
		}
	}
	return ratios, baseline
}

// Ratio compares two settings, or two systems, on a posterior.
type Ratio struct {
	Posterior string
	Ratio     float64
}

// summary returns the median and the smallest of ratios and how many are below
// 0.8.
func summary(ratios []Ratio) (median float64, least Ratio, below int) {
	var x []float64
	least.Ratio = math.Inf(1)
	for _, r := range ratios {
		x = append(x, r.Ratio)
		if r.Ratio < least.Ratio {
			least = r
		}
		if r.Ratio < 0.8 {
			below++
		}
	}
	return quantile(x, 0.5), least, below
}

// Line is the outcome for one posterior in one line of text, settings in order.
func (r *AdaptationRow) Line() string {
	if r.Skipped != "" {
		return fmt.Sprintf("%-28s skipped: %s", r.Posterior, r.Skipped)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%-28s d %4d", r.Posterior, r.Dim)
	for i := range r.Cells {
		c := &r.Cells[i]
		fmt.Fprintf(&b, "  | %7s div %5s bad %2d/%-2d", short(float64(c.ESSPerKilo)), short(float64(c.Divergences)), c.Bad, len(c.Runs))
	}
	return b.String()
}

// WriteMarkdown writes the outcome as Markdown.
func (a *Adaptation) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	ratios, baseline := a.Ratios()
	fmt.Fprintf(&b, "%s of %d warmup iterations and %d draws, seeds 1 to %d. ESS is the smallest bulk effective sample size\n"+
		"over all parameters, per 1000 gradients, those of warmup included; median over the seeds. Ratios are to `%s`.\n\n",
		plural(a.Chains, "chain"), a.Warmup, a.Draws, a.Seeds, a.Configs[baseline].Name)
	b.WriteString(a.About.line() + "\n\n")
	a.writeSettings(&b, ratios)
	b.WriteString("\nBad runs have fewer than 50 effective draws or, where a reference is known, a mean off by more than 4.5 standard\n" +
		"errors. Div. is the number of divergences per 1000 draws.\n\n")
	a.writeRows(&b, baseline)
	_, err := io.WriteString(w, b.String())
	return err
}

// writeSettings writes one line per setting.
func (a *Adaptation) writeSettings(b *strings.Builder, ratios [][]Ratio) {
	b.WriteString("| setting | what | posteriors | median ratio | least ratio | below 0.8 | bad runs |\n|---|---|---:|---:|---|---:|---:|\n")
	for c, config := range a.Configs {
		median, least, below := summary(ratios[c])
		bad, runs := 0, 0
		for i := range a.Rows {
			if a.Rows[i].Skipped == "" {
				bad += a.Rows[i].Cells[c].Bad
				runs += len(a.Rows[i].Cells[c].Runs)
			}
		}
		fmt.Fprintf(b, "| `%s` | %s | %d | %s | %s (%s) | %d | %d of %d |\n",
			config.Name, config.What, len(ratios[c]), short(median), short(least.Ratio), cmp.Or(least.Posterior, "–"), below, bad, runs)
	}
}

// writeRows writes one line per posterior.
func (a *Adaptation) writeRows(b *strings.Builder, baseline int) {
	b.WriteString("| posterior | d |")
	rule := "|---|---:|"
	for c, config := range a.Configs {
		fmt.Fprintf(b, " %s: ESS |", config.Name)
		rule += "---:|"
		if c != baseline {
			b.WriteString(" ratio |")
			rule += "---:|"
		}
		b.WriteString(" div. | bad |")
		rule += "---:|---:|"
	}
	b.WriteString("\n" + rule + "\n")
	for i := range a.Rows {
		r := &a.Rows[i]
		if r.Skipped != "" {
			fmt.Fprintf(b, "| %s | | skipped: %s |\n", r.Posterior, r.Skipped)
			continue
		}
		fmt.Fprintf(b, "| %s | %d |", r.Posterior, r.Dim)
		for c := range r.Cells {
			cell := &r.Cells[c]
			fmt.Fprintf(b, " %s |", short(float64(cell.ESSPerKilo)))
			if c != baseline {
				fmt.Fprintf(b, " %s |", short(float64(cell.ESSPerKilo)/float64(r.Cells[baseline].ESSPerKilo)))
			}
			fmt.Fprintf(b, " %s | %d |", short(float64(cell.Divergences)), cell.Bad)
		}
		b.WriteString("\n")
	}
}

// line describes where numbers come from in one line.
func (a *About) line() string {
	parts := []string{a.Machine, a.OS}
	for _, name := range sortedKeys(a.Versions) {
		parts = append(parts, name+" "+a.Versions[name])
	}
	parts = append(parts, "commit "+cmp.Or(a.Commit, "unknown"), a.Time.Format("2006-01-02"))
	if a.Pinned != "" {
		parts = append(parts, a.Pinned)
	}
	return strings.Join(parts, "; ") + "."
}

// short writes a number with about three digits.
func short(x float64) string {
	switch size := math.Abs(x); {
	case math.IsNaN(x):
		return "–"
	case math.IsInf(x, 0):
		return "∞"
	case size >= 1e6:
		return fmt.Sprintf("%.3gM", x/1e6)
	case size >= 1e4:
		return fmt.Sprintf("%.3gk", x/1e3)
	case size >= 100:
		return fmt.Sprintf("%.0f", x)
	case size >= 10:
		return fmt.Sprintf("%.1f", x)
	case size == 0:
		return "0"
	}
	return fmt.Sprintf("%.2g", x)
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Kind implements Result.
func (*Adaptation) Kind() string { return "adaptation" }

// Pictures implements Result: the ratios to the baseline, posterior by posterior.
func (a *Adaptation) Pictures() []Picture {
	_, baseline := a.Ratios()
	chart := dotChart{title: "Effective draws per gradient, against " + a.Configs[baseline].Name, axis: "ratio of the smallest bulk ESS per gradient, warmup counted (hollow: bad runs)", line: 1}
	for _, c := range a.Configs {
		chart.series = append(chart.series, c.Name)
	}
	for i := range a.Rows {
		r := &a.Rows[i]
		if r.Skipped != "" {
			continue
		}
		base := float64(r.Cells[baseline].ESSPerKilo)
		var marks []mark
		for c := range r.Cells {
			cell := &r.Cells[c]
			if c == baseline {
				continue
			}
			marks = append(marks, mark{
				x: float64(cell.ESSPerKilo) / base, low: float64(cell.Low) / base, high: float64(cell.High) / base, series: c, hollow: cell.Bad > 0,
				text: fmt.Sprintf("%s, %s: %s", r.Posterior, a.Configs[c].Name, short(float64(cell.ESSPerKilo)/base)),
			})
		}
		chart.labels, chart.rows = append(chart.labels, r.Posterior), append(chart.rows, marks)
	}
	return []Picture{{"ratios", chart.svg()}}
}
