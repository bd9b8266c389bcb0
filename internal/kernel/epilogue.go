package kernel

// epilogue is what follows a matrix product while its tile is in registers.
type epilogue[T Float] struct {
	accumulate bool // add to C
	bias       []T  // add to every row; nil for none
	rectify    bool // then set negative elements to 0
}
