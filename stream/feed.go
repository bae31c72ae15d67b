package stream

import (
	"context"
	"errors"
	"runtime/debug"
)

// Flusher is what a Sink implements besides to hand on what it buffers when
// asked, for instance to make rows visible in a file. Its calls do not overlap
// with Write.
type Flusher interface {
	Flush(ctx context.Context) error
}

// feed is one sink of a Fanout with its queue. Its goroutine, run, is the only
// one that touches the sink.
type feed struct {
	fan      *Fanout
	index    int
	sink     Sink
	flusher  Flusher      // sink, if it is one
	chains   ChainSink    // sink, if it is one
	progress ProgressSink // sink, if it is one

	// Every item in queue holds one of the places from before it is sent until
	// it is received, so a send to queue never waits.
	places chan struct{}
	queue  chan item
	news   bulletin

	failure error // why the sink is detached; only run's goroutine reads it
}

// item is one of: a frame, a chain's event, or a request to flush with the
// channel that wants the answer.
type item struct {
	frame   *sharedFrame
	event   func(context.Context, ChainSink) error
	flushed chan<- struct{}
}

func newFeed(fan *Fanout, index int, sink Sink, capacity int) *feed {
	o := &feed{
		fan: fan, index: index, sink: sink,
		places: make(chan struct{}, capacity),
		queue:  make(chan item, capacity),
		news:   bulletin{fresh: make(chan struct{}, 1)},
	}
	o.flusher, _ = sink.(Flusher)
	o.chains, _ = sink.(ChainSink)
	o.progress, _ = sink.(ProgressSink)
	return o
}

// run serves the sink until the queue is closed and empty.
func (o *feed) run() {
	defer func() {
		if o.fan.running.Add(-1) == 0 {
			close(o.fan.done)
		}
	}()
	for {
		select {
		case it, open := <-o.queue:
			if !open {
				o.tellNews()
				o.check(o.closeSink())
				return
			}
			<-o.places
			o.handle(it)
		case <-o.news.fresh:
			o.tellNews()
		}
	}
}

// handle passes one item to the sink. A detached sink is passed over, but the
// item is answered all the same: neither a writer nor a frame waits for it.
func (o *feed) handle(it item) {
	switch {
	case it.frame != nil:
		if o.failure == nil {
			o.check(o.write(&it.frame.Frame))
		}
		o.fan.frames.release(it.frame)
	case it.event != nil:
		if o.chains != nil && o.failure == nil {
			o.check(o.pass(it.event))
		}
	default:
		if o.flusher != nil && o.failure == nil {
			o.check(o.flush())
		}
		it.flushed <- struct{}{}
	}
}

func (o *feed) tellNews() {
	for _, p := range o.news.take() {
		if o.failure == nil {
			o.check(o.tell(p))
		}
	}
}

// check detaches the sink if err is not nil, and reports err unless it is the
// failure that is known already, as a Close may well repeat it.
func (o *feed) check(err error) {
	if err == nil || o.failure != nil && errors.Is(err, o.failure) {
		return
	}
	if o.failure == nil {
		o.failure = err
		o.fan.attached.Add(-1)
	}
	o.fan.failed(&SinkError{Index: o.index, Sink: o.sink, Err: err})
}

// The calls to the sink, each with its panics turned into errors.

func (o *feed) write(f *Frame) (err error) {
	defer catch(&err)
	return o.sink.Write(o.fan.ctx, f)
}

func (o *feed) pass(event func(context.Context, ChainSink) error) (err error) {
	defer catch(&err)
	return event(o.fan.ctx, o.chains)
}

func (o *feed) flush() (err error) {
	defer catch(&err)
	return o.flusher.Flush(o.fan.ctx)
}

func (o *feed) tell(p Progress) (err error) {
	defer catch(&err)
	o.progress.Progress(p)
	return nil
}

func (o *feed) closeSink() (err error) {
	defer catch(&err)
	return o.sink.Close()
}

// catch, deferred, stores a panic of the surrounding function in err.
func catch(err *error) {
	if value := recover(); value != nil {
		*err = &PanicError{Value: value, Stack: debug.Stack()}
	}
}
