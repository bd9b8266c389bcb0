// Package neighbours finds nearest rows exactly: in Euclidean distance, of equal
// distances the row that comes first. What it finds does not depend on the
// number of processors.
//
// Two engines do the same. A k-d tree serves few columns. Matrix products serve
// many: they give every distance up to a rounding error that is bounded, and
// only rows which that bound cannot exclude have their distance computed
// directly. Neither ever holds more than a copy of the rows searched and some
// blocks of fixed size. [Scan] takes any distance. Of equal rows all of them look
// at one only, so that a million copies of a row are not a million squared
// distances.
//
// The package imports internal/kernel only.
package neighbours
