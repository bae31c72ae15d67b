package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ColdPlan says what is measured of starting.
type ColdPlan struct {
	Entry         Entry
	Systems       []string
	Repeats       int
	Chains        int
	Warmup, Draws int
	Cores         int
	Limit         time.Duration // for one process
}

// Cold is the time of whole processes, from start to end, that compile a
// posterior, sample it and leave the draws in files.
type Cold struct {
	About     About     `json:"about"`
	Posterior string    `json:"posterior"`
	Repeats   int       `json:"repeats"`
	Chains    int       `json:"chains"`
	Warmup    int       `json:"warmup"`
	Draws     int       `json:"draws"`
	Cores     int       `json:"cores"`
	Rows      []ColdRow `json:"rows"` // one per system
}

// ColdRow is the outcome for one system, in seconds.
type ColdRow struct {
	System  string `json:"system"`
	Missing string `json:"missing,omitempty"`
	Failed  string `json:"failed,omitempty"`
	Empty   Spread `json:"empty"`  // caches are empty
	Filled  Spread `json:"filled"` // the same process has run before with the caches
}

// RunCold carries the plan out, systems taking turns.
func RunCold(ctx context.Context, b *Bench, p ColdPlan) (*Cold, error) {
	if err := b.CheckPinning(ctx); err != nil {
		return nil, err
	}
	program, data, _, err := b.List.files(&p.Entry)
	if err != nil {
		return nil, err
	}
	c := &Cold{
		About: NewAbout(ctx, b.List.Root), Posterior: p.Entry.Name, Repeats: p.Repeats,
		Chains: p.Chains, Warmup: p.Warmup, Draws: p.Draws, Cores: p.Cores, Rows: make([]ColdRow, len(p.Systems)),
	}
	if b.CPUs != "" {
		c.About.Pinned = "processes held to processors " + b.CPUs
	}
	task := Task{Program: program, Data: data, Peer: p.Entry.Peer, Chains: p.Chains, Warmup: p.Warmup, Draws: p.Draws, Cores: p.Cores}
	empty, filled := make([][]float64, len(p.Systems)), make([][]float64, len(p.Systems))
	for repeat := range p.Repeats {
		for i, system := range p.Systems {
			row := &c.Rows[i]
			row.System = system
			if row.Missing != "" || row.Failed != "" {
				continue
			}
			first, second, err := b.startTwice(ctx, system, task, uint64(repeat)+1, p.Limit)
			if missing := (errMissing{}); errors.As(err, &missing) {
				row.Missing = missing.reason
			} else if err != nil {
				row.Failed = err.Error()
			} else {
				empty[i], filled[i] = append(empty[i], first), append(filled[i], second)
			}
			if err := ctx.Err(); err != nil {
				return c, err
			}
		}
	}
	for i := range c.Rows {
		c.Rows[i].Empty, c.Rows[i].Filled = newSpread(empty[i]), newSpread(filled[i])
	}
	return c, nil
}

// startTwice times two processes that do the same, the first with empty caches.
func (b *Bench) startTwice(ctx context.Context, system string, t Task, seed uint64, limit time.Duration) (empty, filled float64, err error) {
	dir, err := os.MkdirTemp("", "quatre-bench-")
	if err != nil {
		return 0, 0, fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	for k, seconds := range []*float64{&empty, &filled} {
		out := filepath.Join(dir, fmt.Sprint("out", k))
		if *seconds, err = b.once(ctx, system, t, seed, dir, out, limit); err != nil {
			return 0, 0, err
		}
	}
	return empty, filled, nil
}

// once times one process of a system that samples and leaves the draws in a
// folder: of Quatre the command sample, of a peer its worker with one order.
func (b *Bench) once(ctx context.Context, system string, t Task, seed uint64, cacheDir, out string, limit time.Duration) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	args, err := b.command(system, t)
	if err != nil {
		return 0, err
	}
	var in io.Reader
	if name, _, _ := strings.Cut(system, ":"); name == "quatre" {
		args = b.pinned([]string{
			b.Quatre, "sample", t.Program, "--data", t.Data, "--chains", strconv.Itoa(t.Chains), "--warmup", strconv.Itoa(t.Warmup),
			"--draws", strconv.Itoa(t.Draws), "--seed", strconv.FormatUint(seed, 10), "--out", out, "--quiet", "--no-summary",
		})
	} else {
		if err := os.MkdirAll(out, 0o777); err != nil {
			return 0, fmt.Errorf("bench: %w", err)
		}
		text, err := json.Marshal(order{seed, filepath.Join(out, "draws.bin")})
		if err != nil {
			return 0, err
		}
		in = strings.NewReader(string(text) + "\n")
	}
	noise := &tail{}
	var said strings.Builder
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Env, c.Stdin, c.Stdout, c.Stderr = caches(cacheDir), in, &said, noise
	began := time.Now()
	err = c.Run()
	seconds := time.Since(began).Seconds()
	if err != nil {
		return 0, fmt.Errorf("%w: %s", err, noise)
	}
	var answer message
	if first, _, _ := strings.Cut(said.String(), "\n"); in != nil && json.Unmarshal([]byte(first), &answer) == nil && answer.Event == "missing" {
		return 0, errMissing{answer.Reason}
	}
	return seconds, nil
}
