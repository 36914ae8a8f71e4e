package dbtest

import (
	"context"
	"os"
	"sync"

	"github.com/jackc/pgx/v5"
)

var adminLock sync.Mutex //nolint:gochecknoglobals // copying one template database is one at a time

// admin runs a statement that no transaction may hold, on the server itself.
func admin(statement string) error {
	adminLock.Lock()
	defer adminLock.Unlock()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, os.Getenv("ZONGLER_TEST_POSTGRES"))
	if err != nil {
		return err
	}
	defer conn.Close(ctx) // a test's connection
	_, err = conn.Exec(ctx, statement)
	return err
}
