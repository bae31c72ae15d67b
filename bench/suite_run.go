package bench

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// SuitePlan says how a suite is run.
type SuitePlan struct {
	Rounds int
	Quick  bool          // with the parameters for a check
	Limit  time.Duration // for one process
	Rivals []string      // names of the systems that take part; nil for all
	// Progress is told when a case is done; it may be nil.
	Progress func(line string)
}

// SuiteResult is the outcome of a suite.
type SuiteResult struct {
	Suite   string    `json:"suite"`
	About   About     `json:"about"`
	Text    string    `json:"text"`
	Rounds  int       `json:"rounds"`
	Quick   bool      `json:"quick,omitempty"`
	Columns []Column  `json:"columns"`
	Rows    []CaseRow `json:"rows"`
}

// CaseRow is the outcome of a case.
type CaseRow struct {
	Case    string          `json:"case"`
	Title   string          `json:"title"`
	Params  json.RawMessage `json:"params,omitempty"`
	Cores   int             `json:"cores"`
	CPUs    string          `json:"cpus,omitempty"`
	Main    string          `json:"main"`
	Targets []Target        `json:"targets,omitempty"`
	Cells   []RivalCell     `json:"cells"` // one per system
}

// RivalCell is the outcome of a case for a system.
type RivalCell struct {
	System  string                     `json:"system"`
	Missing string                     `json:"missing,omitempty"`
	Failed  string                     `json:"failed,omitempty"`
	Figures map[string]Spread          `json:"figures,omitempty"`
	Scores  map[string]stream.Number   `json:"scores,omitempty"` // pooled over the rounds
	Doubts  []string                   `json:"doubts,omitempty"` // reasons not to believe the figures
	Runs    []map[string]stream.Number `json:"runs,omitempty"`   // by round
}

// RunSuite carries a suite out: case by case, round 1 of every system, then
// round 2 of every system, one process at a time, so that what disturbs the
// machine disturbs all of them. What befalls a system is in its cell.
func RunSuite(ctx context.Context, b *Bench, s *Suite, p SuitePlan) (*SuiteResult, error) {
	if err := b.CheckPinning(ctx); err != nil {
		return nil, err
	}
	r := &SuiteResult{Suite: s.Name, About: NewAbout(ctx, b.List.Root), Text: s.Text, Rounds: p.Rounds, Quick: p.Quick, Columns: s.Columns}
	rivals := s.Rivals
	if p.Rivals != nil {
		rivals = slices.DeleteFunc(slices.Clone(rivals), func(x Rival) bool { return !slices.Contains(p.Rivals, x.Name) })
	}
	if len(rivals) == 0 {
		return nil, fmt.Errorf("bench: suite %s has none of the systems %s", s.Name, strings.Join(p.Rivals, ", "))
	}
	for i := range s.Cases {
		row, err := p.row(ctx, b, s, &s.Cases[i], rivals, r.About.Versions)
		if err != nil {
			return r, err
		}
		r.Rows = append(r.Rows, *row)
		if p.Progress != nil {
			p.Progress(r.line(row))
		}
	}
	return r, nil
}

