// Package safetensors reads and writes .safetensors files: named arrays after a
// JSON header, with nothing in them that could be run.
//
//	file, err := safetensors.ReadFile("model.safetensors")
//	for _, a := range file.Arrays {
//		fmt.Println(a.Name, a.Value.Shape())
//	}
//
// Element types keep their width: F32, F64, I8 to I64, U8 to U64 and BOOL become
// the tensor's type of the same name; F16 and BF16 are read as float32. Arrays
// without elements and other types are errors.
//
// It may import internal/half.
//
// Source: the format's description, github.com/huggingface/safetensors.
package safetensors
