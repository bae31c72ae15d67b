package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/quatre-ppl/quatre/bart"
	frame "github.com/quatre-ppl/quatre/bart/table"
)

// bartPDPCmd shows partial dependence.
type bartPDPCmd struct {
	Dir      string `arg:"" name:"DIR" help:"Folder of a fit."`
	Feature  string `required:"" placeholder:"COLUMN" help:"The column that is varied."`
	Rows     string `placeholder:"FILE" help:"Rows to average over (rows kept with the fit)."`
	SVG      string `name:"svg" placeholder:"FILE" help:"Where the picture goes (pdp_COLUMN.svg in the folder of the fit)."`
	Of       string `placeholder:"PART" help:"The effect of a causal fit, or one of several responses."`
	ICE      bool   `name:"ice" help:"Show the curves of the rows in the picture, too."`
	Parallel int    `placeholder:"N" help:"Processors to use (all)."`
}

// Run implements the command.
func (c *bartPDPCmd) Run() error {
	fit, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	post, err := fit.part(c.Of)
	if err != nil {
		return err
	}
	if !slices.Contains(post.Names(), c.Feature) {
		return failf(usage, "no column %q; the fit has %q", c.Feature, post.Names())
	}
	rows := c.Rows
	if rows == "" {
		rows = filepath.Join(c.Dir, backgroundFile)
	}
	matched, err := fit.match(rows, "", false)
	if err != nil {
		return err
	}
	d := matched.d
	ctx, stop := interruptible(func() {})
	defer stop()
	if fit.causal != nil && c.Of == "" {
		if d, err = fit.causal.WithPropensity(ctx, d); err != nil {
			return fail(inData, err)
		}
	}
	dep, err := post.PartialDependence(ctx, d, c.Feature, bart.DependenceOptions{Individual: c.ICE, Workers: c.Parallel})
	if err != nil {
		return fail(inData, err)
	}
	path := c.SVG
	if path == "" {
		path = filepath.Join(c.Dir, "pdp_"+fileName(c.Feature)+".svg")
	}
	names := valueNames(dep, slices.Contains(fit.roles.Dates, c.Feature))
	if err := replaceFile(path, func(w io.Writer) error { return dependenceSVG(w, dep, names) }); err != nil {
		return err
	}
	return result(func(w io.Writer) error { return writeDependence(w, dep, names, path) })
}

// fileName replaces what does not belong into the name of a file.
func fileName(name string) string {
	safe := []rune(name)
	for i, r := range safe {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-') {
			safe[i] = '_'
		}
	}
	return string(safe)
}

// valueNames are the values of the column as a person writes them; date tells that they are days.
func valueNames(dep *bart.Dependence, date bool) []string {
	names := make([]string, len(dep.Values))
	for i, v := range dep.Values {
		names[i] = strconv.FormatFloat(v, 'g', 4, 64)
		if date {
			names[i] = frame.DateText(math.Round(v))
		}
		if k := int(v); dep.Levels != nil && k < len(dep.Levels) {
			names[i] = dep.Levels[k]
		}
	}
	return names
}

// writeDependence writes a line for each value, with a bar for where its mean is between
// the least and the largest.
func writeDependence(w io.Writer, dep *bart.Dependence, names []string, path string) error {
	low, high := slices.Min(dep.Mean), slices.Max(dep.Mean)
	widest := len(dep.Column)
	for _, n := range names {
		widest = max(widest, len(n))
	}
	fmt.Fprintf(w, "%*s  %10s  %23s\n", widest, dep.Column, "mean", "90 % interval")
	for i, mean := range dep.Mean {
		share := 0.0
		if high > low {
			share = (mean - low) / (high - low)
		}
		fmt.Fprintf(w, "%*s  %10.4g  %10.4g – %10.4g  %s\n", widest, names[i], mean, dep.Low[i], dep.High[i], bar(share, barWidth))
	}
	_, err := fmt.Fprintf(w, "\nthe picture is %s\n", path)
	return err
}
