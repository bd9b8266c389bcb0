// Package nprand draws the random numbers that numpy's legacy RandomState and
// CPython's random module draw from the same seed, so that data and samples
// which are defined by those generators can be made bit for bit in Go.
//
// Both stand on the 32-bit Mersenne Twister of gonum's mathext/prng and
// differ in how they seed it and how they turn words into numbers. As in
// math/rand, an empty range is a mistake of the caller and panics. The
// package imports gonum only; nothing of ours.
package nprand
