package httpx_test

import (
	"slices"
	"strings"
	"testing"
)

func sortStrings(all []string) { slices.Sort(all) }

func TestAnIdempotencyKeyCreatesOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	post := func(key, body string, more ...string) (int, string, bool) {
		headers := append([]string{"Content-Type: application/json", "Idempotency-Key: " + key}, more...)
		w := s.call("POST", "/api/v1/queues", body, headers...)
		return w.Code, w.Body.String(), w.Header().Get("Idempotency-Replayed") == "true"
	}
	const anna, bela = `{"id":"","name":"Anna"}`, `{"id":"","name":"Béla"}`

	status, first, replayed := post("k1", anna, admin)
	if status != 201 || replayed || s.created != 1 {
		t.Fatalf("%d %s replayed %v created %d", status, first, replayed, s.created)
	}
	status, again, replayed := post("k1", anna, admin)
	if status != 201 || again != first || !replayed || s.created != 1 {
		t.Errorf("again: %d %s replayed %v created %d", status, again, replayed, s.created)
	}
	if status, body, _ := post("k1", bela, admin); status != 422 || !strings.Contains(body, "idempotency.mismatch") {
		t.Errorf("another body: %d %s", status, body)
	}
	if status, _, replayed := post("k2", anna, admin); status != 201 || replayed || s.created != 2 {
		t.Errorf("another key: %d replayed %v created %d", status, replayed, s.created)
	}
	if status, _, _ := post("k1", anna, "As: agent"); status != 403 {
		t.Errorf("a stored answer given to somebody without the permission: %d", status)
	}
	if status, body, _ := post(strings.Repeat("k", 129), anna, admin); status != 422 || !strings.Contains(body, "idempotency.key") {
		t.Errorf("a long key: %d %s", status, body)
	}
}

func TestARefusalFreesTheIdempotencyKey(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range 2 {
		w := s.call("POST", "/api/v1/queues", `{"id":"","name":"taken"}`, admin, "Idempotency-Key: k")
		if w.Code != 409 || !strings.Contains(w.Body.String(), "queue.taken") {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
	}
	if w := s.call("POST", "/api/v1/queues", `{"id":"","name":"Ewa"}`, admin, "Idempotency-Key: k"); w.Code != 201 {
		t.Errorf("after the refusal: %d %s", w.Code, w.Body)
	}
}
