package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// built is the program under test, built once, and suite a folder for all tests.
var built, suite string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	var err error
	if suite, err = os.MkdirTemp("", "quatre-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(suite)
	built = filepath.Join(suite, "quatre")
	if out, err := exec.Command("go", "build", "-o", built, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	// Compiled models are kept where no other program looks.
	os.Setenv("XDG_CACHE_HOME", filepath.Join(suite, "cache"))
	return m.Run()
}

// outcome is how a run of the program ended.
type outcome struct {
	code           int
	stdout, stderr string
}

// command returns the program with its arguments, not started.
func command(args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
	cmd = exec.Command(built, args...)
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = stdout, stderr
	return cmd, stdout, stderr
}

// ended returns the exit code that belongs to the error of Run or Wait.
func ended(t *testing.T, err error) int {
	t.Helper()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	t.Fatal(err)
	return -1
}

// quatreRun runs the program to its end.
func quatreRun(t *testing.T, args ...string) outcome {
	t.Helper()
	cmd, stdout, stderr := command(args...)
	code := ended(t, cmd.Run())
	o := outcome{code, stdout.String(), stderr.String()}
	if strings.Contains(o.stderr, "goroutine ") {
		t.Errorf("quatre %s: a stack trace:\n%s", strings.Join(args, " "), o.stderr)
	}
	return o
}

// want runs the program and fails the test unless it exits with the code.
func want(t *testing.T, code int, args ...string) outcome {
	t.Helper()
	o := quatreRun(t, args...)
	if o.code != code {
		t.Fatalf("quatre %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), o.code, code, o.stdout, o.stderr)
	}
	return o
}

// example returns the model of an example as arguments.
func example(name string) []string {
	dir := filepath.Join("..", "..", "examples", "stan", name)
	return []string{filepath.Join(dir, "model.stan"), "--data", filepath.Join(dir, "data.json")}
}

// sample returns the arguments of sample with those given.
func sample(model []string, args ...string) []string {
	return append(append([]string{"sample"}, model...), args...)
}

// normal is the model of testdata that most tests use.
var normal = []string{"testdata/normal.stan", "--data", "testdata/normal.json"}

// writeTemp writes a file for the test and returns its path.
func writeTemp(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// draws returns the CSV files of a folder, without the lines about times.
func draws(t *testing.T, dir string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no CSV files in %s: %v", dir, err)
	}
	var all strings.Builder
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, " seconds (") && !strings.HasPrefix(line, "# start_datetime") {
				all.WriteString(line)
			}
		}
	}
	return all.String()
}
