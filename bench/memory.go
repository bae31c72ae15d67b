package bench

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// memoryProgram has as many parameters as its data say.
const memoryProgram = `data {
  int<lower=1> D;
}
parameters {
  vector[D] x;
}
model {
  x ~ std_normal();
}
`

// memoryPoll is how often the memory of a process is looked at.
const memoryPoll = 10 * time.Millisecond

// Memory is what the command sample needs while it writes draws to files.
type Memory struct {
	About      About         `json:"about"`
	Parameters int           `json:"parameters"`
	Draws      int           `json:"draws"`
	Chains     int           `json:"chains"`
	PeakMiB    stream.Number `json:"peak_mib"`  // resident memory
	BaseMiB    stream.Number `json:"base_mib"`  // the same with ten draws
	DrawsMiB   stream.Number `json:"draws_mib"` // all draws as numbers
	RowKiB     stream.Number `json:"row_kib"`   // one draw as numbers
	FilesMiB   stream.Number `json:"files_mib"` // what was written
	Seconds    stream.Number `json:"seconds"`
}

// RunMemory runs the command sample on a posterior of so many parameters twice,
// with ten draws and with all of them, and compares the memory that they need.
func RunMemory(ctx context.Context, b *Bench, parameters, draws, chains int) (*Memory, error) {
	dir, err := os.MkdirTemp("", "quatre-bench-")
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(dir)
	program, data := filepath.Join(dir, "model.stan"), filepath.Join(dir, "data.json")
	if err := os.WriteFile(program, []byte(memoryProgram), 0o666); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	if err := os.WriteFile(data, fmt.Appendf(nil, `{"D": %d}`, parameters), 0o666); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	m := &Memory{
		About: NewAbout(ctx, b.List.Root), Parameters: parameters, Draws: draws, Chains: chains,
		DrawsMiB: stream.Number(float64(8*parameters*draws*chains) / (1 << 20)), RowKiB: stream.Number(float64(8*parameters) / (1 << 10)),
	}
	for _, run := range []struct {
		draws int
		peak  *stream.Number
	}{{10, &m.BaseMiB}, {draws, &m.PeakMiB}} {
		out := filepath.Join(dir, fmt.Sprint("out", run.draws))
		began := time.Now()
		peak, err := b.watch(ctx, []string{
			b.Quatre, "sample", program, "--data", data, "--chains", strconv.Itoa(chains), "--warmup", "200",
			"--draws", strconv.Itoa(run.draws), "--seed", "1", "--out", out, "--quiet", "--no-summary",
		})
		if err != nil {
			return nil, err
		}
		*run.peak, m.Seconds = stream.Number(peak), stream.Number(time.Since(began).Seconds())
		m.FilesMiB = stream.Number(folderMiB(out))
	}
	return m, nil
}

// watch runs a command and returns its peak of resident memory in MiB.
func (b *Bench) watch(ctx context.Context, args []string) (float64, error) {
	args = b.pinned(args)
	noise := &tail{}
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.Stderr = noise
	if err := c.Start(); err != nil {
		return 0, fmt.Errorf("bench: %w", err)
	}
	peak := int64(0)
	ended := make(chan error, 1)
	go func() { ended <- c.Wait() }()
	ticker := time.NewTicker(memoryPoll)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			peak = max(peak, peakKiB(strconv.Itoa(c.Process.Pid)))
		case err := <-ended:
			if err != nil {
				return 0, fmt.Errorf("bench: %w: %s", err, noise)
			}
			return float64(peak) / 1024, nil
		}
	}
}

// folderMiB is the size of the files in a folder.
func folderMiB(dir string) float64 {
	total := int64(0)
	filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := entry.Info(); err == nil && !entry.IsDir() {
			total += info.Size()
		}
		return nil
	})
	return float64(total) / (1 << 20)
}

// Kind implements Result.
func (*Memory) Kind() string { return "memory" }

// WriteMarkdown implements Result.
func (m *Memory) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "`quatre sample` on %d parameters, %s of %d draws, written to files (%s MiB) in %s s.\n\n%s\n\n",
		m.Parameters, plural(m.Chains, "chain"), m.Draws, short(float64(m.FilesMiB)), short(float64(m.Seconds)), m.About.line())
	fmt.Fprintf(&b, "| what | MiB |\n|---|---:|\n| peak of resident memory | %s |\n| the same with 10 draws | %s |\n| what the draws themselves cost | %s |\n"+
		"| all draws as numbers, for comparison | %s |\n", short(float64(m.PeakMiB)), short(float64(m.BaseMiB)), short(float64(m.PeakMiB-m.BaseMiB)), short(float64(m.DrawsMiB)))
	_, err := io.WriteString(w, b.String())
	return err
}

// Pictures implements Result.
func (*Memory) Pictures() []Picture { return nil }
