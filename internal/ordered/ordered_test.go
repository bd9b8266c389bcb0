package ordered

import (
	"encoding/json"
	"math"
	"testing"
)

func TestDocument(t *testing.T) {
	var o Object
	o.Add("z", Number(math.NaN()))
	o.Add("a\"b", Numbers([]float64{1, 0.1, math.Inf(1), math.Inf(-1), 1e-300}))
	o.Add("empty", Object{})
	o.Add("none", Numbers(nil))
	for _, tc := range []struct {
		o    Object
		want string
	}{
		{o, "{\n  \"z\": null,\n  \"a\\\"b\": [1,0.1,null,null,1e-300],\n  \"empty\": {},\n  \"none\": []\n}\n"},
		{nil, "{\n}\n"},
	} {
		got, err := tc.o.Document()
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != tc.want {
			t.Errorf("got %q, want %q", got, tc.want)
		}
	}
}

func TestInside(t *testing.T) {
	got, err := json.Marshal([]Object{{{"b", 1}, {"a", Object{{"c", Number(.5)}}}}, nil})
	if err != nil {
		t.Fatal(err)
	}
	if want := `[{"b":1,"a":{"c":0.5}},{}]`; string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWhatJSONCannotHold(t *testing.T) {
	o := Object{{"f", func() {}}}
	if _, err := json.Marshal(o); err == nil {
		t.Error("a function in an object is no error")
	}
	if _, err := o.Document(); err == nil {
		t.Error("a function in a document is no error")
	}
}
