// Package npy reads and writes numpy's array files: .npy, one array, and .npz,
// a zip archive of named arrays.
//
//	w, err := npy.ReadFile("weights.npy")      // numpy.save("weights.npy", w)
//	all, err := npy.ReadZipFile("arrays.npz")  // numpy.savez("arrays.npz", x=x, y=y)
//
// Element types keep their width: float32, float64, int8 to int64, uint8 to
// uint64 and bool become the tensor's type of the same name; float16 is read
// as float32. Either byte order and either memory order can be read; tensors
// are in row-major order. Arrays without elements, strings, objects, complex
// numbers and records are errors.
//
// Source: the format's description in numpy, numpy/lib/format.py.
package npy
