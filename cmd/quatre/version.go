package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/quatre-ppl/quatre"
)

// versionCmd prints versions.
type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run implements the command.
func (c *versionCmd) Run() error {
	v := versions()
	return result(func(w io.Writer) error {
		if c.JSON {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return encoder.Encode(v)
		}
		_, err := fmt.Fprintf(w, "quatre %s\ncommit %s\ngo     %s %s\ncc     %s\n",
			v.Quatre, cmp.Or(v.Commit, "unknown"), v.Go, v.Platform, cmp.Or(v.CC, "none: models are interpreted"))
		return err
	})
}

// versionInfo tells the parts of the software apart.
type versionInfo struct {
	Quatre   string `json:"quatre"`
	Commit   string `json:"commit,omitempty"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
	CC       string `json:"cc,omitempty"`
}

func (v versionInfo) asMap() map[string]string {
	m := map[string]string{"quatre": v.Quatre, "go": v.Go, "platform": v.Platform}
	if v.Commit != "" {
		m["commit"] = v.Commit
	}
	if v.CC != "" {
		m["cc"] = v.CC
	}
	return m
}

// versions looks at this program and at the C compiler.
func versions() versionInfo { return versionsWith(compilerVersion()) }

// versionsWith looks at this program.
func versionsWith(cc string) versionInfo {
	v := versionInfo{Quatre: quatre.Version, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, CC: cc}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision":
			v.Commit = s.Value + v.Commit
		case s.Key == "vcs.modified" && s.Value == "true":
			v.Commit += " (modified)"
		}
	}
	return v
}

// inBackground begins to evaluate f; what it returns waits for the result.
func inBackground[T any](f func() T) func() T {
	result := make(chan T, 1)
	go func() { result <- f() }()
	return sync.OnceValue(func() T { return <-result })
}

// compilerPatience is how long the C compiler may take to tell its version.
const compilerPatience = 2 * time.Second

// compilerVersion returns the first line of what the C compiler says about
// itself, "" if there is none. It is looked for as the backend does.
func compilerVersion() string {
	for _, name := range []string{os.Getenv("CC"), "cc", "gcc", "clang"} {
		path, err := exec.LookPath(name)
		if name == "" || err != nil {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), compilerPatience)
		defer cancel()
		text, err := exec.CommandContext(ctx, path, "--version").Output()
		if err != nil {
			return ""
		}
		first, _, _ := strings.Cut(string(text), "\n")
		return strings.TrimSpace(first)
	}
	return ""
}
