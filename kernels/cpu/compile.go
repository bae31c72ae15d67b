// Package cpu compiles programs to native code with the system's C compiler
// and loads them. Compiled code is kept in the user's cache folder under the
// hash of everything it depends on, so a program is compiled once per machine.
package cpu

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/quatre-ppl/quatre/graph/ir"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/kernels/interp"
	"github.com/quatre-ppl/quatre/kernels/native"
)

//go:embed prelude.h
var prelude string

// Options choose the compiler; the zero value is what users want.
type Options struct {
	Compiler string // C compiler; empty: $CC, then cc, gcc, clang
	Arch     string // -march argument; empty: native
	CacheDir string // empty: quatre under the user's cache folder, nothing is kept if there is none
}

// flags never license a change of results: no fast-math, no contraction.
var flags = []string{
	"-std=gnu11", "-O3", "-fPIC", "-shared", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math", "-fopenmp-simd", "-w",
}

// Backend compiles programs with the system's C compiler.
type Backend struct {
	compiler string
	arch     string
	dir      string // empty: no cache
	id       string // identity of compiler, flags and processor

	mu     sync.Mutex
	loaded map[string]*library

	whole atomic.Pointer[library] // whole transitions, see Prepare
}

var _ kernels.Backend = (*Backend)(nil)

// New finds the compiler and the cache folder. The error wraps
// kernels.ErrUnavailable when this machine or this build cannot compile.
func New(o Options) (*Backend, error) {
	if !canLoad {
		return nil, fmt.Errorf("cpu: %w: built without cgo", kernels.ErrUnavailable)
	}
	compiler, err := findCompiler(o.Compiler)
	if err != nil {
		return nil, err
	}
	dir := o.CacheDir
	if dir == "" {
		// Without a cache folder of the user's own nothing is kept: code found in
		// a folder that others can write to must not be run.
		if base, err := os.UserCacheDir(); err == nil {
			dir = filepath.Join(base, "quatre")
		}
	}
	arch := o.Arch
	if arch == "" {
		arch = "native"
	}
	b := &Backend{compiler: compiler, arch: arch, dir: dir, loaded: make(map[string]*library)}
	b.id = b.identity()
	return b, nil
}

func findCompiler(name string) (string, error) {
	candidates := []string{name}
	if name == "" {
		candidates = []string{os.Getenv("CC"), "cc", "gcc", "clang"}
	}
	for _, c := range candidates {
		if c == "" {
			continue
		}
		if path, err := exec.LookPath(c); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("cpu: %w: no C compiler found (install gcc, or set CC)", kernels.ErrUnavailable)
}

// identity covers what besides the program's text decides the machine code.
func (b *Backend) identity() string {
	h := sha256.New()
	fmt.Fprintln(h, b.compiler, b.arch, flags, runtime.GOOS, runtime.GOARCH, processor())
	if info, err := os.Stat(b.compiler); err == nil {
		fmt.Fprintln(h, info.Size(), info.ModTime().UnixNano())
	}
	fmt.Fprintln(h, native.Prelude, prelude)
	return hex.EncodeToString(h.Sum(nil))
}

// processor tells processors apart for -march=native.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "flags") || strings.HasPrefix(line, "Features") {
			return line
		}
	}
	return ""
}

// Name returns "cpu".
func (b *Backend) Name() string { return "cpu" }

// Compile returns the native code of a program, from the cache if it is there.
func (b *Backend) Compile(ctx context.Context, p *ir.Program) (kernels.Code, error) {
	return b.CompileAfter(ctx, p, 0)
}

// CompileAfter is Compile, but waits so long before it runs the compiler.
func (b *Backend) CompileAfter(ctx context.Context, p *ir.Program, wait time.Duration) (kernels.Code, error) {
	body, err := emit(p)
	if err != nil {
		return nil, err
	}
	// The interpreter runs Setup: once, with the same bits.
	setup, err := interp.New(p)
	if err != nil {
		return nil, err
	}
	text := prelude + body
	source := native.PreludeFor(text) + text
	sum := sha256.Sum256([]byte(b.id + source))
	key := hex.EncodeToString(sum[:])
	if err := b.patience(ctx, key, wait); err != nil {
		return nil, err
	}
	lib, err := b.library(ctx, key, entry, source)
	if err != nil {
		return nil, err
	}
	return &code{p: p, setup: setup, lib: lib, whole: &b.whole}, nil
}

// path is where the shared object of that key is kept, "" without a cache.
func (b *Backend) path(key string) string {
	if b.dir == "" {
		return ""
	}
	return filepath.Join(b.dir, key[:2], key+".so")
}

