package names

import "testing"

func TestSnake(t *testing.T) {
	for class, want := range map[string]string{
		"BatchNormalization": "batch_normalization", "Conv2DTranspose": "conv2d_transpose", "LSTM": "lstm", "SimpleRNN": "simple_rnn", "": "",
	} {
		if got := Snake(class); got != want {
			t.Errorf("%s: %q, expected %q", class, got, want)
		}
	}
}
