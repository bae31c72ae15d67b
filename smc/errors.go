package smc

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// CollapseError says that an observation left no particle with a weight above
// 0. The filter stands before the observation and can go on with another one.
type CollapseError struct {
	Observation int // from 1
	Particles   int
}

func (e *CollapseError) Error() string {
	return fmt.Sprintf("smc: observation %d: all %d particles have weight 0, so the model rules it out from where they are: "+
		"check the observation, widen its law, or use more particles", e.Observation, e.Particles)
}

// ErrWeight is what a weight that is no number is reported as, wrapped with
// its place. The filter stands before the observation.
var ErrWeight = errors.New("not a weight")

// ErrState is what a step that replaced the slices of a cloud, instead of
// writing into them, is reported as.
var ErrState = errors.New("the model replaced a slice of the cloud: write into p.X and leave p.Prev alone")

// PanicError is a panic of a model's function, turned into an error.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.Value, e.Stack) }

// catch is deferred around calls of the model: it turns a panic into an error.
func catch(err *error) {
	if value := recover(); value != nil {
		*err = &PanicError{value, debug.Stack()}
	}
}
