package fact_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/zongler/zongler/internal/fact"
)

func TestEveryKindReadsBackWhatItWrote(t *testing.T) {
	t.Parallel()
	in := fact.InteractionQueued{Interaction: 7, Conversation: 8, Priority: 2, ArrivedAt: time.UnixMicro(1_700_000_000_000_001).UTC()}
	data, err := fact.Encode(in)
	if err != nil {
		t.Fatal(err)
	}
	out, err := fact.Decode(in.Kind(), in.Subject(), data)
	if err != nil || !reflect.DeepEqual(out, in) {
		t.Fatalf("%+v %v", out, err)
	}
	for _, kind := range fact.Kinds() {
		f, err := fact.Decode(kind, 0, []byte(`{}`))
		if err != nil || f.Kind() != kind {
			t.Errorf("%s reads as %v, %v", kind, f, err)
		}
	}
}

func TestUnknownKindIsKeptForANewerVersion(t *testing.T) {
	t.Parallel()
	f, err := fact.Decode("moon.landed", 3, []byte(`{"a":1}`))
	if err != nil || f.Kind() != "moon.landed" || f.Subject() != 3 {
		t.Errorf("%+v %v", f, err)
	}
}
