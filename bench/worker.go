package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// peersScript is the worker of every peer, below the root of the repository.
const peersScript = "bench/peers/peers.py"

// Systems returns the names of what can be compared, Quatre first. "quatre:NAME"
// is Quatre with the setting NAME.
func Systems() []string {
	return []string{"quatre", "stanli", "pymc-nutpie", "pymc", "numpyro", "blackjax", "nutpie-stanli"}
}

// Bench says how workers are started.
type Bench struct {
	List   *List
	Quatre string // the quatre command
	Python string // of the peers' environment; "" or a missing file leaves them out
	CPUs   string // processors that workers are held to, as taskset takes them; "" for all
}

// errMissing is the error of a system that is not there or cannot do a task.
type errMissing struct{ reason string }

func (e errMissing) Error() string { return e.reason }

// NoEnvironment says why there are no peers.
const NoEnvironment = "no Python environment of the peers: make bench-peers makes it"

// command returns the command of a system's worker.
func (b *Bench) command(system string, t Task) ([]string, error) {
	var args []string
	name, config, _ := strings.Cut(system, ":")
	if name == "quatre" {
		if config == "" {
			config = Default
		}
		args = []string{b.Quatre, "bench", "worker", "--config", config}
	} else {
		if _, err := os.Stat(b.Python); b.Python == "" || err != nil {
			return nil, errMissing{NoEnvironment}
		}
		args = []string{b.Python, filepath.Join(b.List.Root, filepath.FromSlash(peersScript)), "--system", system, "--peer=" + t.Peer}
	}
	args = append(args, "--program", t.Program, "--data", t.Data, "--chains", strconv.Itoa(t.Chains),
		"--warmup", strconv.Itoa(t.Warmup), "--draws", strconv.Itoa(t.Draws), "--cores", strconv.Itoa(t.Cores))
	return b.pinned(args), nil
}

// pinned returns the command held to the processors.
func (b *Bench) pinned(args []string) []string {
	if b.CPUs == "" {
		return args
	}
	return append([]string{"taskset", "-c", b.CPUs}, args...)
}

// CheckPinning reports whether processes can be held to the processors.
func (b *Bench) CheckPinning(ctx context.Context) error {
	if b.CPUs == "" {
		return nil
	}
	if text, err := exec.CommandContext(ctx, "taskset", "-c", b.CPUs, "true").CombinedOutput(); err != nil {
		return fmt.Errorf("bench: runs cannot be held to the processors %s: %w %s", b.CPUs, err, text)
	}
	return nil
}

// caches returns an environment in which everything that compiles keeps what it
// compiled in the folder.
func caches(dir string) []string {
	return append(os.Environ(),
		"XDG_CACHE_HOME="+filepath.Join(dir, "xdg"),
		"PYTENSOR_FLAGS=base_compiledir="+filepath.Join(dir, "pytensor"),
		"NUMBA_CACHE_DIR="+filepath.Join(dir, "numba"),
		"JAX_COMPILATION_CACHE_DIR="+filepath.Join(dir, "jax"),
		"JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0",
		"JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES=0")
}

// worker is a process of a system.
type worker struct {
	process *exec.Cmd
	orders  io.WriteCloser
	lines   chan []byte // what it says; closed at its end
	began   time.Time
	noise   *tail
	ended   sync.Once
	draws   string // the file it leaves draws in
}

// start starts a worker whose caches are below the folder, which is its own.
func (b *Bench) start(system string, t Task, dir string) (*worker, error) {
	args, err := b.command(system, t)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	w := &worker{process: exec.Command(args[0], args[1:]...), lines: make(chan []byte, 4), noise: &tail{}, draws: filepath.Join(dir, "draws.bin")}
	w.process.Env, w.process.Stderr = caches(dir), w.noise
	if w.orders, err = w.process.StdinPipe(); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	out, err := w.process.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	w.began = time.Now()
	if err := w.process.Start(); err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	go func() {
		defer close(w.lines)
		s := bufio.NewScanner(out)
		s.Buffer(nil, 64<<20)
		for s.Scan() {
			w.lines <- append([]byte(nil), s.Bytes()...)
		}
	}()
	return w, nil
}

// run orders a run and waits for its draws. drawn is when they were in memory.
func (w *worker) run(ctx context.Context, seed uint64, limit time.Duration) (m message, drawn time.Time, err error) {
	text, err := json.Marshal(order{seed, w.draws})
	if err != nil {
		return m, drawn, err
	}
	// A worker that has ended says why on its standard output or error.
	_, _ = w.orders.Write(append(text, '\n'))
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		select {
		case line, ok := <-w.lines:
			if !ok {
				w.end() // so that all it said is there
				return m, drawn, fmt.Errorf("it ended early: %s", w.noise)
			}
			if err := json.Unmarshal(line, &m); err != nil {
				return m, drawn, fmt.Errorf("it said %q", line)
			}
		case <-timer.C:
			return m, drawn, fmt.Errorf("not done in %v", limit)
		case <-ctx.Done():
			return m, drawn, ctx.Err()
		}
		switch m.Event {
		case "drawn":
			drawn = time.Now()
		case "done":
			return m, drawn, nil
		case "missing":
			return m, drawn, errMissing{m.Reason}
		}
	}
}

// stop ends the process and waits for its end.
func (w *worker) stop() {
	w.orders.Close()
	patience := time.AfterFunc(2*time.Second, func() { w.process.Process.Kill() })
	defer patience.Stop()
	for range w.lines { // until its output ends
	}
	w.end()
}

// end waits for the end of a process whose output has ended.
func (w *worker) end() {
	w.ended.Do(func() {
		patience := time.AfterFunc(2*time.Second, func() { w.process.Process.Kill() })
		defer patience.Stop()
		// How it ended shows in what it said.
		_ = w.process.Wait()
	})
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

// Write implements io.Writer.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if most := 2000; len(t.text) > most {
		t.text = t.text[len(t.text)-most:]
	}
	return len(p), nil
}

// String returns the last line that says something.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.Split(strings.TrimSpace(string(t.text)), "\n")
	return lines[len(lines)-1]
}
