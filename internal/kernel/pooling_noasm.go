//go:build !amd64 || noasm

package kernel

func vectorMaxPool[T Float](g *Pool, s stretch, y, places, x []T) bool { return false }

func vectorMaxPoolGrad[T Float](g *Pool, s stretch, dx, dy, places []T) bool { return false }
