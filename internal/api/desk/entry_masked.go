package desk

import (
	"context"
	"encoding/json"

	"github.com/zongler/zongler/internal/actor"
)

// parties are the members of an entry's data that name people, as letters have them.
func parties() []string {
	return []string{"from", "reply_to", "to", "cc", "bcc", "recipient", "address", "words"}
}

// withoutParties returns e without the addresses that its data names, for those
// who read no names. What customers write in the text itself stays.
func withoutParties(e Entry) Entry {
	e = withoutName(e)
	if len(e.Data) == 0 {
		return e
	}
	var data map[string]json.RawMessage
	if err := json.Unmarshal(e.Data, &data); err != nil {
		return e // a list or a text: no letter
	}
	before := len(data)
	for _, name := range parties() {
		delete(data, name)
	}
	if len(data) == before {
		return e
	}
	kept, err := json.Marshal(data)
	if err != nil {
		kept = nil
	}
	e.Data = kept
	return e
}

// readsNames reports whether the actor of ctx may see customers' names and addresses.
func readsNames(ctx context.Context) bool {
	return actor.From(ctx).Scope(actor.NamesRead) != actor.None
}

// shownTo returns e as the actor of ctx may see it.
func shownTo(ctx context.Context, e Entry) Entry {
	if readsNames(ctx) {
		return e
	}
	return withoutParties(e)
}
