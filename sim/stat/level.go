package stat

import "math"

// Level accumulates a quantity that is constant between changes: a queue's
// length, the units in use. Times must not decrease. The zero value is the
// level 0 since time 0.
type Level struct {
	value    float64
	since    float64 // of the last change
	start    float64 // of the observation
	area     float64 // ∫ value dt from start to since
	min, max float64
}

// NewLevel returns a level with a value since a time.
func NewLevel(now, value float64) Level {
	return Level{value: value, since: now, start: now, min: value, max: value}
}

// Set changes the value at a time.
func (l *Level) Set(now, value float64) {
	l.area += float64(l.value * (now - l.since))
	l.since, l.value = now, value
	if value > l.max {
		l.max = value
	}
	if value < l.min {
		l.min = value
	}
}

// Raise is Add of a difference ≥ 0; it looks at the highest value only.
func (l *Level) Raise(now, by float64) {
	l.area += float64(l.value * (now - l.since))
	l.since = now
	l.value += by
	if l.value > l.max {
		l.max = l.value
	}
}

// Lower is Add of −by, which is ≤ 0; it looks at the lowest value only.
func (l *Level) Lower(now, by float64) {
	l.area += float64(l.value * (now - l.since))
	l.since = now
	l.value -= by
	if l.value < l.min {
		l.min = l.value
	}
}

// Add changes the value by a difference at a time.
func (l *Level) Add(now, difference float64) { l.Set(now, l.value+difference) }

// Value returns the current value.
func (l *Level) Value() float64 { return l.value }

// Area returns the integral of the value over time since the observation
// began, up to now.
func (l *Level) Area(now float64) float64 { return l.area + float64(l.value*(now-l.since)) }

// Mean returns the average over time up to now, NaN if no time has passed.
func (l *Level) Mean(now float64) float64 {
	if now <= l.start {
		return math.NaN()
	}
	return l.Area(now) / (now - l.start)
}

// Min returns the lowest value since the observation began.
func (l *Level) Min() float64 { return l.min }

// Max returns the highest value since the observation began.
func (l *Level) Max() float64 { return l.max }

// Start returns when the observation began.
func (l *Level) Start() float64 { return l.start }

// Reset begins the observation anew at a time; the value stays.
func (l *Level) Reset(now float64) { *l = NewLevel(now, l.value) }
