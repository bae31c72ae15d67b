package stream

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// ErrClosed is returned by Write and Flush of a sink that has been closed.
var ErrClosed = errors.New("stream: sink is closed")

// SinkError is the failure of one of a Fanout's sinks. The sink gets no more
// frames; the others, and the run, go on.
type SinkError struct {
	// Index is the sink's position in the arguments of NewFanout.
	Index int
	// Sink is the sink that failed.
	Sink Sink
	// Err is what its Write, Flush or Close returned, or a *PanicError.
	Err error
}

// Error names the sink by position and type.
func (e *SinkError) Error() string {
	return fmt.Sprintf("sink %d (%T): %v", e.Index, e.Sink, e.Err)
}

// Unwrap returns the sink's own error.
func (e *SinkError) Unwrap() error { return e.Err }

// PanicError is a panic of a sink, turned into an error.
type PanicError struct {
	// Value is what was passed to panic.
	Value any
	// Stack is the stack at the panic, as text.
	Stack []byte
}

// Error gives the panic's value; the stack is left to Stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Fanout is a Sink that hands every frame to several sinks, each with its own
// goroutine and bounded queue, so that they neither wait for one another nor
// lose a frame: where a queue is full, Write waits. Write, Progress, Flush and
// Close may be called from several goroutines at once; each sink sees one call
// at a time.
//
// A sink that returns an error or panics is detached: its failure is reported
// to the function given to OnFailure and by Err and Close, and the other sinks
// go on.
type Fanout struct {
	feeds  []*feed
	frames framePool

	// ctx is what the sinks' writes run under. It is not the writers' context:
	// frames taken from a cancelled run are still to be stored.
	ctx    context.Context
	cancel context.CancelFunc

	attached atomic.Int64  // sinks that have not failed
	running  atomic.Int64  // owners that have not returned
	done     chan struct{} // closed by the last owner

	mu        sync.Mutex
	closed    bool
	closing   chan struct{}  // closed together with setting closed
	writers   sync.WaitGroup // calls that may still send to a queue
	failures  []*SinkError
	onFailure func(*SinkError)
}

// NewFanout starts one goroutine per sink, with room for capacity waiting
// frames each. The caller must Close the fan-out, which closes the sinks; the
// sinks must be distinct and belong to the fan-out until then. Without sinks
// every frame is discarded. A capacity below 1 panics.
func NewFanout(capacity int, sinks ...Sink) *Fanout {
	if capacity < 1 {
		panic("stream: capacity of a fan-out must be at least 1")
	}
	f := &Fanout{done: make(chan struct{}), closing: make(chan struct{})}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	f.attached.Store(int64(len(sinks)))
	f.running.Store(int64(len(sinks)))
	if len(sinks) == 0 {
		close(f.done)
	}
	for i, sink := range sinks {
		o := newFeed(f, i, sink, capacity)
		f.feeds = append(f.feeds, o)
		go o.run()
	}
	return f
}

// OnFailure sets the function that is told when a sink fails: when it is
// detached, and when closing it fails. It is called on the sink's goroutine,
// must return soon and must not write to, flush or close the same fan-out.
// Failures from before OnFailure are not repeated.
func (f *Fanout) OnFailure(report func(*SinkError)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.onFailure = report
}

// Write queues a copy of the frame for every sink that has not failed, waiting
// as long as one of their queues is full. Either all of them get the frame or,
// where Write returns an error, none does: the error is that of ctx if it was
// cancelled while a queue was full, ErrClosed after Close, the sinks' own
// errors once all have failed, or what is wrong with the frame. A frame that
// needs no waiting is taken even under a cancelled ctx.
func (f *Fanout) Write(ctx context.Context, frame *Frame) error {
	if err := frame.Validate(); err != nil {
		return err
	}
	if !f.enter() {
		return ErrClosed
	}
	defer f.writers.Done()
	if len(f.feeds) == 0 {
		return nil
	}
	if f.attached.Load() == 0 {
		return f.Err()
	}
	if err := f.reserve(ctx); err != nil {
		return err
	}
	shared := f.frames.copyOf(frame, len(f.feeds))
	for _, o := range f.feeds {
		o.queue <- item{frame: shared}
	}
	return nil
}

// Flush waits until every frame written before the call has been handled by
// the sinks, and those that are a Flusher have flushed. The error is that of
// ctx, or ErrClosed; failures of sinks are reported as those of Write are.
func (f *Fanout) Flush(ctx context.Context) error {
	flushed := make(chan struct{}, len(f.feeds))
	if err := f.send(ctx, item{flushed: flushed}); err != nil {
		return err
	}
	for range f.feeds {
		select {
		case <-flushed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// Progress passes p to the sinks that are a ProgressSink. It never waits: a
// sink that is behind gets the latest of each chain.
func (f *Fanout) Progress(p Progress) {
	for _, o := range f.feeds {
		if o.progress != nil {
			o.news.put(p)
		}
	}
}

// Err returns the failures of sinks so far, each a *SinkError, joined; nil if
// there are none.
func (f *Fanout) Err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	errs := make([]error, len(f.failures))
	for i, failure := range f.failures {
		errs[i] = failure
	}
	return errors.Join(errs...)
}

// Close takes no more frames, waits until the sinks have handled those that
// are queued, closes the sinks and returns what Err then returns. A Write that
// waits for a full queue returns ErrClosed.
func (f *Fanout) Close() error { return f.Shutdown(context.Background()) }

// Shutdown is Close with a limit: when ctx is done, the context under which the
// sinks write is cancelled, so that a sink that waits for its receiver gives
// up. What it had not handled by then is lost to it and counts as its failure.
func (f *Fanout) Shutdown(ctx context.Context) error {
	f.mu.Lock()
	first := !f.closed
	if first {
		f.closed = true
		close(f.closing)
	}
	f.mu.Unlock()
	if first {
		f.writers.Wait()
		for _, o := range f.feeds {
			close(o.queue)
		}
	}
	select {
	case <-f.done:
	case <-ctx.Done():
		f.cancel()
		<-f.done
	}
	f.cancel()
	return f.Err()
}

// enter counts the caller among those that send to queues, unless the fan-out
// is closed.
func (f *Fanout) enter() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	f.writers.Add(1)
	return true
}

// reserve takes one place in every queue, or none and returns why. All writers
// reserve in the same order, and places come free without their help, so they
// cannot wait for each other in a circle.
func (f *Fanout) reserve(ctx context.Context) error {
	for i, o := range f.feeds {
		select {
		case o.places <- struct{}{}:
			continue
		default:
		}
		err := error(nil)
		select {
		case o.places <- struct{}{}:
			continue
		case <-ctx.Done():
			err = context.Cause(ctx)
		case <-f.closing:
			err = ErrClosed
		}
		for _, earlier := range f.feeds[:i] {
			<-earlier.places
		}
		return err
	}
	return nil
}

// failed records a sink's failure and reports it.
func (f *Fanout) failed(e *SinkError) {
	f.mu.Lock()
	f.failures = append(f.failures, e)
	report := f.onFailure
	f.mu.Unlock()
	if report != nil {
		report(e)
	}
}
