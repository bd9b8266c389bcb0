// Package op holds the fused Gorgonia operations that models are made of:
// dense, recurrent layers over whole sequences, convolutions, pooling,
// embeddings, activations, dropout, batch normalisation, reshape and the
// weighted losses. Each is a Gorgonia Op and SDOp, so Gorgonia infers its types, orders
// it and differentiates through it, and each computes with internal/kernel.
//
// An operation is bound once to the memory of its inputs and its output
// ([Fused.Bind]); running the bound function allocates nothing. Do exists
// beside it, so that Gorgonia's own machines can run the same graph; the tests
// use that as an oracle.
//
// It may import internal/kernel and Gorgonia, nothing else of this module.
package op
