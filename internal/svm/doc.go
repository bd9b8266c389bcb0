// Package svm finds the support vectors of two classes, with the radial basis
// function as the kernel: those of libsvm's C-SVC, which scikit-learn's SVC is.
// Its result does not depend on the number of processors.
//
// The package imports internal/kernel and internal/neighbours.
package svm