// patience waits where the shared object of that key must be compiled.
func (b *Backend) patience(ctx context.Context, key string, wait time.Duration) error {
	if path := b.path(key); wait == 0 || path != "" && sealed(path) {
		return nil
	}
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// library loads the shared object of that key and its symbol, compiling it if
// needed.
func (b *Backend) library(ctx context.Context, key, symbol, source string) (*library, error) {
	b.mu.Lock()
	lib, ok := b.loaded[key]
	b.mu.Unlock()
	if ok {
		return lib, nil
	}
	path := b.path(key)
	if path != "" && sealed(path) { // else not there, or damaged: made anew
		if lib, err := load(path, symbol); err == nil {
			return b.keep(key, lib), nil
		}
	}
	lib, err := b.build(ctx, path, symbol, source)
	if err != nil {
		return nil, err
	}
	return b.keep(key, lib), nil
}

// keep records a loaded library and returns it, or the one of another goroutine
// that was faster.
func (b *Backend) keep(key string, lib *library) *library {
	b.mu.Lock()
	defer b.mu.Unlock()
	if other, ok := b.loaded[key]; ok {
		lib.close()
		return other
	}
	b.loaded[key] = lib
	return lib
}

// build compiles source, keeps it at path and loads it. It writes to a folder of
// its own and renames, so that processes that build the same program at once do
// not see each other's halves. Where the cache cannot be written to, the code
// is loaded from the folder for temporary files and kept by nobody.
func (b *Backend) build(ctx context.Context, path, symbol, source string) (*library, error) {
	work, err := b.workFolder(path)
	if err != nil {
		return nil, fmt.Errorf("cpu: no folder to compile in: %w", err)
	}
	defer os.RemoveAll(work)
	out := filepath.Join(work, "program.so")
	if err := b.run(ctx, out, source); err != nil {
		return nil, err
	}
	if path != "" && seal(out) == nil && os.Rename(out, path) == nil {
		out = path
	}
	lib, err := load(out, symbol)
	if err != nil {
		return nil, fmt.Errorf("cpu: loading compiled code: %w", err)
	}
	return lib, nil
}

// workPrefix begins the names of folders to compile in.
const workPrefix = "build-"

// abandoned is the age from which on such a folder is taken for that of a process that
// was killed: no compilation takes as long.
const abandoned = time.Hour

// workFolder makes a folder in the cache, or one for temporary files. Folders that
// were left in the cache go.
func (b *Backend) workFolder(path string) (string, error) {
	if path != "" && os.MkdirAll(filepath.Dir(path), 0o755) == nil {
		removeAbandoned(b.dir)
		if work, err := os.MkdirTemp(b.dir, workPrefix); err == nil {
			return work, nil
		}
	}
	return os.MkdirTemp("", "quatre-")
}

// removeAbandoned removes old work folders. What cannot be looked at or removed stays.
func removeAbandoned(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if !entry.IsDir() || !strings.HasPrefix(entry.Name(), workPrefix) {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > abandoned {
			os.RemoveAll(filepath.Join(dir, entry.Name()))
		}
	}
}

// run has the compiler make a shared object of source.
func (b *Backend) run(ctx context.Context, out, source string) error {
	args := append(append([]string{}, flags...), "-march="+b.arch, "-x", "c", "-o", out, "-", "-lm")
	if runtime.GOOS == "linux" { // no start files: the linker has less to read
		args = append(args, "-nostdlib", "-lc")
	}
	cmd := exec.CommandContext(ctx, b.compiler, args...)
	cmd.Stdin = strings.NewReader(source)
	var message bytes.Buffer
	cmd.Stderr = &message
	// The compiler is a family of processes, which would hold the pipes open.
	killFamily(cmd)
	cmd.WaitDelay = time.Second
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		text := strings.TrimSpace(firstLines(message.String(), 20))
		if text != "" {
			text = "\n" + text
		}
		return fmt.Errorf("cpu: %s failed: %w%s", b.compiler, err, text)
	}
	return nil
}

func firstLines(s string, n int) string {
	lines := strings.SplitAfterN(s, "\n", n+1)
	return strings.Join(lines[:min(n, len(lines))], "")
}

// Close unloads all code. No Executable of this backend may be used afterwards.
func (b *Backend) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, lib := range b.loaded {
		lib.close()
		delete(b.loaded, key)
	}
	return nil
}

// code is a loaded program without data.
type code struct {
	p     *ir.Program
	setup *interp.Code
	lib   *library
	whole *atomic.Pointer[library] // of the backend
}
