package fact

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/zongler/zongler/internal/actor"
	"github.com/zongler/zongler/internal/id"
)

// Fact is something that happened. Its type says what, its fields say to what.
type Fact interface {
	// Kind is the stable name of the type: "offer.made".
	Kind() string
	// Subject is the key of the thing whose facts must stay in order: the conversation, else the thing itself.
	Subject() int64
}

// Record is a fact that was committed.
type Record struct {
	Tenant id.Tenant
	ID     id.Fact
	Pos    int64 // dense within the installation, from 1
	At     time.Time
	By     By
	Fact   Fact
}

// By is who made a fact true.
type By struct {
	Kind actor.Kind
	ID   int64 // user, key or contact point; of the system the firing of a rule, else 0
}

// ByActor returns who a is, for a fact.
func ByActor(a actor.Actor) By {
	switch a.Kind {
	case actor.User:
		return By{actor.User, int64(a.User)}
	case actor.Key:
		return By{actor.Key, int64(a.Key)}
	case actor.Visitor:
		return By{actor.Visitor, int64(a.Contact)}
	case actor.System:
	}
	return By{actor.System, int64(a.Firing)}
}

// Unknown is a fact of a kind that this version does not know: a newer one wrote it.
type Unknown struct {
	Name string
	Of   int64
	Data json.RawMessage
}

// Kind returns the name under which it was stored.
func (u Unknown) Kind() string { return u.Name }

// Subject returns the subject with which it was stored.
func (u Unknown) Subject() int64 { return u.Of }

// Encode returns the data of f as it is stored.
func Encode(f Fact) ([]byte, error) {
	data, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("fact: encode %s: %w", f.Kind(), err)
	}
	return data, nil
}

// Kinds returns every kind there is, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(catalogue)) }

// Decode reads a stored fact; one of an unknown kind becomes Unknown.
func Decode(kind string, subject int64, data []byte) (Fact, error) {
	read, known := catalogue[kind]
	if !known {
		return Unknown{Name: kind, Of: subject, Data: json.RawMessage(data)}, nil
	}
	f, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("fact: decode %s: %w", kind, err)
	}
	return f, nil
}

func reader[F Fact](data []byte) (Fact, error) {
	var f F
	err := json.Unmarshal(data, &f)
	return f, err
}
