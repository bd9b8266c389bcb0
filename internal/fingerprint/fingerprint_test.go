package fingerprint_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/counterweight-go/counterweight/internal/fingerprint"
)

// The buckets of TensorFlow's to_hash_bucket_fast and to_hash_bucket_strong,
// key (133, 2^40+7), among 2^62, for the first n bytes of a text.
func TestTensorFlow(t *testing.T) {
	const buckets = 1 << 62
	text := strings.Repeat("Die Ähre im Weizenfeld; counterweights balance rare classes, 0123456789 and more of it to fill blocks. ", 3)
	b, err := os.ReadFile("testdata/tensorflow.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows [][3]uint64 // n, fast, strong
	if err := json.Unmarshal(b, &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) < 80 {
		t.Fatalf("%d rows, expected one for each length up to 69 and some more", len(rows))
	}
	for _, row := range rows {
		s := []byte(text[:row[0]])
		if got := fingerprint.Farm(s) % buckets; got != row[1] {
			t.Errorf("farm of %d bytes: %d, expected %d", row[0], got, row[1])
		}
		if got := fingerprint.Sip(s, [2]uint64{133, 1<<40 + 7}) % buckets; got != row[2] {
			t.Errorf("sip of %d bytes: %d, expected %d", row[0], got, row[2])
		}
	}
}

// The example of the paper: the bytes 0 to 14 under the key of the bytes 0 to 15.
func TestSipPaper(t *testing.T) {
	var b []byte
	for i := range 15 {
		b = append(b, byte(i))
	}
	if got := fingerprint.Sip(b, [2]uint64{0x0706050403020100, 0x0f0e0d0c0b0a0908}); got != 0xa129ca6149be45e5 {
		t.Errorf("got %#x", got)
	}
}
