// Package hdf5 reads and writes the part of HDF5 in which Keras keeps weights.
//
// [Write] makes what h5py makes by default, as Keras 3 does: superblock 0,
// groups as symbol tables, contiguous little-endian datasets, strings in
// attributes of variable length.
//
// [Read] takes that, and what else h5py may have put into a model file since
// Keras 1: superblocks 0 to 3, object headers 1 and 2, groups as symbol tables,
// links or dense links, attributes in headers or in dense storage, datasets
// that are contiguous, compact or in chunks, with the filters gzip, shuffle and
// fletcher32; numbers of either byte order, bools, strings of fixed and of
// variable length. A dataset of another type or with other filters is listed,
// and an error to read.
//
// Links to other names or files, data in other files, and virtual datasets are
// refused, as Keras refuses them. So is a file that is shorter than it claims,
// a group that holds itself, and a dataset that is more than [MaxExpansion]
// times as large as its bytes in the file. The work and the memory of Read are
// bounded by the size of the file. Checksums of metadata are not compared.
// Names of types are left out.
//
// Source: HDF5 File Format Specification, version 3.0 (The HDF Group).
//
// github.com/scigolib/hdf5 v0.14.0 was judged first. It reads the weights files
// of Keras 3, but gives float64 only, so that large integers lose digits and
// nothing tells the element type; it opens names of files, not the member of a
// zip archive; it shows groups of dense links and dense attributes as empty
// without an error, stops at fractal heaps of more than one block, at bool
// attributes and at user blocks; and it expands what a hostile file claims.
//
// The package may import internal/half.
package hdf5
