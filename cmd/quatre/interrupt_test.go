//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/stream/file"
)

// endless are the arguments of a run that takes longer than any test. Its draws are
// slow ones, so that it stays small even where a busy machine interrupts it late.
func endless(dir, model, draws string) []string {
	return []string{"sample", model, "--seed", "1", "--chains", "2", "--parallel", "2", "--warmup", "100", "--draws", draws, "--out", dir}
}

// startSampling starts the program and waits until every chain has written draws.
func startSampling(t *testing.T, cmd *exec.Cmd, dir string) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	for _, chain := range []string{"chain-1.csv", "chain-2.csv"} {
		waitFor(t, func() bool {
			text, _ := os.ReadFile(filepath.Join(dir, chain))
			return strings.Count(string(text), "\n") > 100
		})
	}
}

// waitFor waits for a condition, for as long as a slow machine may need.
func waitFor(t *testing.T, condition func() bool) {
	t.Helper()
	for range 600 {
		if condition() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("waited in vain")
}

func TestInterrupt_KeepsWhatWasDrawn(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			dir := t.TempDir()
			cmd, stdout, stderr := command(endless(dir, "testdata/slow.stan", "2000000")...)
			startSampling(t, cmd, dir)
			cmd.Process.Signal(signal)
			if code := ended(t, cmd.Wait()); code != 130 {
				t.Errorf("exit code %d", code)
			}
			if !strings.Contains(stderr.String(), "interrupted: ") || !strings.Contains(stdout.String(), "sigma ") {
				t.Errorf("stderr %s, stdout %s", stderr, stdout)
			}
			run, err := file.Read(dir)
			if err != nil {
				t.Fatal(err)
			}
			if run.Complete() || run.Info.Status != file.StatusInterrupted || run.Sampling.MinLen() < 50 {
				t.Errorf("complete %v, status %s, %d draws", run.Complete(), run.Info.Status, run.Sampling.MinLen())
			}
			want(t, 0, "summary", dir)
			if d := want(t, 7, "diagnose", dir); !strings.Contains(d.stdout, "incomplete") {
				t.Errorf("diagnose says\n%s", d.stdout)
			}
		})
	}
}

func TestInterrupt_TwiceEndsAtOnce(t *testing.T) {
	// Nobody reads stdout, so the summary of many quantities never gets out.
	dir := t.TempDir()
	cmd, _, _ := command(append(endless(dir, "testdata/wide.stan", "300000"), "--json")...)
	cmd.Stdout = nil
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	startSampling(t, cmd, dir)
	cmd.Process.Signal(os.Interrupt)
	waitFor(t, func() bool {
		info, err := file.ReadRunInfo(dir)
		return err == nil && info.Status == file.StatusInterrupted
	})
	cmd.Process.Signal(os.Interrupt)
	if code := ended(t, cmd.Wait()); code != 130 {
		t.Errorf("exit code %d", code)
	}
}

func TestInterrupt_KilledRunDoesNotLookWhole(t *testing.T) {
	dir := t.TempDir()
	cmd, _, _ := command(endless(dir, "testdata/slow.stan", "2000000")...)
	startSampling(t, cmd, dir)
	cmd.Process.Kill()
	cmd.Wait()
	o := want(t, 0, "summary", dir)
	if !strings.Contains(o.stderr, "not complete") || !strings.Contains(o.stderr, `"running"`) {
		t.Errorf("summary warns of %q", o.stderr)
	}
	want(t, 7, "diagnose", dir)
}
