package cpu

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/kerneltest"
)

// backend returns a backend with an empty cache, or skips where there is no C
// compiler.
func backend(t *testing.T, o Options) *Backend {
	t.Helper()
	if o.CacheDir == "" {
		o.CacheDir = t.TempDir()
	}
	b, err := New(o)
	if errors.Is(err, kernels.ErrUnavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestBackend_SameBitsAsInterpreter(t *testing.T) {
	kerneltest.Suite(t, backend(t, Options{}))
}

func TestBackend_SameBitsForEveryVectorWidth(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles every case for two more architectures")
	}
	if runtime.GOARCH != "amd64" {
		t.Skip("the names of the architectures are those of amd64")
	}
	for _, arch := range []string{"x86-64-v3", "x86-64"} {
		t.Run(arch, func(t *testing.T) {
			if arch == "x86-64-v3" && !strings.Contains(processor(), "avx2") {
				t.Skip("this processor has no AVX2")
			}
			b := backend(t, Options{Arch: arch})
			for _, c := range kerneltest.Cases() {
				if !widthMatters(c.Name) {
					continue
				}
				t.Run(c.Name, func(t *testing.T) { kerneltest.Compare(t, b, c.Program, c.Inputs, 20) })
			}
		})
	}
}

// widthMatters picks one length with whole and broken blocks of lanes: the
// others differ in nothing that the vector width touches.
func widthMatters(name string) bool {
	return strings.HasSuffix(name, "100") || strings.HasSuffix(name, "scalars") || strings.HasPrefix(name, "rows 100")
}

// rows returns a program that is quick to compile.
func rows(t *testing.T) kerneltest.Case {
	t.Helper()
	for _, c := range kerneltest.Cases() {
		if strings.HasPrefix(c.Name, "rows 9 ") {
			return c
		}
	}
	t.Fatal("no such case")
	return kerneltest.Case{}
}

func TestBackend_CompilesOnceForAllProcesses(t *testing.T) {
	dir, c := t.TempDir(), rows(t)
	first := backend(t, Options{CacheDir: dir})
	kerneltest.Compare(t, first, c.Program, c.Inputs, 1)
	second := backend(t, Options{CacheDir: dir}) // as another process would
	second.compiler = "/nonexistent"
	kerneltest.Compare(t, second, c.Program, c.Inputs, 1)
}

func TestBackend_TwoAtOnceShareACache(t *testing.T) {
	dir, c := t.TempDir(), rows(t)
	backends := []*Backend{backend(t, Options{CacheDir: dir}), backend(t, Options{CacheDir: dir})}
	var wg sync.WaitGroup
	for _, b := range backends {
		for range 2 {
			wg.Go(func() {
				if _, err := b.Compile(context.Background(), c.Program); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	left, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(left) != 1 {
		t.Errorf("the cache holds %v, want one compiled program and no leftovers", left)
	}
}

// A process that is killed while it compiles leaves its folder.
func TestBackend_RemovesAbandonedFolders(t *testing.T) {
	dir, c := t.TempDir(), rows(t)
	old, young := filepath.Join(dir, workPrefix+"1"), filepath.Join(dir, workPrefix+"2")
	for _, path := range []string{old, young} {
		if err := os.Mkdir(path, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(path, "program.so"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := time.Now().Add(-2 * abandoned)
	if err := os.Chtimes(old, before, before); err != nil {
		t.Fatal(err)
	}
	if _, err := backend(t, Options{CacheDir: dir}).Compile(context.Background(), c.Program); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an abandoned folder is still there: %v", err)
	}
	if _, err := os.Stat(young); err != nil {
		t.Errorf("the folder of a compilation that may go on is gone: %v", err)
	}
}

func TestBackend_RepairsADamagedCache(t *testing.T) {
	dir, c := t.TempDir(), rows(t)
	kerneltest.Compare(t, backend(t, Options{CacheDir: dir}), c.Program, c.Inputs, 1)
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.so"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	whole, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, damaged := range map[string][]byte{
		"other text": []byte("not a library"), "nothing": nil, "cut short": whole[:1000], "half": whole[:len(whole)/2],
		"zeros at the end": append(slices.Clone(whole[:len(whole)/2]), make([]byte, len(whole)-len(whole)/2)...),
	} {
		// A new file: the old one may still be mapped.
		if err := os.Remove(files[0]); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(files[0], damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		kerneltest.Compare(t, backend(t, Options{CacheDir: dir}), c.Program, c.Inputs, 1)
		if !sealed(files[0]) {
			t.Errorf("%s: the cache was not repaired", name)
		}
	}
}

func TestBackend_StopsCompilingWhenCancelled(t *testing.T) {
	b := backend(t, Options{})
	sleep, err := exec.LookPath("sleep")
	if err != nil {
		t.Skip("no sleep command")
	}
	script := filepath.Join(t.TempDir(), "cc")
	// A child of the compiler holds its pipes, as gcc's cc1 does.
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"+sleep+" 60\ntrue\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	b.compiler = script
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	began := time.Now()
	if _, err := b.Compile(ctx, rows(t).Program); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	if time.Since(began) > 10*time.Second {
		t.Error("the compiler was waited for")
	}
}

func TestBackend_DoesWithoutACache(t *testing.T) {
	c := rows(t)
	taken := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(taken, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	kerneltest.Compare(t, backend(t, Options{CacheDir: filepath.Join(taken, "cache")}), c.Program, c.Inputs, 1)
	b := backend(t, Options{})
	b.dir = ""
	kerneltest.Compare(t, b, c.Program, c.Inputs, 1)
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) != 0 {
		t.Errorf("%v was left behind, %v", left, err)
	}
}

func TestNew_WithoutCompilerIsUnavailable(t *testing.T) {
	if _, err := New(Options{Compiler: "no-such-compiler", CacheDir: t.TempDir()}); !errors.Is(err, kernels.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
}

func TestCompile_ReportsTheCompilersMessage(t *testing.T) {
	b := backend(t, Options{Arch: "no-such-arch"})
	_, err := b.Compile(context.Background(), rows(t).Program)
	if err == nil || !strings.Contains(err.Error(), "no-such-arch") {
		t.Errorf("got %v, want the compiler's own words", err)
	}
}

func TestEmit_KnowsEveryOperation(t *testing.T) {
	for _, op := range ir.PureOps() {
		if _, ok := functions[op]; !ok {
			t.Errorf("no C text for %v", op)
		}
	}
}

func TestLogDensityGrad_NoAllocations(t *testing.T) {
	c := rows(t)
	code, err := backend(t, Options{}).Compile(context.Background(), c.Program)
	if err != nil {
		t.Fatal(err)
	}
	e, err := code.Bind(c.Inputs)
	if err != nil {
		t.Fatal(err)
	}
	q, grad := make([]float64, e.Dim()), make([]float64, e.Dim())
	if n := testing.AllocsPerRun(100, func() { e.LogDensityGrad(grad, q) }); n != 0 {
		t.Errorf("%g allocations per gradient", n)
	}
}
