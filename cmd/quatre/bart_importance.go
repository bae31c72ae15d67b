package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/quatre-ppl/quatre/bart"
)

// bartImportanceCmd shows which columns matter.
type bartImportanceCmd struct {
	Dir  string `arg:"" name:"DIR" help:"Folder of a fit."`
	SVG  string `name:"svg" placeholder:"FILE" help:"Where the picture goes (importance.svg in the folder of the fit)."`
	Top  int    `default:"20" help:"Columns to show, the most important first; 0 for all."`
	JSON bool   `name:"json" help:"Print JSON with all columns and interactions."`
	Of   string `placeholder:"PART" help:"The effect of a causal fit, or one of several responses."`

	Permute string `placeholder:"FILE" help:"Shuffle each column of these rows, which the fit has not seen, and print how much the error of predictions rises."`
	Repeats int    `default:"5" help:"How often each column is shuffled."`
	Seed    uint64 `default:"1" help:"Decides how."`
}

// Run implements the command.
func (c *bartImportanceCmd) Run() error {
	fit, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	post, err := fit.part(c.Of)
	if err != nil {
		return err
	}
	if c.Permute != "" {
		return c.permute(fit, post)
	}
	all, pairs := post.Importance(), post.Interactions()
	path := c.SVG
	if path == "" {
		path = filepath.Join(c.Dir, "importance.svg")
	}
	shown := c.Top
	if shown == 0 {
		shown = len(all)
	}
	if err := replaceFile(path, func(w io.Writer) error { return importanceSVG(w, topColumns(all, shown)) }); err != nil {
		return err
	}
	return result(func(w io.Writer) error {
		if c.JSON {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			for i := range all {
				if math.IsNaN(all[i].ProbabilityError) {
					all[i].ProbabilityError = 0
				}
			}
			return encoder.Encode(map[string]any{"columns": all, "interactions": pairs})
		}
		if err := writeBars(w, all, shown); err != nil {
			return err
		}
		for i, p := range pairs[:min(len(pairs), 5)] {
			if i == 0 {
				fmt.Fprintln(w, "\ncolumns that are split together, pairs in a draw:")
			}
			fmt.Fprintf(w, "  %s × %s  %.1f\n", p.First, p.Second, p.Count)
		}
		fmt.Fprintf(w, "\nthe picture is %s\n", path)
		return nil
	})
}

// permute prints what is lost when columns are shuffled.
func (c *bartImportanceCmd) permute(fit *treeFit, post *bart.Posterior) error {
	if fit.causal != nil && c.Of != "" {
		return failf(usage, "--permute compares predictions with outcomes, and nobody has seen an effect: leave out --of")
	}
	roles, err := loadRoles(c.Dir)
	if err != nil {
		return err
	}
	roles.setFirst(c.Of)
	rows, err := fit.scored(c.Permute, &roles)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	var all []bart.Permuted
	beside := "" // the column that stands beside the trees
	switch {
	case fit.grouped != nil:
		beside = roles.Group
		all, err = fit.grouped.PermutationImportance(ctx, rows.d, rows.groups, c.Repeats, c.Seed)
	case fit.causal != nil:
		beside = roles.Treatment
		all, err = fit.causal.PermutationImportance(ctx, rows.d, rows.treatment, c.Repeats, c.Seed)
	default:
		all, err = post.PermutationImportance(ctx, rows.d, c.Repeats, c.Seed)
	}
	if err != nil {
		return fail(inData, err)
	}
	if beside != "" {
		all[len(all)-1].Column = beside
	}
	slices.SortStableFunc(all, func(a, b bart.Permuted) int { return cmp.Compare(b.Loss, a.Loss) })
	return result(func(w io.Writer) error {
		widest, largest := 6, 1e-300
		for _, p := range all {
			widest, largest = max(widest, utf8.RuneCountInString(p.Column)), max(largest, p.Loss)
		}
		fmt.Fprintf(w, "%-*s  %-*s  rise of the error  sd\n", widest, "column", barWidth, "")
		for _, p := range all {
			fmt.Fprintf(w, "%s%s  %s  %17.4g  %.2g\n", p.Column, strings.Repeat(" ", widest-utf8.RuneCountInString(p.Column)), bar(max(p.Loss, 0)/largest, barWidth), p.Loss, p.SD)
		}
		return nil
	})
}

// topColumns returns the columns with the largest proportions.
func topColumns(all []bart.Inclusion, count int) []bart.Inclusion {
	sorted := slices.Clone(all)
	slices.SortStableFunc(sorted, func(a, b bart.Inclusion) int {
		switch {
		case a.Proportion > b.Proportion:
			return -1
		case a.Proportion < b.Proportion:
			return 1
		}
		return 0
	})
	return sorted[:min(count, len(sorted))]
}

// barWidth is the length of the longest bar in characters.
const barWidth = 36

// writeBars writes a bar for each of the most important columns.
func writeBars(w io.Writer, all []bart.Inclusion, count int) error {
	top := topColumns(all, count)
	widest, largest := 6, 1e-9
	for _, in := range top {
		widest, largest = max(widest, utf8.RuneCountInString(in.Column)), max(largest, in.Proportion)
	}
	widest = min(widest, 28)
	if _, err := fmt.Fprintf(w, "%-*s  %-*s  share of splits  in draws\n", widest, "column", barWidth, ""); err != nil {
		return err
	}
	for _, in := range top {
		name := in.Column
		if utf8.RuneCountInString(name) > widest {
			name = string([]rune(name)[:widest-1]) + "…"
		}
		if _, err := fmt.Fprintf(w, "%s%s  %s  %6s (%.1f–%.1f)  %5.0f %%\n", name, strings.Repeat(" ", widest-utf8.RuneCountInString(name)),
			bar(in.Proportion/largest, barWidth), percent(in.Proportion), 100*in.Low, 100*in.High, 100*in.Probability); err != nil {
			return err
		}
	}
	return nil
}

// bar draws a share of a width in eighths of a character.
func bar(share float64, width int) string {
	eighths := int(math.Round(share * float64(8*width)))
	text := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		text += string([]rune(" ▏▎▍▌▋▊▉")[rest])
	}
	return text + strings.Repeat(" ", width-utf8.RuneCountInString(text))
}
