package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre/bart"
	"github.com/quatre-ppl/quatre/cmd/quatre/terminal"
)

// treeProgress shows how far the chains have come: a line that is rewritten on a
// terminal, elsewhere a line for each quarter of a chain.
type treeProgress struct {
	w      io.Writer
	live   bool
	quiet  bool
	chains map[int]bart.Progress
	shown  time.Time
	told   map[int]int
	of     string // what is being fitted
}

func newTreeProgress(w *os.File, quiet bool) *treeProgress {
	return &treeProgress{w: w, live: terminal.IsTerminal(w), quiet: quiet, chains: map[int]bart.Progress{}, told: map[int]int{}}
}

// progress hears of a sweep.
func (t *treeProgress) progress(p bart.Progress) {
	if t.quiet {
		return
	}
	if p.Of != t.of {
		t.of, t.chains, t.told, t.shown = p.Of, map[int]bart.Progress{}, map[int]int{}, time.Time{}
	}
	what, figures := "", treeFigures(p)
	if p.Of != "" {
		what, figures = p.Of+", ", fmt.Sprintf("accepted: grow and prune %.0f %%", 100*p.GrowPrune)
	}
	t.chains[p.Chain] = p
	if !t.live {
		quarter := 4 * p.Done / max(p.Total, 1)
		key := 8*p.Chain + int(p.Phase)
		if quarter > t.told[key] {
			t.told[key] = quarter
			fmt.Fprintf(t.w, "%schain %d: %s %d/%d, %s\n", what, p.Chain+1, p.Phase, p.Done, p.Total, figures)
		}
		return
	}
	if time.Since(t.shown) < 100*time.Millisecond {
		return
	}
	t.shown = time.Now()
	var line strings.Builder
	line.WriteString(what)
	for c := range len(t.chains) + 1 {
		if p, ok := t.chains[c]; ok {
			fmt.Fprintf(&line, "%d: %s %d/%d  ", c+1, p.Phase, p.Done, p.Total)
		}
	}
	fmt.Fprintf(t.w, "\r%s%s\x1b[K", line.String(), figures)
}

// treeFigures are sigma and the accepted shares.
func treeFigures(p bart.Progress) string {
	return fmt.Sprintf("sigma %.4g, accepted: grow and prune %.0f %%, perturb %.0f %%", p.Sigma, 100*p.GrowPrune, 100*p.Perturb)
}

// note shows a line.
func (t *treeProgress) note(text string) {
	if !t.quiet {
		fmt.Fprintf(t.w, "\n%s\n", text)
	}
}

// end leaves the line.
func (t *treeProgress) end() {
	if t.live && !t.quiet {
		fmt.Fprintln(t.w)
	}
}
