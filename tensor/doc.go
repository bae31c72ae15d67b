// Package tensor holds what every package needs to say about flat float64
// buffers: their shape, the place of an element, and reductions that are
// numerically stable and always run in the same order.
//
// Layout in the whole project is column-major: the first index runs fastest,
// so element (i, j) of an m × n matrix lies at i + m·j.
package tensor
