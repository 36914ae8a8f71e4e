package desk

import (
	"context"

	"github.com/zongler/zongler/internal/id"
)

// People knows the names of users.
type People interface {
	// Names returns the names of users of the actor's tenant; unknown ones are left out.
	Names(ctx context.Context, users []id.User) (map[id.User]string, error)
}

// QueueRef names a queue.
type QueueRef struct {
	ID   id.Queue `json:"id"`
	Name string   `json:"name"`
}

// UserRef names a person.
type UserRef struct {
	ID   id.User `json:"id"`
	Name string  `json:"name"`
}

// refTo returns nil for nobody.
func refTo(user id.User, names map[id.User]string) *UserRef {
	if user.IsZero() {
		return nil
	}
	return &UserRef{ID: user, Name: names[user]}
}
