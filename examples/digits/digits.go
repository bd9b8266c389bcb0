package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"strconv"

	"gorgonia.org/tensor"
)

// images are pictures of side x side pixels with the digit that each shows.
type images struct {
	pixels []float32
	labels []int
}

func (s *images) add(pixels []float32, label int) {
	s.pixels = append(s.pixels, pixels...)
	s.labels = append(s.labels, label)
}

// tensors gives images as rows of pixels and labels as a column.
func (s images) tensors() (x, y *tensor.Dense) {
	n := len(s.labels)
	labels := make([]float32, n)
	for i, l := range s.labels {
		labels[i] = float32(l)
	}
	return tensor.New(tensor.WithShape(n, side*side), tensor.WithBacking(s.pixels)), tensor.New(tensor.WithShape(n), tensor.WithBacking(labels))
}

// counts says how many images there are of each digit.
func (s images) counts() []float64 {
	c := make([]float64, digits)
	for _, l := range s.labels {
		c[l]++
	}
	return c
}

// drawn makes n images of each digit.
func drawn(seed uint64, n int) images {
	rng := rand.New(rand.NewPCG(seed, 0))
	var s images
	img := make([]float32, side*side)
	for i := range n * digits {
		draw(rng, i%digits, img)
		s.add(img, i%digits)
	}
	return s
}

// read takes images from a CSV without header: 64 pixels from 0 to 16, row by
// row, and the digit, as in the digits of UCI and scikit-learn.
func read(r io.Reader) (images, error) {
	var s images
	in := csv.NewReader(r)
	in.FieldsPerRecord = side*side + 1
	for {
		record, err := in.Read()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			return images{}, err
		}
		line, _ := in.FieldPos(0)
		img := make([]float32, side*side)
		for i := range img {
			v, err := strconv.ParseFloat(record[i], 32)
			if err != nil || !(v >= 0 && v <= 16) {
				return images{}, fmt.Errorf("line %d: pixel %d is %q, want a number from 0 to 16", line, i, record[i])
			}
			img[i] = float32(v / 16)
		}
		label, err := strconv.Atoi(record[side*side])
		if err != nil || label < 0 || label >= digits {
			return images{}, fmt.Errorf("line %d: the digit is %q, want one of 0 to 9", line, record[side*side])
		}
		s.add(img, label)
	}
}

// longTail cuts s, in an order drawn from seed, into test images, of every digit
// the same number, and images to train on, of digit c at most most·imbalance^(-c/9)
// (Cui et al. 2019): most of the 0, and an imbalance-th of that of the 9.
func longTail(s images, seed uint64, most, imbalance float64, test int) (trained, tested images, err error) {
	rng := rand.New(rand.NewPCG(seed, 1))
	var seen [digits]int
	for _, i := range rng.Perm(len(s.labels)) {
		c := s.labels[i]
		to := &tested
		if seen[c] >= test {
			to = &trained
		}
		if seen[c] < test+max(1, int(most*math.Pow(imbalance, -float64(c)/(digits-1)))) {
			to.add(s.pixels[i*side*side:(i+1)*side*side], c)
		}
		seen[c]++
	}
	for c, n := range seen {
		if n <= test {
			return images{}, images{}, fmt.Errorf("%d images of digit %d, want more than the %d that are for testing", n, c, test)
		}
	}
	return trained, tested, nil
}
