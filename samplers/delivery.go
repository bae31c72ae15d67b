package samplers

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/quatre-ppl/quatre/samplers/transition"
	"github.com/quatre-ppl/quatre/stream"
)

// writeGrace is how long the sink may take for what is left when a run has been
// cancelled; only then are its writes cancelled too.
const writeGrace = 10 * time.Second

// delivery is the one way from the chains to the sink. It lets one call at a
// time through, and after a failure none.
type delivery struct {
	sink     stream.Sink
	progress stream.ProgressSink // sink, if it is one
	flusher  stream.Flusher      // sink, if it is one
	chains   stream.ChainSink    // sink, if it is one
	failed   func(error)         // called with the first failure

	mu  sync.Mutex
	err error // the first failure

	ctx    context.Context // of the sink's calls: outlives the run's
	cancel context.CancelFunc
	unhook func() bool
	hooked chan struct{} // closed when the hook has returned
}

// newDelivery opens the way to sink for a run under ctx. When that is cancelled
// the sink's calls are too, a grace later. close must be called.
func newDelivery(ctx context.Context, sink stream.Sink, grace time.Duration, failed func(error)) *delivery {
	d := &delivery{sink: sink, failed: failed, hooked: make(chan struct{})}
	d.progress, _ = sink.(stream.ProgressSink)
	d.flusher, _ = sink.(stream.Flusher)
	d.chains, _ = sink.(stream.ChainSink)
	d.ctx, d.cancel = context.WithCancel(context.WithoutCancel(ctx))
	d.unhook = context.AfterFunc(ctx, func() {
		defer close(d.hooked)
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-timer.C:
			d.cancel()
		case <-d.ctx.Done():
		}
	})
	return d
}

// close ends the delivery; no call to the sink may be running.
func (d *delivery) close() {
	d.cancel()
	if !d.unhook() {
		<-d.hooked
	}
}

// write hands a frame to the sink.
func (d *delivery) write(f *stream.Frame) error {
	return d.call(func() error { return d.sink.Write(d.ctx, f) })
}

// flush asks the sink to pass on what it buffers.
func (d *delivery) flush() error {
	if d.flusher == nil {
		return nil
	}
	return d.call(func() error { return d.flusher.Flush(d.ctx) })
}

// adapted tells what a chain's warmup settled on.
func (d *delivery) adapted(a *stream.Adaptation) error {
	if d.chains == nil {
		return nil
	}
	return d.call(func() error { return d.chains.Adapted(d.ctx, a) })
}

// completed tells that a chain has drawn all it was asked for.
func (d *delivery) completed(done *stream.Completion) error {
	if d.chains == nil {
		return nil
	}
	return d.call(func() error { return d.chains.Completed(d.ctx, done) })
}

// call makes a call to the sink. An error or a panic closes the way for good.
func (d *delivery) call(do func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.guard(do)
}

// guard is call for who holds d.mu.
func (d *delivery) guard(do func() error) (err error) {
	if d.err != nil {
		return d.err
	}
	defer func() {
		if value := recover(); value != nil {
			err = transition.NewPanicError(value)
		}
		if err != nil {
			d.err = fmt.Errorf("samplers: the sink of the draws failed: %w", err)
			err = d.err
			d.failed(err)
		}
	}()
	return do()
}

// tell passes progress on. If the sink is busy the event is dropped, unless it
// must arrive.
func (d *delivery) tell(p stream.Progress, must bool) {
	if d.progress == nil {
		return
	}
	if must {
		d.mu.Lock()
	} else if !d.mu.TryLock() {
		return
	}
	defer d.mu.Unlock()
	_ = d.guard(func() error { // a failure is kept, and stops the run
		d.progress.Progress(p)
		return nil
	})
}

// failure returns the first failure of the sink.
func (d *delivery) failure() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.err
}
