package bench

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre"
)

// About tells where and when numbers came about.
type About struct {
	Machine  string            `json:"machine"` // processor and number of cores
	OS       string            `json:"os"`
	Time     time.Time         `json:"time"`
	Commit   string            `json:"commit"`           // of the repository; with "+" if files differed from it
	Versions map[string]string `json:"versions"`         // of what was measured
	Pinned   string            `json:"pinned,omitempty"` // processors that runs were held to
	Load     string            `json:"load,omitempty"`   // load averages when it began
}

// NewAbout describes the present machine and the repository at root.
func NewAbout(ctx context.Context, root string) About {
	a := About{
		Machine: machine(), OS: runtime.GOOS + "/" + runtime.GOARCH, Time: time.Now().UTC().Truncate(time.Second),
		Versions: map[string]string{"quatre": quatre.Version, "go": runtime.Version()},
	}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		a.Load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	if cc, err := output(ctx, root, "cc", "--version"); err == nil {
		a.Versions["cc"], _, _ = strings.Cut(cc, "\n")
	}
	if commit, err := output(ctx, root, "git", "rev-parse", "--short=12", "HEAD"); err == nil {
		a.Commit = commit
		if changed, err := output(ctx, root, "git", "status", "--porcelain", "--untracked-files=no"); err == nil && changed != "" {
			a.Commit += "+"
		}
	}
	return a
}

// output runs a command in a folder and returns what it writes.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = filepath.Clean(dir)
	text, err := c.Output()
	return strings.TrimSpace(string(text)), err
}

// machine names the processor.
func machine() string {
	name := runtime.GOARCH
	if f, err := os.Open("/proc/cpuinfo"); err == nil {
		defer f.Close()
		for s := bufio.NewScanner(f); s.Scan(); {
			if key, value, ok := strings.Cut(s.Text(), ":"); ok && strings.TrimSpace(key) == "model name" {
				name = strings.TrimSpace(value)
				break
			}
		}
	}
	return name + ", " + plural(runtime.NumCPU(), "core")
}

// plural writes a number of things.
func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