// row runs all rounds of a case.
func (p *SuitePlan) row(ctx context.Context, b *Bench, s *Suite, c *Case, rivals []Rival, versions map[string]string) (*CaseRow, error) {
	params := c.Params
	if p.Quick && c.Quick != nil {
		params = c.Quick
	}
	text, err := json.Marshal(params)
	if err != nil {
		return nil, fmt.Errorf("bench: parameters of case %s: %w", c.Name, err)
	}
	row := &CaseRow{
		Case: c.Name, Title: c.Title, Params: text, Cores: max(1, c.Cores), Main: cmp.Or(c.Main, s.Columns[0].Name), Targets: c.Targets,
		Cells: make([]RivalCell, len(rivals)),
	}
	if b.CPUs != "" {
		row.CPUs = LastCPUs(row.Cores)
	}
	rounds := p.Rounds
	if c.Rounds > 0 {
		rounds = min(rounds, c.Rounds)
	}
	for round := range rounds {
		for i := range rivals {
			cell := &row.Cells[i]
			cell.System = rivals[i].Name
			if cell.Missing != "" || cell.Failed != "" {
				continue
			}
			report, err := p.round(ctx, b, s, row, &rivals[i], uint64(round)+1)
			if missing := (errMissing{}); errors.As(err, &missing) {
				cell.Missing = missing.reason
			} else if err != nil {
				cell.Failed = err.Error()
			} else {
				cell.Runs = append(cell.Runs, report.Figures)
				for name, version := range report.Versions {
					versions[name] = version
				}
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	for i := range row.Cells {
		row.Cells[i].summarise(s.Columns, row.Main)
	}
	return row, nil
}

// round has a system do a case once.
func (p *SuitePlan) round(ctx context.Context, b *Bench, s *Suite, row *CaseRow, rival *Rival, seed uint64) (*Report, error) {
	args, err := b.suiteCommand(s, rival)
	if err != nil {
		return nil, err
	}
	args = append(args, "--case", row.Case, "--seed", strconv.FormatUint(seed, 10), "--cores", strconv.Itoa(row.Cores),
		"--root", b.List.Root, "--params", string(row.Params))
	if row.CPUs != "" {
		args = append([]string{"taskset", "-c", row.CPUs}, args...)
	}
	limited, cancel := context.WithTimeout(ctx, p.Limit)
	defer cancel()
	noise, said := &tail{}, &bytes.Buffer{}
	process := exec.CommandContext(limited, args[0], args[1:]...)
	process.Stdout, process.Stderr = said, noise
	process.WaitDelay = 2 * time.Second // for a child of it that holds the pipe
	if err := process.Run(); err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			return nil, fmt.Errorf("not done in %v", p.Limit)
		}
		return nil, fmt.Errorf("%w: %s", err, noise)
	}
	lines := bytes.Split(bytes.TrimSpace(said.Bytes()), []byte("\n"))
	report := &Report{}
	if err := json.Unmarshal(lines[len(lines)-1], report); err != nil {
		return nil, fmt.Errorf("it said %q", lines[len(lines)-1])
	}
	if report.Missing != "" {
		return nil, errMissing{report.Missing}
	}
	return report, nil
}

// suiteCommand returns the beginning of the command of a system's worker.
func (b *Bench) suiteCommand(s *Suite, r *Rival) ([]string, error) {
	if r.Absent != "" {
		return nil, errMissing{r.Absent}
	}
	if r.Script == "" {
		_, variant, _ := strings.Cut(r.Name, ":")
		return []string{b.Quatre, "bench", "trial", "--suite", s.Name, "--variant", variant}, nil
	}
	python := b.Python
	if python == "" {
		python = filepath.Join(b.List.Root, ".cache", "peers-"+r.Env, "bin", "python")
	}
	if _, err := os.Stat(python); err != nil {
		return nil, errMissing{"no Python environment: make bench-peers-" + r.Env + " makes it"}
	}
	return []string{python, filepath.Join(b.List.Root, filepath.FromSlash(r.Script))}, nil
}

// summarise fills in what is said of the rounds together.
func (c *RivalCell) summarise(columns []Column, main string) {
	if len(c.Runs) == 0 {
		return
	}
	c.Figures, c.Scores = map[string]Spread{}, map[string]stream.Number{}
	for i := range columns {
		column := &columns[i]
		var x []float64
		for _, run := range c.Runs {
			if value, ok := run[column.Name]; ok {
				x = append(x, float64(value))
			}
		}
		if len(x) == 0 {
			continue
		}
		spread := newSpread(x)
		c.Figures[column.Name] = spread
		if column.Score {
			score := sum(x) / math.Sqrt(float64(len(x)))
			c.Scores[column.Name] = stream.Number(score)
			if !(math.Abs(score) <= MostError) {
				c.Doubts = append(c.Doubts, fmt.Sprintf("%s %.1f", column.Name, score))
			}
		} else if column.Most != 0 && !(float64(spread.Median) <= column.Most) {
			c.Doubts = append(c.Doubts, fmt.Sprintf("%s %s, above %s", column.Name, short(float64(spread.Median)), short(column.Most)))
		}
	}
	if x := c.Figures[main].Median; c.Failed == "" && (x != x || c.Figures[main] == (Spread{})) {
		c.Failed = "it does not report " + main
	}
	if c.Failed != "" {
		c.Doubts = append(c.Doubts, "failed: "+oneLine(c.Failed))
	}
}

func sum(x []float64) (total float64) {
	for _, v := range x {
		total += v
	}
	return total
}

// took tells whether there are figures.
func (c *RivalCell) took() bool { return c.Missing == "" && len(c.Runs) > 0 }
