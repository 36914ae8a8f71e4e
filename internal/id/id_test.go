package id

import (
	"encoding/json"
	"sync"
	"testing"
	"time"
)

func TestKeysIncreaseAndNeverRepeat(t *testing.T) {
	t.Parallel()
	const workers, each = 8, 5000
	made := make([][]Queue, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				made[w] = append(made[w], New[Queue]())
			}
		})
	}
	wg.Wait()
	seen := make(map[Queue]bool, workers*each)
	for _, keys := range made {
		for i, k := range keys {
			if i > 0 && k <= keys[i-1] {
				t.Fatalf("key %d after %d", k, keys[i-1])
			}
			if seen[k] {
				t.Fatalf("key %d made twice", k)
			}
			seen[k] = true
		}
	}
}

func TestKeyKeepsItsTimeAndSortsByIt(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)
	m := &maker{process: 1<<processBits - 1}
	k := Queue(m.next(at))
	if !k.Time().Equal(at) {
		t.Errorf("time %v, want %v", k.Time(), at)
	}
	if k < At[Queue](at) || k >= At[Queue](at.Add(time.Millisecond)) {
		t.Errorf("key %d outside its millisecond", k)
	}
}

func TestKeysTravelAsText(t *testing.T) {
	t.Parallel()
	type page struct {
		ID   Queue `json:"id"`
		None Queue `json:"none"`
	}
	in := page{ID: 9007199254740993}
	data, err := json.Marshal(in)
	if err != nil || string(data) != `{"id":"9007199254740993","none":""}` {
		t.Fatalf("%s %v", data, err)
	}
	var out page
	if err := json.Unmarshal(data, &out); err != nil || out != in {
		t.Fatalf("%+v %v", out, err)
	}
	for _, bad := range []string{"", "x", "-1", "0", "9999999999999999999", "1.0"} {
		if k, err := Parse[Queue](bad); err == nil {
			t.Errorf("%q read as %d", bad, k)
		}
	}
}
